//! Runs every file of `tests/vectors`, strictly: an unknown field or a missing reason fails.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test reads files, and may panic"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use room_token::{
    Arrival, Decision, DenyReason, Deployment, KeySet, Revocations, RoomName, RootKey, StatusList,
    Timestamp, Verifier, WhenStale,
};

const FIELDS: [&str; 16] = [
    "why",
    "expect",
    "keys",
    "root_key",
    "seen_key_set",
    "room",
    "now",
    "issuer",
    "audience",
    "revocations",
    "max_stale",
    "status_list",
    "returning",
    "same_token",
    "occupants",
    "token",
];

struct Vector {
    name: String,
    fields: BTreeMap<String, String>,
}

impl Vector {
    fn read(path: &Path) -> Self {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).unwrap();
        let mut fields = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (field, value) = line
                .split_once(':')
                .unwrap_or_else(|| panic!("{name}: {line}"));
            assert!(FIELDS.contains(&field), "{name}: unknown field `{field}`");
            let before = fields.insert(field.to_owned(), value.trim().to_owned());
            assert!(before.is_none(), "{name}: `{field}` twice");
        }
        let vector = Self { name, fields };
        assert!(!vector.field("why").is_empty(), "{}: why?", vector.name);
        vector
    }

    fn field(&self, field: &str) -> &str {
        self.optional(field)
            .unwrap_or_else(|| panic!("{}: no `{field}`", self.name))
    }

    fn optional(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }

    fn now(&self) -> Timestamp {
        let text = self.field("now");
        text.parse().map_or_else(
            |_| Timestamp::parse_rfc3339(text).unwrap(),
            |secs| Timestamp::from_secs(secs).unwrap(),
        )
    }

    /// `None` where a shell would find nothing to check with.
    fn verifier(&self) -> Option<Verifier> {
        let deployment = Deployment::new(
            self.optional("issuer")
                .unwrap_or(Deployment::DEFAULT_ISSUER),
            self.optional("audience")
                .unwrap_or(Deployment::DEFAULT_AUDIENCE),
        );
        let key_set = self.key_set()?;
        let deployment = deployment.unwrap();
        let feed = self.optional("revocations");
        let feed = feed.map(|feed| Revocations::parse(feed, &key_set, &deployment, None));
        let list = self.optional("status_list");
        let list = list.map(|list| StatusList::parse(list, &key_set, &deployment, None));
        let verifier = Verifier::new(key_set, deployment).ok()?;
        let verifier = match list {
            None => verifier,
            Some(list) => verifier.with_status_list(list.ok()?, self.when_stale()),
        };
        match feed {
            None => Some(verifier),
            Some(feed) => Some(verifier.with_revocations(feed.ok()?, self.when_stale())),
        }
    }

    fn key_set(&self) -> Option<KeySet> {
        let text = fs::read(folder().join(self.field("keys"))).ok()?;
        let root = match self.optional("root_key") {
            None => None,
            Some(file) => Some(RootKey::parse(&fs::read(folder().join(file)).ok()?).ok()?),
        };
        let seen = self
            .optional("seen_key_set")
            .map(|seq| seq.parse().unwrap());
        KeySet::read(&text, root.as_ref()).ok()?.at_least(seen).ok()
    }

    fn when_stale(&self) -> WhenStale {
        let secs = self.optional("max_stale").map(|text| text.parse().unwrap());
        secs.map_or(WhenStale::Admit, WhenStale::ShutAfter)
    }

    fn arrival(&self) -> Arrival<'_> {
        let count = |field| self.optional(field).map_or(0, |text| text.parse().unwrap());
        Arrival {
            returning: self.optional("returning") == Some("yes"),
            same_token: count("same_token"),
            occupants: count("occupants"),
            ..Arrival::first(self.field("room"), self.now())
        }
    }

    fn outcome(&self) -> &'static str {
        let Some(verifier) = self.verifier() else {
            return DenyReason::VerifierUnavailable.code();
        };
        let (token, arrival) = (self.field("token"), self.arrival());
        let decision = verifier.decide_for(token, &arrival);
        self.assert_named(&verifier, token, &arrival, &decision);
        assert_eq!(
            verifier.explain_for(token, &arrival).decision(),
            &decision,
            "{}",
            self.name
        );
        match decision {
            Decision::Admit(_) => "admit",
            Decision::Deny(reason) => reason.code(),
        }
    }

    /// A refused token has a name exactly if its signature holds, and an admitted one has its own.
    fn assert_named(
        &self,
        verifier: &Verifier,
        token: &str,
        arrival: &Arrival<'_>,
        decision: &Decision,
    ) {
        let (again, named) = verifier.decide_and_name(token, arrival);
        assert_eq!(&again, decision, "{}", self.name);
        let explanation = verifier.explain_for(token, arrival);
        let holds = explanation.checks().iter().any(|check| {
            check.name().as_str() == "signature" && check.outcome() == room_token::Outcome::Passed
        });
        assert_eq!(named.is_some(), holds, "{}", self.name);
        if let (Decision::Admit(admission), Some(named)) = (decision, named) {
            assert_eq!(&named.key_id, admission.key_id(), "{}", self.name);
            assert_eq!(named.token_id.as_ref(), admission.token_id());
        }
    }

    fn expected(&self) -> &str {
        let expect = self.field("expect");
        expect.strip_prefix("deny ").unwrap_or(expect)
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

fn vectors() -> Vec<Vector> {
    let files = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let vectors: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|ext| ext == "vector"))
        .map(|path| Vector::read(&path))
        .collect();
    assert!(vectors.len() > 100, "only {} vectors found", vectors.len());
    vectors
}

#[test]
fn every_vector_is_decided_as_it_says() {
    let wrong: Vec<_> = vectors()
        .iter()
        .filter(|vector| vector.outcome() != vector.expected())
        .map(|v| {
            format!(
                "{}: {}, not {} ({})",
                v.name,
                v.outcome(),
                v.expected(),
                v.field("why")
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_reason_has_a_vector() {
    let vectors = vectors();
    let tried: BTreeSet<_> = vectors.iter().map(Vector::expected).collect();
    for reason in DenyReason::ALL.iter().filter(|reason| !reason.is_policy()) {
        assert!(
            tried.contains(reason.code()),
            "no vector expects {}",
            reason.code()
        );
    }
    assert!(tried.contains("admit"));
}

/// What a refusal tells before the signature holds must not depend on the claims.
#[test]
fn nothing_of_the_claims_is_told_before_the_signature_holds() {
    for vector in vectors() {
        let Some(verifier) = vector.verifier() else {
            continue;
        };
        let explanation = verifier.explain(vector.field("token"), None, vector.now());
        let signature = &explanation.checks()[4];
        if signature.outcome() != room_token::Outcome::Passed {
            let told: String = explanation
                .checks()
                .iter()
                .map(room_token::Check::seen)
                .collect();
            for secret in ["Ada", "standup", "AQEBAQEBAQE"] {
                assert!(!told.contains(secret), "{}: {told}", vector.name);
            }
        }
    }
}

#[test]
fn room_names_are_spelled_as_the_table_says() {
    let table = fs::read_to_string(folder().join("room-names.tsv")).unwrap();
    let mut rows = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let [typed, canonical, why] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line}");
        };
        let name = RoomName::parse(typed);
        let spelled = name.as_ref().map_or("-", RoomName::as_str);
        assert_eq!(spelled, canonical, "{typed}: {why}");
        rows += 1;
    }
    assert!(rows > 20, "only {rows} rows");
}
