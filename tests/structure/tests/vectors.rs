//! The table of attacks in `tests/vectors/README.md` against the vectors themselves.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

/// Every vector's name, and what it expects.
fn vectors() -> BTreeMap<String, String> {
    let folder = std::path::Path::new("tests/vectors");
    let files = structure::files().unwrap().into_iter();
    let vectors = files.filter(|path| path.extension().is_some_and(|ext| ext == "vector"));
    let vectors: BTreeMap<_, _> = vectors
        .map(|path| {
            assert_eq!(path.parent(), Some(folder));
            let text = structure::text(&path).unwrap();
            let expect = text.lines().find_map(|line| line.strip_prefix("expect: "));
            let expect = expect.unwrap().trim_start_matches("deny ").to_owned();
            let name = path.file_stem().unwrap().to_string_lossy();
            (name.into_owned(), expect)
        })
        .collect();
    assert!(vectors.len() > 500, "only {} vectors", vectors.len());
    vectors
}

struct Row {
    attack: String,
    names: Vec<String>,
    expected: String,
}

fn rows() -> Vec<Row> {
    let readme = structure::text("tests/vectors/README.md".as_ref()).unwrap();
    let (_, table) = readme.split_once("## Attacks").unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| "));
    let cells = rows.map(|line| line.trim_matches('|').split(" | ").collect::<Vec<_>>());
    let rows: Vec<_> = cells
        .skip(1)
        .map(|cells| {
            // An attack, its vectors, and the code.
            let [attack, vectors, expected] = <[&str; 3]>::try_from(cells).unwrap();
            let quoted = |cell: &str| -> Vec<String> {
                let words = cell.split('`').skip(1).step_by(2);
                words.map(str::to_owned).collect()
            };
            Row {
                attack: attack.to_owned(),
                names: quoted(vectors),
                expected: quoted(expected).concat(),
            }
        })
        .collect();
    assert!(rows.len() > 50, "only {} rows", rows.len());
    rows
}

/// What a cell means: a name, or all that begin so and that no row names whole.
fn meant<'v>(
    name: &str,
    vectors: &'v BTreeMap<String, String>,
    named_whole: &BTreeSet<String>,
) -> Vec<(&'v String, &'v String)> {
    let matches = |vector: &String| match name.strip_suffix('*') {
        Some(start) => vector.starts_with(start) && !named_whole.contains(vector),
        None => vector == name,
    };
    vectors
        .iter()
        .filter(|(vector, _)| matches(vector))
        .collect()
}

#[test]
fn every_attack_is_played_and_refused_with_its_code() {
    let (vectors, rows) = (vectors(), rows());
    let names = rows.iter().flat_map(|row| row.names.iter().cloned());
    let whole: BTreeSet<String> = names.filter(|name| !name.ends_with('*')).collect();
    let mut played = BTreeSet::new();
    for row in &rows {
        assert!(!row.names.is_empty(), "no vector plays: {}", row.attack);
        for name in &row.names {
            let meant = meant(name, &vectors, &whole);
            assert!(!meant.is_empty(), "{name} is no vector: {}", row.attack);
            for (vector, expected) in meant {
                assert_eq!(expected, &row.expected, "{vector}: {}", row.attack);
                played.insert(vector);
            }
        }
    }
    for (vector, expected) in &vectors {
        let is_told = expected == "admit" || played.contains(vector);
        assert!(is_told, "{vector} stands in no row of the table");
    }
}
