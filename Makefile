# Two commands: `make run` and `make test`. Each makes its own environment first, once.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# The environment is made again when the dependencies change.
STAMP = $(VENV)/.made-for-$(shell cat pyproject.toml Makefile | cksum | cut -d' ' -f1)

.PHONY: run test check quick clean

run: $(STAMP)  ## Trains and judges everything (about five minutes), and writes the page.
	$(BIN)/gyges run

quick: $(STAMP)  ## The same in about a minute: to see it work, not to decide anything.
	$(BIN)/gyges run --quick

test: $(STAMP)  ## The whole test suite.
	$(BIN)/python -m pytest

check: $(STAMP)  ## Lint and types.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Gyges needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say which to use: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[ray]' --group test --group check
	rm -f $(VENV)/.made-for-*
	touch $@

clean:  ## Removes the environment, not the results.
	rm -rf $(VENV)
