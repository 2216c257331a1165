use std::fs;
use std::path::{Path, PathBuf};

use room_token::{KeySet, SigningKey, Timestamp};
use tempfile::TempDir;

use super::*;

struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a key set there; every edition has a length of its own, as its stamp may be of the same second.
    fn publish(&self, seeds: &[u8], seq: u64) {
        let keys: Vec<_> = seeds
            .iter()
            .map(|seed| SigningKey::from_seed(&[*seed; 32]))
            .collect();
        let set = KeySet::of(&keys).unwrap().numbered(seq);
        fs::write(self.path("keys"), set.to_json()).unwrap();
    }

    fn revoke(&self, seed: u8, seq: u64) {
        let now = Timestamp::from_secs(1_767_225_600).unwrap();
        let edition = Revocations::numbered(seq, now);
        let key = SigningKey::from_seed(&[seed; 32]);
        let feed = key.sign_revocations(&edition, &Deployment::default());
        fs::write(self.path("feed"), feed.unwrap()).unwrap();
    }

    fn knowledge(&self, has_feed: bool) -> Knowledge {
        let file = |path: &Path| Source::parse(path.to_str().unwrap(), None).unwrap();
        Knowledge::new(
            file(&self.path("keys")),
            has_feed.then(|| file(&self.path("feed"))),
            None,
            Deployment::default(),
            WhenStale::Admit,
        )
    }
}

fn keys(verifier: Option<Verifier>) -> Option<usize> {
    verifier.map(|verifier| verifier.key_set().ids().count())
}

#[test]
fn what_is_new_counts_and_what_is_the_same_is_not_read_again() {
    let desk = Desk::new();
    desk.publish(&[7], 1);
    let mut knowledge = desk.knowledge(false);
    assert_eq!(keys(knowledge.learn().unwrap()), Some(1));
    assert_eq!(keys(knowledge.learn_more()), None);
    desk.publish(&[7, 8], 2);
    assert_eq!(keys(knowledge.learn_more()), Some(2));
}

#[test]
fn an_older_or_broken_or_missing_one_is_not_taken_and_the_next_good_one_is() {
    let desk = Desk::new();
    desk.publish(&[7, 8], 5);
    let mut knowledge = desk.knowledge(false);
    knowledge.learn().unwrap();
    desk.publish(&[7], 4);
    assert_eq!(keys(knowledge.learn_more()), None);
    assert!(knowledge.told.contains("warning"), "{}", knowledge.told);
    fs::write(desk.path("keys"), "{").unwrap();
    assert_eq!(keys(knowledge.learn_more()), None);
    fs::remove_file(desk.path("keys")).unwrap();
    assert_eq!(keys(knowledge.learn_more()), None);
    assert!(
        knowledge.told.contains("put the file there again"),
        "{}",
        knowledge.told
    );
    desk.publish(&[7, 8, 9], 6);
    assert_eq!(keys(knowledge.learn_more()), Some(3));
}

#[test]
fn a_feed_that_comes_before_its_key_counts_once_both_are_there() {
    let desk = Desk::new();
    desk.publish(&[7], 1);
    desk.revoke(7, 1);
    let mut knowledge = desk.knowledge(true);
    knowledge.learn().unwrap();
    desk.revoke(8, 2);
    assert_eq!(keys(knowledge.learn_more()), None);
    desk.publish(&[7, 8], 2);
    let verifier = knowledge.learn_more().unwrap();
    assert_eq!(verifier.revocations().map(Revocations::seq), Some(2));
}

#[test]
fn a_file_that_is_wrong_at_the_start_is_said_at_once() {
    let desk = Desk::new();
    assert!(desk.knowledge(false).learn().is_err());
    desk.publish(&[7], 1);
    assert!(desk.knowledge(true).learn().is_err());
}

#[test]
fn an_address_wants_https_and_a_folder_for_its_copy() {
    for text in [
        "http://links.example.org/keys",
        "ftp://links.example.org/keys",
        "https://",
    ] {
        let failure = Source::parse(text, Some(Path::new("/tmp"))).unwrap_err();
        assert!(failure.to_string().contains("https://"), "{failure}");
    }
    let failure = Source::parse("https://links.example.org/keys", None).unwrap_err();
    assert!(failure.to_string().contains("--copies"), "{failure}");
}
