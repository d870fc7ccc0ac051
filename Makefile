# Two commands do everything on a fresh machine: `make demo` and `make test`. Every target sets up what it needs.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
STAMP := .make
ARGS ?=

.DEFAULT_GOAL := all
.PHONY: all demo test check web e2e bench train lock clean help

all: $(STAMP)/all $(STAMP)/web ## Set up everything; the program is then .venv/bin/lineside

demo: $(STAMP)/run $(STAMP)/web ## Start the hub and eight simulated stations (ARGS="--no-browser --seconds 60 …")
	@$(BIN)/lineside demo $(ARGS)

test: $(STAMP)/all $(STAMP)/web $(STAMP)/browser ## All tests, with the real NATS, PostgreSQL and browser
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

check: $(STAMP)/all ## Format, lint, types, import contracts, unit tests (under a minute)
	@$(BIN)/ruff format --check src tests bench
	@$(BIN)/ruff check src tests bench
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -q -n 2 tests/unit -m "not slow"

web: $(STAMP)/run ## Build the web with the Node that the wheel carries
	@$(BIN)/python hatch_build.py

e2e: $(STAMP)/all $(STAMP)/web $(STAMP)/browser ## The tests that run the product as a person does
	@$(BIN)/python -m pytest tests/e2e $(ARGS)

bench: $(STAMP)/run ## Speed and memory, each with its baseline from the same run
	@$(BIN)/lineside bench edge
	@$(BIN)/lineside bench ingest
	@$(BIN)/lineside bench viewers

train: $(STAMP)/all ## Set up training (torch; several GB)

lock: $(STAMP)/all ## Resolve the lock files anew from pyproject.toml
	@$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
	  pyproject.toml --extra edge --extra hub --extra dev --extra train locks/build.in -o locks/all.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
	  pyproject.toml --extra edge --extra hub locks/build.in -c locks/all.txt -o locks/run.txt

clean: ## Remove what make has made
	@rm -rf $(VENV) $(STAMP) web/node_modules src/lineside/hub/static

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than 3.11. Name a newer one: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "make: $(PYTHON) has no venv module. Install it (Debian: apt-get install python3-venv)."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/run: $(STAMP)/venv locks/run.txt pyproject.toml
	$(PIP) install -q --require-hashes -r locks/run.txt
	$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

$(STAMP)/all: $(STAMP)/run locks/all.txt
	$(PIP) install -q --require-hashes -r locks/all.txt
	@touch $@

# hatch_build.py knows by itself whether the web's sources have changed.
$(STAMP)/web: $(STAMP)/run FORCE
	@$(BIN)/python hatch_build.py

# Playwright drives an installed Chromium. As root it can be installed; an ordinary user is told which test needs it.
$(STAMP)/browser: FORCE
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } \
	  || echo "make: no Chromium found; the browser tests will fail until one is installed (Debian: apt-get install chromium)."

FORCE:
