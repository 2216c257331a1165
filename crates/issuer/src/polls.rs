//! Who fetched the key set and the feed lately: in memory only, for an administrator who wonders whether a shard comes.
//! The time is a parameter.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use room_token::Timestamp;

use crate::metrics::Paper;

/// What is remembered of those who come.
#[derive(Debug, Default)]
pub(crate) struct Polls(Mutex<BTreeMap<Caller, BTreeMap<Paper, Fetch>>>);

/// Somebody who comes, as far as one can see: several shards behind one address with one program are one.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Caller {
    pub(crate) address: String,
    /// `User-Agent`, cut.
    pub(crate) agent: String,
}

/// The last time that somebody asked for a document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Fetch {
    pub(crate) at: Timestamp,
    pub(crate) had: Had,
}

/// Which edition they had before (`If-None-Match`, RFC 9110 §13.1.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Had {
    /// The one that is published.
    Current,
    /// An older one; now they have the current one.
    Older,
    /// None that they told of.
    Untold,
    /// They got none: we had none to give, or it could not be made.
    Refused,
}

/// More callers than shards. Whoever came longest ago is forgotten first, so strangers push out no shard that still comes.
const MOST: usize = 500;
/// Characters.
const LONGEST_AGENT: usize = 100;

impl Polls {
    pub(crate) fn saw(&self, address: String, agent: &str, paper: Paper, fetch: Fetch) {
        let agent = agent.chars().take(LONGEST_AGENT).collect();
        let caller = Caller { address, agent };
        let mut callers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        callers.entry(caller).or_default().insert(paper, fetch);
        if callers.len() > MOST
            && let Some(oldest) = oldest(&callers)
        {
            callers.remove(&oldest);
        }
    }

    /// Everybody, who came last first.
    pub(crate) fn all(&self) -> Vec<(Caller, BTreeMap<Paper, Fetch>)> {
        let callers = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let mut all: Vec<_> = callers.into_iter().collect();
        all.sort_by_key(|(_, fetches)| std::cmp::Reverse(last(fetches)));
        all
    }
}

fn last(fetches: &BTreeMap<Paper, Fetch>) -> Option<Timestamp> {
    fetches.values().map(|fetch| fetch.at).max()
}

fn oldest(callers: &BTreeMap<Caller, BTreeMap<Paper, Fetch>>) -> Option<Caller> {
    let oldest = callers.iter().min_by_key(|(_, fetches)| last(fetches));
    oldest.map(|(caller, _)| caller.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetch(secs: u64) -> Fetch {
        Fetch {
            at: Timestamp::from_secs(1_767_225_600 + secs).unwrap(),
            had: Had::Current,
        }
    }

    #[test]
    fn the_last_to_come_is_first_and_each_document_counts_by_itself() {
        let polls = Polls::default();
        polls.saw("192.0.2.1".to_owned(), "shard", Paper::KeySet, fetch(1));
        polls.saw("192.0.2.2".to_owned(), "shard", Paper::KeySet, fetch(2));
        polls.saw(
            "192.0.2.1".to_owned(),
            "shard",
            Paper::Revocations,
            fetch(3),
        );
        polls.saw(
            "192.0.2.2".to_owned(),
            &"x".repeat(1000),
            Paper::KeySet,
            fetch(0),
        );
        let all = polls.all();
        let addresses: Vec<_> = all.iter().map(|(who, _)| who.address.as_str()).collect();
        assert_eq!(addresses, ["192.0.2.1", "192.0.2.2", "192.0.2.2"]);
        assert_eq!(all[0].1[&Paper::KeySet], fetch(1));
        assert_eq!(all[0].1[&Paper::Revocations], fetch(3));
        assert_eq!(all[2].0.agent.len(), LONGEST_AGENT);
    }

    #[test]
    fn strangers_push_out_strangers_and_no_shard_that_comes() {
        let polls = Polls::default();
        for stranger in 0..3 * MOST {
            let secs = u64::try_from(stranger).unwrap();
            polls.saw(
                format!("198.51.100.{stranger}"),
                "",
                Paper::KeySet,
                fetch(secs),
            );
            if stranger % 100 == 0 {
                polls.saw("192.0.2.1".to_owned(), "shard", Paper::KeySet, fetch(secs));
            }
        }
        let all = polls.all();
        assert_eq!(all.len(), MOST);
        assert!(all.iter().any(|(who, _)| who.address == "192.0.2.1"));
    }
}
