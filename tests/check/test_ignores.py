"""What is found and not counted: ignores in settings files and templates, until their day."""

from __future__ import annotations

import json
from datetime import date

import pytest
from cdk_pair import CONSUMER, PRODUCER, edited
from running import run

RULE = "secret-read-without-kms"
IGNORE = f"""
[[ignore]]
rule = "{RULE}"
thing = "Consumer/*"
reason = "the team moves to another key"
expires = {{day}}
"""


def results(*arguments, code):
    ended = run("check", "--format", "json", PRODUCER, CONSUMER, *arguments)
    assert (ended.code, ended.err) == (code, "")
    return sorted((r["rule"], r["state"]) for r in json.loads(ended.out)["results"])


@pytest.fixture
def today(monkeypatch):
    """Sets the day."""
    return lambda day: monkeypatch.setattr("iamsim.cli.check._today", lambda: date.fromisoformat(day))


def written(folder, text, name="iamsim.toml"):
    (folder / name).write_text(text, encoding="utf-8")


def test_an_ignore_holds_up_to_its_day_and_then_fails(pair, today):
    written(pair, IGNORE.format(day="2026-05-31"))
    today("2026-05-31")
    assert results(code=0) == [(RULE, "ignored")]
    today("2026-06-01")
    assert results(code=1) == [("ignore-expired", "failed"), (RULE, "failed")]
    text = run("check", PRODUCER, CONSUMER).out
    assert "this ignore expired on 2026-05-31: the team moves to another key" in " ".join(text.split())
    assert " iamsim.toml:2:3" in text


def test_an_ignore_is_shown_with_its_reason_and_place(pair, today):
    today("2026-01-01")
    written(pair, IGNORE.format(day="2026-05-31"))
    text = " ".join(run("check", PRODUCER, CONSUMER).out.split())
    assert "the team moves to another key (until 2026-05-31)" in text
    assert text.endswith("1 ignored")


def test_an_ignore_that_matches_nothing_is_noted(pair, today):
    today("2026-01-01")
    written(pair, IGNORE.format(day="2026-05-31").replace("Consumer/*", "Other/*"))
    assert results(code=1) == [("ignore-unused", "failed"), (RULE, "failed")]
    assert run("check", PRODUCER, CONSUMER).out.endswith("1 error, 1 note\n")


@pytest.mark.parametrize(
    ("glob", "matches"),
    [
        ('file = "Consumer.*"', True),
        ('file = "Producer.*"', False),
        ('subject = "*AppRole*"', True),
        ('subject = "nothing"', False),
        ('rule = "secret-*"', True),
        ('rule = "assertion"', False),
    ],
)
def test_every_glob_must_match(pair, today, glob, matches):
    today("2026-01-01")
    written(pair, f'[[ignore]]\n{glob}\nreason = "a"\nexpires = "2026-05-31"\n')
    found = results(code=0 if matches else 1)
    assert ((RULE, "ignored") in found) is matches


def test_a_template_ignores_what_stands_in_the_resource_itself(pair, today):
    today("2026-01-01")
    ignore = {"iamsim": {"ignore": [{"rule": RULE, "reason": "soon", "expires": "2026-05-31"}]}}
    edited(pair / PRODUCER, lambda t: t["Resources"]["DbSecret685A0FA5"]["Metadata"].update(ignore))
    assert results(code=1) == [("ignore-unused", "failed"), (RULE, "failed")]
    policy = "AppRoleDefaultPolicy1872B475"
    edited(pair / CONSUMER, lambda t: t["Resources"][policy]["Metadata"].update(ignore))
    assert (RULE, "ignored") in results(code=0)
    today("2026-06-01")
    assert run("check", PRODUCER, CONSUMER).out.endswith("3 errors\n")


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"ignore": [{"rule": RULE}]}, "the field `reason` is missing"),
        ({"ignore": [{"reason": "a", "expires": "soon"}]}, "`soon` is no day"),
        ({"ignore": [{"reason": "a", "expires": "2026-02-30"}]}, "there is no day 2026-02-30"),
        ({"ignores": []}, "the field `ignores` is not known here"),
        ("all", "a mapping is expected here"),
    ],
)
def test_what_a_template_says_of_ignores_is_read_strictly(pair, metadata, said):
    edited(pair / CONSUMER, lambda t: t["Resources"]["AppRoleDC883459"]["Metadata"].update(iamsim=metadata))
    ended = run("check", PRODUCER, CONSUMER)
    assert ended.code == 2
    assert said in " ".join(ended.err.split())
    assert f"{CONSUMER}:" in ended.err


def test_no_baseline_hides_an_ignore_that_has_expired(pair, today):
    today("2026-06-01")
    written(pair, IGNORE.format(day="2026-05-31"))
    assert run("check", PRODUCER, CONSUMER, "--write-baseline", "base.json").code == 0
    assert results("--baseline", "base.json", code=1) == [("ignore-expired", "failed"), (RULE, "known")]


# The settings file


def test_pyproject_is_read_where_it_speaks_of_iamsim(pair, today):
    today("2026-01-01")
    table = IGNORE.format(day="2026-05-31").replace("[[ignore]]", "[[tool.iamsim.ignore]]")
    written(pair, '[tool.iamsim]\nfail-on = "warning"\n' + table, "pyproject.toml")
    assert results(code=0) == [(RULE, "ignored")]
    written(pair, '[tool.other]\na = "[tool.iamsim]"\n', "pyproject.toml")
    assert results(code=1) == [(RULE, "failed")]


def test_settings_are_found_above_the_first_path(pair, today, monkeypatch):
    today("2026-01-01")
    written(pair, IGNORE.format(day="2026-05-31"))
    below = pair / "deep" / "er"
    below.mkdir(parents=True)
    for name in (PRODUCER, CONSUMER):
        (pair / name).rename(below / name)
    monkeypatch.chdir(below)
    assert results(code=0) == [(RULE, "ignored")]


def test_settings_above_the_repository_are_not_read(pair):
    written(pair, IGNORE.format(day="2999-05-31"))
    below = pair / "repository"
    (below / ".git").mkdir(parents=True)
    for name in (PRODUCER, CONSUMER):
        (pair / name).rename(below / name)
    assert run("check", below).code == 1


def test_a_settings_file_can_be_named(pair, today):
    today("2026-01-01")
    written(pair, IGNORE.format(day="2026-05-31"), "other.toml")
    assert results(code=1) == [(RULE, "failed")]
    assert results("--config", "other.toml", code=0) == [(RULE, "ignored")]


def test_a_rule_can_be_switched_off_and_changed(pair):
    written(pair, f'rules = {{{RULE} = "off"}}')
    assert results(code=0) == []
    written(pair, f'[rules]\n{RULE} = "note"')
    assert results(code=0) == [(RULE, "failed")]
    assert run("check", PRODUCER, CONSUMER).out.endswith("1 note\n")


def test_the_option_goes_before_the_setting(pair):
    written(pair, 'fail-on = "never"')
    assert run("check", PRODUCER, CONSUMER).code == 0
    assert run("check", PRODUCER, CONSUMER, "--fail-on", "error").code == 1


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        ('fail-on = "always"', "`always` is no word of fail-on", "iamsim.toml:1:11"),
        ("fail-on = 1", "text is expected here", "iamsim.toml:1:11"),
        ('fail = "error"', "the field `fail` is not known here", "iamsim.toml:1:1"),
        ('[rules]\nnothing = "off"', "there is no rule `nothing`", "iamsim.toml:2:1"),
        (f'[rules]\n{RULE} = "no"', "`no` is no level of a rule", "iamsim.toml:2:27"),
        ('[[ignore]]\nrule = "a"\nexpires = 2026-01-01', "the field `reason` is missing", "iamsim.toml:1:3"),
        ('[[ignore]]\nreason = "a"', "the field `expires` is missing", "iamsim.toml:1:3"),
        ('[[ignore]]\nreason = ""\nexpires = 2026-01-01', "is no reason", "iamsim.toml:2:10"),
        ("a = [", "this is no TOML", "iamsim.toml:1:"),
        ("= 1", "this is no TOML", "iamsim.toml:1:1"),
    ],
)
def test_a_wrong_setting_is_a_located_diagnostic(pair, text, said, place):
    written(pair, text)
    ended = run("check", PRODUCER, CONSUMER)
    assert (ended.code, ended.out) == (2, "")
    assert said in " ".join(ended.err.split())
    assert place in ended.err
