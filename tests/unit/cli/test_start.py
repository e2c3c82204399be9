"""What a start loads: each command only what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCENARIO = "scenarios/cross-account/key-policy-missing.iamsim.yaml"
LIBRARIES = {"lark", "pydantic", "rich", "typer", "yaml"}

LOADED = """
import sys
{code}
print("loaded", *sorted({{name.partition(".")[0] for name in sys.modules}}))
"""

OPENED = """
import sys
opened = []
sys.addaudithook(lambda event, arguments: opened.append(str(arguments[0])) if event == "open" else None)
from iamsim.cli.app import app
try:
    app(sys.argv[1:])
finally:
    print("\\nopened", *(name.replace("\\\\", "/") for name in opened))
"""

MODULES = """
import sys
from iamsim.cli.app import app
try:
    app(sys.argv[1:])
finally:
    print("\\nloaded", *sys.modules)
"""

COLLECTING = """
import gc
import iamsim.cli
import iamsim.cli.app
iamsim.cli.app.run = lambda: print("collecting", gc.isenabled())
iamsim.cli.main()
"""


def last_line(code, *arguments):
    """The words of the last line that a program of its own prints, without the first."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    return done.stdout.splitlines()[-1].split()[1:]


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import iamsim", set()),
        ("import iamsim.cli", set()),
        ("import iamsim.cli.app", {"typer"}),
        ("import iamsim.inputs.text, iamsim.inputs.case", set()),
        ("import iamsim.inputs.files_at_hand, iamsim.analysis.explain, iamsim.analysis.lint", set()),
        ("import iamsim.inputs.scenario", {"pydantic", "yaml"}),
    ],
)
def test_an_import_loads_no_library_that_it_does_not_need(code, allowed):
    assert set(last_line(LOADED.format(code=code))) & LIBRARIES == allowed


def test_explaining_a_scenario_reads_no_table():
    opened = last_line(OPENED, "explain", SCENARIO)
    assert any(name.endswith("/assertion.lark") for name in opened)
    assert not [name for name in opened if "/iamsim/data/" in name]


@pytest.mark.parametrize("options", [[], ["--fix"], ["--format=json"]])
def test_explaining_loads_remedies_and_data_only_where_they_are_asked_for(options):
    loaded = set(last_line(MODULES, "explain", SCENARIO, *options))
    assert "iamsim.analysis.explain" in loaded
    assert ("iamsim.analysis.remedy" in loaded) is ("--fix" in options)
    assert ("iamsim.outputs.explanation_json" in loaded) is ("--format=json" in options)


def test_garbage_is_collected_while_a_command_runs():
    assert last_line(COLLECTING) == ["True"]
