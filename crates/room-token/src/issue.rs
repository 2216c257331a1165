//! A grant becomes a token: the only place that signs.

use std::fmt;

use thiserror::Error;

use crate::header::Header;
use crate::{
    Deployment, Grant, Revocations, SigningKey, TokenId, Validity, claims, compact, revocations,
};

/// A token's text. It opens a door: `Debug` hides it, and only [`SignedToken::as_str`] shows it.
#[derive(Clone, Eq, PartialEq)]
pub struct SignedToken(String);

impl SignedToken {
    /// The compact form (RFC 7515 §7.1), for a link.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedToken({} bytes)", self.0.len())
    }
}

impl SigningKey {
    /// Signs a grant. `id` must be fresh randomness ([`TokenId::from_bytes`]): it names this one token.
    ///
    /// # Errors
    /// [`IssueError`] if the token would be longer than verifiers accept, or could not be signed.
    pub fn issue(
        &self,
        deployment: &Deployment,
        grant: &Grant,
        validity: &Validity,
        id: &TokenId,
    ) -> Result<SignedToken, IssueError> {
        let payload = claims::payload(deployment, grant, validity, id, self.id())
            .map_err(|_| IssueError::Sign)?;
        let token = self.sign(&Header::room_token(self.id()), &payload)?;
        if token.len() > compact::MAX_BYTES {
            return Err(IssueError::TooLong { bytes: token.len() });
        }
        Ok(SignedToken(token))
    }

    /// Signs an edition of the revocations, for every verifier to fetch.
    ///
    /// # Errors
    /// [`IssueError::Sign`], which a key of ours never causes.
    pub fn sign_revocations(
        &self,
        revocations: &Revocations,
        deployment: &Deployment,
    ) -> Result<String, IssueError> {
        let payload =
            revocations::payload(revocations, deployment).map_err(|_| IssueError::Sign)?;
        self.sign(&Header::text(self.id(), revocations::TYPE), &payload)
    }

    pub(crate) fn sign(&self, header: &str, payload: &[u8]) -> Result<String, IssueError> {
        let mut token = compact::signing_input(header, payload);
        let signature = self.signer.sign(token.as_bytes())?;
        compact::append_signature(&mut token, &signature);
        Ok(token)
    }
}

/// Why no token was made.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum IssueError {
    /// Whoever has the private half signed with another one.
    #[error("the signature does not fit the public key; do both halves belong together?")]
    AnotherKey,
    /// Whoever has the private half did not sign.
    #[error("{why}")]
    Elsewhere {
        /// What is wrong, and what to do about it.
        why: String,
    },
    /// The signing library refused; with a key of ours this does not happen.
    #[error("the token could not be signed; is the key file whole?")]
    Sign,
    /// Verifiers refuse more than 4096 bytes.
    #[error("the token would have {bytes} bytes, more than 4096; shorten the names in it")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Lifetime, Person, RoomName, Timestamp};

    fn signed_elsewhere(sign: crate::SignElsewhere) -> Result<SignedToken, IssueError> {
        let public = crate::PublicKey::of(&SigningKey::from_seed(&[7; 32]));
        let room = RoomName::parse("weekly-sync").unwrap();
        let grant = Grant::new(room, Person::member("Ada").unwrap());
        let now = Timestamp::from_secs(1_767_225_600).unwrap();
        let validity = Validity::lasting(now, Lifetime::from_hours(2).unwrap()).unwrap();
        let key = SigningKey::held_elsewhere(&public, sign);
        assert_eq!(key.to_pkcs8_pem(), Err(crate::KeyError::Elsewhere));
        key.issue(
            &Deployment::default(),
            &grant,
            &validity,
            &TokenId::from_bytes([1; 8]),
        )
    }

    #[test]
    fn a_key_elsewhere_is_believed_only_when_its_signature_holds() {
        let with = |seed: u8| {
            let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
            let sign = move |message: &[u8]| {
                use ed25519_dalek::Signer as _;
                Ok(key.sign(message).to_bytes())
            };
            signed_elsewhere(Box::new(sign))
        };
        assert!(with(7).is_ok());
        assert_eq!(with(8), Err(IssueError::AnotherKey));
        let why = "it was taken out".to_owned();
        let said = why.clone();
        let refused = signed_elsewhere(Box::new(move |_| Err(said.clone())));
        assert_eq!(refused, Err(IssueError::Elsewhere { why }));
    }

    #[test]
    fn the_parts_are_in_their_order_and_the_link_is_short() {
        let key = SigningKey::from_seed(&[7; 32]);
        let room = RoomName::parse("weekly-sync").unwrap();
        let grant = Grant::new(room, Person::member("Alice Example").unwrap());
        let now = Timestamp::from_secs(1_767_225_600).unwrap();
        let validity = Validity::lasting(now, Lifetime::from_hours(2).unwrap()).unwrap();
        let id = TokenId::from_bytes([1; 8]);
        let token = key
            .issue(&Deployment::default(), &grant, &validity, &id)
            .unwrap();
        assert!(token.as_str().starts_with("eyJ"));
        let decoded = &mut Vec::new();
        let parts = compact::Compact::parse(token.as_str(), decoded).unwrap();
        let header = String::from_utf8(parts.header().to_vec()).unwrap();
        assert_eq!(
            header,
            format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"room+jwt"}}"#, key.id())
        );
        let link = format!(
            "https://meet.example.org/weekly-sync?jwt={}",
            token.as_str()
        );
        assert!(link.len() <= 430, "{} characters", link.len());
        assert_eq!(
            format!("{token:?}"),
            format!("SignedToken({} bytes)", token.as_str().len())
        );
    }
}
