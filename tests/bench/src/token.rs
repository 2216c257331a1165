//! The token that everybody is given, the vector `good-member`; and the desk where tokens are made.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use room_token::{
    Deployment, Grant, KeySet, Lifetime, Person, RoomName, SignedToken, SigningKey, Timestamp,
    TokenId, Validity, Verifier,
};

/// A valid token, its time and its key set.
pub(crate) struct Sample {
    pub(crate) token: String,
    pub(crate) now: Timestamp,
    pub(crate) key_set_path: PathBuf,
    key_set: Vec<u8>,
}

impl Sample {
    pub(crate) fn read() -> Result<Self, Box<dyn Error>> {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors"));
        let vector = fs::read_to_string(folder.join("good-member.vector"))?;
        let field = |name: &str| {
            let value = vector.lines().find_map(|line| line.strip_prefix(name));
            value.ok_or_else(|| format!("good-member.vector has no {name}"))
        };
        let key_set_path = folder.join(field("keys: ")?);
        Ok(Self {
            token: field("token: ")?.to_owned(),
            now: Timestamp::from_secs(field("now: ")?.parse()?)?,
            key_set: fs::read(&key_set_path)?,
            key_set_path,
        })
    }

    pub(crate) fn verifier(&self) -> Result<Verifier, Box<dyn Error>> {
        Ok(Verifier::new(
            KeySet::parse(&self.key_set)?,
            Deployment::default(),
        )?)
    }

    /// The same token naming a key that is in no key set.
    pub(crate) fn under_another_key(&self) -> Result<String, Box<dyn Error>> {
        let (header, rest) = self.token.split_once('.').ok_or("no token")?;
        let mut header: serde_json::Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header)?)?;
        *header.get_mut("kid").ok_or("no kid")? = "AAAAAAAA".into();
        Ok(format!(
            "{}.{rest}",
            URL_SAFE_NO_PAD.encode(header.to_string())
        ))
    }

    /// Key, signed bytes and signature, for dalek alone.
    pub(crate) fn raw(&self) -> Result<(VerifyingKey, &[u8], Signature), Box<dyn Error>> {
        let set: serde_json::Value = serde_json::from_slice(&self.key_set)?;
        let x = set
            .pointer("/keys/0/x")
            .and_then(|x| x.as_str())
            .ok_or("no key")?;
        let key = <[u8; 32]>::try_from(URL_SAFE_NO_PAD.decode(x)?).map_err(|_| "no key")?;
        let (message, signature) = self.token.rsplit_once('.').ok_or("no token")?;
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature)?)?;
        Ok((
            VerifyingKey::from_bytes(&key)?,
            message.as_bytes(),
            signature,
        ))
    }
}

/// A key, parsed once, and what it is to sign again and again.
pub(crate) struct Desk {
    key: SigningKey,
    bare: ed25519_dalek::SigningKey,
    deployment: Deployment,
    grant: Grant,
    validity: Validity,
    id: TokenId,
}

impl Desk {
    pub(crate) fn new() -> Result<Self, Box<dyn Error>> {
        let seed = [7; 32];
        let now = Timestamp::from_secs(1_767_225_600)?;
        Ok(Self {
            key: SigningKey::from_seed(&seed),
            bare: ed25519_dalek::SigningKey::from_bytes(&seed),
            deployment: Deployment::default(),
            grant: Grant::new(
                RoomName::parse("weekly-sync")?,
                Person::member("Alice Example")?,
            ),
            validity: Validity::lasting(now, Lifetime::from_hours(2)?)?,
            id: TokenId::from_bytes([1; 8]),
        })
    }

    /// A grant becomes a token.
    pub(crate) fn issue(&self) -> Result<SignedToken, Box<dyn Error>> {
        let token = self
            .key
            .issue(&self.deployment, &self.grant, &self.validity, &self.id);
        Ok(token?)
    }

    /// What is signed in that token.
    pub(crate) fn signing_input(&self) -> Result<String, Box<dyn Error>> {
        let token = self.issue()?;
        let (input, _) = token.as_str().rsplit_once('.').ok_or("no token")?;
        Ok(input.to_owned())
    }

    /// The least that issuing can cost: dalek's signature of the same bytes.
    pub(crate) fn sign(&self, input: &str) -> Signature {
        self.bare.sign(input.as_bytes())
    }
}
