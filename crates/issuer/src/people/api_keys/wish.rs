//! What somebody wants of a new key. Pure.

use thiserror::Error;

use crate::people::{Role, Rooms};

/// A key that makes sense.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyWish {
    pub(super) note: String,
    pub(super) role: Role,
    pub(super) rooms: Rooms,
    /// In seconds.
    pub(super) lifetime: u64,
}

impl KeyWish {
    /// In seconds: what is left out.
    pub const DEFAULT_LIFETIME: u64 = 90 * 24 * 3600;
    /// In seconds. A key that nobody thinks of any more should not outlive the thought for long.
    pub const MAX_LIFETIME: u64 = 366 * 24 * 3600;
    /// Characters.
    pub const MAX_NOTE: usize = 100;

    /// Takes one; the lifetime is in seconds.
    ///
    /// # Errors
    /// [`KeyWishError`].
    pub fn new(note: &str, role: Role, rooms: Rooms, lifetime: u64) -> Result<Self, KeyWishError> {
        let note = note.trim();
        let is_line = !note.is_empty() && !note.contains(char::is_control);
        if !is_line || note.chars().count() > Self::MAX_NOTE {
            return Err(KeyWishError::Note);
        }
        if lifetime == 0 || lifetime > Self::MAX_LIFETIME {
            return Err(KeyWishError::Lifetime);
        }
        let note = note.to_owned();
        Ok(Self {
            note,
            role,
            rooms,
            lifetime,
        })
    }
}

/// What no key can be.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum KeyWishError {
    /// Nothing, or too long.
    #[error("a key lives from a second to 366 days; choose an end within that")]
    Lifetime,
    /// Whoever finds the key in a list must know what would break without it.
    #[error(
        "a key needs a word about what it is for, one line of at most 100 characters; name the program that gets it"
    )]
    Note,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_what_it_is_for_and_ends() {
        let wish = |note: &str, lifetime| KeyWish::new(note, Role::Issuer, Rooms::all(), lifetime);
        assert_eq!(wish(" portal ", 60).unwrap().note, "portal");
        for note in ["", " ", "a\nb", &"x".repeat(101)] {
            assert_eq!(wish(note, 60), Err(KeyWishError::Note), "{note:?}");
        }
        for lifetime in [0, KeyWish::MAX_LIFETIME + 1, u64::MAX] {
            assert_eq!(wish("portal", lifetime), Err(KeyWishError::Lifetime));
        }
        assert!(wish("portal", KeyWish::MAX_LIFETIME).is_ok());
    }
}
