//! The protected header: which key, which algorithm, which kind of token.

use crate::json::Object;
use crate::{DenyReason, KeyId};

/// A header that asks for nothing we do not do.
#[derive(Debug)]
pub(crate) struct Header {
    members: Object,
}

/// Members that would change what the token means or where its key comes from (RFC 7515 §4.1, RFC 7516,
/// RFC 7797). Nobody legitimate sends them; other unknown members are ignored, as RFC 7515 §4 demands.
const REFUSED: [&str; 13] = [
    "apu", "apv", "b64", "crit", "cty", "enc", "epk", "jku", "jwk", "x5c", "x5t", "x5t#S256", "x5u",
];

/// The media type of a room token, without `application/` (RFC 8725 §3.11).
const KIND: &str = "room+jwt";

impl Header {
    /// The text of our own header. `{"` comes first: log filters find a JWT by its `eyJ`.
    pub(crate) fn text(key_id: &KeyId) -> String {
        format!(r#"{{"alg":"EdDSA","kid":"{key_id}","typ":"{KIND}"}}"#)
    }

    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, (DenyReason, String)> {
        let members = Object::parse(bytes)
            .map_err(|e| (DenyReason::Malformed, format!("the header is {}", e.0)))?;
        let header = Self { members };
        header.refuse_what_we_do_not_do()?;
        Ok(header)
    }

    fn refuse_what_we_do_not_do(&self) -> Result<(), (DenyReason, String)> {
        let deny = |what| Err((DenyReason::UnsupportedHeader, what));
        let refused = REFUSED.iter().chain(&["zip"]);
        if let Some(member) = refused.copied().find(|m| self.members.contains(m)) {
            return deny(format!("`{member}` in the header"));
        }
        match self.members.string("typ") {
            Ok(None) => Ok(()),
            Ok(Some(kind)) if is_ours(kind) => Ok(()),
            Ok(Some(_other)) => deny("another kind of token (`typ`)".to_owned()),
            Err(error) => deny(error.0),
        }
    }

    /// `alg` must be one of two names for the same thing, to the letter (RFC 8037 §3.1, RFC 9864 §2.2).
    pub(crate) fn algorithm(&self) -> Result<&'static str, String> {
        match self.members.string("alg") {
            Ok(Some("EdDSA")) => Ok("EdDSA"),
            Ok(Some("Ed25519")) => Ok("Ed25519"),
            Ok(Some(_other)) => Err("an algorithm other than EdDSA or Ed25519".to_owned()),
            Ok(None) => Err("no `alg`".to_owned()),
            Err(error) => Err(error.0),
        }
    }

    /// `kid`: looked up in a map, never in a path or a query.
    pub(crate) fn key_id(&self) -> Result<&str, String> {
        match self.members.string("kid") {
            Ok(Some(kid)) => Ok(kid),
            Ok(None) => Err("no `kid`".to_owned()),
            Err(error) => Err(error.0),
        }
    }
}

/// Media types are compared without case, with or without `application/`. An absent `typ` and `JWT` are other
/// people's libraries; any other kind is refused, so that no kind of token stands in for another.
fn is_ours(kind: &str) -> bool {
    let short = match kind.split_at_checked("application/".len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
        _without_prefix => kind,
    };
    short.eq_ignore_ascii_case(KIND) || short.eq_ignore_ascii_case("JWT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        Header::parse(text.as_bytes()).map_or_else(|(reason, _)| reason.code(), |_| "ok")
    }

    #[test]
    fn a_header_asks_for_nothing_special() {
        for (text, expected) in [
            (r#"{"alg":"EdDSA","kid":"k"}"#, "ok"),
            (r#"{"typ":"JWT","x":{"any":[1]}}"#, "ok"),
            (r#"{"typ":"APPLICATION/Room+JWT"}"#, "ok"),
            (r#"{"typ":"statuslist+jwt"}"#, "unsupported-header"),
            (r#"{"typ":"revocations+jwt"}"#, "unsupported-header"),
            (r#"{"typ":7}"#, "unsupported-header"),
            (r#"{"crit":["exp"]}"#, "unsupported-header"),
            (r#"{"b64":true}"#, "unsupported-header"),
            (r#"{"jku":"https://evil.example"}"#, "unsupported-header"),
            (r#"{"jwk":{}}"#, "unsupported-header"),
            (r#"{"x5t#S256":""}"#, "unsupported-header"),
            (r#"{"zip":"DEF"}"#, "unsupported-header"),
            (r#"{"cty":"JWT"}"#, "unsupported-header"),
            (r#"{"alg":"EdDSA","\u0061lg":"none"}"#, "malformed"),
            ("[]", "malformed"),
            ("\"x\"", "malformed"),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }

    #[test]
    fn an_algorithm_is_matched_to_the_letter() {
        for (alg, accepted) in [
            (r#""EdDSA""#, true),
            (r#""Ed25519""#, true),
            (r#""eddsa""#, false),
            (r#""none""#, false),
            (r#""""#, false),
            (r#"["EdDSA"]"#, false),
            (r#""HS256""#, false),
        ] {
            let header = Header::parse(format!(r#"{{"alg":{alg}}}"#).as_bytes()).unwrap();
            assert_eq!(header.algorithm().is_ok(), accepted, "{alg}");
        }
    }
}
