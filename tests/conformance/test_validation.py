"""Documents that AWS accepts and refuses: a suite of other people's, and every policy that AWS manages itself.

Neither is part of this repository. `IAMSIM_CONFORMANCE` names the folder of the suite; without it, a folder `shared`
beside the checkout is looked for, and without that the tests are skipped.
"""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from iamsim.language.errors import PolicyError
from iamsim.model.policy import Policy

FOLDER = Path(os.environ.get("IAMSIM_CONFORMANCE", Path(__file__).parents[3] / "shared" / "conformance"))
SUITE = FOLDER / "validation.jsonl"
MANAGED = FOLDER.parent / "aws-managed-policies.json.gz"

# A Sid of IAM holds A-Z, a-z and 0-9 alone, and these two hold underscores:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
WRONG_IN_THE_SUITE = {"moto/valid#39", "moto/valid#40"}


def _cases():
    if not SUITE.exists():
        return []
    return [json.loads(line) for line in SUITE.read_text(encoding="utf-8").splitlines()]


def _verdict(document):
    try:
        Policy.parse(document, "identity")
    except PolicyError as error:
        return "INVALID", [diagnostic.code for diagnostic in error.diagnostics]
    return "VALID", []


@pytest.mark.skipif(not SUITE.exists(), reason="the suite is not at hand")
@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["id"])
@pytest.mark.parametrize("form", ["mapping", "text"])
def test_a_document_is_judged_as_aws_judges_it(case, form):
    document = case["document"]
    if form == "text" and not isinstance(document, str):
        document = json.dumps(document, indent=1)
    verdict, codes = _verdict(document)
    if case["id"] in WRONG_IN_THE_SUITE:
        assert codes == ["sid-characters"]
    else:
        assert verdict == case["expected"], codes


@pytest.mark.skipif(not MANAGED.exists(), reason="the policies are not at hand")
@pytest.mark.parametrize("form", ["mapping", "text"])
def test_every_policy_that_aws_manages_is_accepted(form):
    with gzip.open(MANAGED, "rt", encoding="utf-8") as file:
        policies = json.load(file)["policies"]
    assert len(policies) == 1567
    for name, policy in policies.items():
        document = policy["document"] if form == "mapping" else json.dumps(policy["document"])
        statements = policy["document"]["Statement"]
        parsed = Policy.parse(document, "identity")  # also without its name
        assert len(parsed.statements) == (len(statements) if isinstance(statements, list) else 1), name
