#!/usr/bin/env bash
# Builds the packages for this machine's architecture, and what goes with them, into target/packages.
#
#   packaging/build.sh                   a release: builds the programs first
#   packaging/build.sh --built FOLDER    packs what cargo built in FOLDER (such as target/debug), uncompressed, no tarball
#   packaging/build.sh --whole           with --built: the tarball and the checksums all the same
#   packaging/build.sh --out FOLDER      where to put it all
#   packaging/build.sh --version V       a version for the packages, instead of the workspace's
#
# Two runs over the same programs and commit give the same bytes. Everything is made beside its place and renamed.
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
	printf 'packages: error: %s\npackages: hint: %s\n' "$1" "$2" >&2
	exit 1
}

built='' out=target/packages version='' whole=no
while [ $# -gt 0 ]; do
	case $1 in
	--whole)
		whole=yes
		shift
		continue
		;;
	--built) built=${2:?a folder} ;;
	--out) out=${2:?a folder} ;;
	--version) version=${2:?a version} ;;
	*) die "there is no option $1" "the head of $0 lists them" ;;
	esac
	shift 2
done

for program in dpkg-deb dpkg-shlibdeps strip python3; do
	command -v $program >/dev/null || die "there is no $program" "as root: apt-get install dpkg-dev binutils python3"
done
[ -n "$version" ] || version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
arch=$(dpkg --print-architecture)
triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH
compression=-Zxz gzip=9
if [ -n "$built" ]; then
	compression=-Znone gzip=1
else
	whole=yes
	built=$(packaging/compile.sh roompass prosody-verifier)
fi
for file in roompass libroompass_verifier.so; do
	[ -e "$built/$file" ] || die "$built/$file is missing" "cargo build -p roompass -p prosody-verifier"
done

mkdir -p "$out"
out=$(realpath "$out") # what is called below works in other folders
work=$(mktemp -d "$out/.work.XXXXXX")
trap 'rm -rf "$work"' EXIT
umask 022

put() { install -D -m "$1" "$2" "$3"; }
# Files in a package's documentation are compressed, by Debian's policy.
put_gz() {
	mkdir -p "$(dirname "$2")"
	gzip -9n <"$1" >"$2.gz"
	chmod 644 "$2.gz"
}

# Prefers /lib to /usr/lib, as dpkg-shlibdeps knows them.
shared_libraries() {
	mkdir -p "$work/shlibs/debian"
	printf 'Source: roompass\n\nPackage: roompass\nArchitecture: any\n' >"$work/shlibs/debian/control"
	(cd "$work/shlibs" && dpkg-shlibdeps -O "$1") 2>"$work/shlibs/log" | sed 's/^shlibs:Depends=//' ||
		{ cat "$work/shlibs/log" >&2 && die "dpkg-shlibdeps failed" "its words are above"; }
}

documents() {
	local folder=$1 name=${1##*/}
	{
		printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: roompass\n'
		printf 'Comment: third-party-licences.txt.gz beside this file has those of the libraries that are linked in.\n\n'
		printf 'Files: *\nCopyright: 2026 the Roompass authors\nLicense: Apache-2.0 or Expat\n\n'
		printf 'License: Apache-2.0\n On Debian systems its text is in /usr/share/common-licenses/Apache-2.0.\n\nLicense: Expat\n'
		sed -n '/^Permission is hereby/,/^SOFTWARE\.$/p' LICENSE | sed 's/^$/./; s/^/ /'
	} >"$work/copyright"
	put 644 "$work/copyright" "$folder/copyright"
	put_gz CHANGELOG.md "$folder/NEWS"
	{
		printf '%s (%s) unstable; urgency=medium\n\n  * NEWS.gz says what is new.\n\n' "$name" "$version"
		printf ' -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' packaging/deb/roompass/control)" "$(LC_ALL=C date -uRd "@$SOURCE_DATE_EPOCH")"
	} >"$work/changelog"
	put_gz "$work/changelog" "$folder/changelog"
	[ ! -e "packaging/deb/$name/overrides" ] || put 644 "packaging/deb/$name/overrides" "${folder%/doc/*}/lintian/overrides/$name"
	put_gz "$work/third-party-licences.txt" "$folder/third-party-licences.txt"
}

# pack NAME PROGRAM: control files out of packaging/deb/NAME, the rest is in place.
pack() {
	local name=$1 program=$2 root=$work/$1 shlibs size
	documents "$root/usr/share/doc/$name"
	shlibs=$(shared_libraries "$program")
	[ -n "$shlibs" ] || die "$program links no library that a package has" "was it built for this machine?"
	size=$(du -sk --apparent-size "$root" | cut -f1)
	mkdir "$root/DEBIAN"
	for script in packaging/deb/"$name"/{control,postinst,prerm,postrm}; do
		[ -e "$script" ] || continue
		sed "s|@VERSION@|$version|; s|@ARCH@|$arch|; s|@SIZE@|$size|; s|@SHLIBS@|$shlibs|" "$script" >"$root/DEBIAN/${script##*/}"
		[ "${script##*/}" = control ] || chmod 755 "$root/DEBIAN/${script##*/}"
	done
	(cd "$root" && find etc -type f -printf '/%p\n' 2>/dev/null | sort) >"$root/DEBIAN/conffiles" || true
	[ -s "$root/DEBIAN/conffiles" ] || rm "$root/DEBIAN/conffiles"
	(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
	find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
	dpkg-deb --root-owner-group $compression --build "$root" "$work/$name.deb" >&2
}

issuer_package() {
	local root=$work/roompass file
	put 755 "$work/bin/roompass" "$root/usr/bin/roompass"
	mkdir "$work/man"
	"$work/bin/roompass" man "$work/man"
	for file in "$work"/man/*.1; do put_gz "$file" "$root/usr/share/man/man1/${file##*/}"; done
	mkdir "$work/completions"
	for file in bash zsh fish; do "$work/bin/roompass" completions $file >"$work/completions/$file"; done
	put 644 "$work/completions/bash" "$root/usr/share/bash-completion/completions/roompass"
	put 644 "$work/completions/zsh" "$root/usr/share/zsh/vendor-completions/_roompass"
	put 644 "$work/completions/fish" "$root/usr/share/fish/vendor_completions.d/roompass.fish"
	put 644 packaging/systemd/roompass.service "$root/usr/lib/systemd/system/roompass.service"
	put 644 packaging/systemd/roompass-gate.service "$root/usr/lib/systemd/system/roompass-gate.service"
	put 644 packaging/deb/roompass/sysusers "$root/usr/lib/sysusers.d/roompass.conf"
	for file in packaging/nginx/*.conf; do put 644 "$file" "$root/etc/nginx/snippets/${file##*/}"; done
	# The settings as a first start writes them; but 8080 is the videobridge's on a machine with Jitsi.
	"$work/bin/roompass" admin invite --state "$work/state" >/dev/null 2>&1 || true
	sed 's|^#listen = .*|listen = "127.0.0.1:8480"|' "$work/state/roompass.toml" >"$work/roompass.toml"
	grep -q '^listen = "127.0.0.1:8480"$' "$work/roompass.toml" || die "the settings have no line for listen" "see crates/issuer/src/config.rs"
	put 640 "$work/roompass.toml" "$root/etc/roompass/roompass.toml"
	put 644 "$work/roompass.cdx.json" "$root/usr/share/doc/roompass/roompass.cdx.json"
	pack roompass "$root/usr/bin/roompass"
}

# Prosody holds a library by its real path: each version has its own, and the name that Lua looks for leads there.
verifier_package() {
	local root=$work/prosody-roompass file
	local library=usr/lib/$triplet/lua/5.4 name=roompass_verifier-$version.so
	put 644 "$work/bin/libroompass_verifier.so" "$root/$library/$name"
	ln -s "$name" "$root/$library/roompass_verifier.so"
	for file in lua/*.lua; do put 644 "$file" "$root/usr/lib/prosody/modules/${file##*/}"; done
	put 644 "$work/prosody-verifier.cdx.json" "$root/usr/share/doc/prosody-roompass/prosody-verifier.cdx.json"
	put_gz lua/README.md "$root/usr/share/doc/prosody-roompass/README.md"
	pack prosody-roompass "$root/$library/$name"
}

# The same for machines without dpkg: programs, modules, units, lines for nginx, licences.
tarball() {
	local name=roompass-$version-linux-$arch
	local root=$work/$name
	put 755 "$work/bin/roompass" "$root/bin/roompass"
	put 644 "$work/bin/libroompass_verifier.so" "$root/lib/roompass_verifier.so"
	mkdir -p "$root/lua" "$root/systemd" "$root/nginx" "$root/man"
	install -m 644 lua/*.lua lua/README.md "$root/lua"
	install -m 644 packaging/systemd/*.service "$root/systemd"
	install -m 644 packaging/nginx/*.conf "$root/nginx"
	install -m 644 "$work"/man/*.1 "$root/man"
	install -m 644 LICENSE README.md CHANGELOG.md "$work/third-party-licences.txt" "$work"/*.cdx.json "$root"
	tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -c "$name" | gzip -n$gzip >"$work/$name.tar.gz"
}

mkdir "$work/bin"
for file in roompass libroompass_verifier.so; do strip --strip-unneeded -o "$work/bin/$file" "$built/$file"; done
python3 packaging/third_party.py "$work" roompass prosody-verifier
issuer_package
verifier_package
mv "$work/roompass.deb" "$out/roompass_${version}_$arch.deb"
mv "$work/prosody-roompass.deb" "$out/prosody-roompass_${version}_$arch.deb"
if [ $whole = yes ]; then
	tarball
	packaging/rock.py "$work/bin/libroompass_verifier.so" "$version" "linux-$(uname -m)" "$work/rock"
	mv "$work/roompass-$version-linux-$arch.tar.gz" "$work"/rock/*.rock "$work"/*.cdx.json "$out"
	(cd "$out" && sha256sum -- *_"${version}"_"$arch".deb *-"$version"-linux-"$arch".tar.gz *-"$version"-1.*.rock *.cdx.json >SHA256SUMS.new && mv SHA256SUMS.new SHA256SUMS)
fi
if [ $compression = -Zxz ]; then # what is packed for a test is not compressed, which is an error to lintian
	if command -v lintian >/dev/null; then
		lintian --fail-on error,warning "$out"/*_"${version}"_"$arch".deb >&2
	else
		printf 'packages: there is no lintian here, so nobody has looked at them\n' >&2
	fi
fi
printf 'packages: in %s\n' "$out" >&2
