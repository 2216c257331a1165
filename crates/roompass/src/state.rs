//! The state folder of a service: what a first start makes, and every later one finds.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use issuer::{Config, KeyFolder, KeyFolderError, LedgerAddress};
use room_token::SigningKey;

use crate::clock;
use crate::failure::Failure;
use crate::ledger::blame;

#[derive(Debug, clap::Args)]
pub(crate) struct StateArgs {
    /// The folder of keys, ledger and settings [default: /var/lib/roompass for root, else ~/.local/state/roompass]
    #[arg(long, value_name = "FOLDER", env = "ROOMPASS_STATE")]
    state: Option<PathBuf>,

    /// The settings [default: roompass.toml in the state folder]
    #[arg(long, value_name = "FILE", env = "ROOMPASS_CONFIG")]
    config: Option<PathBuf>,
}

/// An existing folder, and the settings that count.
#[derive(Debug)]
pub(crate) struct State {
    folder: PathBuf,
    /// As the file has them.
    pub(crate) config: Config,
}

impl StateArgs {
    /// Whether somebody named a folder or a file.
    pub(crate) const fn is_named(&self) -> bool {
        self.state.is_some() || self.config.is_some()
    }

    /// Finds the folder, or makes it with a commented file of settings.
    pub(crate) fn open(&self) -> Result<State, Failure> {
        let folder = match &self.state {
            Some(folder) => folder.clone(),
            None => usual_folder()?,
        };
        make_folder(&folder)?;
        let file = self.config.clone();
        let file = match file {
            Some(file) => file,
            None => made_file(&folder)?,
        };
        let text = std::fs::read_to_string(&file).map_err(|e| {
            Failure::new(
                format!("cannot read {}: {e}", file.display()),
                "check the path; without --config a first start makes one",
            )
        })?;
        let config =
            Config::parse(&text).map_err(|e| Failure::because(&file.display().to_string(), &e))?;
        guard_password(&file, &config)?;
        Ok(State { folder, config })
    }
}

impl State {
    /// The keys: named ones, or a folder of keys that is made the first time.
    pub(crate) fn key(&self, named: Option<PathBuf>) -> Result<PathBuf, Failure> {
        if let Some(path) = named {
            return Ok(path);
        }
        let path = self.folder.join("keys");
        let fresh = SigningKey::from_seed(&clock::random()?);
        match KeyFolder::create(&path, &fresh, clock::now()?) {
            Ok(_) | Err(KeyFolderError::Exists { .. }) => Ok(path),
            Err(error) => Err(Failure::because("the signing key", &error)),
        }
    }

    /// The ledger: a named one, or a file here.
    pub(crate) fn ledger(&self, named: Option<&str>) -> Result<LedgerAddress, Failure> {
        match named {
            Some(url) => LedgerAddress::parse(url).map_err(|e| blame(&e)),
            None => Ok(LedgerAddress::file(&self.folder.join("ledger.db"))),
        }
    }

    /// The list of what was taken back.
    pub(crate) fn revocations(&self, named: Option<PathBuf>) -> PathBuf {
        named.unwrap_or_else(|| self.folder.join("revocations.json"))
    }
}

/// systemd's `StateDirectory`, or where such things lie on this machine.
fn usual_folder() -> Result<PathBuf, Failure> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folders) = variable("STATE_DIRECTORY") {
        let first = std::env::split_paths(&folders).next();
        return Ok(first.unwrap_or_default());
    }
    if std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0) {
        return Ok(PathBuf::from("/var/lib/roompass"));
    }
    let state = variable("XDG_STATE_HOME").map(PathBuf::from);
    let state = state.or_else(|| Some(PathBuf::from(variable("HOME")?).join(".local/state")));
    let none = || {
        Failure::new(
            "this user has no home for a state folder",
            "name one with --state",
        )
    };
    Ok(state.ok_or_else(none)?.join("roompass"))
}

/// Keys and names lie in it: nobody else looks.
fn make_folder(folder: &Path) -> Result<(), Failure> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|e| {
        Failure::new(
            format!("cannot make the state folder {}: {e}", folder.display()),
            "name one that is yours with --state",
        )
    })
}

/// The file of settings, made if it is not there. Of two who make it at once, one does.
fn made_file(folder: &Path) -> Result<PathBuf, Failure> {
    let path = folder.join("roompass.toml");
    let mut options = OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(0o600).open(&path);
    let written = match opened {
        Ok(mut file) => file.write_all(issuer::template().as_bytes()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    };
    written.map_err(|e| {
        Failure::new(
            format!("cannot write {}: {e}", path.display()),
            "may this user write there, and is there room on the disk?",
        )
    })?;
    Ok(path)
}

/// A password in the file is nobody else's to read.
fn guard_password(file: &Path, config: &Config) -> Result<(), Failure> {
    let ledger = config.ledger.as_deref().map(LedgerAddress::parse);
    let has_password = matches!(ledger, Some(Ok(address)) if address.has_password());
    let mode = std::fs::metadata(file).map_or(0, |metadata| metadata.mode());
    if has_password && mode & 0o007 != 0 {
        return Err(Failure::new(
            format!(
                "{} has the ledger's password in it, and everybody may read it",
                file.display()
            ),
            format!("run `chmod o= {}`", file.display()),
        ));
    }
    Ok(())
}
