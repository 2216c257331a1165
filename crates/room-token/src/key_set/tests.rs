//! Plain sets: which keys are taken, and which spoil the set.

use super::*;
use crate::KeyFault;
use crate::scope::ScopeError;

const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn fault(jwk: &str) -> Option<KeyFault> {
    match KeySet::parse(format!(r#"{{"keys":[{jwk}]}}"#).as_bytes()) {
        Err(KeySetError::Key { fault, index: 0 }) => Some(fault),
        Ok(_) => None,
        Err(other) => panic!("{jwk}: {other}"),
    }
}

#[test]
fn a_set_survives_its_json() {
    let set = KeySet::of([
        &SigningKey::from_seed(&[1; 32]),
        &SigningKey::from_seed(&[2; 32]),
    ]);
    let set = set.unwrap().issued_by("roompass");
    assert_eq!(KeySet::parse(set.to_json().as_bytes()), Ok(set));
}

#[test]
fn a_faulty_key_spoils_the_set() {
    let weak = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let not_canonical = "7v________________________________________8";
    for (members, expected) in [
        (format!(r#""kid":"a","x":"{X}""#), None),
        (
            format!(r#""kid":"a","x":"{X}","alg":"Ed25519","use":"sig""#),
            None,
        ),
        (
            format!(r#""kid":"a","x":"{X}","alg":"ES256""#),
            Some(KeyFault::Algorithm),
        ),
        (
            format!(r#""kid":"a","x":"{X}","use":"enc""#),
            Some(KeyFault::Use),
        ),
        (
            format!(r#""kid":"a","x":"{X}","d":"AAAA""#),
            Some(KeyFault::Private),
        ),
        (
            format!(r#""kid":"a","x":"{X}","scope":{{"x":1}}"#),
            Some(KeyFault::Scope(ScopeError::Unknown {
                member: "x".to_owned(),
            })),
        ),
        (format!(r#""kid":"","x":"{X}""#), Some(KeyFault::Id)),
        (format!(r#""kid":7,"x":"{X}""#), Some(KeyFault::Type)),
        (format!(r#""x":"{X}""#), None),
        (
            format!(r#""x":"{X}","key_ops":["verify"],"state":"retiring""#),
            None,
        ),
        (
            format!(r#""x":"{X}","key_ops":["sign"]"#),
            Some(KeyFault::Use),
        ),
        (
            format!(r#""x":"{X}","state":"gone""#),
            Some(KeyFault::State),
        ),
        (format!(r#""kid":"a","x":"{X}=""#), Some(KeyFault::Point)),
        (
            format!(r#""kid":"a","x":"{}""#, &X[..42]),
            Some(KeyFault::Point),
        ),
        (r#""kid":"a","x":"""#.to_owned(), Some(KeyFault::Point)),
        (r#""kid":"a""#.to_owned(), Some(KeyFault::Point)),
        (
            format!(r#""kid":"a","x":"{not_canonical}""#),
            Some(KeyFault::Point),
        ),
        (format!(r#""kid":"a","x":"{weak}""#), Some(KeyFault::Weak)),
    ] {
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519",{members}}}"#);
        assert_eq!(fault(&jwk), expected, "{members}");
    }
}

#[test]
fn a_limit_of_another_kind_is_not_passed_over() {
    for limit in ["exp", "nbf", "revoked"] {
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}","{limit}":1}}"#);
        assert_eq!(fault(&jwk), Some(KeyFault::Limited { member: limit }));
    }
}

#[test]
fn keys_of_other_types_are_ignored_unless_they_show_a_secret() {
    let ours = format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"a","x":"{X}"}}"#);
    for other in [
        r#"{"kty":"RSA","kid":"r","n":"AQAB","e":"AQAB"}"#,
        r#"{"kty":"OKP","crv":"X25519","kid":"x","x":"AAAA"}"#,
        r#"{"kty":"okp","crv":"Ed25519","kid":"b","x":"AAAA"}"#,
        r#"{"kty":"future"}"#,
    ] {
        let set = KeySet::parse(format!(r#"{{"keys":[{other},{ours}]}}"#).as_bytes());
        assert_eq!(set.unwrap().ids().count(), 1, "{other}");
    }
    for secret in ["d", "k", "p", "q"] {
        let other = format!(r#"{{"kty":"future","{secret}":"AAAA"}}"#);
        assert_eq!(fault(&other), Some(KeyFault::Private), "{secret}");
    }
    let scoped = format!(r#"{{"scope":{{}},"keys":[{ours}]}}"#);
    assert!(
        KeySet::parse(scoped.as_bytes()).is_err(),
        "a limit of the whole set"
    );
    let long = format!(
        r#"{{"keys":[{ours}],"x":"{}"}}"#,
        "x".repeat(KeySet::MAX_BYTES)
    );
    assert_eq!(KeySet::parse(long.as_bytes()), Err(KeySetError::TooLong));
}

#[test]
fn a_set_is_never_empty_or_ambiguous() {
    let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"a","x":"{X}"}}"#);
    let twice = format!(r#"{{"keys":[{jwk},{jwk}]}}"#);
    let rsa = r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"r"}]}"#;
    for (json, words) in [
        (twice.as_str(), "two keys have the kid a"),
        (r#"{"keys":[]}"#, "has no Ed25519 key"),
        (rsa, "has no Ed25519 key"),
        ("{}", "`keys` is not an array of objects"),
        (r#"{"keys":[7]}"#, "`keys` is not an array of objects"),
        ("", "cannot be read"),
    ] {
        let error = KeySet::parse(json.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(words), "{json}: {error}");
    }
    let mixed = format!(r#"{{"keys":[{{"kty":"RSA","kid":"r"}},{jwk}]}}"#);
    assert_eq!(KeySet::parse(mixed.as_bytes()).unwrap().ids().count(), 1);
}

#[test]
fn a_set_with_times_survives_its_json_and_is_a_span() {
    let at = |secs| Timestamp::from_secs(secs).unwrap();
    let set = || KeySet::of([&SigningKey::from_seed(&[1; 32])]).unwrap();
    for until in [None, Some(at(101))] {
        let set = set().numbered(3).valid(at(100), until).unwrap();
        assert_eq!(KeySet::parse(set.to_json().as_bytes()), Ok(set));
    }
    let backwards = set().valid(at(100), Some(at(100)));
    assert!(matches!(backwards, Err(KeySetError::Time { .. })));
    let set = set().to_json();
    for times in [
        r#""exp":"soon""#,
        r#""iat":1.5"#,
        r#""exp":253402300800"#,
        r#""iat":200,"exp":100"#,
        r#""seq":-1"#,
    ] {
        let json = set.replacen('{', &format!("{{{times},"), 1);
        assert!(KeySet::parse(json.as_bytes()).is_err(), "{times}");
    }
}
