//! How often somebody may guess wrongly: by account, by address, by known browser. Pure but for its memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use room_token::Timestamp;

/// Counts failures, each for a quarter of an hour, and nothing else: who signs in correctly is never slowed down.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    failures: Mutex<HashMap<Key, Vec<Timestamp>>>,
}

/// Whose failures are counted together.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Key {
    /// All of one address.
    Address(String),
    /// All for one account, from browsers that were never signed in to it.
    Strangers(String),
    /// Those at the second step for one account, whose passphrase was right.
    Code(String),
    /// Those of somebody who is signed in, for their own passphrase.
    Own(String),
    /// Those of a browser that was: strangers cannot lock it out.
    Device(String),
}

/// In seconds.
const WINDOW: u64 = 15 * 60;

/// Beyond these, whoever failed longest ago is forgotten.
const MAX_KEYS: usize = 20_000;

impl Key {
    const fn limit(&self) -> usize {
        match self {
            Self::Address(_) => 50,
            Self::Device(_) | Self::Own(_) | Self::Strangers(_) => 10,
            // A million codes, three of them good: ten guesses a quarter of an hour would be too many in a month.
            Self::Code(_) => 5,
        }
    }
}

impl Throttle {
    /// How many seconds to wait, if it was too often for one of these.
    pub(crate) fn wait(&self, keys: &[Key], now: Timestamp) -> Option<u64> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = |key: &Key| {
            let times = failures.get(key)?;
            let recent: Vec<_> = times.iter().filter(|at| is_recent(**at, now)).collect();
            let nth = recent.len().checked_sub(key.limit())?;
            let frees = recent.get(nth)?.plus(WINDOW);
            Some(frees.seconds_since(now).max(1))
        };
        keys.iter().filter_map(wait).max()
    }

    /// Notes a failure.
    pub(crate) fn failed(&self, keys: &[Key], now: Timestamp) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MAX_KEYS {
            failures.retain(|_, times| times.last().is_some_and(|at| is_recent(*at, now)));
        }
        if failures.len() >= MAX_KEYS {
            failures.clear();
        }
        for key in keys {
            let times = failures.entry(key.clone()).or_default();
            times.retain(|at| is_recent(*at, now));
            if times.len() < key.limit() {
                times.push(now);
            }
        }
    }
}

fn is_recent(at: Timestamp, now: Timestamp) -> bool {
    now < at.plus(WINDOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_failures_wait_and_nobody_is_locked_out_for_ever() {
        let at = |secs| Timestamp::from_secs(secs).unwrap();
        let throttle = Throttle::default();
        let strangers = [
            Key::Strangers("ada".to_owned()),
            Key::Address("::1".to_owned()),
        ];
        for second in 0..10 {
            assert_eq!(throttle.wait(&strangers, at(second)), None);
            throttle.failed(&strangers, at(second));
        }
        assert_eq!(throttle.wait(&strangers, at(10)), Some(890));
        assert_eq!(throttle.wait(&[Key::Device("d".to_owned())], at(10)), None);
        assert_eq!(throttle.wait(&strangers[1..], at(10)), None, "forty more");
        assert_eq!(throttle.wait(&strangers, at(900)), None);
        throttle.failed(&strangers, at(900));
        assert_eq!(throttle.wait(&strangers, at(900)), Some(1));
    }
}
