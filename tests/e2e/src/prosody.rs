//! Which Prosody a shard is.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Test programs of this name play their stories on Prosody 13.
const ON_PROSODY_13: &str = "on_prosody_13";

/// A release of Prosody.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Prosody {
    /// What this machine has installed: 0.12 on Debian 12 and Ubuntu 24.04.
    Installed,
    /// Debian 13's, in the folder that `tests/prosody13.sh` makes.
    Thirteen,
}

impl Default for Prosody {
    /// What the test program's own name says, so that one story is played on both.
    fn default() -> Self {
        let program = env::current_exe().ok();
        let name = program.as_deref().and_then(Path::file_stem);
        if name.is_some_and(|name| name.to_string_lossy().starts_with(ON_PROSODY_13)) {
            Self::Thirteen
        } else {
            Self::Installed
        }
    }
}

impl Prosody {
    /// One of its programs: `prosody` or `prosodyctl`.
    pub(crate) fn command(self, program: &str) -> Command {
        Command::new(self.program(program))
    }

    /// What one starts to run it.
    pub fn program(self, name: &str) -> PathBuf {
        match self {
            Self::Installed => name.into(),
            Self::Thirteen => Self::folder_of_13().join("bin").join(name),
        }
    }

    /// Where `tests/prosody13.sh` puts it.
    ///
    /// # Panics
    /// When it is not there.
    pub fn folder_of_13() -> PathBuf {
        let variable = |name| env::var_os(name).map(PathBuf::from);
        let cache = variable("XDG_CACHE_HOME").unwrap_or_else(|| {
            variable("HOME")
                .unwrap_or_else(|| "/tmp".into())
                .join(".cache")
        });
        let folder =
            variable("ROOMPASS_PROSODY_13").unwrap_or_else(|| cache.join("roompass/prosody-13"));
        assert!(
            folder.join("bin/prosody").exists(),
            "{} is missing; make it with `tests/prosody13.sh`",
            folder.display()
        );
        folder
    }
}
