# One command each: make replay, make test, make lint. Works with GNU make 3.81 and later.

PYTHON ?= python3
VENV ?= .venv
SCENARIO ?= hld_gfmd
ARGS ?=
HASHES ?= yes

BIN = $(VENV)/bin
# An environment that exists is used as it is, also where PYTHON is none.
BY = $(firstword $(wildcard $(BIN)/python) $(PYTHON))
INSTALL = command -v $(BY) >/dev/null || { \
	    echo "comity needs Python 3.11 or later, but there is no '$(BY)'."; \
	    echo "Install one, then name it: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }; \
	$(BY) install.py --venv $(VENV) $(if $(filter no,$(HASHES)),--no-hashes)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: docs wheel help replay dashboard classroom test test-slow lint bench install install-dev clean FORCE

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  PYTHON=python3.12   the interpreter that makes the environment (3.11 or later)"
	@echo "  VENV=.venv          where the environment is kept"
	@echo "  HASHES=no           install from an index whose files are its own, by constraints.txt alone"
	@echo "  SCENARIO=hld_gfmd   what replay runs"
	@echo "  ARGS='...'          more arguments for comity run, dashboard or classroom, for pytest, or for bench"

replay: $(VENV)/.installed ## Replay the forums of 2006-2021 (installs what it needs first)
	$(BIN)/comity run $(SCENARIO) $(ARGS)

dashboard: $(VENV)/.installed-dashboard ## Open the application (installs what it needs first)
	$(BIN)/comity dashboard $(ARGS)

classroom: $(VENV)/.installed-classroom ## Open a room in which a class takes seats (installs what it needs first)
	$(BIN)/comity classroom $(ARGS)

test: $(VENV)/.installed-dev ## Run the tests
	$(BIN)/python -m pytest $(ARGS)

test-slow: $(VENV)/.installed-dev ## Run the lessons, a class in browsers, and a wheel in a bare environment (some minutes, needs the network)
	$(BIN)/python -m pytest -m slow $(ARGS)

lint: $(VENV)/.installed-dev ## Check style (ruff) and types (mypy)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

bench: $(VENV)/.installed-dev ## Measure speed and memory, beside the commit in base.txt (some minutes)
	$(BIN)/python experiments/benchmarks/bench.py $(ARGS)

docs: $(VENV)/.installed-dev ## Build the site into build/docs, without the network; a warning is an error
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --fresh-env -d build/doctrees docs build/docs
	@echo "build/docs/index.html"

wheel: ## Build the wheel with compiled rules for PYTHON, into dist/ (some minutes, needs the network)
	$(PYTHON) wheel.py

install: $(VENV)/.installed ## Only make the environment, to run comity

install-dev: $(VENV)/.installed-dev ## Only make the environment, to work on comity

clean: ## Remove what the tools leave; environments and runs stay
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find model tests experiments dashboards -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# install.py makes the environment, lets one installation at a time into it, and looks itself whether there is anything
# to do: also when the checkout was moved.
FORCE:

$(VENV)/.installed: FORCE
	@$(INSTALL) comity

$(VENV)/.installed-dashboard: FORCE
	@$(INSTALL) dashboard

$(VENV)/.installed-classroom: FORCE
	@$(INSTALL) classroom

$(VENV)/.installed-dev: FORCE
	@$(INSTALL) dev
