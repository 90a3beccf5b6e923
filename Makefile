# Liaison: the commands a person needs. `make help` lists them.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run build release ui test check check-format check-lints check-layers check-docs check-deny fmt e2e bench tools docs

PORT ?= 8080
DATA ?= ./data
UI := crates/web-frame/ui
DIST := crates/web-frame/assets/dist
SCHEMAS := crates/app-packages/schemas
SCHEMAS_DIST := crates/app-packages/assets/dist
CORPORA_BESIDE := $(wildcard $(CURDIR)/../shared/corpora)
export LIAISON_CORPORA ?= $(CORPORA_BESIDE)

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Build and start a demo on http://127.0.0.1:8080 (PORT=…, DATA=… to change)
	@scripts/run target/debug/liaison "$(DATA)" "$(PORT)"

build: ui ## Build the pages and the development binary
	cargo build -p liaison

release: ui ## Build the release binary, target/release/liaison
	cargo build -p liaison --release

ui: $(DIST)/manifest.json $(SCHEMAS_DIST)/manifest.json ## Build the scripts, styles and schemas that the binary embeds

$(DIST)/manifest.json: $(shell find $(UI) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
	@scripts/ui "$(UI)" "$(DIST)"

$(SCHEMAS_DIST)/manifest.json: $(wildcard $(SCHEMAS)/*.json $(SCHEMAS)/*.mjs)
	@scripts/ui "$(SCHEMAS)" "$(SCHEMAS_DIST)"

test: ui ## Run every test that this machine can run, and say what was skipped
	@scripts/test

e2e: ui ## The black-box proof in full: 20 rounds of kill -9, both databases, browser, real clients
	@LIAISON_E2E=full scripts/test e2e

check: ## Format, lints, licences and sources, arrows between the crates
	@$(MAKE) --no-print-directory -k check-format check-lints check-layers check-docs check-deny

check-format:
	cargo fmt --all --check

check-lints: ui
	cargo clippy --workspace --all-targets --quiet -- -D warnings

check-layers:
	cargo run -q -p xtask -- layers

check-docs:
	cargo run -q -p xtask -- docs --check

check-deny:
	@scripts/deny

fmt: ## Format the Rust sources
	cargo fmt --all

bench: release ## Measure the release binary: throughput, latency, memory, start, size
	cargo bench -p liaison-benches
	cargo build -p liaison-benches --release
	target/release/liaison-load all --binary target/release/liaison --json target/bench.json

docs: build ## Write the generated pages in docs/ anew
	cargo run -q -p xtask -- docs
	cargo run -q -p liaison-api --example describe > target/openapi.json
	mv target/openapi.json crates/api/openapi.json
	scripts/cli-page target/debug/liaison > docs/cli.md
	target/debug/liaison config schema > target/settings.schema.json
	mv target/settings.schema.json crates/liaison/settings.schema.json
	cargo run -q -p xtask -- config-page < crates/liaison/settings.schema.json > docs/config.md

tools: ## Install what the complete test run needs (as root, Debian)
	@scripts/install-tools
