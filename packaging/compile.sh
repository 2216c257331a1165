#!/usr/bin/env bash
# Builds packages of the workspace for a release, so that where they are built stands in no file, and prints the folder.
#
#   packaging/compile.sh PACKAGE...
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
# RUSTFLAGS replaces what .cargo/config.toml says, so its words are here again.
faster=
[ "$(uname -m)" != x86_64 ] || faster='--cfg curve25519_dalek_backend="avx512"'
export RUSTFLAGS="${RUSTFLAGS:-} $faster --remap-path-prefix=$PWD=/roompass --remap-path-prefix=$target=/target --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
# Each by itself: of two at once a library that both have would be built for what either wants of it, and the verifier
# would be another one beside the issuer than alone.
for package in "$@"; do cargo build --locked --release -p "$package" >&2; done
printf '%s\n' "$target/release"
