"""Every kind of problem that a policy document can have: its stable code, how much it weighs, and the page of AWS's.

A problem weighs one of four things: the document has no clear meaning; it has one, but AWS refuses to keep it; AWS
keeps it, and it hardly does what was meant; it is worth knowing.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from iamsim.language.diagnostic import Severity


class Weight(Enum):
    """What a problem means for the document."""

    UNCLEAR = "unclear"
    REFUSED = "refused"
    WARNING = "warning"
    NOTE = "note"

    @property
    def severity(self) -> Severity:
        """The severity of a diagnostic of this weight."""
        return _SEVERITIES.get(self, Severity.ERROR)


_SEVERITIES = {Weight.WARNING: Severity.WARNING, Weight.NOTE: Severity.NOTE}


class Rule(NamedTuple):
    """A kind of problem: its weight, and the page that states the rule."""

    weight: Weight
    url: str


_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_ELEMENTS = _GUIDE + "reference_policies_elements"
_ORGANIZATIONS = "https://docs.aws.amazon.com/organizations/latest/userguide/"

_PAGES = {
    "grammar": _GUIDE + "reference_policies_grammar.html",
    "quotas": _GUIDE + "reference_iam-quotas.html",
    "version": _ELEMENTS + "_version.html",
    "id": _ELEMENTS + "_id.html",
    "sid": _ELEMENTS + "_sid.html",
    "effect": _ELEMENTS + "_effect.html",
    "principal": _ELEMENTS + "_principal.html",
    "notprincipal": _ELEMENTS + "_notprincipal.html",
    "action": _ELEMENTS + "_action.html",
    "resource": _ELEMENTS + "_resource.html",
    "condition": _ELEMENTS + "_condition.html",
    "operators": _ELEMENTS + "_condition_operators.html",
    "variables": _GUIDE + "reference_policies_variables.html",
    "trust": _GUIDE + "id_roles_update-role-trust-policy.html",
    "scp": _ORGANIZATIONS + "orgs_manage_policies_scps_syntax.html",
    "rcp": _ORGANIZATIONS + "orgs_manage_policies_rcps_syntax.html",
    "key": "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html",
}

_CODES = {
    Weight.UNCLEAR: {
        "grammar": "wrong-type unknown-element missing-statement",
        "version": "unknown-version",
        "effect": "missing-effect unknown-effect",
        "principal": (
            "missing-principal principal-not-allowed principal-and-not-principal empty-principal principal-format "
            "unknown-principal-type"
        ),
        "action": (
            "missing-action empty-action action-and-not-action action-without-service action-with-colons "
            "action-service action-without-name"
        ),
        "resource": "missing-resource empty-resource resource-and-not-resource",
        "operators": "unknown-operator null-if-exists",
        "variables": "malformed-variable",
    },
    Weight.REFUSED: {
        "grammar": "empty-statement",
        "quotas": "policy-too-long unsupported-character",
        "version": "version-required",
        "sid": "duplicate-sid sid-characters",
        "notprincipal": "not-principal-not-allowed not-principal-with-allow",
        "principal": (
            "principal-arn wildcard-in-principal group-principal federated-not-allowed federated-format "
            "service-principal-format"
        ),
        "resource": (
            "resource-format resource-partition resource-service arn-gap incomplete-arn iam-resource-path "
            "iam-resource-region s3-resource-region"
        ),
        "operators": "invalid-date invalid-number invalid-ip-address",
        "trust": "resource-not-allowed trust-policy-action",
        "rcp": "rcp-allow rcp-principal rcp-action-wildcard rcp-not-action",
    },
    Weight.WARNING: {
        "quotas": "quota-at-risk",
        "version": "variable-in-old-version",
        "id": "id-not-supported",
        "principal": "unique-id-principal",
        "resource": "resource-omitted",
        "condition": "duplicate-condition-key condition-without-values",
        "operators": "operator-case empty-operator invalid-boolean invalid-base64 arn-without-six-fields",
        "variables": "variable-not-supported variable-before-fifth-colon",
        "key": "key-policy-resource",
    },
    Weight.NOTE: {"version": "old-version"},
}

RULES = {
    code: Rule(weight, _PAGES[page])
    for weight, pages in _CODES.items()
    for page, codes in pages.items()
    for code in codes.split()
}
"""Every code with its weight and page."""
