"""The unknown parts of the texts of templates: each with what it is in words, and the option that would give it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iamsim.language.unknown_text import UnknownPart, split_unknown, unknown_parts, unknown_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Unknown(NamedTuple):
    """What is not known: in words, and the option of the command line that would give it, empty if there is none.

    `command` is a command of the AWS CLI that shows it. `without` are characters that it certainly does not hold.
    """

    words: str
    option: str = ""
    command: str = ""
    without: str = ""


_ANY_ARN = "=ARN"


class Unknowns:
    """Every unknown part by its name. Two things never have one name."""

    def __init__(self) -> None:
        """Begin with none."""
        self._by_name: dict[str, Unknown] = {}
        self._texts: dict[tuple[str, int | None], str] = {}

    @property
    def by_name(self) -> Mapping[str, Unknown]:
        """What each name stands for."""
        return dict(self._by_name)

    def text(self, called: str, unknown: Unknown, length: int | None = None) -> str:
        """The text that stands for an unknown part, always the same one for the same thing.

        A name holds letters, digits, `.`, `_` and `-`; where two things would share one, the second has a number.
        """
        made = self._texts.get((called, length))
        if made is None:
            made, number = unknown_text(called, length), 1
            while self._name(made) in self._by_name:
                number += 1
                made = unknown_text(f"{called}.{number}", length)
            self._texts[called, length] = made
            self._by_name[self._name(made)] = unknown
        return made

    def note(self, name: str, unknown: Unknown) -> None:
        """Note something that is not known and stands in no text: the text of a managed policy, by its ARN."""
        self._by_name.setdefault(name, unknown)

    def suggest(self, names: Iterable[str], arn: str) -> None:
        """Name the ARN that would give unknown parts, if it is the same thing."""
        for name in names:
            unknown = self._by_name.get(name)
            if unknown and unknown.option.endswith(_ANY_ARN):
                self._by_name[name] = unknown._replace(option=unknown.option.removesuffix(_ANY_ARN) + f"={arn}")

    def split(self, text: str, delimiter: str) -> list[str] | None:
        """The parts of a text between delimiters; None where an unknown part may hold the delimiter."""
        parts = [""]
        for piece in split_unknown(text):
            if isinstance(piece, UnknownPart):
                if not delimiter or not set(delimiter) & set(self._by_name.get(piece.name, Unknown("")).without):
                    return None
                parts[-1] += unknown_text(*piece)
            else:
                first, *others = piece.split(delimiter) if delimiter else [piece]
                parts[-1] += first
                parts += others
        return parts

    @staticmethod
    def _name(text: str) -> str:
        return unknown_parts(text)[0].name


NO_SEPARATORS = ":/, "
"""What no account id, Region, key id or name that CloudFormation makes up holds."""

ALPHANUMERIC = ":/, -._"
"""What no part of letters and digits only holds."""
