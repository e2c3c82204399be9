"""The whole document: Version, Id and Statement.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamsim.model.validation.report import Flaw, Report, shown, wrong_type
from iamsim.model.validation.statements import StatementRules, check_names

if TYPE_CHECKING:
    from iamsim.model.policy import PolicyType
    from iamsim.model.validation.requirements import Requirements

ELEMENTS = frozenset(("Version", "Id", "Statement"))
"""Every element that stands at the top of a document."""

CURRENT_VERSION = "2012-10-17"
VERSIONS = (CURRENT_VERSION, "2008-10-17")

_VERSION_HELP = f'write `"Version": "{CURRENT_VERSION}"`, in quotes'


def check_document(value: Any, policy_type: PolicyType, required: Requirements, report: Report) -> None:
    """Judge a document as it came out of JSON."""
    if not isinstance(value, dict):
        report.add(wrong_type("a policy document", value, "an object"), ())
        return
    check_names(value, ELEMENTS, (), report)
    _check_version(value, required, report)
    if not isinstance(value.get("Id", ""), str):
        report.add(wrong_type("`Id`", value["Id"], "a string"), ("Id",))
    if "Statement" not in value:
        report.add(Flaw("missing-statement", "the document has no `Statement`", 'write `"Statement": [{…}]`'), ())
        return
    statements = value["Statement"]
    if statements == []:
        flaw = Flaw("empty-statement", "`Statement` is an empty list", "write at least one statement")
        report.add(flaw, ("Statement",))
    rules = StatementRules(policy_type, required, report, variables=value.get("Version") == CURRENT_VERSION)
    for index, statement in enumerate(statements if isinstance(statements, list) else (statements,)):
        rules.check(statement, index)


def _check_version(value: dict[str, Any], required: Requirements, report: Report) -> None:
    version = value.get("Version")
    if version == CURRENT_VERSION:
        return
    needed = f"{required.called} needs Version {CURRENT_VERSION}"
    if "Version" not in value:
        if required.current_version:
            report.add(Flaw("version-required", needed, _VERSION_HELP), ())
    elif not isinstance(version, str):
        flaw = wrong_type("`Version`", version, "a string")._replace(help=_VERSION_HELP)
        report.add(flaw, ("Version",))
    elif version not in VERSIONS:
        message = f"{shown(version)} is no version of the policy language"
        report.add(Flaw("unknown-version", message, _VERSION_HELP), ("Version",))
    elif required.current_version:
        report.add(Flaw("version-required", needed, _VERSION_HELP), ("Version",))
