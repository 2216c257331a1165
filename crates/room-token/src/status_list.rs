//! The OAuth Token Status List: a signed array of small numbers, one a token (draft-ietf-oauth-status-list-21).

mod read;

use std::fmt;

pub use self::read::StatusListError;
use crate::Timestamp;

/// One edition of a list, checked and ready to be asked.
#[derive(Clone, Eq, PartialEq)]
pub struct StatusList {
    uri: String,
    issued_at: Timestamp,
    expires_at: Option<Timestamp>,
    ttl: Option<u64>,
    statuses: Statuses,
}

impl StatusList {
    /// The longest list that is read, in bytes as signed.
    pub const MAX_BYTES: usize = 8 << 20;

    /// The longest list that is kept, in bytes once inflated: 134 million tokens of one bit.
    pub const MAX_INFLATED_BYTES: usize = 16 << 20;

    /// Its name, which the tokens that it speaks of have in their `status`.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// When it was signed; an earlier time than was seen before is a rollback.
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// When it speaks no more of any token, if it says so.
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// How often to ask for a newer one, in seconds, if it says so.
    pub const fn ttl(&self) -> Option<u64> {
        self.ttl
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.statuses.len()
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn status(&self, index: u64) -> Option<Status> {
        self.statuses.get(index).map(Status::of)
    }
}

/// Without its entries.
impl fmt::Debug for StatusList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusList({}, {} entries)", self.uri, self.len())
    }
}

/// What an entry says (§7.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Status {
    Valid,
    Invalid,
    Suspended,
    /// Something that its issuer alone knows the meaning of.
    Other(u8),
}

impl Status {
    const fn of(number: u8) -> Self {
        match number {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid => f.write_str("valid"),
            Self::Invalid => f.write_str("invalid"),
            Self::Suspended => f.write_str("suspended"),
            Self::Other(number) => write!(f, "{number}, which is not valid"),
        }
    }
}

/// Numbers of 1, 2, 4 or 8 bits, the first in the lowest bits of the first byte (§4.1).
#[derive(Clone, Eq, PartialEq)]
struct Statuses {
    bits: u8,
    bytes: Vec<u8>,
}

impl Statuses {
    fn new(bits: u64, bytes: Vec<u8>) -> Option<Self> {
        let bits = u8::try_from(bits).ok();
        let bits = bits.filter(|bits| matches!(bits, 1 | 2 | 4 | 8))?;
        Some(Self { bits, bytes })
    }

    fn len(&self) -> usize {
        self.bytes.len() * usize::from(8 / self.bits)
    }

    fn get(&self, index: u64) -> Option<u8> {
        let in_a_byte = u64::from(8 / self.bits);
        let byte = self.bytes.get(usize::try_from(index / in_a_byte).ok()?)?;
        let before = (index % in_a_byte) * u64::from(self.bits);
        Some((byte >> before) & (0xff >> (8 - self.bits)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the draft, §4.1.
    #[test]
    fn entries_lie_from_the_lowest_bit_up() {
        for (bits, bytes, expected) in [
            (
                1,
                vec![0xb9, 0xa3],
                vec![1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1],
            ),
            (
                2,
                vec![0xc9, 0x44, 0xf9],
                vec![1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3],
            ),
            (4, vec![0x21, 0xf0], vec![1, 2, 0, 15]),
            (8, vec![0, 255, 7], vec![0, 255, 7]),
        ] {
            let statuses = Statuses::new(bits, bytes).unwrap();
            let all: Vec<_> = (0..).map_while(|index| statuses.get(index)).collect();
            assert_eq!(all, expected, "{bits} bits");
            assert_eq!(statuses.len(), expected.len());
            assert_eq!(statuses.get(u64::MAX), None);
        }
    }

    #[test]
    fn an_entry_has_one_two_four_or_eight_bits() {
        for bits in (0..=300).filter(|bits| ![1, 2, 4, 8].contains(bits)) {
            assert!(Statuses::new(bits, Vec::new()).is_none(), "{bits}");
        }
    }

    #[test]
    fn only_nought_is_valid() {
        for number in 0..=255 {
            assert_eq!(Status::of(number) == Status::Valid, number == 0);
        }
        let words = [1, 2, 3].map(|number| Status::of(number).to_string());
        assert_eq!(words, ["invalid", "suspended", "3, which is not valid"]);
    }
}
