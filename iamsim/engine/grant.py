"""KMS grants: Allow-only, one grantee, some operations, perhaps under constraints.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iamsim.engine.decision import MATCHED, Caution, Finding, Form, Reason, depends
from iamsim.engine.operators import OPERATORS
from iamsim.engine.principal import Entry, form_for, form_perhaps, read_entry
from iamsim.engine.unknown_part import could_match, is_unsure
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError
from iamsim.language.pattern import parse_wildcards
from iamsim.language.unknown_text import unknown_names
from iamsim.model.world import Grant

if TYPE_CHECKING:
    from iamsim.engine.check import Case

_CONTEXT_KEY = "kms:encryptioncontext:"
_UNCONSTRAINED = frozenset({"kms:describekey", "kms:retiregrant"})
_CONSTRAINTS = ("EncryptionContextEquals", "EncryptionContextSubset", "SourceArn")


@dataclass(frozen=True, slots=True, eq=False)
class CompiledGrant:
    """A grant ready to be asked."""

    index: int
    grant: Grant
    entry: Entry
    actions: frozenset[str]

    def form(self, case: Case) -> Form | None:
        """The form in which the grantee names the caller, or might by what is not known of the names; else None."""
        return form_for(self.entry, case.caller) or form_perhaps(self.entry, case.caller)

    def findings(self, case: Case) -> tuple[Finding, Finding, Finding]:
        """Whether grantee, operation and constraints match, in this order."""
        grantee = MATCHED if form_for(self.entry, case.caller) else Finding(False, Reason.NO_MATCH, case.caller.id)
        if not grantee.matched and form_perhaps(self.entry, case.caller):
            grantee = depends(unknown_names(self.entry.text, case.caller.id))
        operation = MATCHED if case.action in self.actions else Finding(False, Reason.NO_MATCH, case.action)
        return grantee, operation, self._constraints(case)

    def _constraints(self, case: Case) -> Finding:
        constraints = self.grant.constraints
        if not constraints or case.action in _UNCONSTRAINED:
            return MATCHED
        equals, subset = constraints.get("EncryptionContextEquals"), constraints.get("EncryptionContextSubset")
        arn = constraints.get("SourceArn")
        source = MATCHED if arn is None else _source_arn(str(arn), case)
        pairs = equals if equals is not None else subset
        if source.matched is not True or pairs is None:
            return source
        return _encryption_context(pairs, case, exact=equals is not None)


def compile_grant(grant: Grant | Mapping[str, object], index: int) -> CompiledGrant:
    """Compile a grant, given as a value or as AWS's JSON (`GranteePrincipal`, `Operations`, `Constraints`).

    Raises:
        InputError: it has no grantee or no list of operations, or a constraint that KMS does not have.
    """
    made = grant if isinstance(grant, Grant) else _from_json(grant, index)
    account = made.grantee.startswith("arn:") or made.grantee.isdigit() or is_unsure(made.grantee)
    kind = "AWS" if account else "Service"
    return CompiledGrant(
        index, made, read_entry(kind, made.grantee), frozenset(f"kms:{o.lower()}" for o in made.operations)
    )


def _from_json(document: Mapping[str, object], index: int) -> Grant:
    if not isinstance(document, Mapping):
        raise _unreadable(index, "is no JSON object")
    lowered = {key.lower(): value for key, value in document.items()}
    grantee = lowered.get("granteeprincipal") or lowered.get("granteeserviceprincipal") or lowered.get("grantee")
    operations, constraints = lowered.get("operations"), lowered.get("constraints") or {}
    if not isinstance(grantee, str):
        raise _unreadable(index, "has no grantee")
    if not isinstance(operations, list) or not all(isinstance(o, str) for o in operations):
        raise _unreadable(index, "has no list of operations")
    if not isinstance(constraints, Mapping) or not set(constraints) <= set(_CONSTRAINTS):
        raise _unreadable(index, "has constraints that KMS does not know")
    pairs = [constraints[name] for name in _CONSTRAINTS[:2] if constraints.get(name) is not None]
    if any(not isinstance(p, Mapping) or not all(isinstance(v, str) for v in p.values()) for p in pairs):
        raise _unreadable(index, "has an encryption context that is no map of texts")
    return Grant(
        grantee, tuple(operations), dict(constraints), str(lowered.get("name") or lowered.get("grantid") or "")
    )


def _unreadable(index: int, what: str) -> InputError:
    help_ = 'write `{"grantee": "arn:…", "operations": ["Decrypt"], "constraints": {"EncryptionContextSubset": {…}}}`'
    return InputError([Diagnostic("grant", f"grant {index} {what}", help=help_)])


def _source_arn(pattern: str, case: Case) -> Finding:
    key = "aws:sourcearn"
    if case.request.is_unknown(key):
        return Finding(None, Reason.KEY_UNKNOWN, keys=(key,))
    values = case.values.get(key, ())
    matched = any(OPERATORS["arnlike"].test(parse_wildcards(pattern))(value) for value in values)
    if not matched and is_unsure(pattern, *values):
        return depends(unknown_names(pattern, *values))
    return MATCHED if matched else Finding(False, Reason.NO_MATCH if values else Reason.KEY_ABSENT, values)


def _encryption_context(wanted: Mapping[str, str], case: Case, *, exact: bool) -> Finding:
    """Names of pairs in any case, values in exact case; `exact` also refuses further pairs (aws-facts D2.3)."""
    names = {name.lower(): value for name, value in wanted.items()}
    given = {key[len(_CONTEXT_KEY) :]: v for key, v in case.values.items() if key.startswith(_CONTEXT_KEY)}
    unknown = tuple(_CONTEXT_KEY + name for name in names if case.request.is_unknown(_CONTEXT_KEY + name))
    if exact:
        more = (key for key in map(str.lower, case.request.unknown) if _may_be_a_pair(key))
        unknown = tuple(dict.fromkeys((*unknown, *more)))
    differing = {n for n, v in names.items() if given.get(n) != (v,) and _CONTEXT_KEY + n not in unknown}
    perhaps = {n: (names[n], *given.get(n, ())) for n in differing if _may_be_equal(names[n], given.get(n, ()))}
    differing -= set(perhaps)
    extra = {n for n in given if n not in names and _CONTEXT_KEY + n not in unknown} if exact else set()
    if differing or extra:
        return Finding(False, Reason.NO_MATCH, {n: given.get(n) for n in sorted(differing | extra)})
    if unknown:
        return Finding(None, Reason.KEY_UNKNOWN, keys=unknown)
    if perhaps:
        return depends(unknown_names(*(text for texts in perhaps.values() for text in texts)))
    written = {key[len(_CONTEXT_KEY) :] for key in case.request.context if key.lower().startswith(_CONTEXT_KEY)}
    return MATCHED if set(wanted) <= written else MATCHED._replace(caution=Caution.GRANT_KEY_CASE)


def _may_be_equal(wanted: str, given: tuple[str, ...]) -> bool:
    """Whether a pair has the wanted value by what is not known of either."""
    return len(given) == 1 and is_unsure(wanted, *given) and could_match((wanted,), given[0])


def _may_be_a_pair(unknown: str) -> bool:
    """Whether an unknown key, or the beginning of unknown keys, may stand for a pair of the encryption context."""
    return unknown.startswith(_CONTEXT_KEY) or (unknown.endswith("*") and _CONTEXT_KEY.startswith(unknown[:-1]))
