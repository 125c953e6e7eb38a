# Everything a person or a machine runs. `make setup` needs python3 (3.11 or later, with venv); nothing else.
PORT ?= 8010
DATA ?= data
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup run demo studio test test-all fuzz check fix bench docs lock clean

help: ## this list
	@awk -F ':[^#]*## *' '/^[a-z-]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## uv, the locked packages and Sojourn itself, into .venv
	@PYTHON="$(PYTHON)" sh scripts/setup

studio: setup ## build the studio, if its sources have changed
	@sh scripts/studio

run: studio ## start the server with the living demo (PORT=, DATA=)
	@exec $(BIN)/sojourn demo live --port $(PORT) --data $(DATA)

demo: setup ## the whole history through the live server, then the backtest, compared (PORT=)
	@exec $(BIN)/sojourn demo history $(if $(filter command,$(firstword $(origin PORT))),--port $(PORT))

test: studio ## checks, then the tests (at most 10 minutes)
	@sh scripts/check
	@$(BIN)/python -m compileall -q src tests
	@$(BIN)/python -m pytest -q -n 5 --dist loadfile

test-all: studio ## the long form: more kills, longer fuzzing (at most 60 minutes)
	@sh scripts/check
	@$(BIN)/python -m compileall -q src tests
	@SOJOURN_LONG=1 $(BIN)/python -m pytest -q -n 5 --dist loadfile --timeout=3000

fuzz: setup ## a minute of coverage-guided fuzzing of expressions (with the extra 'fuzz')
	@$(BIN)/python -c 'import atheris' 2>/dev/null || { echo "install the extra first: .venv/bin/uv pip install -e '.[fuzz]'" >&2; exit 2; }
	@$(BIN)/python scripts/fuzz.py -max_total_time=60 -max_len=500

check: setup ## lint, format, types, import contracts
	@sh scripts/check

fix: setup ## format, and mend what lint can mend
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: setup ## measure (QUICK=1 for a minute's worth)
	@$(BIN)/python -m bench $(if $(QUICK),--quick)

docs: setup ## write the generated parts of docs/
	@$(BIN)/python scripts/docs.py

lock: setup ## pin the packages anew
	@sh scripts/lock

clean: ## forget .venv and caches; data folders stay
	@rm -rf studio/node_modules src/sojourn/studio .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
