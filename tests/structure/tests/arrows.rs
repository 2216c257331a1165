//! The arrows of `docs/architecture.md`: who may depend on whom.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use std::collections::{BTreeMap, BTreeSet};

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
const OWNERS: [(&str, &[&str]); 11] = [
    ("axum", &["guest-gate", "issuer", "e2e"]),
    ("cryptoki", &["issuer"]),
    ("askama", &["guest-gate", "issuer"]),
    ("clap", &["roompass"]),
    ("ed25519-dalek", &["room-token", "e2e", "bench"]),
    ("jsonwebtoken", &["room-token"]),
    ("sqlx", &["issuer"]),
    ("mlua", &["prosody-verifier", "panicking-verifier"]),
    ("openidconnect", &["issuer"]),
    // The command asks elsewhere; so does the issuer, of the provider at which people sign in.
    ("ureq", &["issuer", "roompass"]),
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

/// What signs or verifies by another algorithm than Ed25519.
const OTHER_ALGORITHMS: [&str; 5] = ["rsa", "p256", "p384", "aws-lc-sys", "openssl-sys"];

#[test]
fn no_door_has_another_algorithm() {
    let graph = graph();
    for package in ["room-token", "prosody-verifier", "guest-gate"] {
        let needs = needs(&graph, package);
        assert!(needs.contains("ed25519-dalek"), "{package}: {needs:?}");
        for library in OTHER_ALGORITHMS.iter().chain(&["openidconnect"]) {
            assert!(!needs.contains(*library), "{package} brings {library}");
        }
    }
    // PostgreSQL's SCRAM wants HMAC; jsonwebtoken must not.
    let signer = needs(&graph, "jsonwebtoken");
    assert!(!signer.contains("hmac"), "jsonwebtoken uses hmac");
    // And so that this test can fail: whoever signs in elsewhere is believed by public keys of these kinds.
    assert!(needs(&graph, "issuer").contains("rsa"));
}

#[test]
fn no_library_of_c_signs_anywhere() {
    let lock = structure::text("Cargo.lock".as_ref()).unwrap();
    for library in ["aws-lc-sys", "openssl-sys"] {
        let is_there = lock.contains(&format!("name = \"{library}\"\n"));
        assert!(!is_there, "{library} in Cargo.lock");
    }
}

/// Package → what it needs when it runs or is built, of every package there is.
fn graph() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = structure::whole_metadata().unwrap();
    let names: BTreeMap<_, _> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (package["id"].as_str().unwrap(), &package["name"]))
        .collect();
    let name = |id: &serde_json::Value| names[id.as_str().unwrap()].as_str().unwrap().to_owned();
    let is_needed = |edge: &&serde_json::Value| {
        let mut kinds = edge["dep_kinds"].as_array().unwrap().iter();
        kinds.any(|kind| kind["kind"] != "dev")
    };
    let mut graph = BTreeMap::<_, BTreeSet<_>>::new();
    for node in metadata["resolve"]["nodes"].as_array().unwrap() {
        let edges = node["deps"].as_array().unwrap().iter();
        let needed = edges.filter(is_needed).map(|edge| name(&edge["pkg"]));
        // Two versions of one package count as one that needs what either does.
        graph.entry(name(&node["id"])).or_default().extend(needed);
    }
    graph
}

/// Everything that a package needs, however far away.
fn needs(graph: &BTreeMap<String, BTreeSet<String>>, package: &str) -> BTreeSet<String> {
    let (mut found, mut open) = (BTreeSet::new(), vec![package.to_owned()]);
    while let Some(next) = open.pop() {
        for need in &graph[&next] {
            if found.insert(need.clone()) {
                open.push(need.clone());
            }
        }
    }
    found
}
