"""Programs that decide conformance cases: a line in for each, a line out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
DENIED = {"denied", "explicitDeny", "implicitDeny"}


class Engine(NamedTuple):
    """A program that decides."""

    label: str
    command: tuple[str, ...]

    def answers(self, cases: list[dict], *options: str) -> list[dict]:
        """Return the answer to each case, in their order."""
        text = "".join(json.dumps(case) + "\n" for case in cases)
        command = [*self.command, *options]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        if len(answers) != len(cases):
            last = done.stderr.strip().rpartition("\n")[2]
            raise SystemExit(f"{self.label} answers {len(answers)} of {len(cases)} cases: {last}")
        return answers


IAMSIM = Engine("iamsim", (sys.executable, "-m", "iamsim", "evaluate", "-"))
PEERS = {
    "iam-simulate": Engine("iam-simulate", ("node", str(HERE / "peers" / "iam_simulate.mjs"))),
    "pmapper": Engine(
        "PMapper", (str(HERE / ".peers" / "venv" / "bin" / "python"), str(HERE / "peers" / "pmapper.py"))
    ),
}


def verdict(answer: dict) -> str:
    """Return what an answer says in one word: its decision, or why there is none."""
    return answer.get("decision") or next((word for word in ("unsupported", "error") if word in answer), "nothing")


def agree(one: str, other: str) -> bool:
    """Whether two verdicts say the same; `denied` is either deny."""
    return one == other or ("denied" in {one, other} and {one, other} <= DENIED)
