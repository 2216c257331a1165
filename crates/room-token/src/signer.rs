//! What jsonwebtoken asks of whoever signs, done by dalek's Ed25519 and nothing else.
//!
//! jsonwebtoken makes a signer anew at every call, from the key's file form: twice a bare signature. A key of ours
//! makes its own once and keeps it (`docs/design.md`); what it signs, jsonwebtoken signs alike, byte for byte
//! (`tests/second_signer.rs`).
//!
//! A key that is kept elsewhere, such as in an HSM, is asked for each signature, and its answer is checked.

use ed25519_dalek::VerifyingKey;
use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::JwtSigner;
use signature::Signer as _;

use crate::IssueError;
use crate::signature::SignatureHolds;

/// Signs a message somewhere else: 64 bytes (RFC 8032 §5.1.6), or words that say what is wrong and what to do.
pub type SignElsewhere = Box<dyn Fn(&[u8]) -> Result<[u8; 64], String> + Send + Sync>;

/// What a key signs with.
pub(crate) enum Signer {
    /// The private half is in this process.
    Here(DalekSigner),
    /// It is not.
    Elsewhere {
        public: VerifyingKey,
        sign: SignElsewhere,
    },
}

impl Signer {
    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        match self {
            Self::Here(signer) => signer.verifying_key(),
            Self::Elsewhere { public, .. } => *public,
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, IssueError> {
        match self {
            Self::Here(signer) => signer.try_sign(message).map_err(|_| IssueError::Sign),
            Self::Elsewhere { public, sign } => {
                let signature = sign(message).map_err(|why| IssueError::Elsewhere { why })?;
                SignatureHolds::check(public, message, &signature)
                    .map_err(|_| IssueError::AnotherKey)?;
                Ok(signature.to_vec())
            }
        }
    }
}

/// An Ed25519 key (RFC 8032), expanded. dalek wipes it when it is dropped.
pub(crate) struct DalekSigner(ed25519_dalek::SigningKey);

impl DalekSigner {
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        self.0.verifying_key()
    }
}

impl signature::Signer<Vec<u8>> for DalekSigner {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        use ed25519_dalek::Signer as _;
        Ok(self.0.sign(message).to_bytes().to_vec())
    }
}

impl JwtSigner for DalekSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}
