"""What the commands know of the terminal that they write to."""

from __future__ import annotations

import json
import shutil
import sys


def width() -> int:
    """The terminal's width; `COLUMNS` overrides it, 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def color() -> bool:
    """Whether standard output takes colours."""
    from iamsim.outputs.paint import wants_color

    return wants_color(sys.stdout)


def print_json(document: object) -> None:
    """Print a document as JSON for programs and people."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
