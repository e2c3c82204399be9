"""What a policy document says, and what it hardly means: every finding about its form, and elements that match nothing.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_policy-validator.html
"""

from __future__ import annotations

import difflib
from itertools import islice
from typing import TYPE_CHECKING

from iamsim.analysis.reference import reference
from iamsim.language.diagnostic import Diagnostic, Label, Severity
from iamsim.model.document import diagnose_policy
from iamsim.model.policy import Effect, PolicyType
from iamsim.model.validation.report import MAX_PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iamsim.language.source import Pointer, Source
    from iamsim.model.document import Document
    from iamsim.model.policy import Condition, Policy, Statement

_ACTIONS_PAGE = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "reference_policies_actions-resources-contextkeys.html"
)
_PAGES = {
    "unknown-action": _ACTIONS_PAGE,
    "action-matches-nothing": _ACTIONS_PAGE,
    "rcp-service": "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html",
    "unknown-condition-key": "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    "secret-arn-suffix": "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html",
    "wildcard-readings": "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
}
"""The codes of this module, and the page that each rests on."""

_NOTES = frozenset({"wildcard-readings"})
_SECRET_ARN_KEYS = frozenset({"secretsmanager:secretid", "kms:encryptioncontext:secretarn"})
_SUFFIX = 6  # characters that Secrets Manager adds to a name, after a hyphen


def lint_policy(
    document: Document, policy_type: PolicyType | str, name: str = "", *, inline: bool = False
) -> list[Diagnostic]:
    """Every finding about a document, in the order of the text.

    Beyond what AWS refuses, these are elements that match nothing: actions and condition keys that AWS does not have,
    ARNs of secrets without the six characters at their end, and wildcards that may be read in two ways.

    Raises:
        ValueError: a policy of that type is no document.
    """
    policy, found = diagnose_policy(document, policy_type, name, inline=inline)
    if policy is not None:
        found += islice(_findings(policy), MAX_PROBLEMS)
    return sorted(found, key=lambda diagnostic: diagnostic.labels[0].span if diagnostic.labels else (0, 0))


def _findings(policy: Policy) -> Iterator[Diagnostic]:
    for statement in policy.statements:
        for look in _LOOKS:
            if policy.source is not None:
                yield from look(policy, statement, policy.source)


def _finding(code: str, message: str, label: Label, help_: str) -> Diagnostic:
    severity = Severity.NOTE if code in _NOTES else Severity.WARNING
    return Diagnostic(code, message, (label,), severity, help_, _PAGES[code])


def _look_at_actions(policy: Policy, statement: Statement, source: Source) -> Iterator[Diagnostic]:
    if statement.actions is None:
        return
    element = "NotAction" if statement.actions.negated else "Action"
    for index, text in enumerate(statement.actions.values):
        label = Label(source, ("Statement", statement.index, element, index))
        service, _, name = text.partition(":")
        known = reference().actions(service)
        if policy.type is PolicyType.RCP and service != "*" and service.lower() not in reference().rcp_services:
            message = f"`{service}` is not among the services that resource control policies apply to"
            yield _finding("rcp-service", message, label, "leave it out: the statement does nothing here")
        elif known is not None and not reference().matched_actions(service, name):
            yield _unknown_action(text, name, known, label)


def _unknown_action(text: str, name: str, known: list[str], label: Label) -> Diagnostic:
    if "*" in name or "?" in name:
        message = f"`{_short(text)}` matches no action of the service"
        return _finding("action-matches-nothing", message, label, "check the part before the wildcard")
    help_ = _nearest(name, known) or "check the spelling in the service's list of actions"
    return _finding("unknown-action", f"there is no action `{_short(text)}`", label, help_)


def _look_at_resources(policy: Policy, statement: Statement, source: Source) -> Iterator[Diagnostic]:
    if statement.resources is None:
        return
    element = "NotResource" if statement.resources.negated else "Resource"
    for index, text in enumerate(statement.resources.values):
        pointer: Pointer = ("Statement", statement.index, element, index)
        if not may_be_a_secret(text):
            yield _without_suffix(text, Label(source, pointer), _does_nothing(statement))
        at = _inner_wildcard(text)
        if at is not None:
            label = Label(source, pointer, inside=(at, at + 1))
            message = "whether this `*` may stand for colons too is read in two ways"
            help_ = "let the wildcard end its field, or write the field in full"
            yield _finding("wildcard-readings", message, label, help_)


def _look_at_conditions(policy: Policy, statement: Statement, source: Source) -> Iterator[Diagnostic]:
    for condition in statement.conditions:
        pointer: Pointer = ("Statement", statement.index, "Condition", condition.operator, condition.key)
        yield from _unknown_key(condition, Label(source, pointer, key=True))
        if condition.key.lower() in _SECRET_ARN_KEYS:
            for index, text in enumerate(condition.values):
                if not may_be_a_secret(text):
                    yield _without_suffix(text, Label(source, (*pointer, index)), "no request has it")


def _unknown_key(condition: Condition, label: Label) -> Iterator[Diagnostic]:
    """A key that AWS does not have. Of its global keys new ones appear, so only a slip of the pen is reported there."""
    service = condition.key.partition(":")[0].lower()
    known = reference().condition_keys(service)
    if known is None or reference().has_condition_key(condition.key):
        return
    help_ = _nearest(condition.key, known)
    if help_ or service != "aws":
        message = f"there is no condition key `{_short(condition.key)}`"
        help_ = help_ or "check the spelling in the service's list of condition keys"
        yield _finding("unknown-condition-key", message, label, help_)


def may_be_a_secret(pattern: str) -> bool:
    """Whether an ARN pattern can match a secret; True for every pattern that is not about secrets.

    The ARN of a secret ends with a hyphen and six letters or digits, which Secrets Manager adds to its name.
    """
    fields = pattern.split(":", 6)
    if len(fields) < 7 or fields[2] != "secretsmanager" or fields[5] != "secret" or "${" in pattern:
        return True
    name = fields[6]
    for place, character in enumerate(reversed(name)):
        if character == "*" or place > _SUFFIX:
            return True
        fits = character == "-" if place == _SUFFIX else character.isascii() and character.isalnum()
        if not fits and character != "?":
            return False
    return False


def _without_suffix(text: str, label: Label, effect: str) -> Diagnostic:
    message = f"`{_short(text)}` lacks the six characters at the end of a secret's ARN: {effect}"
    help_ = f"write `{_short(text)}-??????`"
    return _finding("secret-arn-suffix", message, label, help_)


def _does_nothing(statement: Statement) -> str:
    if statement.resources is not None and statement.resources.negated:
        return "it leaves out no secret"
    return "the statement denies nothing" if statement.effect is Effect.DENY else "it allows nothing"


def _inner_wildcard(text: str) -> int | None:
    """The index of the first `*` in the first five fields of an ARN that does not end its field."""
    at = 0
    for field in text.split(":")[:5] if text.startswith("arn:") else ():
        inner = field.rstrip("*").find("*")
        if inner >= 0:
            return at + inner
        at += len(field) + 1
    return None


def _nearest(name: str, known: list[str]) -> str:
    near = next((word for word in known if word.lower() == name.lower()), None)
    near = near or next(iter(difflib.get_close_matches(name[:60], known, 1, 0.75)), None)
    return f"did you mean `{near}`?" if near else ""


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}…"


_LOOKS: tuple[Callable[[Policy, Statement, Source], Iterator[Diagnostic]], ...] = (
    _look_at_actions,
    _look_at_resources,
    _look_at_conditions,
)
