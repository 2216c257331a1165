//! Who has a room at some time: looked up before a link is issued, so that two meetings do not meet in one room.

use room_token::{RoomName, Timestamp};
use sqlx::AnyPool;

use super::LedgerError;
use super::conditions::Conditions;
use super::links::{self, LinkRow};
use super::notes;

/// Links of a room that are looked at, the newest: a room that has more is nobody's booking.
const MOST: i64 = 500;

/// The links of a room that hold at some time from one until the other. Of a series that is not yet to say that its
/// door is open then.
pub(super) async fn of_room(
    pool: &AnyPool,
    room: &RoomName,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<LinkRow>, LedgerError> {
    let mut query = Conditions::new(links::SELECT);
    query.text(" WHERE l.seq IN (SELECT r.seq FROM links r WHERE ");
    query.is("r.room", room.as_str());
    query.text(" ORDER BY r.seq DESC LIMIT ");
    query.number(MOST);
    query.text(") AND (l.expires_at + 0) > ");
    query.time(from);
    query.text(" AND (l.opens_at + 0) < ");
    query.time(until);
    query.text(" ORDER BY l.opens_at, l.seq");
    let rows = query.fetch_all(pool).await?;
    let mut rows = rows
        .iter()
        .map(links::read)
        .collect::<Result<Vec<_>, _>>()?;
    notes::put_into(pool, &mut rows).await?;
    Ok(rows)
}
