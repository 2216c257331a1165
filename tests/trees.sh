#!/usr/bin/env bash
# Puts a small Debian or Ubuntu with Prosody and systemd into a folder, for the tests that install our packages there, and
# prints the folder. Wants root; takes some minutes once.
#
#   tests/trees.sh 12|13|24.04            makes Debian 12 or 13, or Ubuntu 24.04, unless it is there
#   tests/trees.sh --have 12|13|24.04     prints it if it is there, and makes nothing
#
# The folders are in $ROOMPASS_TREES, or roompass/trees in the cache of the user. Nothing is ever written into one again:
# tests lay a file system in memory over it. Packages come from $ROOMPASS_DEBIAN_MIRROR, or $ROOMPASS_UBUNTU_MIRROR.
# Debian has no package of the key with which Ubuntu signs; without it Ubuntu comes only for ROOMPASS_UBUNTU=unsigned.
set -euo pipefail

have=no
if [ "${1:-}" = --have ]; then
	have=yes
	shift
fi
release=${1:?12, 13 or 24.04}
trees=${ROOMPASS_TREES:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/roompass/trees}
mirror=${ROOMPASS_DEBIAN_MIRROR:-http://deb.debian.org/debian}
options=() system=Debian
packages=prosody,lua-unbound,lua-event,lua-readline,systemd,ca-certificates
recipe="$release $packages"

die() {
	printf 'trees: error: %s\ntrees: hint: %s\n' "$1" "$2" >&2
	exit 1
}

case $release in
12) suite=bookworm ;;
13) suite=trixie ;;
24.04)
	suite=noble system=Ubuntu mirror=${ROOMPASS_UBUNTU_MIRROR:-http://archive.ubuntu.com/ubuntu}
	options=("--components=main,universe")
	;;
*) die "there is no $release here" "say 12, 13 or 24.04" ;;
esac
folder=$trees/${system,,}-$release

# Who signed what is fetched: nobody whom this machine knows, if the tester says that this will do.
ubuntu_key() {
	local keyring=/usr/share/keyrings/ubuntu-archive-keyring.gpg
	if [ -e $keyring ]; then
		options+=("--keyring=$keyring")
	elif [ "${ROOMPASS_UBUNTU:-}" = unsigned ]; then
		mirror="deb [trusted=yes] $mirror $suite main universe"
	else
		die "there is no $keyring to check Ubuntu's packages with" \
			"bring it from an Ubuntu, or say ROOMPASS_UBUNTU=unsigned to do without"
	fi
}

is_there() { [ "$(cat "$folder/.recipe" 2>/dev/null)" = "$recipe" ]; }

# A file system over another needs root, or a mount in a name space that this machine allows nobody else.
can_use() { [ "$(id -u)" -eq 0 ] && unshare --mount --pid --net --fork true 2>/dev/null; }

can_use || die "a tree is of no use without root and name spaces of one's own" "run the tests as root, outside a container that forbids mounts"
if ! is_there; then
	[ $have = no ] || exit 1
	command -v mmdebstrap >/dev/null || die "there is no mmdebstrap, which fetches Debian's packages" \
		"as root: apt-get install --no-install-recommends mmdebstrap debian-archive-keyring"
	mkdir -p "$trees"
	exec 9>"$folder.lock"
	flock 9 # of two at once the second finds it done
	if ! is_there; then
		[ $system = Debian ] || ubuntu_key
		printf 'trees: fetching %s %s from %s, into %s\n' $system "$release" "$mirror" "$folder" >&2
		work=$(mktemp -d "$folder.XXXXXX")
		trap 'rm -rf "$work"' EXIT
		mmdebstrap --quiet --variant=apt --include="$packages" --aptopt='APT::Install-Recommends "false"' "${options[@]}" \
			$suite "$work/root" "$mirror" >"$work/log" 2>&1 || {
			tail -n 15 "$work/log" >&2
			die "$system $release could not be fetched from $mirror" \
				"its last words are above; is the network there? name another mirror in ROOMPASS_DEBIAN_MIRROR"
		}
		printf '%s\n' "$recipe" >"$work/root/.recipe"
		rm -rf "$folder"
		mv -T "$work/root" "$folder"
	fi
fi
echo "$folder"
