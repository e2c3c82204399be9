"""Measure iamsim beside its peers, in one run on one machine.

    python benchmarks/decisions.py [decisions documents cold memory] [--rounds N] [--markdown]

Every contender is a program that decides one case many times in process and prints how long that took. They
take turns, round by round, and the medians are compared. `sh benchmarks/peers/install.sh` installs the peers.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from cases import CASES
from measures import Skipped, cold, documents, memory
from report import table

HERE = Path(__file__).parent
PEERS = HERE / ".peers"
NODE = (shutil.which("node") or "node", str(HERE / "peers" / "iam_simulate.mjs"))
PMAPPER = (str(PEERS / "venv" / "bin" / "python"), str(HERE / "peers" / "pmapper.py"))
OURS = (sys.executable, str(HERE / "ours.py"))
PLAIN, EXPLAINED = "iamsim", "iamsim, explained"
SAMPLE_SECONDS, FEWEST, MOST = 0.4, 20, 20_000


class Contender(NamedTuple):
    """A way to decide: its label, and the command that times it."""

    label: str
    command: tuple[str, ...]


class Sample(NamedTuple):
    """What one timing said."""

    seconds: float
    decision: str
    note: str = ""


CONTENDERS = [
    Contender(PLAIN, (*OURS, "--entry", "prepared")),
    Contender("iamsim, new request", (*OURS, "--entry", "request")),
    Contender("iamsim, new documents", (*OURS, "--entry", "documents")),
    Contender(EXPLAINED, (*OURS, "--entry", "explained")),
    Contender("iam-simulate engine", (*NODE, "--entry", "core")),
    Contender("iam-simulate engine, new request", (*NODE, "--entry", "request")),
    Contender("iam-simulate runUnsafeSimulation", (*NODE, "--entry", "public")),
    Contender("iam-simulate runSimulation", (*NODE, "--entry", "checked")),
    Contender("PMapper", PMAPPER),
]


def main() -> None:
    """Run the measurements that are asked for, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measurements", nargs="*", help=f"any of {', '.join(MEASUREMENTS)}; all by default")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of turns (default 5)")
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")
    options = parser.parse_args()
    if unknown := set(options.measurements) - set(MEASUREMENTS):
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    for name in options.measurements or MEASUREMENTS:
        try:
            for text in MEASUREMENTS[name](options):
                print(text, flush=True)
        except Skipped as reason:
            print(f"{name}: skipped, {reason}", flush=True)
        print()


def decisions(options: argparse.Namespace) -> list[str]:
    """Return a table for each case, and what the contenders make of it."""
    texts = []
    for name, case in CASES.items():
        samples = contest(json.dumps(case), options.rounds)
        texts += [standings(name, case, samples, markdown=options.markdown), *remarks(samples), ""]
    return texts[:-1]


def contest(case: str, rounds: int) -> dict[str, list[Sample]]:
    """Let all contenders take turns. One that cannot run is left out, with a word about it."""
    runs = {one: calibrated(one, case) for one in CONTENDERS}
    able = [one for one in CONTENDERS if runs[one]]
    samples: dict[str, list[Sample]] = {one.label: [] for one in able}
    for _ in range(rounds):
        for one in able:
            samples[one.label].append(sample(one, case, runs[one]))
    return samples


def calibrated(contender: Contender, case: str) -> int:
    """Return how many decisions fill one sample, or 0 if the contender does not run here."""
    try:
        first = sample(contender, case, FEWEST)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1]
        print(f"{contender.label} does not run here: {reason}", file=sys.stderr)
        return 0
    return min(MOST, max(FEWEST, int(SAMPLE_SECONDS / first.seconds)))


def sample(contender: Contender, case: str, runs: int) -> Sample:
    """Time one contender once."""
    command = [*contender.command, "--time", str(runs)]
    done = subprocess.run(command, input=case + "\n", capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    return Sample(answer["seconds"] / answer["runs"], answer["decision"], answer.get("note", ""))


def median(samples: list[Sample]) -> float:
    """Return the median time of a decision."""
    return statistics.median(one.seconds for one in samples)


def decision(samples: list[Sample]) -> str:
    """Return the decision, or all of them when a contender contradicts itself."""
    return "/".join(sorted({one.decision for one in samples}))


def standings(name: str, case: dict, samples: dict[str, list[Sample]], *, markdown: bool) -> str:
    """Return the table of one case: the medians, and how they relate to iamsim's."""
    if not samples:
        raise Skipped("no contender runs here")
    own = median(samples.get(PLAIN) or next(iter(samples.values())))
    rows = [row(label, some, own) for label, some in samples.items()]
    header = ["contender", "us/decision", "fastest", "decisions/s", "times", "decision"]
    return table(f"{name}: {case['request']['action']}", header, rows, markdown=markdown)


def row(label: str, samples: list[Sample], own: float) -> list[str]:
    """Return one line; the last number says how many times as long as iamsim it takes."""
    took, fastest = median(samples), min(one.seconds for one in samples)
    numbers = [f"{took * 1e6:,.1f}", f"{fastest * 1e6:,.1f}", f"{1 / took:,.0f}", f"{took / own:,.2f}"]
    return [label, *numbers, decision(samples)]


def remarks(samples: dict[str, list[Sample]]) -> list[str]:
    """Say whether the contenders agree, what they say themselves, and what an explanation costs."""
    decided = {label: decision(some) for label, some in samples.items()}
    usual = statistics.mode(decided.values())
    odd = [f"{label} says {answer}" for label, answer in decided.items() if answer != usual]
    notes = [f"THEY DISAGREE: {', '.join(odd)}; all others {usual}." if odd else "All agree."]
    notes += [f"{label} {some[0].note}." for label, some in samples.items() if some[0].note]
    if {PLAIN, EXPLAINED} <= samples.keys():
        ratio = median(samples[EXPLAINED]) / median(samples[PLAIN])
        notes.append(f"An explained decision takes {ratio:.2f} times as long as a plain one.")
    return notes


MEASUREMENTS = {"decisions": decisions, "documents": documents, "cold": cold, "memory": memory}


if __name__ == "__main__":
    main()
