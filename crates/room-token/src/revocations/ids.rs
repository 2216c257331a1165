//! Many token ids in little memory: ours are 64 bits, and are kept as such.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use foldhash::fast::RandomState;

/// A set of `jti`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct TokenIds {
    /// 11 characters of canonical base64url, as [`crate::TokenId::from_bytes`] makes them.
    ours: HashSet<u64, RandomState>,
    /// Anybody else's.
    others: HashSet<Box<str>>,
}

impl TokenIds {
    pub(super) fn insert(&mut self, id: &str) {
        match bits(id) {
            Some(bits) => {
                self.ours.insert(bits);
            }
            None => {
                self.others.insert(id.into());
            }
        }
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        match bits(id) {
            Some(bits) => self.ours.contains(&bits),
            None => self.others.contains(id),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ours.len() + self.others.len()
    }

    /// All of them, in an order of their own.
    pub(super) fn iter(&self) -> impl Iterator<Item = String> + '_ {
        let ours = self
            .ours
            .iter()
            .map(|bits| URL_SAFE_NO_PAD.encode(bits.to_be_bytes()));
        ours.chain(self.others.iter().map(ToString::to_string))
    }
}

/// The 64 bits of an id of ours. Only a canonical spelling has any, so no two ids share them.
fn bits(id: &str) -> Option<u64> {
    if id.len() != 11 {
        return None;
    }
    let mut bytes = [0; 8];
    let length = URL_SAFE_NO_PAD.decode_slice(id, &mut bytes).ok()?;
    (length == bytes.len()).then(|| u64::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TokenId;

    #[test]
    fn an_id_is_found_by_its_own_text_alone() {
        let mut ids = TokenIds::default();
        let ours = TokenId::from_bytes([0xff; 8]);
        for id in [ours.as_str(), "a-portals-id", "12345678901", "___________"] {
            assert!(!ids.contains(id), "{id}");
            ids.insert(id);
            assert!(ids.contains(id), "{id}");
        }
        assert_eq!(ids.len(), 4);
        assert_eq!(
            ids.ours.len(),
            1,
            "the one of ours takes 8 bytes, not a text"
        );
        let mut listed: Vec<_> = ids.iter().collect();
        listed.sort();
        assert_eq!(listed.len(), 4);
        assert!(listed.contains(&ours.to_string()));
    }
}
