//! Documents on disk: read up to a limit, and put in their place whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::document::Document;

/// Reads a file.
pub(crate) fn read(path: &Path, limit: usize) -> io::Result<Document> {
    let at_most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let file = File::open(path)?;
    let size = usize::try_from(file.metadata()?.len()).unwrap_or(0);
    let mut bytes = Vec::with_capacity(size.min(limit).saturating_add(1));
    file.take(at_most).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(io::Error::other(format!("more than {limit} bytes")));
    }
    Ok(Document::of(bytes))
}

/// Writes a file for Prosody's user and group alone, over an older one in a single step: a reader sees one or the
/// other, also after a crash.
pub(crate) fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o750)
        .create(folder)?;
    let new = beside(path);
    let written = write_whole(&new, bytes).and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // What is half there helps nobody; the first error is the one to tell.
        fs::remove_file(&new).ok();
        return written;
    }
    File::open(folder)?.sync_all()
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o640);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A name that no other writer of this server has: two doors may keep the same copy at once.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{:?}.new", std::thread::current().id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("roompass-{name}-{}", std::process::id()));
        fs::remove_dir_all(&folder).ok();
        folder
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let folder = folder("kept");
        let path = folder.join("a/feed");
        for text in ["one", "two"] {
            keep(&path, text.as_bytes()).unwrap();
            assert_eq!(read(&path, 3).unwrap().bytes(), text.as_bytes());
        }
        assert!(read(&path, 2).is_err(), "too long");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_copy_that_cannot_be_written_leaves_the_old_one() {
        let folder = folder("whole");
        let path = folder.join("feed");
        keep(&path, b"one").unwrap();
        assert!(keep(&path.join("below"), b"two").is_err());
        assert_eq!(read(&path, 9).unwrap().bytes(), b"one");
        fs::remove_dir_all(folder).unwrap();
    }
}
