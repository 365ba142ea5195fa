# Two commands carry a newcomer: `make demo` shows it, `make test` proves it. Needs Python 3.11 or newer and nothing else.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
SAMPLES = routing_rules.yaml $(wildcard knowledge/rulebook/samples/*.yaml)

.DEFAULT_GOAL := help
.PHONY: help demo run test check bench picture peers lock image clean

help: ## what you can do here
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/run.stamp ## the square and the desk on one page, on this machine, without any account
	@exec $(BIN)/balie demo $(ARGS)

run: $(VENV)/run.stamp ## the real thing, with the channels and desks that .env and routing_rules.yaml name
	@set -a; [ ! -f .env ] || . ./.env; exec $(BIN)/balie run $(ARGS)

test: $(VENV)/dev.stamp ## every test that this machine can run; ARGS="tests/unit -k word" for some
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/dev.stamp ## form, types, floors, translations and the sample files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -k translat tests/unit/test_wording.py
	set -e; for file in $(SAMPLES); do $(BIN)/balie check "$$file"; done

bench: $(VENV)/dev.stamp ## what Balie costs on this machine, in a table and in bench.json; ONLY=routing for one
	@$(BIN)/python -m tests.bench $(ONLY)

picture: $(VENV)/dev.stamp ## the README's picture, from the running demo
	@$(BIN)/python -m tests.browser.picture

peers: ## the real servers and the browser that some tests talk to
	@tests/peers/install.sh

lock: $(VENV)/dev.stamp ## write down the versions and hashes of what pyproject.toml names; ARGS=--upgrade for the newest
	$(LOCK) $(ARGS) requirements/build.in pyproject.toml --output-file requirements/run.txt
	$(LOCK) $(ARGS) --constraint requirements/run.txt --extra dev requirements/build.in pyproject.toml --output-file requirements/dev.txt

image: ## the container image balie:latest
	docker build --tag balie .

clean: ## take away everything that make installed or built
	rm -rf $(VENV) .peers build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Balie needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Balie needs (once) ..."
	@$(PIP_INSTALL) --require-hashes -r requirements/run.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the tests need (once) ..."
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/run.stamp
