"""A conformance case: one request with the policies around it, as one JSON object. The format of `iamsim evaluate`."""

from __future__ import annotations

import marshal
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from iamsim.engine.policies import PolicySet
from iamsim.engine.request import Request
from iamsim.language.diagnostic import Diagnostic
from iamsim.language.errors import InputError
from iamsim.language.json_document import json_source, parse_json
from iamsim.model.document import parse_plain_policy
from iamsim.model.policy import Policy, PolicyType

if TYPE_CHECKING:
    from collections.abc import Callable

    from iamsim.language.source import Source

EXPECTED = ("ALLOWED", "EXPLICIT_DENY", "IMPLICIT_DENY", "DENIED", "UNKNOWN")

Document = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A case that was read: its id, the request, the policies, and the expected answer if it has one."""

    id: Any
    request: Request
    policies: PolicySet
    expected: str | None = None


def read_case(line: str, name: str) -> Case:
    """Read a case from a line of JSON; `name` says where it comes from.

    Raises:
        InputError: the line is no JSON object of this format, or its request cannot be read.
        PolicyError: a policy document has no clear meaning.
    """
    return case_of(read_document(json_source(name, line)))


def read_document(source: Source) -> Document:
    """The JSON object of a line.

    Raises:
        InputError: the line is no JSON object.
    """
    document = parse_json(source)
    if not isinstance(document, dict):
        raise _wrong("a case is a JSON object")
    return document


def case_of(document: Document) -> Case:
    """The case of a JSON object as `parse_json` gives it. Raises as `read_case` does."""
    request = _request(_field(document, "request", dict, {}))
    expected = _field(document, "expected", str, None)
    if expected is not None and expected not in EXPECTED:
        raise _wrong(f"`expected` is `{expected}`", f"write one of {', '.join(EXPECTED)}")
    return Case(document.get("id"), request, _policies(document), expected)


def _wrong(message: str, help_: str = "") -> InputError:
    return InputError([Diagnostic("case-format", message, help=help_)])


_NAMES: dict[Any, str] = {str: "a text", dict: "an object", list: "a list"}


def _field(document: Document, key: str, kind: Any, default: Any) -> Any:
    """A field of the right kind; absent and null are the default."""
    value = document.get(key)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise _wrong(f"`{key}` is not {_NAMES[kind]}")
    return value


def _request(document: Document) -> Request:
    principal = document.get("principal")
    if not isinstance(principal, str | dict):
        raise _wrong("`request.principal` is missing", 'write an ARN, {"Service": …}, {"Federated": …} or "anonymous"')
    for key in ("action", "resource"):
        if not isinstance(document.get(key), str):
            raise _wrong(f"`request.{key}` is missing", "write it as AWS does")
    accounts = {key: _account(document, key) for key in ("principal_account", "resource_account")}
    context, unknown = _field(document, "context", dict, {}), _field(document, "unknown", list, [])
    for key, value in context.items():
        if not is_context_value(value):
            raise _wrong(f"the context value of `{key}` is no text, number, boolean or list of them")
    if not all(isinstance(key, str) for key in unknown):
        raise _wrong("`request.unknown` is no list of context keys")
    made = Request(
        principal, document["action"], document["resource"], **accounts, context=context, unknown=tuple(unknown)
    )
    made.owner  # noqa: B018 - an account that cannot be read is an error of the line
    return made


def is_context_value(value: Any) -> bool:
    """Whether a condition key can have this value: text, a number, a boolean, a list of them, or None for no value."""
    return not any(isinstance(v, dict | list) for v in (value if isinstance(value, list) else [value]))


def _account(document: Document, key: str) -> str | None:
    account: str | None = _field(document, key, str, None)
    if account is not None and not (len(account) == 12 and account.isdigit()):
        raise _wrong(f"`request.{key}` is `{account[:40]}`", "write the 12 digits of the account, or null")
    return account


def _policies(document: Document) -> PolicySet:
    boundaries = _documents(document, "permission_boundaries", PolicyType.BOUNDARY)
    if boundaries is not None and len(boundaries) > 1:
        raise _wrong("a principal has one permissions boundary at most", "keep one of `permission_boundaries`")
    resource = _documents({"r": [r]} if (r := document.get("resource_policy")) else {}, "r", PolicyType.RESOURCE_POLICY)
    return PolicySet(
        identity=[_named(p, i) for i, p in enumerate(_field(document, "identity_policies", list, []))],
        boundary=_boundary(boundaries),
        session=_documents(document, "session_policies", PolicyType.SESSION),
        scps=_levels(document, "scps", PolicyType.SCP),
        rcps=_levels(document, "rcps", PolicyType.RCP),
        resource=resource,
        endpoint=_documents(document, "endpoint_policies", PolicyType.ENDPOINT) or [],
        grants=_field(document, "kms_grants", list, []),
        level_names=[_level_name(level, i) for i, level in enumerate(_field(document, "scps", list, []))],
    )


def _boundary(boundaries: list[Policy] | None) -> Policy | None:
    """The boundary; an empty list stands for one that is attached and allows nothing."""
    if boundaries is None:
        return None
    return boundaries[0] if boundaries else Policy("boundary", PolicyType.BOUNDARY, "2012-10-17", ())


def _documents(document: Document, key: str, kind: PolicyType, name: str = "") -> list[Policy] | None:
    listed = _field(document, key, list, None)
    if listed is None:
        return None
    name = name or kind.value
    names: Callable[[int], str] = (lambda i: f"{name} {i}") if len(listed) > 1 else (lambda _: name)
    return [_parsed(item, kind, names(i)) for i, item in enumerate(listed)]


def _parsed(document: object, kind: PolicyType, name: str) -> Policy:
    """A policy as a document, or wrapped as `{"name", "policy"}`."""
    if isinstance(document, dict) and "policy" in document:
        name, document = str(document.get("name", name)), document["policy"]
    if isinstance(document, dict):
        return _plain(document, kind, name)
    if not isinstance(document, str):
        raise _wrong(f"the policy `{name}` is no JSON object")
    return Policy.parse(document, kind, name, lenient=True)


def _plain(document: Document, kind: PolicyType, name: str) -> Policy:
    """Most lines of a batch bring the same policies: the last short ones are read and compiled once."""
    try:
        packed = marshal.dumps(document)
    except ValueError:  # it holds a Decimal
        return parse_plain_policy(document, kind, name)
    return (_once if len(packed) <= _SHORT else _parse_packed)(packed, kind, name)


def _parse_packed(packed: bytes, kind: PolicyType, name: str) -> Policy:
    return parse_plain_policy(marshal.loads(packed), kind, name)  # noqa: S302 - packed a moment ago


_SHORT = 4_096
"""Bytes of a policy that is kept for the next lines."""

_once = lru_cache(maxsize=256)(_parse_packed)


def _named(item: object, index: int) -> Policy:
    return _parsed(item, PolicyType.IDENTITY, f"identity {index}")


def _levels(document: Document, key: str, kind: PolicyType) -> list[list[Policy]]:
    made = []
    for i, level in enumerate(_field(document, key, list, [])):
        if not isinstance(level, dict):
            raise _wrong(f"`{key}` is a list of levels", 'write [{"org": "root", "policies": [document, …]}]')
        made.append(_documents(level, "policies", kind, _level_name(level, i)) or [])
    return made


def _level_name(level: Document, index: int) -> str:
    return str(level.get("org", f"level {index}"))
