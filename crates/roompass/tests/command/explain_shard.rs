//! `roompass explain` about another shard: every vector, as its verdict on the token.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use room_token::Timestamp;

use crate::shell::{Ended, Shell, fixed_key_set, fixed_token};

type Vector = BTreeMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

fn vectors() -> Vec<(String, Vector)> {
    let files = fs::read_dir(folder()).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|ext| ext == "vector"));
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let fields = text.lines().filter_map(|line| line.split_once(':'));
        let fields = fields.map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, fields.collect())
    };
    files.map(read).collect()
}

fn explain(shell: &Shell, vector: &Vector) -> Ended {
    let file = |name: &str| folder().join(name).display().to_string();
    let secs = vector["now"].parse().unwrap();
    let mut command = vec!["explain".to_owned(), "-".to_owned()];
    let mut say = |option: &str, value: String| command.extend([option.to_owned(), value]);
    say("--node", vector["room"].clone());
    say("--at", Timestamp::from_secs(secs).unwrap().to_string());
    say("--key-set", file(&vector["keys"]));
    for (field, value) in vector {
        let option = format!("--{}", field.replace('_', "-"));
        match field.as_str() {
            "root_key" => say(&option, file(value)),
            "revocations" | "status_list" => {
                let path = shell.write(field, value);
                say(&option, path.display().to_string());
            }
            "max_stale" => say(&option, format!("{value}s")),
            "issuer" | "audience" | "seen_key_set" | "same_token" | "occupants" => {
                say(&option, value.clone());
            }
            _others => {}
        }
    }
    if vector.get("returning").is_some_and(|said| said == "yes") {
        command.push("--returning".to_owned());
    }
    let command: Vec<_> = command.iter().map(String::as_str).collect();
    shell.run_with_input(&command, &vector["token"])
}

#[test]
fn every_vector_is_decided_as_it_says() {
    let (shell, vectors) = (Shell::new(), vectors());
    assert!(vectors.len() > 500, "only {} vectors", vectors.len());
    for (name, vector) in vectors {
        let told = explain(&shell, &vector);
        let expected = match vector["expect"].as_str() {
            "admit" => (0, "admit: ".to_owned()),
            // What a shard would not start with is a configuration that cannot be.
            "deny verifier-unavailable" => (2, String::new()),
            refused => (1, format!("{refused}: ")),
        };
        let said = &told.stdout;
        assert_eq!(told.status, expected.0, "{name}: {said}{}", told.stderr);
        assert!(said.starts_with(&expected.1), "{name}: {said}");
    }
}

#[test]
fn what_says_nothing_is_refused() {
    let shell = Shell::new();
    shell.write("set.jwks.json", &fixed_key_set());
    let token = fixed_token();
    let ask = |more: &[&str]| {
        let command = ["explain", &token, "--key-set", "set.jwks.json"];
        shell.run(&[&command[..], more].concat()).error()
    };
    for (more, words) in [
        (
            &["--returning"][..],
            "--returning: nobody is at a room that is not named",
        ),
        (
            &["--same-token", "1"],
            "--same-token: nobody is at a room that is not named",
        ),
        (
            &["--occupants", "0"],
            "give --room ROOM or --node NODE, or the whole link",
        ),
        (&["--occupants", "-1"], "'-1'"),
        (&["--max-stale", "1h"], "<--revocations <FILE>"),
        (&["--room", "a", "--node", "a"], "cannot be used with"),
        (
            &["--seen-key-set", "7"],
            "the key set has no `seq`, but edition 7 was seen before",
        ),
    ] {
        let error = ask(more);
        assert!(error.contains(words), "{more:?}: {error}");
    }
}

/// `--room` is what people type, `--node` what Prosody has.
#[test]
fn a_node_is_compared_to_the_letter() {
    let shell = Shell::new();
    shell.write("set.jwks.json", &fixed_key_set());
    let token = fixed_token();
    let ask = |option: &str, room: &str| {
        let command = ["explain", &token, "--key-set", "set.jwks.json"];
        let more = ["--at", "2026-01-01T01:00:00Z", option, room];
        shell.run(&[&command[..], &more[..]].concat()).stdout
    };
    assert!(ask("--room", "Standup").starts_with("admit: "));
    assert!(ask("--node", "standup").starts_with("admit: "));
    assert!(ask("--node", "Standup").starts_with("deny wrong-room: "));
}
