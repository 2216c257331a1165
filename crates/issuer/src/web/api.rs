//! `POST /api/v1/links`: a link for a program.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use room_token::{
    Affiliation, DisplayName, Grant, IssueError, Person, RoomName, TimeError, Timestamp, Validity,
};
use serde::Serialize;

use super::App;
use super::members::Members;
use super::problem::Problem;
use crate::{Ending, IssuedLink, Schedule};

const MEMBERS: &[&str] = &[
    "room",
    "name",
    "affiliation",
    "lifetime",
    "expires_at",
    "not_before",
];

/// Two hours, when neither `lifetime` nor `expires_at` is given; the form's default too.
pub(crate) const DEFAULT_LIFETIME: u64 = 2 * 3600;

pub(crate) async fn issue(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<LinkAnswer>), Problem> {
    let asked = Members::parse(&headers, &body, MEMBERS)?;
    let grant = grant(&asked)?;
    let validity = validity(&asked, (app.now)())?;
    let issued = app
        .office
        .issue(grant, validity, (app.token_id)())
        .map_err(Problem::from)?;
    Ok((StatusCode::CREATED, Json(LinkAnswer::from(&issued))))
}

fn grant(asked: &Members) -> Result<Grant, Problem> {
    let missing = || Problem::field("room", "there is no `room`; name the one to open");
    let room = RoomName::parse(asked.string("room")?.ok_or_else(missing)?)
        .map_err(|error| Problem::field("room", &error.to_string()))?;
    let affiliation = Affiliation::parse(asked.string("affiliation")?.unwrap_or("member"))
        .map_err(|error| Problem::field("affiliation", &error.to_string()))?;
    let person = Person::anonymous(affiliation);
    let Some(name) = asked.string("name")? else {
        return Ok(Grant::new(room, person));
    };
    let name =
        DisplayName::parse(name).map_err(|error| Problem::field("name", &error.to_string()))?;
    Ok(Grant::new(room, person.named(name)))
}

fn validity(asked: &Members, now: Timestamp) -> Result<Validity, Problem> {
    let (end, field) = match (asked.seconds("lifetime")?, asked.time("expires_at")?) {
        (Some(_), Some(_)) => {
            let detail = "`lifetime` and `expires_at` both say when it ends; leave one out";
            return Err(Problem::field("expires_at", detail));
        }
        (None, Some(end)) => (Ending::At(end), "expires_at"),
        (Some(secs), None) => (Ending::After(secs), "lifetime"),
        (None, None) => (Ending::After(DEFAULT_LIFETIME), "not_before"),
    };
    let start = asked.time("not_before")?;
    let blame = |error: TimeError| Problem::field(field, &error.to_string());
    Schedule { start, end }.validity(now).map_err(blame)
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Sign => Self::internal(),
            IssueError::TooLong { .. } => Self::field("name", &error.to_string()),
        }
    }
}

/// What was issued. Times are RFC 3339, in UTC.
#[derive(Serialize)]
pub(crate) struct LinkAnswer {
    link: String,
    token: String,
    room: String,
    jti: String,
    kid: String,
    issued_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<String>,
    expires_at: String,
    affiliation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl From<&IssuedLink> for LinkAnswer {
    fn from(issued: &IssuedLink) -> Self {
        let (validity, person) = (&issued.validity, issued.grant.person());
        Self {
            link: issued.link.as_str().to_owned(),
            token: issued.token.as_str().to_owned(),
            room: issued.grant.room().to_string(),
            jti: issued.id.to_string(),
            kid: issued.key_id.to_string(),
            issued_at: validity.issued_at().to_string(),
            not_before: validity.not_before().map(|start| start.to_string()),
            expires_at: validity.expires_at().to_string(),
            affiliation: person.affiliation().as_str(),
            name: person.name().map(DisplayName::to_string),
        }
    }
}
