"""Where the grammars are found: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Lark, Transformer


@cache
def load_grammar(name: str, transformer: Transformer[Any, Any] | None = None) -> Lark:
    """The LALR parser of `grammars/NAME.lark`, built once. With a transformer, it gives the transformer's result.

    Raises:
        FileNotFoundError: there is no such grammar.
    """
    from lark import Lark

    options: dict[str, Any] = {"parser": "lalr", "transformer": transformer}
    installed = files("iamsim") / "grammars"
    if installed.is_dir():
        return Lark.open_from_package("iamsim", f"{name}.lark", ("grammars",), **options)
    return Lark.open(f"../../grammars/{name}.lark", rel_to=__file__, **options)
