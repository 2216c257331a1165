//! Guests' links for owners: an issuer makes them, elsewhere or in this process. The gate has no key.

use std::sync::{Arc, OnceLock};

use guest_gate::{Asking, GuestWish, InviteError, Invited, Inviter};
use issuer::Inside;
use serde_json::{Map, Value};

use crate::server::{Server, Wish};

const DERIVE: &str = "/api/v1/derive";

/// An issuer that is reached over HTTP.
#[derive(Debug)]
pub(crate) struct ByHttp(pub(crate) Server);

impl Inviter for ByHttp {
    fn invite(&self, wish: GuestWish) -> Asking<'_> {
        let server = self.0.clone();
        Box::pin(async move {
            let asking = move || server.ask(DERIVE, &members(wish));
            let answer = tokio::task::spawn_blocking(asking).await;
            match answer {
                Ok(Ok((status, answer))) => read(status, &answer),
                Ok(Err(failure)) => {
                    // What the operator has to mend is none of the owner's.
                    crate::talk(&super::warning(&failure));
                    Err(InviteError::Away)
                }
                Err(_stopped) => Err(InviteError::Away),
            }
        })
    }
}

/// The issuer of this process, once it is there.
#[derive(Clone, Debug, Default)]
pub(crate) struct InProcess(Arc<OnceLock<Inside>>);

impl InProcess {
    /// It is there.
    pub(crate) fn begin(&self, inside: Inside) {
        self.0.set(inside).ok();
    }
}

impl Inviter for InProcess {
    fn invite(&self, wish: GuestWish) -> Asking<'_> {
        Box::pin(async move {
            let inside = self.0.get().ok_or(InviteError::Away)?;
            let members = Value::Object(members(wish));
            let (status, answer) = inside.post(DERIVE, &members).await;
            read(status, &answer)
        })
    }
}

fn members(wanted: GuestWish) -> Map<String, Value> {
    let mut wish = Wish::default();
    wish.set("link", Some(wanted.link));
    wish.set("name", wanted.name);
    wish.set("lifetime", wanted.lifetime);
    wish.set("seats", wanted.seats);
    wish.0
}

/// A link, or the problem (RFC 9457) of which the type ends in a code. What is not about the wish is not the owner's
/// to mend.
fn read(status: u16, answer: &Value) -> Result<Invited, InviteError> {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
    match status {
        200..300 if !text("link").is_empty() => Ok(Invited {
            link: text("link").to_owned(),
            expires_at: text("expires_at").to_owned(),
        }),
        403 | 422 => Err(InviteError::Refused {
            code: text("type")
                .rsplit(['/', '#', ':'])
                .next()
                .unwrap_or_default()
                .to_owned(),
            field: text("field").to_owned(),
        }),
        _other => Err(InviteError::Away),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_a_link_or_a_reason() {
        let link =
            json!({ "link": "https://m.example/a?jwt=x", "expires_at": "2026-01-01T00:00:00Z" });
        assert_eq!(read(201, &link).unwrap().link, "https://m.example/a?jwt=x");
        let problem = json!({ "type": "urn:roompass:problem:not-owner", "field": "link" });
        let refused = InviteError::Refused {
            code: "not-owner".to_owned(),
            field: "link".to_owned(),
        };
        assert_eq!(read(403, &problem), Err(refused));
        for (status, answer) in [
            (201, json!({})),
            (503, problem),
            (429, json!(null)),
            (302, link),
        ] {
            assert_eq!(read(status, &answer), Err(InviteError::Away), "{status}");
        }
    }
}
