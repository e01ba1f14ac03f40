# Tanheng 碳衡. `make help` lists what there is. Needs only Python 3.11 or later, git and make.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
CITY ?= examples/shenzhen
SEED ?= 440300
ARGS ?=

# The first Python on PATH that really runs and is 3.11 or later; PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)

PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
INSTALL := $(PIP) install --require-hashes --only-binary :all:

.PHONY: help run serve test lint format cluster bench docs screenshots dictionary lock clean

help: ## list the commands
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

$(BIN)/python:
	@if ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Tanheng needs Python 3.11 or later: $(if $(PYTHON),$(PYTHON) is not,none is on PATH)." >&2; \
		echo "Install one, or name it: make run PYTHON=/path/to/python3.12" >&2; exit 1; fi
	@echo "Creating $(VENV) with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Could not create a virtual environment. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the pinned requirements (once; a minute or two)"
	@$(INSTALL) -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing the tools for tests and checks"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

run: $(VENV)/.run ## make the example city if it is missing, run it and say where the report is
	@[ -d $(CITY)/demonstration ] || $(BIN)/tanheng make-city $(CITY) --seed $(SEED)
	@$(BIN)/tanheng run $(CITY) $(ARGS)

serve: $(VENV)/.run ## look around: the site with a made-up city, people and units, at http://localhost:8000
	@$(BIN)/tanheng serve --demo $(ARGS)

# Three at once on two cores: many tests wait for servers, browsers and other processes.
test: $(VENV)/.dev ## run the tests (ARGS='tests/policy -k rank' runs some)
	@$(BIN)/python -m pytest -n 3 --dist loadfile $(ARGS)

lint: $(VENV)/.dev ## style, types and the floors of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.dev ## put the source into its format
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

# Spark is published as source only; what builds it is among the tools.
$(VENV)/.cluster: requirements-cluster.lock $(VENV)/.dev
	@echo "Installing Spark (it needs Java 17 or later to run)"
	@$(INSTALL) --no-binary pyspark --no-build-isolation -r requirements-cluster.lock
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.cluster
	@echo "Installing what is measured against"
	@$(INSTALL) --no-binary django-hordak --no-build-isolation -r requirements-bench.lock
	@touch $@

cluster: $(VENV)/.cluster ## install Spark, for the engine of that name and its tests

bench: $(VENV)/.bench ## measure against peers and limits (NAME=first_run measures one)
	@$(BIN)/python -m benchmarks $(NAME)

docs: $(VENV)/.run ## write the pages of the rules and of the coverage anew (HTML=FOLDER: as files by themselves)
	@$(BIN)/tanheng docs $(if $(HTML),$(HTML) --html)

screenshots: $(VENV)/.dev ## pictures of the home page of each role for docs/roles.md (needs Chromium)
	@$(BIN)/python docs/screenshots.py $(ARGS)

dictionary: $(VENV)/.run ## write docs/data-dictionary.md anew from the schemas
	@$(BIN)/python docs/data-dictionary.py

lock: ## renew the pinned requirements (needs uv)
	@compile() { uv pip compile pyproject.toml --group build --universal --fork-strategy fewest \
		--python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' --quiet "$$@"; }; \
	compile --output-file requirements.lock; \
	compile --extra dev --constraint requirements.lock --output-file requirements-dev.lock; \
	compile --extra cluster --constraint requirements-dev.lock --output-file requirements-cluster.lock; \
	compile --extra bench --constraint requirements-dev.lock --output-file requirements-bench.lock

clean: ## remove the environment, the made-up layer and the runs
	rm -rf $(VENV) $(CITY)/demonstration runs .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
