"""What every test may use: the hypothesis profiles, the folder of files that are not part of this repository.

`HYPOTHESIS_PROFILE` chooses the profile: `quick` (the default: few examples, always the same ones), `ci` (more of them,
always the same ones), `deep` (many, new ones each time).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parent
SHARED = TESTS.parents[1] / "shared"

sys.path.append(str(TESTS))  # `oracle` and `properties.strategies` are modules that several tests import

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile(
    "quick", max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=_SLOW
)
settings.register_profile(
    "ci", max_examples=400, derandomize=True, deadline=None, database=None, suppress_health_check=_SLOW
)
settings.register_profile("deep", max_examples=20_000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def shared():
    """The folder `shared` beside the checkout; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder `shared` does not stand beside this checkout")
    return SHARED
