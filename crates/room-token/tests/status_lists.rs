//! What holds for every status list: it says of each token what was packed for it, and one changed byte spoils it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::Signer;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;
use room_token::{
    Arrival, Decision, DenyReason, Deployment, KeySet, SigningKey, StatusList, StatusListError,
    Timestamp, Verifier, WhenStale,
};
use serde_json::json;

const NOW: u64 = 1_772_366_400;
const SEED: [u8; 32] = [7; 32];
const URI: &str = "https://issuer.example/lists/1";

fn now() -> Timestamp {
    Timestamp::from_secs(NOW).unwrap()
}

fn key_set() -> KeySet {
    KeySet::of([&SigningKey::from_seed(&SEED)]).unwrap()
}

/// Signed by hand: nothing of the library's own packs a list.
fn sign(kind: &str, claims: &serde_json::Value) -> String {
    let key = SigningKey::from_seed(&SEED);
    let header = json!({ "alg": "EdDSA", "kid": key.id().as_str(), "typ": kind });
    let encode = |part: &serde_json::Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let input = format!("{}.{}", encode(&header), encode(claims));
    let signature = ed25519_dalek::SigningKey::from_bytes(&SEED).sign(input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// The entries in a row of bits, the lowest of the first first, and the row cut into bytes (§4.1).
fn packed(bits: u8, entries: &[u8]) -> Vec<u8> {
    let of_entry =
        |entry: &u8| -> Vec<bool> { (0..bits).map(|bit| entry >> bit & 1 == 1).collect() };
    let row: Vec<bool> = entries.iter().flat_map(of_entry).collect();
    let byte = |bits: &[bool]| {
        let set = bits.iter().enumerate().filter(|(_, bit)| **bit);
        set.fold(0, |byte, (place, _)| byte | 1 << place)
    };
    row.chunks(8).map(byte).collect()
}

fn list(bits: u8, entries: &[u8]) -> String {
    list_of_bytes(bits, &packed(bits, entries))
}

fn list_of_bytes(bits: u8, bytes: &[u8]) -> String {
    let mut deflated = ZlibEncoder::new(Vec::new(), Compression::best());
    deflated.write_all(bytes).unwrap();
    let lst = URL_SAFE_NO_PAD.encode(deflated.finish().unwrap());
    let statuses = json!({ "bits": bits, "lst": lst });
    sign(
        "statuslist+jwt",
        &json!({ "sub": URI, "iat": NOW, "status_list": statuses }),
    )
}

fn read(text: &str) -> Result<StatusList, StatusListError> {
    StatusList::parse(text, &key_set(), &Deployment::default(), None)
}

/// What the door says of the token with this entry, and the words of its check.
fn asked(list: &StatusList, index: u64) -> (Decision, String) {
    let token = sign(
        "room+jwt",
        &json!({
            "iss": "roompass", "aud": "jitsi", "room": "standup", "iat": NOW, "exp": NOW + 3600,
            "status": { "status_list": { "idx": index, "uri": URI } },
        }),
    );
    let verifier = Verifier::new(key_set(), Deployment::default()).unwrap();
    let verifier = verifier.with_status_list(list.clone(), WhenStale::Admit);
    let told = verifier.explain_for(&token, &Arrival::first("standup", now()));
    let checks = told.checks().iter();
    let words = checks
        .filter(|check| check.name().as_str() == "status")
        .map(|check| check.seen().to_owned());
    (told.decision().clone(), words.collect())
}

/// The number of an entry, as the words have it.
fn word(entry: u8) -> String {
    match entry {
        0 => "is valid,".to_owned(),
        1 => "is invalid,".to_owned(),
        2 => "is suspended,".to_owned(),
        other => format!("is {other}, which is not valid"),
    }
}

/// A width, and entries that fit it.
fn entries() -> impl Strategy<Value = (u8, Vec<u8>)> {
    prop::sample::select(vec![1_u8, 2, 4, 8]).prop_flat_map(|bits| {
        let entry = 0..=u8::MAX >> (8 - bits);
        (Just(bits), prop::collection::vec(entry, 1..40))
    })
}

#[test]
fn a_list_tells_what_it_is() {
    let told = |list: &StatusList| (list.len(), list.is_empty(), list.ttl(), format!("{list:?}"));
    let full = read(&list(8, &[0, 1, 2])).unwrap();
    let words = format!("StatusList({URI}, 3 entries)");
    assert_eq!(told(&full), (3, false, None, words));
    let empty = read(&list(8, &[])).unwrap();
    let words = format!("StatusList({URI}, 0 entries)");
    assert_eq!(told(&empty), (0, true, None, words));
    let statuses = json!({ "bits": 1, "lst": "eNrbuRgAAhcBXQ" }); // the draft's first example
    let claims = json!({ "sub": URI, "iat": NOW, "ttl": 43200, "status_list": statuses });
    let list = read(&sign("statuslist+jwt", &claims)).unwrap();
    assert_eq!((list.len(), list.ttl()), (16, Some(43200)));
    let verifier = Verifier::new(key_set(), Deployment::default()).unwrap();
    assert_eq!(verifier.status_list(), None);
    let verifier = verifier.with_status_list(list.clone(), WhenStale::Admit);
    assert_eq!(verifier.status_list(), Some(&list));
}

#[test]
fn a_list_of_its_longest_is_read_and_no_longer_one() {
    let longest = vec![0; StatusList::MAX_INFLATED_BYTES];
    assert_eq!(
        read(&list_of_bytes(8, &longest)).map(|list| list.len()),
        Ok(longest.len())
    );
    for more in [1, 2] {
        let longer = vec![0; longest.len() + more];
        assert_eq!(
            read(&list_of_bytes(8, &longer)),
            Err(StatusListError::TooLong),
            "{more}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_entry_says_what_was_packed((bits, entries) in entries()) {
        let list = read(&list(bits, &entries)).unwrap();
        for (index, entry) in (0..).zip(&entries) {
            let (decision, words) = asked(&list, index);
            prop_assert!(words.contains(&word(*entry)), "{bits} bits, entry {index}: {words}");
            match decision {
                Decision::Admit(_) => prop_assert_eq!(*entry, 0),
                Decision::Deny(reason) => {
                    prop_assert_eq!(reason, DenyReason::Revoked);
                    prop_assert_ne!(*entry, 0);
                }
            }
        }
    }

    /// The last byte may have room for more; those are nobody's, and nought. After that there is nothing.
    #[test]
    fn beyond_the_last_byte_there_is_no_entry((bits, entries) in entries(), further in 0..1_u64 << 52) {
        let list = read(&list(bits, &entries)).unwrap();
        let a_byte = usize::from(8 / bits);
        prop_assert_eq!(list.len(), entries.len().next_multiple_of(a_byte));
        let length = u64::try_from(list.len()).unwrap();
        for index in [length, length + further] {
            let (decision, _) = asked(&list, index);
            prop_assert_eq!(decision, Decision::Deny(DenyReason::StatusUnknown));
        }
    }

    #[test]
    fn one_changed_byte_spoils_it((bits, entries) in entries(), place: prop::sample::Index, other in 0..128_u8) {
        let good = list(bits, &entries);
        prop_assert!(read(&good).is_ok());
        let mut bytes = good.clone().into_bytes();
        *place.get_mut(&mut bytes) = other;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assume!(changed != good);
        prop_assert!(read(&changed).is_err(), "{changed}");
    }

    #[test]
    fn one_byte_less_spoils_it((bits, entries) in entries(), place: prop::sample::Index) {
        let mut bytes = list(bits, &entries).into_bytes();
        bytes.remove(place.index(bytes.len()));
        prop_assert!(read(str::from_utf8(&bytes).unwrap()).is_err());
    }
}
