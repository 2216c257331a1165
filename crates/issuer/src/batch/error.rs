//! What can be wrong with a table.

use thiserror::Error;

use super::Batch;

/// Why something is no table of links.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum BatchError {
    /// There is no such column.
    #[error("row 1: there is no column `{name}`; use {known}")]
    Column {
        /// As it stands there.
        name: String,
        /// Those there are.
        known: String,
    },
    /// Two columns have one name.
    #[error("row 1: the column `{name}` is there twice; leave one out")]
    Double {
        /// Which.
        name: String,
    },
    /// No row at all.
    #[error(
        "the table has no rows; put the names of the columns in the first row, and a link in each of the others"
    )]
    Empty,
    /// Another encoding.
    #[error("the table is not in UTF-8; save it as “CSV UTF-8”")]
    Encoding,
    /// No room is named.
    #[error("row 1: there is no column `room`; name one so")]
    NoRoom,
    /// More rows than one batch may have.
    #[error("the table has more than {} rows; make it several", Batch::MAX_ROWS)]
    TooMany,
    /// A row that ends nowhere.
    #[error("row {row}: a cell cannot be read; does each quotation mark have its end?")]
    Unreadable {
        /// Which.
        row: usize,
    },
    /// No time zone of this name.
    #[error("there is no such time zone; write it like Europe/Berlin")]
    Zone,
}

/// What is wrong with a cell.
#[derive(Clone, Debug, Eq, Error, PartialEq, serde::Serialize)]
#[error("row {row}, {column}: {detail}")]
pub struct RowError {
    /// As a spreadsheet counts: the names of the columns are in row 1.
    pub row: usize,
    /// The column's name.
    pub column: &'static str,
    /// What is wrong, and how to mend it.
    pub detail: String,
}
