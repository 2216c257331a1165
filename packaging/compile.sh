#!/usr/bin/env bash
# Builds packages of the workspace for a release, so that where they are built stands in no file, and prints the folder.
#
#   packaging/compile.sh PACKAGE...
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$PWD=/roompass --remap-path-prefix=$target=/target --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
packages=()
for package in "$@"; do packages+=(-p "$package"); done
cargo build --locked --release "${packages[@]}" >&2
printf '%s\n' "$target/release"
