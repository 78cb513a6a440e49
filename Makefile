# The only door: each target sets up what it needs and then does one thing.
.DEFAULT_GOAL := help
.PHONY: help run dev test check e2e fuzz bench pictures release sql

# One feature set everywhere: another one would build the dependencies again.
FEATURES := --workspace --features usher/demo,usher/failpoints

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: ## build everything and open the demonstration company
	@scripts/setup run
	@cargo xtask islands
	@cargo build --locked -p usher --features demo
	@exec target/debug/usher demo

dev: ## the same, built and started again whenever a file changes
	@scripts/setup run
	@scripts/dev

test: ## everything that CI checks, the browser journeys included
	@scripts/setup test
	@scripts/test

check: ## format and lints only
	@cargo fmt --all --check
	@cargo clippy --locked $(FEATURES) --all-targets -- -D warnings

e2e: ## the browser journeys alone
	@scripts/setup test
	@cargo xtask islands
	@cargo build --locked $(FEATURES)
	@end2end/run

fuzz: ## odd and broken requests to every operation of the API, for about three minutes
	@scripts/setup fuzz
	@cargo xtask islands
	@cargo build --locked $(FEATURES)
	@end2end/fuzz

bench: ## the speed figures of docs/
	@scripts/setup run
	@bench/run

pictures: ## the pictures of the README, taken from the running product
	@scripts/setup test
	@cargo xtask islands
	@cargo build --locked $(FEATURES)
	@end2end/pictures

release: ## the executable without demonstration and failpoints, at target/release/usher
	@scripts/setup run
	@cargo build --locked --release -p usher
	@scripts/release-check target/release/usher

sql: ## check every query against the migrations and renew .sqlx
	@scripts/setup run
	@cargo xtask sql
