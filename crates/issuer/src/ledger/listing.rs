//! Which links somebody looks for, a page at a time, as quick among a million as among ten.
//!
//! Of several conditions the first that few rows meet is looked up in its index, and the others are held against those
//! rows. Where each is met by many, the newest rows are looked through, so many a page; the next page goes on there.

use room_token::Timestamp;
use sqlx::{AnyPool, Row};

use super::LedgerError;
use super::conditions::{Conditions, Style};
use super::links::{self, LinkRow};
use super::notes;
use super::taken::Taken;

/// Where a link is in its life. What has ended cannot be taken back any more.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum LinkState {
    Ended,
    Open,
    Revoked,
    ToCome,
}

impl LinkState {
    pub(crate) const ALL: [Self; 4] = [Self::Open, Self::ToCome, Self::Ended, Self::Revoked];

    /// As a person reads it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Open => "open",
            Self::Revoked => "revoked",
            Self::ToCome => "to come",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    pub(crate) fn of(row: &LinkRow, taken: &Taken, now: Timestamp) -> Self {
        if now >= row.record.expires_at {
            Self::Ended
        } else if taken.entry_of(row).is_some() {
            Self::Revoked
        } else if now < row.record.opens_at {
            Self::ToCome
        } else {
            Self::Open
        }
    }
}

/// Which links to list; what is empty is no condition.
#[derive(Clone, Debug, Default)]
pub(crate) struct LinkFilter {
    /// The room's name begins with one of these.
    pub(crate) within: Vec<String>,
    /// And with this.
    pub(crate) room: String,
    /// The person's name begins so, or this is their id.
    pub(crate) person: String,
    /// Who issued it.
    pub(crate) issuer: String,
    pub(crate) state: Option<LinkState>,
    /// Older than the link of this number.
    pub(crate) before: Option<u64>,
}

/// Some links, and where the next page begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct LinkPage {
    pub(crate) rows: Vec<LinkRow>,
    pub(crate) next: Option<u64>,
}

/// How much work a page may be.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// What fewer rows meet is sorted in memory.
    pub(super) few: i64,
    /// So many numbers are looked through for one page, if no index narrows them down.
    pub(super) window: i64,
}

impl Bounds {
    pub(super) const DEFAULT: Self = Self {
        few: 5000,
        window: 50_000,
    };
}

/// A search.
pub(super) struct Search<'a> {
    pub(super) filter: &'a LinkFilter,
    pub(super) taken: &'a Taken,
    pub(super) now: Timestamp,
    pub(super) bounds: Bounds,
}

/// Counts as far as it is told to.
const COUNT: &str = "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM links l WHERE ";

/// One condition of a filter.
#[derive(Clone, Copy)]
enum Condition {
    Alive,
    Ended,
    Issuer,
    NotRevoked,
    Open,
    Person,
    Revoked,
    Room,
    ToCome,
    Within,
}

impl Search<'_> {
    /// The newest first, at most so many.
    pub(super) async fn page(&self, pool: &AnyPool, most: usize) -> Result<LinkPage, LedgerError> {
        let conditions = self.conditions();
        let few = self.few(pool, &conditions).await?;
        let before = match self.filter.before {
            Some(before) => i64::try_from(before).unwrap_or(i64::MAX),
            None => newest(pool).await?.saturating_add(1),
        };
        let bottom = match few {
            Some(_) => 0,
            None => before.saturating_sub(self.bounds.window),
        };
        let mut query = Conditions::new(links::SELECT);
        query.text(" WHERE l.seq < ");
        query.number(before);
        query.text(" AND l.seq >= ");
        query.number(bottom);
        for (index, condition) in conditions.iter().enumerate() {
            query.text(" AND ");
            if few == Some(index) {
                query.text("l.seq IN (SELECT l.seq FROM links l WHERE ");
                self.push(&mut query, *condition, Style::Indexed);
                query.text(")");
            } else {
                self.push(&mut query, *condition, Style::Plain);
            }
        }
        query.text(" ORDER BY l.seq DESC LIMIT ");
        query.number(i64::try_from(most + 1).unwrap_or(i64::MAX));
        let rows = query.fetch_all(pool).await?;
        let rows: Result<Vec<_>, _> = rows.iter().map(links::read).collect();
        let mut page = cut(rows?, most, bottom);
        notes::put_into(pool, &mut page.rows).await?;
        Ok(page)
    }

    /// How many links it finds that have not ended; at most so many are counted.
    pub(super) async fn count_alive(&self, pool: &AnyPool, most: i64) -> Result<i64, LedgerError> {
        let mut query = Conditions::new(COUNT);
        self.push(&mut query, Condition::Alive, Style::Indexed);
        for condition in self.conditions() {
            query.text(" AND ");
            self.push(&mut query, condition, Style::Indexed);
        }
        finish_count(query, pool, most).await
    }

    fn conditions(&self) -> Vec<Condition> {
        let filter = self.filter;
        let texts = [
            (Condition::Person, filter.person.is_empty()),
            (Condition::Room, filter.room.is_empty()),
            (Condition::Within, filter.within.is_empty()),
            (Condition::Issuer, filter.issuer.is_empty()),
        ];
        let texts = texts.into_iter().filter(|(_, is_empty)| !is_empty);
        let state: &[Condition] = match filter.state {
            None => &[],
            Some(LinkState::Ended) => &[Condition::Ended],
            Some(LinkState::Revoked) => &[Condition::Alive, Condition::Revoked],
            Some(LinkState::Open) => &[Condition::Alive, Condition::Open, Condition::NotRevoked],
            Some(LinkState::ToCome) => {
                &[Condition::Alive, Condition::ToCome, Condition::NotRevoked]
            }
        };
        let state = state.iter().copied();
        state.chain(texts.map(|(condition, _)| condition)).collect()
    }

    /// The first condition that few rows meet.
    async fn few(
        &self,
        pool: &AnyPool,
        conditions: &[Condition],
    ) -> Result<Option<usize>, LedgerError> {
        for (index, condition) in conditions.iter().enumerate() {
            if !condition.has_index() {
                continue;
            }
            let mut query = Conditions::new(COUNT);
            self.push(&mut query, *condition, Style::Indexed);
            let few = self.bounds.few;
            if finish_count(query, pool, few).await? < few {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn push(&self, query: &mut Conditions, condition: Condition, style: Style) {
        let filter = self.filter;
        let after = |query: &mut Conditions, column: &str, sign: &str| {
            query.text(&format!("{} {sign} ", style.number("l", column)));
            query.time(self.now);
        };
        match condition {
            Condition::Alive => after(query, "expires_at", ">"),
            Condition::Ended => after(query, "expires_at", "<="),
            Condition::Open => after(query, "opens_at", "<="),
            Condition::ToCome => after(query, "opens_at", ">"),
            Condition::Issuer => query.is(&style.text("l", "issued_by"), &filter.issuer),
            Condition::Room => query.begins(&style.text("l", "room"), &filter.room),
            Condition::Within => within(query, style, &filter.within),
            Condition::Person => person(query, style, &filter.person),
            Condition::Revoked => self.taken.push(query, style),
            Condition::NotRevoked => {
                query.text("NOT ");
                self.taken.push(query, style);
            }
        }
    }
}

impl Condition {
    /// Whether a look into an index says how many rows meet it.
    const fn has_index(self) -> bool {
        match self {
            Self::Alive
            | Self::Ended
            | Self::Issuer
            | Self::Person
            | Self::Revoked
            | Self::Room
            | Self::Within => true,
            Self::NotRevoked | Self::Open | Self::ToCome => false,
        }
    }
}

pub(super) fn within(query: &mut Conditions, style: Style, starts: &[String]) {
    let mut joint = "(";
    for start in starts {
        query.text(joint);
        query.begins(&style.text("l", "room"), start);
        joint = " OR ";
    }
    query.text(")");
}

fn person(query: &mut Conditions, style: Style, typed: &str) {
    query.text("(");
    query.begins(&style.text("l", "sought"), &typed.to_lowercase());
    query.text(" OR (l.person <> '' AND ");
    query.is(&style.text("l", "person"), typed);
    query.text("))");
}

async fn finish_count(
    mut query: Conditions,
    pool: &AnyPool,
    most: i64,
) -> Result<i64, LedgerError> {
    query.text(" LIMIT ");
    query.number(most);
    query.text(") AS found");
    let rows = query.fetch_all(pool).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.try_get("n"))?)
}

async fn newest(pool: &AnyPool) -> Result<i64, LedgerError> {
    let select = sqlx::query("SELECT COALESCE(MAX(seq), 0) AS n FROM links");
    Ok(select.fetch_one(pool).await?.try_get("n")?)
}

fn cut(mut rows: Vec<LinkRow>, most: usize, bottom: i64) -> LinkPage {
    let is_full = rows.len() > most;
    rows.truncate(most);
    let next = match rows.last() {
        Some(last) if is_full => Some(last.seq),
        Some(_) | None => u64::try_from(bottom).ok().filter(|bottom| *bottom > 1),
    };
    LinkPage { rows, next }
}

/// What is open at some time from one until the other, by its end; at most so many.
pub(super) async fn between(
    pool: &AnyPool,
    within_rooms: &[String],
    room: &str,
    (from, until): (Timestamp, Timestamp),
    most: usize,
) -> Result<Vec<LinkRow>, LedgerError> {
    let mut query = Conditions::new(links::SELECT);
    query.text(" WHERE l.expires_at > ");
    query.time(from);
    query.text(" AND (l.opens_at + 0) < ");
    query.time(until);
    if !within_rooms.is_empty() {
        query.text(" AND ");
        within(&mut query, Style::Plain, within_rooms);
    }
    if !room.is_empty() {
        query.text(" AND ");
        query.begins(&Style::Plain.text("l", "room"), room);
    }
    query.text(" ORDER BY l.expires_at, l.seq LIMIT ");
    query.number(i64::try_from(most).unwrap_or(i64::MAX));
    let rows = query.fetch_all(pool).await?;
    let mut rows = rows
        .iter()
        .map(links::read)
        .collect::<Result<Vec<_>, _>>()?;
    notes::put_into(pool, &mut rows).await?;
    Ok(rows)
}
