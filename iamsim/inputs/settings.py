"""`--context KEY=VALUE` options."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iamsim.language.assertion import Given
from iamsim.language.assertion_parser import parse_assertion
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError, LanguageError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Settings(NamedTuple):
    """What is said of the context: values (None: the key is absent), and keys that are not known."""

    context: dict[str, str | list[str] | None]
    unknown: tuple[str, ...]


def read_settings(options: Sequence[str]) -> Settings:
    """Read options as the `with` of an `ask` line: `KEY=VALUE`, `KEY=[a, b]`, `KEY=unknown`, `KEY=absent`.

    Raises:
        InputError: an option has no such form.
    """
    context: dict[str, str | list[str] | None] = {}
    unknown: list[str] = []
    for option in options:
        key, equals, value = option.partition("=")
        if not key or not equals:
            help_ = "write `--context aws:SourceIp=203.0.113.7`, `KEY=[a, b]`, `KEY=unknown` or `KEY=absent`"
            raise InputError([Diagnostic("context-option", f"`{option[:100]}` sets no context key", help=help_)])
        found = _value(value)
        if found is Given.UNKNOWN:
            unknown.append(key)
        else:
            context[key] = None if found is Given.ABSENT else found
    return Settings(context, tuple(unknown))


def _value(text: str) -> str | list[str] | Given:
    """A value in the assertion language where it is one; any other text stands for itself."""
    try:
        (setting,) = parse_assertion(f"anonymous can a:b on a:root with k = {text}").settings
    except (LanguageError, ValueError):
        return text
    if isinstance(setting.value, tuple):
        return [word.text for word in setting.value]
    return setting.value if isinstance(setting.value, Given) else setting.value.text
