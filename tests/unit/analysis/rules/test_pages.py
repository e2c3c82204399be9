"""The page of each rule says what the rule says, its bad example fires, its good one is silent."""

from __future__ import annotations

import re

import pytest
from running import ROOT

from iamsim.analysis.checked import Checked
from iamsim.analysis.report import RuleInfo, State
from iamsim.analysis.rules import RULES
from iamsim.inputs.scenario import load_scenario
from iamsim.language.diagnostic import Severity

PAGES = ROOT / "docs" / "rules"
IDS = sorted(RULES)


def page(id_):
    return (PAGES / f"{id_}.md").read_text(encoding="utf-8")


def found(id_, title, folder):
    """What a rule finds in an example of its page."""
    (example,) = re.findall(rf"^## {title}\n\n```yaml\n(.*?)^```$", page(id_), re.MULTILINE | re.DOTALL)
    file = folder / "example.iamsim.yaml"
    file.write_text(example, encoding="utf-8")
    return list(RULES[id_].find(Checked(load_scenario(file).world)))


@pytest.mark.parametrize("id_", IDS)
def test_the_bad_example_fires(id_, tmp_path):
    results = found(id_, "Bad", tmp_path)
    assert {result.state for result in results} == {State.FAILED}
    assert {result.rule for result in results} == {id_}
    assert all(result.severity is not Severity.NOTE and result.places and result.help for result in results)


@pytest.mark.parametrize("id_", IDS)
def test_the_good_example_is_silent(id_, tmp_path):
    assert found(id_, "Good", tmp_path) == []


@pytest.mark.parametrize("id_", IDS)
def test_the_page_says_what_the_rule_says(id_):
    rule: RuleInfo = RULES[id_]
    head = f"# {rule.title}\n\n`{id_}` · {rule.severity.value} · security severity {rule.security_severity}\n\n{rule.summary}\n"
    text = page(id_)
    assert text.startswith(head)
    assert rule.why in text
    assert rule.fix in text
    assert rule.url in text
    assert rule.help.startswith(rule.summary)


def test_every_page_has_its_rule():
    assert sorted(path.stem for path in PAGES.glob("*.md")) == IDS
    assert all(id_ == rule.id and re.fullmatch(r"[a-z]+(-[a-z]+)*", id_) for id_, rule in RULES.items())


def test_results_are_told_apart_by_what_they_are_about(tmp_path):
    """Two results with one subject would be one for whoever keeps a baseline."""
    for id_ in IDS:
        results = found(id_, "Bad", tmp_path)
        assert len({result.fingerprint for result in results}) == len(results)
