//! The protected header: which key, which algorithm, which kind of token.
//!
//! Read without allocating, since this is what a flood of foreign tokens costs us.

mod members;

use std::borrow::Cow;

use self::members::{Member, Members};
use crate::{DenyReason, KeyId};

/// A header that asks for nothing we do not do.
#[derive(Debug)]
pub(crate) struct Header<'a> {
    algorithm: Option<Member<'a>>,
    key_id: Option<Member<'a>>,
}

/// Members that would change what the token means or where its key comes from (RFC 7515 §4.1, RFC 7516,
/// RFC 7797). Nobody legitimate sends them; other unknown members are ignored, as RFC 7515 §4 demands.
const REFUSED: [&str; 14] = [
    "apu", "apv", "b64", "crit", "cty", "enc", "epk", "jku", "jwk", "x5c", "x5t", "x5t#S256",
    "x5u", "zip",
];

/// How a header of ours begins, and how that of a room token goes on after its `kid`.
const BEFORE_KEY_ID: &str = r#"{"alg":"EdDSA","kid":""#;
const AFTER_KEY_ID: &str = r#"","typ":"room+jwt"}"#;

/// The media type of a room token, without `application/` (RFC 8725 §3.11).
const ROOM_TOKEN: &str = "room+jwt";

impl<'a> Header<'a> {
    /// The text of our own header. `{"` comes first: log filters find a JWT by its `eyJ`.
    pub(crate) fn text(key_id: &KeyId, kind: &str) -> String {
        format!(r#"{BEFORE_KEY_ID}{key_id}","typ":"{kind}"}}"#)
    }

    /// The text of a room token's header.
    pub(crate) fn room_token(key_id: &KeyId) -> String {
        Self::text(key_id, ROOM_TOKEN)
    }

    /// Reads a room token's header. An absent `typ` and `JWT` are other people's libraries; any other kind is
    /// refused, so that no kind of token stands in for another.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Fault> {
        Self::parse_ours(bytes).map_or_else(|| Self::parse_any(bytes), Ok)
    }

    /// The short way for a header that is spelled as ours is, to the byte: most are, and reading JSON costs more than
    /// all else before the signature. It finds what the long way would find, and a test holds the two side by side.
    fn parse_ours(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(BEFORE_KEY_ID.as_bytes())?;
        let key_id = rest.strip_suffix(AFTER_KEY_ID.as_bytes())?;
        // None of these ends a string or begins an escape.
        let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let key_id = key_id.iter().all(plain).then_some(key_id)?;
        let text = |text| Some(Member::Text(Cow::Borrowed(text)));
        Some(Self {
            algorithm: text("EdDSA"),
            key_id: text(str::from_utf8(key_id).ok()?),
        })
    }

    fn parse_any(bytes: &'a [u8]) -> Result<Self, Fault> {
        let members = Members::parse(bytes).map_err(Fault::Json)?;
        match members.kind() {
            None => {}
            Some(Member::Text(kind)) if is_kind(kind, ROOM_TOKEN) || is_kind(kind, "JWT") => {}
            Some(Member::Text(_) | Member::Other) => return Err(Fault::Kind),
        }
        Self::of(members)
    }

    /// Reads the header of another kind of token, which must say so.
    pub(crate) fn parse_of_type(bytes: &'a [u8], expected: &str) -> Result<Self, DenyReason> {
        Self::parse_if(bytes, |kind| is_kind(kind, expected))
    }

    /// The same for a kind that nobody but us writes: `typ` to the letter.
    pub(crate) fn parse_of_exact_type(bytes: &'a [u8], expected: &str) -> Result<Self, DenyReason> {
        Self::parse_if(bytes, |kind| kind == expected)
    }

    fn parse_if(bytes: &'a [u8], is_it: impl FnOnce(&str) -> bool) -> Result<Self, DenyReason> {
        let members = Members::parse(bytes).map_err(|_| DenyReason::Malformed)?;
        match members.kind() {
            Some(Member::Text(kind)) if is_it(kind) => {}
            Some(Member::Text(_) | Member::Other) | None => return Err(Fault::Kind.reason()),
        }
        Self::of(members).map_err(Fault::reason)
    }

    fn of(members: Members<'a>) -> Result<Self, Fault> {
        if let Some(refused) = members.first_of(&REFUSED) {
            return Err(Fault::Refused(refused));
        }
        let (algorithm, key_id) = members.into_algorithm_and_key();
        Ok(Self { algorithm, key_id })
    }

    /// `alg` must be one of two names for the same thing, to the letter (RFC 8037 §3.1, RFC 9864 §2.2).
    pub(crate) fn algorithm(&self) -> Result<&'static str, &'static str> {
        match &self.algorithm {
            Some(Member::Text(name)) => match name.as_ref() {
                "EdDSA" => Ok("EdDSA"),
                "Ed25519" => Ok("Ed25519"),
                _other => Err("an algorithm other than EdDSA or Ed25519"),
            },
            Some(Member::Other) => Err("`alg` is not a string"),
            None => Err("no `alg`"),
        }
    }

    /// `kid`: looked up in a map, never in a path or a query.
    pub(crate) fn key_id(&self) -> Result<&str, &'static str> {
        match &self.key_id {
            Some(Member::Text(kid)) => Ok(kid),
            Some(Member::Other) => Err("`kid` is not a string"),
            None => Err("no `kid`"),
        }
    }
}

/// Media types are compared without case, with or without `application/`.
fn is_kind(kind: &str, expected: &str) -> bool {
    let short = match kind.split_at_checked("application/".len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
        _without_prefix => kind,
    };
    short.eq_ignore_ascii_case(expected)
}

/// What is wrong with a header.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    /// Not one unambiguous JSON object.
    Json(&'static str),
    /// `typ` names another kind of token.
    Kind,
    /// A member that nobody legitimate sends.
    Refused(&'static str),
}

impl Fault {
    pub(crate) const fn reason(self) -> DenyReason {
        match self {
            Self::Json(_) => DenyReason::Malformed,
            Self::Kind | Self::Refused(_) => DenyReason::UnsupportedHeader,
        }
    }

    pub(crate) fn seen(self) -> String {
        match self {
            Self::Json(what) => format!("the header is {what}"),
            Self::Kind => "another kind of token (`typ`)".to_owned(),
            Self::Refused(member) => format!("`{member}` in the header"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a header says, however it was read.
    fn told<'h>(read: &'h Result<Header<'_>, Fault>) -> Result<[Option<&'h str>; 2], Fault> {
        let header = read.as_ref().map_err(|fault| *fault)?;
        Ok([header.algorithm().ok(), header.key_id().ok()])
    }

    proptest! {
        #[test]
        fn the_short_way_finds_what_the_long_way_finds(
            key_id in "[A-Za-z0-9_-]{0,70}|.{0,9}|[\"\\\\u0041-z]{0,9}",
            cut in 0usize..200, into in 0usize..200, more in ".{0,3}",
        ) {
            let ours = format!("{BEFORE_KEY_ID}{key_id}{AFTER_KEY_ID}");
            let mut changed: String = ours.chars().take(cut).collect();
            changed.extend(ours.chars().skip(into));
            for text in [ours, changed.clone(), format!("{changed}{more}")] {
                let long = Header::parse_any(text.as_bytes());
                let both = Header::parse(text.as_bytes());
                prop_assert_eq!(told(&both), told(&long), "{}", &text);
            }
        }
    }

    #[test]
    fn our_own_header_goes_the_short_way() {
        let text = Header::room_token(&KeyId::parse("a-Z_09").unwrap());
        let header = Header::parse_ours(text.as_bytes()).unwrap();
        assert_eq!(header.algorithm(), Ok("EdDSA"));
        assert_eq!(header.key_id(), Ok("a-Z_09"));
        for other in [
            r#"{"alg":"EdDSA","kid":"a","typ":"JWT"}"#,
            r#"{"kid":"a"}"#,
            "",
        ] {
            assert!(Header::parse_ours(other.as_bytes()).is_none(), "{other}");
        }
    }

    fn code(text: &str) -> &'static str {
        Header::parse(text.as_bytes()).map_or_else(|fault| fault.reason().code(), |_| "ok")
    }

    #[test]
    fn a_header_asks_for_nothing_special() {
        for (text, expected) in [
            (r#"{"alg":"EdDSA","kid":"k"}"#, "ok"),
            (r#"{"typ":"JWT","x":{"any":[1]}}"#, "ok"),
            (r#"{"typ":"APPLICATION/Room+JWT"}"#, "ok"),
            (r#"{"t\u0079p":"JWT"}"#, "ok"),
            (r#"{"typ":"statuslist+jwt"}"#, "unsupported-header"),
            (r#"{"typ":"revocations+jwt"}"#, "unsupported-header"),
            (r#"{"typ":7}"#, "unsupported-header"),
            (r#"{"crit":["exp"]}"#, "unsupported-header"),
            (r#"{"cr\u0069t":["exp"]}"#, "unsupported-header"),
            (r#"{"b64":true}"#, "unsupported-header"),
            (r#"{"jku":"https://evil.example"}"#, "unsupported-header"),
            (r#"{"jwk":{}}"#, "unsupported-header"),
            (r#"{"x5t#S256":""}"#, "unsupported-header"),
            (r#"{"zip":"DEF"}"#, "unsupported-header"),
            (r#"{"cty":"JWT"}"#, "unsupported-header"),
            (r#"{"alg":"EdDSA","\u0061lg":"none"}"#, "malformed"),
            (r#"{"x":{"a":1,"a":2}}"#, "malformed"),
            ("[]", "malformed"),
            ("\"x\"", "malformed"),
            ("", "malformed"),
            ("{}x", "malformed"),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
        let many: Vec<_> = (0..17).map(|n| format!("\"m{n}\":1")).collect();
        assert_eq!(code(&format!("{{{}}}", many.join(","))), "malformed");
        assert_eq!(code(&format!("{{{}}}", many[..16].join(","))), "ok");
    }

    #[test]
    fn an_algorithm_is_matched_to_the_letter() {
        for (alg, accepted) in [
            (r#""EdDSA""#, true),
            (r#""Ed25519""#, true),
            (r#""eddsa""#, false),
            (r#""EdDS\u0041""#, true),
            (r#""none""#, false),
            (r#""""#, false),
            (r#"["EdDSA"]"#, false),
            (r#""HS256""#, false),
        ] {
            let text = format!(r#"{{"alg":{alg}}}"#);
            let header = Header::parse(text.as_bytes()).unwrap();
            assert_eq!(header.algorithm().is_ok(), accepted, "{alg}");
        }
    }

    #[test]
    fn another_kind_of_token_must_say_so() {
        for (text, accepted) in [
            (r#"{"alg":"EdDSA","typ":"revocations+jwt"}"#, true),
            (r#"{"alg":"EdDSA","typ":"room+jwt"}"#, false),
            (r#"{"alg":"EdDSA","typ":"JWT"}"#, false),
            (r#"{"alg":"EdDSA"}"#, false),
        ] {
            let header = Header::parse_of_type(text.as_bytes(), "revocations+jwt");
            assert_eq!(header.is_ok(), accepted, "{text}");
        }
    }
}
