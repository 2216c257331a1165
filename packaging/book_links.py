#!/usr/bin/env python3
"""Follows every link of a book that was made: each page and each place in it must be there."""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.places = [], {""}
        self.feed(path.read_text())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.places.add(attrs.get("id") or attrs.get("name") or "")
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])


def main(folder):
    root = Path(folder).resolve()
    pages = {path: Page(path) for path in root.rglob("*.html") if path.name not in ("toc.html", "print.html")}
    faults, followed = [], 0
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            followed += 1
            if target in pages and unquote(parts.fragment) not in pages[target].places:
                faults.append(f"{path.relative_to(root)}: {link}: that page has no such place")
            elif not target.exists():
                faults.append(f"{path.relative_to(root)}: {link}: no such page")
    if faults or followed < 100:
        sys.exit("\n".join(faults) or f"only {followed} links were found to follow")
    print(f"book: {len(pages)} pages, {followed} links followed, in {folder}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
