//! `POST /api/v1/explain`: the decision a door would make, check by check.

mod shard;

use std::sync::Arc;

use super::App;
use super::members::Members;
use super::openapi::{ExplainRequest, ProblemBody};
use super::problem::Problem;
use crate::{Place, ReceivedLink, Report};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;

const MEMBERS: [&str; 5] = ["link", "token", "room", "node", "at"];

/// Ask what a door would decide, check by check.
#[utoipa::path(
    post,
    path = "/api/v1/explain",
    tag = "Doors",
    request_body = ExplainRequest,
    responses(
        (status = 200, description = "The decision", body = Report),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn explain(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Report>, Problem> {
    let known = members();
    let asked = Members::parse(&headers, &body, &known)?;
    let (token, node_of_link) = token(&asked)?;
    let node = node(&asked)?.or(node_of_link);
    let node = node.as_deref();
    let at = asked.time("at")?.unwrap_or_else(|| (app.now)());
    let verifier = shard::verifier(&app, &asked)?;
    let explanation = match shard::arrival(&asked, node, at)? {
        Some(arrival) => verifier.explain_for(&token, &arrival),
        None => verifier.explain(&token, node, at),
    };
    Ok(Json(Report::from(&explanation)))
}

/// All that a question can have.
pub(super) fn members() -> Vec<&'static str> {
    [&MEMBERS[..], &shard::MEMBERS].concat()
}

/// `room` is what people type, `node` the name as Prosody has it, to the letter.
fn node(asked: &Members) -> Result<Option<String>, Problem> {
    match (asked.string("room")?, asked.string("node")?) {
        (Some(typed), None) => Ok(Some(room(typed)?.node())),
        (None, node) => Ok(node.map(str::to_owned)),
        (Some(_), Some(_)) => Err(Problem::field(
            "node",
            "`room` and `node` are both given; leave one out",
        )),
    }
}

/// The token, and the room that the link leads to, by the name it has inside Prosody.
fn token(asked: &Members) -> Result<(String, Option<String>), Problem> {
    match (asked.string("link")?, asked.string("token")?) {
        (Some(link), None) => {
            let link = ReceivedLink::parse(link)
                .map_err(|error| Problem::field("link", &error.to_string()))?;
            let node = link.place().ok().map(|place| place.node());
            Ok((link.token().to_owned(), node))
        }
        (None, Some(token)) => Ok((token.trim().to_owned(), None)),
        (Some(_), Some(_)) => Err(Problem::field(
            "token",
            "`link` and `token` are both given; leave one out",
        )),
        (None, None) => Err(Problem::field(
            "link",
            "there is neither `link` nor `token`; give one",
        )),
    }
}

fn room(typed: &str) -> Result<Place, Problem> {
    Place::parse(typed).map_err(|error| Problem::field("room", &error.to_string()))
}
