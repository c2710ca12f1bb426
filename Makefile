# The commands a person needs: `make run`, `make test`. Finished steps are remembered in stamp files and skipped.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
KILLS ?= 100
TORTURE_MINUTES ?= 10
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install
STATIC := app/web/static
SASS_FILES := $(wildcard app/web/assets/*.scss)
JS_FILES := $(wildcard app/web/assets/*.js)
PICTURES := $(wildcard app/web/assets/*.svg)
MOJ_ICONS := icon-tag-remove-cross icon-tag-remove-cross-white icon-close-cross-black icon-toggle-plus-minus icon-document
# The open face of PDF documents: regular, italic, semibold, bold.
FACES := 400Regular 400Regular_Italic 600SemiBold 700Bold
# The blues of GOV.UK that some components name directly, where no setting reaches them.
RECOLOUR := -e 's/\#1d70b8/\#155e68/g' -e 's/\#0f385c/\#0f444c/g' -e 's/\#d2e2f1/\#d5e8ea/g' -e 's/\#f4f8fb/\#f2f8f8/g'

# The machine's own npm when its Node.js is recent enough, else the one from the Python package index.
SYSTEM_NPM := $(shell command -v npm >/dev/null 2>&1 && node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && echo yes)
ifeq ($(SYSTEM_NPM),yes)
NODE_STAMP :=
WITH_NODE :=
else
NODE_STAMP := $(VENV)/.node
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
endif

run: export HOST := $(HOST)
run: export PORT := $(PORT)

.DEFAULT_GOAL := help
.PHONY: help install dev run test check bench torture lock clean

help:
	@echo "make run      set up what is missing and serve on http://$(HOST):$(PORT) (PORT= and HOST= change it)"
	@echo "make test     run every test"
	@echo "make check    style, types, import contracts and the built styles"
	@echo "make bench    measure what has to be fast"
	@echo "make torture  kill the server while people type, and what sends messages, again and again (KILLS=, TORTURE_MINUTES=)"
	@echo "make install  set up only: .venv, locked dependencies, assets"
	@echo "make lock     resolve requirements/*.in anew (needs uv)"
	@echo "make clean    remove everything that can be made again; var/ stays"

install: $(VENV)/.run $(VENV)/.package $(STATIC)/.built

dev: install $(VENV)/.dev

run: install
	@$(BIN)/homeward migrate
	@if [ -z "$$HOMEWARD_DATABASE_URL" ]; then $(BIN)/homeward demo --if-empty; fi
	@exec $(BIN)/homeward serve

test: dev
	@$(BIN)/python -m pytest $(ARGS)

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy app
	$(BIN)/lint-imports --no-cache
	@if grep -nioE 'GDS Transport|crown|#1d70b8' $(STATIC)/homeward.css; then \
		echo "homeward.css carries a font, crest or colour that only GOV.UK may use"; exit 1; fi

bench: dev
	@$(BIN)/python -m benchmarks $(ARGS)

torture: dev
	@HOMEWARD_TORTURE_KILLS=$(KILLS) HOMEWARD_TORTURE_MINUTES=$(TORTURE_MINUTES) \
		$(BIN)/python -m pytest -n 0 tests/torture $(ARGS)

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Homeward needs Python 3.11 or later")'
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements/run.txt $(VENV)/.made
	@echo "Installing what the service needs"
	@$(PIP) --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Installing what tests and checks need"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.package: pyproject.toml $(VENV)/.run
	@$(PIP) --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.node: requirements/node.txt $(VENV)/.made
	@echo "Installing Node.js into $(VENV)"
	@$(PIP) --require-hashes -r requirements/node.txt
	@touch $@

node_modules/.installed: package-lock.json package.json .npmrc $(NODE_STAMP)
	@echo "Installing the design system"
	@$(WITH_NODE) npm ci --ignore-scripts --silent
	@touch $@

$(STATIC)/.built: $(SASS_FILES) $(JS_FILES) $(PICTURES) node_modules/.installed
	@echo "Building the assets"
	@mkdir -p $(STATIC)/images $(STATIC)/fonts
	@$(WITH_NODE) node_modules/.bin/sass --load-path=. --load-path=node_modules --no-source-map --no-error-css --style=compressed \
		--quiet-deps app/web/assets/homeward.scss $(STATIC)/plain.css
	@sed $(RECOLOUR) $(STATIC)/plain.css > $(STATIC)/homeward.css && rm $(STATIC)/plain.css
	@cp node_modules/htmx.org/dist/htmx.min.js node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js \
		$(JS_FILES) $(PICTURES) $(STATIC)/
	@for icon in $(MOJ_ICONS); do \
		cp node_modules/@ministryofjustice/frontend/moj/assets/images/$$icon.svg $(STATIC)/images/; done
	@for face in $(FACES); do \
		cp node_modules/@expo-google-fonts/source-sans-3/$$face/SourceSans3_$$face.ttf $(STATIC)/fonts/; done
	@touch $@

lock:
	cd requirements && for name in run dev node; do \
		uv pip compile $$name.in -o $$name.txt --generate-hashes --no-emit-index-url --universal \
			--python-version 3.11 --custom-compile-command "make lock" --quiet || exit 1; done
	npm install --package-lock-only --ignore-scripts
	$(PYTHON) -c 'import json, pathlib; lock = pathlib.Path("package-lock.json"); tree = json.loads(lock.read_text()); \
		[package.pop("funding", None) for package in tree["packages"].values()]; lock.write_text(json.dumps(tree, indent=2) + "\n")'

clean:
	rm -rf $(VENV) node_modules $(STATIC) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find app tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
