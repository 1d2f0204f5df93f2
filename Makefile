# One command each: make replay, make test, make lint. Works with GNU make 3.81 and later.

PYTHON ?= python3
VENV ?= .venv
SCENARIO ?= hld_gfmd
ARGS ?=

BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
COMPILE = $(BIN)/comity compile
NEEDS = pyproject.toml constraints.txt

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help replay dashboard classroom test lint bench install install-dev clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  PYTHON=python3.12   the interpreter that makes the environment (3.11 or later)"
	@echo "  VENV=.venv          where the environment is kept"
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

lint: $(VENV)/.installed-dev ## Check style (ruff) and types (mypy)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy

bench: $(VENV)/.installed-bench ## Measure speed and memory, beside other libraries (some minutes)
	$(BIN)/python experiments/benchmarks/bench.py $(ARGS)

install: $(VENV)/.installed ## Only make the environment, to run comity

install-dev: $(VENV)/.installed-dev ## Only make the environment, to work on comity

clean: ## Remove what the tools leave; environments and runs stay
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find model tests experiments dashboards -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# An environment that exists and has pip is used as it is.
$(VENV)/.created:
	@if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	    $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	        echo "comity needs Python 3.11 or later, but '$(PYTHON)' is: $$($(PYTHON) --version 2>&1)."; \
	        echo "Install a newer Python, then name it: make PYTHON=python3.12 $(MAKECMDGOALS)"; \
	        exit 1; }; \
	    echo "Making an environment in $(VENV) with $$($(PYTHON) --version)."; \
	    $(PYTHON) -m venv $(VENV) || exit 1; \
	fi
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "comity needs Python 3.11 or later, but the environment in $(VENV) has $$($(BIN)/python --version)."; \
	    echo "Remove it (rm -r $(VENV)) or keep the new one elsewhere: make VENV=.venv-new $(MAKECMDGOALS)"; \
	    exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.created $(NEEDS)
	@echo "Installing comity and what it needs into $(VENV), a minute or two."
	@$(PIP) -e .
	@$(COMPILE)
	@touch $@

$(VENV)/.installed-dashboard: $(VENV)/.created $(NEEDS)
	@echo "Installing comity and its application into $(VENV), a minute or two."
	@$(PIP) -e '.[dashboard]'
	@$(COMPILE)
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-classroom: $(VENV)/.created $(NEEDS)
	@echo "Installing comity and its classroom into $(VENV), a minute or two."
	@$(PIP) -e '.[classroom]'
	@$(COMPILE)
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: $(VENV)/.created $(NEEDS)
	@echo "Installing comity and what its tests need into $(VENV), a minute or two."
	@$(PIP) -e '.[dev,cluster,dashboard,classroom]'
	@$(COMPILE)
	@touch $@ $(VENV)/.installed $(VENV)/.installed-dashboard $(VENV)/.installed-classroom

# Without the libraries to compare with everything else is measured, and their rows say so.
$(VENV)/.installed-bench: $(VENV)/.installed-dev
	@echo "Installing the libraries that comity is compared with into $(VENV), a minute or two."
	@if $(PIP) -e '.[bench]'; then touch $@; else echo "They could not be installed: measuring without them."; fi
