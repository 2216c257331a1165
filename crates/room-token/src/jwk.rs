//! One public key of a key set, as a JWK (RFC 7517, RFC 8037 §2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use thiserror::Error;

use crate::json::Object;
use crate::scope::ScopeError;
use crate::{KeyId, Scope, SigningKey};

/// One public key, and what it may sign.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    id: KeyId,
    pub(crate) key: ed25519_dalek::VerifyingKey,
    state: KeyState,
    scope: Scope,
}

/// Where a key stands in its life. Verifiers trust it in each of these states; only its owner acts on them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyState {
    /// It signs.
    Active,
    /// It is published before it signs, so that every shard knows it by then.
    Next,
    /// It signs no more, but what it signed still counts.
    Retiring,
}

impl KeyState {
    /// Its word in the key set.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Next => "next",
            Self::Retiring => "retiring",
        }
    }

    /// Reads that word.
    ///
    /// # Errors
    /// [`KeyFault::State`] for any other; a key that is gone is not in the set.
    pub fn parse(word: &str) -> Result<Self, KeyFault> {
        match word {
            "active" => Ok(Self::Active),
            "next" => Ok(Self::Next),
            "retiring" => Ok(Self::Retiring),
            _other => Err(KeyFault::State),
        }
    }
}

impl PublicKey {
    /// The public half of one of our own keys: active, and without limits.
    pub fn of(key: &SigningKey) -> Self {
        Self {
            id: key.id().clone(),
            key: key.verifying_key(),
            state: KeyState::Active,
            scope: Scope::UNLIMITED,
        }
    }

    /// Reads one JWK, such as another team sends it. Without a `kid` it is named by its thumbprint.
    ///
    /// # Errors
    /// [`KeyFault`]; a key of another type is [`KeyFault::Curve`].
    pub fn parse(jwk: &[u8]) -> Result<Self, KeyFault> {
        let jwk = Object::parse(jwk).map_err(|_| KeyFault::Json)?;
        Self::from_jwk(&jwk)?.ok_or(KeyFault::Curve)
    }

    /// The same key with these limits.
    #[must_use]
    pub fn within(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// The same key in that state.
    #[must_use]
    pub const fn in_state(mut self, state: KeyState) -> Self {
        self.state = state;
        self
    }

    /// The name of this key.
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// Where it stands in its life.
    pub const fn state(&self) -> KeyState {
        self.state
    }

    /// What it may sign.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// As a JWK, with its state and scope.
    pub fn to_json(&self) -> String {
        self.to_jwk().to_string()
    }

    pub(crate) fn to_jwk(&self) -> serde_json::Value {
        let mut jwk = json!({
            "kty": "OKP",
            "crv": "Ed25519",
            "x": URL_SAFE_NO_PAD.encode(self.key.as_bytes()),
            "kid": self.id.as_str(),
            "use": "sig",
            "alg": "EdDSA",
            "state": self.state.as_str(),
        });
        if let (Some(scope), Some(members)) = (self.scope.to_json(), jwk.as_object_mut()) {
            members.insert("scope".to_owned(), scope);
        }
        jwk
    }

    /// `None` for a key of another type.
    pub(crate) fn from_jwk(jwk: &Object<'_>) -> Result<Option<Self>, KeyFault> {
        // Private halves have no business in a public file, whatever their type (RFC 7518 §6, RFC 8037 §2).
        if ["d", "k", "p", "q"]
            .iter()
            .any(|member| jwk.contains(member))
        {
            return Err(KeyFault::Private);
        }
        if text(jwk, "kty")? != Some("OKP") || text(jwk, "crv")? != Some("Ed25519") {
            return Ok(None);
        }
        check_purpose(jwk)?;
        // Nobody writes them but to limit the key, and a limit must not be passed over.
        if let Some(limit) = ["exp", "nbf", "revoked"]
            .iter()
            .find(|member| jwk.contains(member))
        {
            return Err(KeyFault::Limited { member: limit });
        }
        let key = point(text(jwk, "x")?.ok_or(KeyFault::Point)?)?;
        let id = match text(jwk, "kid")? {
            Some(kid) => KeyId::parse(kid).map_err(|_| KeyFault::Id)?,
            None => KeyId::of(&key),
        };
        let state = text(jwk, "state")?.map_or(Ok(KeyState::Active), KeyState::parse)?;
        Ok(Some(Self {
            id,
            key,
            state,
            scope: scope(jwk)?,
        }))
    }
}

/// An Ed25519 key for signatures, and nothing else.
fn check_purpose(jwk: &Object<'_>) -> Result<(), KeyFault> {
    if jwk.contains("use") {
        expect(jwk, "use", &["sig"], KeyFault::Use)?;
    }
    if jwk.contains("alg") {
        expect(jwk, "alg", &["EdDSA", "Ed25519"], KeyFault::Algorithm)?;
    }
    // RFC 7517 §4.3; as with `use`, a key for anything but checking signatures is not ours.
    match jwk.strings("key_ops") {
        Ok(None) => Ok(()),
        Ok(Some(operations)) if operations == ["verify"] => Ok(()),
        Ok(Some(_)) | Err(_) => Err(KeyFault::Use),
    }
}

fn scope(jwk: &Object<'_>) -> Result<Scope, KeyFault> {
    let members = jwk.object("scope").map_err(|_| KeyFault::Type)?;
    match members {
        None => Ok(Scope::UNLIMITED),
        Some(members) => Scope::from_jwk(members).map_err(KeyFault::Scope),
    }
}

fn text<'a>(jwk: &'a Object<'_>, name: &str) -> Result<Option<&'a str>, KeyFault> {
    jwk.string(name).map_err(|_| KeyFault::Type)
}

fn expect(jwk: &Object<'_>, name: &str, allowed: &[&str], fault: KeyFault) -> Result<(), KeyFault> {
    match text(jwk, name)? {
        Some(value) if allowed.contains(&value) => Ok(()),
        _other => Err(fault),
    }
}

/// `x`: 32 bytes, the one spelling of a point that is not of small order (RFC 8032 §5.1.3, RFC 8725 §3.4).
pub(crate) fn point(x: &str) -> Result<ed25519_dalek::VerifyingKey, KeyFault> {
    let bytes = URL_SAFE_NO_PAD.decode(x).map_err(|_| KeyFault::Point)?;
    let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| KeyFault::Point)?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| KeyFault::Point)?;
    if key.to_edwards().compress().to_bytes() != bytes {
        return Err(KeyFault::Point);
    }
    if key.is_weak() {
        return Err(KeyFault::Weak);
    }
    Ok(key)
}

/// What is wrong with one key of a set.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum KeyFault {
    /// `alg` names another algorithm.
    #[error("is for another algorithm; its `alg` must be EdDSA or Ed25519, or absent")]
    Algorithm,
    /// `crv` names another curve.
    #[error("is on another curve; its `crv` must be Ed25519")]
    Curve,
    /// `kid` is missing or strange.
    #[error("has no usable `kid`; give it one of 1 to 64 characters out of A-Z a-z 0-9 - _")]
    Id,
    /// A limit that is not ours.
    #[error(
        "has a `{member}`, a limit that is not enforced; take the key out instead, or give it a `scope`"
    )]
    Limited {
        /// Its name.
        member: &'static str,
    },
    /// Not JSON.
    #[error("is not a JWK; it begins with a brace and has a member `kty`")]
    Json,
    /// `x` is not the canonical form of a point.
    #[error("has an `x` that is not 32 canonical bytes in base64url; export it again")]
    Point,
    /// The private half is in the file.
    #[error(
        "shows its private half; take it out, and replace the key, since others may have read it"
    )]
    Private,
    /// A limit that cannot be enforced, so the key cannot be trusted.
    #[error("has a `scope` that cannot be enforced: {0}")]
    Scope(ScopeError),
    /// An unknown state.
    #[error("has a `state` other than active, next and retiring; export it again")]
    State,
    /// A member of the wrong type.
    #[error("has a member that is not a string; export it again")]
    Type,
    /// `use` is not `sig`.
    #[error(
        "is not for signatures; its `use` must be `sig` and its `key_ops` `verify` alone, or both absent"
    )]
    Use,
    /// A point of small order, for which anybody can forge.
    #[error("is weak: anybody could forge its signatures; make another")]
    Weak,
}
