//! `/audit`: everything that was done, and whether the chain is whole; for administrators of everything.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::frame::Frame;
use super::problem::Problem;
use super::words::{self, sentence};
use super::{App, page};
use crate::people::{Actor, Role};
use crate::{Chained, LedgerError};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// The number after which the page goes on.
    before: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    rows: Vec<Row>,
    next: Option<u64>,
    chain: Option<Chain>,
}

/// Whether it is whole.
enum Chain {
    Broken { why: String },
    TakesLong,
    Whole { head: String, entries: u64 },
}

/// An entry, in words.
struct Row {
    seq: u64,
    at: String,
    actor: String,
    action: String,
    subject: String,
    detail: String,
    /// The page of the link that it is about.
    link: Option<String>,
}

/// On one page.
const SHOWN: usize = 50;
/// How long a page may follow the chain; longer ones are for the command.
const PATIENCE: Duration = Duration::from_secs(5);

/// `GET /audit`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    answer(&app, &actor, &asked, None).await
}

/// `POST /audit/verify`: follows the chain.
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Problem> {
    actor.needs_everything(Role::Administrator)?;
    let verifying = app.ledger()?.verify(None);
    let chain = match tokio::time::timeout(PATIENCE, verifying).await {
        Err(_elapsed) => Chain::TakesLong,
        Ok(Ok(head)) => Chain::Whole {
            entries: head.seq,
            head: head.to_string(),
        },
        Ok(Err(LedgerError::Chain(error))) => Chain::Broken {
            why: sentence(&error.to_string()),
        },
        Ok(Err(error)) => return Err(error.into()),
    };
    answer(&app, &actor, &Asked::default(), Some(chain)).await
}

async fn answer(
    app: &App,
    actor: &Actor,
    asked: &Asked,
    chain: Option<Chain>,
) -> Result<Response, Problem> {
    actor.needs_everything(Role::Administrator)?;
    let before = asked.before.parse().ok();
    let mut found = app.ledger()?.entries(before, SHOWN + 1).await?;
    let is_full = found.len() > SHOWN;
    found.truncate(SHOWN);
    let next = found.last().filter(|_| is_full).map(|last| last.seq);
    let page = AuditPage {
        frame: Frame::of(app, actor),
        rows: found.iter().map(Row::new).collect(),
        next,
        chain,
    };
    page::answer(StatusCode::OK, &page)
}

impl Row {
    fn new(entry: &Chained) -> Self {
        let Chained { seq, entry, .. } = entry;
        let is_link = entry.action.starts_with("link.");
        let token = entry.subject.strip_prefix("jti:");
        let token = token.or_else(|| (!entry.subject.contains(':')).then_some(&entry.subject));
        Self {
            seq: *seq,
            at: words::short_moment(entry.at),
            actor: entry.actor.clone(),
            action: entry.action.clone(),
            subject: entry.subject.clone(),
            // A link's claims stand on its own page.
            detail: Some(&entry.detail)
                .filter(|detail| !detail.starts_with('{'))
                .cloned()
                .unwrap_or_default(),
            link: token.filter(|_| is_link).map(str::to_owned),
        }
    }
}
