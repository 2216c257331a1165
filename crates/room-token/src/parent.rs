//! `parent`: the owner's link that a guest's link was made from, as far as a revocation can name it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::claims::{because, required, time};
use crate::json::{JsonError, Object};
use crate::{Admission, KeyId, Timestamp, TokenId};

/// What kills the owner's link kills the guest's. The owner's id is told as a digest, since the guest holds it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Parent {
    id: Option<TokenId>,
    key: Option<KeyId>,
    person: Option<PersonDigest>,
    issued_at: Timestamp,
}

/// Not the claim `parent`.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("this is no `parent` of a link: {0}; hand in the text that the grant came with")]
pub struct ParentError(String);

/// The first 8 bytes of the SHA-256 of a person's id: enough to tell a few thousand people apart.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct PersonDigest([u8; 8]);

impl Parent {
    /// The link that was admitted so.
    pub fn of(owner: &Admission) -> Self {
        Self {
            id: owner.token_id().cloned(),
            key: Some(owner.key_id().clone()),
            person: owner.person().id().map(PersonDigest::of),
            issued_at: owner.validity().issued_at(),
        }
    }

    /// Reads what [`Parent::to_text`] wrote.
    ///
    /// # Errors
    /// [`ParentError`] for anything that is no `parent` claim.
    pub fn parse(text: &str) -> Result<Self, ParentError> {
        Object::parse(text.as_bytes())
            .and_then(|claim| Self::from_claim(&claim))
            .map_err(|JsonError(why)| ParentError(why))
    }

    /// The claim as JSON text, for whoever remembers an admission; `signer` is the key that signed the guest's link.
    pub fn to_text(&self, signer: &KeyId) -> String {
        self.as_claim(signer).to_string()
    }

    /// The link that an issuer finds in its own ledger. It makes a token die sooner, and never live longer.
    pub fn known(id: TokenId, key: KeyId, person: Option<&str>, issued_at: Timestamp) -> Self {
        Self {
            id: Some(id),
            key: Some(key),
            person: person.map(PersonDigest::of),
            issued_at,
        }
    }

    pub(crate) fn from_claim(claim: &Object<'_>) -> Result<Self, JsonError> {
        let id = claim.string("jti")?.map(TokenId::parse).transpose();
        let key = claim.string("kid")?.map(KeyId::parse).transpose();
        let person = claim.string("id")?.map(PersonDigest::parse);
        Ok(Self {
            id: id.map_err(|e| because("parent.jti", e))?,
            key: key.map_err(|e| because("parent.kid", e))?,
            person: person.transpose()?,
            issued_at: required("parent.iat", time(claim, "iat")?)?,
        })
    }

    /// Its key is left out where it is the one that signs this token too.
    pub(crate) fn as_claim(&self, signer: &KeyId) -> Value {
        let mut claim = json!({ "iat": self.issued_at.as_secs() });
        let key = self.key.as_ref().filter(|key| *key != signer);
        let texts = [
            ("jti", self.id.as_ref().map(|id| id.as_str().to_owned())),
            ("kid", key.map(|key| key.as_str().to_owned())),
            ("id", self.person.map(PersonDigest::to_text)),
        ];
        for (name, text) in texts {
            if let (Some(text), Some(members)) = (text, claim.as_object_mut()) {
                members.insert(name.to_owned(), text.into());
            }
        }
        claim
    }

    pub(crate) const fn id(&self) -> Option<&TokenId> {
        self.id.as_ref()
    }

    pub(crate) const fn key(&self) -> Option<&KeyId> {
        self.key.as_ref()
    }

    pub(crate) const fn person(&self) -> Option<PersonDigest> {
        self.person
    }

    pub(crate) const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }
}

impl PersonDigest {
    pub(crate) fn of(id: &str) -> Self {
        let digest = Sha256::digest(id);
        Self(digest.first_chunk().copied().unwrap_or_default())
    }

    fn parse(text: &str) -> Result<Self, JsonError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let bytes = bytes.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
        bytes
            .map(Self)
            .ok_or_else(|| because("parent.id", "not 8 bytes in base64url"))
    }

    fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Parent, JsonError> {
        Parent::from_claim(&Object::parse(json.as_bytes())?)
    }

    #[test]
    fn a_parent_survives_its_claim_and_names_no_key_twice() {
        let json = r#"{"iat":100,"id":"zvVr9qGGFZM","jti":"one","kid":"k"}"#;
        let parent = read(json).unwrap();
        let other = KeyId::parse("other").unwrap();
        assert_eq!(parent.as_claim(&other).to_string(), json);
        let same = parent.as_claim(&KeyId::parse("k").unwrap()).to_string();
        assert_eq!(same, r#"{"iat":100,"id":"zvVr9qGGFZM","jti":"one"}"#);
        assert_eq!(read(&same).unwrap().key(), None);
        assert_eq!(Parent::parse(&parent.to_text(&other)), Ok(parent));
    }

    #[test]
    fn a_parent_has_bounds() {
        for json in [
            "{}",
            r#"{"iat":"now"}"#,
            r#"{"iat":1,"jti":"a b"}"#,
            r#"{"iat":1,"kid":""}"#,
            r#"{"iat":1,"id":"ada@example.org"}"#,
            r#"{"iat":1,"id":"zvVr9qGGFZN"}"#,
            r#"{"iat":1,"id":7}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
        assert_eq!(
            Parent::parse("[]").unwrap_err().to_string(),
            "this is no `parent` of a link: not a JSON object; hand in the text that the grant came with"
        );
    }
}
