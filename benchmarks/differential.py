"""Let iamsim and a peer decide random cases, and group what they differ on by its cause.

    python benchmarks/differential.py [--count 1000] [--seed 1] [--peer iam-simulate|pmapper] [--markdown]
    python benchmarks/differential.py CASES.jsonl ...       the cases of these files instead of random ones

A difference is no verdict on who is right: `shrink.py` reduces each case to what makes it differ, and the table
counts what is left. What the peer's validation refuses, its engine decides all the same; `valid` says whether the
validation takes the policies that are left, and the refusals are counted apart.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from engines import IAMSIM, PEERS, Engine, agree, verdict
from report import table
from shrink import shrunk
from signature import signature

if TYPE_CHECKING:
    from collections.abc import Iterator

STRATEGIES = Path(__file__).parents[1] / "tests" / "properties"
SILENT = {"unsupported", "error", "nothing", "unknown"}


class Difference(NamedTuple):
    """A case on which the two differ, and what is left of it when it is shrunk."""

    case: dict
    small: dict
    ours: str
    theirs: str
    valid: str

    @property
    def cause(self) -> tuple[str, ...]:
        """What a group of differences has in common."""
        return signature(self.small), self.ours, self.theirs, self.valid


def main() -> None:
    """Compare, shrink, group, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="files of conformance cases")
    parser.add_argument("--count", type=int, default=1_000, help="how many random cases (default 1000)")
    parser.add_argument("--seed", type=int, default=1, help="what makes them the same each time (default 1)")
    parser.add_argument("--peer", choices=PEERS, default="iam-simulate")
    parser.add_argument("--ours", help="another command in iamsim's place, which reads and writes the same lines")
    parser.add_argument("--markdown", action="store_true", help="print Markdown, with a smallest case a cause")
    options = parser.parse_args()
    ours = Engine("ours", tuple(shlex.split(options.ours))) if options.ours else IAMSIM
    cases = list(read(options.files)) if options.files else random_cases(options.count, options.seed)
    for text in report(cases, ours, PEERS[options.peer], markdown=options.markdown):
        print(text, end="\n\n", flush=True)


def read(files: list[Path]) -> Iterator[dict]:
    """Yield the cases of files."""
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def random_cases(count: int, number: int) -> list[dict]:
    """Return cases of the property tests' strategy, the same ones for the same number."""
    import hypothesis

    sys.path.insert(0, str(STRATEGIES))
    from strategies import cases

    found: dict[str, dict] = {}
    quiet = hypothesis.settings(
        max_examples=count * 2,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )

    @quiet
    @hypothesis.seed(number)
    @hypothesis.given(cases())
    def collect(case: dict) -> None:
        found.setdefault(json.dumps(case | {"id": ""}, sort_keys=True), case)

    collect()
    return [case | {"id": f"random/{number}#{index}"} for index, case in enumerate([*found.values()][:count])]


def report(cases: list[dict], ours: Engine, peer: Engine, *, markdown: bool) -> Iterator[str]:
    """Yield the tables."""
    own, theirs = ours.answers(cases), peer.answers(cases)
    verdicts = list(zip(map(verdict, own), map(verdict, theirs), strict=True))
    silent = Counter(silence(one, other, peer) for one, other in zip(own, theirs, strict=True))
    differing = [case for case, pair in zip(cases, verdicts, strict=True) if differ(pair)]
    compared = sum(SILENT.isdisjoint(pair) for pair in verdicts)
    yield (
        f"{len(cases)} cases, {compared} decided by both: {compared - len(differing)} alike, "
        f"{len(differing)} differently."
    )
    found = differences(differing, ours, peer)
    yield from causes(found, peer, markdown=markdown)
    yield from (
        counts(title, rows, markdown=markdown)
        for title, rows in (
            ("not compared", {reason: count for reason, count in silent.items() if reason}),
            (f"refused by the validation of {peer.label}", refusals(cases, theirs)),
            (f"context keys that {peer.label} drops when it validates", dropped(theirs)),
        )
        if rows
    )


def differ(pair: tuple[str, str]) -> bool:
    """Whether both decided, and not alike."""
    return SILENT.isdisjoint(pair) and not agree(*pair)


def silence(own: dict, theirs: dict, peer: Engine) -> str:
    """Return why a case is not compared, or nothing."""
    for label, answer in (("iamsim", own), (peer.label, theirs)):
        if (word := verdict(answer)) in SILENT:
            error = answer.get(word, "")
            return f"{label}: {word} {error.get('code') if isinstance(error, dict) else error}".strip()
    return ""


def differences(cases: list[dict], ours: Engine, peer: Engine) -> list[Difference]:
    """Shrink the cases on which the two differ."""
    plain = ["--plain"] if peer.label == "iam-simulate" else []

    def pairs(some: list[dict]) -> list[tuple[str, str]]:
        return list(zip(map(verdict, ours.answers(some)), map(verdict, peer.answers(some, *plain)), strict=True))

    small = shrunk(cases, pairs) if cases else []
    checked = ["no" if objections(answer) else "yes" for answer in peer.answers(small)]
    return [
        Difference(case, least, *pair, valid)
        for case, least, pair, valid in zip(cases, small, pairs(small), checked, strict=True)
    ]


def objections(answer: dict) -> list[str]:
    """Return why the peer's validation refuses the policies that are left, but for what shrinking did to them."""
    return [text for _, text in messages(answer.get("errors", {})) if 'Action cannot be "*"' not in text]


def causes(found: list[Difference], peer: Engine, *, markdown: bool) -> Iterator[str]:
    """Yield the table of causes, and in Markdown a smallest case of each."""
    groups = defaultdict(list)
    for one in found:
        groups[one.cause].append(one)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = [[*cause, str(len(some)), some[0].case["id"]] for cause, some in ordered]
    header = ["what is left", "iamsim", peer.label, "valid", "cases", "first"]
    if rows:
        yield table("differences", header, rows, markdown=markdown)
    for cause, some in ordered if markdown else ():
        least = min((json.dumps(bare(one.small), ensure_ascii=False) for one in some), key=len)
        yield f"<details><summary>{cause[0]}</summary>\n\n```json\n{least}\n```\n\n</details>"


def bare(case: dict) -> dict:
    """Return a case without what is empty or not part of the question."""
    noise = {"id", "feature", "trust", "cite", "note", "expected"}
    return {name: value for name, value in case.items() if name not in noise and value not in (None, [])} | {
        name: [] for name in ("permission_boundaries", "session_policies") if case.get(name) == []
    }


def counts(title: str, rows: dict[str, int], *, markdown: bool) -> str:
    """Return a table of counts, the greatest first."""
    ordered = sorted(rows.items(), key=lambda item: (-item[1], item[0]))
    return table(title, ["", "cases"], [[label, str(count)] for label, count in ordered], markdown=markdown)


def refusals(cases: list[dict], answers: list[dict]) -> Counter[str]:
    """Count why the peer's validation refuses cases."""
    return Counter(
        f"{answer['refused']} {detail(case, answer['errors'])}".strip()
        for case, answer in zip(cases, answers, strict=True)
        if "refused" in answer
    )


def detail(case: dict, errors: dict) -> str:
    """Return which policies are refused and why, or the action if it is not about policies."""
    words = sorted({f"{kind.removesuffix('Errors')}: {text}" for kind, text in messages(errors)})
    return "; ".join(words) or case["request"]["action"]


def messages(errors: dict) -> Iterator[tuple[str, str]]:
    """Yield the messages under each kind of policy."""
    for kind, value in errors.items():
        for one in [value] if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
            yield from ((kind, str(error.get("message", error))) for error in one)


def dropped(answers: list[dict]) -> Counter[str]:
    """Count the context keys that the peer's validation ignores."""
    return Counter(key.partition("/")[0] for answer in answers for key in answer.get("ignored", ()))


if __name__ == "__main__":
    main()
