"""Tables of text, for a terminal or as Markdown."""

from __future__ import annotations


def table(title: str, header: list[str], rows: list[list[str]], *, markdown: bool = False) -> str:
    """Return a titled table; every column but the first is set to the right."""
    if markdown:
        ruler = ["---", *["---:"] * (len(header) - 1)]
        return "\n".join([f"### {title}", "", *(f"| {' | '.join(line)} |" for line in [header, ruler, *rows])])
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    ruler = ["-" * width for width in widths]
    return "\n".join([title, *(aligned(line, widths) for line in [header, ruler, *rows])])


def aligned(line: list[str], widths: list[int]) -> str:
    """Return a line with its cells padded."""
    first, *others = zip(line, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return "  " + "  ".join(cells).rstrip()
