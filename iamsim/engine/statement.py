"""Statements, compiled: an effect and the checks that must all match.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iamsim.engine.check import Check, Test
from iamsim.engine.condition import condition_check
from iamsim.engine.decision import MATCHED, MISSED, Caution, Element, Finding, Reason, depends, excluded, hit
from iamsim.engine.glob import ARN_FIELDS, field_glob, matcher
from iamsim.engine.principal import PrincipalMatcher, principal_check
from iamsim.engine.unknown_part import is_unsure, matches_for_certain
from iamsim.engine.variables import arn_template, fill, is_static
from iamsim.language.pattern import Part, Wildcard, parse_wildcards
from iamsim.language.unknown_text import OPEN, unknown_names
from iamsim.model.policy import Effect, PolicyType

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.engine.check import Case
    from iamsim.engine.kleene import Truth
    from iamsim.language.source import Pointer
    from iamsim.model.policy import Policy, Strings
    from iamsim.model.policy import Statement as WrittenStatement


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A compiled statement. `checks` begin with the one of Action or NotAction; `tests` are those of the others.

    `principal` tells entries apart.
    """

    index: int
    sid: str | None
    effect: Effect
    checks: tuple[Check, ...]
    pointer: Pointer
    principal: PrincipalMatcher | None = None
    tests: tuple[Test, ...] = ()

    def applies(self, case: Case) -> Truth:
        """Whether every check matches, the first left out: the index has already found the action to match."""
        unknown = False
        for test in self.tests:
            matched = test(case).matched
            if matched is None:
                unknown = True
            elif not matched:
                return False
        return None if unknown else True

    def findings(self, case: Case) -> tuple[Finding, ...]:
        """The same checks without a short cut, each with what it looked at."""
        return tuple(_seen(check, case) for check in self.checks)


def _seen(check: Check, case: Case) -> Finding:
    matched, reason, actual, entry, keys, caution = check.test(case)
    return Finding(matched, reason, check.looks_at(case) if actual is None else actual, entry, keys, caution)


def compile_statement(written: WrittenStatement, policy: Policy) -> Statement:
    """Compile a statement of a policy whose text is known."""
    pointer: Pointer = ("Statement", written.index)
    deny = written.effect is Effect.DENY
    checks = [_action_check(written.actions, pointer), _resource_check(written.resources, pointer, policy)]
    principal = None
    if written.principals is not None:
        check, principal = principal_check(written.principals, pointer, deny=deny)
        checks.append(check)
    checks += [condition_check(condition, pointer, variables=policy.variables) for condition in written.conditions]
    tests = tuple(check.test for check in checks[1:] if check.test is not _on_everything)
    return Statement(written.index, written.sid, written.effect, tuple(checks), pointer, principal, tests)


def unknown_statements() -> tuple[Statement, ...]:
    """What stands for a policy whose text is not known: it may allow, and it may deny."""
    finding = Finding(None, Reason.TEXT_UNKNOWN)
    checks = (
        Check(Element.ACTION, (), lambda _: MATCHED, _action),
        Check(Element.RESOURCE, (), lambda _: finding, _resource),
    )
    return tuple(Statement(i, None, effect, checks, (), tests=(checks[1].test,)) for i, effect in enumerate(Effect))


def _missing_element(case: Case) -> Finding:
    """A statement without Resource never applies, but for a role's trust policy, which carries none."""
    return MATCHED if case.trust else Finding(matched=False, reason=Reason.ELEMENT_MISSING)


def acts_on(written: WrittenStatement, action: str) -> bool:
    """Whether the Action or NotAction of a statement matches an action in lower case."""
    actions = written.actions
    return actions is not None and (_action_entry(_lowered(actions), action) is None) is actions.negated


def _lowered(actions: Strings) -> list[str]:
    """Action names are case-insensitive."""
    return [value.lower() for value in actions.values]


def _action_entry(values: list[str], action: str) -> int | None:
    """The entry that matches an action: the one that is this very action, else the first pattern."""
    if action in values:
        return values.index(action)
    beginnings = f"{action[0]}*?"
    for i, value in enumerate(values):
        if value[:1] in beginnings and ("*" in value or "?" in value) and _action_matcher(value)(action):
            return i
    return None


def _action_check(actions: Strings | None, statement: Pointer) -> Check:
    if actions is None:
        return Check(Element.ACTION, (*statement, "Action"), _missing_action, _action)
    element = Element.NOT_ACTION if actions.negated else Element.ACTION
    values, negated = _lowered(actions), actions.negated

    def test(case: Case) -> Finding:
        return _found(_action_entry(values, case.action), negated=negated)

    return Check(element, (*statement, element.value), test, _action)


def _missing_action(_: Case) -> Finding:
    return Finding(matched=False, reason=Reason.ELEMENT_MISSING)


def _action(case: Case) -> object:
    return case.request.action


def _resource(case: Case) -> object:
    return case.resource


@lru_cache(maxsize=512)
def _action_matcher(pattern: str) -> Callable[[str], bool]:
    return matcher(parse_wildcards(pattern))


def _found(entry: int | None, *, negated: bool, caution: Caution | None = None) -> Finding:
    otherwise, of_entry = (MATCHED, excluded) if negated else (MISSED, hit)
    found = otherwise if entry is None else of_entry(entry)
    return found if caution is None else found._replace(caution=caution)


class _ResourcePattern(NamedTuple):
    """One entry of Resource: `matches` for a fixed text, `parts` for one with variables.

    `loose` is the whole-text reading where the two readings of a wildcard differ (see `field_glob`).
    """

    matches: Callable[[str], bool] | None
    loose: Callable[[str], bool] | None
    parts: tuple[Part, ...]

    @property
    def unsure(self) -> bool:
        """Whether some part of it is not known."""
        return is_unsure(*(part for part in self.parts if isinstance(part, str)))


@lru_cache(maxsize=512)
def _resource_pattern(text: str, *, variables: bool, complete: bool) -> _ResourcePattern:
    if complete and text.startswith("arn:"):
        text += ":*" * (ARN_FIELDS - 1 - text.count(":"))
    parts = arn_template(text, variables=variables)
    if not is_static(parts):
        return _ResourcePattern(None, None, parts)
    return _ResourcePattern(*_matchers(tuple(p for p in parts if isinstance(p, str | Wildcard))), parts)


@lru_cache(maxsize=512)
def _matchers(parts: tuple[str | Wildcard, ...]) -> tuple[Callable[[str], bool], Callable[[str], bool] | None]:
    glob = field_glob(parts)
    return matcher(glob), None if glob == parts else matcher(parts)


def _resource_check(resources: Strings | None, statement: Pointer, policy: Policy) -> Check:
    if resources is None:
        return Check(Element.RESOURCE, (*statement, "Resource"), _missing_element, _resource)
    element = Element.NOT_RESOURCE if resources.negated else Element.RESOURCE
    if resources.values == ("*",) and not resources.negated:
        return Check(element, (*statement, element.value), _on_everything, _resource)
    complete = policy.type in (PolicyType.IDENTITY, PolicyType.BOUNDARY)
    patterns = [_resource_pattern(v, variables=policy.variables, complete=complete) for v in resources.values]
    return Check(element, (*statement, element.value), _resource_test(patterns, negated=resources.negated), _resource)


def _on_everything(_: Case) -> Finding:
    """The test of a single `*`: it need not be asked."""
    return hit(0)


def _resource_test(patterns: list[_ResourcePattern], *, negated: bool) -> Test:
    """The first entry that matches. Resource `*`, of an action without a resource, is matched by `*` alone (B3.5)."""
    whole, unsure = _whole_resource_test(patterns, negated=negated), _unsure_resource_test(patterns, negated=negated)
    if any(pattern.unsure for pattern in patterns):
        return unsure
    if any(pattern.matches is None or pattern.loose is not None for pattern in patterns):
        return lambda case: (unsure if OPEN in case.resource else whole)(case)
    tests = [(p.matches, _found(i, negated=negated)) for i, p in enumerate(patterns) if p.matches is not None]
    otherwise = _found(None, negated=negated)

    def test(case: Case) -> Finding:
        resource = case.resource
        if resource == "*":
            return whole(case)
        if OPEN in resource:
            return unsure(case)
        for matches, finding in tests:
            if matches(resource):
                return finding
        return otherwise

    return test


def _whole_resource_test(patterns: list[_ResourcePattern], *, negated: bool) -> Test:
    """The test for patterns with variables or with two readings too."""

    def test(case: Case) -> Finding:
        resource = case.resource
        unknown: tuple[str, ...] = ()
        caution, absent = None, False
        for i, (fixed, wide, parts) in enumerate(patterns):
            matches, loose, doubt = fixed, wide, None
            if matches is None:
                filled = fill(parts, case)
                unknown += filled.unknown
                doubt = filled.caution
                caution = doubt or caution
                absent = absent or filled.parts is None
                if filled.parts is None or filled.unknown:
                    continue
                matches, loose = _matchers(filled.parts)
            if matches(resource) and (resource != "*" or all(part is Wildcard.ANY for part in parts)):
                return _found(i, negated=negated, caution=doubt)
            if loose is not None and loose(resource):
                caution = Caution.RESOURCE_WILDCARD
        if unknown:
            return Finding(None, Reason.KEY_UNKNOWN, keys=unknown)
        found = _found(None, negated=negated, caution=caution)
        return found._replace(reason=Reason.VARIABLE_ABSENT) if absent and not negated else found

    return test


def _unsure_resource_test(patterns: list[_ResourcePattern], *, negated: bool) -> Test:
    """The test where parts of the patterns, or of the resource's own name, are not known."""

    def test(case: Case) -> Finding:
        keys: tuple[str, ...] = ()
        names: list[str] = []
        for i, pattern in enumerate(patterns):
            filled = fill(pattern.parts, case)
            keys += filled.unknown
            if filled.parts is None or filled.unknown:
                continue
            certain = matches_for_certain(field_glob(filled.parts), case.resource)
            if certain:
                return _found(i, negated=negated, caution=filled.caution)
            if certain is None:
                names += unknown_names(case.resource, *(part for part in filled.parts if isinstance(part, str)))
        if keys:
            return Finding(None, Reason.KEY_UNKNOWN, keys=keys)
        return depends(tuple(dict.fromkeys(names))) if names else _found(None, negated=negated)

    return test
