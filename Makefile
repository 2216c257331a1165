# Two commands are enough: `make demo` and `make test`. Both install what they need and say so.

.DELETE_ON_ERROR:
.PHONY: help demo test audit bench check unit lua doc e2e clean-tree

help: ## what there is to make
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

demo: ## an issuer, two Prosody shards, HAProxy and a guest page on loopback
	@tests/setup.sh demo
	@cargo build --quiet --workspace --lib --bins
	@ROOMPASS_BUILT=1 target/debug/demo

test: ## everything, fast checks first
	@tests/setup.sh test
	@$(MAKE) --no-print-directory check unit lua doc e2e clean-tree

# Warnings are errors here, and only here: work in progress compiles.
check:
	cargo fmt --all --check
	.venv/bin/typos
	cd lua && luacheck --quiet . ../tests/e2e/prosody ../tests/bench
	cargo clippy --quiet --workspace --all-targets -- -D warnings

# The vectors that others published lie beside the project; without them their tests are left out, loudly.
VECTORS := $(or $(ROOMPASS_VECTORS),../shared/vectors)
WITHOUT_VECTORS := $(if $(or $(wildcard $(VECTORS)/SOURCES.md),$(CI)),,and not test(third_party) and not binary(third_party))

unit:
	@$(if $(WITHOUT_VECTORS),printf '\n*** NO PUBLISHED VECTORS in %s: their tests are LEFT OUT (docs/testing.md says where to get them) ***\n\n' '$(VECTORS)',:)
	cargo build --quiet --workspace --lib --bins
	cargo nextest run --workspace -E 'not package(e2e) $(WITHOUT_VECTORS)'
	cargo test --quiet --workspace --doc

lua:
	cd lua && ROOMPASS_VERIFIER_SO=$(CURDIR)/target/debug/libroompass_verifier.so busted

doc:
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet --workspace --no-deps --document-private-items

e2e:
	ROOMPASS_BUILT=1 cargo nextest run --workspace -E 'package(e2e)'

# A test that writes into the sources, or a lock file that is not up to date, shows here.
clean-tree:
	git diff --exit-code

audit: ## licences, sources and duplicate crates (builds cargo-deny: some minutes)
	cargo deny --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-deny
	cargo deny --config .cargo/deny.toml check bans licenses sources

bench: ## what a decision costs, beside named peers
	@tests/setup.sh test
	cargo build --quiet --release -p prosody-verifier -p bench
	target/release/bench
