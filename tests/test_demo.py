"""`make demo` shows the whole story on one screen: a read that is refused, its remedy, and the same read succeeding."""

from __future__ import annotations

import re
import shlex
from math import ceil

import pytest
from running import ROOT, run

from iamsim.inputs.scenario import load_scenario
from iamsim.outputs.policy_diff import extended_text

[LINE] = re.findall(
    r"^demo:.*\n\t@\$\(BIN\)/iamsim (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
)
READ = "GetSecretValue on owner:secre"
SCREEN = 45


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture(params=[80, 100])
def columns(request):
    return request.param


@pytest.fixture
def shown(columns):
    ended = run(*shlex.split(LINE), columns=columns)
    assert (ended.code, ended.err) == (0, "")
    return ended.out


def test_it_fits_one_screen(shown, columns):
    """A line that is too long for the terminal takes several rows of it."""
    assert sum(max(1, ceil(len(line) / columns)) for line in shown.splitlines()) <= SCREEN


def test_it_shows_a_refused_read_its_remedy_and_the_same_read_succeeding(shown):
    refused, mended = shown.split("\nFix ")
    assert refused.startswith(f"DENIED  consumer:role/orders-api cannot {READ}")
    assert "key policy" in refused.splitlines()[1]
    assert "/key.json:8:16\n   8 | " in refused
    diff, allowed = mended.split("\nProved    the call then succeeds\n")
    assert re.search(r'^\+ +"Action": "kms:Decrypt",$', diff, re.MULTILINE)
    assert f"\nALLOWED consumer:role/orders-api can {READ}" in allowed


def test_what_the_owner_puts_in_place_is_the_remedy_that_was_shown():
    from iamsim.analysis.answer import answers
    from iamsim.analysis.remedy import remedies

    scenario = load_scenario(shlex.split(LINE)[1])
    read, put = scenario.questions
    [refused] = answers(scenario.world, read)
    [addition] = remedies(refused.outcome).remedy.additions
    assert put.calls[0].parameters["Policy"] == extended_text(addition.policy.source, addition.statements)
    assert put.then[0].calls[0].caller == read.calls[0].caller
    assert put.then[0].calls[0].resource == read.calls[0].resource


def test_the_readme_shows_it():
    assert f"$ iamsim {LINE}\n" in (ROOT / "README.md").read_text(encoding="utf-8")
