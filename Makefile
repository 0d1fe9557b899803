# The commands of each day. They need Python 3.11 (or newer), make, and the package registries.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up

.PHONY: run setup test check fix bench clean
.DEFAULT_GOAL := run

run: setup  ## everything, with the demo organisation, at http://127.0.0.1:8000
	$(BIN)/wellheard up --demo

setup: $(STAMP)  ## the environment alone
	@$(BIN)/python tools/assets.py

$(STAMP): requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

test: setup  ## all tests: the domain's on PostgreSQL where there is one, then everything on SQLite
	@$(BIN)/python tools/test.py

check: setup  ## format, lint, types, floors, templates, migrations, API snapshot
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/djlint --check --quiet wellheard
	$(BIN)/python manage.py check
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python tools/snapshots.py --check
	$(BIN)/mypy

fix: setup  ## what can be fixed by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djlint --reformat --quiet wellheard
	$(BIN)/python tools/snapshots.py

bench: setup  ## the benchmarks: one JSON line each, ratios of the same run
	@$(BIN)/python -m bench

clean:  ## the environment and everything made; data in ./var stays
	rm -rf $(VENV) node_modules build dist wellheard/core/static/vendor
