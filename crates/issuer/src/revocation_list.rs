//! What was taken back, as the issuer keeps it: the feed's entries, each with the time at which it can be forgotten.

mod exchange;

use std::collections::HashSet;
use std::fmt;

use room_token::{KeyId, Lifetime, Revocations, Revoked, RoomPattern, Timestamp, TokenId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(crate) use self::exchange::Exchange;

/// The entries and the number of the edition. Every change makes a new edition.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RevocationList {
    seq: u64,
    entries: Vec<Revocation>,
}

/// One entry.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Revocation {
    /// What.
    pub what: Revoked,
    /// What was issued before this time is dead; for a single token it is when it was taken back.
    pub before: Timestamp,
    /// When nothing that it names can be alive any more.
    pub forget_at: Timestamp,
    /// Whether those who are in a room with it must leave.
    pub ejects: bool,
}

impl Revocation {
    /// Takes back what was issued before a time. No token outlives [`Lifetime::MAX`], so neither does the entry.
    pub fn new(what: Revoked, before: Timestamp) -> Self {
        let forget_at = before.plus(Lifetime::MAX.as_secs());
        Self {
            what,
            before,
            forget_at,
            ejects: true,
        }
    }

    /// The same, but who is in a room may stay there.
    #[must_use]
    pub fn letting_stay(mut self) -> Self {
        self.ejects = false;
        self
    }

    /// Whether it names nothing alive by now. An hour more than any leeway: a verifier's clock may be behind.
    fn is_forgotten(&self, now: Timestamp) -> bool {
        self.forget_at.plus(3600) <= now
    }

    /// Its name in the feed, the list and the API: `room:standup`, `kid:…`, `id:…` or `jti:…`.
    pub fn name(&self) -> String {
        Name(&self.what).to_string()
    }

    /// The same for something that is known to end earlier.
    #[must_use]
    pub fn until(mut self, end: Timestamp) -> Self {
        self.forget_at = end.min(self.forget_at);
        self
    }
}

impl RevocationList {
    /// Adds an entry, and forgets those that name nothing alive.
    pub fn add(&mut self, entry: Revocation, now: Timestamp) {
        self.entries.retain(|old| !old.is_forgotten(now));
        self.entries.push(entry);
        self.seq += 1;
    }

    /// The number of this edition.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The entries, oldest first.
    pub fn entries(&self) -> &[Revocation] {
        &self.entries
    }

    /// The edition for verifiers, as of now.
    pub fn edition(&self, now: Timestamp) -> Revocations {
        let mut edition = Revocations::numbered(self.seq, now);
        for entry in &self.entries {
            edition.revoke(entry.what.clone(), entry.before);
        }
        // An order to leave is not taken back by a milder entry of the same name.
        let strict: HashSet<_> = (self.entries.iter().filter(|entry| entry.ejects))
            .map(|entry| &entry.what)
            .collect();
        for entry in &self.entries {
            if !strict.contains(&entry.what) {
                edition.let_stay(entry.what.clone());
            }
        }
        edition
    }

    /// Reads what [`RevocationList::to_json`] wrote.
    ///
    /// # Errors
    /// [`RevocationListError`]; a list that cannot be read must not become an empty one.
    pub fn parse(json: &str) -> Result<Self, RevocationListError> {
        let stored: Stored = serde_json::from_str(json).map_err(|e| RevocationListError {
            line: e.line(),
            what: "this is not a list of revocations".to_owned(),
        })?;
        let entries = stored.entries.iter().enumerate().map(|(index, row)| {
            row.parse().map_err(|what| RevocationListError {
                line: index + 2,
                what,
            })
        });
        Ok(Self {
            seq: stored.seq,
            entries: entries.collect::<Result<_, _>>()?,
        })
    }

    /// The text of its file, an entry a line.
    pub fn to_json(&self) -> String {
        let rows: Vec<_> = self
            .entries
            .iter()
            .filter_map(|entry| serde_json::to_string(&Row::of(entry)).ok())
            .collect();
        format!(
            "{{\"seq\":{},\"entries\":[\n{}\n]}}\n",
            self.seq,
            rows.join(",\n")
        )
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    seq: u64,
    entries: Vec<Row>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Row {
    what: String,
    before: u64,
    forget_at: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    stay: bool,
}

impl Row {
    fn of(entry: &Revocation) -> Self {
        Self {
            what: Name(&entry.what).to_string(),
            before: entry.before.as_secs(),
            forget_at: entry.forget_at.as_secs(),
            stay: !entry.ejects,
        }
    }

    fn parse(&self) -> Result<Revocation, String> {
        let time = |secs| Timestamp::from_secs(secs).map_err(|e| e.to_string());
        Ok(Revocation {
            what: parse_name(&self.what)?,
            before: time(self.before)?,
            forget_at: time(self.forget_at)?,
            ejects: !self.stay,
        })
    }
}

/// `room:standup`, `kid:kPrK_qmx`, `id:ada` or `jti:AQEBAQEBAQE`: the names of the feed.
struct Name<'a>(&'a Revoked);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Revoked::Key(id) => write!(f, "kid:{id}"),
            Revoked::Person(id) => write!(f, "id:{id}"),
            Revoked::Room(rooms) => write!(f, "room:{rooms}"),
            Revoked::Token(id) => write!(f, "jti:{id}"),
        }
    }
}

fn parse_name(name: &str) -> Result<Revoked, String> {
    let (kind, rest) = name
        .split_once(':')
        .ok_or("a name has a kind and a colon")?;
    match kind {
        "id" => Ok(Revoked::Person(rest.to_owned())),
        "jti" => TokenId::parse(rest)
            .map(Revoked::Token)
            .map_err(|e| e.to_string()),
        "kid" => KeyId::parse(rest)
            .map(Revoked::Key)
            .map_err(|e| e.to_string()),
        "room" => RoomPattern::from_canonical(rest)
            .map(Revoked::Room)
            .map_err(|e| e.to_string()),
        _unknown => Err(format!("{kind} is no kind of revocation")),
    }
}

/// A list that cannot be read.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error(
    "line {line} of the revocations: {what}; mend it or restore a copy, for an empty list would revive every link"
)]
pub struct RevocationListError {
    line: usize,
    what: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    fn room(name: &str) -> Revoked {
        Revoked::Room(RoomPattern::from_canonical(name).unwrap())
    }

    #[test]
    fn a_list_survives_its_file_and_counts_its_editions() {
        let mut list = RevocationList::default();
        list.add(Revocation::new(room("acme-*"), at(100)), at(100));
        list.add(
            Revocation::new(Revoked::Person("a:b".to_owned()), at(90)),
            at(100),
        );
        let id = TokenId::from_bytes([1; 8]);
        list.add(
            Revocation::new(Revoked::Token(id), at(100)).until(at(500)),
            at(100),
        );
        list.add(
            Revocation::new(Revoked::Key(KeyId::parse("k1").unwrap()), at(100)),
            at(100),
        );
        list.add(Revocation::new(room("b"), at(100)).letting_stay(), at(100));
        assert_eq!(list.seq(), 5);
        assert_eq!(RevocationList::parse(&list.to_json()), Ok(list.clone()));
        assert_eq!(
            RevocationList::parse(&RevocationList::default().to_json()),
            Ok(RevocationList::default())
        );
        assert_eq!(
            (list.edition(at(200)).len(), list.edition(at(200)).seq()),
            (5, 5)
        );
    }

    #[test]
    fn what_names_nothing_alive_is_forgotten() {
        let mut list = RevocationList::default();
        let id = TokenId::from_bytes([1; 8]);
        list.add(
            Revocation::new(Revoked::Token(id), at(100)).until(at(500)),
            at(100),
        );
        list.add(Revocation::new(room("standup"), at(100)), at(4099));
        assert_eq!(list.entries().len(), 2);
        list.add(Revocation::new(room("other"), at(4100)), at(4100));
        assert_eq!(
            list.entries().len(),
            2,
            "the token's end and an hour have passed"
        );
        let after = at(100 + Lifetime::MAX.as_secs() + 3600);
        list.add(Revocation::new(room("third"), after), after);
        assert_eq!(
            list.entries().len(),
            2,
            "nothing issued before 100 can live"
        );
    }

    #[test]
    fn a_broken_list_is_never_an_empty_one() {
        for json in [
            "",
            "{}",
            "[]",
            r#"{"seq":1,"entries":[{"what":"x","before":1,"forget_at":2}]}"#,
            r#"{"seq":1,"entries":[{"what":"room:Standup","before":1,"forget_at":2}]}"#,
        ] {
            assert!(RevocationList::parse(json).is_err(), "{json}");
        }
    }
}
