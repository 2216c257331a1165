//! What a gate knows: a key set and a feed, each the newest that was good.

use std::time::Duration;

use room_token::{Deployment, KeySet, Revocations, RootKey, Verifier, WhenStale};

use super::source::Source;
use crate::failure::Failure;

/// The sources, the last good text of each, and how far each has come.
#[derive(Debug)]
pub(super) struct Knowledge {
    key_set: Source,
    revocations: Option<Source>,
    root: Option<RootKey>,
    deployment: Deployment,
    when_stale: WhenStale,
    good: Good,
    /// Said already; the same trouble is not told every other second.
    told: String,
    /// The same, of copies that cannot be written.
    told_of_copies: String,
}

#[derive(Debug, Default)]
struct Good {
    key_set: Option<Vec<u8>>,
    feed: Option<Vec<u8>>,
    key_set_seq: Option<u64>,
    feed_seq: Option<u64>,
}

/// What a file that is missing means while the other half is fetched.
const NOTHING_KNOWN: &str = "roompass: nothing is known yet: whoever asks for a room reads that nothing can be checked, \
     until both key set and revocations are here; they are looked for all the while";

/// Between two looks at the sources.
pub(crate) const PAUSE: Duration = Duration::from_secs(2);

impl Knowledge {
    pub(super) fn new(
        key_set: Source,
        revocations: Option<Source>,
        root: Option<RootKey>,
        deployment: Deployment,
        when_stale: WhenStale,
    ) -> Self {
        Self {
            key_set,
            revocations,
            root,
            deployment,
            when_stale,
            good: Good::default(),
            told: String::new(),
            told_of_copies: String::new(),
        }
    }

    /// At a start. A file that is not there or not good is somebody's mistake, and said at once; an address may be
    /// away, and its copy too old, and then nothing is known yet.
    pub(super) fn learn(&mut self) -> Result<Option<Verifier>, Failure> {
        match self.try_first() {
            Ok(verifier) => Ok(Some(verifier)),
            // With files alone nothing gets better by itself.
            Err(failure) if self.is_fetched() => {
                self.complain(&failure);
                crate::talk(NOTHING_KNOWN);
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    fn try_first(&mut self) -> Result<Verifier, Failure> {
        let key_set = self.key_set.first()?;
        let feed = self.revocations.as_mut().map(Source::first).transpose()?;
        self.take(key_set, feed)
    }

    fn is_fetched(&self) -> bool {
        let mut sources = self.revocations.iter().chain([&self.key_set]);
        sources.any(|source| matches!(source, Source::Url { .. }))
    }

    /// Later: a verifier if anything is new and good. What is not is told once, and what was known before counts.
    pub(super) fn learn_more(&mut self) -> Option<Verifier> {
        let key_set = self.key_set.news();
        let feed = self.revocations.as_mut().map_or(Ok(None), Source::news);
        let (key_set, feed) = (self.heard(key_set), self.heard(feed));
        if key_set.is_none() && feed.is_none() {
            return None;
        }
        let key_set = key_set.or_else(|| self.good.key_set.clone())?;
        let feed = feed.or_else(|| self.good.feed.clone());
        if feed.is_none() && self.revocations.is_some() {
            return self.again();
        }
        let had_trouble = !self.told.is_empty();
        match self.take(key_set, feed) {
            Ok(verifier) => {
                if had_trouble {
                    crate::talk("roompass: the gate's keys and revocations are good, and count");
                    self.told.clear();
                }
                Some(verifier)
            }
            Err(failure) => {
                self.complain(&failure);
                self.again()
            }
        }
    }

    /// What was read and did not help is read again: the other half may be on its way.
    fn again(&mut self) -> Option<Verifier> {
        self.key_set.forget();
        if let Some(source) = &mut self.revocations {
            source.forget();
        }
        None
    }

    fn heard(&mut self, news: Result<Option<Vec<u8>>, Failure>) -> Option<Vec<u8>> {
        news.unwrap_or_else(|failure| {
            self.complain(&failure);
            None
        })
    }

    /// Both together: a feed is checked with the keys of its own time.
    fn take(&mut self, key_set: Vec<u8>, feed: Option<Vec<u8>>) -> Result<Verifier, Failure> {
        let keys = KeySet::read(&key_set, self.root.as_ref())
            .and_then(|keys| keys.at_least(self.good.key_set_seq))
            .map_err(|e| Failure::because(&self.key_set.name(), &e))?;
        let key_set_seq = keys.seq();
        let mut verifier = Verifier::new(keys, self.deployment.clone())
            .map_err(|e| Failure::because(&self.key_set.name(), &e))?;
        let mut feed_seq = None;
        if let (Some(source), Some(bytes)) = (&self.revocations, &feed) {
            let text = String::from_utf8_lossy(bytes);
            let seen = self.good.feed_seq;
            let feed = Revocations::parse(&text, verifier.key_set(), &self.deployment, seen)
                .map_err(|e| Failure::because(&source.name(), &e))?;
            feed_seq = Some(feed.seq());
            verifier = verifier.with_revocations(feed, self.when_stale);
        }
        self.remember(key_set, feed);
        self.good.key_set_seq = key_set_seq.or(self.good.key_set_seq);
        self.good.feed_seq = feed_seq.or(self.good.feed_seq);
        Ok(verifier)
    }

    /// A disk that is full costs the next start, not this one.
    fn remember(&mut self, key_set: Vec<u8>, feed: Option<Vec<u8>>) {
        let mut kept = Ok(());
        if self.good.key_set.as_ref() != Some(&key_set) {
            kept = self.key_set.keep(&key_set);
        }
        if let (Some(source), Some(bytes)) = (&self.revocations, &feed)
            && self.good.feed.as_ref() != Some(bytes)
        {
            kept = kept.and(source.keep(bytes));
        }
        (self.good.key_set, self.good.feed) = (Some(key_set), feed);
        let trouble = kept
            .err()
            .map(|failure| warning(&failure))
            .unwrap_or_default();
        if !trouble.is_empty() && trouble != self.told_of_copies {
            crate::talk(&trouble);
        }
        self.told_of_copies = trouble;
    }

    fn complain(&mut self, failure: &Failure) {
        let text = warning(failure);
        if text != self.told {
            crate::talk(&text);
            self.told = text;
        }
    }
}

/// It goes on, so it is no error.
pub(crate) fn warning(failure: &Failure) -> String {
    crate::hide::tokens(&failure.to_string().replace("error:", "warning:"))
}

#[cfg(test)]
mod tests;
