"""iamsim: will this call to AWS Secrets Manager succeed, and if not, which line of which policy is to blame.

The names below are loaded when they are first used, so that `import iamsim` is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamsim.engine.decision import Decision
    from iamsim.engine.policies import PolicySet
    from iamsim.engine.request import Request
    from iamsim.inputs.scenario import load_world
    from iamsim.language.diagnostic import Diagnostic
    from iamsim.language.errors import PolicyError
    from iamsim.model.policy import Policy, PolicyType
    from iamsim.model.world import World
    from iamsim.simulator.authorize import authorize
    from iamsim.simulator.call import Call
    from iamsim.simulator.simulate import simulate

__version__ = "0.1.0"

_HOMES = {
    "Call": "simulator.call",
    "Decision": "engine.decision",
    "Diagnostic": "language.diagnostic",
    "Policy": "model.policy",
    "PolicyError": "language.errors",
    "PolicySet": "engine.policies",
    "PolicyType": "model.policy",
    "Request": "engine.request",
    "World": "model.world",
    "authorize": "simulator.authorize",
    "load_world": "inputs.scenario",
    "simulate": "simulator.simulate",
}

__all__ = [
    "Call",
    "Decision",
    "Diagnostic",
    "Policy",
    "PolicyError",
    "PolicySet",
    "PolicyType",
    "Request",
    "World",
    "authorize",
    "load_world",
    "simulate",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module 'iamsim' has no attribute '{name}'"
        raise AttributeError(message)
    return getattr(import_module(f"iamsim.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
