"""Every kind of finding, as the Markdown files in tests/diagnostics show it, and what lint makes of hostile documents."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from iamsim.analysis.lint import _PAGES, lint_policy, may_be_a_secret
from iamsim.analysis.reference import reference
from iamsim.language.json_document import json_source
from iamsim.model.validation.catalog import RULES

FILES = sorted((Path(__file__).parents[2] / "diagnostics").glob("*.md"))

_EXAMPLE = re.compile(r"```json (?P<words>[\w ]+)\n(?P<text>.*?)\n```\n(?P<expected>(?:\n- [^\n]+)*)", re.DOTALL)
_EXPECTED = re.compile(r"- (\w+) ([\w-]+) `(.*)`")


class Example(NamedTuple):
    id: str
    type: str
    inline: bool
    text: str
    expected: list[tuple[str, str, str]]


def _examples():
    for file in FILES:
        content = file.read_text(encoding="utf-8")
        for match in _EXAMPLE.finditer(content):
            shape, policy_type, *options = match["words"].split()
            text = match["text"]
            if shape == "statement":
                text = f'{{"Version": "2012-10-17", "Statement": {text}}}'
            expected = [line.groups() for line in map(_EXPECTED.fullmatch, match["expected"].split("\n")) if line]
            line = content.count("\n", 0, match.start()) + 1
            yield Example(f"{file.name}:{line}", policy_type, "inline" in options, text, expected)


EXAMPLES = list(_examples())


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.id for example in EXAMPLES])
def test_an_example_gives_exactly_these_findings_with_these_words_underlined(example):
    found = lint_policy(json_source("policy.json", example.text), example.type, inline=example.inline)
    shown = []
    for diagnostic in found:
        span = diagnostic.labels[0].span
        shown.append((diagnostic.severity.value, diagnostic.code, example.text[span.start : span.end]))
        assert diagnostic.message
        assert not diagnostic.message.endswith(".")
        assert diagnostic.help
    assert shown == example.expected


def test_every_expectation_in_the_files_is_read():
    written = sum(len(re.findall(r"^- ", file.read_text(encoding="utf-8"), re.MULTILINE)) for file in FILES)
    assert written == sum(len(example.expected) for example in EXAMPLES)


def test_every_code_has_an_example():
    shown = {code for example in EXAMPLES for _, code, _ in example.expected}
    elsewhere = {"policy-too-long", "quota-at-risk"}  # tests/unit/model/test_size.py: such documents are long
    assert set(RULES) | set(_PAGES) == (shown - {"json-syntax", "duplicate-key"}) | elsewhere


@pytest.mark.parametrize(
    ("pattern", "possible"),
    [
        ("prod/db", False),
        ("prod/db-AbCdEf", True),
        ("prod/db-AbCd-f", False),
        ("prod/db-??????", True),
        ("prod/db-*", True),
        ("*", True),
        ("*-db", False),
        ("*-db1234", True),
        ("*b1234", True),
        ("*_1234", False),
        ("db-é12345", False),
        ("", False),
    ],
)
def test_a_secret_ends_with_a_hyphen_and_six_letters_or_digits(pattern, possible):
    assert may_be_a_secret(f"arn:aws:secretsmanager:us-east-1:111122223333:secret:{pattern}") is possible


@pytest.mark.parametrize(
    "arn", ["*", "arn:aws:s3:::prod/db", "arn:aws:secretsmanager:*", "arn:aws:secretsmanager:*:*:*"]
)
def test_what_is_not_about_one_secret_is_not_judged_as_one(arn):
    assert may_be_a_secret(arn)


@pytest.mark.parametrize(
    ("effect", "element", "said"),
    [
        ("Deny", "Resource", "the statement denies nothing"),
        ("Allow", "Resource", "it allows nothing"),
        ("Deny", "NotResource", "it leaves out no secret"),
    ],
)
def test_an_arn_without_suffix_says_what_it_fails_to_do(effect, element, said):
    statement = {"Effect": effect, "Action": "*", element: "arn:aws:secretsmanager:*:*:secret:db"}
    [found] = lint_policy({"Version": "2012-10-17", "Statement": statement}, "identity")
    assert found.message.endswith(said)
    assert found.help == "write `arn:aws:secretsmanager:*:*:secret:db-??????`"


def test_the_reference_judges_only_services_that_it_knows_whole():
    assert "GetSecretValue" in reference().actions("SecretsManager")
    assert len(reference().actions("kms")) == 56
    assert reference().actions("iam") is None
    assert reference().actions("ec2") is None
    assert {"secretsmanager", "kms", "sts", "s3"} <= reference().rcp_services
    assert not {"iam", "ec2", "lambda", "ssm"} & reference().rcp_services


def test_thousands_of_unknown_actions_are_cut_short():
    actions = [f"kms:NoSuchThing{i}" for i in range(8_000)]
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}}
    begin = time.perf_counter()
    found = lint_policy(document, "identity")
    assert time.perf_counter() - begin < 5
    assert 200 <= len(found) <= 201
