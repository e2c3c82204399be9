"""Every format of `iamsim check`, kept as text. After a change that is meant: IAMSIM_UPDATE=1 pytest and this file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from check_reports import NOTHING, ODD, REPORT

from iamsim.outputs.check_formats import FORMATS
from iamsim.outputs.check_words import Look

FOLDER = Path(__file__).parents[2] / "snapshots" / "check"
SHOWN = {
    "text-40.text": ("text", REPORT, Look(40)),
    "text-80.text": ("text", REPORT, Look(80)),
    "text-120.text": ("text", REPORT, Look(120)),
    "text-color.text": ("text", REPORT, Look(80, color=True)),
    "text-nothing.text": ("text", NOTHING, Look()),
    "text-odd.text": ("text", ODD, Look()),
    "report.json": ("json", REPORT, Look()),
    "report.sarif": ("sarif", REPORT, Look()),
    "junit.xml": ("junit", REPORT, Look()),
    "junit-odd.xml": ("junit", ODD, Look()),
    "github.log": ("github", REPORT, Look()),
    "github-odd.log": ("github", ODD, Look()),
    "comment.md": ("markdown", REPORT, Look()),
    "comment-odd.md": ("markdown", ODD, Look()),
    "comment-nothing.md": ("markdown", NOTHING, Look()),
}


@pytest.mark.parametrize("name", SHOWN)
def test_it_is_shown_as_it_was(name):
    kind, report, look = SHOWN[name]
    shown = FORMATS[kind](report, look).replace("\x1b", "␛")
    file = FOLDER / name
    if os.environ.get("IAMSIM_UPDATE"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == file.read_bytes().decode()


def test_no_snapshot_is_left_over():
    """Those of whole commands, which tests/test_snapshots.py keeps, end in `.txt`."""
    assert {file.name for file in FOLDER.iterdir() if file.suffix != ".txt"} == set(SHOWN)


@pytest.mark.parametrize("name", SHOWN)
def test_only_the_coloured_one_has_colour(name):
    assert ("␛" in (FOLDER / name).read_text(encoding="utf-8")) == ("color" in name)


@pytest.mark.parametrize("kind", FORMATS)
def test_parts_that_are_not_known_can_be_read(kind):
    """Between private-use characters (U+E000, U+E001) in the report; `⟨Producer.DbSecret⟩` for people."""
    shown = FORMATS[kind](REPORT, Look(200))
    assert not [character for character in shown if "\ue000" <= character <= "\uf8ff"]
    assert "prod/db-⟨Producer.DbSecret⟩" in shown
