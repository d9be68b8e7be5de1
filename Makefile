# Bare `make` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:

export DOTNET_CLI_TELEMETRY_OPTOUT = 1
export DOTNET_NOLOGO = 1

DOTNET_BUILD = dotnet build Holdfast.slnx -c Release --nologo -v q --disable-build-servers
RESULTS = out/test-results

# PROJECT:CATALOG:SCHEME. `test` takes every suite once and both catalog engines; `test-all` what then remains of the matrix.
TEST_RUNS = Core:sqlite:http Server:sqlite:http Server:postgresql:http Clients:sqlite:http
REMAINING_RUNS = Server:sqlite:https Server:postgresql:https Clients:sqlite:https Clients:postgresql:http Clients:postgresql:https
UNIT_RUNS = Core:sqlite:http
INTEGRATION_RUNS = Server:sqlite:http Clients:sqlite:http
COVERAGE_BOUND = 90

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Start holdfastd on its embedded default; ARGS='--http 127.0.0.1:9000' adds flags
	@exec out/holdfastd/holdfastd $(ARGS)

.PHONY: build
build: ## Publish a runnable out/holdfastd/holdfastd
	@scripts/build.sh

.PHONY: solution
solution:
	@$(DOTNET_BUILD)

.PHONY: test
test: peers build solution ## Every suite once, the catalog on SQLite and on PostgreSQL; installs what it needs; FILTER='FullyQualifiedName~X'
	@HOLDFAST_TEST_KILL_CYCLES=$${HOLDFAST_TEST_KILL_CYCLES:-20} \
	  HOLDFAST_TEST_REGISTRY_KILL_CYCLES=$${HOLDFAST_TEST_REGISTRY_KILL_CYCLES:-5} COVERAGE=1 scripts/test.sh test $(TEST_RUNS)
	echo "Left out here, run by make test-all: $(REMAINING_RUNS)"
	echo "Left out here, run by make soak: 200 kill cycles a door, 100,000 operations beside collection, ten minutes of fuzzing"
	/usr/bin/python3 scripts/tally.py $(RESULTS)/test

.PHONY: test-all
test-all: peers build solution ## What `test` leaves out of the matrix: HTTPS everywhere, all clients on both engines, more kill cycles
	@HOLDFAST_TEST_FULL=1 HOLDFAST_TEST_KILL_CYCLES=$${HOLDFAST_TEST_KILL_CYCLES:-20} \
	  HOLDFAST_TEST_REGISTRY_KILL_CYCLES=$${HOLDFAST_TEST_REGISTRY_KILL_CYCLES:-20} scripts/test.sh test-all $(REMAINING_RUNS)
	/usr/bin/python3 scripts/tally.py $(RESULTS)/test-all

.PHONY: test-unit
test-unit: solution ## The store and the words on the wire, without a server
	@scripts/test.sh unit $(UNIT_RUNS)
	/usr/bin/python3 scripts/tally.py $(RESULTS)/unit

.PHONY: test-integration
test-integration: peers build solution ## A running server: over HTTP from tests, and from third-party clients
	@scripts/test.sh integration $(INTEGRATION_RUNS)
	/usr/bin/python3 scripts/tally.py $(RESULTS)/integration

.PHONY: coverage
coverage: test coverage-report ## Line coverage of a `make test`: HTML in out/coverage, and the gate

.PHONY: coverage-report
coverage-report:
	@dotnet tool restore > /dev/null
	dotnet reportgenerator "-reports:$(RESULTS)/test/**/coverage.cobertura.xml" -targetdir:out/coverage -reporttypes:Html -verbosity:Warning
	echo "out/coverage/index.html"
	/usr/bin/python3 scripts/coverage_gate.py $(COVERAGE_BOUND) $(RESULTS)/test

.PHONY: mutation
mutation: ## Mutate ingest, SigV4 and listing, and see whether the tests notice; ONLY=ingest takes one
	@scripts/mutation.sh $(ONLY)

.PHONY: bench
bench: build ## Measure against nginx and RadosGW; ROWS=get4k,put4k picks, QUICK=1 shortens
	@scripts/install-peers.sh bench
	scripts/bench.sh

.PHONY: soak
soak: peers build solution ## Long proofs: 200 kill cycles a door, 100,000 operations beside collection, fuzzing (FUZZ_SECONDS=600)
	@HOLDFAST_TEST_SOAK=1 HOLDFAST_TEST_FULL=1 HOLDFAST_TEST_KILL_CYCLES=$${HOLDFAST_TEST_KILL_CYCLES:-200} \
	  HOLDFAST_TEST_REGISTRY_KILL_CYCLES=$${HOLDFAST_TEST_REGISTRY_KILL_CYCLES:-200} \
	  HOLDFAST_TEST_OPERATIONS=$${HOLDFAST_TEST_OPERATIONS:-100000} \
	  HOLDFAST_TEST_FUZZ_SECONDS=$${FUZZ_SECONDS:-600} HANG_TIMEOUT=60min FILTER='Suite=Soak' scripts/test.sh soak Core:sqlite:http Server:sqlite:http
	/usr/bin/python3 scripts/tally.py $(RESULTS)/soak

.PHONY: fmt
fmt: ## Format the code
	@dotnet format whitespace Holdfast.slnx
	dotnet format style Holdfast.slnx --no-restore

.PHONY: fmt-check
fmt-check:
	@if LC_ALL=C.UTF-8 grep -rnP --include='*.cs' --exclude-dir=obj --exclude-dir=bin '.{141}' src tests bench; then
	  echo "These lines are longer than 140 columns." >&2
	  exit 1
	fi
	dotnet format whitespace Holdfast.slnx --verify-no-changes
	dotnet format style Holdfast.slnx --verify-no-changes --no-restore

.PHONY: generate
generate: build ## Write every file that is made from something else
	@scripts/generate.sh

.PHONY: peers
peers: ## Install the servers and clients the tests talk to
	@scripts/install-peers.sh

.PHONY: clean
clean: ## Remove everything that was built, keep what was installed
	@rm -rf out bench/work TestResults StrykerOutput
	find src tests bench -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
