"""JUnit XML, read again by junitparser."""

from __future__ import annotations

from check_reports import NOTHING, ODD, ODD_NAME, REPORT
from junitparser import Failure, JUnitXml, Skipped

from iamsim.analysis.report import Report
from iamsim.outputs.check_words import Look
from iamsim.outputs.junit import junit


def suites(report):
    return {suite.name: suite for suite in JUnitXml.fromstring(junit(report, Look()).encode())}


def cases(report, suite):
    return {case.name: case for case in suites(report)[suite]}


def test_there_is_a_suite_for_each_file_also_where_nothing_is_found():
    assert [(name, suite.tests) for name, suite in suites(REPORT).items()] == [
        ("check.iamsim.yaml", 3),
        ("consumer/app.template.yaml", 1),
        ("producer/empty.json", 0),
        ("producer/key policy.json", 3),
    ]


def test_there_is_a_case_for_each_assertion_called_by_its_text():
    found = cases(REPORT, "check.iamsim.yaml")
    assert {name: [type(result) for result in case.result] for name, case in found.items()} == {
        "consumer:role/app can GetSecretValue on owner:secret/prod/db": [Failure],
        "consumer:role/app cannot PutSecretValue on owner:secret/prod/db": [],
        "consumer:role/app can DescribeSecret on owner:secret/prod/db": [Skipped],
    }
    assert {case.classname for case in found.values()} == {"assertion"}


def test_a_rule_has_a_case_for_each_subject():
    found = cases(REPORT, "producer/key policy.json")
    assert {name: (case.classname, [type(result) for result in case.result]) for name, case in found.items()} == {
        "owner:secret/prod/db *": ("any-principal", [Failure]),
        "owner:key/secrets root": ("any-principal", [Skipped]),
        "owner:secret/prod/db describe": ("any-principal", [Skipped]),
    }


def test_a_failure_has_a_message_a_type_and_the_whole_block():
    (case,) = cases(REPORT, "consumer/app.template.yaml").values()
    (failure,) = case.result
    assert failure.type == "error"
    assert failure.message == "`consumer:role/app` may read `owner:secret/prod/db`, but its key does not let it decrypt"
    assert "  --> consumer/app.template.yaml:11:25\n" in failure.text
    assert '+      "Action": "kms:Decrypt",\n' in failure.text


def test_what_is_skipped_says_why():
    messages = [case.result[0].message for suite in suites(REPORT).values() for case in suite if case.is_skipped]
    unknown = "DbSecretArn: what another stack exports under this name; to tell: --name DbSecretArn=ARN"
    reason = "the team narrows it in spring (until 2027-05-31)"
    assert messages == [
        f"undecided: it hangs on what is not known; {unknown}",
        f"ignored: the account root may do everything with `owner:key/secrets`; {reason}",
        "in the baseline: anybody may describe `owner:secret/prod/db`",
    ]


def test_the_counts_are_right_and_nothing_is_timed():
    root = JUnitXml.fromstring(junit(REPORT, Look()).encode())
    assert (root.tests, root.failures, root.errors, root.skipped, root.time) == (7, 3, 0, 3, 0)
    assert {case.time for suite in root for case in suite} == {0}
    counted = JUnitXml.fromstring(junit(REPORT, Look()).encode())
    counted.update_statistics()
    assert (counted.tests, counted.failures, counted.errors, counted.skipped) == (7, 3, 0, 3)


def test_what_xml_cannot_hold_is_replaced_and_the_rest_escaped():
    """https://www.w3.org/TR/xml/#charsets: no U+0000, no U+001B, no halves of characters."""
    (case,) = suites(ODD)[ODD_NAME]
    assert case.name == "odd <&> �"
    (failure,) = case.result
    assert failure.message == (
        '100% <b>|&"quoted"\' ]]> ��[31m� {0} ${aws:PrincipalTag/team} ::error::injected `a|b` [x](y)'
    )
    assert '1 | {"a": "�[31m]]>"}\n' in failure.text


def test_what_stands_in_no_file_has_a_suite_too():
    assert [case.name for case in suites(ODD)["iamsim"]] == ["nothing"]


def test_nothing_is_a_document_too():
    assert [suite.tests for suite in suites(NOTHING).values()] == [0, 0, 0, 0]
    assert suites(Report(())) == {}
