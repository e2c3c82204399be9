# `make demo` and `make test` are all that a newcomer needs; each sets up .venv for itself.
# Only Python 3.11 or newer and make are taken from the machine. Another Python: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
TOOLS := $(VENV)/.tools-installed
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
MINIMUM := import sys; sys.exit(sys.version_info < (3, 11))

# Nothing that happens to be set in the caller's shell may decide what runs here.
unexport PYTHONPATH PYTHONHOME PYTHONWARNINGS PYTHONOPTIMIZE VIRTUAL_ENV CONDA_PREFIX __PYVENV_LAUNCHER__
unexport PYTEST_ADDOPTS PYTEST_PLUGINS PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV MYPYPATH

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test lint wheel check bench venv clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

demo: $(RUNTIME) ## a read that is refused, its remedy, and the same read succeeding
	@$(BIN)/iamsim explain scenarios/cross-account/refused-then-mended.iamsim.yaml --fix --brief

test: $(TOOLS) ## run the tests (more arguments: make test ARGS="-k arn")
	@$(BIN)/python -m pytest -n 2 $(ARGS)

lint: $(TOOLS) ## ruff, mypy, the order of the floors
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

wheel: $(TOOLS) ## build the wheel, install it in a clean venv, use it there
	@$(BIN)/python .ci/check_wheel

check: test lint wheel ## everything that must hold before a change is merged

bench: $(RUNTIME) ## measure the speed
	@$(BIN)/python benchmarks/decisions.py

venv: $(TOOLS) ## only set up .venv with every tool

clean: ## remove .venv and everything built or cached
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find iamsim tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "iamsim needs Python 3.11 or newer, and \`$(PYTHON)\` is not there." \
	  "Name another: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c '$(MINIMUM)' || { echo "iamsim needs Python 3.11 or newer, and \`$(PYTHON)\` is" \
	  "$$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12" >&2; exit 1; }
	@echo "setting up $(VENV) with $$($(PYTHON) --version)" >&2
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUNTIME): pyproject.toml $(BIN)/python
	@echo "installing iamsim into $(VENV)" >&2
	@$(PIP) --editable .
	@touch $@

$(TOOLS): pyproject.toml $(BIN)/python
	@echo "installing iamsim and its test tools into $(VENV) (once; a minute or so)" >&2
	@$(PIP) --editable '.[test]'
	@touch $(RUNTIME) $@
