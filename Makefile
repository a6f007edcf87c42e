# Everything a person types is here; `make` alone lists it.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev

# node, npm and the tools of the virtual environment before anything else on this machine.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# Nothing is written outside the clone but package caches, and nothing is reported to anyone.
export CDK_HOME := $(CURDIR)/.local/cdk-home
export CDK_DISABLE_CLI_TELEMETRY := 1
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test thorough faults bench diff deploy pins picture policy
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(READY) ## the virtual environment (.venv, Node included) and node_modules

$(READY): requirements.txt lambdas/requirements.txt package.json package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "fitbit-daily needs Python 3.11 or newer; '$(PYTHON)' is older. Type: make setup PYTHON=python3.12"; exit 1; }
	@echo "Setting up .venv and node_modules (once) ..."
	@trap '' INT; $(PYTHON) -m venv --clear $(VENV) || \
	  { echo "Python's venv module is incomplete here. On Debian or Ubuntu type: sudo apt install python3-venv"; exit 1; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > $(VENV)/uv.txt
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt
	@$(VENV)/bin/uv pip install --quiet --require-hashes --python $(VENV) -r requirements.txt
	@npm ci --loglevel=error --no-fund --no-audit --no-update-notifier >/dev/null
	@touch $@

$(READY_DEV): $(READY) requirements-dev.txt
	@echo "Adding what the checks need to .venv (once) ..."
	@$(VENV)/bin/uv pip install --quiet --require-hashes --python $(VENV) -r requirements-dev.txt
	@touch $@

demo: setup ## one day through the real workflow on this machine: DATE=YYYY-MM-DD SOURCE= LANGUAGE= DESTINATIONS= FAULT= WEEKLY=1
	@python -m local demo

test: $(READY_DEV) ## every check: lint, types, unit, template, workflow, end to end
	@echo "ruff"; ruff check --quiet . && ruff format --check --quiet .
# Meanwhile the other core reads all tests once: what pytest makes of them is kept, and its processes need not.
	@echo "mypy"; pytest --collect-only -qq >/dev/null 2>&1 & \
	  mypy --no-error-summary app.py stacks lambdas cli local benchmarks tests; found=$$?; wait; exit $$found
# Three, on two cores: the end-to-end tests wait for the processes of the local stack.
	@echo "pytest"; pytest --numprocesses 3 --dist loadgroup

thorough: test ## make test, and what takes minutes: twenty starts of the local stack, a long campaign
	@echo "pytest, what takes minutes"; pytest -m thorough
	@python -m tests.campaign --runs 1000

faults: $(READY_DEV) ## a campaign of random faults: RUNS=n SEED=s DEFECT=name|all
	@python -m tests.campaign

bench: $(READY_DEV) ## what a day costs: remote time, cold starts, size, transitions, money; benchmarks/RESULTS.md
	@python -m benchmarks

diff: setup ## what a deployment would change
	@python -m cli deploy --diff

deploy: setup ## bootstrap where needed, then cdk deploy: to the AWS account of the environment, or of the last time
	@python -m cli deploy

picture: setup ## draw the workflow in the READMEs anew
	@python -m docs.picture

policy: $(READY_DEV) ## write docs/commands-policy.json anew, from the calls of AWS that the commands are seen to make
	@WRITE_COMMANDS_POLICY=1 pytest tests/end_to_end/test_rights.py

pins: setup ## resolve the four requirements.in again
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url requirements.in -o requirements.txt
	uv pip compile -q --python-version 3.14 --python-platform aarch64-manylinux_2_28 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-package urllib3 --no-emit-package jmespath --no-emit-package charset-normalizer lambdas/requirements.in -o lambdas/requirements.txt
	uv pip compile -q --python-version 3.14 --python-platform aarch64-manylinux_2_28 --generate-hashes --no-annotate --no-header --no-emit-index-url lambdas/requirements-picture.in -o lambdas/requirements-picture.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url requirements-dev.in -o requirements-dev.txt
