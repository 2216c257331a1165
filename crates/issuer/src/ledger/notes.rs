//! What was noted of links' meetings: asked for once the rows of a page are known, for there may be a million others.

use std::collections::HashMap;

use sqlx::{AnyPool, Row};

use super::LedgerError;
use super::conditions::Conditions;
use super::links::{LinkRow, NOTE};
use crate::MeetingNote;

/// In one statement, far from the most values that one may have.
const AT_ONCE: usize = 500;

/// Gives each row the note of its meeting; the last one counts.
pub(super) async fn put_into(pool: &AnyPool, rows: &mut [LinkRow]) -> Result<(), LedgerError> {
    for part in rows.chunks_mut(AT_ONCE) {
        let meetings: Vec<_> = part
            .iter()
            .map(|row| row.record.meeting().to_owned())
            .collect();
        let notes = of(pool, &meetings).await?;
        for (row, meeting) in part.iter_mut().zip(&meetings) {
            row.note = notes.get(meeting).cloned();
        }
    }
    Ok(())
}

async fn of(
    pool: &AnyPool,
    meetings: &[String],
) -> Result<HashMap<String, MeetingNote>, LedgerError> {
    let mut query = Conditions::new("SELECT subject, detail FROM entries WHERE ");
    query.one_of("subject", meetings.iter());
    query.text(" AND ");
    query.is("action", NOTE);
    query.text(" ORDER BY seq");
    let rows = query.fetch_all(pool).await?;
    let mut notes = HashMap::new();
    for row in rows {
        let (meeting, text): (String, String) = (row.try_get("subject")?, row.try_get("detail")?);
        if let Some(note) = MeetingNote::from_json(&text) {
            notes.insert(meeting, note);
        }
    }
    Ok(notes)
}
