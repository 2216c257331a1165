//! `POST /api/v1/derive`: an owner's link becomes a guest's. The link itself is the credential.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::App;
use super::api::{self, LinkAnswer};
use super::members::Members;
use super::openapi::{DeriveRequest, ProblemBody};
use super::problem::Problem;
use crate::metrics::Way;
use crate::{Actor, DeriveError, GuestWish, LinkReport, ReceivedLink, derive as derivation};

pub(super) const MEMBERS: &[&str] = &["link", "name", "lifetime", "expires_at", "seats"];

/// Make a guest's link of an owner's. The owner's link is the credential; no key is needed.
#[utoipa::path(
    post,
    path = "/api/v1/derive",
    tag = "Links",
    security(()),
    request_body = DeriveRequest,
    responses(
        (status = 201, description = "The guest's link", body = LinkAnswer),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn derive(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<LinkAnswer>), Problem> {
    let asked = Members::parse(&headers, &body, MEMBERS)?;
    let link = ReceivedLink::parse(asked.required("link")?)
        .map_err(|error| asked.problem("link", error))?;
    let place = link.place().map_err(|error| asked.problem("link", error))?;
    let now = (app.now)();
    let verifier = app.with_feed(app.office.own_verifier()?)?;
    let explanation = verifier.explain(link.token(), Some(&place.node()), now);
    let refuse = |error: DeriveError| refusal(&asked, &error);
    let owner = derivation::owner(explanation.decision()).map_err(refuse)?;
    let bearer = owner
        .token_id()
        .map(ToString::to_string)
        .unwrap_or_default();
    let bearer = Actor::unbounded(&format!("owner's link {bearer}"));
    let wish = GuestWish {
        name: api::name(&asked)?,
        end: api::end(&asked)?,
        seats: asked.count("seats")?,
    };
    let (grant, validity) = derivation::derive(owner, wish, now).map_err(refuse)?;
    let issued = app.issue(&bearer, Way::Derive, grant, validity).await?;
    // Whoever keeps their token out of addresses wants their guests' out of them too.
    let issued = if link.is_in_fragment() {
        issued.in_fragment()
    } else {
        issued
    };
    let report = LinkReport::from(&issued);
    Ok((StatusCode::CREATED, Json(LinkAnswer::new(&issued, report))))
}

fn refusal(asked: &Members, error: &DeriveError) -> Problem {
    match error {
        DeriveError::Denied(_) | DeriveError::ManyRooms | DeriveError::NotOwner => {
            Problem::refused_link(error.code(), &error.to_string())
        }
        DeriveError::Count(_) | DeriveError::Seats { .. } => asked.problem("seats", error),
        DeriveError::Outlives { .. } | DeriveError::Time(_) => {
            let names = ["lifetime", "expires_at"];
            let field = names.into_iter().find(|name| asked.has(name));
            asked.problem(field.unwrap_or("link"), error)
        }
    }
}
