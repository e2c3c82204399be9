"""Time iamsim on one case, by the protocol of the peers' drivers.

    python benchmarks/cases.py secret | python benchmarks/ours.py --time N [--entry E]

Entries: prepared   policies and request read before the clock starts
         request    the same, but a new and different request each time
         explained  as prepared, and the trace of every decision
         documents  policies and request read anew each time
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING

from iamsim import PolicySet, Request, authorize

if TYPE_CHECKING:
    from collections.abc import Callable

WARM_UP_SECONDS = 1.5


def main() -> None:
    """Time the case on standard input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--time", type=int, metavar="N", required=True, help="decide the case N times")
    parser.add_argument("--entry", choices=ENTRIES, default="prepared")
    options = parser.parse_args()
    print(json.dumps(timed(json.loads(sys.stdin.readline()), options.time, options.entry)))


def timed(case: dict, runs: int, entry: str) -> dict:
    """Decide one case `runs` times, after a warm-up."""
    once = ENTRIES[entry](case, runs)
    warm = time.perf_counter() + WARM_UP_SECONDS
    while time.perf_counter() < warm:
        once(0)
    start = time.perf_counter()
    answers = {once(index) for index in range(runs)}
    seconds = time.perf_counter() - start
    return {
        "peer": "iamsim",
        "version": version("iamsim"),
        "entry": entry,
        "seconds": seconds,
        "runs": runs,
        "decision": "/".join(sorted(map(str, answers))),
    }


def request_of(case: dict, index: int = 0) -> dict:
    """Return the arguments of a request; those of another index differ in the session's name."""
    request = case["request"]
    session = f"session-{index}"
    return {
        "principal": f"{request['principal'].rpartition('/')[0]}/{session}",
        "action": request["action"],
        "resource": request["resource"],
        "principal_account": request["principal_account"],
        "resource_account": request["resource_account"],
        "context": request["context"] | {"aws:userid": f"AROAEXAMPLEEXAMPLE:{session}"},
    }


def policies_of(case: dict) -> dict:
    """Return the arguments of a set of policies."""
    return {
        "identity": [one["policy"] for one in case["identity_policies"]],
        "scps": [level["policies"] for level in case["scps"]],
        "rcps": [level["policies"] for level in case["rcps"]],
        "resource": case["resource_policy"],
        "endpoint": case["endpoint_policies"],
    }


def prepared(case: dict, runs: int) -> Callable[[int], object]:
    """Prepare everything."""
    request, policies = Request(**request_of(case)), PolicySet(**policies_of(case))
    return lambda index: authorize(request, policies).decision


def request(case: dict, runs: int) -> Callable[[int], object]:
    """Prepare the policies."""
    policies, requests = PolicySet(**policies_of(case)), [request_of(case, index) for index in range(runs)]
    return lambda index: authorize(Request(**requests[index]), policies).decision


def explained(case: dict, runs: int) -> Callable[[int], object]:
    """Prepare everything, and ask for the trace."""
    request, policies = Request(**request_of(case)), PolicySet(**policies_of(case))

    def once(index: int) -> object:
        evaluation = authorize(request, policies)
        evaluation.trace()
        return evaluation.decision

    return once


def documents(case: dict, runs: int) -> Callable[[int], object]:
    """Prepare nothing."""
    given, requests = policies_of(case), [request_of(case, index) for index in range(runs)]
    return lambda index: authorize(Request(**requests[index]), PolicySet(**given)).decision


ENTRIES = {"prepared": prepared, "request": request, "explained": explained, "documents": documents}


if __name__ == "__main__":
    main()
