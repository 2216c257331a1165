//! The links that were issued: what was signed, never the token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room_token::{DisplayName, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyPool, QueryBuilder, Row};

use super::change::Change;
use super::{LedgerError, moment, seconds};
use crate::IssuedLink;

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
}

impl LinkRecord {
    /// What of a link may be kept: all of the token but what makes it one, its signature.
    pub fn of(issued: &IssuedLink) -> Self {
        let (grant, validity) = (&issued.grant, &issued.validity);
        let person = grant.person();
        Self {
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
            claims: claims(issued.token.as_str()),
        }
    }
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
}

pub(super) async fn insert(
    change: &mut Change,
    actor: &str,
    record: &LinkRecord,
) -> Result<(), LedgerError> {
    let claims = record.claims.clone();
    let seq = change.note(actor, ISSUE, &record.jti, claims).await?;
    let insert = "INSERT INTO links (seq, jti, kid, room, name, affiliation, issued_by, issued_at, opens_at, expires_at) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
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
        .execute(change.connection())
        .await?;
    Ok(())
}

/// The action of a link's entry.
pub(super) const ISSUE: &str = "link.issue";

/// The link of this token, if it is ours.
pub(super) async fn find(pool: &AnyPool, jti: &str) -> Result<Option<LinkRow>, LedgerError> {
    let select = "SELECT l.*, e.detail AS claims FROM links l JOIN entries e ON e.seq = l.seq WHERE l.jti = $1";
    let row = sqlx::query(select)
        .bind(jti.to_owned())
        .fetch_optional(pool)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Which links to list.
#[derive(Clone, Debug, Default)]
pub(crate) struct LinkFilter {
    /// The room's name begins with one of these; none is no bound.
    pub(crate) within: Vec<String>,
    /// And with this.
    pub(crate) room: String,
    /// Older than the link of this number.
    pub(crate) before: Option<u64>,
}

/// The newest first. By number, so that a page far down is as quick as the first.
pub(super) async fn list(
    pool: &AnyPool,
    filter: &LinkFilter,
    most: usize,
) -> Result<Vec<LinkRow>, LedgerError> {
    let before = filter.before.unwrap_or(i64::MAX.unsigned_abs());
    let select = "SELECT l.*, e.detail AS claims FROM links l JOIN entries e ON e.seq = l.seq WHERE l.seq < ";
    let mut query = QueryBuilder::<Any>::new(select);
    query.push_bind(i64::try_from(before).unwrap_or(i64::MAX));
    if !filter.room.is_empty() {
        query.push(" AND ");
        begins(&mut query, &filter.room);
    }
    let mut joint = " AND (";
    for start in &filter.within {
        query.push(joint);
        begins(&mut query, start);
        joint = " OR ";
    }
    if !filter.within.is_empty() {
        query.push(")");
    }
    query.push(" ORDER BY l.seq DESC LIMIT ");
    query.push_bind(i64::try_from(most).unwrap_or(i64::MAX));
    let rows = query.build().fetch_all(pool).await?;
    rows.iter().map(read).collect()
}

/// A prefix, without `LIKE`, which folds cases on one database and not on the other.
fn begins(query: &mut QueryBuilder<Any>, start: &str) {
    query.push("substr(l.room, 1, ");
    query.push_bind(i64::try_from(start.chars().count()).unwrap_or(i64::MAX));
    query.push(") = ");
    query.push_bind(start.to_owned());
}

pub(super) fn read(row: &AnyRow) -> Result<LinkRow, LedgerError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let time = |column: &str| moment(row.try_get(column)?);
    let seq: i64 = row.try_get("seq")?;
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
    };
    Ok(LinkRow {
        seq: u64::try_from(seq).map_err(|_| LedgerError::Row { what: "links" })?,
        issued_by: text("issued_by")?,
        record,
    })
}
