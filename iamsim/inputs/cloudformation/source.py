"""The text of a template, the values of secrets covered, and where each part of it stands.

Nothing is located before something must be underlined.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from iamsim.inputs.cloudformation.sam import transformed
from iamsim.language.source import Pointer, Source, Span, Spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from iamsim.inputs.spot import Plain

_SECRET_NAMES = ("secretstring", "secretstringtemplate", "secretbinary")
_SECRET_ENDS = ("password", "authtoken")


class TemplateText:
    """A template as text and as value. `locate` finds the parts of the text, once, when they are needed."""

    def __init__(self, name: str, raw: str, document: Plain, locate: Callable[[str], Spans]) -> None:
        """Keep them. `document` is what the transforms that are known leave of it, `moves` where what they add stands."""
        self.name = name
        self.document: Plain = document
        self.moves: dict[Pointer, Pointer] = {}
        if isinstance(document, dict):
            self.document, self.moves = transformed(document)
        self._raw = raw
        self.locate = locate

    @cached_property
    def spans(self) -> Spans:
        """Where every part stands."""
        return self.locate(self._raw)

    @cached_property
    def shown(self) -> str:
        """The text with every value of a secret covered."""
        hidden = list(hidden_parts(self.document))
        if not hidden:
            return self._raw
        pieces, at = [], 0
        for start, end in sorted({self.spans.values[pointer] for pointer in hidden if pointer in self.spans.values}):
            pieces += [self._raw[at:start], covered(self._raw[max(at, start) : end])]
            at = max(at, end)
        return "".join([*pieces, self._raw[at:]])

    def at(self, pointer: Pointer) -> Plain:
        """The part of the value at a pointer, None where there is none."""
        part = self.document
        for step in pointer:
            inside = (isinstance(part, dict) and step in part) or (
                isinstance(part, list) and isinstance(step, int) and step < len(part)
            )
            if not inside:
                return None
            part = part[step]
        return part


class TemplateSource(Source):
    """A part of a template, its pointers those of the evaluated values.

    `moves` says where a part was written that evaluation has put elsewhere: the chosen branch of an `Fn::If`, an item
    of a list from which another one was removed. A part that a function made has the place of the function.
    """

    whole: TemplateText
    moves: Mapping[Pointer, Pointer]

    def __init__(self, whole: TemplateText, moves: Mapping[Pointer, Pointer], base: Pointer = ()) -> None:
        """Take a part of a template."""
        found = {"whole": whole, "moves": moves, "base": base, "parent": None}
        self.__dict__.update(found, name=whole.name, locate=lambda _text: whole.spans)

    @property
    def text(self) -> str:
        """The text of the whole template, the values of secrets covered."""
        return self.whole.shown

    @cached_property
    def spans(self) -> Spans:
        """Where the parts of the whole template stand, as they are written."""
        return self.whole.spans

    def child(self, pointer: Pointer) -> TemplateSource:
        """The part at `pointer`."""
        return TemplateSource(self.whole, self.moves, self.base + pointer)

    def moved(self, moves: Mapping[Pointer, Pointer]) -> TemplateSource:
        """The same part with further moves."""
        return TemplateSource(self.whole, {**self.moves, **moves}, self.base)

    def text_span(self, pointer: Pointer, start: int, end: int) -> Span:
        """Where some characters of a string stand; of a string that a function made, the function."""
        written = self.whole.at(self._nearest(pointer))
        return super().text_span(pointer, start, end) if isinstance(written, str) else self.span_of(pointer)

    def _nearest(self, pointer: Pointer) -> Pointer:
        at: Pointer = ()
        evaluated: Pointer = ()
        for step in self.base + pointer:
            longer = self.moves.get((*evaluated, step), (*at, step))
            if longer in self.spans.values:
                at, evaluated = longer, (*evaluated, step)
            elif step != 0:
                break
        return at


def hidden_parts(document: Plain) -> Iterator[Pointer]:
    """Where a template holds the value of a secret: nobody is shown it."""
    for name, parameter in _members(document, "Parameters"):
        if str(parameter.get("NoEcho", "")).lower() == "true":
            yield "Parameters", name, "Default"
    for name, resource in _members(document, "Resources"):
        at: Pointer = ("Resources", name, "Properties")
        if resource.get("Type") == "AWS::SSM::Parameter":
            yield *at, "Value"
        yield from _secret_values(resource.get("Properties"), at)
    for name, shared in _members(document, "Globals"):
        yield from _secret_values(shared, ("Globals", name))


def _secret_values(value: Plain, at: Pointer) -> Iterator[Pointer]:
    """The values in some properties whose names say that they are secret."""
    waiting: list[tuple[Pointer, Plain]] = [(at, value)]
    while waiting:
        pointer, part = waiting.pop()
        if isinstance(part, dict):
            for key, member in part.items():
                lower = key.lower()
                if lower in _SECRET_NAMES or lower.endswith(_SECRET_ENDS):
                    yield *pointer, key
                    if isinstance(member, dict) and isinstance(member.get("Ref"), str):
                        yield "Parameters", member["Ref"], "Default"
                elif isinstance(member, dict | list):
                    waiting.append(((*pointer, key), member))
        elif isinstance(part, list):
            waiting += [((*pointer, i), member) for i, member in enumerate(part) if isinstance(member, dict | list)]


def _members(document: Plain, section: str) -> Iterator[tuple[str, dict[str, Plain]]]:
    found = document.get(section) if isinstance(document, dict) else None
    if isinstance(found, dict):
        yield from ((name, member) for name, member in found.items() if isinstance(member, dict))


def covered(text: str) -> str:
    """A text of which nothing can be read."""
    return re.sub(r"\S", "*", text)


_MAY_HIDE = re.compile(r"SecretString|SecretBinary|NoEcho|AWS::SSM::Parameter|[Pp]assword|[Aa]uthToken")


def cautious(text: str) -> str:
    """The text of a template that cannot be read: where it may hold secrets, no value of it is shown."""
    if not _MAY_HIDE.search(text):
        return text
    lines = []
    for line in text.split("\n"):
        key, colon, rest = line.partition(":")
        lines.append(key + colon + covered(rest) if colon else covered(line))
    return "\n".join(lines)
