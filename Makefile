SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help up test check soak bench pictures lock messages wheel clean run-packages dev-packages

VENV ?= .venv
PORT ?=
DATA ?=
WORKERS ?= 2
PYTEST_ARGS ?=
export VENV

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## ?/\1\t/' | expand -t 12

run-packages:
	@scripts/install.sh run

dev-packages:
	@scripts/install.sh dev

up: run-packages ## start everything: PORT=8600 DATA=./data; Ctrl-C stops it
	@exec $(VENV)/bin/xingdun up $(if $(PORT),--port "$(PORT)") $(if $(DATA),--data "$(DATA)") $(UP_ARGS)

test: dev-packages ## the whole suite, browser tests too: WORKERS=2 PYTEST_ARGS=...
	@scripts/chromium.sh
	$(VENV)/bin/pytest -n $(WORKERS) $(PYTEST_ARGS)

check: dev-packages ## format, lint, types, layers, migrations, translations, docs
	@$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy src
	$(VENV)/bin/lint-imports
	scripts/migrations.sh
	$(VENV)/bin/python scripts/messages.py --check
	$(VENV)/bin/pytest -q tests/docs

soak: dev-packages ## the long form of the crash and load tests
	@$(VENV)/bin/pytest tests/crash --soak -n 0 --timeout=7200 $(PYTEST_ARGS)

bench: ## ratios against the named peers, for docs/benchmarks.md
	@scripts/install.sh bench
	for file in bench/[a-z]*.py; do $(VENV)/bin/python "$$file"; done

pictures: dev-packages ## the pictures of the law's pages and of a network's walk, made anew in docs/pictures
	@scripts/chromium.sh
	$(VENV)/bin/pytest -q -n 0 tests/browser/test_network_walk.py --pictures docs/pictures

lock: dev-packages ## renew locks/ after a change of dependencies
	@scripts/lock.sh

messages: dev-packages ## collect texts for translation into locale/, and compile them
	@$(VENV)/bin/python scripts/messages.py

wheel: dev-packages ## dist/xingdun-*.whl
	@rm -rf dist
	$(VENV)/bin/python -m build --wheel --no-isolation

clean: ## remove what was made, never data
	@rm -rf dist build .ruff_cache .mypy_cache .pytest_cache .hypothesis .import_linter_cache
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf
