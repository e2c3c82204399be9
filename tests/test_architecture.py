"""What each floor may take from outside. Which floor may import which is a contract in pyproject.toml."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "iamsim"

OUTSIDE = {
    "language": {"lark"},
    "model": {"pydantic"},
    "engine": set(),
    "services": set(),
    "simulator": set(),
    "analysis": {"numpy"},
    "inputs": {"boto3", "botocore", "pydantic", "pydantic_core", "yaml"},
    "outputs": {"rich"},
    "cli": {"rich", "typer"},
}


def imported(module):
    """The top-level names that a file imports, wherever in it the imports stand."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("floor", OUTSIDE)
def test_a_floor_takes_from_outside_only_what_it_may(floor):
    known = OUTSIDE[floor] | sys.stdlib_module_names | {"iamsim"}
    modules = (PACKAGE / floor).rglob("*.py")
    strangers = {module.name: set(imported(module)) - known for module in modules}
    assert not {name: found for name, found in strangers.items() if found}
