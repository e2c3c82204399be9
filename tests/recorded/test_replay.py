"""Every call that was recorded on AWS, step by step: the simulator answers as AWS did.

The recordings are those of `shared/recorded/secretsmanager.json`, whose README names their sources.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from recorded.forms import at, filled, mismatch, parameter, symbols_in

from iamsim.model.policy import Policy
from iamsim.model.rotation import FunctionCall, RotationProgram
from iamsim.model.world import Account, Function, Role, User, World
from iamsim.services.operations import OPERATIONS
from iamsim.simulator.call import Call
from iamsim.simulator.row import settled
from iamsim.simulator.simulate import simulate

FILE = Path(__file__).parents[3] / "shared" / "recorded" / "secretsmanager.json"
if not FILE.is_file():
    pytest.skip("the recordings do not stand beside this checkout", allow_module_level=True)

SEQUENCES = json.loads(FILE.read_text(encoding="utf-8"))
ACCOUNTS = {"primary": "111111111111", "secondary": "222222222222"}
CALLERS = {name: f"arn:aws:iam::{account}:user/administrator" for name, account in ACCOUNTS.items()}
EVERYTHING = Policy.parse(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}, "identity"
)
DRAWN = re.compile(r"\$(v|arn)[0-9]+")
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNTS['primary']}:function:rotate"
FUNCTION_ROLE = f"arn:aws:iam::{ACCOUNTS['primary']}:role/rotate"
BY_SECRETS_MANAGER = {"Principal": {"Service": "secretsmanager.amazonaws.com"}, "Action": "lambda:InvokeFunction"}
BY_LAMBDA = {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
AGAIN = {"SecretId": "{secret}", "VersionId": "{token}", "VersionStage": "AWSPENDING"}
MOVE = {"SecretId": "{secret}", "VersionStage": "AWSCURRENT", "MoveToVersionId": "{token}"}
RECORDED_FUNCTION = RotationProgram(
    "the function of LocalStack's test, as the note of the recording has it",
    {
        "createSecret": (
            FunctionCall("GetSecretValue", {"SecretId": "{secret}", "VersionStage": "AWSCURRENT"}),
            FunctionCall("GetSecretValue", AGAIN, tolerates=("ResourceNotFoundException",), enough=True),
            FunctionCall("CreateSecret", dict.fromkeys(("Name", "SecretString"), "ResourceNotFoundException_{token}")),
            FunctionCall(
                "PutSecretValue",
                {
                    "SecretId": "{secret}",
                    "ClientRequestToken": "{token}",
                    "SecretString": "lambda_rotate_secret_rotation_{token}",
                    "VersionStages": ["AWSPENDING"],
                },
            ),
        ),
        "finishSecret": (
            FunctionCall("UpdateSecretVersionStage", {**MOVE, "RemoveFromVersionId": "{current}"}),
            FunctionCall(
                "UpdateSecretVersionStage",
                {"SecretId": "{secret}", "VersionStage": "AWSPENDING", "RemoveFromVersionId": "{token}"},
            ),
        ),
    },
    (FunctionCall("DescribeSecret", {"SecretId": "{secret}"}),),
)


def statement(kind, allowed):
    return Policy.parse({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **allowed}}, kind)


def rotation_function():
    policy = statement("functionPolicy", {**BY_SECRETS_MANAGER, "Resource": "*"})
    return Function(FUNCTION, policy, FUNCTION_ROLE, RECORDED_FUNCTION)


def two_accounts():
    role = Role(FUNCTION_ROLE, "AROAROTATE", (EVERYTHING,), trust=statement("trustPolicy", BY_LAMBDA))
    users = {name: User(arn, "AIDAADMINISTRATOR", (EVERYTHING,)) for name, arn in CALLERS.items()}
    return World({
        number: Account(
            number,
            name,
            users={CALLERS[name]: users[name]},
            roles={FUNCTION_ROLE: role} if name == "primary" else {},
            functions={FUNCTION: rotation_function()} if name == "primary" else {},
        )
        for name, number in ACCOUNTS.items()
    })  # fmt: skip


def made_up(kind, number):
    """What a symbol stands for that the caller has to make up."""
    if kind.startswith("ARN of the rotation function"):
        return FUNCTION
    if kind == "Region of the caller":
        return "us-east-1"
    if kind == "account id of the caller":
        return ACCOUNTS["primary"]
    if kind.startswith("ARN of the caller"):
        return CALLERS["secondary" if "second" in kind else "primary"]
    if "UUID" in kind:
        return str(UUID(int=number))
    return f"{number:06d}" if "hex" in kind else f"s-{number:08d}"


def sent(step, bound):
    """The parameters of a call. AWS ignores one that it does not know, which no SDK would send: a raw request does."""
    given = {name: parameter(value, bound) for name, value in step["parameters"].items()}
    if not step.get("raw"):
        return given
    known = {taken.name for taken in OPERATIONS[step["operation"]].parameters}
    return {name: value for name, value in given.items() if name in known}


def compared(step, outcome, bound):
    """How an outcome differs from the recorded one; empty if it does not. A symbol that stands in a response is bound by it."""
    if step["error"]:
        assert outcome.error is not None
        actual = {"code": outcome.error.code, "message": outcome.error.message, "status": outcome.error.status}
        wanted = {name: value for name, value in step["error"].items() if value is not None}
        return mismatch(wanted, actual, bound, exact=False)
    assert outcome.error is None, outcome.error
    assert outcome.ok
    return mismatch(step["response"], dict(outcome.response), bound, exact=step["match"] == "exact")


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda sequence: sequence["id"])
def test_the_simulator_answers_as_aws_did(sequence):
    bound = {
        symbol: made_up(kind, number) for number, (symbol, kind) in enumerate((sequence.get("symbols") or {}).items())
    }
    world = two_accounts()
    for number, step in enumerate(sequence["steps"], 1):
        call = Call(
            step["operation"],
            CALLERS[step.get("caller") or "primary"],
            sent(step, bound),
            time=START + timedelta(seconds=number),
            seed=f"{sequence['id']} {number}",
            sdk=not step.get("raw"),
        )
        outcome = settled(simulate(world, call))
        for symbol, path in (step.get("capture") or {}).items():
            bound[symbol] = at(path, outcome.response)
        where = f"step {number}, {step['operation']}"
        assert not compared(step, outcome, bound), where
        if outcome.error is not None:
            assert outcome.world is world, f"{where}: a call that fails changes nothing"
        world = outcome.world
    if sequence["source"] == "localstack":
        captured = [value for symbol, value in bound.items() if DRAWN.fullmatch(symbol)]
        assert len(set(captured)) == len(captured), "two symbols stood for two values"


def test_different_symbols_of_a_sequence_are_different_values():
    for sequence in SEQUENCES:
        kinds = sequence.get("symbols") or {}
        values = [made_up(kind, number) for number, kind in enumerate(kinds.values())]
        assert len(set(values)) == len(values), sequence["id"]


def test_every_symbol_is_bound_before_it_is_sent():
    for sequence in SEQUENCES:
        bound = dict.fromkeys(sequence.get("symbols") or {}, "x")
        for step in sequence["steps"]:
            assert set(symbols_in(step["parameters"])) <= set(bound), sequence["id"]
            bound |= dict.fromkeys(step.get("capture") or {}, "x")
            assert filled("$never", bound) == "$never"
