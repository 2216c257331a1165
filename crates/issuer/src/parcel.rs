//! Many links in one file: the table, and for each link a calendar entry and a code (a ZIP archive, APPNOTE 6.3).

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{Edition, Invitation, Method, QrCode};

/// Files on their way into one. Each part stands by itself; what cannot be made of a link is left out.
pub(crate) struct Parcel {
    archive: ZipWriter<Cursor<Vec<u8>>>,
}

impl Parcel {
    /// A code of so many links takes a second or two; whoever has more takes the table.
    pub(crate) const MOST_LINKS: usize = 500;

    /// Begins with the table of all of them. `None` if it does not fit into an archive.
    pub(crate) fn new(table: &str) -> Option<Self> {
        let mut parcel = Self {
            archive: ZipWriter::new(Cursor::new(Vec::new())),
        };
        parcel.put("links.csv", table.as_bytes())?;
        Some(parcel)
    }

    /// Adds the calendar file and the code of a link, named after its row and its room.
    pub(crate) fn add(
        &mut self,
        row: usize,
        invitation: &Invitation<'_>,
        edition: &Edition,
        room: &str,
    ) -> Option<()> {
        let name = format!("{row:04}-{}", file_name(room));
        if let Some(calendar) = invitation.calendar(Method::Publish, edition) {
            self.put(&format!("{name}.ics"), calendar.as_bytes())?;
        }
        let image = QrCode::of(invitation.link()).and_then(|code| code.to_png(6));
        if let Ok(image) = image {
            self.put(&format!("{name}.png"), &image)?;
        }
        Some(())
    }

    pub(crate) fn finish(self) -> Option<Vec<u8>> {
        Some(self.archive.finish().ok()?.into_inner())
    }

    /// Images are packed already, and a calendar file is short: nothing is compressed. Links are its owner's alone, so
    /// the files are to be as well (0600).
    fn put(&mut self, name: &str, bytes: &[u8]) -> Option<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .unix_permissions(0o600);
        self.archive.start_file(name, options).ok()?;
        self.archive.write_all(bytes).ok()
    }
}

/// What every system takes for a part of a file's name.
fn file_name(room: &str) -> String {
    let plain = |letter: char| {
        let is_plain = letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        if is_plain { letter } else { '-' }
    };
    room.chars().map(plain).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_folder() {
        assert_eq!(file_name("weekly%20sync"), "weekly-20sync");
        assert_eq!(file_name("[acme]../../x"), "-acme-------x");
        assert_eq!(file_name(&"a".repeat(200)).len(), 60);
    }
}
