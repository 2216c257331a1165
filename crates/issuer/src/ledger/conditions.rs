//! Conditions on rows, put together so that both databases take the way we mean.

use room_token::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe};

use super::{LedgerError, seconds};

/// Whether the database may use an index for a column.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Style {
    /// It may.
    Indexed,
    /// It has rows already, and is to look at them: an expression is in no index.
    Plain,
}

impl Style {
    pub(super) fn text(self, table: &str, column: &str) -> String {
        match self {
            Self::Indexed => format!("{table}.{column}"),
            Self::Plain => format!("({table}.{column} || '')"),
        }
    }

    pub(super) fn number(self, table: &str, column: &str) -> String {
        match self {
            Self::Indexed => format!("{table}.{column}"),
            Self::Plain => format!("({table}.{column} + 0)"),
        }
    }
}

/// A query under way. What somebody typed is bound and never part of it. sqlx's own builder writes `?`, which
/// PostgreSQL does not know.
pub(super) struct Conditions {
    sql: String,
    values: Vec<Bound>,
}

enum Bound {
    Number(i64),
    Text(String),
}

impl Conditions {
    pub(super) fn new(sql: &str) -> Self {
        Self {
            sql: sql.to_owned(),
            values: Vec::new(),
        }
    }

    pub(super) async fn fetch_all(self, pool: &AnyPool) -> Result<Vec<AnyRow>, LedgerError> {
        let mut query = sqlx::query(AssertSqlSafe(self.sql));
        for value in self.values {
            query = match value {
                Bound::Number(number) => query.bind(number),
                Bound::Text(text) => query.bind(text),
            };
        }
        Ok(query.fetch_all(pool).await?)
    }

    /// For a statement that gives nothing back.
    pub(super) async fn execute(self, connection: &mut AnyConnection) -> Result<(), LedgerError> {
        let mut query = sqlx::query(AssertSqlSafe(self.sql));
        for value in self.values {
            query = match value {
                Bound::Number(number) => query.bind(number),
                Bound::Text(text) => query.bind(text),
            };
        }
        query.execute(connection).await?;
        Ok(())
    }

    pub(super) fn text(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    pub(super) fn number(&mut self, number: i64) {
        self.bind(Bound::Number(number));
    }

    pub(super) fn time(&mut self, at: Timestamp) {
        self.number(seconds(at));
    }

    pub(super) fn value(&mut self, text: &str) {
        self.bind(Bound::Text(text.to_owned()));
    }

    fn bind(&mut self, value: Bound) {
        self.values.push(value);
        let place = format!("${}", self.values.len());
        self.sql.push_str(&place);
    }

    pub(super) fn is(&mut self, column: &str, value: &str) {
        self.text(column);
        self.text(" = ");
        self.value(value);
    }

    /// None of none is never so.
    pub(super) fn one_of<'a>(&mut self, column: &str, values: impl Iterator<Item = &'a String>) {
        let mut values = values.peekable();
        if values.peek().is_none() {
            return self.text("1 = 0");
        }
        let mut joint = " IN (";
        self.text(column);
        for value in values {
            self.text(joint);
            self.value(value);
            joint = ", ";
        }
        self.text(")");
    }

    /// A beginning, as a range of bytes: `LIKE` folds cases on one database and not on the other.
    pub(super) fn begins(&mut self, column: &str, start: &str) {
        self.text("(");
        self.text(column);
        self.text(" >= ");
        self.value(start);
        if let Some(end) = after(start) {
            self.text(" AND ");
            self.text(column);
            self.text(" < ");
            self.value(&end);
        }
        self.text(")");
    }
}

/// The first text after all that begin so.
fn after(start: &str) -> Option<String> {
    let mut letters: Vec<_> = start.chars().collect();
    while let Some(last) = letters.pop() {
        // What lies between here and U+E000 are no characters.
        let next = if last == '\u{d7ff}' {
            Some('\u{e000}')
        } else {
            char::from_u32(u32::from(last) + 1)
        };
        if let Some(next) = next {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_ends_where_another_begins() {
        for (start, end) in [
            ("exam-", Some("exam.")),
            ("é", Some("ê")),
            ("a\u{10ffff}", Some("b")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("", None),
        ] {
            assert_eq!(after(start).as_deref(), end, "{start}");
        }
    }
}
