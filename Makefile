# Everything runs in a virtual environment of this folder; PYTHON names the interpreter it is made from.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PORT ?= 8000
DATA ?= data

.DEFAULT_GOAL := help
.PHONY: help setup run test test-slow check format bench corpus ocr clean

help: ## say what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kb needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11 run")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,check,corpus]'
	touch $@

setup: $(READY) ## create the environment (the other targets do it when needed)

run: $(READY) ## set everything up, ingest corpus/ and serve the site
	$(BIN)/kb ingest corpus --data $(DATA) || [ $$? -eq 1 ] # 1: some files failed and are named; the rest is served
	$(BIN)/kb contacts import contacts/beispiel.csv --data $(DATA)
	$(BIN)/kb serve --data $(DATA) --port $(PORT)

test: $(READY) ## set everything up and run the tests
	$(BIN)/pytest -n 2

test-slow: $(READY) ## the slow, rare tests (crashes, fuzzing, bombs)
	$(BIN)/pytest -m slow

check: $(READY) ## lint, types, import layers, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kb vocabulary check

format: $(READY) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## print the benchmark tables
	for table in ingest extraction recall language tagging relevance search page; do $(BIN)/python bench/$$table.py || exit 1; done

corpus: $(READY) ## render the sample documents from their Markdown sources
	$(BIN)/python corpus/render/render.py

ocr: ## install text recognition for scanned pages (Debian, Ubuntu)
	apt-get install -y tesseract-ocr tesseract-ocr-deu

clean: ## remove what the other targets made, the data folder excepted
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
