#!/usr/bin/env python3
"""Are the linked crates with `unsafe` or C those of docs/dependencies.md? Names the ones that differ; `make audit` runs it."""

import re
import sys
from pathlib import Path

import third_party

USE = re.compile(r"\bunsafe\s*(\{|fn|impl|extern|trait)")


def is_plain(package):
    root = Path(package["manifest_path"]).parent
    if package["links"]:
        return False
    for file in (root / "src").rglob("*.rs"):
        lines = file.read_text(errors="replace").splitlines()
        if any(USE.search(line.split("//")[0]) for line in lines):
            return False
    return True


def is_macro(package):
    return any("proc-macro" in target["kind"] for target in package["targets"])


def main(document):
    rows = [line for line in Path(document).read_text().splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]
    meta = third_party.metadata()
    linked = [p for name in ("prosody-verifier", "roompass") for p in third_party.linked(meta, name) if p["source"]]
    wanted = {p["name"] for p in linked if not is_macro(p) and not is_plain(p)}
    faults = [f"{name}: has unsafe or C; say in {document} what for" for name in sorted(wanted - set(named))]
    faults += [f"{name}: stands in {document}, and is not linked or is plain" for name in sorted(set(named) - wanted)]
    faults += [f"{name}: stands in {document} twice" for name in sorted(n for n in set(named) if named.count(n) > 1)]
    sys.exit("\n".join(faults) or None)


if __name__ == "__main__":
    main("docs/dependencies.md")
