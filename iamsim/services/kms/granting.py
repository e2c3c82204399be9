"""CreateGrant, ListGrants, RevokeGrant and RetireGrant.

https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html
https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.engine.request import CallerKind
from iamsim.model.world import Grant
from iamsim.services.kms import grants, rules
from iamsim.services.kms.contexts import encryption_context, key_occasion, on_key, truth
from iamsim.services.kms.naming import about, about_key, is_there
from iamsim.services.operation import Demand, Effect, Operation, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iamsim.services.operation import Derived, Occasion, Subject


def create_context(subject: Subject) -> Derived:
    """What the grant will be. It is for an AWS resource only if an AWS service asks for it."""
    constraints = subject.get("Constraints", {})
    return {
        "kms:GrantOperations": grants.given_operations(subject),
        "kms:GranteePrincipal": subject.get("GranteePrincipal"),
        "kms:GranteeServicePrincipal": subject.get("GranteeServicePrincipal"),
        "kms:RetiringPrincipal": subject.get("RetiringPrincipal"),
        "kms:RetiringServicePrincipal": subject.get("RetiringServicePrincipal"),
        "kms:GrantConstraintType": next((name for name in grants.PAIRS if constraints.get(name)), None),
        "kms:GrantConstraintSourceArn": constraints.get("SourceArn"),
        **for_resource(subject),
        **encryption_context(grants.given_pairs(subject)),
    }


def for_resource(subject: Subject) -> Derived:
    """Whether an AWS service makes the request."""
    return {"kms:GrantIsForAWSResource": truth(subject.caller.kind is CallerKind.SERVICE)}


def on_key_to_grant(subject: Subject) -> Iterator[Occasion]:
    """On the key, with those of its grants only that let their grantee make this one.

    A grant lets its grantee hand out a part of its own operations, under the same constraints or stricter ones; a policy
    that allows kms:CreateGrant lets hand out anything.
    """
    key, child = subject.key, grants.given_grant(subject)
    if key is not None:
        key = replace(key, grants=tuple(grant for grant in key.grants if _may_make(grant, child)))
    yield key_occasion(subject, key, create_context(subject))


def _may_make(parent: Grant, child: Grant) -> bool:
    """That the pairs themselves are no fewer is asked by the parent's constraints, of the child's as encryption context."""
    exact = bool(parent.constraints.get(grants.PAIRS[0]))
    return set(child.operations) <= set(parent.operations) and (
        not exact or bool(child.constraints.get(grants.PAIRS[0]))
    )


def granted(subject: Subject) -> Effect:
    """The key with the grant. One of the same name with the same parameters is returned as it is."""
    key, wanted = subject.found_key, grants.given_grant(subject)
    same = next((grant for grant in key.grants if wanted.name and replace(grant, id="") == wanted), None)
    if same is not None:
        return Effect(subject.world, {"GrantId": same.id, "GrantToken": grants.token_of(key, same)})
    made = replace(wanted, id=subject.chance.id("grant", {grant.id for grant in key.grants}))
    changed = replace(key, grants=(*key.grants, made))
    return rules.kept(subject, changed, GrantId=made.id, GrantToken=grants.token_of(key, made))


def about_grant(subject: Subject) -> Subject:
    """The key of the grant."""
    return about(subject, grants.named_grant(subject)[0])


def on_retired_key(subject: Subject) -> Iterator[Occasion]:
    """On the key, where the grant itself says who may retire it.

    These are its retiring principal, the grantee if RetireGrant is among its operations, and the account that made it,
    whose IAM policies then decide. (Recorded for the creator; that the key's own policy counts beside it is inferred.)
    """
    key, grant = subject.key, grants.grant_of(subject)
    if key is not None and grant is not None:
        creator = grant.creator or key.arn.split(":", 5)[4]
        grantee = grant.grantee if "RetireGrant" in grant.operations else ""
        who = dict.fromkeys(name for name in (grant.retiring, grantee, creator) if name)
        key = replace(key, grants=tuple(Grant(name, ("RetireGrant",)) for name in who))
    constraints = grant.constraints if grant else {}
    kind = next((name for name in grants.PAIRS if constraints.get(name)), None)
    yield key_occasion(subject, key, {"kms:GrantConstraintType": kind})


def removed(subject: Subject) -> Effect:
    """The key without the grant."""
    key, gone = subject.found_key, grants.grant_of(subject)
    return rules.kept(subject, replace(key, grants=tuple(grant for grant in key.grants if grant is not gone)))


def listed(subject: Subject) -> Effect:
    """The grants of the key, a page of them."""
    wanted = {"grantee": subject.get("GranteePrincipal") or subject.get("GranteeServicePrincipal")}
    wanted["id"] = subject.get("GrantId")
    found = [g for g in subject.found_key.grants if all(v in (None, getattr(g, n)) for n, v in wanted.items())]
    marker = str(subject.get("Marker", "0"))
    start = int(marker) if marker.isascii() and marker.isdigit() else 0
    end = start + int(subject.get("Limit", 50))
    more = {"Truncated": end < len(found)} | ({"NextMarker": str(end)} if end < len(found) else {})
    return Effect(subject.world, {"Grants": [grants.entry(subject, g) for g in found[start:end]], **more})


_GRANT_ID = Parameter("GrantId", low=1, high=128)
_PRINCIPALS = tuple(
    Parameter(name, low=1, high=256)
    for name in ("GranteePrincipal", "RetiringPrincipal", "GranteeServicePrincipal", "RetiringServicePrincipal")
)

CREATE_GRANT = Operation(
    "kms",
    "CreateGrant",
    parameters=(
        rules.KEY_ID,
        *_PRINCIPALS,
        Parameter("Operations", list, required=True),
        Parameter("Constraints", dict),
        Parameter("Name", low=1, high=256),
        rules.GRANT_TOKENS,
        rules.DRY_RUN,
    ),
    about=about_key,
    before=(grants.one_grantee, grants.known_operations, is_there),
    steps=(
        Demand("kms:CreateGrant", on_key_to_grant),
        rules.exists,
        rules.usable,
        grants.operations_fit,
        grants.constraints_fit,
        grants.grantee_exists,
        rules.no_dry_run,
    ),
    effect=granted,
    named_by="KeyId",
)
LIST_GRANTS = Operation(
    "kms",
    "ListGrants",
    parameters=(
        rules.KEY_ID,
        _GRANT_ID,
        _PRINCIPALS[0],
        _PRINCIPALS[2],
        Parameter("Limit", int, low=1, high=100),
        Parameter("Marker", low=1, high=1024),
    ),
    about=about_key,
    before=(is_there,),
    steps=(Demand("kms:ListGrants", on_key(for_resource)), rules.exists),
    effect=listed,
    named_by="KeyId",
    read_only=True,
)
REVOKE_GRANT = Operation(
    "kms",
    "RevokeGrant",
    parameters=(rules.KEY_ID, _GRANT_ID._replace(required=True), rules.DRY_RUN),
    about=about_key,
    before=(is_there,),
    steps=(Demand("kms:RevokeGrant", on_key(for_resource)), rules.exists, grants.grant_exists, rules.no_dry_run),
    effect=removed,
    named_by="KeyId",
)
RETIRE_GRANT = Operation(
    "kms",
    "RetireGrant",
    parameters=(
        Parameter("GrantToken", low=1, high=8192),
        rules.KEY_ID._replace(required=False),
        _GRANT_ID,
        rules.DRY_RUN,
    ),
    about=about_grant,
    before=(grants.is_named, is_there),
    steps=(Demand("kms:RetireGrant", on_retired_key), rules.exists, grants.grant_exists, rules.no_dry_run),
    effect=removed,
    named_by="KeyId",
)
