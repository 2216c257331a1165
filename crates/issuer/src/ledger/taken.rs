//! What was taken back, held against the ledger: of one link, whether; of all, which.

use std::collections::HashMap;

use room_token::{Revoked, RoomPattern, Timestamp};

use super::conditions::{Conditions, Style};
use super::links::LinkRow;
use crate::{Revocation, RevocationList};

/// The entries of a list that can hit a link.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taken {
    tokens: HashMap<String, Revocation>,
    /// Everything of a room, a key or a person until a time.
    watermarks: Vec<Revocation>,
}

/// So many single tokens are asked for in one statement; those that were taken back before are still seen one by one.
const MOST_TOKENS: usize = 10_000;

impl Taken {
    /// All of a list.
    pub(crate) fn of(list: &RevocationList) -> Self {
        let mut taken = Self::default();
        for entry in list.entries() {
            taken.add(entry.clone());
        }
        taken
    }

    /// One thing that is not taken back yet.
    pub(crate) fn only(entry: Revocation) -> Self {
        let mut taken = Self::default();
        taken.add(entry);
        taken
    }

    fn add(&mut self, entry: Revocation) {
        match &entry.what {
            Revoked::Token(id) => {
                self.tokens.insert(id.to_string(), entry);
            }
            Revoked::Key(_) | Revoked::Person(_) | Revoked::Room(_) => self.watermarks.push(entry),
        }
    }

    /// The entry that a link is dead by, as a door would find it: its own, or that of the owner's link it was made from.
    pub(crate) fn entry_of(&self, row: &LinkRow) -> Option<&Revocation> {
        let record = &row.record;
        let own = self.find(
            &record.jti,
            &record.kid,
            &record.person,
            &record.room,
            record.issued_at,
        );
        own.or_else(|| {
            if record.parent.is_empty() {
                return None;
            }
            match &row.origin {
                Some(origin) => self.find(
                    &record.parent,
                    &origin.kid,
                    &origin.person,
                    &record.room,
                    origin.issued_at,
                ),
                None => self.tokens.get(&record.parent),
            }
        })
    }

    fn find(
        &self,
        jti: &str,
        kid: &str,
        person: &str,
        room: &str,
        issued_at: Timestamp,
    ) -> Option<&Revocation> {
        let names = |what: &Revoked| match what {
            Revoked::Token(id) => id.as_str() == jti,
            Revoked::Key(id) => id.as_str() == kid,
            Revoked::Person(id) => !person.is_empty() && id == person,
            Revoked::Room(rooms) => rooms.matches(room),
        };
        let dead = |entry: &&Revocation| issued_at < entry.before && names(&entry.what);
        self.tokens
            .get(jti)
            .or_else(|| self.watermarks.iter().find(dead))
    }

    /// The same as a condition on rows `l`.
    pub(super) fn push(&self, query: &mut Conditions, style: Style) {
        query.text("(");
        self.push_own(query, "l", style);
        query.text(" OR (l.parent <> '' AND l.parent IN (SELECT o.jti FROM links o WHERE ");
        self.push_own(query, "o", Style::Indexed);
        query.text(")))");
    }

    /// Only what there is: SQLite leaves its indices as soon as one of several alternatives has none.
    fn push_own(&self, query: &mut Conditions, table: &str, style: Style) {
        query.text("(");
        let mut joint = "";
        if !self.tokens.is_empty() || self.watermarks.is_empty() {
            let tokens = self.tokens.keys().take(MOST_TOKENS);
            query.one_of(&style.text(table, "jti"), tokens);
            joint = " OR ";
        }
        for entry in &self.watermarks {
            query.text(joint);
            query.text("(");
            push_watermark(query, table, style, &entry.what);
            query.text(&format!(" AND {table}.issued_at < "));
            query.time(entry.before);
            query.text(")");
            joint = " OR ";
        }
        query.text(")");
    }
}

fn push_watermark(query: &mut Conditions, table: &str, style: Style, what: &Revoked) {
    match what {
        Revoked::Token(id) => query.is(&style.text(table, "jti"), id.as_str()),
        Revoked::Key(id) => query.is(&style.text(table, "kid"), id.as_str()),
        Revoked::Person(id) => {
            query.text(&format!("{table}.person <> '' AND "));
            query.is(&style.text(table, "person"), id);
        }
        Revoked::Room(RoomPattern::Exact(room)) => {
            query.is(&style.text(table, "room"), room.as_str());
        }
        Revoked::Room(pattern @ RoomPattern::Prefix { .. }) => {
            let pattern = pattern.to_string();
            let room = style.text(table, "room");
            match pattern.trim_end_matches('*') {
                // Every room, but none of a tenant's.
                "" => {
                    query.text("NOT ");
                    query.begins(&room, "[");
                }
                start => query.begins(&room, start),
            }
        }
    }
}
