"""What CloudTrail records of a call.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html

No secret material stands in an event: neither what an operation declares hidden, nor what bears the name of such, nor bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from iamsim.engine.decision import Decision
from iamsim.language.arn import parse_arn
from iamsim.services.denial import access_denied
from iamsim.services.kms.errors import unusable
from iamsim.simulator.actors import user_identity
from iamsim.simulator.call import REFUSED
from iamsim.simulator.material import MATERIAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from iamsim.engine.request import Request
    from iamsim.services.operation import Operation, ServiceError, Subject
    from iamsim.simulator.call import Authorization, Outcome

_VERSION = "1.08"
_PAIR = "kms:encryptioncontext:"
_NETWORK = {"aws:sourceip": "sourceIPAddress", "aws:useragent": "userAgent", "aws:sourcevpce": "vpcEndpointId"}


def events_of(operation: Operation, subject: Subject, outcome: Outcome) -> Iterator[Mapping[str, Any]]:
    """The event of a call, and before it one for each request that a service made in the caller's name.

    A call whose outcome is not known leaves none: nothing is told that may not have been.
    """
    if outcome.decision is Decision.UNKNOWN:
        return
    ids: list[str] = []
    for authorization in outcome.authorizations:
        if _was_made(authorization):
            yield _behind(subject, authorization, _new_id(subject, ids, authorization.evaluation.request.action))
    yield _event(operation, subject, outcome, _new_id(subject, ids, f"{operation.service}:{operation.name}"))


def _was_made(authorization: Authorization) -> bool:
    """Whether a service made the request, and what it came to is known."""
    return bool(authorization.demand.via) and authorization.asked and authorization.decision is not Decision.UNKNOWN


def _event(operation: Operation, subject: Subject, outcome: Outcome, event_id: str) -> dict[str, Any]:
    given = {key.lower(): value for key, value in outcome.call.context.items()}
    network = {field: given[key] for key, field in _NETWORK.items() if given.get(key) is not None}
    hidden = MATERIAL | {name.lower() for name in operation.hidden}
    response = None if operation.read_only or not outcome.ok else _shown(outcome.response or {}, hidden)
    return {
        **_head(subject, f"{operation.service}.amazonaws.com", operation.name, subject.region),
        **network,
        **_error(outcome.error),
        "requestParameters": _shown(subject.parameters, hidden) or None,
        "responseElements": response or None,
        **_tail(event_id, subject.account, read_only=operation.read_only),
    }


def _behind(subject: Subject, authorization: Authorization, event_id: str) -> dict[str, Any]:
    """A request of KMS or of Secrets Manager that a service made: it is named in place of the caller's address.

    KMS's errors are shown as its API returns them; of a key that cannot be used it is the one of the key's state.
    """
    request, via = authorization.evaluation.request, authorization.demand.via
    key = subject.world.key(request.resource)
    refused = authorization.decision in REFUSED
    unusable_key = unusable(key) if key else None
    error = access_denied(authorization.evaluation, request.resource) if refused else unusable_key
    arn = parse_arn(request.resource)
    of_kms = request.service == "kms"
    return {
        **_head(subject, f"{request.service}.amazonaws.com", request.action.partition(":")[2], arn.region, via),
        "sourceIPAddress": via,
        "userAgent": via,
        **_error(error),
        "requestParameters": _of_key(request) if of_kms else {"secretId": request.resource},
        "responseElements": None,
        **({"resources": [_key_resource(request)]} if of_kms else {}),
        **_tail(event_id, arn.account, read_only=True),
    }


def _of_key(request: Request) -> dict[str, Any]:
    """The parameters of a request of KMS; to decrypt, the key is not named."""
    pairs = {name[len(_PAIR) :]: value for name, value in request.context.items() if name.lower().startswith(_PAIR)}
    parameters: dict[str, Any] = {
        "encryptionContext": {name: value for name, value in pairs.items() if value is not None}
    }
    return parameters if request.action_name[1] == "decrypt" else {**parameters, "keyId": request.resource}


def _key_resource(request: Request) -> dict[str, str]:
    return {"ARN": request.resource, "accountId": str(request.owner), "type": "AWS::KMS::Key"}


def _head(subject: Subject, source: str, name: str, region: str, via: str | None = None) -> dict[str, Any]:
    return {
        "eventVersion": _VERSION,
        "userIdentity": user_identity(subject) | ({"invokedBy": via} if via else {}),
        "eventTime": _time(subject.time),
        "eventSource": source,
        "eventName": name,
        "awsRegion": region,
    }


def _tail(event_id: str, recipient: str, *, read_only: bool) -> dict[str, Any]:
    """The account is that of what the call is about; AWS delivers an event across accounts to the caller's too."""
    return {
        "eventID": event_id,
        "readOnly": read_only,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": recipient,
        "eventCategory": "Management",
    }


def _error(error: ServiceError | None) -> dict[str, str]:
    if error is None:
        return {}
    return {"errorCode": error.code} | ({"errorMessage": error.message} if error.message else {})


def _new_id(subject: Subject, ids: list[str], what: str) -> str:
    """An id that no other event of the call has."""
    purpose = f"event {what} {subject.arn} {subject.caller.id} {_time(subject.time)}"
    ids.append(subject.chance.id(purpose, tuple(ids)))
    return ids[-1]


def _shown(fields: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """A structure as CloudTrail writes it, names with a small first letter, without secret material."""
    return {
        _small(name): _value(name, value, hidden)
        for name, value in ((str(name), value) for name, value in fields.items())
        if value is not None and name.lower() not in hidden and not isinstance(value, bytes)
    }


def _value(name: str, value: Any, hidden: frozenset[str]) -> Any:
    """A value inside a structure. The pairs of an encryption context keep their names: they are no structure."""
    if isinstance(value, dict):
        return dict(value) if "encryptioncontext" in name.lower() else _shown(value, hidden)
    if isinstance(value, list | tuple):
        return [_value(name, item, hidden) for item in value if not isinstance(item, bytes)]
    return _time(value) if isinstance(value, datetime) else value


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _time(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
