//! Replays what fuzzing has found worth keeping (`crates/room-token/fuzz`), on any compiler.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test reads files, and may panic; the invariants are a crate of their own elsewhere"
)]

#[path = "../fuzz/src/lib.rs"]
mod invariants;

use std::fs;
use std::path::{Path, PathBuf};

/// Everything that is kept for a target.
fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let entries = fs::read_dir(folder.join(target)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

fn replay(target: &str, invariant: impl Fn(&[u8])) {
    let corpus = corpus(target);
    assert!(
        corpus.len() > 10,
        "only {} files for {target}",
        corpus.len()
    );
    for (path, bytes) in corpus {
        // A panic comes after the name of its file.
        println!("{}", path.display());
        invariant(&bytes);
    }
}

#[test]
fn decide_holds() {
    replay("decide", invariants::decide);
}

#[test]
fn key_set_holds() {
    replay("key_set", invariants::key_set);
}

#[test]
fn revocations_hold() {
    replay("revocations", invariants::revocations);
}

#[test]
fn status_list_holds() {
    replay("status_list", invariants::status_list);
}

#[test]
fn room_name_holds() {
    replay("room_name", invariants::room_name);
}

#[test]
fn room_pattern_holds() {
    replay("room_pattern", invariants::room_pattern);
}

/// An invariant that nothing reaches would hold whatever the library did.
#[test]
fn the_corpus_gets_behind_the_signature() {
    let corpus = corpus("decide");
    let admitted = corpus
        .iter()
        .filter(|(_, bytes)| invariants::is_admitted(bytes));
    let admitted = admitted.count();
    assert!(admitted > 5, "only {admitted} of {} get in", corpus.len());
}

/// The same for the root's signature under a key set.
#[test]
fn the_corpus_gets_behind_the_roots_signature() {
    let corpus = corpus("key_set");
    let taken = corpus
        .iter()
        .filter(|(_, bytes)| invariants::is_signed_set(bytes));
    let taken = taken.count();
    assert!(taken > 5, "only {taken} of {} are taken", corpus.len());
}
