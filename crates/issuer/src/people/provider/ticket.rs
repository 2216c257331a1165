//! What binds a sign-in to the browser that began it. Pure.
//!
//! The browser keeps 256 random bits in a cookie. State, nonce and the proof of PKCE are keyed hashes of them, of the
//! provider and of the time; so whoever has another browser's answer can do nothing with it, and nothing is kept here for
//! those who never come back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use openidconnect::PkceCodeVerifier;
use room_token::Timestamp;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::ProviderError;
use crate::people::Secret;

/// What a browser holds. `Debug` hides it.
#[derive(Clone, Debug)]
pub(crate) struct Ticket(Secret);

impl Ticket {
    /// In seconds: long enough for a password, a second factor and a call to the help desk.
    pub(crate) const LIFETIME: u64 = 10 * 60;

    pub(crate) const fn new(secret: Secret) -> Self {
        Self(secret)
    }

    /// To be kept by the browser.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Goes to the provider and comes back through the browser (RFC 6749 §10.12). It says when it was made.
    pub(super) fn state(&self, issuer: &str, begun: Timestamp) -> String {
        format!("{}.{}", begun.as_secs(), self.word("state", issuer, begun))
    }

    /// Goes to the provider and comes back in the ID token (OIDC Core §15.5.2).
    pub(super) fn nonce(&self, issuer: &str, begun: Timestamp) -> String {
        self.word("nonce", issuer, begun)
    }

    /// Its hash goes to the provider, and itself only together with the code (RFC 7636 §4.1).
    pub(super) fn proof(&self, issuer: &str, begun: Timestamp) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.word("proof", issuer, begun))
    }

    /// When the sign-in began that this state is of, if this browser began it with this provider.
    ///
    /// # Errors
    /// [`ProviderError::Foreign`], [`ProviderError::Over`].
    pub(super) fn check(
        &self,
        state: &str,
        issuer: &str,
        now: Timestamp,
    ) -> Result<Timestamp, ProviderError> {
        let begun = state.split('.').next().and_then(|secs| secs.parse().ok());
        let begun = begun.and_then(|secs| Timestamp::from_secs(secs).ok());
        let begun = begun.ok_or(ProviderError::Foreign)?;
        let ours = self.state(issuer, begun);
        let is_whole = ours.len() > 43;
        if !is_whole || !bool::from(ours.as_bytes().ct_eq(state.as_bytes())) {
            return Err(ProviderError::Foreign);
        }
        if begun > now || now.seconds_since(begun) > Self::LIFETIME {
            return Err(ProviderError::Over);
        }
        Ok(begun)
    }

    fn word(&self, what: &str, issuer: &str, begun: Timestamp) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_str().as_bytes()) else {
            // HMAC takes a key of any length. A state without a word is none of ours.
            return String::new();
        };
        for part in [what, issuer, &begun.as_secs().to_string()] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://id.example.org";

    fn ticket(byte: u8) -> Ticket {
        Ticket::new(Secret::new([byte; 32]))
    }

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    #[test]
    fn a_state_is_of_one_browser_one_provider_and_one_time() {
        let state = ticket(1).state(ISSUER, at(1000));
        assert_eq!(ticket(1).check(&state, ISSUER, at(1600)).unwrap(), at(1000));
        let refused = |ticket: Ticket, state: &str, issuer: &str, now: u64| {
            ticket.check(state, issuer, at(now)).unwrap_err()
        };
        let foreign = [
            refused(ticket(2), &state, ISSUER, 1000),
            refused(ticket(1), &state, "https://evil.example", 1000),
            refused(ticket(1), &state.replacen("1000", "1001", 1), ISSUER, 1001),
            refused(ticket(1), "", ISSUER, 1000),
            refused(ticket(1), &format!("{state}x"), ISSUER, 1000),
        ];
        for error in foreign {
            assert!(matches!(error, ProviderError::Foreign), "{error:?}");
        }
        for now in [999, 1601] {
            let error = refused(ticket(1), &state, ISSUER, now);
            assert!(matches!(error, ProviderError::Over), "{now}");
        }
    }

    #[test]
    fn what_is_made_of_it_differs_and_tells_nothing_of_it() {
        let ticket = ticket(1);
        let proof = ticket.proof(ISSUER, at(1));
        let nonce = ticket.nonce(ISSUER, at(1));
        let state = ticket.state(ISSUER, at(1));
        assert!((43..=128).contains(&proof.secret().len()), "RFC 7636 §4.1");
        assert_ne!(&nonce, proof.secret());
        assert!(!state.contains(&nonce) && !state.contains(proof.secret()));
        assert!(!format!("{ticket:?}").contains(ticket.as_str()));
    }
}
