# The two commands of the README are `make report` and `make test`; the rest is for who works on the kit.
PYTHON ?= python3
QUARTER ?= 2015K2
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PY := $(BIN)/python
# The name holds the folder: a copied or moved checkout installs itself again instead of running the old one.
READY := $(VENV)/.ready-$(firstword $(shell printf '%s' '$(CURDIR)' | cksum))

.DEFAULT_GOAL := help
.PHONY: help setup report test check format lint types slow bench bench-large bench-peers engines lab handbook lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## create .venv and install everything, pinned with hashes

$(READY): requirements.lock pyproject.toml
	@test -x $(PY) || $(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 of nieuwer is nodig; kies een andere met make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.ready-*
	@touch $@

report: $(READY) ## make the demo municipality and all reports of a quarter
	$(PY) -m sdm_lib demo
	$(PY) -m sdm_lib run $(QUARTER)

test: $(READY) ## run the tests, doctests and notebooks
	$(PY) -m sdm_lib demo
	$(PY) -m pytest

check: $(READY) lint types test ## what .ci/run runs

format: $(READY) ## format code and notebooks
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

lint: $(READY)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .

types: $(READY)
	$(PY) -m mypy

slow: $(READY) ## the slow suites: fuzz, coverage simulation, attacks
	$(PY) -m pytest -m traag

BENCHES := survey registry sources disclosure indicators report quarter wijkprofiel
bench: $(READY) ## measure against peers; prints `bench room.name value unit goal goal ok|short`
	@for room in $(BENCHES); do $(PY) -m tests.benchmarks.$$room || exit 1; done

bench-large: $(READY) ## the large benchmarks: 100M rows, 5M-row files, 500 notebooks; hours
	@for room in survey registry sources quarter; do $(PY) -m tests.benchmarks.$$room --large || exit 1; done

bench-peers: ## install R survey, svy, samplics, pandera and dask aside, for `make bench`
	apt-get install -y -qq --no-install-recommends r-cran-survey r-cran-mass
	$(PYTHON) -m venv .peers
	.peers/bin/python -m pip install --quiet svy samplics pandas pandera pyarrow 'dask[dataframe]'

engines: $(READY) ## install PostgreSQL, Java, pyspark and dask for the engine tests
	bash tests/engines.sh $(PY)

lab: $(READY) ## open JupyterLab on the demo
	$(PY) -m sdm_lib lab

handbook: $(READY) ## run every lesson and keep what it shows
	$(PY) -m sdm_lib demo
	$(PY) -m tests.notebooks.handleiding

lock: ## renew requirements.lock for Linux, macOS and Windows (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --extra test --no-header --no-annotate --upgrade -o requirements.lock pyproject.toml
	{ sed -n 1p requirements-cluster.lock; echo 'distributed>=2026.7' | uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -c requirements.lock -; } > requirements-cluster.tmp
	mv requirements-cluster.tmp requirements-cluster.lock

clean: ## remove what can be made again
	rm -rf data/cache data/demo reports/*/ .pytest_cache .mypy_cache .ruff_cache .hypothesis
