"""YAML with positions, read without surprises.

Plain scalars are resolved as in the core schema of YAML 1.2, but in decimal only: `true`, `false`, `null` and numbers;
everything else is text, `yes`, `on`, `0o17` and `2012-10-17` too. Refused are repeated keys, keys that are no text,
tags beyond YAML's own, several documents in one file, deep nesting, and aliases that make a document explode. A format
with short tags names them: then `!Ref x` is read as the mapping `{"Ref": "x"}`, with the place of what it stands for.

https://yaml.org/spec/1.2.2/#103-core-schema
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import yaml
from yaml.reader import Reader

from iamsim.inputs.problems import Problems
from iamsim.inputs.yaml_text import TAG, TEXT_TAG, character_offsets, offset_of, resolve_scalar
from iamsim.language.diagnostic import Diagnostic, Label
from iamsim.language.errors import InputError
from iamsim.language.json_document import MAX_DEPTH
from iamsim.language.source import Pointer, Source, Span, Spans

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from iamsim.inputs.spot import Plain

MAX_WEIGHT = 8 * 1024 * 1024
"""Characters of all texts of a document, and 128 more for each of its parts, with every alias written out."""

_PART_WEIGHT = 128

_NO_TAGS: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class _Node:
    """A part of a document. `members` are what stands in it: key or index, where the key stands, the part."""

    value: Plain
    span: Span
    style: str | None = None
    members: list[tuple[str | int, Span | None, _Node]] = field(default_factory=list)
    weight: int = _PART_WEIGHT
    height: int = 1

    def add(self, step: str | int, key: Span | None, member: _Node) -> None:
        self.members.append((step, key, member))
        self.weight += member.weight
        self.height = max(self.height, member.height + 1)


class YamlDocument:
    """What a YAML text says (`value`), and where each part of it stands (`spans`, worked out when called)."""

    def __init__(self, text: str, root: _Node) -> None:
        """Keep the text and its tree."""
        self.value = root.value
        self._text = text
        self._root = root

    def spans(self) -> Spans:
        """The spans of every part. A part that an alias stands for is where the anchor is."""
        spans = Spans({}, {}, {})
        waiting: list[tuple[Pointer, _Node]] = [((), self._root)]
        while waiting:
            pointer, node = waiting.pop()
            spans.values[pointer] = node.span
            if isinstance(node.value, str):
                self._locate_characters(spans, pointer, node)
            for step, key, member in node.members:
                if key:
                    spans.keys[(*pointer, step)] = key
                waiting.append(((*pointer, step), member))
        return spans

    def _locate_characters(self, spans: Spans, pointer: Pointer, node: _Node) -> None:
        raw = self._text[node.span.start : node.span.end]
        if node.value not in (raw, raw[1:-1]):
            spans.offsets[pointer] = character_offsets(raw, node.value, node.style)  # type: ignore[index]


def read_yaml(source: Source, shown: Source | None = None, tags: Mapping[str, str] = _NO_TAGS) -> YamlDocument:
    """Read a YAML text; diagnostics are labelled in `shown`, if that is given. `tags` are the short tags with their keys.

    Raises:
        InputError: the text is no YAML, or holds what this module refuses.
    """
    return _Composer(source.text, shown or source, tags).read()


def parse_yaml(source: Source) -> Plain:
    """The value of a YAML text.

    Raises:
        InputError: see `read_yaml`.
    """
    return read_yaml(source).value


def locate_yaml(text: str) -> Spans:
    """The spans of every value and key of a YAML text; empty where it cannot be read."""
    try:
        return read_yaml(Source("", text, lambda _text: Spans({}, {}))).spans()
    except InputError:
        return Spans({}, {})


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is not closed yet; `key` is the one that waits for its value.

    A `short` one is written as a tag, and closes with the one part that it holds.
    """

    node: _Node
    anchor: str | None
    key: tuple[str, Span] | None = None
    short: bool = False
    first: dict[str, Span] = field(default_factory=dict)


class _Composer:
    """Builds the tree from the parser's events, without recursion."""

    def __init__(self, text: str, shown: Source, tags: Mapping[str, str]) -> None:
        self.text = text
        self.tags = tags
        self.shown = shown
        self.problems = Problems()
        self.open: list[_Open] = []
        self.anchors: dict[str, _Node] = {}
        self.root: _Node | None = None
        self.weight = 0
        self.last = 0
        self.documents = 0

    def read(self) -> YamlDocument:
        unreadable = Reader.NON_PRINTABLE.search(self.text) or _MARK.search(self.text)
        if unreadable:
            message = f"the character U+{ord(unreadable[0]):04X} cannot stand in YAML"
            self._fail("yaml-syntax", message, Span(*unreadable.span()), "remove it, or write it escaped in quotes")
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                _HANDLERS.get(type(event), _Composer.pass_by)(self, event)
        except yaml.YAMLError as error:
            self._note_syntax(error)
        self.problems.raise_any()
        if self.root is None:
            self._fail("yaml-empty", "there is nothing in the file", Span(0, len(self.text)), "")
        return YamlDocument(self.text, self.root)

    def pass_by(self, event: yaml.Event) -> None:
        """Nothing is to be done for this event."""

    def begin_document(self, event: yaml.Event) -> None:
        self.documents += 1
        if self.documents > 1:
            help_ = "write one file for each document"
            self._fail("yaml-documents", "a second document begins here", self._span(event), help_)

    def scalar(self, event: yaml.ScalarEvent) -> None:
        span = self._span(event)
        short = self._open_short(event, span)
        tag = "!" if short else event.tag or ("!" if event.style else None)
        value = event.value if tag in ("!", TEXT_TAG) else resolve_scalar(event.value, tag)
        if value is event.value and tag not in (None, "!", TEXT_TAG):
            self._refuse_tag(event, span)
        if event.style in ("|", ">"):
            span = Span(span.start, span.start + len(self.text[span.start : span.end].rstrip()))
        self.last = span.end
        node = _Node(value, span, event.style, weight=_PART_WEIGHT + len(event.value))
        self._add(node, None if short else event.anchor, event.value)

    def alias(self, event: yaml.AliasEvent) -> None:
        span = self._span(event)
        anchor = event.anchor or ""
        node = self.anchors.get(anchor)
        if node is None or any(frame.anchor == anchor for frame in self.open):
            message = f"the alias `*{anchor[:100]}` stands for nothing that is complete here"
            self._fail("yaml-alias", message, span, "write `&name` before the part that it repeats")
        self._check_depth(len(self.open) + node.height, span)
        self.last = span.end
        self._add(node, None, node.value if isinstance(node.value, str) else None)

    def begin_mapping(self, event: yaml.MappingStartEvent) -> None:
        self._begin(event, {}, TAG + "map")

    def begin_sequence(self, event: yaml.SequenceStartEvent) -> None:
        self._begin(event, [], TAG + "seq")

    def _begin(self, event: yaml.CollectionStartEvent, value: Plain, tag: str) -> None:
        span = self._span(event)
        short = self._open_short(event, span)
        if event.tag not in (None, "!", tag) and not short:
            self._refuse_tag(event, span)
        self._check_depth(len(self.open) + 1, span)
        self.open.append(_Open(_Node(value, span), None if short else event.anchor))

    def _open_short(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, span: Span) -> bool:
        """Begin the mapping that a short tag stands for, if the part has one."""
        key = self.tags.get(event.tag or "")
        if key is None:
            return False
        self._check_depth(len(self.open) + 2, span)
        self.open.append(_Open(_Node({}, span), event.anchor, (key, span), short=True))
        return True

    def end(self, event: yaml.Event) -> None:
        frame = self.open.pop()
        node = frame.node
        if self.text[node.span.start] in "[{":
            self.last = self._span(event).end
        # The parser ends a block collection where the next token begins; for a reader it ends with its last part.
        node.span = Span(node.span.start, max(self.last, node.span.start + 1))
        self.weight -= node.weight - _PART_WEIGHT  # its parts were counted one by one
        self._add(node, frame.anchor, None)

    def _add(self, node: _Node, anchor: str | None, key: str | None) -> None:
        """Put a complete part where it belongs; `key` is its text, should it be a key."""
        self.weight += node.weight
        if self.weight > MAX_WEIGHT:
            message = "the document is too large, its aliases written out"
            self._fail("yaml-too-large", message, node.span, "write less, or use fewer aliases")
        if anchor is not None:
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
        elif self.open[-1].short:
            self._close_short(self.open.pop(), node)
        elif isinstance(self.open[-1].node.value, list):
            sequence = self.open[-1].node
            sequence.add(len(sequence.value), None, node)
            sequence.value.append(node.value)
        else:
            self._add_to_mapping(self.open[-1], node, key)

    def _close_short(self, frame: _Open, node: _Node) -> None:
        self._add_to_mapping(frame, node, None)
        frame.node.span = node.span
        self.weight -= node.weight  # it is counted with the mapping
        self._add(frame.node, frame.anchor, None)

    def _add_to_mapping(self, frame: _Open, node: _Node, key: str | None) -> None:
        if frame.key is None:
            frame.key = self._key(frame, key, node)
            return
        step, span = frame.key
        if node.span.start == node.span.end:
            node.span = span  # nothing was written, so its key is the place
        frame.node.add(step, span, node)
        frame.node.value[step] = node.value
        frame.key = None

    def _key(self, frame: _Open, key: str | None, node: _Node) -> tuple[str, Span]:
        if key is None:
            self._fail("yaml-key", "a key must be text", node.span, "write `key: value` with a plain key")
        if key in frame.first:
            there = Label(self.shown, offset=frame.first[key], text="first here")
            message = f"`{key[:100]}` stands twice in one mapping"
            self.problems.add("duplicate-key", message, self._label(node.span), there, help_="keep one of them")
        frame.first.setdefault(key, node.span)
        frame.node.weight += node.weight
        return key, node.span

    def _refuse_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, span: Span) -> None:
        tag = (event.tag or "").replace(TAG, "!!")[:100]
        help_ = "leave the tag out; a text that looks like a number or a boolean stands in quotes"
        self.problems.add("yaml-tag", f"the tag `{tag}` cannot stand here", self._label(span), help_=help_)

    def _check_depth(self, depth: int, span: Span) -> None:
        if depth > MAX_DEPTH:
            message = f"more than {MAX_DEPTH} levels of nesting"
            self._fail("nested-too-deeply", message, Span(span.start, span.start + 1), "")

    def _span(self, event: yaml.Event) -> Span:
        """Where an event stands, without its anchor and tag."""
        start, end = offset_of(event.start_mark), offset_of(event.end_mark)
        properties = _PROPERTIES.match(self.text, start, end)
        return Span(properties.end() if properties else start, end)

    def _label(self, span: Span) -> Label:
        return Label(self.shown, offset=span)

    def _fail(self, code: str, message: str, span: Span, help_: str) -> NoReturn:
        raise InputError([Diagnostic(code, message, (self._label(span),), help=help_)])

    def _note_syntax(self, error: yaml.YAMLError) -> None:
        problem = str(getattr(error, "problem", None) or "the text cannot be read")
        at = min(offset_of(getattr(error, "problem_mark", None)), len(self.text))
        help_ = next((help_ for part, help_ in _SYNTAX_HELP if part in problem), "")
        label = self._label(Span(at, min(at + 1, len(self.text))))
        self.problems.add("yaml-syntax", f"not YAML: {problem}", label, help_=help_)


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MARK = re.compile("\ufeff")  # the byte order mark, which PyYAML's two parsers read differently
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")

_SYNTAX_HELP = (
    ("mapping values are not allowed", "put a text that holds `: ` in quotes, or correct the indentation"),
    ("tab character", "indent with spaces"),
    ("cannot start any token", "put a text that begins with this character in quotes, and indent with spaces"),
    ("could not find expected ':'", "write `key: value`, with a space after the colon"),
    ("expected ',' or", "close the bracket, or separate with a comma"),
    ("unexpected end of stream", "close the quote"),
)

_HANDLERS: dict[type[yaml.Event], Callable[[_Composer, Any], None]] = {
    yaml.DocumentStartEvent: _Composer.begin_document,
    yaml.ScalarEvent: _Composer.scalar,
    yaml.AliasEvent: _Composer.alias,
    yaml.MappingStartEvent: _Composer.begin_mapping,
    yaml.SequenceStartEvent: _Composer.begin_sequence,
    yaml.MappingEndEvent: _Composer.end,
    yaml.SequenceEndEvent: _Composer.end,
}
