//! What other programs need to agree with us on names: rooms and deny reasons.

use axum::Json;
use axum::extract::Query;
use room_token::{DenyReason, RoomName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::openapi::ProblemBody;
use super::problem::Problem;

#[derive(Deserialize)]
pub(crate) struct Typed {
    typed: Option<String>,
}

/// What a room is called.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoomNameAnswer {
    typed: String,
    /// The canonical name, as it stands in tokens.
    room: String,
}

/// Ask for a room's canonical name.
#[utoipa::path(
    get,
    path = "/api/v1/room-names",
    tag = "Names",
    params(("typed" = String, Query, description = "As people write it")),
    responses(
        (status = 200, description = "The canonical name", body = RoomNameAnswer),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn room_name(Query(asked): Query<Typed>) -> Result<Json<RoomNameAnswer>, Problem> {
    let missing = || Problem::field("typed", "there is no `typed`; ask like ?typed=My%20Room");
    let typed = asked.typed.ok_or_else(missing)?;
    let room =
        RoomName::parse(&typed).map_err(|error| Problem::field("typed", &error.to_string()))?;
    let room = room.as_str().to_owned();
    Ok(Json(RoomNameAnswer { typed, room }))
}

/// A reason not to let somebody in.
#[derive(Serialize, ToSchema)]
pub(crate) struct DenyReasonRow {
    code: &'static str,
    /// What the guest is told.
    guest_text: &'static str,
    /// What to check.
    operator_advice: String,
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub(crate) struct DenyReasonsAnswer {
    deny_reasons: Vec<DenyReasonRow>,
}

/// List every reason for which a door refuses, in words.
#[utoipa::path(
    get,
    path = "/api/v1/deny-reasons",
    tag = "Doors",
    responses((status = 200, description = "Every code", body = DenyReasonsAnswer))
)]
pub(crate) async fn deny_reasons() -> Json<DenyReasonsAnswer> {
    let row = |reason: &DenyReason| DenyReasonRow {
        code: reason.code(),
        guest_text: reason.guest_text(),
        operator_advice: reason.to_string(),
    };
    let deny_reasons = DenyReason::ALL.iter().map(row).collect();
    Json(DenyReasonsAnswer { deny_reasons })
}
