//! The cookie that keeps a reload working: the tokens that were good on this device, the newest first.
//!
//! Each opens only the room that is signed in it, so nothing else needs to bind it.

use room_token::Timestamp;

/// With this prefix a browser takes it only from this very host, over https, for all of its paths (RFC 6265bis
/// §4.1.3.2).
pub const NAME: &str = "__Host-roompass";

/// Of these many rooms; each is some 400 bytes on every request to this host.
const ROOMS: usize = 3;

/// Together; a browser keeps no more than 4096 with the name and the attributes.
const MAX_BYTES: usize = 3800;

/// Not in a token, and allowed in a cookie (RFC 6265 §4.1.1).
const BETWEEN: char = '~';

/// The tokens of a request's `Cookie` fields. One that comes twice was not set by us alone, and counts for nothing.
pub fn read<'h>(fields: impl Iterator<Item = &'h str>) -> Vec<&'h str> {
    let pairs = fields
        .flat_map(|field| field.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let mut ours = pairs.filter(|(name, _)| *name == NAME);
    match (ours.next(), ours.next()) {
        (Some((_, tokens)), None) => tokens.split(BETWEEN).take(ROOMS).collect(),
        (Some(_), Some(_)) | (None, _) => Vec::new(),
    }
}

/// A `Set-Cookie` with a token in front of those that stay, each with the end of its time; it goes with the last of
/// them.
pub fn set<'t>(
    token: (&'t str, Timestamp),
    others: impl Iterator<Item = (&'t str, Timestamp)>,
    now: Timestamp,
) -> String {
    let mut kept = vec![token];
    for other in others.filter(|(text, _)| *text != token.0) {
        let bytes: usize = kept.iter().map(|(text, _)| text.len() + 1).sum();
        if kept.len() < ROOMS && bytes + other.0.len() <= MAX_BYTES {
            kept.push(other);
        }
    }
    let ends = kept.iter().map(|(_, end)| *end).max().unwrap_or(now);
    let texts: Vec<_> = kept.iter().map(|(text, _)| *text).collect();
    field(&texts.join("~"), ends.seconds_since(now))
}

/// A `Set-Cookie` that takes it away.
pub fn clear() -> String {
    field("", 0)
}

fn field(value: &str, seconds: u64) -> String {
    format!("{NAME}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    #[test]
    fn it_is_read_as_it_was_set() {
        let others = [
            ("b", at(300)),
            ("a", at(200)),
            ("c", at(900)),
            ("d", at(950)),
        ];
        let field = set(("a", at(200)), others.into_iter(), at(100));
        assert_eq!(
            field,
            "__Host-roompass=a~b~c; Path=/; Max-Age=800; Secure; HttpOnly; SameSite=Lax"
        );
        let sent = field.split(';').next().unwrap();
        assert_eq!(
            read([&*format!("x=1; {sent}; y=2")].into_iter()),
            ["a", "b", "c"]
        );
        assert!(clear().contains("=; Path=/; Max-Age=0;"));
    }

    #[test]
    fn one_that_was_tossed_in_beside_ours_counts_for_nothing() {
        for fields in [
            vec!["__Host-roompass=a; __Host-roompass=b"],
            vec!["__Host-roompass=a", "__Host-roompass=b"],
            vec!["roompass=a"],
            vec!["__host-roompass=a"],
            vec![],
        ] {
            assert!(read(fields.clone().into_iter()).is_empty(), "{fields:?}");
        }
    }

    #[test]
    fn it_stays_within_what_a_browser_keeps() {
        let long = "x".repeat(2000);
        let longer = "y".repeat(1900);
        let field = set(
            (&long, at(9)),
            [(longer.as_str(), at(9)), ("z", at(9))].into_iter(),
            at(1),
        );
        assert!(
            field.len() < 4096 && field.contains("~z;"),
            "{}",
            field.len()
        );
    }
}
