//! `GET /api/v1/links`: what was issued, the newest first; and one of them. The token is in neither: it was never kept.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use serde::Serialize;
use serde_json::Value;
use url::form_urlencoded::Serializer;
use utoipa::ToSchema;

use crate::LinkRow;
use crate::ledger::{LinkFilter, LinkState, Taken};
use crate::people::Actor;
use crate::web::App;
use crate::web::openapi::ProblemBody;
use crate::web::problem::Problem;

/// Links, and where the next are.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinksAnswer {
    links: Vec<RecordAnswer>,
    /// The path and query of the next page; absent on the last. A page may have fewer links than asked for, and a next.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A link, as the ledger has it.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordAnswer {
    jti: String,
    kid: String,
    room: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    affiliation: String,
    /// `open`, `to-come`, `ended` or `revoked`.
    state: &'static str,
    issued_by: String,
    issued_at: String,
    opens_at: String,
    expires_at: String,
    /// As they were signed.
    #[schema(value_type = Object)]
    claims: Value,
}

impl RecordAnswer {
    fn of(app: &App, row: LinkRow, taken: &Taken) -> Self {
        let state = LinkState::of(&row, taken, (app.now)());
        let record = row.record;
        Self {
            state: code(state),
            issued_by: row.issued_by,
            issued_at: record.issued_at.to_string(),
            opens_at: record.opens_at.to_string(),
            expires_at: record.expires_at.to_string(),
            claims: serde_json::from_str(&record.claims).unwrap_or_default(),
            jti: record.jti,
            kid: record.kid,
            room: record.room,
            name: record.name,
            affiliation: record.affiliation,
        }
    }
}

/// As programs say it. Never change one.
const fn code(state: LinkState) -> &'static str {
    match state {
        LinkState::Ended => "ended",
        LinkState::Open => "open",
        LinkState::Revoked => "revoked",
        LinkState::ToCome => "to-come",
    }
}

const PARAMETERS: &[&str] = &["room", "person", "issuer", "state", "before", "limit"];

/// If nothing else is asked for.
const USUAL: usize = 50;
const MOST: usize = 200;

/// List what was issued, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/links",
    tag = "Links",
    params(
        ("room" = Option<String>, Query, description = "How the room's name begins"),
        ("person" = Option<String>, Query, description = "How the person's name begins, or their `id`"),
        ("issuer" = Option<String>, Query, description = "Who issued it"),
        ("state" = Option<String>, Query, description = "`open`, `to-come`, `ended` or `revoked`"),
        ("before" = Option<u64>, Query, description = "Where the page begins, out of `next`"),
        ("limit" = Option<u64>, Query, description = "At most so many, 1 to 200; 50 if absent"),
    ),
    responses(
        (status = 200, description = "A page of links", body = LinksAnswer),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Json<LinksAnswer>, Problem> {
    let asked = Asked::read(asked)?;
    let filter = LinkFilter {
        within: actor.rooms.starts(),
        room: app.room_start(asked.text("room")),
        person: asked.text("person").to_owned(),
        issuer: asked.text("issuer").to_owned(),
        state: asked.state()?,
        before: asked.number("before")?,
    };
    let most = asked.limit()?;
    let (taken, now) = (app.taken()?, (app.now)());
    let page = app.ledger.as_ref().ok_or_else(Problem::no_records)?;
    let page = page.search(&filter, &taken, now, most).await?;
    let next = page.next.map(|before| app.link(&asked.page(before)));
    let row = |row| RecordAnswer::of(&app, row, &taken);
    let links = page.rows.into_iter().map(row).collect();
    Ok(Json(LinksAnswer { links, next }))
}

/// Ask for one link by its token's `jti`.
#[utoipa::path(
    get,
    path = "/api/v1/links/{jti}",
    tag = "Links",
    params(("jti" = String, Path, description = "As it stands in logs and in the answer that issued it")),
    responses(
        (status = 200, description = "The link", body = RecordAnswer),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(jti): Path<String>,
) -> Result<Json<RecordAnswer>, Problem> {
    let ledger = app.ledger.as_ref().ok_or_else(Problem::no_records)?;
    let row = ledger.link(&jti).await?;
    // Somebody else's is as good as none.
    let row = row.filter(|row| actor.rooms.matches(&row.record.room));
    let row = row.ok_or_else(|| {
        Problem::gone("there is no such link among yours; look for it in the list")
    })?;
    Ok(Json(RecordAnswer::of(&app, row, &app.taken()?)))
}

/// A query, each parameter known, and there once.
struct Asked(Vec<(String, String)>);

impl Asked {
    fn read(pairs: Vec<(String, String)>) -> Result<Self, Problem> {
        for (index, (name, _)) in pairs.iter().enumerate() {
            if !PARAMETERS.contains(&name.as_str()) {
                return Err(Problem::unknown_member(name, PARAMETERS));
            }
            if pairs.iter().take(index).any(|(earlier, _)| earlier == name) {
                let detail = format!("`{name}` is there twice; give it once");
                return Err(Problem::field(name, &detail));
            }
        }
        Ok(Self(pairs))
    }

    fn text(&self, name: &str) -> &str {
        let pair = self.0.iter().find(|(known, _)| known == name);
        pair.map_or("", |(_, value)| value.trim())
    }

    fn number(&self, name: &str) -> Result<Option<u64>, Problem> {
        let wrong = |_| {
            Problem::field(
                name,
                &format!("`{name}` is no whole number; write it like 50"),
            )
        };
        match self.text(name) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(wrong),
        }
    }

    fn limit(&self) -> Result<usize, Problem> {
        let limit = self.number("limit")?;
        let Some(limit) = limit else { return Ok(USUAL) };
        let limit = usize::try_from(limit)
            .ok()
            .filter(|limit| (1..=MOST).contains(limit));
        limit.ok_or_else(|| Problem::field("limit", "a page has 1 to 200 links; ask for so many"))
    }

    fn state(&self) -> Result<Option<LinkState>, Problem> {
        let word = self.text("state");
        let state = LinkState::ALL
            .into_iter()
            .find(|state| code(*state) == word);
        if state.is_none() && !word.is_empty() {
            let detail = "there is no such state; use open, to-come, ended or revoked";
            return Err(Problem::field("state", detail));
        }
        Ok(state)
    }

    /// The same from there on.
    fn page(&self, before: u64) -> String {
        let others = self.0.iter().filter(|(name, _)| name != "before");
        let query = Serializer::new(String::new())
            .extend_pairs(others)
            .append_pair("before", &before.to_string())
            .finish();
        format!("/api/v1/links?{query}")
    }
}
