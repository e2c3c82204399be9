"""The words of an answer: verdicts, reasons, cautions. No sentence is formatted here."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from iamsim.engine.kleene import Truth


class Decision(StrEnum):
    """The verdicts, as SimulatePrincipalPolicy names them, and `unknown`."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"
    UNKNOWN = "unknown"


class Element(StrEnum):
    """The parts of a statement that are tested."""

    ACTION = "Action"
    NOT_ACTION = "NotAction"
    RESOURCE = "Resource"
    NOT_RESOURCE = "NotResource"
    PRINCIPAL = "Principal"
    NOT_PRINCIPAL = "NotPrincipal"
    CONDITION = "Condition"


class Reason(StrEnum):
    """Why a check came out as it did, or why a step or a path is closed."""

    MATCH = "match"
    NO_MATCH = "noMatch"
    EXCLUDED = "excluded"
    ELEMENT_MISSING = "elementMissing"
    KEY_ABSENT = "keyAbsent"
    KEY_UNKNOWN = "keyUnknown"
    VARIABLE_ABSENT = "variableAbsent"
    TEXT_UNKNOWN = "textUnknown"
    PART_UNKNOWN = "partUnknown"
    HAS_BOUNDARY = "hasBoundary"
    NO_POLICY = "noPolicy"
    NO_ALLOW = "noAllow"
    NO_SESSION_POLICY = "noSessionPolicy"
    ROOT_USER = "rootUser"
    NOT_CROSS_ACCOUNT = "notCrossAccount"
    UNSIGNED = "unsigned"
    NO_PATH = "noPath"
    SESSION_LIMIT = "sessionLimit"
    ALWAYS_ALLOWED = "alwaysAllowed"


class Caution(StrEnum):
    """Facts of AWS that are inferred or contradict each other, by their id in docs/cautions.md."""

    FEDERATED_SESSION_OF_USER = "A3-federated-session"
    ANYONE_PASSES_LIMITS = "A3-anyone"
    ANYONE_WITHOUT_ACCOUNT = "A3-anyone-service"
    BOUNDARY_LIMITS_ROLE_GRANT = "A3.8"
    ALLOW_NOT_PRINCIPAL = "A4.1"
    SCP_ALLOW_SCOPE = "A5.3"
    SESSION_POLICY_IGNORED = "A1.8"
    RESOURCE_WILDCARD = "B3.2"
    BOOL_VARIABLE = "B4.2"
    MULTIVALUED_VARIABLE = "B4.3"
    TAG_KEY_CASE = "B5.5"
    MULTIVALUED_KEY = "B5.6"
    FOR_ALL_VALUES_MISSING = "B5.6-missing"
    ARN_PATTERN_SHORT = "B5.7"
    BATCH_ACROSS_ACCOUNTS = "C1.8"
    NETWORK_BEHIND_SERVICE = "C4-network"
    PENDING_AFTER_FINISH = "C7.4a"
    GRANT_KEY_CASE = "D2.3"
    GRANT_SUFFICES = "D2.6"
    KEY_POLICY_LIMITS = "F3"


class Finding(NamedTuple):
    """What one check found: whether it matched (None: not known), why, and the raw values that it looked at.

    `entry` is the index of the value that matched, `keys` the context keys whose values are not known, or, with
    `PART_UNKNOWN`, the parts of names. `actual` is filled in by a trace; for a bare decision it stays None.
    """

    matched: Truth
    reason: Reason
    actual: object = None
    entry: int | None = None
    keys: tuple[str, ...] = ()
    caution: Caution | None = None


MATCHED = Finding(matched=True, reason=Reason.MATCH)
MISSED = Finding(matched=False, reason=Reason.NO_MATCH)


def depends(parts: tuple[str, ...]) -> Finding:
    """The finding that it depends on parts of names that are not known."""
    return Finding(None, Reason.PART_UNKNOWN, keys=parts)


_MADE_ENTRIES = 64
_HITS = tuple(Finding(matched=True, reason=Reason.MATCH, entry=i) for i in range(_MADE_ENTRIES))
_EXCLUSIONS = tuple(Finding(matched=False, reason=Reason.EXCLUDED, entry=i) for i in range(_MADE_ENTRIES))


def hit(entry: int) -> Finding:
    """The finding that an entry matched; made once for each of the first entries, since decisions live on it."""
    return _HITS[entry] if entry < _MADE_ENTRIES else Finding(matched=True, reason=Reason.MATCH, entry=entry)


def excluded(entry: int) -> Finding:
    """The finding that an entry of a negated element matched, so that the element does not."""
    made = entry < _MADE_ENTRIES
    return _EXCLUSIONS[entry] if made else Finding(matched=False, reason=Reason.EXCLUDED, entry=entry)


class Form(StrEnum):
    """How an entry of a Principal element names the caller; decides which further steps a grant needs (aws-facts A3)."""

    ANYONE = "*"
    USER = "user"
    SESSION_OF_USER = "federated session of the user"
    ROLE = "role"
    SESSION = "role session"
    FEDERATED_USER = "federated user"
    ACCOUNT = "account"
    SERVICE = "service"
    PROVIDER = "identity provider"
