"""The table of operations: every name leads to the declaration of that name."""

from __future__ import annotations

import subprocess
import sys

from iamsim.services.operations import OPERATIONS


def test_every_name_leads_to_its_declaration():
    assert all(operation.name == name for name, operation in OPERATIONS.items())
    assert all(OPERATIONS[name].service in ("secretsmanager", "kms", "ssm", "sts") for name in OPERATIONS)


def test_a_name_that_is_none():
    assert "ReadSecret" not in OPERATIONS
    assert OPERATIONS.get("ReadSecret") is None


def test_a_read_loads_no_other_operation():
    code = (
        "import sys; from iamsim.services.operations import OPERATIONS; OPERATIONS['GetSecretValue'];"
        "print([m for m in sys.modules if m.startswith(('iamsim.services.kms.', 'iamsim.services.sts.'))])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
