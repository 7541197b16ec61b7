# `make run` and `make test` set up everything they need; nothing outside this folder is touched.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
PYTEST_ARGS ?= -n auto --dist loadgroup

USER_READY := $(VENV)/.ready-run
DEV_READY := $(VENV)/.ready-dev
DOCS_READY := $(VENV)/.ready-docs

.PHONY: run test lint format experiments bench bench-peers configs docs docs-tables gallery constraints setup clean
.DEFAULT_GOAL := run

# One full-scale history of al-Rastan with its picture, into a dated folder under runs/.
# `make run ARGS="seed=7 days=365"` changes it.
run: $(USER_READY)
	$(BIN)/hudna run $(ARGS)

# The whole test suite. `make test PYTEST_ARGS="-k truce"` runs a part.
test: $(DEV_READY)
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/validate-pyproject pyproject.toml

format: $(DEV_READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Speed and memory, printed; nothing is asserted.
bench: $(DEV_READY)
	$(BIN)/python -m benchmarks.bench $(ARGS)

# One small workload in Hudna and its peers, in turn; peers are installed for this alone, into build/peers.
bench-peers: constraints.txt
	$(PYTHON) -m venv build/peers
	build/peers/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[peers]"
	build/peers/bin/python -m benchmarks.bench_peers

# All experiments at the size of their study files, with READMEs and figures. ARGS="siege kinship" does some,
# ARGS="--trial" with a few runs a point, ARGS="--full" at full size; these two go to build/experiments.
experiments: $(DEV_READY)
	$(BIN)/python -m experiments.driver $(ARGS)

# Write configs/ from the schema, after a change of a default, a range, a unit or a source.
configs: $(DEV_READY)
	$(BIN)/python -m sim.dev.configs

# Write the generated pages of docs/ from the code, after a change of the schema or of a result column.
docs-tables: $(DEV_READY)
	$(BIN)/python -m sim.dev.docs_pages

# Run the commands of docs/gallery.md and draw its pictures anew.
gallery: $(DEV_READY)
	$(BIN)/python -m sim.dev.gallery

# The documentation as a site in build/site, without network; a broken link or anchor fails.
docs: $(DOCS_READY)
	$(BIN)/python -m sphinx -W --keep-going --fresh-env --quiet --builder html docs build/site
	@echo "build/site/index.html"

# Lock the versions anew, for Python 3.11, without any address in the file.
constraints:
	uv pip compile pyproject.toml --extra dev --extra docs --python-version 3.11 --upgrade --no-annotate \
	  --no-emit-index-url --no-emit-find-links --no-header --output-file constraints.txt

setup: $(DEV_READY)

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(USER_READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up $(VENV) (once) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEV_READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up $(VENV) with the tools of developers (once) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $(USER_READY) $@

$(DOCS_READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up $(VENV) with the tools of the documentation (once) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[docs]"
	@touch $(USER_READY) $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find sim tests -name __pycache__ -prune -exec rm -rf {} +
