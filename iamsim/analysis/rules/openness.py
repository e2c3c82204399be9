"""Whether a policy on a resource lets in somebody whom nobody knows, and which of its statements does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iamsim.analysis.report import Result, State
from iamsim.analysis.rules.pointing import called, place_in, place_of, places, statement_name, unknowns_of
from iamsim.analysis.strangers import EVERYTHING
from iamsim.engine.decision import Decision, Element, Form, Reason
from iamsim.engine.principal import read_entry
from iamsim.language.diagnostic import Severity
from iamsim.language.operator import parse_operator
from iamsim.language.unknown_text import is_known, split_unknown
from iamsim.model.policy import Effect, Policy, Statement
from iamsim.model.world import Account, Role, User
from iamsim.simulator.context import NETWORK_KEYS
from iamsim.simulator.simulate import simulate_authorization

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from iamsim.analysis.checked import Checked
    from iamsim.analysis.report import Unknown
    from iamsim.engine.evaluation import Evaluation, StatementTrace
    from iamsim.engine.request import ContextValue
    from iamsim.model.world import World

ORGANIZATION = "o-madeupstranger"
_ORG_KEYS = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths")
_NO_ONE: Mapping[str, ContextValue] = dict.fromkeys(_ORG_KEYS)
_ELSEWHERE: Mapping[str, ContextValue] = {_ORG_KEYS[0]: ORGANIZATION, _ORG_KEYS[1]: [f"{ORGANIZATION}/r-madeup/"]}
STRANGERS = (_NO_ONE, _ELSEWHERE)
"""Context of an account in no organization, and of one in an organization that nobody knows."""

_INTERNET: Mapping[str, ContextValue] = {**dict.fromkeys(NETWORK_KEYS), "aws:SourceIp": "198.18.0.1"}
_VPC: Mapping[str, ContextValue] = {
    "aws:SourceIp": None,
    "aws:VpcSourceIp": "198.18.0.1",
    "aws:SourceVpc": "vpc-0madeupstranger00",
    "aws:SourceVpce": "vpce-0madeupstranger00",
}
NETWORKS = (_INTERNET, _VPC)
"""Context of a call from the internet, and of one through a VPC endpoint: of a stranger, from where nobody knows.

The address is one of those set apart for tests of networks (RFC 2544): no policy names it, unless it names all.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
"""


@dataclass(frozen=True)
class Opening:
    """A statement that lets a stranger in, and for which actions. `unknowns`: what it hangs on, if it is not certain."""

    policy: Policy
    statement: int
    actions: tuple[str, ...]
    unknowns: tuple[Unknown, ...] = ()


def with_principal(world: World, arn: str) -> World:
    """The world in which the role or user of an ARN may do everything by its own policy, and has no boundary."""
    id_ = arn.split(":", 5)[4]
    known = world.account(id_) or Account(id_, id_)
    if ":user/" in arn:
        changed = replace(known, users={**known.users, arn: User(arn, "", (EVERYTHING,))})
    else:
        changed = replace(known, roles={**known.roles, arn: Role(arn, "", (EVERYTHING,))})
    return replace(world, accounts={**world.accounts, id_: changed})


def somebody(account: str, partition: str = "aws") -> str:
    """The ARN of a made-up role of an account, which no policy names."""
    return f"arn:{partition}:iam::{account}:role/unlisted-by-all-files"


def strange_account(world: World) -> str:
    """An account that is in no file, and in no organization that a file tells of."""
    listed = set(world.accounts)
    organization = world.organization
    if organization is not None:
        listed.add(organization.management)
    numbers = (f"{n:012d}" for n in range(len(listed) + 1000))
    return next(n for n in numbers if n not in listed and not (organization and organization.way_to(n)))


def asked(
    checked: Checked,
    world: World,
    caller: str | Mapping[str, str],
    action: str,
    resource: str,
    context: Mapping[str, ContextValue],
) -> Evaluation:
    """One authorization of a caller of whom some context is said."""
    call = checked.call(action, caller)
    said = {key.lower() for key in context}
    unknown = tuple(key for key in call.unknown if key.lower() not in said)
    call = replace(call, context={**call.context, **context}, unknown=unknown)
    return simulate_authorization(world, call, resource).authorizations[0].evaluation


def openings(
    checked: Checked,
    resource: str,
    policies: Iterable[Policy],
    actions: Iterable[str],
    contexts: Iterable[Mapping[str, ContextValue]] = ({},),
) -> list[Opening]:
    """The statements that let a stranger do something to a resource, those that certainly do before the others.

    `contexts` are ways to ask for an action, beside who asks.
    """
    stranger = somebody(strange_account(checked.world), resource.split(":", 2)[1])
    if not any(map(_may_name_anybody, policies)):
        return []
    world = with_principal(checked.world, stranger)
    ways = [{**who, **where, **how} for how in contexts for where in NETWORKS for who in STRANGERS]
    certain: dict[tuple[int, int], Opening] = {}
    open_: dict[tuple[int, int], Opening] = {}
    for action in actions:
        for way in ways:
            evaluation = asked(checked, world, stranger, action, resource, way)
            found = certain if evaluation.decision is Decision.ALLOWED else open_
            for seen in _granting(evaluation):
                policy, index = seen.policy.policy, seen.statement.index
                key, name = (id(policy), index), action.partition(":")[2]
                before = found.get(key, Opening(policy, index, ()))
                unknowns = () if found is certain else unknowns_of(checked, (evaluation,))
                names = tuple(dict.fromkeys((*before.actions, name)))
                found[key] = Opening(policy, index, names, before.unknowns or unknowns)
    return [*certain.values(), *(o for key, o in open_.items() if key not in certain and o.unknowns)]


def _may_name_anybody(policy: Policy) -> bool:
    """Whether a policy may let in somebody whom it does not name: only then the question has to be asked."""
    allowing = [s.principals for s in policy.statements if s.effect is Effect.ALLOW]
    entries = [entry.value for found in allowing if found for entry in found.entries]
    unnamed = any(found is None or found.negated for found in allowing)
    return not policy.known or unnamed or any(value == "*" or not is_known(value) for value in entries)


def named_in_other_accounts(statement: Statement, account: str, partition: str) -> Iterator[tuple[str, str]]:
    """The accounts other than one that a statement names, each with a principal that it lets in."""
    for entry in statement.principals.entries if statement.principals and not statement.principals.negated else ():
        found = read_entry(entry.kind, entry.value)
        if found.account and found.account != account and is_known(found.account):
            yield found.account, found.text if found.form in _THEMSELVES else somebody(found.account, partition)


_THEMSELVES = (Form.USER, Form.ROLE, Form.SESSION, Form.FEDERATED_USER)


def _granting(evaluation: Evaluation) -> Iterator[StatementTrace]:
    """The statements on the resource that grant; of an open answer those that hang on names alone, or on a text."""
    if evaluation.decision not in (Decision.ALLOWED, Decision.UNKNOWN):
        return
    allowed = evaluation.decision is Decision.ALLOWED
    if not allowed and any(d.matched is None and not _by_names(d, "deny") for d in evaluation.trace().denies):
        return
    for path in evaluation.trace().paths:
        if path.granted is not None and (path.open is True if allowed else _by_names(path.granted, "allow")):
            yield path.granted


def _by_names(seen: StatementTrace, effect: str) -> bool:
    """Whether a statement hangs on nothing but names or its text, and not on a name that no stranger has."""
    open_ = [(check, f) for check, f in zip(seen.statement.checks, seen.findings, strict=True) if f.matched is None]
    if any(f.reason not in (Reason.PART_UNKNOWN, Reason.TEXT_UNKNOWN) for _, f in open_):
        return False
    return effect == "deny" or not any(_names_somebody(seen, check.element, check.pointer) for check, _ in open_)


def _names_somebody(seen: StatementTrace, element: Element, pointer: tuple[str | int, ...]) -> bool:
    """Whether what is not known is the name of a principal, an account or an organization: nobody names a stranger."""
    if not seen.policy.policy.known:
        return False
    written = seen.policy.policy.statements[seen.statement.index]
    if element is Element.PRINCIPAL and written.principals:
        entries = [entry.value for entry in written.principals.entries if not is_known(entry.value)]
        return all(len(split_unknown(value)) > 1 for value in entries)
    if element is not Element.CONDITION:
        return False
    operator, key = str(pointer[-2]), str(pointer[-1]).lower()
    equals = parse_operator(operator).base in ("stringequals", "stringequalsignorecase")
    return equals and key.startswith(("aws:principal", "kms:calleraccount", "aws:source"))


def open_results(
    checked: Checked, rule: str, resource: str, kind: str, found: Iterable[Opening], severity: Severity = Severity.ERROR
) -> Iterator[Result]:
    """What is said of openings; `kind` is what the resource is."""
    for opening in found:
        yield _result(checked, rule, resource, kind, opening, severity)


def _result(checked: Checked, rule: str, resource: str, kind: str, opening: Opening, severity: Severity) -> Result:
    policy, what = opening.policy, called(checked, resource)
    if not policy.known:
        return Result(
            rule,
            severity,
            f"whether the {kind} `{what}` is open to everybody hangs on a policy whose text is not known",
            what,
            places(place_of(checked, resource)),
            State.UNDECIDED,
            unknowns=opening.unknowns,
        )
    said, actions = _what_opens(policy.statements[opening.statement]), ", ".join(opening.actions)
    element = "NotPrincipal" if said.startswith("NotPrincipal") else "Principal"
    place = place_in(checked, policy, resource, ("Statement", opening.statement, element), said)
    undecided = bool(opening.unknowns)
    message = f"anybody in any AWS account can {actions} on the {kind} `{what}`: {said}"
    if undecided:
        message = f"whether anybody in any AWS account can {actions} on the {kind} `{what}` hangs on names not known"
    return Result(
        rule,
        severity,
        message,
        f"{what}: {statement_name(policy, opening.statement)}",
        places(place, place_of(checked, resource)),
        State.UNDECIDED if undecided else State.FAILED,
        help="name the accounts or roles in Principal, or bind it with a condition such as aws:PrincipalOrgID",
        unknowns=opening.unknowns,
    )


def _what_opens(statement: Statement) -> str:
    negated = bool(statement.principals and statement.principals.negated)
    who = "NotPrincipal leaves everybody in whom it does not list" if negated else "its Principal is everybody"
    keys = dict.fromkeys(condition.key for condition in statement.conditions)
    if not keys:
        return f"{who}, and it has no condition"
    return f"{who}, and its conditions ({', '.join(keys)}) bind it to no account or organization"
