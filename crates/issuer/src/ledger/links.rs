//! The links that were issued: what was signed, never the token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room_token::{DisplayName, Timestamp};
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, AssertSqlSafe, Row};

use super::change::Change;
use super::{LedgerError, moment, notes, seconds};
use crate::{IssuedLink, MeetingNote};

/// One link, as the ledger keeps it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LinkRecord {
    /// The token's name.
    pub jti: String,
    /// The key that signed it.
    pub kid: String,
    /// The room, as Prosody calls it.
    pub room: String,
    /// Whose name is in it; empty if nobody's.
    pub name: String,
    /// `owner` or `member`.
    pub affiliation: String,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// From when on it opens.
    pub opens_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// The claims, as they were signed: JSON.
    pub claims: String,
    /// The person's id; empty if there is none.
    pub person: String,
    /// The token of the owner's link that it was made from; empty for any other.
    pub parent: String,
    /// The first link of the same meeting; empty if it is that itself.
    pub meeting: String,
    /// The how manieth later link of that meeting.
    pub edition: u32,
}

impl LinkRecord {
    /// What of a link may be kept: all of the token but what makes it one, its signature.
    pub fn of(issued: &IssuedLink) -> Self {
        let (grant, validity) = (&issued.grant, &issued.validity);
        let person = grant.person();
        let claims = claims(issued.token.as_str());
        Self {
            parent: parent(&claims),
            person: person.id().unwrap_or_default().to_owned(),
            meeting: String::new(),
            edition: 0,
            jti: issued.id.to_string(),
            kid: issued.key_id.to_string(),
            room: grant.room().to_string(),
            name: person
                .name()
                .map(DisplayName::to_string)
                .unwrap_or_default(),
            affiliation: person.affiliation().as_str().to_owned(),
            issued_at: validity.issued_at(),
            opens_at: validity.opens_at(),
            expires_at: validity.expires_at(),
            claims,
        }
    }

    /// The first link of its meeting, which calendars know it by.
    pub fn meeting(&self) -> &str {
        if self.meeting.is_empty() {
            &self.jti
        } else {
            &self.meeting
        }
    }
}

fn parent(claims: &str) -> String {
    let claims: Value = serde_json::from_str(claims).unwrap_or_default();
    let parent = claims.pointer("/parent/jti").and_then(Value::as_str);
    parent.unwrap_or_default().to_owned()
}

/// The middle part of a compact token (RFC 7515 §7.1).
fn claims(token: &str) -> String {
    let payload = token.split('.').nth(1).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// A link, and what the ledger added to it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LinkRow {
    /// The number of its entry.
    pub seq: u64,
    /// Who issued it.
    pub issued_by: String,
    /// What was issued.
    pub record: LinkRecord,
    /// The owner's link that it was made from, if the ledger knows it.
    pub origin: Option<Origin>,
    /// What calendars say of its meeting, if more than the claims do.
    pub note: Option<MeetingNote>,
}

/// Of an owner's link, what a revocation can name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    /// Its key.
    pub kid: String,
    /// Its person's id; empty if there is none.
    pub person: String,
    /// When it was signed.
    pub issued_at: Timestamp,
}

pub(super) async fn insert(
    change: &mut Change,
    actor: &str,
    record: &LinkRecord,
) -> Result<(), LedgerError> {
    let claims = record.claims.clone();
    let seq = change.note(actor, ISSUE, &record.jti, claims).await?;
    let insert = "INSERT INTO links (seq, jti, kid, room, name, affiliation, issued_by, issued_at, opens_at, \
                  expires_at, person, sought, parent, meeting, edition) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    sqlx::query(insert)
        .bind(seq)
        .bind(record.jti.clone())
        .bind(record.kid.clone())
        .bind(record.room.clone())
        .bind(record.name.clone())
        .bind(record.affiliation.clone())
        .bind(actor.to_owned())
        .bind(seconds(record.issued_at))
        .bind(seconds(record.opens_at))
        .bind(seconds(record.expires_at))
        .bind(record.person.clone())
        .bind(record.name.to_lowercase())
        .bind(record.parent.clone())
        .bind(record.meeting.clone())
        .bind(i64::from(record.edition))
        .execute(change.connection())
        .await?;
    Ok(())
}

/// The action of a link's entry.
pub(super) const ISSUE: &str = "link.issue";

/// The action of what calendars say of its meeting.
pub(super) const NOTE: &str = "link.meeting";

/// Every column of a link `l`, its claims, and the owner's link that it was made from.
pub(super) const SELECT: &str = "SELECT l.*, e.detail AS claims, p.kid AS parent_kid, p.person AS parent_person, \
     p.issued_at AS parent_at FROM links l JOIN entries e ON e.seq = l.seq LEFT JOIN links p ON p.jti = l.parent";

/// The link of this token, if it is ours.
pub(super) async fn find(pool: &AnyPool, jti: &str) -> Result<Option<LinkRow>, LedgerError> {
    let row = sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE l.jti = $1")))
        .bind(jti.to_owned())
        .fetch_optional(pool)
        .await?;
    let row = row.as_ref().map(read).transpose()?;
    let mut rows = Vec::from_iter(row);
    notes::put_into(pool, &mut rows).await?;
    Ok(rows.pop())
}

/// The number of the next link of a meeting.
pub(super) async fn next_edition(change: &mut Change, meeting: &str) -> Result<u32, LedgerError> {
    let select = "SELECT COUNT(*) AS n FROM links WHERE meeting = $1 AND meeting <> ''";
    let row = sqlx::query(select)
        .bind(meeting.to_owned())
        .fetch_one(change.connection())
        .await?;
    let later: i64 = row.try_get("n")?;
    Ok(u32::try_from(later).unwrap_or(u32::MAX).saturating_add(1))
}

pub(super) fn read(row: &AnyRow) -> Result<LinkRow, LedgerError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let time = |column: &str| moment(row.try_get(column)?);
    let seq: i64 = row.try_get("seq")?;
    let edition: i64 = row.try_get("edition")?;
    let record = LinkRecord {
        jti: text("jti")?,
        kid: text("kid")?,
        room: text("room")?,
        name: text("name")?,
        affiliation: text("affiliation")?,
        issued_at: time("issued_at")?,
        opens_at: time("opens_at")?,
        expires_at: time("expires_at")?,
        claims: text("claims")?,
        person: text("person")?,
        parent: text("parent")?,
        meeting: text("meeting")?,
        edition: u32::try_from(edition).map_err(|_| LedgerError::Row { what: "links" })?,
    };
    Ok(LinkRow {
        seq: u64::try_from(seq).map_err(|_| LedgerError::Row { what: "links" })?,
        issued_by: text("issued_by")?,
        record,
        origin: origin(row)?,
        note: None,
    })
}

fn origin(row: &AnyRow) -> Result<Option<Origin>, LedgerError> {
    let Some(kid) = row.try_get::<Option<String>, _>("parent_kid")? else {
        return Ok(None);
    };
    Ok(Some(Origin {
        kid,
        person: row.try_get("parent_person")?,
        issued_at: moment(row.try_get("parent_at")?)?,
    }))
}
