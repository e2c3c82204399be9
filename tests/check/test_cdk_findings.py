"""What the rules find in stacks as `cdk synth` writes them: in each alone, and in each folder together.

Every line was read and is true of its stack. After a change that is meant: IAMSIM_UPDATE=1 pytest with this file.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from iamsim.analysis.check import Wanted, check
from iamsim.analysis.rules import RULES
from iamsim.inputs.check_inputs import read_inputs
from iamsim.inputs.cloudformation import Settings
from iamsim.inputs.settings import read_settings
from iamsim.language.unknown_text import readable
from iamsim.outputs.check_words import one_line, ordered

CDK = Path(__file__).parents[1] / "data" / "cdk"
FOLDERS = [CDK / "ten", CDK / "rotations"]
STACKS = [path for folder in FOLDERS for path in sorted(folder.glob("*.template.json")) if ".nested." not in path.name]


def found(path):
    """A line for each result, and one for each place of it: the path of its construct, else its resource."""
    read = read_inputs([path], Settings(), read_settings([]))
    report = check(read.parts, Wanted(tuple(RULES.values())), date(2026, 1, 1), read.findings, read.files)
    lines = []
    for result in ordered(report.results):
        lines += [f"{result.state} {result.severity} {result.rule}: {readable(one_line(result.message))}"]
        lines += [f"  at {place.thing or pointer(place.label)}" for place in result.places]
    return "\n".join(lines or ["nothing"]) + "\n"


def pointer(label):
    return "/".join(map(str, label.source.base + label.pointer)) or "the file"


@pytest.mark.parametrize("path", [*STACKS, *FOLDERS], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_the_rules_find(path):
    folder, name = (path, "together") if path.is_dir() else (path.parent, path.name.partition(".")[0])
    kept, now = folder / "findings" / f"{name}.txt", found(path)
    if os.environ.get("IAMSIM_UPDATE"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(now, encoding="utf-8")
    assert now == kept.read_text(encoding="utf-8")
