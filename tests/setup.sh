#!/usr/bin/env bash
# Installs what `make demo`, `make test` or `make bench` needs and this machine lacks, and says so.
#
#   tests/setup.sh demo|test|bench|issuing
#
# Packages come from apt (with sudo when you are not root), npm (into tests/e2e/guests/node_modules) and pip
# (into .venv); Prosody 13 from Debian (tests/prosody13.sh). A second run finds everything in place and is silent.
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:?demo, test, bench or issuing}

say() { printf 'setup: %s\n' "$*" >&2; }

die() {
	printf 'setup: error: %s\nsetup: hint: %s\n' "$1" "$2" >&2
	exit 1
}

missing=()

# need PACKAGE TEST...: the package is wanted unless the test succeeds.
need() {
	local package=$1
	shift
	"$@" >/dev/null 2>&1 || missing+=("$package")
}

has() { command -v "$1"; }

is_ubuntu() { grep -q '^ID=ubuntu' /etc/os-release; }

has_faketime() { compgen -G '/usr/lib/*/faketime/libfaketime.so.1'; }

has_nginx() { has nginx || test -x /usr/sbin/nginx; }

has_postgresql() { has postgres || ls /usr/lib/postgresql/*/bin/postgres; }

# Debian's basexx is for any Lua, and lies where 5.2 looks.
lua_has() { LUA_PATH='/usr/share/lua/5.2/?.lua;;' lua5.4 -e "require '$1'"; }

python_has() { /usr/bin/python3 -c "import $1"; }

list_issuing_packages() {
	need g++ has g++
	need make has make
	need nodejs has node
	need npm has npm
	need python3-venv python_has ensurepip
	need util-linux has taskset
	need wrk has wrk
}

list_packages() {
	need gcc has cc
	need libc6-dev test -e /usr/include/stdio.h
	need prosody has prosody
	need haproxy has haproxy
	need lua5.4 has lua5.4
	need nodejs has node
	need npm has npm
	need python3 has /usr/bin/python3
	need python3-icalendar python_has icalendar
	need python3-slixmpp python_has slixmpp
	# For Jitsi's own verifier in Lua, beside ours, if it is here.
	if [ "$what" = bench ] && [ -e "${LUAJWTJITSI:-/usr/share/jitsi-meet/prosody-plugins/luajwtjitsi.lib.lua}" ]; then
		need lua-basexx lua_has basexx
		need lua-cjson lua_has cjson
		need lua-luaossl lua_has openssl.hmac
	fi
	if [ "$what" != demo ]; then
		need lua-busted has busted
		need lua-check has luacheck
		need python3-jwt python_has jwt
		need python3-cryptography python_has cryptography
		need python3-venv python_has ensurepip
		need openssl has openssl
		need libfaketime has_faketime
		need php-cli has php
		need valgrind has valgrind
		need softhsm2 has softhsm2-util
		need opensc has pkcs11-tool
		need postgresql has_postgresql
		need nginx has_nginx
		need dpkg-dev has dpkg-shlibdeps
		need binutils has strip
		need iproute2 has ip
		need prometheus has promtool
		need luarocks has luarocks
		# Ubuntu's package is an empty shell around a snap; there the browser's test wants a browser of yours.
		is_ubuntu || need chromium has chromium
		# Only for Prosody 13, without which the tests run too.
		if can_install; then
			need mmdebstrap has mmdebstrap
			need debian-archive-keyring test -e /usr/share/keyrings/debian-archive-keyring.gpg
		fi
	fi
}

can_install() { [ "$(id -u)" -eq 0 ] || has sudo >/dev/null; }

install_packages() {
	[ ${#missing[@]} -gt 0 ] || return 0
	has apt-get >/dev/null || die \
		"these are missing and there is no apt-get to install them with: ${missing[*]}" \
		"Roompass's demo and tests run on Debian 12, 13 and Ubuntu 24.04; elsewhere install the same programs by hand"
	local as_root=()
	if [ "$(id -u)" -ne 0 ]; then
		has sudo >/dev/null || die "installing ${missing[*]} needs root, and there is no sudo" \
			"as root: apt-get install --no-install-recommends ${missing[*]}"
		as_root=(sudo)
	fi
	say "installing with apt (a minute or two): ${missing[*]}"
	quietly "the package index cannot be read" "${as_root[@]}" apt-get update -qq
	without_starting_services "${as_root[@]}"
}

# The packages of Prosody and HAProxy would start a server on this machine; we start our own, on loopback.
without_starting_services() {
	local policy=/usr/sbin/policy-rc.d ours=no
	if [ ! -e $policy ]; then
		ours=yes
		printf '#!/bin/sh\nexit 101\n' | "$@" tee $policy >/dev/null
		"$@" chmod 755 $policy
	fi
	local status=0
	"$@" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$log" 2>&1 || status=$?
	[ $ours = no ] || "$@" rm -f $policy
	[ $status -eq 0 ] || tail_and_die "apt-get could not install ${missing[*]}"
}

# What installers say is kept for when they fail.
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# quietly WHAT COMMAND...: runs it; when it fails, shows the end of what it said.
quietly() {
	local what=$1
	shift
	"$@" >"$log" 2>&1 || tail_and_die "$what"
}

tail_and_die() {
	tail -n 20 "$log" >&2
	die "$1" "its last words are above; is the network there, and the registry or mirror reachable?"
}

install_node_modules() {
	local folder=tests/e2e/guests
	local stamp=$folder/node_modules/.installed
	cmp -s $folder/package-lock.json $stamp && return 0
	say "installing with npm, into $folder/node_modules: the guests' XMPP library and its company"
	quietly "npm could not install the guests' packages" \
		npm --prefix $folder ci --no-audit --no-fund --fetch-retries=1 --loglevel=error
	cp $folder/package-lock.json $stamp
}

install_python_tools() {
	local list=tests/requirements.txt
	cmp -s $list .venv/.installed && return 0
	say "installing with pip, into .venv: $(sed -n 's/==.*//p' $list | paste -sd ' ')"
	quietly "Python could not make a venv" /usr/bin/python3 -m venv --clear .venv
	quietly "pip could not install what $list names" .venv/bin/python3 -m pip install --quiet --disable-pip-version-check -r $list
	cp $list .venv/.installed
}

# Its stories are left out when it cannot be had; the Makefile says so once more, where nobody overlooks it.
install_prosody13() {
	tests/prosody13.sh >/dev/null || say "going on without Prosody 13"
}

# The same for the Debians in which the packages are installed.
install_trees() {
	local release
	for release in 12 13; do
		tests/trees.sh $release >/dev/null || say "going on without Debian $release"
	done
}

# The peers of `make issuing`: npm and pip, in folders of their own.
install_issuing_peers() {
	local folder=tests/bench/issuing
	if ! cmp -s $folder/package-lock.json $folder/node_modules/.installed; then
		say "installing with npm, into $folder/node_modules: fastify, jose and better-sqlite3, which is compiled here"
		quietly "npm could not install the peers" npm --prefix $folder ci --no-audit --no-fund --fetch-retries=1 --loglevel=error
		cp $folder/package-lock.json $folder/node_modules/.installed
	fi
	cmp -s $folder/requirements.txt $folder/.venv/.installed && return 0
	say "installing with pip, into $folder/.venv: FastAPI, uvicorn and PyJWT"
	quietly "Python could not make a venv" /usr/bin/python3 -m venv --clear $folder/.venv
	quietly "pip could not install the peers" $folder/.venv/bin/python3 -m pip install --quiet --disable-pip-version-check -r $folder/requirements.txt
	cp $folder/requirements.txt $folder/.venv/.installed
}

install_nextest() {
	cargo nextest --version >/dev/null 2>&1 && return 0
	say "installing with cargo: cargo-nextest (five minutes or so)"
	quietly "cargo could not install cargo-nextest" cargo install --quiet --locked cargo-nextest
}

rust_is_new_enough() {
	local version
	version=$(cargo --version | cut -d' ' -f2)
	[ "$(printf '%s\n' 1.95.0 "$version" | sort -V | head -n1)" = 1.95.0 ]
}

has cargo >/dev/null || die "there is no cargo" "install Rust 1.95 or later, for example with rustup"
rust_is_new_enough || die "this is $(cargo --version), and Roompass needs 1.95" "update it, for example with rustup"
if [ "$what" = issuing ]; then
	list_issuing_packages
	install_packages
	install_issuing_peers
	exit
fi
list_packages
install_packages
install_node_modules
if [ "$what" != demo ]; then
	install_python_tools
	install_nextest
	install_prosody13
	install_trees
fi
