//! Files that hold no secret: key sets.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use room_token::KeySet;

use crate::failure::Failure;

/// Reads a key set.
pub(crate) fn read_key_set(path: &Path) -> Result<KeySet, Failure> {
    let json = read(path).map_err(|e| {
        Failure::new(
            format!("cannot read the key set {}: {e}", path.display()),
            "write one with `roompass keys export FILE.pem -o FILE.jwks.json`",
        )
    })?;
    KeySet::parse(&json).map_err(|e| Failure::because(&path.display().to_string(), &e))
}

/// One byte more than a key set may have, so that the parser sees that it is too long; never a whole disk.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let most = u64::try_from(KeySet::MAX_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Puts a file in its place whole or not at all, readable by everybody: a shard may be reading it right now.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    write_whole(path, text).map_err(|e| {
        Failure::new(
            format!("cannot write {}: {e}", path.display()),
            "choose a folder that exists and is yours",
        )
    })
}

fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".roompass-")
        .tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    make_public(file.path())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

#[cfg(unix)]
fn make_public(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_public(path: &Path) -> io::Result<()> {
    fs::metadata(path).map(drop)
}
