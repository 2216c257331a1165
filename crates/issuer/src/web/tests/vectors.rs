//! The vectors of `tests/vectors` through HTTP: each asks about a shard with the keys, the feed and the people that the
//! vector names, and the explanation is the one that the core gives, check by check.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use room_token::{Arrival, KeySet, Revocations, RootKey, StatusList, Verifier, WhenStale};
use serde_json::{Map, json};

use super::*;
use crate::Report;

type Vector = BTreeMap<String, String>;

#[tokio::test]
async fn an_explanation_decides_as_the_vector_says_and_tells_what_the_core_tells() {
    let vectors = vectors();
    assert!(vectors.len() > 500, "only {} vectors", vectors.len());
    for (name, vector) in vectors {
        let Some(question) = question(&vector) else {
            assert_eq!(vector["expect"], "deny verifier-unavailable", "{name}");
            continue;
        };
        let answer = post_json("/api/v1/explain", &question.to_string()).await;
        let report = answer.json();
        if answer.status != StatusCode::OK {
            // What a shard would not start with is a member that cannot be.
            assert_eq!(
                vector["expect"], "deny verifier-unavailable",
                "{name}: {report}"
            );
            let field = report["field"].as_str().unwrap();
            assert!(
                ["key_set", "root_key", "revocations", "status_list"].contains(&field),
                "{name}: {field}"
            );
            continue;
        }
        let code = report["code"].as_str().map(|code| format!("deny {code}"));
        assert_eq!(
            code.as_deref().unwrap_or("admit"),
            vector["expect"],
            "{name}: {report}"
        );
        let expected = serde_json::to_value(core(&vector)).unwrap();
        assert_eq!(report, expected, "{name}");
    }
}

/// `None` where a file is missing: then there is nothing to ask about.
fn question(vector: &Vector) -> Option<Value> {
    let mut question = Map::new();
    let mut put = |name: &str, value: Value| question.insert(name.to_owned(), value);
    put("token", json!(vector["token"]));
    put("node", json!(vector["room"]));
    put("at", json!(at(vector).to_string()));
    put("key_set", json!(file(&vector["keys"])?));
    put(
        "returning",
        json!(vector.get("returning").is_some_and(|said| said == "yes")),
    );
    if let Some(root) = vector.get("root_key") {
        put("root_key", json!(file(root)?));
    }
    for text in ["issuer", "audience", "revocations", "status_list"] {
        if let Some(said) = vector.get(text) {
            put(text, json!(said));
        }
    }
    for number in ["seen_key_set", "max_stale", "same_token", "occupants"] {
        if let Some(said) = vector.get(number) {
            put(number, json!(said.parse::<u64>().unwrap()));
        }
    }
    Some(Value::Object(question))
}

/// What the core says, asked without a detour.
fn core(vector: &Vector) -> Report {
    let text =
        |name: &str, default: &str| vector.get(name).map_or(default, String::as_str).to_owned();
    let number = |name: &str| vector.get(name).map(|said| said.parse::<u64>().unwrap());
    let deployment =
        Deployment::new(&text("issuer", "roompass"), &text("audience", "jitsi")).unwrap();
    let root = vector.get("root_key").map(|name| file(name).unwrap());
    let root = root.map(|jwk| RootKey::parse(jwk.as_bytes()).unwrap());
    let keys = KeySet::read(file(&vector["keys"]).unwrap().as_bytes(), root.as_ref()).unwrap();
    let feed = vector.get("revocations");
    let feed = feed.map(|feed| Revocations::parse(feed, &keys, &deployment, None).unwrap());
    let list = vector.get("status_list");
    let list = list.map(|list| StatusList::parse(list, &keys, &deployment, None).unwrap());
    let stale = number("max_stale").map_or(WhenStale::Admit, WhenStale::ShutAfter);
    let mut verifier = Verifier::new(keys, deployment).unwrap();
    if let Some(list) = list {
        verifier = verifier.with_status_list(list, stale);
    }
    if let Some(feed) = feed {
        verifier = verifier.with_revocations(feed, stale);
    }
    let count = |name| u32::try_from(number(name).unwrap_or(0)).unwrap();
    let arrival = Arrival {
        returning: vector.get("returning").is_some_and(|said| said == "yes"),
        same_token: count("same_token"),
        occupants: count("occupants"),
        ..Arrival::first(&vector["room"], at(vector))
    };
    Report::from(&verifier.explain_for(&vector["token"], &arrival))
}

fn at(vector: &Vector) -> Timestamp {
    let said = &vector["now"];
    said.parse().map_or_else(
        |_| Timestamp::parse_rfc3339(said).unwrap(),
        |secs| Timestamp::from_secs(secs).unwrap(),
    )
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

fn file(name: &str) -> Option<String> {
    std::fs::read_to_string(folder().join(name)).ok()
}

fn vectors() -> BTreeMap<String, Vector> {
    let entries = std::fs::read_dir(folder()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "vector"))
        .map(|path| (path.display().to_string(), fields(&path)))
        .collect()
}

fn fields(path: &Path) -> Vector {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.map(|line| line.split_once(':').unwrap());
    pairs
        .map(|(field, value)| (field.to_owned(), value.trim().to_owned()))
        .collect()
}
