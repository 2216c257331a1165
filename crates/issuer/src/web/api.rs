//! `POST /api/v1/links`: a link for a program.

pub(crate) mod listing;
mod repeat;
mod times;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use room_token::{
    Affiliation, DisplayName, Features, Grant, IssueError, Limits, Person, PersonError, Timestamp,
    TokenId,
};
use serde::Serialize;
use utoipa::ToSchema;

use self::times::Times;
#[cfg(test)]
pub(super) use self::times::{SERIES, WINDOWS};
pub(crate) use self::times::{end, join_by};
use super::App;
use super::members::Members;
use super::openapi::{LinkRequest, ProblemBody};
use super::problem::Problem;
use crate::ledger::Once;
use crate::metrics::Way;
use crate::{Actor, BaseUrl, IssuedLink, KeysError, LinkReport, OfficeError};

pub(super) const MEMBERS: &[&str] = &[
    "room",
    "name",
    "affiliation",
    "id",
    "email",
    "avatar",
    "lifetime",
    "expires_at",
    "not_before",
    "join_by",
    "seats",
    "max_occupants",
    "features",
    "windows",
    "series",
    "fragment",
];

/// Two hours, when neither `lifetime` nor `expires_at` is given; the form's default too.
pub(crate) const DEFAULT_LIFETIME: u64 = 2 * 3600;

/// Issue a link.
#[utoipa::path(
    post,
    path = "/api/v1/links",
    tag = "Links",
    params(("Idempotency-Key" = Option<String>, Header, description = "A random word of yours: the same request with it gets the same link, for 24 hours")),
    request_body = LinkRequest,
    responses(
        (status = 201, description = "The link, and what was signed", body = LinkAnswer),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn issue(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<LinkAnswer>), Problem> {
    let asked = Members::parse(&headers, &body, MEMBERS)?;
    let answer = if let Some(key) = repeat::key(&headers)? {
        let once = Once::new(&actor.name, key, &body);
        repeat::issue(&app, &actor, &asked, once).await?
    } else {
        let order = Order::read(&app, &asked, (app.now)())?;
        let validity = order.times.validity();
        let issued = app
            .issue(&actor, Way::Api, order.grant.clone(), validity)
            .await?;
        order.answer(issued)
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// What is to be signed.
struct Order {
    grant: Grant,
    times: Times,
    in_fragment: bool,
}

impl Order {
    fn read(app: &App, asked: &Members, now: Timestamp) -> Result<Self, Problem> {
        let grant = grant(asked, app.office.base_url()?)?;
        let times = Times::read(asked, now)?;
        let limits = limits(asked)?;
        let limits = match join_by(asked, times.opens_at(), times.ends_at())? {
            Some(latest) => limits.joining_by(latest),
            None => limits,
        };
        let grant = times.put_into(grant.within(limits));
        let in_fragment = asked.flag("fragment")?.unwrap_or(false);
        Ok(Self {
            grant,
            times,
            in_fragment,
        })
    }

    fn sign(&self, app: &App, id: TokenId) -> Result<IssuedLink, Problem> {
        let (grant, validity) = (self.grant.clone(), self.times.validity());
        Ok(app.office.issue(grant, validity, id)?)
    }

    fn answer(&self, issued: IssuedLink) -> LinkAnswer {
        let issued = if self.in_fragment {
            issued.in_fragment()
        } else {
            issued
        };
        LinkAnswer::new(&issued, self.times.tell(LinkReport::from(&issued)))
    }
}

fn grant(asked: &Members, base_url: &BaseUrl) -> Result<Grant, Problem> {
    let missing = || asked.problem("room", "there is no `room`; name the one to open");
    let typed = asked.string("room")?.ok_or_else(missing)?;
    let room = base_url
        .room(typed)
        .map_err(|error| asked.problem("room", error))?;
    let grant = Grant::new(room, person(asked)?);
    let Some(switches) = asked.switches("features")? else {
        return Ok(grant);
    };
    let features = Features::new(switches).map_err(|error| asked.problem("features", error))?;
    Ok(grant.with_features(features))
}

fn person(asked: &Members) -> Result<Person, Problem> {
    let affiliation = Affiliation::parse(asked.string("affiliation")?.unwrap_or("member"))
        .map_err(|error| asked.problem("affiliation", error))?;
    let person = Person::anonymous(affiliation);
    let person = name(asked)?.into_iter().fold(person, Person::named);
    let person = detail(asked, "id", person, Person::identified)?;
    let person = detail(asked, "email", person, Person::with_email)?;
    detail(asked, "avatar", person, Person::with_avatar)
}

/// The display name, if one is given.
pub(crate) fn name(asked: &Members) -> Result<Option<DisplayName>, Problem> {
    let read = |name| DisplayName::parse(name).map_err(|error| asked.problem("name", error));
    asked.string("name")?.map(read).transpose()
}

fn detail(
    asked: &Members,
    member: &str,
    person: Person,
    with: impl FnOnce(Person, &str) -> Result<Person, PersonError>,
) -> Result<Person, Problem> {
    match asked.string(member)? {
        Some(text) => with(person, text).map_err(|error| asked.problem(member, error)),
        None => Ok(person),
    }
}

fn limits(asked: &Members) -> Result<Limits, Problem> {
    let mut limits = Limits::default();
    if let Some(seats) = asked.count("seats")? {
        let limited = limits.with_seats(seats);
        limits = limited.map_err(|error| asked.problem("seats", error))?;
    }
    if let Some(occupants) = asked.count("max_occupants")? {
        let limited = limits.with_max_occupants(occupants);
        limits = limited.map_err(|error| asked.problem("max_occupants", error))?;
    }
    Ok(limits)
}

impl From<OfficeError> for Problem {
    fn from(error: OfficeError) -> Self {
        match error {
            OfficeError::Issue(error @ IssueError::TooLong { .. }) => {
                Self::field("name", &error.to_string())
            }
            OfficeError::SignedKeySet(error) => Self::key_not_signed(&error.to_string()),
            OfficeError::Issue(IssueError::Elsewhere { why }) => Self::signer_unavailable(&why),
            OfficeError::Keys(error @ KeysError::Unshared { .. }) => {
                Self::key_not_shared(&error.to_string())
            }
            OfficeError::NoBaseUrl => Self::not_set_up(),
            OfficeError::Issue(IssueError::AnotherKey | IssueError::Sign)
            | OfficeError::Keys(_)
            | OfficeError::Verifier(_) => Self::internal(),
        }
    }
}

/// What was issued.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkAnswer {
    /// The token alone, for clients that bring it in another way.
    token: String,
    #[serde(flatten)]
    report: LinkReport,
}

impl LinkAnswer {
    pub(crate) fn new(issued: &IssuedLink, report: LinkReport) -> Self {
        Self {
            token: issued.token.as_str().to_owned(),
            report,
        }
    }
}
