# Every command of the project. `make run` and `make test` need Python 3.11+ and nothing else.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
LOCK := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra exiv2 --extra jxl --extra video --group build
.DEFAULT_GOAL := help
# Evoke is several processes, and its tests start hundreds: each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run test check bench format openapi compose lock

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.run: requirements/run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Evoke needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 run" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the locked dependencies into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@

run: $(VENV)/.run ## start everything: database, API, workers; Ctrl-C stops it
	@exec $(BIN)/evoke serve

test: $(VENV)/.dev ## run every test, with the coverage gate
	@$(BIN)/coverage erase
	@COVERAGE_PROCESS_START=$(CURDIR)/pyproject.toml $(BIN)/python -m pytest -n 3 --dist worksteal -q $(ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

check: $(VENV)/.dev ## format, lint, types, import arrows, OpenAPI snapshot, migrations
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/evoke openapi --check openapi.json
	@$(BIN)/evoke dev check-migrations

format: $(VENV)/.dev ## format the code and mend what the linter can
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

openapi: $(VENV)/.run ## write the OpenAPI snapshot
	@$(BIN)/evoke openapi > openapi.json

bench: $(VENV)/.dev ## measure the published figures, each against a floor in the same run
	@$(BIN)/python -m benchmarks $(ARGS)

compose: ## start the Compose stack and wait until it is healthy
	@docker compose up -d --build --wait

lock: $(VENV)/.dev ## renew the lock files (hashes, no addresses)
	@$(PIP) install uv
	@$(BIN)/uv $(LOCK) --group dev -o requirements/dev.lock pyproject.toml
	@$(BIN)/uv $(LOCK) --constraint requirements/dev.lock -o requirements/run.lock pyproject.toml
