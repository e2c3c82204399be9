"""SARIF 2.1.0, validated against its schema (tests/data/sarif), and what the standard says beside it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from check_reports import IGNORED, KEY_FILE, KNOWN, MISSING, NOTHING, ODD, OPEN, REPORT, RIGHT, RULES, WIDE, WRONG
from jsonschema import Draft4Validator

from iamsim.analysis.report import Place, Report
from iamsim.language.diagnostic import Label
from iamsim.language.json_document import json_source
from iamsim.outputs.check_words import Look
from iamsim.outputs.sarif import sarif

FOLDER = Path(__file__).parents[2] / "data" / "sarif"
SCHEMA_TEXT = (FOLDER / "sarif-schema-2.1.0-rtm.5.json").read_bytes()
VALIDATOR = Draft4Validator(json.loads(SCHEMA_TEXT), format_checker=Draft4Validator.FORMAT_CHECKER)


def run(*results, rules=RULES, look=Look()):  # noqa: B008 - a tuple
    (found,) = json.loads(sarif(Report(results, rules=rules), look))["runs"]
    return found


def only(result, **more):
    (found,) = run(result, **more)["results"]
    return found


def test_the_schema_is_the_one_that_the_readme_names():
    assert sha256(SCHEMA_TEXT).hexdigest() in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("report", [REPORT, NOTHING, ODD], ids=["report", "nothing", "odd"])
def test_it_is_valid(report):
    log = json.loads(sarif(report, Look()))
    assert [f"{error.json_path}: {error.message[:200]}" for error in VALIDATOR.iter_errors(log)] == []


def test_the_validator_refuses_what_is_not_valid():
    log = json.loads(sarif(REPORT, Look()))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not VALIDATOR.is_valid(log)


def test_a_rule_has_what_github_reads():
    """https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning."""
    (rule,) = run(MISSING, rules=RULES[:1])["tool"]["driver"]["rules"]
    assert rule["id"] == "key-policy-lacks-caller"
    assert rule["shortDescription"] == {"text": "The key policy does not let the caller decrypt"}
    assert rule["help"]["markdown"].startswith("Across accounts the key policy must allow `kms:Decrypt`")
    assert rule["properties"] == {"tags": ["security", "aws", "iam"], "security-severity": "6.5"}
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["helpUri"].startswith("https://docs.aws.amazon.com/")


def test_a_rule_without_a_page_has_no_uri():
    assert "helpUri" not in run(rules=RULES[1:])["tool"]["driver"]["rules"][0]


def test_every_result_names_its_rule_by_id_and_index():
    found = run(MISSING, WIDE, WRONG, replace(WIDE, rule="zz-unheard-of"))
    ids = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    assert ids == ["any-principal", "assertion", "key-policy-lacks-caller", "zz-unheard-of"]
    assert all(ids[result["ruleIndex"]] == result["ruleId"] for result in found["results"])


def test_places_are_relative_uris_with_columns_that_end_behind_the_part():
    """The URI is escaped (RFC 3986); `endColumn` is one more than the last column (3.30.8)."""
    location = only(WIDE)["locations"][0]["physicalLocation"]
    assert location == {
        "artifactLocation": {"uri": "producer/key%20policy.json", "uriBaseId": "%SRCROOT%"},
        "region": {
            "startLine": 7,
            "startColumn": 7,
            "endLine": 7,
            "endColumn": 18,
            "snippet": {"text": '"Principal"'},
        },
    }


def test_the_other_accounts_file_is_a_related_location():
    found = only(MISSING)
    assert found["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "Consumer/AppRole", "kind": "resource"}]
    (related,) = found["relatedLocations"]
    assert related["id"] == 1
    assert related["message"] == {"text": "no statement names the role"}
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "producer/key%20policy.json"
    assert related["physicalLocation"]["region"]["startLine"] == 3


def test_the_fingerprint_depends_on_no_line():
    """SHA-256 of the rule, a line end and the subject, the first 32 digits."""
    subject = "consumer:role/app kms:Decrypt owner:key/secrets"
    expected = sha256(f"key-policy-lacks-caller\n{subject}".encode()).hexdigest()[:32]
    moved = json_source(KEY_FILE.name, f"\n\n{KEY_FILE.text}")
    for result in (MISSING, replace(MISSING, message="said otherwise", places=(Place(Label(moved)),))):
        assert only(result)["partialFingerprints"] == {"iamsim/v1": expected}


def test_what_is_undecided_is_open_and_has_no_level():
    """3.27.9: there was not enough information; 3.27.10: only what failed has a level."""
    found = only(OPEN)
    assert (found["kind"], found["level"]) == ("open", "none")
    assert found["properties"]["unknowns"][0]["option"] == "--name DbSecretArn=ARN"
    assert "--name DbSecretArn=ARN" in found["message"]["text"]


def test_what_failed_has_the_level_of_its_severity():
    assert [(r["kind"], r["level"]) for r in run(MISSING, WIDE)["results"]] == [("fail", "error"), ("fail", "warning")]


def test_what_is_ignored_is_suppressed_with_its_reason():
    (suppression,) = only(IGNORED)["suppressions"]
    assert suppression["kind"] == "external"
    assert suppression["status"] == "accepted"
    assert suppression["justification"] == "the team narrows it in spring (until 2027-05-31)"
    assert suppression["location"]["physicalLocation"]["region"]["startLine"] == 2
    assert "suppressions" not in only(WIDE)


def test_with_a_baseline_every_result_says_whether_it_is_in_it():
    assert [r["baselineState"] for r in run(KNOWN, MISSING)["results"]] == ["new", "unchanged"]
    assert "baselineState" not in only(MISSING)


def test_what_passed_is_no_result():
    assert run(RIGHT)["results"] == []


def test_an_assertion_is_told_with_its_text():
    assert only(WRONG)["message"]["text"] == (
        "consumer:role/app can GetSecretValue on owner:secret/prod/db: it is implicitDeny, and allowed is expected."
    )


def test_what_reads_as_a_placeholder_is_escaped():
    """3.11.5: `{0}` stands for an argument, `{{0}}` for itself."""
    assert only(replace(WIDE, message="a {0} and ${aws:username}"))["message"]["text"] == "a {{0}} and ${aws:username}."


def test_files_are_named_from_the_root_on(tmp_path):
    def uri(name, root):
        place = Place(Label(json_source(name, "{}")))
        return only(replace(WIDE, places=(place,)), look=Look(root=root))["locations"][0]["physicalLocation"][
            "artifactLocation"
        ]

    inside = str(tmp_path / "a" / "b.json")
    assert uri(inside, str(tmp_path)) == {"uri": "a/b.json", "uriBaseId": "%SRCROOT%"}
    assert uri("/elsewhere/é.json", str(tmp_path)) == {"uri": "file:///elsewhere/%C3%A9.json"}
    assert uri("./x/../b.json", "") == {"uri": "b.json", "uriBaseId": "%SRCROOT%"}


def test_files_are_named_from_the_root_on_inside_a_folder_of_it(tmp_path, monkeypatch):
    (tmp_path / "infra").mkdir()
    monkeypatch.chdir(tmp_path / "infra")
    place = Place(Label(json_source("a.json", "{}")))
    found = only(replace(WIDE, places=(place,)), look=Look(root=str(tmp_path)))
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "infra/a.json"


def test_standard_input_is_no_file():
    place = Place(Label(json_source("<stdin>", "{}")), "owner:key/a")
    assert only(replace(WIDE, places=(place,)))["locations"] == [
        {
            "logicalLocations": [{"fullyQualifiedName": "owner:key/a", "kind": "resource"}],
            "message": {"text": "owner:key/a"},
        }
    ]


def test_without_a_place_there_is_no_location():
    assert only(replace(WIDE, places=()))["locations"] == []
