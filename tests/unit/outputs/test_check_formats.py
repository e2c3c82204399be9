"""Which format goes where, and how files are written."""

from __future__ import annotations

import io
import json
import os
import threading

import pytest
from check_reports import NOTHING, ODD, REPORT
from junitparser import JUnitXml

from iamsim.language.errors import InputError
from iamsim.outputs import check_formats
from iamsim.outputs.check_formats import FORMATS, Output, inside_github, parse_outputs, write
from iamsim.outputs.check_words import Look


def refused(*given):
    with pytest.raises(InputError) as raised:
        parse_outputs(given)
    return [(diagnostic.code, diagnostic.message) for diagnostic in raised.value.diagnostics]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def written(*given, report=REPORT, look=Look()):  # noqa: B008 - a tuple
    out = io.StringIO()
    write(report, parse_outputs(given), out, look)
    return out.getvalue()


def test_the_formats():
    assert list(FORMATS) == ["text", "json", "sarif", "junit", "github", "markdown"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((), (Output("text"),)),
        (("json",), (Output("json"),)),
        (("json=-",), (Output("json"),)),
        (("text", "text"), (Output("text"),)),
        (("text", "sarif=a=b.sarif"), (Output("text"), Output("sarif", "a=b.sarif"))),
        (("text", "github"), (Output("text"), Output("github"))),
    ],
)
def test_a_format_may_have_a_file(given, expected):
    assert parse_outputs(given) == expected


def test_what_is_no_format():
    assert refused("xml") == [("unknown-format", "`xml` is no format")]
    assert refused("json=") == [("format-without-file", "`json=` names no file")]


def test_a_document_stands_alone_on_standard_output():
    assert refused("text", "json") == [("formats-mixed", "`text` and `json` cannot both go to standard output")]
    assert parse_outputs(["json", "text=a.txt"])


def test_a_folder_that_is_not_there_is_said_before_anything_is_written():
    assert refused("json=a/b.json", "text=c.txt") == [
        ("file-unwritable", "`a/b.json` cannot be written: there is no folder `a`")
    ]
    assert os.listdir() == []  # noqa: PTH208 - names


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "a").mkdir()
    assert refused("json=a") == [("file-unwritable", "`a` cannot be written: it is a folder")]


def test_two_formats_cannot_share_a_file(tmp_path):
    assert refused("json=a", "sarif=./a") == [("format-file-twice", f"two formats go to `{tmp_path.resolve()}/a`")]


def test_inside_github_annotations_are_added_unless_a_document_is_on_standard_output():
    text, file, json_ = Output("text"), Output("sarif", "a.sarif"), Output("json")
    assert inside_github((text,)) == (text, Output("github"))
    assert inside_github((file,)) == (file, Output("github"))
    assert inside_github((json_,)) == (json_,)
    assert inside_github((Output("github"), text)) == (Output("github"), text)
    assert inside_github((text, Output("github", "log"))) == (text, Output("github", "log"))


def test_all_are_written_and_nothing_else_is_left(tmp_path):
    assert written("text", "json=a.json", "junit=b.xml", look=Look(color=True)) == FORMATS["text"](
        REPORT, Look(color=True)
    )
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["schema"] == "iamsim/check/1"
    assert JUnitXml.fromfile(str(tmp_path / "b.xml")).tests == 7
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.json", "b.xml"]


def test_beside_annotations_no_line_of_the_text_is_a_command():
    """The runner obeys nothing between `::stop-commands::TOKEN` and `::TOKEN::`; nobody can guess the token."""
    shown = [written("text", "github", report=ODD) for _ in range(2)]
    tokens = {text.splitlines()[0].removeprefix("::stop-commands::") for text in shown}
    assert len(tokens) == 2
    assert all(len(token) == 32 for token in tokens)
    first, *lines = shown[0].splitlines()
    end = lines.index(f"::{first.removeprefix('::stop-commands::')}::")
    assert "\n".join(lines[:end]) + "\n" == FORMATS["text"](ODD, Look())
    assert "\n".join(lines[end + 1 :]) + "\n" == FORMATS["github"](ODD, Look())


def test_files_have_no_colour_and_the_same_width_everywhere(tmp_path):
    written("text=a.txt", look=Look(200, color=True))
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == FORMATS["text"](REPORT, Look(80))


@pytest.mark.parametrize("kind", FORMATS)
def test_every_text_can_be_written_as_utf_8(kind, tmp_path):
    """Also halves of characters, which JSON can hold."""
    written(f"{kind}=file", report=ODD)
    assert (tmp_path / "file").read_bytes().decode("utf-8")


def test_nothing_is_replaced_if_one_cannot_be_written(tmp_path):
    (tmp_path / "a.json").write_text("before", encoding="utf-8")
    (tmp_path / "gone").mkdir()
    outputs = parse_outputs(["json=a.json", "sarif=gone/b.sarif"])
    (tmp_path / "gone").rmdir()
    with pytest.raises(InputError) as raised:
        write(REPORT, outputs, io.StringIO(), Look())
    assert raised.value.diagnostics[0].message == "`gone/b.sarif` cannot be written: no such file or directory"
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


def test_nothing_is_written_if_a_format_fails(tmp_path, monkeypatch):
    def fails(_report, _look):
        raise RuntimeError

    monkeypatch.setattr(check_formats, "FORMATS", {**FORMATS, "sarif": fails})
    out = io.StringIO()
    with pytest.raises(RuntimeError):
        write(REPORT, (Output("text"), Output("json", "a.json"), Output("sarif", "b.sarif")), out, Look())
    assert (out.getvalue(), list(tmp_path.iterdir())) == ("", [])


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.json").write_text("before", encoding="utf-8")
    (tmp_path / "real.json").chmod(0o640)
    (tmp_path / "link.json").symlink_to("real.json")
    written("json=link.json", report=NOTHING)
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").stat().st_mode & 0o777 == 0o640
    assert json.loads((tmp_path / "real.json").read_text(encoding="utf-8"))["results"] == []


def test_a_pipe_is_written_to_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    written("text=pipe", report=NOTHING)
    reader.join(timeout=10)
    assert read == ["no findings\n"]
    assert pipe.is_fifo()
