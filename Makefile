# The two commands are `make run` and `make test`; both start from a machine that has only Python >= 3.11 and make.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
CLAIMS ?= 100000
MILLIONS ?= 1,3,10
RUNS ?= 300
INPUTS ?= 1000000
SECONDS ?= 3600
# Readers that ours is measured against. They live in a virtual environment of their own: one wants an older pandas.
RIVALS := edi-835-parser>=1.8,<2\npyx12>=4,<5\n
# A Spark cluster of the tests' own, with what its executors need to read: Spark's needs, and spreadsheets.
CLUSTER := pyspark[sql]>=4.3,<4.4\npython-calamine\nsetuptools>=77\n
# One process per core; one that has nothing left takes over half of what waits at another. Not in pyproject.toml: one
# file's tests start quicker in one process. More than eight only ask for more memory.
ON_ALL_CORES := --numprocesses auto --maxprocesses 8 --dist worksteal
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup signin spark run test test-spark lint bench bench-spark survive fuzz docs lock samples clean

help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/run-ready ## Make .venv with the exact versions of requirements.lock

signin: .venv/run-ready ## Add what signing in needs, where several people use the dashboard
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-signin.lock

spark: .venv/run-ready ## Add what reading and building on a Spark cluster needs
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-spark.lock

run: .venv/run-ready ## Start the dashboard on this machine (with the demo practice if there is no store yet)
	@$(BIN)/denials serve --demo

test: .venv/test-ready ## Run every test, browser tests included
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m pytest $(ON_ALL_CORES)

test-spark: .venv/test-ready .venv/spark/ready ## The tests of Spark on a real cluster, a master and two workers (needs Java 17)
	@$(BIN)/python -m tests.spark.cluster
	@$(BIN)/python -m pytest --cluster tests/spark $(wildcard tests/test_spark_*.py)

lint: .venv/test-ready ## Check style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: .venv/test-ready .venv/rivals/ready ## Measure against floors and rivals and write benchmarks/results.md
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m benchmarks --claims $(CLAIMS) $(if $(ONLY),--only $(ONLY))

bench-spark: .venv/test-ready .venv/spark/ready ## Measure reading and building on a Spark cluster (MILLIONS=1,3,10 lines): benchmarks/scaling.md
	@$(BIN)/python -m tests.spark.cluster
	@$(BIN)/python -m benchmarks.scaling --millions $(MILLIONS)

survive: .venv/test-ready ## Kill the program, fill its disk, turn its clock back (RUNS=300): nothing may be lost
	@$(BIN)/python -m benchmarks.survive --runs $(RUNS)

fuzz: .venv/test-ready .venv/fuzz-ready ## Damaged files through the readers, an hour at most (INPUTS=1000000, SECONDS=3600)
	@$(BIN)/python -m benchmarks.fuzz --inputs $(INPUTS) --seconds $(SECONDS)

docs: .venv/test-ready ## Make the generated pages of docs/ again
	@$(BIN)/python -m pipelines.docs
	@$(BIN)/python -m pipelines.licences

samples: .venv/test-ready ## Make data/samples again from its seed
	@$(BIN)/python -c "from pathlib import Path; from pipelines.demo import write_demo; write_demo(Path('data/samples'), claims=100, seed=103, months=6)"

lock: .venv/test-ready ## Choose versions anew within pyproject's ranges
	@$(BIN)/pip install --quiet uv
	@printf 'setuptools>=77\n' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--upgrade --no-annotate --no-header --output-file requirements.lock pyproject.toml -
	@printf 'setuptools>=77\n' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml -
	@printf 'setuptools>=77\n' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --extra signin --constraint requirements.lock --output-file requirements-signin.lock pyproject.toml -
	@printf 'setuptools>=77\n' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --extra spark --constraint requirements.lock --output-file requirements-spark.lock pyproject.toml -
	@printf 'atheris>=3,<3.1\n' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-annotate --no-header --output-file requirements-fuzz.lock -
	@printf '$(RIVALS)' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-annotate --no-header --output-file requirements-bench.lock -
	@printf '$(CLUSTER)' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-annotate --no-header --constraint requirements.lock --output-file requirements-spark-cluster.lock -

clean: ## Remove what can be made again (never the store)
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "denialboard needs Python 3.11 or newer; none was found on the PATH" >&2; exit 1; }
	@"$(PYTHON)" -m venv .venv

.venv/run-ready: .venv/bin/python requirements.lock pyproject.toml
	@echo "Installing the versions of requirements.lock (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/rivals/ready: .venv/bin/python requirements-bench.lock
	@$(BIN)/python -m venv .venv/rivals
	@.venv/rivals/bin/python -m pip install --quiet --require-hashes --requirement requirements-bench.lock \
		|| echo "The rivals could not be installed: they will not be measured" >&2
	@touch $@

.venv/spark/ready: .venv/bin/python requirements-spark-cluster.lock
	@echo "Installing Spark into .venv/spark (500 MB, some minutes the first time)"
	@$(BIN)/python -m venv .venv/spark
	@.venv/spark/bin/python -m pip install --quiet --require-hashes --requirement requirements-spark-cluster.lock
	@touch $@

.venv/fuzz-ready: .venv/run-ready requirements-fuzz.lock
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-fuzz.lock \
		|| echo "atheris could not be installed: no input will be guided by coverage" >&2
	@touch $@

.venv/test-ready: .venv/run-ready requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@
