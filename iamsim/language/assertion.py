"""Assertions: who can do what to what, as the `ask` lines of scenario files say it.

    consumer:role/app can GetSecretValue on owner:secret/prod/db
    only consumer:role/app, owner:role/admin can secretsmanager:GetSecretValue on owner:secret/prod/*
    no one outside organization can GetSecretValue on owner:secret/prod/db with aws:SourceVpce = vpce-0a1b2c3d
    owner:function/rotate can rotate owner:secret/prod/db
    owner:workload/web can start

An action without a service prefix is the whole call, one with a prefix that single authorization. `str` of each value
here is its text, which reads back as an equal value; `iamsim.language.assertion_parser` reads.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import NamedTuple

from iamsim.language.source import Span


class Form(StrEnum):
    """What an assertion says about its callers."""

    CAN = "can"
    CANNOT = "cannot"
    ONLY = "only"
    NO_ONE_OUTSIDE = "no one outside"
    ROTATE = "rotate"
    START = "start"


class Kind(StrEnum):
    """What a name stands for."""

    USER = "user"
    ROLE = "role"
    SESSION = "session"
    FEDERATED_USER = "federated-user"
    OIDC_PROVIDER = "oidc-provider"
    ROOT = "root"
    FUNCTION = "function"
    SECRET = "secret"
    KEY = "key"
    PARAMETER = "parameter"
    WORKLOAD = "workload"
    SERVICE = "service"
    ANONYMOUS = "anonymous"
    ARN = "arn"


class Given(Enum):
    """What a context key can be beside a value: nobody knows, or it is not there."""

    UNKNOWN = "unknown"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the line, or a string in double quotes (`quoted`: taken literally). `span` counts in the line."""

    text: str
    quoted: bool = False
    span: Span = field(default=Span(0, 0), compare=False)

    def __str__(self) -> str:
        """The word as it is written."""
        return json.dumps(self.text, ensure_ascii=False) if self.quoted else self.text


class Name(NamedTuple):
    """A name of a caller or a resource: `ACCOUNT:kind/name`.

    `name` is the ARN of an ARN, the service of a `service:…`, and `ROLE/SESSION` of a session; `account` is an alias
    or 12 digits. `region` is what a secret's name has after its last `@`, if that looks like a Region (a replica);
    `name` has it still.
    """

    word: Word
    kind: Kind
    account: str = ""
    name: str = ""
    region: str = ""

    @property
    def glob(self) -> bool:
        """Whether the name stands for every name that it matches."""
        return not self.word.quoted and any(wildcard in self.word.text for wildcard in "*?")

    @property
    def account_span(self) -> Span:
        """The characters of the account in the line; of the whole name where that is quoted."""
        span = self.word.span
        return span if self.word.quoted else Span(span.start, span.start + len(self.account))

    @property
    def name_span(self) -> Span:
        """The characters behind `ACCOUNT:kind/` in the line; of the whole name where that is quoted."""
        span = self.word.span
        return span if self.word.quoted else Span(span.end - len(self.name), span.end)

    def __str__(self) -> str:
        """The name as it is written."""
        return str(self.word)


class Setting(NamedTuple):
    """One context key of a `with`: its value, a list of values, or that it is unknown or absent."""

    key: Word
    value: Word | tuple[Word, ...] | Given

    def __str__(self) -> str:
        """The setting as it is written."""
        value = self.value
        if isinstance(value, tuple):
            return f"{self.key} = [{', '.join(map(str, value))}]"
        return f"{self.key} = {value.value if isinstance(value, Given) else value}"


class Assertion(NamedTuple):
    """An `ask` line.

    In `no one outside SCOPE …` the callers are empty and `scope` is set; in ROTATE the action is `rotate`, in START it is
    `start`, and the resource is `*`: nothing.
    """

    form: Form
    callers: tuple[Name, ...]
    action: Word
    resource: Name
    settings: tuple[Setting, ...] = ()
    scope: Word | None = None

    @property
    def whole_call(self) -> bool:
        """Whether the whole call is asked for, not one authorization of it."""
        return ":" not in self.action.text

    def __str__(self) -> str:
        """The line as it is written, in the plainest spacing."""
        with_ = f" with {', '.join(map(str, self.settings))}" if self.settings else ""
        on = "" if self.form is Form.START else f" {self.resource}"
        return f"{_HEADS[self.form](self)}{on}{with_}"


_HEADS = {
    Form.CAN: lambda a: f"{a.callers[0]} can {a.action} on",
    Form.CANNOT: lambda a: f"{a.callers[0]} cannot {a.action} on",
    Form.ONLY: lambda a: f"only {', '.join(map(str, a.callers))} can {a.action} on",
    Form.NO_ONE_OUTSIDE: lambda a: f"no one outside {a.scope} can {a.action} on",
    Form.ROTATE: lambda a: f"{a.callers[0]} can rotate",
    Form.START: lambda a: f"{a.callers[0]} can start",
}


class Because(NamedTuple):
    """A `because` line: the policy type that decides, in which account (alias or digits), through which statement."""

    type: Word
    account: Word | None = None
    sid: Word | None = None

    def __str__(self) -> str:
        """The line as it is written."""
        of = f" of {self.account}" if self.account else ""
        return f"{self.type}{of}{f' sid {self.sid}' if self.sid else ''}"
