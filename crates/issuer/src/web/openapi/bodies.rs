//! What may be sent, for the description alone: the handlers read it member by member, to name what is wrong. A test holds
//! each against the members that its handler knows.

#![expect(dead_code, reason = "they are described, never made")]

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// A link to issue.
#[derive(ToSchema)]
pub(crate) struct LinkRequest {
    /// As people write it; the answer has the canonical name.
    #[schema(example = "Weekly Sync")]
    room: String,
    /// Who comes in.
    name: Option<String>,
    /// `owner` moderates.
    #[schema(example = "member", pattern = "^(owner|member)$")]
    affiliation: Option<String>,
    /// All links of one `id` can be taken back together.
    id: Option<String>,
    email: Option<String>,
    /// The address of a picture.
    avatar: Option<String>,
    /// In seconds; two hours, if neither this nor `expires_at` is given.
    #[schema(minimum = 1, example = 7200)]
    lifetime: Option<u64>,
    expires_at: Option<String>,
    not_before: Option<String>,
    /// Nobody comes in for the first time after this.
    join_by: Option<String>,
    /// At most so many people at once with this link.
    seats: Option<u64>,
    /// It lets nobody into a room with so many people.
    max_occupants: Option<u64>,
    /// Jitsi's switches.
    features: Option<BTreeMap<String, bool>>,
    windows: Option<WindowsRequest>,
    series: Option<SeriesRequest>,
    /// Put the token into the link's fragment, which no server sees.
    fragment: Option<bool>,
}

/// When the door is open, worked out elsewhere.
#[derive(ToSchema)]
struct WindowsRequest {
    /// Of each, in seconds.
    duration: u64,
    /// From one to the next, in seconds.
    period: u64,
    /// At most eight.
    runs: Vec<RunRequest>,
}

/// Windows at equal distances.
#[derive(ToSchema)]
struct RunRequest {
    start: String,
    count: u64,
}

/// A series of meetings, by the clocks of a zone.
#[derive(ToSchema)]
struct SeriesRequest {
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// `mon` to `sun`.
    weekdays: Option<Vec<String>>,
    /// `2w` or `3d`.
    every: Option<String>,
    #[schema(example = "15:00")]
    at: String,
    /// In seconds.
    lasts: u64,
    /// The first day.
    from: Option<String>,
    /// The last day.
    #[schema(example = "2027-06-30")]
    until: String,
    /// How long before a meeting the door opens, in seconds.
    early: Option<u64>,
    /// How long after its end one may come back, in seconds.
    grace: Option<u64>,
}

/// A guest's link, from an owner's.
#[derive(ToSchema)]
pub(crate) struct DeriveRequest {
    /// The owner's, whole; it is the credential.
    link: String,
    name: Option<String>,
    /// In seconds.
    lifetime: Option<u64>,
    expires_at: Option<String>,
    /// At most the owner's.
    seats: Option<u64>,
}

/// A question to a door: would this link, or this token, let somebody in?
#[derive(ToSchema)]
pub(crate) struct ExplainRequest {
    link: Option<String>,
    token: Option<String>,
    /// As people write it.
    room: Option<String>,
    /// As Prosody has it.
    node: Option<String>,
    /// When; now, if absent.
    at: Option<String>,
    /// A key set that is not ours, as JSON or signed.
    key_set: Option<String>,
    /// The public half of the key that signed it.
    root_key: Option<String>,
    /// The number of the newest key set that the shard has met.
    seen_key_set: Option<u64>,
    /// A signed feed.
    revocations: Option<String>,
    /// A signed status list.
    status_list: Option<String>,
    /// How old feed and list may be, in seconds.
    max_stale: Option<u64>,
    issuer: Option<String>,
    audience: Option<String>,
    /// Whether they were in the room a moment ago.
    returning: Option<bool>,
    /// How many are in the room with this token.
    same_token: Option<u64>,
    /// How many are in the room.
    occupants: Option<u64>,
}

/// What to take back; one of the first five.
#[derive(ToSchema)]
pub(crate) struct RevocationRequest {
    link: Option<String>,
    /// A token's `jti`.
    token_id: Option<String>,
    /// All links of this room.
    room: Option<String>,
    /// All links that this key signed.
    key: Option<String>,
    /// All links of the person with this id.
    person: Option<String>,
    /// Only what was issued before; now, if absent.
    before: Option<String>,
    /// Whether people who are in a room with it must leave; yes, if absent.
    eject: Option<bool>,
}

/// What went wrong (RFC 9457).
#[derive(ToSchema)]
pub(crate) struct ProblemBody {
    /// Ends in a stable code.
    r#type: String,
    title: String,
    /// As the answer's own.
    status: u16,
    /// What happened, why, and how to mend it.
    detail: String,
    /// The member, parameter or header at fault.
    field: Option<String>,
    /// What is wrong with a table, cell by cell.
    errors: Option<Vec<WrongCell>>,
}

/// A cell that cannot be.
#[derive(ToSchema)]
struct WrongCell {
    /// The columns' names are in row 1.
    row: u64,
    column: String,
    detail: String,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use crate::web::openapi::description;
    use crate::web::{api, derive, explain, revocations};

    #[test]
    fn every_body_has_the_members_that_its_handler_knows() {
        let described = description();
        let explain: Vec<_> = explain::members();
        for (schema, known) in [
            ("LinkRequest", api::MEMBERS),
            ("WindowsRequest", api::WINDOWS),
            ("RunRequest", &["start", "count"]),
            ("SeriesRequest", api::SERIES),
            ("DeriveRequest", derive::MEMBERS),
            ("ExplainRequest", explain.as_slice()),
            ("RevocationRequest", revocations::MEMBERS),
        ] {
            let place = format!("/components/schemas/{schema}/properties");
            let properties = described
                .pointer(&place)
                .and_then(Value::as_object)
                .unwrap();
            let properties: BTreeSet<_> = properties.keys().map(String::as_str).collect();
            assert_eq!(properties, known.iter().copied().collect(), "{schema}");
        }
    }
}
