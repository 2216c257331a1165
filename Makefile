# Two commands are enough: `make demo` and `make test`. Both install what they need and say so.

.DELETE_ON_ERROR:
.PHONY: help demo test packages audit book bench issuing load fuzz mutants check unit lua doc e2e clean-tree

help: ## what there is to make
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

demo: ## an issuer, two Prosody shards, HAProxy and a guest page on loopback
	@tests/setup.sh demo
	@echo 'demo: building, a minute or two the first time' >&2
	@cargo build --quiet --workspace --lib --bins
	@ROOMPASS_BUILT=1 target/debug/demo

test: ## everything, fast checks first
	@tests/setup.sh test
	@$(MAKE) --no-print-directory check unit lua doc e2e clean-tree

# Warnings are errors here, and only here: work in progress compiles.
check:
	cargo fmt --all --check
	.venv/bin/typos
	.venv/bin/hadolint packaging/container/Containerfile
	.venv/bin/check-jsonschema --quiet --builtin-schema vendor.compose-spec packaging/container/compose.yaml
	cd lua && luacheck --quiet . ../tests/e2e/prosody ../tests/bench
	cargo clippy --quiet --workspace --all-targets -- -D warnings
	cargo clippy --quiet --workspace --features roompass/pkcs11 --all-targets -- -D warnings

# The vectors that others published lie beside the project; without them their tests are left out, loudly.
VECTORS := $(or $(ROOMPASS_VECTORS),../shared/vectors)
WITHOUT_VECTORS := $(if $(or $(wildcard $(VECTORS)/SOURCES.md),$(CI)),,and not test(third_party) and not binary(third_party))

unit:
	@$(if $(WITHOUT_VECTORS),printf '\n*** NO PUBLISHED VECTORS in %s: their tests are LEFT OUT (docs/testing.md says where to get them) ***\n\n' '$(VECTORS)',:)
	cargo nextest run --workspace --features roompass/pkcs11 --test pkcs11
	cargo build --quiet --workspace --lib --bins
	cargo nextest run --workspace --no-fail-fast -E 'not package(e2e) $(WITHOUT_VECTORS)'
	cargo test --quiet --workspace --doc

lua:
	cd lua && ROOMPASS_VERIFIER_SO=$(CURDIR)/target/debug/libroompass_verifier.so busted

doc:
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet --workspace --no-deps --document-private-items
	packaging/book.sh

# Debian has a browser to install; Ubuntu's is a snap, which a container cannot have.
BROWSER := $(shell command -v chromium || command -v google-chrome || command -v /snap/bin/chromium)
WITHOUT_BROWSER := $(if $(or $(BROWSER),$(CI)),,and not test(a_form_a_link_a_click) and not test(a_browser_at_the_gate))

WITHOUT_PROSODY_13 := $(if $(or $(shell tests/prosody13.sh --have),$(CI)),,and not binary(on_prosody_13))

WITHOUT_TREES := $(if $(or $(and $(shell tests/trees.sh --have 12),$(shell tests/trees.sh --have 13)),$(CI)),,and not binary(installs) and not test(the_image_runs))

e2e:
	@$(if $(WITHOUT_TREES),printf '\n*** NO DEBIAN TREES on this machine: the tests of packages and image are LEFT OUT (tests/trees.sh says why) ***\n\n',:)
	@$(if $(WITHOUT_BROWSER),printf '\n*** NO CHROMIUM on this machine: the tests with a real browser are LEFT OUT ***\n\n',:)
	@$(if $(WITHOUT_PROSODY_13),printf '\n*** NO PROSODY 13 on this machine: its stories are LEFT OUT (tests/prosody13.sh says why) ***\n\n',:)
	ROOMPASS_BUILT=1 cargo nextest run --workspace --no-fail-fast -E 'package(e2e) $(WITHOUT_BROWSER) $(WITHOUT_PROSODY_13) $(WITHOUT_TREES)'

# A test that writes into the sources, or a lock file that is not up to date, shows here.
clean-tree:
	git diff --exit-code

packages: ## Debian packages, a tarball and their checksums, into target/packages (release builds: some minutes)
	packaging/build.sh

audit: ## licences, sources, duplicate crates, and who has unsafe or C (builds cargo-deny: some minutes)
	python3 packaging/unsafe_crates.py
	cargo deny --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-deny
	cargo deny --config .cargo/deny.toml check bans licenses sources

book: ## the documents as a book, into target/book
	@tests/setup.sh test
	packaging/book.sh

bench: ## what a decision costs, beside named peers
	@tests/setup.sh bench
	cargo build --quiet --release -p prosody-verifier -p bench
	cargo build --quiet --release --manifest-path tests/bench/peers/Cargo.toml
	target/release/bench

issuing: ## what an issued link costs over HTTP, beside the same service in Node and in Python (two minutes)
	@tests/setup.sh issuing
	cargo build --quiet --release -p roompass
	/usr/bin/python3 tests/bench/issuing/run.py

load: ## strangers by the minute, rooms by the thousand, what the door and a long feed cost (some minutes)
	@tests/setup.sh test
	cargo build --quiet --release -p prosody-verifier -p roompass -p e2e
	for part in strangers rooms cost feed; do ROOMPASS_BUILT=1 target/release/load $$part $(LOAD_ON) || exit 1; done

# libFuzzer wants flags of a nightly compiler; RUSTC_BOOTSTRAP lets the installed one have them. New inputs stay
# under fuzz/target; what is worth keeping is copied into fuzz/corpus by hand (docs/testing.md).
FUZZ_SECONDS := 60
fuzz: ## random bytes against the token, a minute a target (builds cargo-fuzz)
	cargo fuzz --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-fuzz
	cd crates/room-token/fuzz && for target in $$(cargo fuzz list); do \
		mkdir -p target/found/$$target && \
		RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none --debug-assertions $$target target/found/$$target corpus/$$target \
			-- -max_total_time=$(FUZZ_SECONDS) -max_len=1500 || exit 1; \
	done

mutants: ## does a test notice each small change of the core (builds cargo-mutants; an hour)
	cargo mutants --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-mutants
	cargo mutants --package room-token --output target
