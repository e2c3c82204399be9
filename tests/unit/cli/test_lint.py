"""`iamsim lint`: what it writes and how it ends."""

from __future__ import annotations

import io
import json
import sys

import pytest
import typer

from iamsim.cli.lint import lint

GOOD = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
WARNED = {**GOOD, "Id": "x"}
BAD = {"Version": "2012-10-17", "Statement": {"Effect": "allow", "Action": "s3:*", "Resource": "bucket"}}


@pytest.fixture
def file(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture(autouse=True)
def _wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize(
    ("content", "code", "last"),
    [
        (GOOD, 0, "1 file: no findings"),
        (WARNED, 0, "1 file: 1 warning"),
        (BAD, 1, "1 file: 2 errors"),
        ('{"Version": "2012-10-17", "Version": "2012-10-17"}', 1, "1 file: 1 error"),
        ("{", 2, "1 file: 1 error"),
        ("", 2, "1 file: 1 error"),
        ("[" * 5_000, 2, "1 file: 1 error"),
    ],
)
def test_the_exit_code_and_the_last_line_say_how_it_is(file, capsys, content, code, last):
    assert lint([file("p.json", content)], "identity") == code
    assert capsys.readouterr().out.splitlines()[-1] == last


def test_the_findings_of_every_file_are_shown_and_the_worst_decides(file, capsys, tmp_path):
    files = [file("good.json", GOOD), file("bad.json", BAD), str(tmp_path / "none.json"), str(tmp_path)]
    assert lint(files[:2], "identity") == 1
    capsys.readouterr()
    assert lint([*files, files[0]], "identity") == 2
    out = capsys.readouterr().out
    assert f"{files[1]}:1:51\n" in out
    assert "error[unknown-effect]" in out
    assert "error[resource-format]" in out
    assert f"there is no file `{files[2]}`" in out
    assert out.splitlines()[-1] == "4 files: 4 errors"
    assert "\x1b" not in out


def test_the_type_decides_what_is_right(file):
    session = {"Statement": GOOD["Statement"]}
    assert lint([file("p.json", session)], "identity") == 1
    assert lint([file("p.json", session)], "identity", inline=True) == 0
    assert lint([file("p.json", session)], "session") == 0
    assert lint([file("p.json", session)], "secretPolicy") == 1


@pytest.mark.parametrize(
    ("policy_type", "inline", "called"),
    [
        ("identity", True, "an inline policy"),
        ("identity", False, "a managed policy"),
        ("scp", False, "a service control"),
    ],
)
def test_a_kind_of_policy_has_its_article(file, capsys, policy_type, inline, called):
    named = {**GOOD, "Statement": {**GOOD["Statement"], "Principal": "*"}}
    lint([file("p.json", named)], policy_type, inline=inline)
    assert f"`Principal` cannot stand in {called}" in capsys.readouterr().out


def test_a_hyphen_reads_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(BAD).encode())))
    assert lint(["-"], "identity") == 1
    assert "<stdin>:1:51" in capsys.readouterr().out


def test_as_json_the_same_findings_are_data(file, capsys):
    path = file("p.json", BAD)
    assert lint([path], "identity", format="json") == 1
    report = json.loads(capsys.readouterr().out)
    assert report["schema"] == "iamsim/lint/1"
    assert report["summary"] == {"files": 1, "errors": 2, "warnings": 0, "notes": 0}
    assert [d["code"] for d in report["diagnostics"]] == ["unknown-effect", "resource-format"]
    assert report["diagnostics"][0]["labels"][0]["source"] == path


def test_unreadable_files_are_data_too(tmp_path, capsys):
    assert lint([str(tmp_path / "none")], "identity", format="json") == 2
    assert json.loads(capsys.readouterr().out)["diagnostics"][0]["code"] == "file-not-found"


@pytest.mark.parametrize("options", [{"type": "grant"}, {"type": "nonsense"}, {"type": "scp", "format": "xml"}])
def test_a_wrong_option_is_wrong_usage(file, options):
    with pytest.raises(typer.BadParameter, match="is none of"):
        lint([file("p.json", GOOD)], **options)


def test_colour_is_for_terminals_that_want_it(file, capsys, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    lint([file("p.json", BAD)], "identity")
    assert "\x1b[1;31m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    lint([file("p.json", BAD)], "identity")
    assert "\x1b" not in capsys.readouterr().out
