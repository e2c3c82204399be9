"""Drive PMapper's local simulation (principalmapper, AGPL-3.0): it is installed apart, in benchmarks/.peers.

    .peers/venv/bin/python peers/pmapper.py < cases.jsonl            one decision a line
    .peers/venv/bin/python peers/pmapper.py --time N < case.json     N decisions of one case, timed in process

PMapper answers yes or no, so a refusal is printed as `denied`, whether explicit or not.
"""

from __future__ import annotations

import argparse
import collections
import collections.abc
import json
import logging
import sys
import time
import warnings
from importlib.metadata import version

for moved in ("Mapping", "MutableMapping"):  # PMapper 1.1.5 looks for them where Python 3.9 still had them
    setattr(collections, moved, getattr(collections.abc, moved))
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

from principalmapper.common.nodes import Node  # noqa: E402
from principalmapper.common.policies import Policy  # noqa: E402
from principalmapper.querying.query_interface import local_check_authorization_full  # noqa: E402

WARM_UP_SECONDS = 1.5
VERDICTS = {True: "allowed", False: "denied"}


def main() -> None:
    """Decide every case on standard input, or time the first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--time", type=int, metavar="N", help="decide the case N times, in process")
    options = parser.parse_args()
    cases = [json.loads(line) for line in sys.stdin if line.strip()]
    answers = [timed(cases[0], options.time)] if options.time else map(decide, cases)
    for answer in answers:
        print(json.dumps(answer))


def decide(case: dict) -> dict:
    """Return PMapper's decision of one case, or why there is none."""
    if lacking := unsupported(case):
        return {"id": case["id"], "unsupported": lacking}
    try:
        return {"id": case["id"], "decision": VERDICTS[local_check_authorization_full(**arguments(case))]}
    except Exception as error:  # noqa: BLE001 - a peer may fail in any way: that is an answer too
        return {"id": case["id"], "error": f"{type(error).__name__}: {error}"}


def timed(case: dict, runs: int) -> dict:
    """Decide one case `runs` times, everything that can be prepared being prepared."""
    given = arguments(case)
    warm = time.perf_counter() + WARM_UP_SECONDS
    while time.perf_counter() < warm:
        local_check_authorization_full(**given)
    start = time.perf_counter()
    answers = {local_check_authorization_full(**given) for _ in range(runs)}
    seconds = time.perf_counter() - start
    decision = "/".join(VERDICTS[answer] for answer in answers)
    return {
        "peer": "pmapper",
        "version": version("principalmapper"),
        "entry": "local_check_authorization_full",
        "seconds": seconds,
        "runs": runs,
        "decision": decision,
    }


def unsupported(case: dict) -> str | None:
    """Say what a case asks for that PMapper has no input for."""
    principal = case["request"]["principal"]
    reasons = {
        "RCPs": any(level["policies"] for level in case.get("rcps") or ()),
        "endpoint policies": case.get("endpoint_policies"),
        "KMS grants": case.get("kms_grants"),
        "unknown keys": case["request"].get("unknown"),
        "more than one boundary": len(case.get("permission_boundaries") or ()) > 1,
        "a caller that is neither a user nor a role": node_arn(principal) is None,
    }
    return next((reason for reason, present in reasons.items() if present), None)


def node_arn(principal: object) -> str | None:
    """Return the ARN of the user or role behind a caller; PMapper knows no sessions."""
    if not isinstance(principal, str) or not principal.startswith("arn:"):
        return None
    _, partition, _, _, account, name = principal.split(":", 5)
    kind, _, rest = name.partition("/")
    if kind == "assumed-role":
        return f"arn:{partition}:iam::{account}:role/{rest.split('/')[0]}"
    return principal if kind in {"user", "role"} else None


def arguments(case: dict) -> dict:
    """Return a case as the arguments of `local_check_authorization_full`."""
    request, arn = case["request"], node_arn(case["request"]["principal"])
    resource_policy = case.get("resource_policy")
    return {
        "principal": node(arn, case),
        "action_to_check": request["action"],
        "resource_to_check": request["resource"],
        "condition_keys_to_check": context(request.get("context") or {}),
        "resource_policy": resource_policy,
        "resource_owner": owner(request, arn) if resource_policy else None,
        "service_control_policy_groups": scps(case),
        "session_policy": session(case.get("session_policies")),
    }


def node(arn: str, case: dict) -> Node:
    """Return the caller with what is attached to it."""
    role, boundaries = ":role/" in arn, case.get("permission_boundaries")
    attached = [Policy(arn, one["name"], one["policy"]) for one in case.get("identity_policies") or ()]
    boundary = None if boundaries is None else policy("boundary", (boundaries or [nothing()])[0])
    return Node(
        arn=arn,
        id_value="AROAEXAMPLE" if role else "AIDAEXAMPLE",
        attached_policies=attached,
        group_memberships=None if role else [],
        trust_policy={"Version": "2012-10-17", "Statement": []} if role else None,
        instance_profile=None,
        num_access_keys=0,
        active_password=False,
        is_admin=False,
        permissions_boundary=boundary,
        has_mfa=False,
        tags=None,
    )


def policy(name: str, document: dict) -> Policy:
    """Return a managed policy, which is how PMapper wants boundaries and SCPs."""
    return Policy(f"arn:aws:iam::aws:policy/{name}", name, document)


def nothing() -> dict:
    """Return a document that allows nothing."""
    return {"Version": "2012-10-17", "Statement": []}


def scps(case: dict) -> list | None:
    """Return the SCPs level by level, root first."""
    levels = case.get("scps")
    return [[policy("scp", one) for one in level["policies"]] for level in levels] if levels else None


def session(policies: list | None) -> dict | None:
    """Return several session policies as their union."""
    if policies is None:
        return None
    statements = [one for document in policies for one in listed(document["Statement"])]
    return {"Version": "2012-10-17", "Statement": statements}


def listed(value: object) -> list:
    """Return a list, even of one."""
    return value if isinstance(value, list) else [value]


def owner(request: dict, arn: str) -> str:
    """Return the account that owns the resource."""
    resource = request["resource"]
    own = arn.split(":")[4] if resource == "*" else resource.split(":")[4]
    return request.get("resource_account") or own


def context(given: dict) -> dict:
    """Return every value as text; null and an empty list are the same as no key."""
    return {key: text(value) for key, value in given.items() if value not in (None, [])}


def text(value: object) -> str | list[str]:
    """Return a context value in the form AWS sends it."""
    if isinstance(value, list):
        return [str(text(one)) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    main()
