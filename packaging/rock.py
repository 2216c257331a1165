#!/usr/bin/env python3
"""Packs the door for `prosodyctl install`: a binary rock of luarocks with modules and library, and the manifest of its folder.

    packaging/rock.py LIBRARY VERSION ARCH FOLDER    ARCH as luarocks spells it, such as linux-x86_64

Prosody does not look for libraries where rocks put them (its `package.cpath` is never told); our loader looks there itself.
The same files and SOURCE_DATE_EPOCH give the same bytes.
"""

import hashlib
import os
import sys
import time
import zipfile
from pathlib import Path

NAME = "prosody-roompass"


def rockspec(version, modules):
    listed = "\n".join(f'\t\t["{name}"] = "{file.name}";' for name, file in modules.items())
    return f"""rockspec_format = "1.0"
package = "{NAME}"
version = "{version}-1"
source = {{ url = "{NAME}-{version}.tar.gz" }}
description = {{
	summary = "Signed room links for Jitsi Meet, the door in Prosody";
	detailed = "A room opens only for somebody whose link was signed, while Jitsi keeps its anonymous login.";
	license = "Apache-2.0 OR MIT";
}}
dependencies = {{ "lua >= 5.4, < 5.5" }}
build = {{
	type = "builtin";
	modules = {{
{listed}
	}};
	install = {{ lib = {{ roompass_verifier = "roompass_verifier.so" }} }};
}}
"""


def table(entries):
    """A table of Lua, of text and further tables."""
    rows = (f"[{quoted(key)}] = {table(value) if isinstance(value, dict) else quoted(value)}" for key, value in entries.items())
    return "{ " + ", ".join(rows) + " }"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def sums(files):
    """The MD5 of each file by its path, folder by folder: what luarocks compares after it has unpacked a rock."""
    tree = {}
    for path, data in files.items():
        *folders, name = path.split("/")
        place = tree
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = hashlib.md5(data).hexdigest()
    return tree


def rock(version, library):
    # Libraries of modules lose `.lib`, for luarocks names files by modules; Prosody looks for both spellings.
    modules = {file.name.split(".")[0]: file for file in sorted(Path("lua").glob("*.lua"))}
    files = {f"{NAME}-{version}-1.rockspec": rockspec(version, modules).encode()}
    files |= {f"lua/{name}.lua": file.read_bytes() for name, file in modules.items()}
    files["lib/roompass_verifier.so"] = library.read_bytes()
    files["doc/LICENSE"] = Path("LICENSE").read_bytes()
    files["rock_manifest"] = f"rock_manifest = {table(sums(files))}\n".encode()
    return files


def write(path, files):
    stamp = time.gmtime(max(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), 315532800))[:6]
    beside = path.with_name(f".{path.name}.new")
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if name.startswith("lib/") else 0o100644) << 16
            archive.writestr(entry, data)
    beside.replace(path)


def main(library, version, arch, folder):
    files = rock(version, Path(library))
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    write(out / f"{NAME}-{version}-1.{arch}.rock", files)
    release = f'{{ ["{version}-1"] = {{ {{ arch = "{arch}" }} }} }}'
    manifest = f"commands = {{}}\nmodules = {{}}\nrepository = {{ [{quoted(NAME)}] = {release} }}\n"
    (out / "manifest-5.4").write_text(manifest)


if __name__ == "__main__":
    main(*sys.argv[1:])
