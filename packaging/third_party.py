#!/usr/bin/env python3
"""What is linked into a package of ours: a CycloneDX 1.5 list of it, and the licences, out of `cargo metadata`.

    packaging/third_party.py FOLDER PACKAGE...    writes PACKAGE.cdx.json and third-party-licences.txt into FOLDER

Only what reaches the machine that it is built for counts: no tests, no build scripts, no other platforms.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

NAMES = ("license", "licence", "copying", "unlicense", "copyright", "notice")


def metadata():
    host = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    host = host.split("host: ")[1].split()[0]
    command = ["cargo", "metadata", "--format-version=1", "--locked", f"--filter-platform={host}"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def linked(meta, package):
    """The packages that are linked into this one, itself left out; the crates that only a compiler loads stand among them."""
    nodes = {node["id"]: node for node in meta["resolve"]["nodes"]}
    root = next(p["id"] for p in meta["packages"] if p["name"] == package and p["source"] is None)
    found, ahead = set(), [root]
    while ahead:
        for dep in nodes[ahead.pop()]["deps"]:
            if any(kind["kind"] is None for kind in dep["dep_kinds"]) and dep["pkg"] not in found:
                found.add(dep["pkg"])
                ahead.append(dep["pkg"])
    packages = [p for p in meta["packages"] if p["id"] in found]
    return sorted(packages, key=lambda p: (p["name"], p["version"]))


def checksums():
    """SHA-256 of each crate as the registry packs it, by name and version."""
    locked = tomllib.loads(Path("Cargo.lock").read_text())["package"]
    return {(p["name"], p["version"]): p["checksum"] for p in locked if "checksum" in p}


def component(package, sums):
    """One entry of the list; what has no source is ours."""
    entry = {"type": "library", "name": package["name"], "version": package["version"]}
    if package["license"]:
        entry["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    if package["source"]:
        entry["purl"] = f"pkg:cargo/{package['name']}@{package['version']}"
        entry["bom-ref"] = entry["purl"]
        entry["hashes"] = [{"alg": "SHA-256", "content": sums[package["name"], package["version"]]}]
    return entry


def sbom(meta, package):
    version = next(p["version"] for p in meta["packages"] if p["name"] == package)
    sums = checksums()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": package, "version": version}},
        "components": [component(p, sums) for p in linked(meta, package)],
    }


def licences(packages):
    """The text of each licence file, once, under all packages that bring it."""
    texts, bare = {}, []
    for package in packages:
        folder = Path(package["manifest_path"]).parent
        files = [f for f in sorted(folder.iterdir()) if f.is_file() and f.name.lower().startswith(NAMES)]
        title = f"{package['name']} {package['version']} ({package['license']})"
        if not files:
            bare.append(title)
        for file in files:
            texts.setdefault(file.read_text(errors="replace").strip(), []).append(title)
    parts = [", ".join(dict.fromkeys(titles)) + "\n\n" + text for text, titles in texts.items()]
    parts += [f"{title}: its package has no licence file; the licence is the one that it names" for title in bare]
    return ("\n\n" + "=" * 79 + "\n").join(parts) + "\n"


def main(folder, names):
    meta = metadata()
    everything = {}
    for name in names:
        text = json.dumps(sbom(meta, name), indent=1) + "\n"
        Path(folder, f"{name}.cdx.json").write_text(text)
        everything |= {p["id"]: p for p in linked(meta, name) if p["source"]}
    Path(folder, "third-party-licences.txt").write_text(licences(everything.values()))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
