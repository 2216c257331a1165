//! `roompass prosody`: the door before the rooms of this machine's Prosody, and away again.

mod check;
mod disable;
mod enable;
mod files;
mod installed;
mod live;
mod status;
mod write;

use std::io::{self, BufRead, IsTerminal};
use std::path::PathBuf;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::talk;

use files::{Config, Loaded};
use write::Change;

/// Put the door before the rooms of this machine's Prosody, or take it away
#[derive(Debug, clap::Subcommand)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:
  roompass prosody status
  roompass prosody enable --key-set /etc/prosody/roompass.jwks.json --dry-run
  roompass prosody disable

A file that is changed keeps its owner and mode; what it was before lies beside it,
with the ending .before-roompass."
)]
pub(crate) enum Command {
    Enable(Box<enable::Args>),
    Disable(disable::Args),
    Status(status::Args),
}

pub(crate) fn run(command: &Command) -> Result<Answer, Failure> {
    match command {
        Command::Enable(args) => enable::run(args),
        Command::Disable(args) => disable::run(args),
        Command::Status(args) => status::run(args),
    }
}

/// Where the configuration is, and who checks it.
#[derive(Debug, clap::Args)]
pub(crate) struct Place {
    /// Prosody's configuration; files that it includes are read too
    #[arg(
        long,
        value_name = "FILE",
        default_value = "/etc/prosody/prosody.cfg.lua"
    )]
    config: PathBuf,

    /// The program that checks and reloads it
    #[arg(long, value_name = "PROGRAM", default_value = "prosodyctl")]
    prosodyctl: PathBuf,
}

/// How far a command may go.
#[derive(Debug, clap::Args)]
pub(crate) struct Asking {
    /// Show what would change, and change nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// Leave the running Prosody alone
    #[arg(long)]
    no_reload: bool,
}

/// How it went with files that were to be changed.
enum Done {
    /// There was nothing to change.
    Nothing,
    /// Nobody said yes.
    Shown(String),
    Written(String),
}

/// Shows the changes, asks, writes, checks, and if the check says no, takes all of it back.
fn carry_out(
    place: &Place,
    asking: &Asking,
    loaded: &Loaded,
    texts: &[String],
) -> Result<Done, Failure> {
    let changes = Change::all(&loaded.configs, texts)?;
    if changes.is_empty() {
        return Ok(Done::Nothing);
    }
    let shown: String = changes.iter().map(Change::diff).collect();
    if !may(asking, &shown)? {
        return Ok(Done::Shown(shown));
    }
    let before = check::complaints(place);
    let written = write::all(&changes)?;
    if let Err(failure) = check::again(place, before.as_ref(), &changes) {
        write::undo(&written)?;
        return Err(failure.not_done());
    }
    Ok(Done::Written(shown))
}

/// Nothing is edited without being asked.
fn may(asking: &Asking, shown: &str) -> Result<bool, Failure> {
    if asking.yes || asking.dry_run {
        return Ok(asking.yes);
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(false);
    }
    talk(&format!("{shown}\nmake these changes? [y/N] "));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|e| Failure::new(format!("cannot read the answer: {e}"), "say --yes"))?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

/// What is said when nobody said yes: exit status 1, for something is still to be done.
fn only_shown(asking: &Asking, shown: &str) -> Answer {
    let told = if asking.dry_run {
        "nothing was changed (--dry-run)\n"
    } else {
        "nothing was changed: nobody said yes; say --yes\n"
    };
    Answer {
        done: false,
        ..Answer::done(format!("{shown}\n{told}"))
    }
}
