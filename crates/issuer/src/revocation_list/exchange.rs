//! Two lists that are to become one: that of an issuer, and that of all issuers of a ledger.
//!
//! Nothing is ever taken out by an exchange, and the number never falls: a verifier that met one edition takes only what
//! is as new.

use std::collections::HashSet;

use room_token::Timestamp;
use sha2::{Digest, Sha256};

use super::{Revocation, RevocationList, Row};
use crate::ledger::hex;

/// What is to be told, what is to be learned, and the number of the edition that has all of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Exchange {
    pub(crate) tell: Vec<Revocation>,
    pub(crate) learn: Vec<Revocation>,
    pub(crate) seq: u64,
}

impl RevocationList {
    /// An edition with these entries.
    pub(crate) const fn of(seq: u64, entries: Vec<Revocation>) -> Self {
        Self { seq, entries }
    }

    /// What this list and another have to tell each other; what can be forgotten by now is not worth it.
    pub(crate) fn exchange(&self, other: &Self, now: Timestamp) -> Exchange {
        let tell = self.beyond(other, now);
        let learn = other.beyond(self, now);
        let (low, high) = (self.seq.min(other.seq), self.seq.max(other.seq));
        // The other one alone has more, and says so by its number: that edition is whole.
        let is_whole = tell.is_empty() && (learn.is_empty() || self.seq < other.seq);
        let seq = if is_whole { high } else { high.max(low) + 1 };
        Exchange { tell, learn, seq }
    }

    /// Adds what was learned. Whoever added something of their own meanwhile has another edition than the exchange's.
    pub(crate) fn learn(&mut self, learned: &[Revocation], seq: u64) {
        let known: HashSet<Revocation> = self.entries.iter().cloned().collect();
        let new: Vec<_> = learned
            .iter()
            .filter(|entry| !known.contains(entry))
            .collect();
        let is_another = !new.is_empty() && self.seq >= seq;
        self.entries.extend(new.into_iter().cloned());
        self.seq = if is_another {
            self.seq + 1
        } else {
            self.seq.max(seq)
        };
    }

    /// The same for the same entries, in whatever order.
    pub(crate) fn digest(&self, now: Timestamp) -> String {
        let mut rows: Vec<_> = self.alive(now).map(Revocation::to_row).collect();
        rows.sort_unstable();
        let mut hash = Sha256::new();
        for row in rows {
            hash.update(row);
            hash.update("\n");
        }
        hex(&hash.finalize())
    }

    fn alive(&self, now: Timestamp) -> impl Iterator<Item = &Revocation> {
        (self.entries.iter()).filter(move |entry| !entry.is_forgotten(now))
    }

    fn beyond(&self, other: &Self, now: Timestamp) -> Vec<Revocation> {
        let known: HashSet<&Revocation> = other.entries.iter().collect();
        (self.alive(now).filter(|entry| !known.contains(entry)))
            .cloned()
            .collect()
    }
}

impl Revocation {
    /// As its list's file has it.
    pub(crate) fn to_row(&self) -> String {
        // A row is text and numbers; writing those cannot fail.
        serde_json::to_string(&Row::of(self)).unwrap_or_default()
    }

    /// Reads what [`Revocation::to_row`] wrote.
    pub(crate) fn from_row(row: &str) -> Option<Self> {
        let row: Row = serde_json::from_str(row).ok()?;
        row.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use room_token::{Revoked, RoomPattern};

    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    fn entry(room: &str) -> Revocation {
        let room = RoomPattern::from_canonical(room).unwrap();
        Revocation::new(Revoked::Room(room), at(100)).until(at(1000))
    }

    fn list(seq: u64, rooms: &[&str]) -> RevocationList {
        RevocationList::of(seq, rooms.iter().map(|room| entry(room)).collect())
    }

    fn exchanged(mine: &RevocationList, board: &RevocationList) -> (Vec<String>, Vec<String>, u64) {
        let Exchange { tell, learn, seq } = mine.exchange(board, at(500));
        let names = |all: Vec<Revocation>| all.iter().map(Revocation::name).collect();
        (names(tell), names(learn), seq)
    }

    #[test]
    fn what_only_one_has_the_other_hears() {
        let word = |word: &str| vec![format!("room:{word}")];
        let cases = [
            (
                list(2, &["a", "b"]),
                list(2, &["a", "b"]),
                (vec![], vec![], 2),
            ),
            (
                list(3, &["a", "b"]),
                list(2, &["a"]),
                (word("b"), vec![], 4),
            ),
            (
                list(2, &["a"]),
                list(4, &["a", "b"]),
                (vec![], word("b"), 4),
            ),
            // Two who took back at once: neither edition is whole.
            (list(3, &["a"]), list(3, &["b"]), (word("a"), word("b"), 4)),
            (
                list(3, &["a"]),
                list(3, &["a", "b"]),
                (vec![], word("b"), 4),
            ),
            (list(5, &["a"]), list(3, &["a"]), (vec![], vec![], 5)),
        ];
        for (mine, board, wanted) in cases {
            assert_eq!(exchanged(&mine, &board), wanted, "{mine:?} {board:?}");
        }
    }

    #[test]
    fn whoever_exchanges_in_turn_ends_with_the_same_and_stays_so() {
        let mut issuers = [list(3, &["a"]), list(1, &["b"]), list(0, &[])];
        let mut board = list(0, &[]);
        for turn in 0..9 {
            let mine = &mut issuers[turn % 3];
            let Exchange { tell, learn, seq } = mine.exchange(&board, at(500));
            assert!(seq >= mine.seq && seq >= board.seq, "a number fell");
            board.learn(&tell, seq);
            mine.learn(&learn, seq);
        }
        for issuer in &issuers {
            assert_eq!(issuer.seq, board.seq);
            assert_eq!(issuer.digest(at(500)), board.digest(at(500)));
            assert_eq!(exchanged(issuer, &board), (vec![], vec![], board.seq));
        }
    }

    #[test]
    fn what_was_added_during_an_exchange_makes_an_edition_of_its_own() {
        let mut mine = list(4, &["a", "mine"]);
        mine.learn(&[entry("theirs")], 4);
        assert_eq!((mine.seq(), mine.entries().len()), (5, 3));
        mine.learn(&[entry("theirs")], 5);
        assert_eq!((mine.seq(), mine.entries().len()), (5, 3));
    }

    #[test]
    fn what_can_be_forgotten_is_not_told() {
        let (old, none) = (list(7, &["a"]), list(2, &[]));
        let later = at(1000 + 3600);
        assert_eq!(old.exchange(&none, later).tell, []);
        assert_eq!(old.digest(later), none.digest(later));
        assert_ne!(old.digest(at(500)), none.digest(at(500)));
    }

    #[test]
    fn an_entry_survives_its_row() {
        for entry in [entry("a"), entry("acme-*").letting_stay()] {
            assert_eq!(Revocation::from_row(&entry.to_row()), Some(entry));
        }
        assert_eq!(Revocation::from_row("{}"), None);
    }
}
