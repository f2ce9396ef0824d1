# Everything that one types here. Each target makes and installs .venv first where it has to.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

SPREAD := --numprocesses 2 --dist loadfile --no-loadscope-reorder
UNIT := not integration and not slow and not browser and not compose and not gpu

.DEFAULT_GOAL := help
.PHONY: help install demo test-unit test coverage test-slow soak bench bench-full bench-parts bench-profile bench-faults bench-gpu bench-quality screenshots test-browser test-compose test-gpu check audit format docs wheel clean

help:  ## Show this help
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED)  ## Make .venv and install everything into it (PYTHON=python3.12 to choose the interpreter)

demo: $(INSTALLED)  ## Search for three minutes on Rotten Tomatoes among transformers alone, and hand over the winner
	$(BIN)/automl search rotten-tomatoes --space transformer --ensemble off --time-budget 3m

test-unit: $(INSTALLED)  ## Run the tests of the inner loop: no search, no Ray, no server (some three minutes)
	$(BIN)/pytest $(SPREAD) -m '$(UNIT)'

test: $(INSTALLED)  ## Run the default tests, in two processes
	$(BIN)/pytest $(SPREAD) tests/integration tests

coverage: $(INSTALLED)  ## Run the default tests as CI does, tier by tier, and hold both tiers' branch coverage to its floor
	.ci/coverage

test-slow: $(INSTALLED)  ## Run the tests that take minutes
	$(BIN)/pytest -m slow

soak: $(INSTALLED)  ## Kill processes 200 times over three studies, and see that nothing is lost
	$(BIN)/python -m tests.soak --kills 200

bench: $(INSTALLED)  ## Search side by side with Ray Tune around HF Trainer: 12 minutes, two data sets, one seed
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m benchmarks.search --seconds 90 --contenders ray,ray-actors,ours

bench-full: $(INSTALLED)  ## The same with all contenders, 240 s a search, three seeds (over three hours); writes benchmarks/RESULTS.md
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m benchmarks.search --seconds 240 --seeds 3 --report benchmarks/RESULTS.md

bench-parts: $(INSTALLED)  ## Measure the parts: start-up, bookkeeping, trials that do no work, training throughput
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python benchmarks/startup.py 3
	$(BIN)/python -m benchmarks.engine.bookkeeping --until 10000
	$(BIN)/python -m benchmarks.engine.bookkeeping --until 1000 --postgresql
	$(BIN)/python -m benchmarks.engine.idle_trials --trials 1000
	$(BIN)/python -m benchmarks.engine.tracking
	$(BIN)/python -m benchmarks.throughput --turns 5

bench-profile: $(INSTALLED)  ## Flame graphs of the driver and of a trial (benchmarks/plots), and each package's share
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m benchmarks.engine.profile --out benchmarks/plots/profile-driver.svg benchmarks.engine.idle_trials
	$(BIN)/python -m benchmarks.engine.profile --out benchmarks/plots/profile-trial.svg \
		benchmarks.throughput.scores --seeds 1 --sources bbc-news --epochs 1

bench-faults: $(INSTALLED)  ## Kill drivers, ours and Ray Tune's with OptunaSearch, and count recoveries side by side
	$(BIN)/python -m benchmarks.faults --tries 6

bench-quality: $(INSTALLED)  ## The league table: five data sets, three splits, six tools, three minutes each (five hours at most); prints table and plot
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m benchmarks.quality

bench-gpu: $(INSTALLED)  ## Training on a GPU side by side with transformers' Trainer (six minutes); writes benchmarks/gpu.json and a plot
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m benchmarks.gpu

screenshots: $(INSTALLED)  ## Take the pictures of MLflow and of Ray in the documentation, of a real search (four minutes; Debian: apt-get install chromium)
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[browser]'
	$(BIN)/python -m benchmarks.screenshots

test-browser: $(INSTALLED)  ## Run the tests that need a real Chromium (Debian: apt-get install chromium)
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[browser]'
	$(BIN)/pytest -m browser

test-compose: $(INSTALLED)  ## Build the image and kill what the stack is made of, in real containers (needs docker and docker-compose)
	$(BIN)/pytest -m compose

test-gpu: $(INSTALLED)  ## Run the tests that need a GPU (two minutes on an H100)
	$(BIN)/pytest -m gpu tests/gpu

check: $(INSTALLED)  ## Check format, lint, types, the layers' imports, docstrings of what is exported, and what bandit finds unsafe
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/docstrings.py
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive automl search_spaces trials

audit: $(INSTALLED)  ## Hold the tested versions against the public record of vulnerabilities
	$(BIN)/python .ci/audit.py

format: $(INSTALLED)  ## Format the code, and fix what ruff can fix
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format

docs: $(INSTALLED)  ## Build the documentation as a site into site/; any warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

wheel: $(INSTALLED)  ## Build the wheel into dist/
	$(BIN)/python -m build --wheel

clean:  ## Remove build outputs and caches; .venv and runs/ stay
	rm -rf build dist site *.egg-info .mypy_cache .ruff_cache .pytest_cache .coverage .import_linter_cache .hypothesis
	find automl search_spaces trials tests -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV), which takes some minutes the first time"
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[corpora,dev]'
	@touch $@
