//! A key set that an offline root key signed, so that it can be taken from any mirror: `typ: jwk-set+jwt`.
//!
//! The claims are those of a plain set: `{iss, seq, iat, exp?, keys}`. Whoever pins the root takes no other form.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::{KeySet, KeySetError};
use crate::compact::Compact;
use crate::header::Header;
use crate::json::Object;
use crate::jwk::{KeyFault, PublicKey};
use crate::signature::SignatureHolds;
use crate::{KeyId, Scope, SigningKey};

/// Its `typ`, to the letter: nobody but a root key of ours writes one.
const TYPE: &str = "jwk-set+jwt";

/// The public half of the key that signs key sets, and nothing else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RootKey(PublicKey);

impl RootKey {
    /// The public half of a root key.
    pub fn of(key: &SigningKey) -> Self {
        Self(PublicKey::of(key))
    }

    /// Reads a JWK, as `roompass keys root` writes it.
    ///
    /// # Errors
    /// [`KeyFault`]; a `scope` is [`KeyFault::Limited`], since no limit of a root key is enforced.
    pub fn parse(jwk: &[u8]) -> Result<Self, KeyFault> {
        let object = Object::parse(jwk).map_err(|_| KeyFault::Json)?;
        let key = PublicKey::from_jwk(&object)?.ok_or(KeyFault::Curve)?;
        if *key.scope() != Scope::UNLIMITED || object.contains("scope") {
            return Err(KeyFault::Limited { member: "scope" });
        }
        Ok(Self(key))
    }

    /// The name of this key.
    pub const fn id(&self) -> &KeyId {
        self.0.id()
    }

    /// As a JWK, for every verifier.
    pub fn to_json(&self) -> String {
        let x = URL_SAFE_NO_PAD.encode(self.0.key.as_bytes());
        let kid = self.id().as_str();
        json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": "EdDSA" })
            .to_string()
    }

    fn check(&self, compact: &Compact<'_>) -> Result<SignatureHolds, KeySetError> {
        let header = Header::parse_of_exact_type(compact.header(), TYPE).map_err(|reason| {
            KeySetError::Signed {
                what: reason.code(),
            }
        })?;
        header.algorithm().map_err(refused)?;
        if header.key_id().map_err(refused)? != self.id().as_str() {
            return Err(KeySetError::Signature);
        }
        let message = compact.signing_input().as_bytes();
        SignatureHolds::check(&self.0.key, message, compact.signature())
            .map_err(|_| KeySetError::Signature)
    }

    /// A root that also signed tokens would be no more offline than they are.
    fn is_outside(&self, set: &KeySet) -> Result<(), KeySetError> {
        let same = |key: &PublicKey| key.id() == self.id() || key.key == self.0.key;
        if set.keys().any(same) {
            return Err(KeySetError::RootInside {
                id: self.id().clone(),
            });
        }
        Ok(())
    }
}

const fn refused(what: &'static str) -> KeySetError {
    KeySetError::Signed { what }
}

impl KeySet {
    /// The largest signed key set that is read, in bytes: a set of [`KeySet::MAX_BYTES`] as base64url, and more.
    pub const MAX_SIGNED_BYTES: usize = 3 << 19;

    /// Reads a set in the form that is asked for: with a root key a signed one, and without a plain one.
    ///
    /// # Errors
    /// [`KeySetError::Unsigned`], [`KeySetError::NoRootKey`], and as [`KeySet::parse`] and [`KeySet::parse_signed`].
    pub fn read(bytes: &[u8], root: Option<&RootKey>) -> Result<Self, KeySetError> {
        match root {
            Some(_) if bytes.trim_ascii_start().starts_with(b"{") => Err(KeySetError::Unsigned),
            Some(root) => Self::parse_signed(bytes, root),
            // `{"`, the beginning of every header.
            None if bytes.trim_ascii_start().starts_with(b"eyJ") => Err(KeySetError::NoRootKey),
            None => Self::parse(bytes),
        }
    }

    /// Reads a set that this root key signed. White space at its end is a text file's.
    ///
    /// # Errors
    /// [`KeySetError`]. Nothing of the set is looked at before the signature holds; then every rule of a plain set
    /// holds for it, it must say whose it is, which edition and when it was signed, and not have the root itself.
    pub fn parse_signed(bytes: &[u8], root: &RootKey) -> Result<Self, KeySetError> {
        if bytes.len() > Self::MAX_SIGNED_BYTES {
            return Err(KeySetError::TooLong);
        }
        let text = str::from_utf8(bytes).map_err(|_| refused("not text"))?;
        let (text, mut decoded) = (text.trim_ascii_end(), Vec::new());
        let compact =
            Compact::parse_up_to(text, Self::MAX_SIGNED_BYTES, &mut decoded).map_err(refused)?;
        let holds = root.check(&compact)?;
        let set = Self::parse(compact.verified_payload(&holds))?;
        set.check_complete(root)?;
        Ok(Self {
            signed_by: Some(root.id().clone()),
            ..set
        })
    }

    /// What a plain set may lack, and a signed one not.
    fn check_complete(&self, root: &RootKey) -> Result<(), KeySetError> {
        for (member, is_there) in [
            ("iss", self.issuer.is_some()),
            ("seq", self.seq.is_some()),
            ("iat", self.issued_at.is_some()),
        ] {
            if !is_there {
                return Err(KeySetError::Missing { member });
            }
        }
        root.is_outside(self)
    }
}

impl SigningKey {
    /// Signs a key set, as its root. The set must say whose it is, which edition, and when it was signed.
    ///
    /// # Errors
    /// [`KeySetError::Missing`], [`KeySetError::RootInside`], [`KeySetError::TooLong`]; nothing is signed then.
    pub fn sign_key_set(&self, set: &KeySet) -> Result<String, KeySetError> {
        set.check_complete(&RootKey::of(self))?;
        let payload = set.to_json();
        if payload.len() > KeySet::MAX_BYTES {
            return Err(KeySetError::TooLong);
        }
        self.sign(&Header::text(self.id(), TYPE), payload.as_bytes())
            .map_err(|_| KeySetError::Sign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Deployment, Revocations, Timestamp};

    fn root() -> SigningKey {
        SigningKey::from_seed(&[9; 32])
    }

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    fn set() -> KeySet {
        let set = KeySet::of([&SigningKey::from_seed(&[7; 32])]).unwrap();
        let set = set.issued_by("roompass").numbered(7);
        set.valid(at(100), Some(at(200))).unwrap()
    }

    #[test]
    fn a_signed_set_is_the_set_that_was_signed() {
        let (text, pinned) = (root().sign_key_set(&set()).unwrap(), RootKey::of(&root()));
        let read = KeySet::read(format!("{text}\n").as_bytes(), Some(&pinned)).unwrap();
        assert_eq!((read.seq(), read.issuer()), (Some(7), Some("roompass")));
        assert_eq!(
            (read.issued_at(), read.expires_at()),
            (Some(at(100)), Some(at(200)))
        );
        assert_eq!(read.signed_by(), Some(pinned.id()));
        assert!(read.ids().eq(set().ids()));
        assert_eq!(RootKey::parse(pinned.to_json().as_bytes()), Ok(pinned));
    }

    #[test]
    fn only_the_form_that_is_asked_for_is_taken() {
        let (text, pinned) = (root().sign_key_set(&set()).unwrap(), RootKey::of(&root()));
        let plain = set().to_json();
        assert_eq!(
            KeySet::read(plain.as_bytes(), Some(&pinned)),
            Err(KeySetError::Unsigned)
        );
        assert_eq!(
            KeySet::read(text.as_bytes(), None),
            Err(KeySetError::NoRootKey)
        );
        assert_eq!(KeySet::read(plain.as_bytes(), None), Ok(set()));
        let other = RootKey::of(&SigningKey::from_seed(&[8; 32]));
        assert_eq!(
            KeySet::read(text.as_bytes(), Some(&other)),
            Err(KeySetError::Signature)
        );
    }

    #[test]
    fn what_no_set_of_ours_is_is_refused_with_its_words() {
        let pinned = RootKey::of(&root());
        let sign = |typ: &str, payload: &str| {
            root()
                .sign(&Header::text(root().id(), typ), payload.as_bytes())
                .unwrap()
        };
        let good = set().to_json();
        for (text, words) in [
            (sign("room+jwt", &good), "unsupported-header"),
            (sign("revocations+jwt", &good), "unsupported-header"),
            (sign("application/jwk-set+jwt", &good), "unsupported-header"),
            (sign("JWK-SET+jwt", &good), "unsupported-header"),
            (sign(TYPE, &good.replace(",\"seq\":7", "")), "has no `seq`"),
            (
                sign(TYPE, &good.replace("\"iat\":100,", "")),
                "has no `iat`",
            ),
            (
                sign(TYPE, &good.replace("\"iss\"", "\"x\"")),
                "has no `iss`",
            ),
            (
                sign(TYPE, &good.replace("100", "201")),
                "`exp` is not after `iat`",
            ),
            (
                sign(TYPE, &good.replace("100", "100.5")),
                "not a whole number",
            ),
            (
                sign(TYPE, &good.replace("\"x\"", "\"d\":\"\",\"x\"")),
                "shows its private half",
            ),
            (sign(TYPE, "[]"), "not a JSON object"),
            ("garbage".to_owned(), "not three parts"),
            (String::new(), "not three parts"),
            ("a".repeat(KeySet::MAX_SIGNED_BYTES + 1), "more than 1 MiB"),
        ] {
            let error = KeySet::read(text.as_bytes(), Some(&pinned)).unwrap_err();
            assert!(error.to_string().contains(words), "{text:.80}: {error}");
        }
        assert!(KeySet::read(b"\xff", Some(&pinned)).is_err());
    }

    #[test]
    fn a_root_key_signs_neither_tokens_nor_itself() {
        let inside = KeySet::of([&root()])
            .unwrap()
            .issued_by("roompass")
            .numbered(1);
        let inside = inside.valid(at(1), None).unwrap();
        let error = root().sign_key_set(&inside).unwrap_err();
        assert!(matches!(error, KeySetError::RootInside { .. }), "{error}");
        let header = Header::text(root().id(), TYPE);
        let text = root().sign(&header, inside.to_json().as_bytes()).unwrap();
        let refused = KeySet::parse_signed(text.as_bytes(), &RootKey::of(&root()));
        assert!(matches!(refused, Err(KeySetError::RootInside { .. })));
    }

    #[test]
    fn a_feed_and_a_set_never_stand_in_for_one_another() {
        let key = root();
        let trusted = KeySet::of([&key]).unwrap();
        let feed = Revocations::numbered(7, at(100));
        let feed = key.sign_revocations(&feed, &Deployment::default()).unwrap();
        assert!(KeySet::parse_signed(feed.as_bytes(), &RootKey::of(&key)).is_err());
        let signed = key.sign_key_set(&set()).unwrap();
        assert!(Revocations::parse(&signed, &trusted, &Deployment::default(), None).is_err());
    }

    #[test]
    fn an_older_edition_is_refused_where_one_was_seen() {
        assert_eq!(set().at_least(Some(7)), Ok(set()));
        assert_eq!(set().at_least(None), Ok(set()));
        assert_eq!(
            set().at_least(Some(8)),
            Err(KeySetError::Rollback { seen: 8, got: 7 })
        );
        let plain = KeySet::of([&root()]).unwrap();
        assert_eq!(
            plain.at_least(Some(8)),
            Err(KeySetError::Unnumbered { seen: 8 })
        );
    }

    #[test]
    fn a_root_key_is_pinned_without_limits_and_without_its_secret() {
        let jwk = RootKey::of(&root()).to_json();
        let with =
            |more: &str| RootKey::parse(jwk.replacen('{', &format!("{{{more},"), 1).as_bytes());
        assert_eq!(
            with(r#""scope":{}"#),
            Err(KeyFault::Limited { member: "scope" })
        );
        assert_eq!(with(r#""d":"AAAA""#), Err(KeyFault::Private));
        assert_eq!(with(r#""exp":1"#), Err(KeyFault::Limited { member: "exp" }));
        assert_eq!(RootKey::parse(b"{}"), Err(KeyFault::Curve));
        assert_eq!(RootKey::parse(b"-----BEGIN"), Err(KeyFault::Json));
    }
}
