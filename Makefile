# Two commands do all the set-up: `make report` and `make test`. Needs git, make and Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Bundled in the HTML reports (reports/templates/vendor) and, for its tests only, axe-core.
VENDORED := vega@6.4.0 vega-lite@6.4.3 vega-embed@7.3.0
AXE := axe-core@4.14.1
# What the browser tests need; they run with the others where all of it is there.
BROWSER_READY = $(and $(shell command -v chromium),$(wildcard .browser/axe.min.js),$(wildcard $(VENV)/.installed-browser))

.PHONY: docs docs-sessions docs-notebooks docs-reference derived blind-test report test test-browser test-lowest examples trackrecord trackrecord-docs vendor lint clean

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
	$(BIN)/python -m pytest -q -n auto $(if $(BROWSER_READY),,--ignore=tests/browser)
	@$(if $(BROWSER_READY),,echo "tests/browser was left out: 'make test-browser' installs what it needs and runs it")

$(VENV)/.installed-browser: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --group browser
	touch $@

.browser/axe.min.js:
	mkdir -p .browser
	cd .browser && npm pack --silent $(AXE) && tar -xzf axe-core-*.tgz --strip-components=1 package/axe.min.js package/LICENSE

test-browser: $(VENV)/.installed-browser .browser/axe.min.js  ## the reports in a real browser; needs npm, installs chromium (Debian) where it is missing
	command -v chromium || (apt-get update -qq && apt-get install -y -qq chromium)
	$(BIN)/python -m pytest -q tests/browser

test-lowest:  ## the same tests with the lowest versions that pyproject.toml allows
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet uv "pip>=25.1"
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct --editable . --group test
	.venv-lowest/bin/python -m pytest -q -n auto --ignore=tests/browser

docs: $(VENV)/.installed-docs  ## build the documentation into site/, from sources that are current by `make test`
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "open site/index.html"

$(VENV)/.installed-docs: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --group docs
	touch $@

docs-sessions: $(VENV)/.installed  ## run every session of README and docs again, and redraw their figures; half a minute
	$(BIN)/python docs/refresh.py

docs-notebooks: $(VENV)/.installed  ## run the notebooks of docs/notebooks again
	$(BIN)/python docs/notebook.py

docs-reference: $(VENV)/.installed  ## make docs/reference from the code again
	$(BIN)/python -m docs.generator

derived: $(VENV)/.installed  ## derive carbon, water, energy and rental of the models again, after a change of models or cost tables
	$(BIN)/forecast derive --quiet -o datasets/derived.csv

blind-test: $(VENV)/.installed  ## recompute docs/blind-test.md
	$(BIN)/python benchmarks/blind_test.py > docs/blind-test.md

trackrecord-docs: $(VENV)/.installed  ## recompute the tables and figures of docs/track-record; about a minute
	mkdir -p docs/track-record
	$(BIN)/forecast backtest compute parameters tokens cost --origins 2021:2024 --method all --level 0.8 --level 0.9 --quiet -o docs/track-record/hindcast.md
	$(BIN)/forecast backtest compute parameters tokens cost --origins 2021:2024 --by origin --by horizon --estimand member --quiet -o docs/track-record/horizons.md
	$(BIN)/forecast backtest --vintage --quiet -o docs/track-record/vintages.md
	$(BIN)/forecast backtest --simulated --quiet -o docs/track-record/worlds.md

examples: $(VENV)/.installed  ## regenerate reports/examples
	$(BIN)/python reports/gallery.py

trackrecord: $(VENV)/.installed  ## recompute the track record that stands beside forecasts of the bundled models
	$(BIN)/forecast backtest --method all --level 0.5 --level 0.8 --level 0.9 --level 0.95 --quiet --json -o datasets/trackrecord.json
	$(BIN)/forecast next --backtest --quiet -o datasets/jointrecord.json

vendor:  ## fetch the scripts of interactive figures again
	cd reports/templates/vendor && for package in $(VENDORED); do \
	  name=$${package%@*}; npm pack --silent $$package >/dev/null; \
	  tar -xzf $$name-[0-9]*.tgz --strip-components=2 package/build/$$name.min.js; \
	  tar -xzf $$name-[0-9]*.tgz --strip-components=1 package/LICENSE; mv LICENSE LICENSE-$$name; rm $$name-[0-9]*.tgz; \
	done; sha256sum *.min.js LICENSE-* > SHA256SUMS

clean:
	rm -rf $(VENV) .venv-lowest .browser dist build site report.md report-*.svg
