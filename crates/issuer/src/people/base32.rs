//! Base32 (RFC 4648 §6) without padding: what authenticator apps read, and what people can type.

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// In capitals.
pub(super) fn encode(bytes: &[u8]) -> String {
    let bits = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    let bits: Vec<u8> = bits.collect();
    let letter = |five: &[u8]| {
        let value = five.iter().fold(0, |value, bit| value << 1 | bit) << (5 - five.len());
        ALPHABET
            .get(usize::from(value))
            .copied()
            .map_or('A', char::from)
    };
    bits.chunks(5).map(letter).collect()
}

/// None, if another character is in it.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let value = |letter: u8| ALPHABET.iter().position(|known| *known == letter);
    let values: Option<Vec<usize>> = text.bytes().map(value).collect();
    let bits = values?
        .into_iter()
        .flat_map(|value| (0..5).rev().map(move |bit| value >> bit & 1));
    let bits: Vec<usize> = bits.collect();
    let byte = |eight: &[usize]| eight.iter().fold(0, |value, bit| value << 1 | bit);
    bits.chunks_exact(8)
        .map(|eight| u8::try_from(byte(eight)).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_own_examples() {
        for (plain, coded) in [
            ("", ""),
            ("f", "MY"),
            (concat!("f", "o"), "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(encode(plain.as_bytes()), coded);
            assert_eq!(decode(coded).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(decode("MZ1"), None);
    }
}
