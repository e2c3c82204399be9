"""PutParameter and DeleteParameter.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.language.arn import parse_arn
from iamsim.model import world
from iamsim.services.kms import errors as kms_errors
from iamsim.services.kms.contexts import tag_context as of_tags
from iamsim.services.kms.contexts import truth
from iamsim.services.kms.naming import about, managed_key
from iamsim.services.operation import Demand, Effect, Occasion, Operation, Parameter
from iamsim.services.ssm import ADVANCED, LONGEST, SECURE, STANDARD, errors
from iamsim.services.ssm.keys import VIA, can_be_used, key_occasion, key_of
from iamsim.services.ssm.naming import about_parameter, new_name, no_arn, parameter_arn, readable_name
from iamsim.services.ssm.reading import NAME, on_names, tag_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iamsim.model.world import Key
    from iamsim.services.operation import Derived, ManagedKey, ServiceError, Subject

_BY_SIZE = "Intelligent-Tiering"
_MOST_STANDARD = 10_000
_MOST_VERSIONS = 100
_TYPES = ("String", "StringList", SECURE)


def about_new(subject: Subject) -> Subject:
    """A parameter of the caller's account: another one cannot be named."""
    subject = subject if subject.region else subject.with_(region=about_parameter(subject).region)
    return subject.with_(arn=parameter_arn(subject, str(subject.get("Name"))))


def existing(subject: Subject) -> world.Parameter | None:
    """The parameter that is overwritten."""
    return subject.world.parameter(subject.arn)


def type_of(subject: Subject) -> str:
    """The type that the parameter has afterwards."""
    there = existing(subject)
    return there.type if there else str(subject.get("Type", ""))


def tier_of(subject: Subject) -> str:
    """The tier that the parameter has afterwards: without a word of it an advanced one stays advanced (inferred)."""
    there, asked = existing(subject), subject.get("Tier")
    if asked in (STANDARD, ADVANCED):
        return str(asked)
    large = asked == _BY_SIZE and _size(subject) > LONGEST[STANDARD]
    return ADVANCED if large or (there and there.tier == ADVANCED) else STANDARD


def chosen_key(subject: Subject) -> Key | ManagedKey | str | None:
    """The key that `KeyId` names, or its ARN where the world has none there; `aws/ssm` without a `KeyId`, also to overwrite."""
    if type_of(subject) != SECURE:
        return None
    if subject.get("KeyId") is None:
        return key_of(subject, subject.arn, None)
    found = about(subject, str(subject.get("KeyId")))
    if found.key is not None:
        return managed_key(found.key) or found.key
    return found.arn if subject.world.account(parse_arn(found.arn).account) else world.Key(found.arn)


def may_be_put(subject: Subject) -> ServiceError | None:
    """What is asked for fits the parameter that is there, or that there is none."""
    there, type_ = existing(subject), subject.get("Type")
    if there is None and type_ is None:
        return errors.validation("A parameter type is required when you create a parameter.")
    if there is not None and not subject.get("Overwrite"):
        return errors.EXISTS
    if subject.get("Overwrite") and subject.get("Tags"):
        return errors.validation("Tags and Overwrite can't be used together.")
    if there is not None and type_ not in (None, there.type):
        return errors.TYPE_CHANGED
    if subject.get("KeyId") is not None and type_of(subject) != SECURE:
        return errors.validation("KeyId is for SecureString parameters only.")
    if there is not None and there.tier == ADVANCED and tier_of(subject) == STANDARD:
        return errors.validation("An advanced parameter can't be made a standard one: delete it, and create it anew.")
    return None


def fits(subject: Subject) -> ServiceError | None:
    """The value is as long as its tier lets it be, and there may be one more standard parameter."""
    tier, size = tier_of(subject), _size(subject)
    if size > LONGEST[tier]:
        return errors.too_large(tier, LONGEST[tier])
    account = subject.world.account(subject.account)
    if tier != STANDARD or existing(subject) or account is None:
        return None
    here = [p for p in account.parameters.values() if p.tier == STANDARD and p.region == subject.region]
    return errors.TOO_MANY_STANDARD if len(here) >= _MOST_STANDARD else None


def _size(subject: Subject) -> int:
    return len(str(subject.get("Value", "")).encode("utf-8", "surrogatepass"))


def key_is_there(subject: Subject) -> ServiceError | None:
    """There is a key of that name in the accounts that the world knows, and in the Region that is called."""
    key = chosen_key(subject)
    if not isinstance(key, str):
        return None
    return errors.invalid_key(kms_errors.no_key(key).message)


def key_is_usable(subject: Subject) -> ServiceError | None:
    """The key can encrypt."""
    key = chosen_key(subject)
    if isinstance(key, world.Key) and (key.spec, key.usage) != ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"):
        return errors.invalid_key("The key is no symmetric encryption key.")
    return can_be_used(key) if key is not None and not isinstance(key, str) else None


def _on_key(tier: str) -> Callable[[Subject], Iterator[Occasion]]:
    """On the key of a SecureString of one tier."""

    def occasions(subject: Subject) -> Iterator[Occasion]:
        key = chosen_key(subject)
        if key is not None and not isinstance(key, str) and tier_of(subject) == tier:
            yield key_occasion(subject, subject.arn, key)

    return occasions


def _put_context(subject: Subject) -> Derived:
    overwrite = subject.get("Overwrite")
    return {
        **tag_context(existing(subject)),
        "ssm:Overwrite": None if overwrite is None else truth(overwrite),
        **_tags_context(subject),
    }


def _tags_context(subject: Subject) -> Derived:
    return of_tags(_tags(subject)) if _tags(subject) else {}


def _tags(subject: Subject) -> dict[str, str]:
    return {str(tag.get("Key", "")): str(tag.get("Value", "")) for tag in subject.get("Tags", ())}


def _on_parameter(subject: Subject) -> Iterator[Occasion]:
    yield Occasion(subject.arn, _put_context(subject))


def _to_tag(subject: Subject) -> Iterator[Occasion]:
    if _tags(subject):
        yield Occasion(subject.arn, {**tag_context(existing(subject)), **_tags_context(subject)})


def tags_are_well_formed(subject: Subject) -> ServiceError | None:
    """Every tag is a key and a value."""
    fine = (isinstance(tag, dict) and {"Key", "Value"} == set(tag) for tag in subject.get("Tags", ()))
    return None if all(fine) else errors.validation("A tag has a Key and a Value.")


def put(subject: Subject) -> Effect:
    """One more version; of more than a hundred the oldest goes."""
    there, key, tier = existing(subject), chosen_key(subject), tier_of(subject)
    number = there.versions[-1].number + 1 if there and there.versions else 1
    key_arn = key.arn if isinstance(key, world.Key) else None
    version = world.ParameterVersion(number, str(subject.get("Value")), key_arn, subject.time)
    if there is None:
        there = world.Parameter(subject.arn, str(subject.get("Name")), type_of(subject), tags=_tags(subject))
    made = replace(there, tier=tier, versions=(*there.versions, version)[-_MOST_VERSIONS:])
    known = subject.world.account(subject.account) is not None
    return Effect(subject.world.with_parameter(made) if known else subject.world, {"Version": number, "Tier": tier})


def exists(subject: Subject) -> ServiceError | None:
    """The parameter is there."""
    return None if existing(subject) else errors.NOT_FOUND


def delete(subject: Subject) -> Effect:
    """Gone at once: there is no recovery window."""
    return Effect(subject.world.without_parameter(subject.arn))


PUT_PARAMETER = Operation(
    "ssm",
    "PutParameter",
    parameters=(
        NAME,
        Parameter("Value", required=True, low=1, hidden=True),
        Parameter("Type", choices=_TYPES),
        Parameter("KeyId", low=1, high=256),
        Parameter("Overwrite", bool),
        Parameter("Tier", choices=(STANDARD, ADVANCED, _BY_SIZE)),
        Parameter("Description", high=1024),
        Parameter("Tags", list, high=1000),
    ),
    before=(new_name, tags_are_well_formed),
    about=about_new,
    steps=(
        Demand("ssm:PutParameter", _on_parameter),
        Demand("ssm:AddTagsToResource", _to_tag),
        may_be_put,
        fits,
        key_is_there,
        Demand("kms:Encrypt", _on_key(STANDARD), via=VIA),
        Demand("kms:GenerateDataKey", _on_key(ADVANCED), via=VIA),
        key_is_usable,
    ),
    effect=put,
    named_by="Name",
)
DELETE_PARAMETER = Operation(
    "ssm",
    "DeleteParameter",
    parameters=(NAME,),
    before=(no_arn, readable_name),
    about=about_parameter,
    steps=(Demand("ssm:DeleteParameter", on_names), exists),
    effect=delete,
    named_by="Name",
)
