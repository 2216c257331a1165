#!/usr/bin/env bash
# Makes a release of the commit that is checked out: packages, tarball, lists of what is linked in, notes, checksums, and
# a signature over the checksums, into target/release-VERSION.
#
#   packaging/release.sh --key FILE         an Ed25519 key of OpenSSH (`ssh-keygen -t ed25519`), the public half beside it
#   packaging/release.sh … --from TAG       upgrades from that release too, instead of the last one before this commit
#   packaging/release.sh … --built FOLDER   a rehearsal: signs what cargo built there, and leaves out what takes long
#
# docs/releases.md says how others check it. The folder appears when all is done, or not at all.
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
	printf 'release: error: %s\nrelease: hint: %s\n' "$1" "$2" >&2
	exit 1
}
say() { printf 'release: %s\n' "$1" >&2; }

key='' from='' built=''
while [ $# -gt 0 ]; do
	case $1 in
	--key) key=${2:?a file} ;;
	--from) from=${2:?a tag} ;;
	--built) built=${2:?a folder} ;;
	*) die "there is no option $1" "the head of $0 lists them" ;;
	esac
	shift 2
done

check_key() {
	[ -n "$key" ] || die "no key was named" "packaging/release.sh --key FILE"
	[ -e "$key" ] || die "there is no $key" "make one with ssh-keygen -t ed25519 -f $key, and keep it"
	[ -e "$key.pub" ] || die "there is no $key.pub" "write it with ssh-keygen -y -f $key > $key.pub"
	ssh-keygen -l -f "$key.pub" 2>/dev/null | grep -q '(ED25519)$' || die "$key is no Ed25519 key" "make one with ssh-keygen -t ed25519"
}

# Another compiler makes other bytes, so a release names its own; everything else takes any compiler that is new enough.
check_compiler() {
	local wanted is
	wanted=$(cat packaging/rust-version)
	is=$(rustc --version | cut -d' ' -f2)
	[ "$is" = "$wanted" ] || die "this is Rust $is, and packaging/rust-version says $wanted" \
		"install that one, or write the new number there in a commit of its own"
}

check_tools() {
	local tool
	for tool in lintian readelf cmp; do
		command -v $tool >/dev/null || die "there is no $tool" "as root: apt-get install lintian binutils diffutils"
	done
}

check_commit() {
	[ -z "$(git status --porcelain)" ] || die "the tree has changes that no commit has" "commit them, or put them away; git status lists them"
	local tags
	tags=$(git tag --points-at HEAD --list 'v*')
	[ "$tags" = "v$version" ] || die "Cargo.toml says $version and the tags of this commit are: ${tags:-none}" \
		"the commit of a release has one tag, v$version"
	notes=$(sed -n "/^## \[\?${version//./\\.}\]\?\( \|$\)/,/^## /{/^## /d;p}" CHANGELOG.md)
	[ -n "${notes//[[:space:]]/}" ] || die "CHANGELOG.md says nothing of $version" "give what stands under Unreleased the heading ## $version"
}

# An older machine's library must do, and what a newer compiler or machine brings in unseen shows here.
check_libraries() {
	local newest=2.36 file needs
	for file in "$@"; do
		needs=$({ readelf -V "$file" | grep -o 'GLIBC_[0-9.]*' | cut -d_ -f2 && echo $newest; } | sort -Vu | tail -n1)
		[ "$needs" = $newest ] || die "$file needs the C library $needs, and Debian 12 has $newest" "build on Debian 12"
	done
}

# The library that strangers put into their Prosody: whoever builds it elsewhere must get the same.
check_reproducible() {
	say "building the verifier once more, in another folder"
	git clone --quiet --no-hardlinks . "$work/elsewhere"
	local second
	second=$(cd "$work/elsewhere" && CARGO_TARGET_DIR="$work/elsewhere/out" packaging/compile.sh prosody-verifier)
	cmp "$second/libroompass_verifier.so" "${CARGO_TARGET_DIR:-target}/release/libroompass_verifier.so" ||
		die "two builds of the verifier differ" "diffoscope tells where; packaging/compile.sh has what is to keep them equal"
	rm -rf "$work/elsewhere"
}

check_upgrade() {
	[ -n "$from" ] || from=$(git describe --tags --abbrev=0 --match 'v*' HEAD^ 2>/dev/null) || true
	[ -n "$from" ] || {
		say "no release came before this one: nothing to upgrade from"
		return 0
	}
	say "building $from, and upgrading from it on Debian 12 and 13"
	git clone --quiet --no-hardlinks --branch "$from" . "$work/before"
	(cd "$work/before" && CARGO_TARGET_DIR="$work/before/out" packaging/build.sh --out "$work/old")
	ROOMPASS_UPGRADE_FROM=$work/old ROOMPASS_UPGRADE_TO=$work/new cargo nextest run -p e2e -E 'binary(installs)'
	rm -rf "$work/before"
}

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
out=target/release-$version
check_key
check_compiler
check_commit
[ ! -e "$out" ] || die "$out is there already" "a release is made once; remove the folder if nobody has it"

mkdir -p target
work=$(mktemp -d "$PWD/target/.release.XXXXXX")
trap 'rm -rf "$work"' EXIT
if [ -n "$built" ]; then
	say "a rehearsal: nothing is built, compared or upgraded"
	packaging/build.sh --out "$work/new" --built "$built" --whole
else
	check_tools
	packaging/build.sh --out "$work/new"
	check_libraries "${CARGO_TARGET_DIR:-target}"/release/{roompass,libroompass_verifier.so}
	check_reproducible
	check_upgrade
fi
printf '# Roompass %s\n\nBuilt by %s.\n\n%s\n' "$version" "$(rustc --version)" "$notes" >"$work/new/NOTES.md"
(cd "$work/new" && sha256sum NOTES.md >>SHA256SUMS)
ssh-keygen -q -Y sign -f "$key" -n roompass-release "$work/new/SHA256SUMS"
mv -T "$work/new" "$out"
say "$version is in $out"
