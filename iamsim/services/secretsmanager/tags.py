"""TagResource and UntagResource.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.services.operation import Demand, Effect, Occasion, Operation, Parameter
from iamsim.services.secretsmanager import rules
from iamsim.services.secretsmanager.contexts import secret_context
from iamsim.services.secretsmanager.naming import about_secret, valid_name
from iamsim.services.secretsmanager.reading import SECRET_ID, on_secret
from iamsim.services.secretsmanager.replicas import carried
from iamsim.services.secretsmanager.shapes import members_are_well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.model.world import Secret
    from iamsim.services.operation import Subject

TAGS = Parameter("Tags", list, required=True)


def tags_given(subject: Subject) -> dict[str, str]:
    """The tags of a call, in their order."""
    return {str(tag["Key"]): str(tag.get("Value", "")) for tag in subject.get("Tags", ()) if "Key" in tag}


def _tagged(subject: Subject) -> Secret:
    removed = set(subject.get("TagKeys", ()))
    kept = {name: value for name, value in subject.found.tags.items() if name not in removed}
    tags = {**kept, **tags_given(subject)}
    return replace(subject.found, tags=tags, tagged=subject.found.tagged or bool(subject.found.tags or tags))


def _on_secret_with_other_tags(subject: Subject) -> Iterator[Occasion]:
    """On the secret as it would be: AWS refuses a change of tags that would end the caller's permissions.

    That "permissions" are those for this very action is inferred.
    """
    if subject.secret is None:
        return
    tagged = _tagged(subject)
    if dict(tagged.tags) != dict(subject.secret.tags):
        gone = {f"secretsmanager:ResourceTag/{name}": None for name in subject.secret.tags}
        yield Occasion(tagged, {**gone, **secret_context(subject.with_(secret=tagged))})


def _tag(subject: Subject) -> Effect:
    return Effect(carried(subject.world, replace(_tagged(subject), changed=subject.time)))


def _operation(name: str, parameter: Parameter) -> Operation:
    return Operation(
        "secretsmanager",
        name,
        parameters=(SECRET_ID, parameter),
        before=(valid_name, members_are_well_formed),
        about=about_secret,
        steps=(
            Demand(f"secretsmanager:{name}", on_secret),
            rules.exists,
            rules.not_marked_for_deletion,
            rules.not_a_replica,
            Demand(f"secretsmanager:{name}", _on_secret_with_other_tags),
        ),
        effect=_tag,
        named_by="SecretId",
    )


TAG_RESOURCE = _operation("TagResource", TAGS)
UNTAG_RESOURCE = _operation("UntagResource", Parameter("TagKeys", list, required=True))
