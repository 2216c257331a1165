//! The files of a configuration, as Prosody would read them one after another.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use prosody_config::{Source, includes};

use crate::failure::Failure;
use crate::files;

/// No configuration is longer; Prosody would take minutes for it.
const MOST_BYTES: usize = 4 << 20;
/// Files that include one another.
const MOST_FILES: usize = 200;

/// One file.
pub(super) struct Config {
    /// As Prosody names it, perhaps a link.
    pub(super) path: PathBuf,
    /// Where it really is.
    pub(super) real: PathBuf,
    pub(super) bytes: Vec<u8>,
    encoding: Encoding,
}

/// Old files may have umlauts in Latin-1; what is not touched must stay as it is.
#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Latin1,
}

/// All of them, and the lock that keeps a second run away while this lives.
pub(super) struct Loaded {
    pub(super) configs: Vec<Config>,
    pub(super) sources: Vec<Source>,
    _lock: File,
}

impl Loaded {
    pub(super) fn read(main: &Path) -> Result<Self, Failure> {
        let lock = lock(main)?;
        let mut loaded = Self {
            configs: Vec::new(),
            sources: Vec::new(),
            _lock: lock,
        };
        loaded.add(main)?;
        Ok(loaded)
    }

    /// A file, and behind it those that it includes.
    fn add(&mut self, path: &Path) -> Result<(), Failure> {
        let config = Config::read(path)?;
        if self.configs.iter().any(|known| known.real == config.real) {
            return Ok(());
        }
        if self.configs.len() >= MOST_FILES {
            let what = format!("{} includes more than {MOST_FILES} files", path.display());
            return Err(Failure::new(what, "name one file with --config"));
        }
        let source = Source {
            name: path.display().to_string(),
            text: config.text(),
        };
        self.configs.push(config);
        let patterns = includes(&source).map_err(|e| Failure::told(&e))?;
        self.sources.push(source);
        for pattern in patterns {
            for path in matching(path, &pattern)? {
                self.add(&path)?;
            }
        }
        Ok(())
    }
}

impl Config {
    fn read(path: &Path) -> Result<Self, Failure> {
        let real = fs::canonicalize(path).map_err(|e| unread(path, &e))?;
        let bytes = files::read(&real, MOST_BYTES).map_err(|e| unread(path, &e))?;
        if bytes.len() > MOST_BYTES {
            return Err(Failure::new(
                format!("{} is longer than 4 MiB", path.display()),
                "name Prosody's configuration with --config",
            ));
        }
        let encoding = match std::str::from_utf8(&bytes) {
            Ok(_) => Encoding::Utf8,
            Err(_) => Encoding::Latin1,
        };
        Ok(Self {
            path: path.to_owned(),
            real,
            bytes,
            encoding,
        })
    }

    pub(super) fn text(&self) -> String {
        match self.encoding {
            Encoding::Utf8 => String::from_utf8_lossy(&self.bytes).into_owned(),
            Encoding::Latin1 => self.bytes.iter().copied().map(char::from).collect(),
        }
    }

    /// A text in the encoding of this file.
    pub(super) fn bytes_of(&self, text: &str) -> Result<Vec<u8>, Failure> {
        let bytes = match self.encoding {
            Encoding::Utf8 => Some(text.as_bytes().to_vec()),
            Encoding::Latin1 => text.chars().map(|c| u8::try_from(c).ok()).collect(),
        };
        bytes.ok_or_else(|| {
            let what = format!("{} is not in UTF-8", self.path.display());
            Failure::new(
                what,
                "give names and paths in plain letters, or convert the file",
            )
        })
    }
}

fn unread(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("cannot read {}: {error}", path.display()),
        "name Prosody's configuration with --config, and run this as somebody who may read it",
    )
}

/// Two runs at once would each take back half of what the other wrote.
fn lock(main: &Path) -> Result<File, Failure> {
    let file = File::open(main).map_err(|e| unread(main, &e))?;
    file.try_lock().map_err(|_| {
        let what = format!("somebody else is at work on {}", main.display());
        Failure::new(what, "wait until the other `roompass prosody` has ended").not_done()
    })?;
    Ok(file)
}

/// What `Include` means by a name: relative to the including file; `*` and `?` in its last part alone.
fn matching(including: &Path, pattern: &str) -> Result<Vec<PathBuf>, Failure> {
    let folder = including.parent().unwrap_or(Path::new("."));
    let path = folder.join(pattern);
    if !pattern.contains(['*', '?']) {
        return Ok(vec![path]);
    }
    let folder = path.parent().unwrap_or(folder).to_owned();
    let glob = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let entries = fs::read_dir(&folder).map_err(|e| {
        let what = format!("cannot read the folder {}: {e}", folder.display());
        Failure::new(what, "run this as somebody who may read it, such as root")
    })?;
    let names = entries.flatten().map(|entry| entry.file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    let wanted =
        names.filter(|name| !name.starts_with('.') && fits(glob.as_bytes(), name.as_bytes()));
    let mut paths: Vec<PathBuf> = wanted.map(|name| folder.join(name)).collect();
    paths.sort();
    Ok(paths)
}

fn fits(glob: &[u8], name: &[u8]) -> bool {
    match (glob.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), None) => fits(rest, name),
        (Some((b'*', rest)), Some((_, shorter))) => fits(rest, name) || fits(glob, shorter),
        (Some((b'?', glob)), Some((_, name))) => fits(glob, name),
        (Some((a, glob)), Some((b, name))) => a == b && fits(glob, name),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_as_prosodys_does() {
        for (glob, name, expected) in [
            ("*.cfg.lua", "meet.cfg.lua", true),
            ("*.cfg.lua", "meet.cfg.lua.before-roompass", false),
            ("a?.lua", "ab.lua", true),
            ("a?.lua", "a.lua", false),
            ("*", "", true),
        ] {
            assert_eq!(
                fits(glob.as_bytes(), name.as_bytes()),
                expected,
                "{glob} {name}"
            );
        }
    }
}
