//! Short files, short functions: what one person can read in one sitting.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

/// Lines of a source file, its tests included.
const LONGEST_FILE: usize = 400;
/// Lines of a function, from `fn` to its closing brace.
const LONGEST_FUNCTION: usize = 60;

fn sources() -> Vec<(PathBuf, String)> {
    let files = structure::files().unwrap().into_iter();
    let sources = files.filter(|path| {
        path.extension()
            .is_some_and(|ext| ["rs", "lua", "mjs", "js", "css"].iter().any(|e| ext == *e))
    });
    sources
        .map(|path| (path.clone(), structure::text(&path).unwrap()))
        .collect()
}

#[test]
fn no_file_is_too_long() {
    let sources = sources();
    assert!(sources.len() > 20);
    for (path, text) in sources {
        let lines = text.lines().count();
        assert!(
            lines <= LONGEST_FILE,
            "{}: {lines} lines; split it by concern",
            path.display()
        );
    }
}

#[test]
fn no_function_is_too_long() {
    for (path, text) in sources()
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|e| e == "rs"))
    {
        for (name, lines) in functions(&text) {
            assert!(
                lines <= LONGEST_FUNCTION,
                "{}: {name} has {lines} lines",
                path.display()
            );
        }
    }
}

/// Name and length of each function; rustfmt closes a function at the indent at which it opened.
fn functions(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut open: Vec<(String, usize, String)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        if let Some((_, rest)) = body
            .split_once("fn ")
            .filter(|(before, _)| is_signature(before))
        {
            let name = rest.split(['(', '<']).next().unwrap_or_default().to_owned();
            open.push((name, number, " ".repeat(indent) + "}"));
        }
        if open.last().is_some_and(|(_, _, close)| line == close) {
            let (name, start, _) = open.pop().unwrap();
            found.push((name, number - start + 1));
        }
    }
    found
}

fn is_signature(before: &str) -> bool {
    [
        "",
        "pub ",
        "pub(crate) ",
        "const ",
        "pub const ",
        "pub(crate) const ",
        "async ",
        "pub async ",
        "pub(crate) async ",
    ]
    .contains(&before)
}

#[test]
fn the_measure_measures() {
    let text = "fn a() {\n    1\n}\n\nimpl X {\n    pub fn b() {\n    }\n}\n";
    assert_eq!(functions(text), [("a".to_owned(), 3), ("b".to_owned(), 2)]);
}
