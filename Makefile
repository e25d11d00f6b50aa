# The front door. `make help` lists what there is; every target is incremental and may be called alone.
#   DEMO_SECONDS=90 make demo    the demo stops by itself
#   make build PRESET=debug      another preset of CMakePresets.json
#   make lint LINT=--changed     only what differs from the main branch
#   make eval DATA=DIR           the public data sets as well (docs/evaluation.md)
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PRESET ?= release
BUILD := build/$(PRESET)
SANITIZERS := asan-ubsan tsan clang-release
FUZZ_SECONDS ?= 20
LAB_DIRECTORY := /var/tmp/distdiag-lab

# A Node.js that is new enough goes first in PATH; tools/node-env installs one where the system has none.
with_node = node=$$(tools/node-env) && PATH="$$node:$$PATH" &&
say = @printf '\033[1m▸ %s\033[0m\n'

WEB_SOURCES := $(shell find web/src web/docs web/public web/scripts web/*.html web/*.ts web/*.js web/*.json api -type f 2>/dev/null)

.PHONY: help setup build demo lab lab-down models eval test test-lab lint format bench clean dev fuzz check-all generate web program binary

help: ## this list
	@printf 'make TARGET:\n'
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## install what building, running and testing need (Debian 12, root or sudo)
	$(say) 'setup: system packages for build, run and test'
	@tools/setup build run test
	$(say) 'setup: Node.js and the packages of the web UI'
	@$(MAKE) --no-print-directory web/node_modules/.package-lock.json

build: ## compile the program, its tests and benchmarks, and the web UI
	$(say) 'build: packages that building needs'
	@tools/setup build run
	@$(MAKE) --no-print-directory web binary

demo: ## build, then show a recorded cluster falling ill and being diagnosed: http://localhost:13000
	$(say) 'demo: packages that building and running need'
	@tools/setup build run
	@$(MAKE) --no-print-directory web program
	$(say) 'demo: http://localhost:13000 (Ctrl-C ends it; DEMO_SECONDS=90 make demo ends by itself)'
	@exec $(BUILD)/distdiag demo

lab: ## a real cluster on this machine, watched by DistDiag: http://localhost:13000 (root)
	$(say) 'lab: packages that building, running and the lab need'
	@tools/setup build run lab
	@$(MAKE) --no-print-directory web program
	$(say) 'lab: starting the cluster (a lab that is up already is used as it is)'
	@$(BUILD)/distdiag lab status >/dev/null 2>&1 || $(BUILD)/distdiag lab up
	$(say) 'lab: http://localhost:13000 (Ctrl-C ends DistDiag and leaves the lab up; make lab-down removes it)'
	@exec $(BUILD)/distdiag serve --config $(LAB_DIRECTORY)/distdiag.yaml

lab-down: ## remove the lab
	@$(MAKE) --no-print-directory program
	@$(BUILD)/distdiag lab down

models: program ## train the shipped models anew (the same recordings give the same bytes)
	@$(BUILD)/distdiag train --data recordings --out models/galera/model.json
	@$(BUILD)/distdiag train --data recordings --sequence --out models/galera/sequence.json
	@$(BUILD)/distdiag train --data recordings --out models/galera-demo/model.json --without A1_r1,A2_r1,A3_r1,A4_r1,C1_r1
	@$(BUILD)/distdiag train --data recordings --sequence --out models/galera-demo/sequence.json --without A1_r1,A2_r1,A3_r1,A4_r1,C1_r1
	@$(BUILD)/distdiag train --data recordings/oceanbase --also recordings --out models/oceanbase/model.json

eval: ## judge the diagnosis on the recordings; with DATA=DIR also on the public sets in DIR
	@$(MAKE) --no-print-directory program
	$(say) 'eval: recordings of the lab, each judged by a model trained on the others'
	@$(BUILD)/distdiag eval galera --data recordings
	$(say) 'eval: recordings of OceanBase, judged by the shipped model'
	@$(BUILD)/distdiag eval oceanbase --data recordings/oceanbase --model models/galera/model.json
	@for set in $(if $(DATA),dbcatcher dbsherlock dbpa); do \
	  printf '\033[1m▸ eval: %s\033[0m\n' $$set; \
	  $(BUILD)/distdiag eval $$set --data "$(DATA)/$$set"; \
	done

test: ## all tests: units, properties, scenarios, web, a real browser, real servers, a drill in the lab
	$(say) 'test: packages that building and testing need'
	@tools/setup build run test lab
	@$(MAKE) --no-print-directory web binary
	$(say) 'test: running all suites'
	@$(with_node) tools/run_tests --preset $(PRESET)

test-lab: ## the whole drill suite in a real lab (LAB_SUITE=quick)
	$(say) 'test-lab: packages that the lab needs'
	@tools/setup build run lab
	@$(MAKE) --no-print-directory program
	@LAB_SUITE=$${LAB_SUITE:-quick} tools/run_tests --preset $(PRESET) --suites lab

lint: ## format, static checks, layers, paths in documents, eslint, tsc (LINT=--changed: only what you changed)
	$(say) 'lint: packages that the checks need'
	@tools/setup build lint
	@$(MAKE) --no-print-directory $(BUILD)/build.ninja web/node_modules/.package-lock.json
	$(say) 'lint: checking'
	@$(with_node) tools/lint $(LINT)

format: ## write C++ as clang-format wants it
	@tools/setup lint
	$(say) 'format: C++'
	@git ls-files -z --cached --others --exclude-standard '*.h' '*.cc' | xargs -0 -r clang-format-14 -i

bench: ## micro-benchmarks and the diagnosis benchmark, with repetitions
	@$(MAKE) --no-print-directory build
	$(say) 'bench: micro-benchmarks'
	@tools/run_benchmarks $(BUILD)
	$(say) 'bench: beside the programs that others use (left out with a sentence where they are not to be had)'
	@tools/bench_peers/dbscan $(BUILD)/detect_bench || (($$? == 77))
	@tools/bench_peers/lstm $(BUILD)/detect_bench || (($$? == 77))
	$(say) 'bench: one full diagnosis'
	@$(BUILD)/distdiag bench diagnose
	$(say) 'bench: watching live nodes (needs a lab that is up: make lab)'
	@if $(BUILD)/distdiag lab status >/dev/null 2>&1; then \
	  $(BUILD)/distdiag bench collect --config $(LAB_DIRECTORY)/distdiag.yaml; \
	else echo 'no lab is up: left out'; fi

dev: ## rebuild and restart the demo whenever a source changes
	@tools/setup build run
	@$(MAKE) --no-print-directory web program
	$(say) 'dev: watching the sources'
	@$(with_node) tools/dev

generate: ## write anew what is generated: metric catalogue, API types
	@tools/setup build
	@$(MAKE) --no-print-directory web/node_modules/.package-lock.json
	$(say) 'generate: metric catalogue, API types'
	@tools/generate_catalogue.py
	@$(with_node) cd web && npm run --silent generate

fuzz: ## every parser of outside bytes under libFuzzer, FUZZ_SECONDS=20 each
	$(say) 'fuzz: packages that clang and libFuzzer need'
	@tools/setup build lint
	@cmake --preset fuzz >/dev/null && cmake --build build/fuzz --target fuzzers
	@tools/run_fuzzers build/fuzz $(FUZZ_SECONDS)

check-all: ## lint, then build and test under sanitizers and clang (slow)
	@$(MAKE) --no-print-directory lint test fuzz
	@for preset in $(SANITIZERS); do \
	  $(MAKE) --no-print-directory binary PRESET=$$preset; \
	  printf '\033[1m▸ check-all: tests of %s\033[0m\n' $$preset; \
	  tools/run_tests --preset $$preset --suites ctest; \
	done

clean: ## remove everything that was built (not the installed packages)
	$(say) 'clean: build, web/dist, web/node_modules'
	@rm -rf build web/dist web/node_modules

# --- parts -----------------------------------------------------------------------------------------------------------

program: $(BUILD)/build.ninja
	$(say) 'program: compiling $(BUILD)/distdiag'
	@cmake --build $(BUILD) --target distdiag

binary: $(BUILD)/build.ninja
	$(say) 'binary: compiling all of $(BUILD), tests and benchmarks too'
	@cmake --build $(BUILD)

# Ninja runs CMake again by itself when a CMake file changes; only a new tree or a changed preset needs this.
$(BUILD)/build.ninja: CMakePresets.json
	$(say) 'configuring preset $(PRESET)'
	@cmake --preset $(PRESET) --log-level=WARNING
	@touch $@

web: web/dist/index.html

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	$(say) 'web: building the UI'
	@$(with_node) cd web && npm run --silent build
	@touch $@

web/node_modules/.package-lock.json: web/package-lock.json
	$(say) 'web: installing the packages of web/package-lock.json'
	@$(with_node) cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
