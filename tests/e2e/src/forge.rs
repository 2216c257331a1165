//! Tokens that no honest issuer makes, put together without the code under test.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const BLOCK: usize = 64;

/// A signing key in hands that sign anything.
#[derive(Clone, Debug)]
pub struct Forge {
    key: SigningKey,
}

impl Forge {
    /// Signs with an issuer's own key.
    ///
    /// # Panics
    /// When the file is no PKCS#8 v1 key of Ed25519.
    pub fn with_key(file: &Path) -> Self {
        let pem = fs::read_to_string(file).expect("the key can be read");
        let body: String = pem
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect();
        let der = STANDARD.decode(body).expect("the key is PEM");
        // RFC 8410 §7: the seed is what ends the structure.
        let seed = der.last_chunk().expect("the key has 32 bytes");
        Self::with_seed(*seed)
    }

    /// Signs with a key of its own.
    pub fn with_seed(seed: [u8; 32]) -> Self {
        Self {
            key: SigningKey::from_bytes(&seed),
        }
    }

    /// The first 8 characters of the key's thumbprint (RFC 7638).
    pub fn kid(&self) -> String {
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, self.x());
        encode(Sha256::digest(members)).chars().take(8).collect()
    }

    /// The header of an honest token.
    pub fn header(&self) -> Value {
        json!({ "alg": "EdDSA", "kid": self.kid(), "typ": "room+jwt" })
    }

    /// The claims of an honest token: this room, now, for an hour.
    pub fn claims(room: &str) -> Value {
        let now = epoch_seconds();
        json!({
            "iss": "roompass", "aud": "jitsi", "room": room,
            "iat": now, "exp": now + 3600, "jti": "c3RhZ2Utb25l",
            "context": { "user": { "name": "Mallory", "affiliation": "member" } },
        })
    }

    /// Signs these claims under the honest header.
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_under(&self.header(), claims)
    }

    /// The claims of honest revocations: edition `seq`, signed now, of these tokens.
    pub fn feed(seq: u64, tokens: &[&str]) -> Value {
        // Ten seconds is as often as a verifier can be asked to look.
        json!({ "iss": "roompass", "seq": seq, "iat": epoch_seconds(), "ttl": 10, "before": {}, "jti": tokens })
    }

    /// Signs these claims as revocations.
    pub fn sign_feed(&self, claims: &Value) -> String {
        let header = json!({ "alg": "EdDSA", "kid": self.kid(), "typ": "revocations+jwt" });
        self.sign_under(&header, claims)
    }

    /// Signs these claims under any header.
    pub fn sign_under(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&signing_input(header, claims))
    }

    /// Signs any text as if it were header and payload; answers the whole token.
    pub fn sign_text(&self, input: &str) -> String {
        let signature = self.key.sign(input.as_bytes());
        format!("{input}.{}", encode(signature.to_bytes()))
    }

    /// No signature at all, and a header that asks for none.
    pub fn unsigned(&self, claims: &Value) -> String {
        let header = json!({ "alg": "none", "kid": self.kid(), "typ": "room+jwt" });
        format!("{}.", signing_input(&header, claims))
    }

    /// HS256 with the public key as its secret, which everybody can make.
    pub fn confused(&self, claims: &Value) -> String {
        let header = json!({ "alg": "HS256", "kid": self.kid(), "typ": "room+jwt" });
        let input = signing_input(&header, claims);
        let secret = self.key.verifying_key().to_bytes();
        format!("{input}.{}", encode(hmac(&secret, input.as_bytes())))
    }

    fn x(&self) -> String {
        encode(self.key.verifying_key().to_bytes())
    }
}

/// Now, in seconds since 1970.
pub fn epoch_seconds() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |duration| duration.as_secs())
}

fn signing_input(header: &Value, claims: &Value) -> String {
    format!(
        "{}.{}",
        encode(header.to_string()),
        encode(claims.to_string())
    )
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// RFC 2104 with SHA-256, for a key no longer than a block.
fn hmac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; BLOCK];
    block
        .iter_mut()
        .zip(key)
        .for_each(|(slot, byte)| *slot = *byte);
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36));
    let digest = inner.chain_update(message).finalize();
    let outer = Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c));
    outer.chain_update(digest).finalize().into()
}
