//! Files that hold a secret: read only if nobody else can.

use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use thiserror::Error;
use zeroize::Zeroizing;

/// More than any secret of ours; a wrong path must not fill the memory.
const MAX_BYTES: u64 = 64 * 1024;

/// Reads a secret's text.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, PrivateFileError> {
    // Looked at before it is opened, because opening a named pipe waits; and after, because it may have changed.
    check(path, &fs::metadata(path).map_err(|e| fault(path, &e))?)?;
    let mut file = File::open(path).map_err(|e| fault(path, &e))?;
    check(path, &file.metadata().map_err(|e| fault(path, &e))?)?;
    let mut text = Zeroizing::new(String::new());
    let read = file.by_ref().take(MAX_BYTES + 1).read_to_string(&mut text);
    let bytes = read.map_err(|e| fault(path, &e))?;
    if u64::try_from(bytes).map_or(true, |bytes| bytes > MAX_BYTES) {
        return Err(PrivateFileError::TooLong {
            path: path.to_owned(),
        });
    }
    Ok(text)
}

fn check(path: &Path, metadata: &Metadata) -> Result<(), PrivateFileError> {
    let path = || path.to_owned();
    if !metadata.is_file() {
        return Err(PrivateFileError::NotAFile { path: path() });
    }
    match mode_for_others(metadata) {
        None => Ok(()),
        Some(mode) => Err(PrivateFileError::Loose { path: path(), mode }),
    }
}

/// The mode, if it gives group or others anything.
#[cfg(unix)]
fn mode_for_others(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    const GROUP_AND_OTHERS: u32 = 0o077;
    let mode = metadata.permissions().mode() & 0o7777;
    (mode & GROUP_AND_OTHERS != 0).then_some(mode)
}

#[cfg(not(unix))]
fn mode_for_others(_metadata: &Metadata) -> Option<u32> {
    None
}

fn fault(path: &Path, error: &std::io::Error) -> PrivateFileError {
    let path = path.to_owned();
    if error.kind() == std::io::ErrorKind::NotFound {
        return PrivateFileError::Absent { path };
    }
    PrivateFileError::Unreadable {
        path,
        why: error.to_string(),
    }
}

/// Why a file that holds a secret was not read.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum PrivateFileError {
    /// No such file.
    #[error("{} does not exist; check the path", path.display())]
    Absent {
        /// Which.
        path: PathBuf,
    },
    /// Group or others may read or write it.
    #[error("{0} is open to other users of this machine (mode {mode:04o}); run `chmod 600 {0}`, and replace the secret if they may have read it", path.display())]
    Loose {
        /// Which.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A folder, a pipe or the like.
    #[error("{} is not a regular file; give the path of the file itself", path.display())]
    NotAFile {
        /// Which.
        path: PathBuf,
    },
    /// Over 64 KiB.
    #[error("{} has more than 64 KiB; is it the right file?", path.display())]
    TooLong {
        /// Which.
        path: PathBuf,
    },
    /// The system said no, or it is not text.
    #[error("{} cannot be read ({why}); does it belong to the user who runs this?", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// In the system's words.
        why: String,
    },
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn file_with(text: &[u8], mode: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn what_others_can_touch_is_refused() {
        for mode in [0o600, 0o400] {
            let (_folder, path) = file_with(b"secret", mode);
            assert_eq!(read(&path).unwrap().as_str(), "secret");
        }
        for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o644] {
            let (_folder, path) = file_with(b"secret", mode);
            let error = read(&path).unwrap_err();
            assert_eq!(
                error,
                PrivateFileError::Loose {
                    path: path.clone(),
                    mode
                }
            );
            let advice = format!("run `chmod 600 {}`", path.display());
            assert!(error.to_string().contains(&advice), "{error}");
        }
    }

    #[test]
    fn what_is_no_text_file_is_refused_without_showing_it() {
        let (folder, path) = file_with(&b"x".repeat(64 * 1024 + 1), 0o600);
        assert_eq!(read(&path), Err(PrivateFileError::TooLong { path }));
        let absent = folder.path().join("absent");
        assert_eq!(
            read(&absent),
            Err(PrivateFileError::Absent { path: absent })
        );
        let path = folder.path().to_owned();
        assert_eq!(read(&path), Err(PrivateFileError::NotAFile { path }));
        let (_folder, path) = file_with(b"hidden\xff", 0o600);
        assert!(!read(&path).unwrap_err().to_string().contains("hidden"));
    }
}
