# Cloud Window: every recipe is idempotent; what is made stands in .venv/, .venv-dev/, build/ and web_client/dist/.

PYTHON ?= python3
# What `make run` installs, from requirements.lock and nothing else: the journeys and the smoke walk drive this one.
VENV := .venv/bin
# The programs of the tests and checks, and the product's packages in the same versions.
DEV := .venv-dev/bin
# Every child process of the tests imports the service; compiled once, it starts in half the time.
export PYTHONDONTWRITEBYTECODE :=
STAMPS := build/stamps
# The package rtc_server with the path of packets compiled, before its sources, as the image has it.
COMPILED := PYTHONPATH=$(CURDIR)/build/compiled PYTHONSAFEPATH=1
CLIENT_SOURCES := $(shell find web_client -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

# What does not wait for each other is made side by side.
MAKEFLAGS += --jobs=$(shell getconf _NPROCESSORS_ONLN)

.DEFAULT_GOAL := help
.PHONY: help run smoke test check check-types check-client check-rest test-client format fuzz explore refusals pictures bench-media bench-media-parties bench-leaks bench-network bench-queue bench-imaging bench-node bench-start bench-recording bench-cameras bench-database bench-strangers bench-district bench-pages bench-three bench-booking bench-drawing fault-recording fault-database fault-pages fault-start clean

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/' | column -t -s '|'

run: $(STAMPS)/run $(STAMPS)/client ## Build what is missing and serve with demonstration data
	@DEMONSTRATION=$${DEMONSTRATION:-true} exec $(VENV)/cloud-window serve

smoke: $(STAMPS)/run ## Walk a case through a running service at URL, from the ticket to the verified evidence
	@$(VENV)/python -m tests.support.smoke $(or $(URL),http://127.0.0.1:$(or $(PORT),8080))

test: $(STAMPS)/dev $(STAMPS)/run $(STAMPS)/machine $(STAMPS)/compiled test-client ## Run every test
	@$(DEV)/python -m pytest -n 4 --dist loadgroup -q -m "not calm" --ignore=tests/journeys
	@# What is shipped is compiled, so the path of packets, its fuzzing and what measures are tried with that.
	@$(COMPILED) $(DEV)/python -m pytest -n 2 -q -o pythonpath=build/compiled tests/unit/rtc_server tests/fuzz
	@$(COMPILED) $(DEV)/python -m pytest -q -o pythonpath=build/compiled -m calm tests/integration
	@# The journeys drive what `make run` installs. Alone one takes a core or less; those that measure run alone.
	@$(DEV)/python -m pytest -n 2 --dist worksteal -q --tb=native -m "not calm" tests/journeys
	@$(DEV)/python -m pytest -q --tb=native -m calm tests/journeys

test-client: $(STAMPS)/client
	@cd web_client && npm run --silent test

# The longest first: the development packages are twice the others, and the types take longest of what is checked.
check: check-types check-rest check-client ## Format, lint, types, imports, generated files, audit

check-types: $(STAMPS)/dev
	@$(DEV)/mypy --no-error-summary && echo "types ok"

check-client: $(STAMPS)/client
	@cd web_client && npm run --silent check && echo "client ok"

check-rest: $(STAMPS)/dev $(STAMPS)/run
	@$(DEV)/ruff format --check --quiet . && echo "format ok"
	@$(DEV)/ruff check --quiet . && echo "lint ok"
	@$(DEV)/lint-imports --no-logo > build/imports.txt || { cat build/imports.txt; exit 1; }; echo "imports ok"
	@$(DEV)/deptry foundation directory scheduler rtc_server document_relay signalling > build/deptry.txt 2>&1 || { cat build/deptry.txt; exit 1; }; echo "declared imports ok"
	@$(VENV)/python -m tests.support.installed_imports
	@$(DEV)/cloud-window protocol --check && echo "generated files ok"
	@$(DEV)/python -m pytest -q tests/unit/test_sizes.py > build/sizes.txt 2>&1 || { cat build/sizes.txt; exit 1; }; echo "sizes ok"
	@$(DEV)/python -m tests.support.audit

format: $(STAMPS)/dev $(STAMPS)/client ## Put every file into its form
	@$(DEV)/ruff check --quiet --fix . ; $(DEV)/ruff format --quiet .
	@cd web_client && npm run --silent format

fuzz: $(STAMPS)/dev $(STAMPS)/compiled ## Throw a million made-up inputs at what reads from the network; writes build/bench/fuzz.json
	@$(COMPILED) $(DEV)/python -m tests.fuzz.run $(ARGUMENTS)

explore: $(STAMPS)/dev ## Try what must hold for all inputs with new examples, two thousand each; `make test` draws the same each time
	@$(DEV)/python -m pytest -n 2 -q --hypothesis-profile explore --ignore=tests/journeys -m "hypothesis" $(ARGUMENTS)

refusals: $(STAMPS)/dev ## Say where the refusals that are declared differ from those that the code raises
	@$(DEV)/python -m tests.support.raised

pictures: $(STAMPS)/dev $(STAMPS)/client $(STAMPS)/machine ## Take the README's pictures anew, in a real call
	@$(DEV)/python -m tests.journeys.pictures

bench-media: $(STAMPS)/dev $(STAMPS)/compiled ## CPU per forwarded packet beside Janus; writes build/bench/media.json
	@$(COMPILED) $(DEV)/python -m tests.benchmarks.media

bench-media-parties: $(STAMPS)/dev $(STAMPS)/compiled ## Sessions of 4, 8 and 16 parties beside Janus; writes build/bench/media_parties.json
	@$(COMPILED) $(DEV)/python -m tests.benchmarks.media_parties $(ARGUMENTS)

bench-leaks: $(STAMPS)/dev $(STAMPS)/compiled ## 2,000 media connections made and ended: descriptors, tasks, memory; writes build/bench/leaks.json
	@$(COMPILED) $(DEV)/python -m tests.benchmarks.leaks $(ARGUMENTS)

bench-network: $(STAMPS)/dev $(STAMPS)/compiled $(STAMPS)/client $(STAMPS)/machine ## A call over a bad link, in two browsers; writes build/bench/network.json
	@$(COMPILED) $(DEV)/python -m tests.benchmarks.network $(ARGUMENTS)

bench-queue: $(STAMPS)/dev ## Cost per ticket; writes build/bench/queue.json
	@$(DEV)/python -m tests.benchmarks.bench_queue

bench-imaging: $(STAMPS)/dev ## Milliseconds per page; writes build/bench/imaging.json
	@$(DEV)/python -m tests.benchmarks.bench_imaging

bench-node: $(STAMPS)/dev $(STAMPS)/compiled ## Recovery of calls from a killed node, and what processes hold; writes build/bench/node.json
	@$(COMPILED) $(DEV)/python -m tests.benchmarks.node $(ARGUMENTS)

bench-start: $(STAMPS)/dev ## Seconds of a start and idle memory; writes build/bench/start.json
	@$(DEV)/python -m tests.benchmarks.start

bench-recording: $(STAMPS)/dev $(STAMPS)/compiled ## CPU per packet with recording on and off; writes build/bench/recording.json
	@$(COMPILED) $(DEV)/python -m tests.benchmarks.recording

bench-cameras: $(STAMPS)/dev $(STAMPS)/compiled ## CPU of a watched camera and of each viewer; writes build/bench/cameras.json
	@$(COMPILED) $(DEV)/python -m tests.benchmarks.cameras $(ARGUMENTS)

bench-strangers: $(STAMPS)/dev $(STAMPS)/client ## A clerk's command beside a stranger who asks without end; writes build/bench/strangers.json
	@$(DEV)/python -m tests.benchmarks.strangers

bench-database: $(STAMPS)/dev ## Units of work beside the former way; writes build/bench/database.json
	@$(DEV)/python -m tests.benchmarks.database $(ARGUMENTS)

bench-district: $(STAMPS)/dev $(STAMPS)/client ## A district's pages and clerks on one service on one core; writes build/bench/district.json
	@$(DEV)/python -m tests.benchmarks.district $(ARGUMENTS)

bench-pages: $(STAMPS)/dev $(STAMPS)/run $(STAMPS)/client $(STAMPS)/machine ## Bytes, slow line, fifty cases and presses in a browser; writes build/bench/pages.json
	@$(DEV)/python -m tests.benchmarks.pages $(ARGUMENTS)

bench-three: $(STAMPS)/dev $(STAMPS)/run $(STAMPS)/client $(STAMPS)/machine ## What a third in the call does to the picture, in three browsers; writes build/bench/three.json
	@$(DEV)/python -m tests.benchmarks.three $(ARGUMENTS)

bench-drawing: $(STAMPS)/dev ## Share of a core of twenty strokes a second from four parties; writes build/bench/drawing.json
	@$(DEV)/python -m tests.benchmarks.drawing $(ARGUMENTS)

bench-booking: $(STAMPS)/dev ## 200 clients race for 50 slots on PostgreSQL, or ARGUMENTS=--sqlite; writes build/bench/booking.json
	@$(DEV)/python -m tests.benchmarks.booking $(ARGUMENTS)

fault-recording: $(STAMPS)/dev $(STAMPS)/compiled $(STAMPS)/machine ## Kill the recorder at 200 random points; writes build/bench/recorder.json
	@$(COMPILED) $(DEV)/python -m tests.faults.recorder_killed

fault-database: $(STAMPS)/dev ## Cancel 480,000 units of work on SQLite and PostgreSQL; writes build/bench/fault-database.json
	@$(DEV)/python -m tests.faults.database $(ARGUMENTS)

fault-pages: $(STAMPS)/dev ## Let 300 pages vanish in mid-command, ten times; writes build/bench/fault-pages.json
	@$(DEV)/python -m tests.faults.pages $(ARGUMENTS)

fault-start: $(STAMPS)/dev ## Start on 500 damaged rows and files; writes build/bench/fault-start.json
	@$(DEV)/python -m tests.faults.start $(ARGUMENTS)

clean: ## Remove what was made, but no data
	@rm -rf build .venv .venv-dev web_client/node_modules web_client/dist

$(STAMPS)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=…"; exit 1; }
	@mkdir -p $(STAMPS)
	@touch $@

$(STAMPS)/run: requirements.lock | $(STAMPS)/made
	@echo "Installing the Python packages…"
	$(call install,.venv,requirements.lock)
	@touch $@

$(STAMPS)/dev: requirements-dev.lock | $(STAMPS)/made
	@echo "Installing the Python packages for development…"
	$(call install,.venv-dev,requirements-dev.lock)
	@touch $@

# An environment made anew, so that it holds what its lock says and nothing left from before. The project itself stands
# in place, with a path file and the command: an editable install would fetch a build back end.
define install
	@rm -rf $(1) && $(PYTHON) -m venv $(1)
	@$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2)
	@echo "$(CURDIR)" > "$$($(1)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/cloud_window.pth"
	@printf '#!%s\nimport sys\nfrom signalling.cli.main import main\nsys.exit(main())\n' "$(CURDIR)/$(1)/bin/python" > $(1)/bin/cloud-window
	@chmod +x $(1)/bin/cloud-window
endef

$(STAMPS)/compiled: docker/compile_media.py $(shell find rtc_server -name '*.py' 2>/dev/null) | $(STAMPS)/dev
	@echo "Compiling the path of packets…"
	@$(DEV)/python docker/compile_media.py build/compiled > build/compiled.txt 2>&1 || { cat build/compiled.txt; exit 1; }
	@touch $@

$(STAMPS)/node_modules: web_client/package-lock.json | $(STAMPS)/made
	@command -v npm >/dev/null || { echo "Node.js 20 or newer with npm is needed to build the pages."; exit 1; }
	@echo "Installing the packages of the web client…"
	@# Not "npm ci": it insists on optional packages of other platforms, which not every registry serves.
	@cd web_client && npm install --no-save --silent --no-audit --no-fund
	@touch $@

$(STAMPS)/client: $(CLIENT_SOURCES) $(STAMPS)/node_modules
	@echo "Building the web client…"
	@cd web_client && npm run --silent build -- --logLevel warn
	@touch $@

$(STAMPS)/machine: tests/support/install_machine.sh | $(STAMPS)/made
	@PYTHON=$(PYTHON) tests/support/install_machine.sh
	@touch $@
