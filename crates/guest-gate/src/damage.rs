//! Where a link was damaged: mail programs cut and wrap them, and people copy half of one.

/// What is wrong with the shape of a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Damage {
    /// It ends too soon: a token has three parts, and an Ed25519 signature 86 characters (RFC 8037 §3.1).
    Cut {
        /// How much is there, in characters.
        after: usize,
    },
    /// A character that no token has, from 1.
    Stray {
        /// Which.
        at: usize,
    },
    /// There is something behind its end.
    Tail {
        /// How much too much, in characters.
        extra: usize,
    },
    /// Nothing that can be pointed at.
    Unclear,
}

/// Base64url of 64 bytes.
const SIGNATURE: usize = 86;

impl Damage {
    /// Looks at a token that is malformed.
    pub fn of(token: &str) -> Self {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if let Some(at) = token.chars().position(|c| !fits(c)) {
            return Self::Stray { at: at + 1 };
        }
        let after = token.len();
        let mut parts = token.splitn(3, '.').skip(2);
        match parts.next().map(str::len) {
            None => Self::Cut { after },
            Some(length) if length < SIGNATURE => Self::Cut { after },
            Some(length) if length > SIGNATURE => Self::Tail {
                extra: length - SIGNATURE,
            },
            Some(_whole) => Self::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_where() {
        let whole = format!("aaa.bbb.{}", "c".repeat(SIGNATURE));
        for (token, expected) in [
            ("aaa".to_owned(), Damage::Cut { after: 3 }),
            ("aaa.bb".to_owned(), Damage::Cut { after: 6 }),
            ("aaa.bbb.cc".to_owned(), Damage::Cut { after: 10 }),
            ("aa=a.bbb.c".to_owned(), Damage::Stray { at: 3 }),
            ("aä a.bbb.c".to_owned(), Damage::Stray { at: 2 }),
            (
                format!("{whole}>"),
                Damage::Stray {
                    at: whole.len() + 1,
                },
            ),
            (format!("{whole}."), Damage::Tail { extra: 1 }),
            (whole, Damage::Unclear),
        ] {
            assert_eq!(Damage::of(&token), expected, "{token}");
        }
    }
}
