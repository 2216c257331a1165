//! Why a key set is not trusted.

use thiserror::Error;

use crate::KeyId;
use crate::json::JsonError;
use crate::jwk::KeyFault;

/// Why a text is not a key set that can be trusted.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum KeySetError {
    /// Two keys, one name.
    #[error("two keys have the kid {id}; leave one out or give it another name")]
    DuplicateId {
        /// The name.
        id: KeyId,
    },
    /// No Ed25519 key in it.
    #[error("the key set has no Ed25519 key; export one with `roompass keys export`")]
    Empty,
    /// Not the JSON of a key set.
    #[error("the key set cannot be read ({what}); export it again with `roompass keys export`")]
    Json {
        /// What was found.
        what: String,
    },
    /// One key is at fault.
    #[error("key number {index} of the key set {fault}")]
    Key {
        /// Its place in `keys`, from 0.
        index: usize,
        /// What is wrong with it.
        fault: KeyFault,
    },
    /// It ends before it begins, or at no time that there is.
    #[error("the key set's `iat` and `exp` are no span of time ({what}); sign it again")]
    Time {
        /// What is wrong with them.
        what: String,
    },
    /// Over [`crate::KeySet::MAX_BYTES`], or [`crate::KeySet::MAX_SIGNED_BYTES`].
    #[error("the key set has more than 1 MiB; is it the right file?")]
    TooLong,
    /// An older edition than was seen.
    #[error(
        "the key set was rolled back from edition {seen} to {got}; somebody serves an old copy, so fetch the new one"
    )]
    Rollback {
        /// The highest number seen.
        seen: u64,
        /// The number of this one.
        got: u64,
    },
    /// Without a number, where one was seen: nobody could tell whether it is older.
    #[error(
        "the key set has no `seq`, but edition {seen} was seen before; export it from the key folder that numbered that one"
    )]
    Unnumbered {
        /// The highest number seen.
        seen: u64,
    },
    /// A root key is pinned, and nobody signed this.
    #[error(
        "the key set is not signed, but a root key is set; sign it with `roompass keys sign`, or leave the root key out"
    )]
    Unsigned,
    /// It is signed, and there is no root key to check it with.
    #[error("the key set is signed, but no root key is set to check it with; set the root key")]
    NoRootKey,
    /// The signed form is not the one that we write.
    #[error("the signed key set is refused ({what}); sign it again with `roompass keys sign`")]
    Signed {
        /// What was found.
        what: &'static str,
    },
    /// Signed by another root, or changed on its way.
    #[error(
        "the signature of the key set is not the root key's; it was changed on its way, or another root key signed it"
    )]
    Signature,
    /// The root key stands in the set that it signs.
    #[error(
        "the root key {id} is in the key set itself; it signs key sets and nothing else, so take it out"
    )]
    RootInside {
        /// Its name.
        id: KeyId,
    },
    /// A set to sign that does not say whose it is, or which edition.
    #[error("the key set has no `{member}`; export it again with `roompass keys export`")]
    Missing {
        /// What it lacks.
        member: &'static str,
    },
    /// The signing library refused; with a key of ours this does not happen.
    #[error("the key set could not be signed; is the root key's file whole?")]
    Sign,
}

impl From<JsonError> for KeySetError {
    fn from(error: JsonError) -> Self {
        Self::Json { what: error.0 }
    }
}
