//! Which column is which.

use csv::ByteRecord;

use super::BatchError;

/// The columns that a table may have, in any order; `room` it must have.
pub(super) const NAMES: [&str; 12] = [
    "room",
    "name",
    "affiliation",
    "id",
    "email",
    "avatar",
    "start",
    "end",
    "lifetime",
    "join_by",
    "seats",
    "max_occupants",
];

/// Where each is.
#[derive(Debug)]
pub(super) struct Columns(Vec<&'static str>);

impl Columns {
    pub(super) fn parse(record: &ByteRecord) -> Result<Self, BatchError> {
        let mut found: Vec<&'static str> = Vec::new();
        for cell in record {
            let name = String::from_utf8_lossy(cell).trim().to_lowercase();
            let known = NAMES.into_iter().find(|known| *known == name);
            let known = known.ok_or_else(|| BatchError::Column {
                name: name.clone(),
                known: NAMES.join(", "),
            })?;
            if found.contains(&known) {
                return Err(BatchError::Double { name });
            }
            found.push(known);
        }
        if !found.contains(&"room") {
            return Err(BatchError::NoRoom);
        }
        Ok(Self(found))
    }

    /// What stands in a column; nothing, if there is none.
    pub(super) fn cell<'r>(&self, record: &'r ByteRecord, name: &str) -> &'r str {
        let index = self.0.iter().position(|known| *known == name);
        let cell = index.and_then(|index| record.get(index));
        std::str::from_utf8(cell.unwrap_or_default())
            .unwrap_or_default()
            .trim()
    }

    /// Whether a row has more cells than there are columns.
    pub(super) fn is_too_long(&self, record: &ByteRecord) -> bool {
        record
            .iter()
            .skip(self.0.len())
            .any(|cell| !cell.is_empty())
    }
}
