//! The vectors of `tests/vectors` through HTTP, as far as an issuer can be asked: those of its own key, at a door
//! where nobody else is, without revocations.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::*;

/// RFC 8037 A.1: the key of `tests/vectors/keys/one.jwks.json`.
const SEED: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
    0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];

/// Everything else about a vector is in these fields, or cannot be asked of an issuer.
const ASKED: [&str; 6] = ["why", "expect", "keys", "room", "now", "token"];

#[tokio::test]
async fn an_explanation_decides_as_the_vector_says() {
    let mut asked = 0;
    for (name, vector) in vectors() {
        let answer = explain(&vector).await.json();
        let code = answer["code"].as_str().map(|code| format!("deny {code}"));
        let decided = code.as_deref().unwrap_or("admit");
        assert_eq!(decided, vector["expect"], "{name}: {answer}");
        asked += 1;
    }
    assert!(asked > 250, "only {asked} vectors were asked about");
}

async fn explain(vector: &BTreeMap<String, String>) -> Answer {
    let at = Timestamp::from_secs(vector["now"].parse().unwrap()).unwrap();
    let question = json!({ "token": vector["token"], "room": "standup", "at": at.to_string() });
    let headers = [("content-type", "application/json")];
    let request = request("POST /api/v1/explain", &headers, question.to_string());
    ask(router(app(SigningKey::from_seed(&SEED), None)), request).await
}

fn vectors() -> BTreeMap<String, BTreeMap<String, String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "vector")
        })
        .map(|path| (path.display().to_string(), fields(&path)))
        .filter(|(_, vector)| {
            let is_askable = vector.keys().all(|field| ASKED.contains(&field.as_str()));
            is_askable && vector["keys"] == "keys/one.jwks.json" && vector["room"] == "standup"
        })
        .collect()
}

fn fields(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.map(|line| line.split_once(':').unwrap());
    pairs
        .map(|(field, value)| (field.to_owned(), value.trim().to_owned()))
        .collect()
}
