//! `Idempotency-Key`: a request whose answer was lost is sent again, and gets the same link, not a second one.
//!
//! The token was never kept. It is signed anew out of the same request, at the time of the first; Ed25519 signs the same
//! text with the same key into the same signature (RFC 8032), and what was signed is held against the ledger.

use axum::http::HeaderMap;
use room_token::TokenId;

use super::{LinkAnswer, Order};
use crate::ledger::{Earlier, LinkRecord, Once, Written};
use crate::metrics::Way;
use crate::people::Actor;
use crate::web::App;
use crate::web::members::Members;
use crate::web::problem::Problem;
use crate::{IssuedLink, Ledger};

const HEADER: &str = "idempotency-key";

/// Characters.
const MAX_KEY: usize = 255;

/// What the header says, with or without quotes around it
/// (<https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>).
pub(super) fn key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get(HEADER) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    let unquoted = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let key = unquoted.unwrap_or(text);
    if key.is_empty() || key.len() > MAX_KEY || headers.get_all(HEADER).iter().count() > 1 {
        let detail = "the key is not one word of 1 to 255 characters; send a random one, such as a UUID, once";
        return Err(Problem::field("Idempotency-Key", detail));
    }
    Ok(Some(key))
}

/// Issues a link for this request, or gives the one that it got before.
pub(super) async fn issue(
    app: &App,
    actor: &Actor,
    asked: &Members,
    once: Once,
) -> Result<LinkAnswer, Problem> {
    let ledger = app.ledger.as_ref().ok_or_else(Problem::no_repeating)?;
    let now = (app.now)();
    if let Some(earlier) = ledger.earlier(&once, now).await? {
        return again(app, ledger, actor, asked, earlier).await;
    }
    let order = Order::read(app, asked, now)?;
    actor.needs_room(order.grant.room())?;
    let issued = order.sign(app, (app.token_id)())?;
    let row = ledger.record_once(&actor.name, &issued, once.clone(), now);
    match app.written(row).await? {
        Written::Now => {
            app.metrics.issued(Way::Api, 1);
            Ok(order.answer(issued))
        }
        Written::Before => {
            let earlier = ledger.earlier(&once, now).await?;
            again(
                app,
                ledger,
                actor,
                asked,
                earlier.ok_or_else(Problem::internal)?,
            )
            .await
        }
    }
}

async fn again(
    app: &App,
    ledger: &Ledger,
    actor: &Actor,
    asked: &Members,
    earlier: Earlier,
) -> Result<LinkAnswer, Problem> {
    let Earlier::Done { jti } = earlier else {
        return Err(Problem::reused_key());
    };
    let row = ledger.link(&jti).await?.ok_or_else(Problem::internal)?;
    let order = Order::read(app, asked, row.record.issued_at)?;
    actor.needs_room(order.grant.room())?;
    let issued = signed_as_before(app, &order, &row.record)?;
    Ok(order.answer(issued))
}

/// The same token, or none: not a second one under the same name.
fn signed_as_before(app: &App, order: &Order, record: &LinkRecord) -> Result<IssuedLink, Problem> {
    let id = TokenId::parse(&record.jti).map_err(|_| Problem::internal())?;
    let issued = order.sign(app, id)?;
    let again = LinkRecord::of(&issued);
    if again.claims == record.claims && again.kid == record.kid {
        Ok(issued)
    } else {
        Err(Problem::not_repeatable())
    }
}
