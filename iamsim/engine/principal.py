"""The Principal and NotPrincipal elements: which entries name the caller, and in which form.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iamsim.engine.check import Check, Test
from iamsim.engine.decision import MATCHED, MISSED, Caution, Element, Finding, Form, Reason, depends, excluded, hit
from iamsim.engine.request import Caller, CallerKind
from iamsim.engine.unknown_part import could_match, is_unsure
from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError
from iamsim.language.unknown_text import unknown_names

if TYPE_CHECKING:
    from iamsim.engine.check import Case
    from iamsim.language.source import Pointer
    from iamsim.model.policy import Principals

_ACCOUNT_ID = re.compile(r"\d{12}")
_IN_ACCOUNT = frozenset(
    {CallerKind.ROOT, CallerKind.USER, CallerKind.ROLE, CallerKind.SESSION, CallerKind.FEDERATED_USER}
)


class Named(NamedTuple):
    """An entry that names the caller: its index in the element and the form in which it does.

    `sure` is False where it depends on what is not known of a name.
    """

    entry: int
    form: Form
    sure: bool = True


class Entry(NamedTuple):
    """An entry, read: its form, the full text, and the account and name that sessions are matched by."""

    form: Form | None
    text: str
    account: str = ""
    name: str = ""


@lru_cache(maxsize=512)
def read_entry(kind: str, text: str) -> Entry:
    """The form of an entry; None for one that matches nobody, such as a unique id (`AROA…`) of a deleted principal."""
    if kind == "*" or (kind == "AWS" and text == "*"):
        return Entry(Form.ANYONE, text)
    if kind in ("Service", "Federated"):
        return Entry(Form.SERVICE if kind == "Service" else Form.PROVIDER, text)
    if kind != "AWS":
        return Entry(None, text)
    if _ACCOUNT_ID.fullmatch(text):
        return Entry(Form.ACCOUNT, text, text)
    try:
        arn = parse_arn(text)
    except LanguageError:
        return Entry(None, text)
    form = _FORMS.get((arn.service, arn.resource_type))
    if form is None or (form is Form.ACCOUNT) != (arn.resource == "root"):
        return Entry(None, text)
    return Entry(form, text, arn.account, arn.name)


_FORMS = {
    ("iam", "root"): Form.ACCOUNT,
    ("iam", "user"): Form.USER,
    ("iam", "role"): Form.ROLE,
    ("sts", "assumed-role"): Form.SESSION,
    ("sts", "federated-user"): Form.FEDERATED_USER,
}


def form_for(entry: Entry, caller: Caller) -> Form | None:
    """The form in which an entry names the caller, or None.

    A session ARN carries no path: it is a session of the role of its account and name. A federated session is taken as one
    of the user of its account and name (inferred: `Caution.FEDERATED_SESSION_OF_USER`).
    """
    form = entry.form
    if form is Form.ANYONE or form is None:
        return form
    if form is Form.ACCOUNT:
        return form if caller.kind in _IN_ACCOUNT and caller.account == entry.account else None
    if _SAME_TEXT.get(form) is caller.kind:
        return form if caller.id == entry.text else None
    if caller.account == entry.account and caller.name == entry.name:
        return _OF_SESSIONS.get((form, caller.kind))
    return None


def form_perhaps(entry: Entry, caller: Caller) -> Form | None:
    """The form in which an entry that does not name the caller might, by the parts that are not known of either name."""
    if not is_unsure(entry.text, caller.id):
        return None
    if could_match((entry.text,), caller.id) or (entry.form is None and could_match((entry.text,), "*")):
        return entry.form or Form.ANYONE
    account = entry.account or entry.text
    if not could_match((account,), caller.account or ""):
        return None
    if entry.form in (Form.ACCOUNT, None):
        return Form.ACCOUNT if caller.kind in _IN_ACCOUNT else None
    of_session = _OF_SESSIONS.get((entry.form, caller.kind))
    return of_session if could_match((entry.name,), caller.name) else None


_SAME_TEXT = {
    Form.USER: CallerKind.USER,
    Form.ROLE: CallerKind.ROLE,
    Form.SESSION: CallerKind.SESSION,
    Form.FEDERATED_USER: CallerKind.FEDERATED_USER,
    Form.SERVICE: CallerKind.SERVICE,
    Form.PROVIDER: CallerKind.PROVIDER,
}
_OF_SESSIONS = {
    (Form.ROLE, CallerKind.SESSION): Form.ROLE,
    (Form.USER, CallerKind.FEDERATED_USER): Form.SESSION_OF_USER,
}


class PrincipalMatcher:
    """A Principal or NotPrincipal element, compiled."""

    __slots__ = ("_last", "entries", "negated", "unsure")

    def __init__(self, principals: Principals) -> None:
        """Read every entry once."""
        self.entries = tuple(read_entry(entry.kind, entry.value) for entry in principals.entries)
        self.negated = principals.negated
        self.unsure = is_unsure(*(entry.text for entry in self.entries))
        self._last: tuple[Caller | None, list[Named]] = (None, [])

    def named(self, caller: Caller) -> list[Named]:
        """Every entry that names the caller; the answer for the last caller is kept."""
        last, named = self._last
        if last is not caller:
            found = ((i, form_for(entry, caller)) for i, entry in enumerate(self.entries))
            named = [Named(i, form) for i, form in found if form]
            self._last = (caller, named)
        return named

    def perhaps(self, caller: Caller) -> list[Named]:
        """Every entry that does not name the caller, but might by what is not known of the names."""
        if not self.unsure and not is_unsure(caller.id):
            return []
        sure = {named.entry for named in self.named(caller)}
        found = ((i, form_perhaps(entry, caller)) for i, entry in enumerate(self.entries) if i not in sure)
        return [Named(i, form, sure=False) for i, form in found if form]

    def doubt(self, caller: Caller) -> Finding:
        """The finding that it depends on what is not known whether the caller is named."""
        texts = (self.entries[named.entry].text for named in self.perhaps(caller))
        return depends(unknown_names(*texts, caller.id))

    def grants(self, caller: Caller) -> list[Named]:
        """The entries by which an Allow reaches the caller, or might.

        An Allow with NotPrincipal, which AWS does not support, reaches everyone whom no entry covers (aws-facts A4.1).
        """
        named = self.named(caller)
        if not self.negated:
            return [*named, *self.perhaps(caller)]
        return [] if named else [Named(0, Form.ANYONE, sure=not self.perhaps(caller))]


def principal_check(principals: Principals, statement: Pointer, *, deny: bool) -> tuple[Check, PrincipalMatcher]:
    """The check of the element, and the matcher that tells an Allow's entries apart."""
    matcher = PrincipalMatcher(principals)
    if not principals.negated:
        return Check(Element.PRINCIPAL, (*statement, "Principal"), _principal(matcher), _caller_id), matcher
    test = _not_principal_deny(matcher) if deny else _not_principal_allow(matcher)
    return Check(Element.NOT_PRINCIPAL, (*statement, "NotPrincipal"), test, _caller_id), matcher


def _caller_id(case: Case) -> object:
    return case.caller.id


def _principal(matcher: PrincipalMatcher) -> Test:
    def test(case: Case) -> Finding:
        named = matcher.named(case.caller)
        if not named:
            return matcher.doubt(case.caller) if matcher.perhaps(case.caller) else MISSED
        sure = [n for n in named if n.form is not Form.SESSION_OF_USER]
        if sure:
            return hit(sure[0].entry)
        return hit(named[0].entry)._replace(caution=Caution.FEDERATED_SESSION_OF_USER)

    return test


def _not_principal_deny(matcher: PrincipalMatcher) -> Test:
    """An account entry alone does not spare its principals, and nothing spares a caller with a permissions boundary."""

    def test(case: Case) -> Finding:
        if case.has_boundary:
            return Finding(matched=True, reason=Reason.HAS_BOUNDARY)
        root = case.caller.kind is CallerKind.ROOT
        spared = [n for n in matcher.named(case.caller) if root or n.form is not Form.ACCOUNT]
        if spared:
            return excluded(spared[0].entry)
        perhaps = [n for n in matcher.perhaps(case.caller) if root or n.form is not Form.ACCOUNT]
        return matcher.doubt(case.caller) if perhaps else MATCHED

    return test


def _not_principal_allow(matcher: PrincipalMatcher) -> Test:
    def test(case: Case) -> Finding:
        named = matcher.named(case.caller)
        if named:
            return excluded(named[0].entry)
        if matcher.perhaps(case.caller):
            return matcher.doubt(case.caller)
        return Finding(matched=True, reason=Reason.MATCH, caution=Caution.ALLOW_NOT_PRINCIPAL)

    return test
