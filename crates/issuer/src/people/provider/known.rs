//! What a provider says of itself, and its keys: asked for once in a while, and not for each sign-in.

use std::sync::{Arc, Mutex, PoisonError};

use room_token::Timestamp;

use super::fetch::Client;
use super::types::Metadata;
use super::{ProviderError, ProviderSettings};

/// The last answer, and when one was asked for in vain.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    found: Option<(Arc<Metadata>, Timestamp)>,
    failed_at: Option<Timestamp>,
}

/// In seconds. A key that was taken back counts no longer than this.
const FRESH: u64 = 3600;
/// How long an answer is used while no newer one can be had; a provider that is away lets nobody sign in anyway.
const USABLE: u64 = 24 * 3600;
/// One that did not answer is left alone for so long, so that those who wait do not wait one after the other.
const PAUSE: u64 = 10;
/// Keys that we do not know are a reason to ask no more often than this: anybody can make some up.
const AT_MOST_EVERY: u64 = 60;

impl Known {
    /// What is known, asked for if that is too long ago.
    pub(super) fn get(
        &self,
        settings: &ProviderSettings,
        client: &Client,
        now: Timestamp,
    ) -> Result<Arc<Metadata>, ProviderError> {
        self.younger_than(FRESH, now, || discover(settings, client))
    }

    /// The same, because a key is not among what is known.
    pub(super) fn renew(
        &self,
        settings: &ProviderSettings,
        client: &Client,
        now: Timestamp,
    ) -> Result<Arc<Metadata>, ProviderError> {
        self.younger_than(AT_MOST_EVERY, now, || discover(settings, client))
    }

    fn younger_than(
        &self,
        age: u64,
        now: Timestamp,
        ask: impl FnOnce() -> Option<Metadata>,
    ) -> Result<Arc<Metadata>, ProviderError> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_within = |at: &Timestamp, secs| *at <= now && now.seconds_since(*at) < secs;
        let found = |state: &State, secs| {
            let found = state.found.as_ref();
            let found = found.filter(|(_, at)| is_within(at, secs));
            found.map(|(metadata, _)| Arc::clone(metadata))
        };
        if let Some(metadata) = found(&state, age) {
            return Ok(metadata);
        }
        let paused = state.failed_at.is_some_and(|at| is_within(&at, PAUSE));
        if paused {
            return found(&state, USABLE).ok_or(ProviderError::Away);
        }
        let Some(metadata) = ask().map(Arc::new) else {
            state.failed_at = Some(now);
            return found(&state, USABLE).ok_or(ProviderError::Away);
        };
        state.found = Some((Arc::clone(&metadata), now));
        state.failed_at = None;
        Ok(metadata)
    }
}

/// OIDC Discovery §4: what it says, if it calls itself what we call it, and its keys.
fn discover(settings: &ProviderSettings, client: &Client) -> Option<Metadata> {
    Metadata::discover(settings.issuer_url(), client).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(authorization: &str) -> Metadata {
        let text = serde_json::json!({
            "issuer": "https://id.example.org",
            "authorization_endpoint": authorization,
            "jwks_uri": "https://id.example.org/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        });
        serde_json::from_value(text).unwrap()
    }

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(1_767_225_600 + secs).unwrap()
    }

    #[test]
    fn an_answer_is_kept_for_an_hour_and_used_for_a_day() {
        let known = Known::default();
        let ask = |secs, answer: Option<&str>| {
            let found = known.younger_than(FRESH, at(secs), || answer.map(metadata));
            found.map(|found| found.authorization_endpoint().to_string())
        };
        assert!(ask(0, None).is_err());
        assert!(ask(5, Some("https://a/")).is_err(), "it is left alone");
        assert_eq!(ask(10, Some("https://a/")).unwrap(), "https://a/");
        assert_eq!(ask(3609, Some("https://b/")).unwrap(), "https://a/");
        assert_eq!(ask(3610, None).unwrap(), "https://a/", "it is away");
        assert_eq!(ask(3620, Some("https://b/")).unwrap(), "https://b/");
        assert_eq!(ask(3620 + USABLE - 1, None).unwrap(), "https://b/");
        assert!(ask(3620 + USABLE + PAUSE, None).is_err());
    }

    #[test]
    fn a_clock_that_was_set_back_makes_nothing_fresh() {
        let known = Known::default();
        let ask = |secs, url: &str| {
            let found = known.younger_than(FRESH, at(secs), || Some(metadata(url)));
            found.unwrap().authorization_endpoint().to_string()
        };
        assert_eq!(ask(1000, "https://a/"), "https://a/");
        assert_eq!(ask(0, "https://b/"), "https://b/");
    }
}
