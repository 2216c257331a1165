//! The arrows of `docs/architecture.md`: who may depend on whom.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

/// Every package, and the packages of ours that it may name. Tests may know everybody; nobody but tests knows them.
const ARROWS: [(&str, &[&str]); 12] = [
    ("room-token", &[]),
    ("room-link", &["room-token"]),
    ("guest-gate", &["room-link", "room-token"]),
    ("issuer", &["room-link", "room-token", "test-postgres"]),
    ("prosody-verifier", &["room-token"]),
    ("prosody-config", &[]),
    (
        "roompass",
        &["guest-gate", "issuer", "prosody-config", "room-token"],
    ),
    ("bench", &["room-token"]),
    ("e2e", &["room-token", "test-postgres"]),
    ("panicking-verifier", &[]),
    ("structure", &[]),
    ("test-postgres", &[]),
];

/// Who alone may use a library that says what a package is.
const OWNERS: [(&str, &[&str]); 10] = [
    ("axum", &["guest-gate", "issuer", "e2e"]),
    ("cryptoki", &["issuer"]),
    ("askama", &["guest-gate", "issuer"]),
    ("clap", &["roompass"]),
    ("ed25519-dalek", &["room-token", "e2e", "bench"]),
    ("jsonwebtoken", &["room-token"]),
    ("sqlx", &["issuer"]),
    ("mlua", &["prosody-verifier", "panicking-verifier"]),
    ("ureq", &["roompass"]),
    ("tokio-tungstenite", &["roompass", "e2e"]),
];

/// Package → the packages it names, whatever the kind of dependency.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let metadata = structure::metadata().unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let name = |value: &serde_json::Value| value["name"].as_str().unwrap().to_owned();
    packages
        .map(|package| {
            (
                name(package),
                package["dependencies"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(name)
                    .collect(),
            )
        })
        .collect()
}

#[test]
fn every_package_points_only_where_it_may() {
    let dependencies = dependencies();
    let ours: Vec<_> = dependencies.keys().cloned().collect();
    let listed: BTreeMap<_, _> = ARROWS.into_iter().collect();
    for (package, names) in &dependencies {
        let allowed = listed.get(package.as_str());
        let allowed =
            allowed.unwrap_or_else(|| panic!("{package}: say in ARROWS whom it may name"));
        for name in names.iter().filter(|name| ours.contains(name)) {
            assert!(
                allowed.contains(&name.as_str()),
                "{package} must not depend on {name}"
            );
        }
    }
    assert_eq!(
        dependencies.len(),
        ARROWS.len(),
        "a package is listed that is not there"
    );
}

#[test]
fn a_library_stays_with_its_owner() {
    for (package, names) in dependencies() {
        for (library, owners) in OWNERS {
            let uses = names.iter().any(|name| name == library);
            assert!(
                !uses || owners.contains(&package.as_str()),
                "{package} must not use {library}"
            );
        }
    }
}

#[test]
fn the_core_asks_for_neither_clock_nor_network_nor_randomness() {
    let dependencies = dependencies();
    for library in [
        "tokio",
        "getrandom",
        "rand",
        "reqwest",
        "url",
        "tempfile",
        "mlua",
        "axum",
    ] {
        assert!(
            !dependencies["room-token"]
                .iter()
                .any(|name| name == library),
            "{library}"
        );
    }
}

#[test]
fn jsonwebtoken_brings_no_other_algorithm() {
    let lock = structure::text("Cargo.lock".as_ref()).unwrap();
    // PostgreSQL's SCRAM wants HMAC; jsonwebtoken must not.
    let mut entries = lock.split("[[package]]\n");
    let ours = entries.find(|entry| entry.starts_with("name = \"jsonwebtoken\""));
    assert!(
        !ours.unwrap().contains("\"hmac\""),
        "jsonwebtoken uses hmac"
    );
    for library in ["rsa", "p256", "p384", "aws-lc-sys", "openssl"] {
        assert!(
            !lock.contains(&format!("name = \"{library}\"\n")),
            "{library} in Cargo.lock"
        );
    }
}
