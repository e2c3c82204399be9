"""Measure `iamsim check` over templates: one of 500 resources, and twenty stacks together; seconds and peak memory.

    python benchmarks/templates.py [--rounds N] [--cfn-lint PATH]

The peers, in the same rounds: reading the same files with `json.load` alone and, where its path is given, cfn-lint, which
looks at other things of the same templates. Each run is a process of its own, which finds its modules compiled, as an
installed command does; the median of its seconds is told.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measures import LAUNCHER
from report import table

ACCOUNT, REGION = "111122223333", "us-east-1"
READ = "import json, sys; [json.load(open(name)) for name in sys.argv[1:]]"
WORLD = """
import sys
from iamsim.inputs.cloudformation import read_stacks, world_of_stacks
world_of_stacks(read_stacks(sys.argv[1:]))
"""
EACH = 5


def template(resources: int, stack: str = "Big") -> dict[str, object]:
    """A template of so many resources: a function with its role, its policy, a secret and its policy, again and again."""
    made: dict[str, object] = {}
    for n in range(resources // EACH):
        made |= part(f"{stack}{n}")
    return {"Resources": made}


def part(name: str) -> dict[str, object]:
    """The five resources of one function that reads one secret."""
    role, secret = {"Fn::GetAtt": [f"{name}Role", "Arn"]}, {"Ref": f"{name}Secret"}
    read = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    basic = {
        "Fn::Join": [
            "",
            ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
        ]
    }
    resources = {
        "Secret": ("SecretsManager::Secret", {"Name": f"app/{name}", "GenerateSecretString": {}}),
        "Role": ("IAM::Role", {"AssumeRolePolicyDocument": document(trust), "ManagedPolicyArns": [basic]}),
        "Policy": (
            "IAM::Policy",
            {
                "PolicyName": name,
                "Roles": [{"Ref": f"{name}Role"}],
                "PolicyDocument": document({"Effect": "Allow", "Action": read, "Resource": secret}),
            },
        ),
        "Function": (
            "Lambda::Function",
            {"Role": role, "Handler": "a.b", "Runtime": "python3.12", "Code": {"ZipFile": "x"}},
        ),
        "Share": (
            "SecretsManager::ResourcePolicy",
            {
                "SecretId": secret,
                "ResourcePolicy": document(
                    {"Effect": "Allow", "Principal": {"AWS": role}, "Action": read, "Resource": "*"}
                ),
            },
        ),
    }
    return {f"{name}{id_}": {"Type": f"AWS::{type_}", "Properties": p} for id_, (type_, p) in resources.items()}


def document(statement: dict[str, object]) -> dict[str, object]:
    """A policy of one statement."""
    return {"Version": "2012-10-17", "Statement": [statement]}


def files(folder: Path) -> dict[str, list[str]]:
    """What is measured: the names of the templates of each case."""
    cases = {
        "one template of 500 resources": [template(500)],
        "twenty stacks of 50": [template(50, f"S{n}") for n in range(20)],
    }
    written: dict[str, list[str]] = {}
    for number, (case, templates) in enumerate(cases.items()):
        for index, each in enumerate(templates):
            path = folder / f"Case{number}Stack{index}.template.json"
            path.write_text(json.dumps(each, indent=1), encoding="utf-8")
            written.setdefault(case, []).append(str(path))
    return written


def measured(command: list[str], compiled: str) -> tuple[float, float]:
    """Seconds and peak MiB of a process that keeps its compiled modules in a folder."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPYCACHEPREFIX": compiled}
    start = time.perf_counter()
    launched = [sys.executable, "-c", LAUNCHER, *command]
    done = subprocess.run(launched, capture_output=True, check=True, text=True, env=environment)
    return time.perf_counter() - start, int(done.stdout.split()[1]) / 1024


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cfn-lint", dest="peer")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for case, names in files(Path(folder)).items():
            homes = [f"--account={Path(n).name.split('.')[0]}={ACCOUNT}" for n in names]
            homes += [f"--region={Path(n).name.split('.')[0]}={REGION}" for n in names]
            commands = {
                "iamsim check": [sys.executable, "-m", "iamsim", "check", "-q", *homes, *names],
                "iamsim, the world alone": [sys.executable, "-c", WORLD, *names],
                "json.load": [sys.executable, "-c", READ, *names],
                **({"cfn-lint": [options.peer, *names]} if options.peer else {}),
            }
            runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
            for n in range(options.rounds + 1):
                for name, command in commands.items():
                    took = measured(command, f"{folder}/compiled")
                    runs[name] += [took] if n else []  # the first round compiles
            own = statistics.median(seconds for seconds, _ in runs["iamsim check"])
            for name, found in runs.items():
                seconds = statistics.median(s for s, _ in found)
                rows.append([case, name, f"{seconds:.2f}", f"{seconds / own:.2f}", f"{max(m for _, m in found):.0f}"])
    header = ["templates", "program", "seconds", "times iamsim check", "peak MiB"]
    print(table("Templates", header, rows, markdown=options.markdown))


if __name__ == "__main__":
    main()
