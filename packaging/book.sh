#!/usr/bin/env bash
# Makes the book out of the documents, into target/book, and follows every link in it.
#
# The documents lie where one looks for them, beside what they are about; a book wants them in one folder. So they are copied
# into target/book-source first, with docs/SUMMARY.md as the table of contents.
set -euo pipefail
cd "$(dirname "$0")/.."

mdbook=.venv/bin/mdbook
source=target/book-source
die() {
	printf 'book: error: %s\nbook: hint: %s\n' "$1" "$2" >&2
	exit 1
}
[ -x $mdbook ] || die "there is no $mdbook" "tests/setup.sh test"
for page in docs/*.md; do
	page=${page##*/}
	[ "$page" = SUMMARY.md ] || grep -qF "]($page)" docs/SUMMARY.md || die "$page is not in the book" "add it to docs/SUMMARY.md"
done
rm -rf $source target/book
mkdir -p $source
git ls-files -z --cached --others --exclude-standard '*.md' | xargs -0 cp --parents -t $source
cp docs/book.toml LICENSE $source
sed -e 's|](\([a-z]\)|](docs/\1|' -e 's|](\.\./|](|' docs/SUMMARY.md >$source/SUMMARY.md
rm $source/docs/SUMMARY.md
# A README becomes the page index.html of its folder; who leads to it must say so.
find $source -name '*.md' -exec sed -i 's|](\([^)]*\)README\.md|](\1index.md|g' {} +
find $source -name README.md -execdir mv {} index.md \;
$mdbook build $source --dest-dir "$PWD/target/book" >&2
python3 packaging/book_links.py target/book
