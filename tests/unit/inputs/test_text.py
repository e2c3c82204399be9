"""Reading text files: what cannot be read says so, and where."""

from __future__ import annotations

import io
import sys

import pytest

from iamsim.inputs.text import MAX_BYTES, read_source
from iamsim.language.errors import InputError


def refused(path):
    with pytest.raises(InputError) as caught:
        read_source(path)
    [diagnostic] = caught.value.diagnostics
    assert diagnostic.help
    return diagnostic


def test_a_file_is_named_as_the_user_named_it(tmp_path):
    file = tmp_path / "p.json"
    file.write_text('{"é": 1}', encoding="utf-8")
    source = read_source(file)
    assert (source.name, source.text) == (str(file), '{"é": 1}')
    assert source.span_of(("é",)) == (6, 7)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    file = tmp_path / "p.json"
    file.write_bytes(b"\xef\xbb\xbf{}")
    assert read_source(str(file)).text == "{}"


def test_a_hyphen_is_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"[1]")))
    source = read_source("-")
    assert (source.name, source.text) == ("<stdin>", "[1]")


def test_another_way_to_locate_may_be_given(tmp_path):
    file = tmp_path / "p"
    file.write_text("x")
    marker = object()
    assert read_source(file, lambda _: marker).spans is marker


@pytest.mark.parametrize(
    ("data", "line", "column", "byte"),
    [
        (b"ab\ncd\xff\n", 2, 3, "0xFF"),
        (b"\xef\xbb\xbf\xc3\xa9\xc3(", 1, 2, "0xC3"),
        (b"\xed\xa0\x80", 1, 1, "0xED"),
        ("é".encode("latin-1"), 1, 1, "0xE9"),
    ],
)
def test_the_first_byte_that_is_no_utf_8_is_shown(tmp_path, data, line, column, byte):
    file = tmp_path / "p.json"
    file.write_bytes(data)
    diagnostic = refused(file)
    assert diagnostic.code == "not-utf-8"
    assert byte in diagnostic.message
    assert diagnostic.where == f"{file}:{line}:{column}: "


def test_utf_16_is_recognised(tmp_path):
    file = tmp_path / "p.json"
    file.write_text("{}", encoding="utf-16")
    assert "UTF-16" in refused(file).help


def test_what_is_not_there_or_is_no_file(tmp_path):
    assert refused(tmp_path / "none").code == "file-not-found"
    assert refused(tmp_path).code == "file-is-folder"
    assert refused("a\0b").code == "file-unreadable"
    assert refused(tmp_path / ("x" * 5_000)).code == "file-unreadable"
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert refused(loop).code == "file-unreadable"


def test_a_file_of_a_mebibyte_is_read_and_a_longer_one_is_not(tmp_path):
    file = tmp_path / "p"
    file.write_bytes(b" " * MAX_BYTES)
    assert len(read_source(file).text) == MAX_BYTES
    file.write_bytes(b" " * (MAX_BYTES + 1))
    assert refused(file).code == "file-too-large"


def test_a_file_without_end_is_refused():
    assert refused("/dev/zero").code == "file-too-large"
