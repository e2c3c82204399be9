"""What a shrunk case consists of, in words: two differences with the same words have the same cause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shrink import account

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLERS = {
    "user": "user",
    "role": "role",
    "assumed-role": "role session",
    "federated-user": "federated session",
    "root": "root user",
}
ATTACHED = {
    "permission_boundaries": "boundary",
    "session_policies": "session policy",
    "scps": "SCP",
    "rcps": "RCP",
    "endpoint_policies": "endpoint policy",
}
VARIABLE = re.compile(r"\$\{")
COLONS = 5


def signature(case: dict) -> str:
    """Return the words of a case, from the request to its policies."""
    return "; ".join([", ".join(request_words(case["request"])), *policy_words(case)])


def request_words(request: dict) -> Iterator[str]:
    """Yield who asks, from where, and for what if that is a matter of a service."""
    caller = request.get("principal_account") or account(request["principal"])
    owner = request.get("resource_account") or account(request["resource"]) or caller
    yield caller_kind(request["principal"])
    if caller and caller != owner:
        yield "cross-account"
    if not request["action"].startswith("sqs:"):
        yield request["action"]
    for key, value in (request.get("context") or {}).items():
        yield f"{family(key)} {'list' if isinstance(value, list) else 'present'}"


def caller_kind(principal: object) -> str:
    """Return the kind of a caller."""
    if isinstance(principal, dict):
        return f"{next(iter(principal)).lower()} principal"
    name = principal.rpartition(":")[2].partition("/")[0]
    service_linked = "AWSServiceRoleFor" in principal or "/aws-service-role/" in principal
    return ("service-linked " if service_linked else "") + CALLERS.get(name, principal)


def family(key: str) -> str:
    """Return a context key without what varies in it."""
    return re.sub(r"(Tag|EncryptionContext)([/:]).*", r"\1\2…", key)


def policy_words(case: dict) -> Iterator[str]:
    """Yield the words of every policy type that is left."""
    for one in case.get("identity_policies") or ():
        yield from document_words("identity", one["policy"])
    for field, label in ATTACHED.items():
        if case.get(field) == [] and label in {"boundary", "session policy"}:
            yield f"{label} empty"
        for one in case.get(field) or ():
            documents = one.get("policies", [one])
            yield from [f"{label} level empty"] if not documents else []
            for document in documents:
                yield from document_words(label, document)
    if case.get("resource_policy"):
        yield from document_words("resource policy", case["resource_policy"])
    if case.get("kms_grants"):
        yield "grant"


def document_words(label: str, document: dict) -> Iterator[str]:
    """Yield the words of one document, a phrase a statement."""
    given = document["Statement"]
    old = "" if document.get("Version") == "2012-10-17" else f" ({document.get('Version') or 'no Version'})"
    statements = given if isinstance(given, list) else [given]
    if not statements:
        yield f"{label} empty"
    for statement in statements:
        yield f"{label}{old}: {' '.join([statement['Effect'], *statement_words(statement)])}"


def statement_words(statement: dict) -> Iterator[str]:
    """Yield what is not wide open in a statement."""
    yield from ["NotPrincipal"] if "NotPrincipal" in statement else []
    yield from principal_words(statement.get("Principal"))
    for name in ("Action", "Resource"):
        yield from element_words(statement, name)
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, value in keys.items():
            yield f"{operator} {family(key)}{' with variable' if VARIABLE.search(str(value)) else ''}"


def element_words(statement: dict, name: str) -> Iterator[str]:
    """Yield what is remarkable of an Action or Resource, or its Not form: nothing if it is `*`."""
    given = next((one for one in (name, f"Not{name}") if one in statement), None)
    if given is None:
        yield f"no {name}"
    elif statement[given] != "*":
        text = statement[given] if isinstance(statement[given], str) else " ".join(statement[given])
        few = " of few fields" if name == "Resource" and text.count(":") < COLONS else ""
        yield given + few + (" with variable" if VARIABLE.search(text) else "")


def principal_words(principal: object) -> Iterator[str]:
    """Yield the forms of principal entries."""
    if principal == "*":
        yield "to *"
    elif isinstance(principal, dict):
        for kind, entries in principal.items():
            for entry in entries if isinstance(entries, list) else [entries]:
                yield f"to {entry_form(kind, entry)}"


def entry_form(kind: str, entry: str) -> str:
    """Return the form of one principal entry."""
    if kind != "AWS":
        return kind.lower()
    if entry == "*":
        return "AWS *"
    name = entry.rpartition(":")[2].partition("/")[0]
    return "account" if name == "root" or entry.isdigit() else CALLERS.get(name, name)
