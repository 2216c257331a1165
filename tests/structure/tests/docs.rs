//! Documents that cannot rot: every path, command, option and code they name is there.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::PathBuf;

/// Every document and its text.
fn documents() -> Vec<(PathBuf, String)> {
    let files = structure::files().unwrap().into_iter();
    let documents: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|ext| ext == "md"))
        .map(|path| (path.clone(), structure::text(&path).unwrap()))
        .collect();
    assert!(documents.len() > 8, "where are the documents?");
    documents
}

/// What stands between back-ticks in a document, outside code blocks.
fn quoted(text: &str) -> Vec<String> {
    let prose: Vec<_> = text.split("```").step_by(2).collect();
    prose
        .iter()
        .flat_map(|part| part.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_path_a_document_names_exists() {
    let folders = [
        "crates/", "docs/", "keys/", "lua/", "tests/", ".ci/", ".cargo/",
    ];
    let mut checked = 0;
    for (document, text) in documents() {
        let links = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let links = links.filter(|link| !link.contains("://") && !link.starts_with('#'));
        let beside = document.parent().unwrap().to_owned();
        for link in links {
            let path = beside.join(link.split('#').next().unwrap());
            assert!(
                structure::root().join(&path).exists(),
                "{}: {link}",
                document.display()
            );
            checked += 1;
        }
        let named = quoted(&text)
            .into_iter()
            .filter(|word| folders.iter().any(|f| word.starts_with(f)));
        for path in named.filter(|word| !word.contains([' ', '*', '<', '…'])) {
            assert!(
                structure::root().join(&path).exists(),
                "{}: {path}",
                document.display()
            );
            checked += 1;
        }
    }
    assert!(checked > 30, "only {checked} paths were found to check");
}

#[test]
fn every_prosody_option_a_document_names_exists_and_is_documented() {
    let parts = [
        "lua/roompass_options.lib.lua",
        "lua/roompass_policy_options.lib.lua",
    ];
    let settings = parts.map(|part| structure::text(part.as_ref()).unwrap());
    let settings = settings.concat();
    let known = words(&settings, "roompass_");
    let readme = structure::text("lua/README.md".as_ref()).unwrap();
    for (document, text) in documents() {
        // The Lua modules and the verifier have such names too; they are files.
        for option in words(&text, "roompass_") {
            let is_file = structure::root()
                .join(format!("lua/{option}.lib.lua"))
                .exists();
            let is_number = option.starts_with(NUMBERS);
            let named =
                known.contains(&option) || is_file || is_number || option == "roompass_verifier";
            assert!(named, "{}: {option} is no option", document.display());
        }
    }
    for option in known
        .iter()
        .filter(|option| settings.contains(&format!("{option} = ")))
    {
        assert!(
            readme.contains(option.as_str()),
            "lua/README.md: describe {option}"
        );
    }
}

/// How the issuer's numbers for monitors begin.
const NUMBERS: &str = "roompass_issuer_";

#[test]
fn every_number_of_the_issuer_is_documented_and_there() {
    let source = structure::text("crates/issuer/src/metrics.rs".as_ref()).unwrap();
    let (source, _tests) = source.split_once("#[cfg(test)]").unwrap();
    let calls = source.split("registry.register").skip(1);
    let names = calls.filter_map(|call| call.split('"').nth(1));
    let registered: BTreeSet<_> = names.map(str::to_owned).collect();
    assert!(registered.len() > 10, "{registered:?}");
    let endings = ["_total", "_seconds", "_info"];
    let bare = |name: String| {
        let name = name.trim_start_matches(NUMBERS);
        let ending = endings.iter().find_map(|end| name.strip_suffix(end));
        ending.unwrap_or(name).to_owned()
    };
    let manual = structure::text("docs/metrics.md".as_ref()).unwrap();
    let described: BTreeSet<_> = words(&manual, NUMBERS).into_iter().map(bare).collect();
    assert_eq!(described, registered);
}

fn words(text: &str, prefix: &str) -> BTreeSet<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(|c| !is_word(c))
        .filter(|word| word.starts_with(prefix) && word.len() > prefix.len())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_make_target_a_document_names_exists() {
    let makefile = structure::text("Makefile".as_ref()).unwrap();
    for (document, text) in documents() {
        for target in text
            .split("make ")
            .skip(1)
            .filter_map(|rest| rest.split_once('`'))
            .map(|(t, _)| t)
        {
            let is_target = !target.is_empty() && target.chars().all(|c| c.is_ascii_lowercase());
            let there = makefile.contains(&format!("\n{target}:"));
            assert!(!is_target || there, "{}: make {target}", document.display());
        }
    }
}
