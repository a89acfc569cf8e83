# Two commands do all the set-up: `make report` and `make test`. Needs git, make and Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: report test test-lowest examples trackrecord trackrecord-docs lint clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --group test
	touch $@

report: $(VENV)/.installed  ## install, and write the default report
	$(BIN)/forecast report -o report.md

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint  ## install with the test tools; lint, types, layers, doctests and tests
	$(BIN)/python -m pytest -q -n auto

test-lowest:  ## the same tests with the lowest versions that pyproject.toml allows
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet uv "pip>=25.1"
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct --editable . --group test
	.venv-lowest/bin/python -m pytest -q -n auto

trackrecord-docs: $(VENV)/.installed  ## recompute the tables and figures of docs/track-record; about a minute
	mkdir -p docs/track-record
	$(BIN)/forecast backtest compute parameters tokens cost --origins 2021:2024 --method all --level 0.8 --level 0.9 --quiet -o docs/track-record/hindcast.md
	$(BIN)/forecast backtest compute parameters tokens cost --origins 2021:2024 --by origin --by horizon --estimand member --quiet -o docs/track-record/horizons.md
	$(BIN)/forecast backtest --vintage --quiet -o docs/track-record/vintages.md
	$(BIN)/forecast backtest --simulated --quiet -o docs/track-record/worlds.md

examples: $(VENV)/.installed  ## regenerate reports/examples
	$(BIN)/forecast report -o reports/examples/next-generation.md

trackrecord: $(VENV)/.installed  ## recompute the track record that stands beside forecasts of the bundled models
	$(BIN)/forecast backtest --method all --level 0.5 --level 0.8 --level 0.9 --level 0.95 --quiet --json -o datasets/trackrecord.json

clean:
	rm -rf $(VENV) .venv-lowest dist build report.md report-*.svg
