//! Many links at once: a table with a row a link in, a table with their links out.
//!
//! Every row is read before any is signed, and everything that is wrong is told by its row and column.

mod answer;
mod cells;
mod error;
mod row;

use csv::{ByteRecord, ReaderBuilder};
use jiff::tz::TimeZone;
use room_token::{Grant, Timestamp, Validity};

pub use self::answer::answer;
use self::cells::Columns;
pub use self::error::{BatchError, RowError};
use crate::BaseUrl;

/// What a table asks for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Batch {
    /// The rows that can be signed.
    pub rows: Vec<BatchRow>,
    /// What is wrong with the others.
    pub errors: Vec<RowError>,
}

/// One link that is to be signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BatchRow {
    /// Its row, as a spreadsheet counts: the names of the columns are in row 1.
    pub row: usize,
    /// What the bearer may do.
    pub grant: Grant,
    /// From when to when.
    pub validity: Validity,
}

impl Batch {
    /// The most rows of a table, without the names of its columns.
    pub const MAX_ROWS: usize = 10_000;
    /// The most bytes of a table.
    pub const MAX_BYTES: usize = 8 * 1024 * 1024;

    /// Reads a table: comma, semicolon or tab between cells, as its first line has them. Times without an offset are by
    /// the clocks of `zone`; UTC, if that is empty.
    ///
    /// # Errors
    /// [`BatchError`]: it is no such table. What is wrong with single rows is in the batch.
    pub fn parse(
        bytes: &[u8],
        base_url: &BaseUrl,
        zone: &str,
        now: Timestamp,
    ) -> Result<Self, BatchError> {
        let zone = read_zone(zone)?;
        let text = std::str::from_utf8(bytes).map_err(|_| BatchError::Encoding)?;
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter(text))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut batch = Self::default();
        let mut columns = None;
        for (index, record) in reader.byte_records().enumerate() {
            let record = record.map_err(|_| BatchError::Unreadable { row: index + 1 })?;
            let Some(columns) = &columns else {
                columns = Some(Columns::parse(&record)?);
                continue;
            };
            if index > Self::MAX_ROWS {
                return Err(BatchError::TooMany);
            }
            let context = row::Context {
                columns,
                base_url,
                zone: &zone,
                now,
            };
            batch.add(&context, index + 1, &record);
        }
        if batch.rows.is_empty() && batch.errors.is_empty() {
            return Err(BatchError::Empty);
        }
        Ok(batch)
    }

    fn add(&mut self, context: &row::Context<'_>, row: usize, record: &ByteRecord) {
        // Spreadsheets leave empty rows behind.
        if record.iter().all(<[u8]>::is_empty) {
            return;
        }
        match context.read(row, record) {
            Ok((grant, validity)) => self.rows.push(BatchRow {
                row,
                grant,
                validity,
            }),
            Err(errors) => self.errors.extend(errors),
        }
    }
}

fn read_zone(typed: &str) -> Result<TimeZone, BatchError> {
    match typed.trim() {
        "" => Ok(TimeZone::UTC),
        name => TimeZone::get(name).map_err(|_| BatchError::Zone),
    }
}

/// What stands most often between the names of the columns.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: &u8| first.bytes().filter(|byte| byte == mark).count();
    // Of equals the last counts, so the comma is named last.
    b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',')
}

#[cfg(test)]
mod tests;
