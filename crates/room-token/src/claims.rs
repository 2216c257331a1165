//! The payload of a token: its claims as JSON, to and from what they mean.
//!
//! Private, and read only from a payload whose signature holds: nobody outside can see claims that were not
//! verified. Unknown claims are ignored (RFC 7519 §4).

use serde::Serialize;
use serde_json::Value;

use crate::grant::{Affiliation, DisplayName, Person};
use crate::json::{JsonError, Object};
use crate::windows::Run;
use crate::{
    Deployment, Features, Grant, KeyId, Limits, Parent, RoomPattern, StatusReference, TimeError,
    Timestamp, TokenId, Validity, Windows,
};

/// What a token says, once it makes sense.
#[derive(Debug)]
pub(crate) struct Claims {
    pub(crate) issuer: String,
    pub(crate) audiences: Vec<String>,
    pub(crate) rooms: RoomPattern,
    pub(crate) person: Person,
    pub(crate) limits: Limits,
    pub(crate) windows: Option<Windows>,
    pub(crate) features: Option<Features>,
    pub(crate) validity: Validity,
    pub(crate) id: Option<TokenId>,
    pub(crate) parent: Option<Parent>,
    pub(crate) status: Option<StatusReference>,
}

impl Claims {
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, JsonError> {
        let claims = Object::parse(payload)?;
        Ok(Self {
            issuer: required("iss", claims.string("iss")?)?.to_owned(),
            audiences: audiences(&claims)?,
            rooms: rooms(&claims)?,
            person: person(&claims)?,
            limits: limits(&claims)?,
            windows: windows(&claims)?,
            features: features(&claims)?,
            validity: validity(&claims)?,
            id: id(&claims)?,
            parent: claims
                .object("parent")?
                .map(Parent::from_claim)
                .transpose()?,
            status: status(&claims)?,
        })
    }
}

pub(crate) fn required<T>(name: &str, value: Option<T>) -> Result<T, JsonError> {
    value.ok_or_else(|| JsonError(format!("`{name}` is missing")))
}

pub(crate) fn because(name: &str, error: impl std::fmt::Display) -> JsonError {
    JsonError(format!("`{name}`: {error}"))
}

/// RFC 7519 §4.1.3.
fn audiences(claims: &Object<'_>) -> Result<Vec<String>, JsonError> {
    let named = required("aud", claims.string_or_strings("aud")?)?;
    Ok(named.into_iter().map(str::to_owned).collect())
}

fn rooms(claims: &Object<'_>) -> Result<RoomPattern, JsonError> {
    let text = required("room", claims.string("room")?)?;
    RoomPattern::from_canonical(text).map_err(|e| because("room", e))
}

fn limits(claims: &Object<'_>) -> Result<Limits, JsonError> {
    let mut limits = Limits::default();
    if let Some(latest) = time(claims, "join_by")? {
        limits = limits.joining_by(latest);
    }
    if let Some(seats) = claims.integer("seats")? {
        limits = limits.with_seats(seats).map_err(|e| because("seats", e))?;
    }
    if let Some(occupants) = claims.integer("max_occupants")? {
        let limited = limits.with_max_occupants(occupants);
        limits = limited.map_err(|e| because("max_occupants", e))?;
    }
    Ok(limits)
}

fn windows(claims: &Object<'_>) -> Result<Option<Windows>, JsonError> {
    let Some(win) = claims.object("win")? else {
        return Ok(None);
    };
    let pairs = required("win.s", win.pairs("s")?)?.into_iter();
    let run = |(start, count)| {
        Ok(Run {
            start: Timestamp::from_secs(start)?,
            count,
        })
    };
    let runs = pairs.map(run).collect::<Result<_, TimeError>>();
    let duration = required("win.d", win.integer("d")?)?;
    let period = required("win.p", win.integer("p")?)?;
    let windows = Windows::new(duration, period, runs.map_err(|e| because("win", e))?);
    windows.map(Some).map_err(|e| because("win", e))
}

fn features(claims: &Object<'_>) -> Result<Option<Features>, JsonError> {
    let features = match claims.object("context")? {
        Some(context) => context.object("features")?,
        None => None,
    };
    let read = features.map(Features::from_claim).transpose();
    read.map_err(|e| because("features", e))
}

fn validity(claims: &Object<'_>) -> Result<Validity, JsonError> {
    let issued_at = required("iat", time(claims, "iat")?)?;
    let expires_at = required("exp", time(claims, "exp")?)?;
    Validity::new(issued_at, time(claims, "nbf")?, expires_at).map_err(|e| because("exp", e))
}

pub(crate) fn time(claims: &Object<'_>, name: &str) -> Result<Option<Timestamp>, JsonError> {
    let secs = claims.integer(name)?;
    secs.map(Timestamp::from_secs)
        .transpose()
        .map_err(|e| because(name, e))
}

fn id(claims: &Object<'_>) -> Result<Option<TokenId>, JsonError> {
    let text = claims.string("jti")?;
    text.map(TokenId::parse)
        .transpose()
        .map_err(|e| because("jti", e))
}

fn status(claims: &Object<'_>) -> Result<Option<StatusReference>, JsonError> {
    let status = claims.object("status")?;
    status.map(StatusReference::from_claim).transpose()
}

fn person(claims: &Object<'_>) -> Result<Person, JsonError> {
    let context = claims.object("context")?;
    let user = match context {
        Some(context) => context.object("user")?,
        None => None,
    };
    user.map_or(Ok(Person::anonymous(Affiliation::Member)), user_as_person)
}

/// `context.user`, as Jitsi's client knows it (`react/features/base/jwt/functions.ts`).
fn user_as_person(user: &Object<'_>) -> Result<Person, JsonError> {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    join_by: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seats: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_occupants: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    win: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<Value>,
    context: Context<'a>,
}

#[derive(Serialize)]
struct Context<'a> {
    user: User<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    features: Option<Value>,
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
    signer: &KeyId,
) -> Result<Vec<u8>, serde_json::Error> {
    let limits = grant.limits();
    serde_json::to_vec(&Payload {
        iss: deployment.issuer(),
        aud: deployment.audience(),
        room: grant.room().as_str(),
        iat: validity.issued_at().as_secs(),
        nbf: validity.not_before().map(Timestamp::as_secs),
        exp: validity.expires_at().as_secs(),
        jti: id.as_str(),
        join_by: limits.join_by().map(Timestamp::as_secs),
        seats: limits.seats(),
        max_occupants: limits.max_occupants(),
        win: grant.windows().map(window_claim),
        parent: grant.parent().map(|parent| parent.as_claim(signer)),
        context: Context {
            user: User::of(grant.person()),
            features: grant.features().map(Features::as_value),
        },
    })
}

impl<'a> User<'a> {
    fn of(person: &'a Person) -> Self {
        Self {
            name: person.name().map(DisplayName::as_str),
            id: person.id(),
            email: person.email(),
            avatar: person.avatar(),
            affiliation: person.affiliation().as_str(),
        }
    }
}

fn window_claim(windows: &Windows) -> Value {
    let runs = windows.runs().iter();
    let runs: Vec<_> = runs.map(|run| (run.start.as_secs(), run.count)).collect();
    serde_json::json!({ "d": windows.duration(), "p": windows.period(), "s": runs })
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
            with(&format!(r#","context":{{"user":{user}}}"#)).map(|claims| claims.person)
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
