"""What is measured of iamsim alone: documents compiled, a cold start, the memory of a batch."""

from __future__ import annotations

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cases import CASES, allow, document
from report import table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "aws-managed-policies.json.gz"
MANAGED = Path(os.environ.get("IAMSIM_MANAGED_POLICIES", SHARED))
IAMSIM = [sys.executable, "-m", "iamsim"]
COLD_RUNS, FEW, MANY = 10, 1_000, 100_000
MEBI = 2**20
LAUNCHER = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


class Skipped(Exception):  # noqa: N818 - no error: a measurement that cannot be taken here
    """A measurement that cannot be taken here, and why."""


def compile_document(text: str) -> object:
    """Read one document strictly and compile it; its statements wait until their action is asked for."""
    from iamsim import Policy, PolicyType
    from iamsim.engine.compile import compile_policy

    return compile_policy(Policy.parse(text, PolicyType.IDENTITY))


def compile_statements(text: str) -> object:
    """Read one document strictly and compile every statement of it."""
    return compile_document(text).statements


def documents(options: argparse.Namespace) -> Iterator[str]:
    """Compile AWS's managed policies: all of them, and the fifth of them around the median size."""
    if not MANAGED.exists():
        raise Skipped(f"{MANAGED.name} is not there (IAMSIM_MANAGED_POLICIES names another place)")
    with gzip.open(MANAGED, "rt", encoding="utf-8") as file:
        texts = sorted((json.dumps(one["document"]) for one in json.load(file)["policies"].values()), key=len)
    compile_document(texts[0])
    middle = texts[len(texts) * 2 // 5 : len(texts) * 3 // 5]
    sets = {"all": texts, "around the median": middle}
    rows = [rate(label, some, options.rounds, compile_document) for label, some in sets.items()]
    rows += [
        rate(f"{label}, every statement", some, options.rounds, compile_statements) for label, some in sets.items()
    ]
    header = ["managed policies", "documents", "median bytes", "us/document", "documents/s"]
    yield table("documents read and compiled", header, rows, markdown=options.markdown)


def rate(label: str, texts: list[str], rounds: int, work: Callable[[str], object]) -> list[str]:
    """Return the line of one set of documents: the median over the rounds."""
    took = statistics.median(clocked(lambda: list(map(work, texts))) for _ in range(rounds))
    each, size = took / len(texts), statistics.median(map(len, texts))
    return [label, f"{len(texts):,}", f"{size:,.0f}", f"{each * 1e6:,.0f}", f"{1 / each:,.0f}"]


def clocked(work: Callable[[], object]) -> float:
    """Return how long some work took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cold(options: argparse.Namespace) -> Iterator[str]:
    """Explain a scenario in a new process, beside a Python that does nothing."""
    scenario = min((ROOT / "scenarios").rglob("*.iamsim.yaml"), default=None)
    if scenario is None:
        raise Skipped("there is no scenario yet")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "iamsim --help": [*IAMSIM, "--help"],
        "iamsim explain": [*IAMSIM, "explain", str(scenario)],
    }
    rows = [[label, f"{wall(command) * 1e3:,.0f}"] for label, command in commands.items()]
    yield table(f"cold start, median of {COLD_RUNS}", ["command", "ms"], rows, markdown=options.markdown)


def wall(command: list[str]) -> float:
    """Return the median wall time of a command, or pass on why it fails."""
    return statistics.median(clocked(lambda: finished(command)) for _ in range(COLD_RUNS))


def finished(command: list[str]) -> None:
    """Run a command to its end; exit codes below 2 are answers, the others mean that it could not answer."""
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise Skipped(f"`iamsim {command[3]}` ends with {done.returncode}: {done.stderr.strip()[-200:]}")


def memory(options: argparse.Namespace) -> Iterator[str]:
    """Evaluate batches of lines that all differ, and see what the process needed at most."""
    rows = []
    for count in (FEW, MANY):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cases.jsonl"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(map(line, range(count)))
            size = path.stat().st_size
            seconds, peak = peaked([*IAMSIM, "evaluate", str(path)])
        numbers = [size / MEBI, seconds, count / seconds, peak]
        rows.append([f"{count:,}", *(f"{number:,.1f}" for number in numbers)])
    header = ["lines", "input MiB", "seconds", "lines/s", "peak MiB"]
    yield table("iamsim evaluate, every line different", header, rows, markdown=options.markdown)


def line(index: int) -> str:
    """Return one case whose caller, secret and identity policy no other line has."""
    case = CASES["secret"]
    secret = case["request"]["resource"].replace("orders", f"orders-{index}")
    own = [allow("secretsmanager:GetSecretValue", f"{secret[:-6]}??????"), allow(f"s3:Get{index}*")]
    request = case["request"] | {
        "principal": case["request"]["principal"].replace("session-0", f"session-{index}"),
        "resource": secret,
    }
    policies = [{"name": "own", "policy": document(*own)}]
    changed = {"id": str(index), "request": request, "identity_policies": policies, "scps": []}
    return json.dumps(case | changed) + "\n"


def peaked(command: list[str]) -> tuple[float, float]:
    """Return the wall time of a command and the most memory that it held, in MiB.

    A process is told the peak of the one that started it as its own, so a small one stands between.
    """
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", LAUNCHER, *command], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - start
    code, peak = map(int, done.stdout.split())
    if code:
        raise Skipped(f"`iamsim evaluate` ends with {code}")
    return seconds, peak * (1 if sys.platform == "darwin" else 1024) / MEBI
