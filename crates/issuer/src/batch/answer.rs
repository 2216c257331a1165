//! The table that comes back: a row a link, with the link in it.

use csv::WriterBuilder;
use room_token::DisplayName;

use super::{BatchRow, RowError};
use crate::IssuedLink;

const COLUMNS: [&str; 9] = [
    "row",
    "room",
    "name",
    "affiliation",
    "opens_at",
    "expires_at",
    "token_id",
    "link",
    "error",
];

/// The links, and what was left out, each by its row of the table that was read. Times are RFC 3339, in UTC.
pub fn answer(rows: &[BatchRow], links: &[IssuedLink], errors: &[RowError]) -> String {
    let mut table: Vec<_> = rows
        .iter()
        .zip(links)
        .map(|(row, link)| (row.row, of_link(row.row, link)))
        .chain(errors.iter().map(|error| (error.row, of_error(error))))
        .collect();
    table.sort_by_key(|(row, _)| *row);
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    // Writing to memory does not fail.
    writer.write_record(COLUMNS).ok();
    for (_, line) in table {
        writer.write_record(line).ok();
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn of_link(row: usize, issued: &IssuedLink) -> [String; 9] {
    let (person, validity) = (issued.grant.person(), issued.validity);
    let name = person.name().map(DisplayName::to_string);
    [
        row.to_string(),
        issued.grant.room().to_string(),
        name.unwrap_or_default(),
        person.affiliation().as_str().to_owned(),
        validity.opens_at().to_string(),
        validity.expires_at().to_string(),
        issued.id.to_string(),
        issued.link.as_str().to_owned(),
        String::new(),
    ]
}

fn of_error(error: &RowError) -> [String; 9] {
    let mut cells: [String; 9] = Default::default();
    let [row, .., text] = &mut cells;
    *row = error.row.to_string();
    *text = format!("{}: {}", error.column, error.detail);
    cells
}
