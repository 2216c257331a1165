//! What other programs need to agree with us on names: rooms and deny reasons.

use axum::Json;
use axum::extract::Query;
use room_token::{DenyReason, RoomName};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::Problem;

#[derive(Deserialize)]
pub(crate) struct Typed {
    typed: Option<String>,
}

/// `GET /api/v1/room-names?typed=…`: the canonical name.
pub(crate) async fn room_name(Query(asked): Query<Typed>) -> Result<Json<Value>, Problem> {
    let missing = || Problem::field("typed", "there is no `typed`; ask like ?typed=My%20Room");
    let typed = asked.typed.ok_or_else(missing)?;
    let room =
        RoomName::parse(&typed).map_err(|error| Problem::field("typed", &error.to_string()))?;
    Ok(Json(json!({ "typed": typed, "room": room.as_str() })))
}

/// `GET /api/v1/deny-reasons`: every code, and its words.
pub(crate) async fn deny_reasons() -> Json<Value> {
    let row = |reason: &DenyReason| {
        json!({
            "code": reason.code(),
            "guest_text": reason.guest_text(),
            "operator_advice": reason.to_string(),
        })
    };
    let rows: Vec<_> = DenyReason::ALL.iter().map(row).collect();
    Json(json!({ "deny_reasons": rows }))
}
