//! The payload of a token: its claims as JSON, to and from what they mean.
//!
//! Private, and read only from a payload whose signature holds: nobody outside can see claims that were not
//! verified. Unknown claims are ignored (RFC 7519 §4).

use serde::Serialize;
use serde_json::Value;

use crate::grant::{Affiliation, DisplayName, Person};
use crate::json::{JsonError, Members, Object};
use crate::{Deployment, Grant, RoomName, Timestamp, TokenId, Validity};

/// What a token says, once it makes sense.
#[derive(Debug)]
pub(crate) struct Claims {
    pub(crate) issuer: String,
    pub(crate) audiences: Vec<String>,
    pub(crate) grant: Grant,
    pub(crate) validity: Validity,
    pub(crate) id: Option<TokenId>,
}

impl Claims {
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, JsonError> {
        let claims = Object::parse(payload)?;
        Ok(Self {
            issuer: required("iss", claims.string("iss")?)?.to_owned(),
            audiences: audiences(claims.get("aud"))?,
            grant: Grant::new(room(&claims)?, person(&claims)?),
            validity: validity(&claims)?,
            id: id(&claims)?,
        })
    }
}

fn required<T>(name: &str, value: Option<T>) -> Result<T, JsonError> {
    value.ok_or_else(|| JsonError(format!("`{name}` is missing")))
}

fn because(name: &str, error: impl std::fmt::Display) -> JsonError {
    JsonError(format!("`{name}`: {error}"))
}

/// A string, or an array of strings (RFC 7519 §4.1.3).
fn audiences(claim: Option<&Value>) -> Result<Vec<String>, JsonError> {
    let one = |value: &Value| {
        let text = value.as_str().map(str::to_owned);
        text.ok_or_else(|| {
            JsonError("`aud` is neither a string nor an array of strings".to_owned())
        })
    };
    let claim = required("aud", claim)?;
    match claim.as_array() {
        Some(values) => values.iter().map(one).collect(),
        None => Ok(vec![one(claim)?]),
    }
}

fn room(claims: &Object) -> Result<RoomName, JsonError> {
    let name = required("room", claims.string("room")?)?;
    RoomName::from_canonical(name).map_err(|e| because("room", e))
}

fn validity(claims: &Object) -> Result<Validity, JsonError> {
    let issued_at = required("iat", time(claims, "iat")?)?;
    let expires_at = required("exp", time(claims, "exp")?)?;
    Validity::new(issued_at, time(claims, "nbf")?, expires_at).map_err(|e| because("exp", e))
}

fn time(claims: &Object, name: &str) -> Result<Option<Timestamp>, JsonError> {
    let secs = claims.integer(name)?;
    secs.map(Timestamp::from_secs)
        .transpose()
        .map_err(|e| because(name, e))
}

fn id(claims: &Object) -> Result<Option<TokenId>, JsonError> {
    let text = claims.string("jti")?;
    text.map(TokenId::parse)
        .transpose()
        .map_err(|e| because("jti", e))
}

fn person(claims: &Object) -> Result<Person, JsonError> {
    let context = claims.object("context")?;
    let user = match context {
        Some(context) => context.object("user")?,
        None => None,
    };
    user.map_or(Ok(Person::anonymous(Affiliation::Member)), user_as_person)
}

/// `context.user`, as Jitsi's client knows it (`react/features/base/jwt/functions.ts`).
fn user_as_person(user: Members<'_>) -> Result<Person, JsonError> {
    let affiliation = user
        .string("affiliation")?
        .map(Affiliation::parse)
        .transpose();
    let affiliation = affiliation.map_err(|e| because("affiliation", e))?;
    let detail = |name| {
        let text = user.string(name)?;
        text.map(Person::detail)
            .transpose()
            .map_err(|e| because(name, e))
    };
    Ok(Person {
        affiliation: affiliation.unwrap_or(Affiliation::Member),
        name: display_name(user.string("name")?)?,
        id: detail("id")?,
        email: detail("email")?,
        avatar: detail("avatar")?,
    })
}

/// Portals send an empty name when they know none.
fn display_name(claim: Option<&str>) -> Result<Option<DisplayName>, JsonError> {
    let name = claim.filter(|name| !name.trim().is_empty());
    name.map(DisplayName::parse)
        .transpose()
        .map_err(|e| because("name", e))
}

/// The payload as it is written: members in this order, absent ones left out.
#[derive(Serialize)]
struct Payload<'a> {
    iss: &'a str,
    aud: &'a str,
    room: &'a str,
    iat: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<u64>,
    exp: u64,
    jti: &'a str,
    context: Context<'a>,
}

#[derive(Serialize)]
struct Context<'a> {
    user: User<'a>,
}

#[derive(Serialize)]
struct User<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<&'a str>,
    affiliation: &'a str,
}

/// The bytes to sign.
pub(crate) fn payload(
    deployment: &Deployment,
    grant: &Grant,
    validity: &Validity,
    id: &TokenId,
) -> Result<Vec<u8>, serde_json::Error> {
    let person = grant.person();
    serde_json::to_vec(&Payload {
        iss: deployment.issuer(),
        aud: deployment.audience(),
        room: grant.room().as_str(),
        iat: validity.issued_at().as_secs(),
        nbf: validity.not_before().map(Timestamp::as_secs),
        exp: validity.expires_at().as_secs(),
        jti: id.as_str(),
        context: Context {
            user: User {
                name: person.name().map(DisplayName::as_str),
                id: person.id(),
                email: person.email(),
                avatar: person.avatar(),
                affiliation: person.affiliation().as_str(),
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = r#""iss":"roompass","aud":"jitsi","room":"standup","iat":100,"exp":200"#;

    fn with(more: &str) -> Result<Claims, JsonError> {
        Claims::parse(format!("{{{BASE}{more}}}").as_bytes())
    }

    #[test]
    fn unknown_claims_are_ignored_and_missing_ones_named() {
        assert!(with(r#","sub":"*","moderator":[true]"#).is_ok());
        for name in ["iss", "aud", "room", "iat", "exp"] {
            let json = format!("{{{BASE}}}").replace(&format!("\"{name}\""), "\"other\"");
            let error = Claims::parse(json.as_bytes()).unwrap_err();
            assert_eq!(error.0, format!("`{name}` is missing"));
        }
    }

    #[test]
    fn an_audience_is_a_string_or_several() {
        let read = |aud: &str| {
            let json = format!("{{{BASE}}}").replace("\"jitsi\"", aud);
            Claims::parse(json.as_bytes()).map(|claims| claims.audiences)
        };
        assert_eq!(read("\"a\"").unwrap(), ["a"]);
        assert_eq!(read("[\"a\",\"b\"]").unwrap(), ["a", "b"]);
        assert!(read("[]").unwrap().is_empty());
        for aud in ["7", "null", "{}", "[\"a\",7]"] {
            assert!(read(aud).is_err(), "{aud}");
        }
    }

    #[test]
    fn a_user_is_read_as_jitsi_writes_one() {
        let person = |user: &str| {
            with(&format!(r#","context":{{"user":{user}}}"#))
                .map(|claims| claims.grant.person().clone())
        };
        let ada =
            person(r#"{"name":"Ada","affiliation":"owner","id":"7","moderator":true}"#).unwrap();
        assert_eq!(ada.affiliation(), Affiliation::Owner);
        assert_eq!(ada.name().map(DisplayName::as_str), Some("Ada"));
        assert_eq!(ada.id(), Some("7"));
        assert_eq!(
            person("{}").unwrap(),
            Person::anonymous(Affiliation::Member)
        );
        assert_eq!(person(r#"{"name":" "}"#).unwrap().name(), None);
        for user in [
            r#"{"affiliation":"admin"}"#,
            r#"{"affiliation":true}"#,
            r#"{"name":7}"#,
            r#"{"name":"a\nb"}"#,
            "7",
        ] {
            assert!(person(user).is_err(), "{user}");
        }
        assert!(with(r#","context":"x""#).is_err());
    }
}
