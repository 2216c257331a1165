#!/usr/bin/env bash
# Puts Prosody 13 as Debian 13 ships it, with its own Lua and C library, into a folder beside whatever this machine
# has installed, and prints the folder. Needs no root, changes nothing else, and takes some seconds once.
#
#   tests/prosody13.sh           makes the folder unless it is there
#   tests/prosody13.sh --have    prints it if it is there, and makes nothing
#
# The folder is $ROOMPASS_PROSODY_13, or roompass/prosody-13 in the cache of the user. Its `bin/prosody`,
# `bin/prosodyctl` and `bin/lua` run in place: no chroot, no mount. Packages come from $ROOMPASS_DEBIAN_MIRROR.
set -euo pipefail

folder=${ROOMPASS_PROSODY_13:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/roompass/prosody-13}
mirror=${ROOMPASS_DEBIAN_MIRROR:-http://deb.debian.org/debian}
packages=prosody,lua5.4,lua-event,lua-unbound,lua-readline,libgcc-s1
recipe=$0

die() {
	printf 'prosody13: error: %s\nprosody13: hint: %s\n' "$1" "$2" >&2
	exit 1
}

# Programs of another C library run through that library's own loader, which need not be the one at /lib.
write_program() {
	local name=$1 script=${2:-}
	cat >"bin/$name" <<-END
		#!/bin/sh
		LUA_PATH='$folder/usr/lib/prosody/?.lua;$folder/usr/share/lua/5.4/?.lua;$folder/usr/share/lua/5.4/?/init.lua'
		LUA_CPATH='$folder/usr/lib/prosody/?.so;$folder/$libraries/lua/5.4/?.so'
		export LUA_PATH LUA_CPATH
		exec '$folder/$loader' --library-path '$folder/$libraries' '$folder/usr/bin/lua5.4' ${script:+"'$folder/$script'"} "\$@"
	END
	chmod 755 "bin/$name"
}

# Prosody's scripts have their own place written into them.
write_programs() {
	local libraries loader
	libraries=$(dirname usr/lib/*-linux-gnu*/libc.so.6)
	loader=$(echo "$libraries"/ld-linux*.so.*)
	mkdir bin
	sed -i "s|'/usr/lib/prosody|'$folder/usr/lib/prosody|" usr/bin/prosody usr/bin/prosodyctl
	write_program lua
	write_program prosody usr/bin/prosody
	write_program prosodyctl usr/bin/prosodyctl
}

# Whoever was killed in the middle leaves nothing that looks whole.
make_folder() {
	local log=$work/log
	mmdebstrap --quiet --variant=extract --mode=chrootless --include="$packages" trixie "$work/root" "$mirror" >"$log" 2>&1 || {
		tail -n 15 "$log" >&2
		die "Debian 13's packages could not be fetched from $mirror" \
			"its last words are above; is the network there? name another mirror in ROOMPASS_DEBIAN_MIRROR"
	}
	(cd "$work/root" && rm -rf usr/share/doc usr/share/man usr/share/locale && write_programs)
	cp "$recipe" "$work/root/.recipe"
	rm -rf "$folder"
	mv -T "$work/root" "$folder"
}

is_there() { cmp -s "$recipe" "$folder/.recipe"; }

if [ "${1:-}" = --have ] && ! is_there; then exit 1; fi

if ! is_there; then
	command -v mmdebstrap >/dev/null || die "there is no mmdebstrap, which fetches Debian's packages" \
		"as root: apt-get install --no-install-recommends mmdebstrap debian-archive-keyring"
	mkdir -p "$(dirname "$folder")"
	exec 9>"$folder.lock"
	flock 9 # of two at once the second finds it done
	is_there || printf 'prosody13: fetching Prosody 13 from %s, into %s\n' "$mirror" "$folder" >&2
	work=$(mktemp -d "$folder.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	is_there || make_folder
fi
echo "$folder"
