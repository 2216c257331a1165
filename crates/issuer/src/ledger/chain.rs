//! The hash chain: pure. One entry changed, dropped or moved, and nothing after it fits any more.

use room_token::Timestamp;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::hex;

/// What was done, by whom, to what.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who: a login, an API key, or the command line.
    pub actor: String,
    /// What, as a word that never changes: `link.issue`.
    pub action: String,
    /// To which: a token's id, a login.
    pub subject: String,
    /// What else belongs to it; of a link, its claims.
    pub detail: String,
}

/// An entry in its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Chained {
    /// From 1 on, without gaps.
    pub seq: u64,
    /// The entry.
    pub entry: Entry,
    /// What the next one builds on, in hex.
    pub hash: String,
}

/// The last entry: its number and its hash. Written down elsewhere, it shows whether the end was cut off.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Head {
    /// How many entries there are.
    pub seq: u64,
    /// The hash of the last.
    pub hash: String,
}

impl Head {
    /// Of a chain without entries.
    pub fn empty() -> Self {
        Self {
            seq: 0,
            hash: "0".repeat(64),
        }
    }

    /// Appends.
    pub(super) fn push(&mut self, entry: Entry) -> Chained {
        self.seq += 1;
        self.hash = hash(&self.hash, self.seq, &entry);
        Chained {
            seq: self.seq,
            entry,
            hash: self.hash.clone(),
        }
    }

    /// Goes on to the next entry of a chain that was read, if it is the one that belongs here.
    ///
    /// # Errors
    /// [`ChainError`] names the first entry that does not fit.
    pub fn follow(&mut self, next: &Chained) -> Result<(), ChainError> {
        let seq = self.seq + 1;
        if next.seq != seq {
            return Err(ChainError::Missing { seq });
        }
        if next.hash != hash(&self.hash, seq, &next.entry) {
            return Err(ChainError::Changed { seq });
        }
        self.seq = seq;
        self.hash.clone_from(&next.hash);
        Ok(())
    }
}

/// `SEQ:HASH`.
impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

impl std::str::FromStr for Head {
    type Err = ChainError;

    fn from_str(text: &str) -> Result<Self, ChainError> {
        let (seq, hash) = text.trim().split_once(':').ok_or(ChainError::Head)?;
        let seq = seq.parse().map_err(|_| ChainError::Head)?;
        if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(ChainError::Head);
        }
        let hash = hash.to_ascii_lowercase();
        Ok(Self { seq, hash })
    }
}

/// SHA-256 over the hash before and every field, each with its length in front, so that none can flow into the next.
fn hash(before: &str, seq: u64, entry: &Entry) -> String {
    let mut digest = Sha256::new_with_prefix(b"roompass ledger 1");
    let numbers = [seq, entry.at.as_secs()].map(|number| number.to_string());
    let texts = [
        before,
        &numbers[0],
        &numbers[1],
        &entry.actor,
        &entry.action,
        &entry.subject,
        &entry.detail,
    ];
    for text in texts {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        digest.update(length.to_be_bytes());
        digest.update(text);
    }
    hex(&digest.finalize())
}

/// Where a ledger was tampered with.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ChainError {
    /// The entry does not give the hash that stands beside it.
    #[error(
        "entry {seq} was changed, or one before it was taken out or moved; restore the ledger from a backup, and find out who could write to it"
    )]
    Changed {
        /// Which.
        seq: u64,
    },
    /// The chain ends elsewhere than it says, or than was written down.
    #[error(
        "the chain does not end where it should: {expected} was expected, {found} is there; restore the ledger from a backup, and find out who could write to it"
    )]
    Cut {
        /// As it was written down.
        expected: Head,
        /// As it is.
        found: Head,
    },
    /// Not `SEQ:HASH`.
    #[error("this is no head of a chain; write it as `roompass audit verify` prints it, SEQ:HASH")]
    Head,
    /// A link's row does not say what its entry says, or one of them is missing.
    #[error(
        "the row of link {jti} does not agree with its entry; restore the ledger from a backup, and find out who could write to it"
    )]
    Link {
        /// Which token.
        jti: String,
    },
    /// A number is left out.
    #[error(
        "entry {seq} is missing; restore the ledger from a backup, and find out who could write to it"
    )]
    Missing {
        /// Which.
        seq: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u64) -> Entry {
        Entry {
            at: Timestamp::from_secs(number).unwrap(),
            actor: "ada".to_owned(),
            action: "link.issue".to_owned(),
            subject: format!("t{number}"),
            detail: "{}".to_owned(),
        }
    }

    fn chain() -> Vec<Chained> {
        let mut head = Head::empty();
        (1..=4).map(|number| head.push(entry(number))).collect()
    }

    fn verify(chain: &[Chained]) -> Result<Head, ChainError> {
        let mut head = Head::empty();
        for next in chain {
            head.follow(next)?;
        }
        Ok(head)
    }

    #[test]
    fn an_untouched_chain_holds_and_gives_its_head() {
        let head = verify(&chain()).unwrap();
        assert_eq!((head.seq, &head.hash), (4, &chain()[3].hash));
        assert_eq!(head.to_string().parse(), Ok(head));
        for text in ["", "4", "4:zz", "x:00", ":"] {
            assert_eq!(text.parse::<Head>(), Err(ChainError::Head), "{text}");
        }
    }

    #[test]
    fn whatever_is_changed_shows() {
        type Change = fn(&mut Entry);
        let changes: [Change; 5] = [
            |entry| entry.at = entry.at.plus(1),
            |entry| entry.actor.push('x'),
            |entry| entry.action.push('x'),
            |entry| entry.subject.push('x'),
            |entry| entry.detail.push('x'),
        ];
        for change in changes {
            let mut chain = chain();
            change(&mut chain[1].entry);
            assert_eq!(verify(&chain), Err(ChainError::Changed { seq: 2 }));
        }
        let mut moved = chain();
        // One field flows into the next.
        moved[2].entry.actor = "adalink".to_owned();
        moved[2].entry.action = ".issue".to_owned();
        assert_eq!(verify(&moved), Err(ChainError::Changed { seq: 3 }));
    }

    #[test]
    fn whatever_is_dropped_or_moved_shows() {
        let mut dropped = chain();
        dropped.remove(1);
        assert_eq!(verify(&dropped), Err(ChainError::Missing { seq: 2 }));
        let mut renumbered = dropped;
        renumbered[1].seq = 2;
        assert_eq!(verify(&renumbered), Err(ChainError::Changed { seq: 2 }));
        let mut moved = chain();
        moved.swap(1, 2);
        (moved[1].seq, moved[2].seq) = (2, 3);
        assert_eq!(verify(&moved), Err(ChainError::Changed { seq: 2 }));
    }
}
