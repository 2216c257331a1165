//! A link in a list, in words.

use room_token::Timestamp;

use super::words;
use crate::LinkRow;
use crate::ledger::{LinkState, Taken};

/// One line of a table.
pub(crate) struct Row {
    pub(crate) room: String,
    pub(crate) name: String,
    pub(crate) is_owner: bool,
    pub(crate) issued_by: String,
    pub(crate) issued: String,
    pub(crate) until: String,
    pub(crate) state: &'static str,
    pub(crate) jti: String,
}

impl Row {
    pub(crate) fn new(row: &LinkRow, taken: &Taken, now: Timestamp) -> Self {
        let record = &row.record;
        Self {
            room: words::room(&record.room),
            name: record.name.clone(),
            is_owner: record.affiliation == "owner",
            issued_by: row.issued_by.clone(),
            issued: words::short_moment(record.issued_at),
            until: words::short_moment(record.expires_at),
            state: LinkState::of(row, taken, now).word(),
            jti: record.jti.clone(),
        }
    }
}
