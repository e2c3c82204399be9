"""The wheel holds all that iamsim needs. `.ci/check_wheel` goes further: it installs it in a clean venv."""

import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from iamsim.language.grammar import load_grammar

ROOT = Path(__file__).parent.parent
SCRIPT = runpy.run_path(str(ROOT / ".ci" / "check_wheel"))
SAMPLES = SCRIPT["SAMPLES"]
GRAMMARS = sorted(path.stem for path in (ROOT / "grammars").glob("*.lark"))

PARSE = """
import sys
sys.path.insert(0, sys.argv[1])
import iamsim.language.grammar
assert iamsim.__file__.startswith(sys.argv[1]), iamsim.__file__
for name, line in zip(sys.argv[2::2], sys.argv[3::2], strict=True):
    iamsim.language.grammar.load_grammar(name).parse(line)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built with the tools of this environment: no network."""
    dist = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", dist, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    (found,) = dist.glob("*.whl")
    return found


def test_every_grammar_has_a_sample_line():
    assert set(GRAMMARS) <= set(SAMPLES)


@pytest.mark.parametrize("name", GRAMMARS)
def test_a_checkout_parses_the_sample_line(name):
    load_grammar(name).parse(SAMPLES[name])


def test_the_wheel_holds_the_package_the_grammars_and_the_licence_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    about = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
    assert {f"iamsim/grammars/{name}.lark" for name in GRAMMARS} <= set(names)
    assert f"{about}/licenses/LICENSE" in names
    assert {name.partition("/")[0] for name in names} == {"iamsim", about}


@pytest.mark.parametrize("form", ["unpacked", "zipped"])
def test_the_wheel_parses_one_line_of_each_grammar(wheel, form, tmp_path):
    place = wheel
    if form == "unpacked":
        place = tmp_path / "unpacked"
        zipfile.ZipFile(wheel).extractall(place)
    lines = [word for name in GRAMMARS for word in (name, SAMPLES[name])]
    subprocess.run([sys.executable, "-I", "-c", PARSE, place, *lines], cwd=tmp_path, check=True)


PROGRAM = """#!{python} -I
import sys
sys.path.insert(0, {place!r})
import iamsim.cli
assert iamsim.__file__.startswith({place!r}), iamsim.__file__
iamsim.cli.main()
"""


def test_the_wheel_checks_lints_and_prints_schemas_with_no_terminal_and_no_input(wheel, tmp_path):
    place, folder = tmp_path / "unpacked", tmp_path / "elsewhere"
    zipfile.ZipFile(wheel).extractall(place)
    folder.mkdir()
    program = tmp_path / "iamsim"
    program.write_text(PROGRAM.format(python=sys.executable, place=str(place)), encoding="utf-8")
    program.chmod(0o755)
    SCRIPT["use"](program, folder)
