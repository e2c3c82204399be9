"""Where the grammars are found: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from pkgutil import get_data
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Lark, Transformer


@cache
def load_grammar(name: str, transformer: Transformer[Any, Any] | None = None) -> Lark:
    """The LALR parser of `grammars/NAME.lark`, built once. With a transformer, it gives the transformer's result.

    Raises:
        OSError: there is no such grammar.
    """
    from lark import Lark

    return Lark(_text(name), parser="lalr", transformer=transformer)


def _text(name: str) -> str:
    try:
        installed = get_data("iamsim", f"grammars/{name}.lark")  # a zipped wheel is read as well
    except OSError:
        installed = None
    return (installed or (Path(__file__).parents[2] / "grammars" / f"{name}.lark").read_bytes()).decode()
