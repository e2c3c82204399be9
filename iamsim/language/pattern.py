"""Wildcard patterns and policy variables.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html (wildcards)
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (variables)
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from iamsim.language.errors import LanguageError
from iamsim.language.grammar import load_grammar


class Wildcard(Enum):
    """`*` stands for any run of characters, the empty one included; `?` for exactly one."""

    ANY = "*"
    ONE = "?"


class Variable(NamedTuple):
    """`${key}` or `${key, 'default'}`. The key is in lower case: key names are case-insensitive."""

    key: str
    default: str | None


Part = str | Wildcard | Variable
"""A piece of a template: literal text, a wildcard, or a variable to be filled in."""

_WILDCARDS = {wildcard.value: wildcard for wildcard in Wildcard}


@lru_cache(maxsize=512)
def parse_wildcards(text: str) -> tuple[str | Wildcard, ...]:
    """The parts of a pattern without variables: `*` and `?` are its only special characters."""
    return tuple(_WILDCARDS.get(piece, piece) for piece in re.split(r"([*?])", text) if piece)


@lru_cache(maxsize=512)
def parse_template(text: str) -> tuple[Part, ...]:
    """The parts of a pattern in a Version 2012-10-17 policy, variables included.

    Raises:
        LanguageError: a `${` that is no variable: not closed, without a key, or with a malformed default.
    """
    if "${" not in text:
        return parse_wildcards(text)
    pieces = _PIECES.split(text)
    if any("${" in literal for literal in pieces[::2]):
        return parse_template_by_grammar(text)
    return tuple(_WILDCARDS.get(piece) or _plain_part(piece) for piece in pieces if piece)


_PIECES = re.compile(r"([*?]|\$\{[\w:/.@=+-]+\})")
"""Between literal texts: a wildcard, or a variable that is nothing but a key."""


def _plain_part(piece: str) -> str | Variable:
    return Variable(piece[2:-1].lower(), None) if piece.startswith("${") else piece


def parse_template_by_grammar(text: str) -> tuple[Part, ...]:
    """Read a pattern by `grammars/pattern.lark`, which says what a variable is and where a text fails to be one.

    One split reads plain variables just as well and twenty times as fast, so this is for the others.

    Raises:
        LanguageError: see `parse_template`.
    """
    from lark.exceptions import UnexpectedInput

    try:
        tree = load_grammar("pattern").parse(text)
    except UnexpectedInput as error:
        at = getattr(error, "pos_in_stream", None)
        start = text.rfind("${", 0, len(text) if at is None else at + 1)
        help_ = "write `${key}`, `${key, 'default'}`, `${*}`, `${?}` or `${$}`"
        raise LanguageError("`${` opens no policy variable", text, max(start, 0), None, help_) from None
    return tuple(_part(node) for node in tree.children)


def _part(node: Any) -> Part:
    kind, tokens = node.data, [str(token) for token in node.children]
    if kind == "variable":
        default = tokens[1][1:-1] if len(tokens) > 1 else None
        return Variable(tokens[0].rstrip().lower(), default)
    return _WILDCARDS[tokens[0]] if kind in ("any", "one") else tokens[0]
