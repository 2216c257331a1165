//! Files that hold no secret: key sets and feeds.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::SystemTime;

use room_token::{KeySet, Revocations, RootKey, StatusList};

use crate::failure::Failure;

/// Reads a key set: a signed one if there is a root key, else a plain one.
pub(crate) fn read_key_set(path: &Path, root: Option<&RootKey>) -> Result<KeySet, Failure> {
    let text = read(path, KeySet::MAX_SIGNED_BYTES).map_err(|e| {
        Failure::new(
            format!("cannot read the key set {}: {e}", path.display()),
            "write one with `roompass keys export FILE.pem -o FILE.jwks.json`",
        )
    })?;
    KeySet::read(&text, root).map_err(|e| Failure::because(&path.display().to_string(), &e))
}

/// Reads the public half of a root key, if there is one to check with.
pub(crate) fn read_root_key(path: Option<&Path>) -> Result<Option<RootKey>, Failure> {
    let Some(path) = path else {
        return Ok(None);
    };
    let jwk = read(path, KeySet::MAX_BYTES).map_err(|e| {
        Failure::new(
            format!("cannot read the root key {}: {e}", path.display()),
            "write it with `roompass keys root FILE.pem -o FILE.jwk.json`",
        )
    })?;
    let root = RootKey::parse(&jwk).map_err(|fault| {
        let what = format!("{}: the root key {fault}", path.display());
        Failure::new(
            what,
            "write it with `roompass keys root FILE.pem -o FILE.jwk.json`",
        )
    })?;
    Ok(Some(root))
}

/// Reads one public key.
pub(crate) fn read_jwk(path: &Path) -> Result<String, Failure> {
    let jwk = read(path, KeySet::MAX_BYTES).map_err(|e| {
        let hint = "ask the other team for its public key as a JWK: {\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":…}";
        Failure::new(format!("cannot read the key {}: {e}", path.display()), hint)
    })?;
    Ok(String::from_utf8_lossy(&jwk).into_owned())
}

/// Reads the feed of what was taken back.
pub(crate) fn read_feed(path: &Path) -> Result<String, Failure> {
    let feed = read(path, Revocations::MAX_BYTES).map_err(|e| {
        Failure::new(
            format!("cannot read the feed {}: {e}", path.display()),
            "write one with `roompass revoke --sign-with FILE.pem --feed FILE`",
        )
    })?;
    Ok(String::from_utf8_lossy(&feed).into_owned())
}

/// Reads a status list, as its issuer signed it.
pub(crate) fn read_status_list(path: &Path) -> Result<String, Failure> {
    let list = read(path, StatusList::MAX_BYTES).map_err(|e| {
        Failure::new(
            format!("cannot read the status list {}: {e}", path.display()),
            "fetch it from the address that the tokens name in `status`",
        )
    })?;
    Ok(String::from_utf8_lossy(&list).into_owned())
}

/// Changes whenever a file is replaced: when it was written, and its length.
pub(crate) type Stamp = (SystemTime, u64);

/// As it is now.
pub(crate) fn stamp(path: &Path) -> io::Result<Stamp> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.modified()?, metadata.len()))
}

/// One byte more than there may be, so that the parser sees that it is too long; never a whole disk.
pub(crate) fn read(path: &Path, max_bytes: usize) -> io::Result<Vec<u8>> {
    let most = u64::try_from(max_bytes)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Puts a file in its place whole or not at all, readable by everybody: a shard may be reading it right now.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    write_whole(path, text.as_bytes(), make_public).map_err(|e| unwritable(path, &e))
}

/// The same for what holds a link, readable by its owner alone.
pub(crate) fn replace_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_whole(path, bytes, |_| Ok(())).map_err(|e| unwritable(path, &e))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        format!("cannot write {}: {error}", path.display()),
        "choose a folder that exists and is yours",
    )
}

/// A temporary file is its owner's alone until `publish` says otherwise.
fn write_whole(
    path: &Path,
    bytes: &[u8],
    publish: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".roompass-")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    publish(file.path())?;
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
