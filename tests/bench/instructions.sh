#!/bin/sh
# Instructions a call, and ratios of them: the same on a busy machine as on an idle one. Needs valgrind and
# `cargo build --release -p bench`.
#
# A case is run 100 times and 300 times; what start-up costs falls out of the difference.
set -eu
bench=$(dirname "$0")/../../target/release/bench

instructions() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" count "$1" "$2" 2>&1 |
		sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

per_call() {
	few=$(instructions "$1" 100)
	many=$(instructions "$1" 300)
	echo $(((many - few) / 200))
}

ratio() {
	awk -v name="$1" -v part="$2" -v whole="$3" \
		'BEGIN { printf "%-28s %10d / %10d = %.4f\n", name, part, whole, part / whole }'
}

strict=$(per_call verify_strict)
decide=$(per_call decide)
ratio "decide / verify_strict" "$decide" "$strict"
for case in garbage foreign-kid wrong-shape; do
	ratio "$case / decide" "$(per_call "$case")" "$decide"
done
ratio "issue / sign" "$(per_call issue)" "$(per_call sign)"
