//! The cookie that keeps a reload working: the tokens that were good on this device, the newest first.
//!
//! Each opens only the room that is signed in it, so nothing else needs to bind it.

use std::fmt;

use room_token::Timestamp;

/// With this prefix a browser takes it only from this very host, over https, for all of its paths (RFC 6265bis
/// §4.1.3.2).
pub const NAME: &str = "__Host-roompass";

/// For a few seconds, on the way back to a link with a fragment: the browser has the token, though we do not see it.
pub const MARK: &str = "__Host-roompass-fragment";

/// A token that was good on this device.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Kept<'t> {
    /// The token.
    pub token: &'t str,
    /// Whether its link has it in the fragment, and so shall the way back.
    pub is_in_fragment: bool,
}

/// Without the token.
impl fmt::Debug for Kept<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.is_in_fragment { '#' } else { '?' };
        write!(f, "Kept({place}jwt=…)")
    }
}

/// Of these many rooms; each is some 400 bytes on every request to this host.
const ROOMS: usize = 3;

/// Together; a browser keeps no more than 4096 with the name and the attributes.
const MAX_BYTES: usize = 3800;

/// Neither is in a token, and both are allowed in a cookie (RFC 6265 §4.1.1).
const BETWEEN: char = '~';
const FROM_FRAGMENT: char = '*';

/// How long it stays after the end of its last token, which opens nothing any more: who comes back then reads that the
/// meeting is over, and not that they were never invited.
const AFTERWARDS: u64 = 3600;

/// How long a browser may take from a redirect to its next request.
const MARK_SECONDS: u64 = 10;

/// The tokens of a request's `Cookie` fields. One that comes twice was not set by us alone, and counts for nothing.
pub fn read<'h>(fields: impl Iterator<Item = &'h str>) -> Vec<Kept<'h>> {
    let mut ours = values(fields, NAME);
    match (ours.next(), ours.next()) {
        (Some(tokens), None) => tokens.split(BETWEEN).take(ROOMS).map(kept).collect(),
        (Some(_), Some(_)) | (None, _) => Vec::new(),
    }
}

/// Whether a browser comes from our redirect to a link with a fragment.
pub fn is_marked<'h>(fields: impl Iterator<Item = &'h str>) -> bool {
    values(fields, MARK).any(|value| value == "1")
}

fn values<'h>(fields: impl Iterator<Item = &'h str>, name: &str) -> impl Iterator<Item = &'h str> {
    let pairs = fields
        .flat_map(|field| field.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.filter_map(move |(key, value)| (key == name).then_some(value))
}

fn kept(entry: &str) -> Kept<'_> {
    Kept {
        token: entry.strip_prefix(FROM_FRAGMENT).unwrap_or(entry),
        is_in_fragment: entry.starts_with(FROM_FRAGMENT),
    }
}

/// A `Set-Cookie` with a token in front of those that stay, each with the end of its time; it goes an hour after the last
/// of them.
pub fn set<'t>(
    newest: (Kept<'t>, Timestamp),
    others: impl Iterator<Item = (Kept<'t>, Timestamp)>,
    now: Timestamp,
) -> String {
    let mut all = vec![newest];
    for other in others.filter(|(kept, _)| kept.token != newest.0.token) {
        let bytes: usize = all.iter().map(|(kept, _)| kept.token.len() + 2).sum();
        if all.len() < ROOMS && bytes + other.0.token.len() < MAX_BYTES {
            all.push(other);
        }
    }
    let ends = all.iter().map(|(_, end)| *end).max().unwrap_or(now);
    let entries: Vec<_> = all.iter().map(|(kept, _)| entry(*kept)).collect();
    let seconds = ends.plus(AFTERWARDS).seconds_since(now);
    field(NAME, &entries.join("~"), seconds)
}

fn entry(kept: Kept<'_>) -> String {
    let mark = if kept.is_in_fragment { "*" } else { "" };
    format!("{mark}{}", kept.token)
}

/// A `Set-Cookie` that says, for a moment, that the browser has the token.
pub fn mark() -> String {
    field(MARK, "1", MARK_SECONDS)
}

/// A `Set-Cookie` that takes the mark away: the next reload has lost its token.
pub fn unmark() -> String {
    field(MARK, "", 0)
}

fn field(name: &str, value: &str, seconds: u64) -> String {
    format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    fn plain(token: &str) -> Kept<'_> {
        Kept {
            token,
            is_in_fragment: false,
        }
    }

    #[test]
    fn it_is_read_as_it_was_set() {
        let in_fragment = Kept {
            token: "b",
            is_in_fragment: true,
        };
        let others = [
            (in_fragment, at(300)),
            (plain("a"), at(200)),
            (plain("c"), at(900)),
            (plain("d"), at(950)),
        ];
        let field = set((plain("a"), at(200)), others.into_iter(), at(100));
        assert_eq!(
            field,
            "__Host-roompass=a~*b~c; Path=/; Max-Age=4400; Secure; HttpOnly; SameSite=Lax"
        );
        let sent = field.split(';').next().unwrap();
        assert_eq!(
            read([&*format!("x=1; {sent}; y=2")].into_iter()),
            [plain("a"), in_fragment, plain("c")]
        );
    }

    #[test]
    fn one_that_was_tossed_in_beside_ours_counts_for_nothing() {
        for fields in [
            vec!["__Host-roompass=a; __Host-roompass=b"],
            vec!["__Host-roompass=a", "__Host-roompass=b"],
            vec!["roompass=a"],
            vec!["__host-roompass=a"],
            vec!["__Host-roompass-fragment=a"],
            vec![],
        ] {
            assert!(read(fields.clone().into_iter()).is_empty(), "{fields:?}");
        }
    }

    #[test]
    fn the_mark_is_gone_after_a_moment() {
        assert!(mark().starts_with("__Host-roompass-fragment=1; Path=/; Max-Age=10;"));
        assert!(unmark().starts_with("__Host-roompass-fragment=; Path=/; Max-Age=0;"));
        assert!(is_marked(["a=b; __Host-roompass-fragment=1"].into_iter()));
        assert!(!is_marked(["__Host-roompass-fragment="].into_iter()));
    }

    #[test]
    fn it_stays_within_what_a_browser_keeps() {
        let long = "x".repeat(2000);
        let longer = "y".repeat(1900);
        let field = set(
            (plain(&long), at(9)),
            [(plain(&longer), at(9)), (plain("z"), at(9))].into_iter(),
            at(1),
        );
        assert!(
            field.len() < 4096 && field.contains("~z;"),
            "{}",
            field.len()
        );
    }
}
