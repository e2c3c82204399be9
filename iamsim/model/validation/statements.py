"""The elements of a statement: which must stand there, which may, and what each may hold.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.model.policy import Effect, PolicyType
from iamsim.model.validation.actions import action_flaw, typed_action_judge, well_formed
from iamsim.model.validation.conditions import check_condition
from iamsim.model.validation.principals import EVERYONE, check_principal
from iamsim.model.validation.report import Flaw, only_strings, shown, suggestion, wrong_type
from iamsim.model.validation.requirements import Presence
from iamsim.model.validation.resources import resource_flaw, unremarkable
from iamsim.model.validation.variables import variable_flaw, without_variables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from iamsim.language.source import Pointer
    from iamsim.model.validation.report import Report
    from iamsim.model.validation.requirements import Requirements

ELEMENTS = frozenset(
    ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
)
"""Every element that a statement may have."""

_EFFECTS = tuple(effect.value for effect in Effect)


class StatementRules:
    """Judges the statements of one document of a given type; it remembers the Sids that it met."""

    def __init__(self, policy_type: PolicyType, required: Requirements, report: Report, *, variables: bool) -> None:
        self.type = policy_type
        self.required = required
        self.report = report
        self.variables = variables
        self.sids: dict[str, Pointer] = {}
        self.effects = (Effect.DENY.value,) if policy_type is PolicyType.RCP else _EFFECTS
        self.judge_action = typed_action_judge(policy_type) if not report.lenient else None
        self.plain_resources = without_variables if report.lenient else unremarkable

    def check(self, statement: Any, index: int) -> None:
        """Judge one statement."""
        at: Pointer = ("Statement", index)
        if not isinstance(statement, dict):
            self.report.add(wrong_type("a statement", statement, "an object"), at)
            return
        check_names(statement, ELEMENTS, at, self.report)
        if statement.get("Effect") not in self.effects:
            self._check_effect(statement, at)
        if "Sid" in statement:
            self._check_sid(statement["Sid"], at)
        self._check_principal(statement, at)
        self._check_actions(statement, at)
        self._check_resources(statement, at)
        if "Condition" in statement:
            check_condition(statement["Condition"], at, self.report, variables=self.variables)

    def _check_effect(self, statement: dict[str, Any], at: Pointer) -> None:
        effect = statement.get("Effect")
        if "Effect" not in statement:
            help_ = 'write `"Effect": "Allow"` or `"Effect": "Deny"`'
            self.report.add(Flaw("missing-effect", "the statement has no `Effect`", help_), at)
        elif not isinstance(effect, str):
            self.report.add(wrong_type("`Effect`", effect, "a string"), (*at, "Effect"))
        elif effect not in _EFFECTS:
            flaw = Flaw("unknown-effect", f"{shown(effect)} is no effect", "write `Allow` or `Deny`, exactly so")
            self.report.add(flaw, (*at, "Effect"))
        else:
            message = "a resource control policy can only deny"
            help_ = "write `Deny`: AWS attaches `RCPFullAWSAccess` to every level by itself"
            self.report.add(Flaw("rcp-allow", message, help_), (*at, "Effect"))

    def _check_sid(self, sid: Any, at: Pointer) -> None:
        if not isinstance(sid, str):
            self.report.add(wrong_type("`Sid`", sid, "a string"), (*at, "Sid"))
        elif sid and not self.report.lenient:
            self._check_sid_text(sid, at)

    def _check_sid_text(self, sid: str, at: Pointer) -> None:
        if self.required.plain_sid and not (sid.isascii() and sid.isalnum()):
            message = f"the `Sid` of {self.required.called} has letters and digits only"
            self.report.add(Flaw("sid-characters", message, "leave out every other character"), (*at, "Sid"))
        if self.sids.setdefault(sid, at) is not at:
            message = f"the `Sid` {shown(sid)} stands twice in the document"
            flaw = Flaw("duplicate-sid", message, "give each statement a `Sid` of its own, or none")
            self.report.add(flaw, (*at, "Sid"), other=(*self.sids[sid], "Sid"))

    def _check_principal(self, statement: dict[str, Any], at: Pointer) -> None:
        presence, called = self.required.principal, self.required.called
        name = self._one_of(statement, "Principal", "NotPrincipal", at)
        if name is None:
            if presence is Presence.REQUIRED and "Principal" not in statement:
                self._check_missing_principal(at)
        elif presence is Presence.FORBIDDEN:
            message = f"`{name}` cannot stand in {called}"
            help_ = "leave it out: the policy belongs to the principals that it is attached to"
            self.report.add(Flaw("principal-not-allowed", message, help_), (*at, name), key=True)
        else:
            if name == "NotPrincipal":
                self._check_not_principal(statement, at)
            elif self.type is PolicyType.RCP and statement[name] != EVERYONE:
                message = "the `Principal` of a resource control policy is `*`"
                help_ = 'write `"Principal": "*"`, and a condition to narrow it'
                self.report.add(Flaw("rcp-principal", message, help_), (*at, name))
            check_principal(statement[name], name, at, self.type, self.report)

    def _check_missing_principal(self, at: Pointer) -> None:
        message = f"a statement of {self.required.called} needs a `Principal`"
        code = "rcp-principal" if self.type is PolicyType.RCP else "missing-principal"
        self.report.add(Flaw(code, message, 'write `"Principal": "*"`, or name who it is about'), at)

    def _check_not_principal(self, statement: dict[str, Any], at: Pointer) -> None:
        pointer = (*at, "NotPrincipal")
        if not self.required.not_principal:
            message = f"`NotPrincipal` cannot stand in {self.required.called}"
            help_ = "write `Principal` and a condition on `aws:PrincipalArn`"
            self.report.add(Flaw("not-principal-not-allowed", message, help_), pointer, key=True)
        elif statement.get("Effect") == Effect.ALLOW:
            message = "`NotPrincipal` cannot stand beside `Allow`: it would allow everybody else"
            flaw = Flaw("not-principal-with-allow", message, "name who is allowed in `Principal`")
            self.report.add(flaw, pointer, key=True)

    def _check_actions(self, statement: dict[str, Any], at: Pointer) -> None:
        name = self._one_of(statement, "Action", "NotAction", at)
        if name is None:
            if "Action" not in statement:
                self.report.add(_missing("action", "Action"), at)
            return
        if name == "NotAction" and self.type is PolicyType.RCP:
            message = "`NotAction` cannot stand in a resource control policy"
            self.report.add(Flaw("rcp-not-action", message, "name the actions in `Action`"), (*at, name), key=True)
        if self.judge_action is None and _fits(statement[name], well_formed):
            return
        for index, text in self._texts(statement[name], name, at):
            flaw = action_flaw(text) or (self.judge_action and self.judge_action(text))
            if flaw:
                self.report.add(flaw, (*at, name, index))

    def _check_resources(self, statement: dict[str, Any], at: Pointer) -> None:
        name = self._one_of(statement, "Resource", "NotResource", at)
        presence, called = self.required.resource, self.required.called
        if name is None:
            if presence is Presence.REQUIRED and "Resource" not in statement:
                self.report.add(_missing("resource", "Resource"), at)
            return
        if presence is Presence.FORBIDDEN:
            message = f"`{name}` cannot stand in {called}"
            help_ = "leave it out: the resource is what the policy is attached to"
            self.report.add(Flaw("resource-not-allowed", message, help_), (*at, name), key=True)
        if _fits(statement[name], self.plain_resources):
            return
        for index, text in self._texts(statement[name], name, at, nulls=True):
            flaw = self._resource_flaw(text)
            if flaw:
                self.report.add(flaw, (*at, name, index))

    def _resource_flaw(self, text: str) -> Flaw | None:
        judged = self.required.arns or (self.required.resource is not Presence.FORBIDDEN and text.startswith("arn:"))
        flaw = resource_flaw(text, complete=self.required.complete_arns) if judged else None
        return flaw or (variable_flaw(text) if self.variables and "${" in text else None)

    def _texts(self, value: Any, name: str, at: Pointer, *, nulls: bool = False) -> Iterable[tuple[int, str]]:
        """The strings of an element that holds one or several, with their places; none where it holds anything else.

        AWS takes a null among the members of Resource alone; it stands for nothing.
        """
        if isinstance(value, str):
            return ((0, value),)
        if not isinstance(value, list):
            self.report.add(wrong_type(f"`{name}`", value, "a string or a list of strings"), (*at, name))
            return ()
        members = [(index, member) for index, member in enumerate(value) if member is not None or not nulls]
        if not members:
            code = f"empty-{name.removeprefix('Not').lower()}"
            flaw = Flaw(code, f"`{name}` is an empty list", "write what the statement is about, or `*`")
            self.report.add(flaw, (*at, name))
        wrong = [(index, member) for index, member in members if not isinstance(member, str)]
        for index, member in wrong:
            self.report.add(wrong_type(f"a member of `{name}`", member, "a string"), (*at, name, index))
        return () if wrong else members

    def _one_of(self, statement: dict[str, Any], name: str, negation: str, at: Pointer) -> str | None:
        """Which of an element and its negation the statement has; None for neither and for both. Both are a problem."""
        if negation not in statement:
            return name if name in statement else None
        if name not in statement:
            return negation
        message = f"`{name}` and `{negation}` stand in one statement"
        code = f"{name.lower()}-and-not-{name.lower()}"
        self.report.add(Flaw(code, message, "keep one of them"), (*at, negation), key=True, other=(*at, name))
        return None


def _fits(value: Any, fit: Callable[[Sequence[str]], bool]) -> bool:
    """Whether an element holds a string, or strings, with which nothing is wrong."""
    if isinstance(value, str):
        return fit((value,))
    return isinstance(value, list) and bool(value) and only_strings(value) and fit(value)


def check_names(element: dict[str, Any], known: frozenset[str], at: Pointer, report: Report) -> None:
    """Every key of an object is a known element, written exactly so."""
    if element.keys() <= known:
        return
    for name in element:
        if name not in known:
            others = "" if report.full else f"write one of `{'`, `'.join(sorted(known))}`"
            help_ = others and (suggestion(name, known) or others)
            flaw = Flaw("unknown-element", f"{shown(name)} is no element of a policy here", help_)
            report.add(flaw, (*at, name), key=True)


def _missing(what: str, name: str) -> Flaw:
    return Flaw(f"missing-{what}", f"the statement has neither `{name}` nor `Not{name}`", f'write `"{name}": …`')
