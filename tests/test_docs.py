"""The documentation is true: its commands print what it shows, its examples run, its tables are the code's.

After a change that is meant: IAMSIM_UPDATE=1 pytest tests/test_docs.py writes the outputs and tables anew.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
import types
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
from running import ROOT, run

from iamsim.analysis.rules import RULES
from iamsim.cli.exit_code import ExitCode
from iamsim.engine.decision import Caution
from iamsim.inputs import scenario_file
from iamsim.inputs.shape import Part
from iamsim.outputs.cautions import CAUTIONS, PAGES
from iamsim.outputs.check_formats import FORMATS

PAGES_OF_OURS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
UPDATING = bool(os.environ.get("IAMSIM_UPDATE"))
SKIPPED = ("make ", "pip ")
"""Commands that other tests run, or that need a network."""

ANYTHING = "…"
"""A line that stands for any number of lines."""


class Block(NamedTuple):
    """A fenced block: its language, the line before it, where it begins in the page, and its text."""

    page: Path
    language: str
    title: str
    start: int
    text: str


FENCED = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language):
    for page in PAGES_OF_OURS:
        for found in FENCED.finditer(page.read_text(encoding="utf-8")):
            if found[2] == language:
                yield Block(page, language, found[1] or "", found.start(3), found[3])


def name(block):
    line = block.page.read_text(encoding="utf-8").count("\n", 0, block.start) + 1
    return f"{block.page.relative_to(ROOT)}:{line}"


def commands(block):
    """The commands of a console block, each with the lines that follow it."""
    lines = block.text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in pairwise([*starts, len(lines)]):
        stop = start + 1
        while lines[stop - 1].endswith("\\"):
            stop += 1
        yield "\n".join(lines[start:stop])[2:], lines[stop:end]


def printed(lines):
    """What the commands of a block print, one after the other in one shell, in the root of the repository."""
    mark = "--- the next command ---"
    script = "".join(f"{line}\nstatus=$?; echo; echo '{mark}'; (exit $status)\n" for line in lines)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for variable in ("NO_COLOR", "COLUMNS", "IAMSIM_DEBUG", "IAMSIM_UPDATE", "GITHUB_ACTIONS"):
        environment.pop(variable, None)
    ended = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=60,
    )
    outputs = ended.stdout.decode().split(f"\n{mark}\n")[:-1]
    return [output.removesuffix("\n").split("\n") if output else [] for output in outputs]


def agrees(shown, found):
    """Whether the lines of a page are the lines that were printed; `…` stands for any number of them."""
    if ANYTHING not in shown:
        return shown == found
    at = shown.index(ANYTHING)
    head, rest = shown[:at], shown[at + 1 :]
    return found[:at] == head and any(agrees(rest, found[i:]) for i in range(at, len(found) + 1))


CONSOLE = list(blocks("console"))


@pytest.mark.parametrize("block", CONSOLE, ids=name)
def test_commands_print_what_the_page_shows(block):
    asked = [(line, shown) for line, shown in commands(block) if not line.startswith(SKIPPED)]
    found = printed([line for line, _ in asked])
    if UPDATING:
        update(block, found)
        return
    for (line, shown), lines in zip(asked, found, strict=True):
        assert agrees(shown, lines), f"$ {line}\n" + "\n".join(lines)


def update(block, found):
    """Write what was printed into the page, but for commands whose output is shown in part."""
    made, outputs = [], iter(found)
    for line, shown in commands(block):
        lines = shown if line.startswith(SKIPPED) else next(outputs)
        made += [f"$ {line}", *(shown if ANYTHING in shown else lines)]
    text = block.page.read_text(encoding="utf-8")
    assert text.count(block.text) == 1
    block.page.write_text(text.replace(block.text, "\n".join(made) + "\n"), encoding="utf-8")


@pytest.mark.parametrize("block", list(blocks("python")), ids=name)
def test_python_does_what_the_page_shows(block, monkeypatch):
    monkeypatch.chdir(ROOT)
    test = doctest.DocTestParser().get_doctest(block.text, {"__name__": "page"}, name(block), None, 0)
    if not test.examples:
        exec(compile(block.text, name(block), "exec"), {"__name__": "page"})  # noqa: S102 - the page's own example
        return
    said = []
    result = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert result.failed == 0, "".join(said)


FILES = {block.title: block.text for block in [*blocks("json"), *blocks("yaml")] if block.title}
SCENARIOS = [block for block in blocks("yaml") if block.title.endswith(".iamsim.yaml")]


@pytest.mark.parametrize("block", SCENARIOS, ids=lambda block: block.title)
def test_scenarios_of_the_pages_answer_as_they_say(block, tmp_path):
    for title, text in FILES.items():
        (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / title).write_text(text, encoding="utf-8")
    ended = run("explain", tmp_path / block.title)
    assert ended.err == ""
    assert "NOT as expected" not in ended.out
    assert ended.code == 0


def test_every_example_of_the_format_is_run():
    page = ROOT / "docs" / "scenario-format.md"
    assert all(block.title for block in [*blocks("json"), *blocks("yaml")] if block.page == page)
    assert len(SCENARIOS) >= 3


@pytest.mark.parametrize("page", PAGES_OF_OURS, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    inside = [link.partition("#")[0] for link in links if not link.startswith(("https://", "#"))]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_the_readme_lists_every_exit_code():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)} == {int(code) for code in ExitCode}


def test_the_changelog_counts_the_scenarios():
    count = len(list((ROOT / "scenarios").rglob("*.iamsim.yaml")))
    assert f" {count} scenarios " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_page_of_the_check_lists_every_rule_option_and_format():
    text = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    rules = re.findall(r"^\| \[([a-z-]+)\]\(rules/([a-z-]+)\.md\) \|", text, re.MULTILINE)
    assert rules == [(rule, rule) for rule in RULES]
    assert re.findall(r"^\| `([a-z]+)` \|", text, re.MULTILINE) == list(FORMATS)
    options = set(re.findall(r"--[a-z-]+", run("check", "--help").out)) - {"--help"}
    assert options <= set(re.findall(r"--[a-z-]+", text))


def expected_to_be(page, text):
    """The page holds this text; with IAMSIM_UPDATE it does afterwards."""
    if UPDATING:
        page.write_text(text, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == text


CAUTIONS_HEAD = """# Cautions

Some facts of AWS are inferred, or AWS's own pages contradict each other. Where such a fact decided, the answer carries a
caution: `iamsim explain` shows it with its text, `--format json` and `iamsim evaluate` list its id. None of them was tested on
AWS by this project; whoever can test one is welcome to.

This page is made from `iamsim/outputs/cautions.py` by `IAMSIM_UPDATE=1 pytest tests/test_docs.py`.
"""


def test_the_page_of_cautions_is_made_from_the_code():
    made = [CAUTIONS_HEAD]
    for caution in sorted(Caution, key=lambda caution: caution.value):
        pages = "\n".join(f"- <{page}>" for page in PAGES[caution])
        made.append(f"## {caution.value}\n\n{CAUTIONS[caution][:1].upper()}{CAUTIONS[caution][1:]}.\n\n{pages}\n")
    expected_to_be(ROOT / "docs" / "cautions.md", "\n".join(made))


def parts():
    """The classes of the scenario format with the mapping that each stands for, in the order of a file."""
    waiting, seen = [scenario_file.ScenarioFile], []
    while waiting:
        part = waiting.pop(0)
        if part not in seen:
            seen.append(part)
            waiting += [inner for field in part.model_fields.values() for inner in inner_parts(field.annotation)]
    return seen


def inner_parts(annotation):
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return [annotation] if issubclass(annotation, Part) else []
    return [part for argument in get_args(annotation) for part in inner_parts(argument)]


def default(field):
    if field.is_required():
        return "required"
    return {"None": "", "{}": "", "()": "", "''": "", "True": "`true`"}.get(repr(field.default), f"`{field.default}`")


def test_the_table_of_fields_is_made_from_the_code():
    made = []
    for part in parts():
        title = re.sub("([a-z])([A-Z])", r"\1 \2", part.__name__)
        made += [f"### {title}", "", " ".join(part.__doc__.split()), ""]
        made += ["| field | default | |", "| --- | --- | --- |"]
        made += [f"| `{key}` | {default(field)} | {field.description} |" for key, field in part.model_fields.items()]
        made += [""]
    page = ROOT / "docs" / "scenario-format.md"
    head, _, rest = page.read_text(encoding="utf-8").partition("<!-- fields -->\n")
    _, _, tail = rest.partition("<!-- end of fields -->\n")
    table = "\n".join(made)
    expected_to_be(page, f"{head}<!-- fields -->\n\n{table}\n<!-- end of fields -->\n{tail}")


def test_lines_left_out_are_understood():
    assert agrees(["a", "…", "d"], ["a", "b", "c", "d"])
    assert agrees(["a", "…"], ["a"])
    assert not agrees(["a", "…", "d"], ["a", "b", "c"])
    assert not agrees(["a"], ["a", "b"])
