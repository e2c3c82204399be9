"""Reading of `ask` and `because` lines: syntax by the grammar, then the names one by one."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from iamsim.language.arn import parse_arn
from iamsim.language.assertion import Assertion, Because, Form, Given, Kind, Name, Setting, Word
from iamsim.language.errors import LanguageError
from iamsim.language.grammar import load_grammar
from iamsim.language.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from lark import Token
    from lark.exceptions import UnexpectedInput


def parse_assertion(text: str) -> Assertion:
    """Read an `ask` line.

    Raises:
        LanguageError: the line is no assertion, or a name in it has no known form.
    """
    line = _parse(text, {"CAN", "CANNOT"})
    if isinstance(line, Because):
        raise LanguageError("nothing is asked here", text, help_=f"write, for example, `{_EXAMPLE}`")
    if not _ACTION.fullmatch(line.action.text):
        help_ = "write one action, such as `GetSecretValue` for the whole call or `kms:Decrypt` for one authorization"
        raise _error(f"`{line.action.text[:100]}` is no action", text, line.action.span, help_)
    names = [_name(word, text) for word in (*line.callers, line.resource)]
    _refuse_repeated_keys(line.settings, text)
    return Assertion(line.form, tuple(names[:-1]), line.action, names[-1], line.settings, line.scope)


def parse_because(text: str) -> Because:
    """Read a `because` line.

    Raises:
        LanguageError: the line is not `TYPE`, `TYPE of ACCOUNT`, `TYPE sid SID` or both.
    """
    line = _parse(text, {"_OF", "_SID", "$END"})
    if isinstance(line, Because):
        return line
    raise LanguageError("a policy type is expected here", text, help_="write, for example, `keyPolicy of owner`")


def parse_name(text: str) -> Name:
    """Read one name, as it stands in an `ask` line without quotes.

    Raises:
        LanguageError: the name has no known form.
    """
    return _name(Word(text, quoted=False, span=Span(0, len(text))), text)


_EXAMPLE = "consumer:role/app can GetSecretValue on owner:secret/prod/db"
_NAME_HELP = "write `ACCOUNT:kind/name`, such as `consumer:role/app` or `owner:secret/prod/db`, or an ARN"
_KINDS = (
    *("user", "role", "session", "federated-user", "oidc-provider", "root"),
    *("function", "secret", "key", "parameter", "workload"),
)
_ACTION = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*:)?[A-Za-z][A-Za-z0-9]*")
_SERVICE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.[a-z]+)?")
_REGION = re.compile(r"@([a-z]{2}(?:-[a-z]+)+-[0-9])$")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Line(NamedTuple):
    """An assertion whose names are not read yet."""

    form: Form
    callers: tuple[Word, ...]
    action: Word
    resource: Word
    settings: tuple[Setting, ...]
    scope: Word | None = None


def _parse(text: str, after_a_word: set[str]) -> _Line | Because:
    """Read a line; `after_a_word` are the terminals that follow the first word of a line of the wanted kind."""
    from lark.exceptions import UnexpectedInput

    try:
        tree = load_grammar("assertion").parse(text)
    except UnexpectedInput as error:
        raise _syntax_error(text, error, after_a_word) from None
    line: _Line | Because = _build(tree)
    return line


def _build(node: Any) -> Any:
    return _BUILD[str(node.data)](*map(_build, node.children)) if hasattr(node, "data") else node


def _word(token: Token) -> Word:
    quoted = token.type == "STRING"
    return Word(json.loads(token) if quoted else str(token), quoted, Span(token.start_pos or 0, token.end_pos or 0))


def _present(*children: Any) -> tuple[Any, ...]:
    return tuple(child for child in children if child)


_BUILD: dict[str, Callable[..., Any]] = {
    "start": lambda line: line,
    "plain": lambda caller, verb, *rest: _Line(Form(str(verb)), (caller,), *rest),
    "only": lambda callers, _can, *rest: _Line(Form.ONLY, callers, *rest),
    "outside": lambda scope, _can, action, on, with_: _Line(Form.NO_ONE_OUTSIDE, (), action, on, with_, scope),
    "rotate": lambda caller, _can, verb, *rest: _Line(Form.ROTATE, (caller,), Word(str(verb)), *rest),
    "begin": lambda caller, _can, verb, *rest: _Line(Form.START, (caller,), Word(str(verb)), Word("*"), *rest),
    "because": Because,
    "words": _present,
    "settings": _present,
    "list": _present,
    "setting": Setting,
    "given": lambda token: Given(str(token)),
    "word": _word,
}


def _syntax_error(text: str, error: UnexpectedInput, after_a_word: set[str]) -> LanguageError:
    """What stands in the way, and what could stand there, in the words of the language."""
    from lark import Token
    from lark.exceptions import UnexpectedCharacters

    token = getattr(error, "token", None)
    names = set((error.allowed if isinstance(error, UnexpectedCharacters) else getattr(error, "accepts", None)) or ())
    names = names & after_a_word if {"CAN", "_OF"} <= names else names
    expected = [words for name, words in _TERMINALS.items() if name in names]
    help_ = f"expected {' or '.join(expected)}" if expected else ""
    if isinstance(token, Token) and token.type != "$END":
        span = Span(token.start_pos or 0, token.end_pos or 0)
        return _error(f"`{str(token)[:100]}` cannot stand here", text, span, help_)
    at = error.pos_in_stream
    if token is not None or at is None or not 0 <= at < len(text):
        return _error("the line ends too early", text, Span(len(text.rstrip()), len(text)), help_)
    if text[at] == '"':
        help_ = 'write a string as in JSON: `"` and `\\` inside it with a backslash, and a quote at its end'
        return _error("a string begins here that JSON cannot read", text, Span(at, len(text)), help_)
    return _error(f"`{text[at]}` cannot stand here", text, Span(at, at + 1), help_)


_TERMINALS = {
    "WORD": "a name or a value", "CAN": "`can`", "CANNOT": "`cannot`", "ROTATE": "`rotate`", "START": "`start`", "_ON": "`on`",
    "_ONE": "`one`", "_OUTSIDE": "`outside`", "_WITH": "`with`", "_OF": "`of`", "_SID": "`sid`", "_COMMA": "`,`",
    "_EQUALS": "`=`", "_LBRACKET": "`[`", "_RBRACKET": "`]`", "$END": "the end of the line",
}  # fmt: skip


def _error(message: str, text: str, span: Span, help_: str) -> LanguageError:
    return LanguageError(message, text, span.start, span.end, help_)


def _refuse_repeated_keys(settings: tuple[Setting, ...], text: str) -> None:
    seen: set[str] = set()
    for key in (setting.key for setting in settings):
        if key.text.lower() in seen:
            help_ = "give a key several values as a list: `KEY = [a, b]`"
            raise _error(f"the key `{key.text[:100]}` stands twice", text, key.span, help_)
        seen.add(key.text.lower())


def _name(word: Word, text: str) -> Name:
    """The parts of a name."""
    written = word.text
    if _SURROGATE.search(written):
        raise _error("half a character stands in the name", text, word.span, "write the whole character")
    if written == "*":
        return Name(word, Kind.ARN, "", "*")
    if written == "anonymous":
        return Name(word, Kind.ANONYMOUS)
    if written.startswith("arn:"):
        return _arn_name(word, text)
    account, colon, rest = written.partition(":")
    if not (account and colon and rest):
        raise _error(f"`{written[:100]}` is no name of a caller or a resource", text, word.span, _NAME_HELP)
    if account == "service":
        return _service_name(word, rest, text)
    if rest == "root":
        return Name(word, Kind.ROOT, account, rest)
    return _account_name(word, account, rest, text)


def _arn_name(word: Word, text: str) -> Name:
    try:
        parse_arn(word.text)
    except LanguageError as error:
        raise _error(error.message, text, word.span, error.help) from None
    return Name(word, Kind.ARN, "", word.text)


def _service_name(word: Word, service: str, text: str) -> Name:
    if not _SERVICE.fullmatch(service):
        help_ = "write the service principal in full, such as `service:lambda.amazonaws.com`"
        raise _error(f"`{service[:100]}` is no service principal", text, word.span, help_)
    return Name(word, Kind.SERVICE, "", service)


def _account_name(word: Word, account: str, rest: str, text: str) -> Name:
    kind, _, name = rest.partition("/")
    if kind not in _KINDS:
        near = get_close_matches(kind[:100], _KINDS, 1)
        help_ = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(f'`{k}`' for k in _KINDS)}"
        raise _error(f"`{kind[:100]}` is no kind of name", text, word.span, help_)
    if not name or kind == "root":
        help_ = "write `ACCOUNT:root`" if kind == "root" else f"write `{account}:{kind}/NAME`"
        raise _error(f"`{word.text[:100]}` is no name of a caller or a resource", text, word.span, help_)
    role, _, session = name.partition("/")
    if kind == "session" and not (role and session):
        help_ = "write `ACCOUNT:session/ROLE/SESSION`: the name of the role, then that of the session"
        raise _error(f"`{word.text[:100]}` names no session", text, word.span, help_)
    region = _REGION.search(name) if kind == "secret" else None
    return Name(word, Kind(kind), account, name, region[1] if region else "")
