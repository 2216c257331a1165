//! `roompass ledger`: backups, and back.

use std::future::Future;
use std::path::PathBuf;

use issuer::{CopyError, Head, Ledger, LedgerError};
use room_token::Timestamp;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::ledger::LedgerArgs;

/// Back a ledger up, and put a backup in its place
#[derive(Debug, clap::Subcommand)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:
  roompass ledger backup ledger-monday.db --ledger sqlite:/var/lib/roompass/ledger.db
  roompass ledger restore ledger-monday.db --ledger sqlite:/var/lib/roompass/ledger.db"
)]
pub(crate) enum Command {
    Backup(Backup),
    Restore(Restore),
}

/// Copy a SQLite ledger into a new file, also while it is in use
///
/// The copy is verified before it gets its name. Prints the head of its chain, as `roompass audit verify` does. Keys,
/// revocations and settings are in files of their own; back them up too.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass ledger backup ledger-monday.db --ledger sqlite:/var/lib/roompass/ledger.db

Exit status: 0 done, 1 the chain was changed.")]
pub(crate) struct Backup {
    /// The new file; nothing is overwritten
    #[arg(value_name = "FILE")]
    to: PathBuf,

    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Verify a backup, and put it in the ledger's place
///
/// Nothing may use the ledger meanwhile. What was there is kept beside it. Everybody is signed out, and invitations are
/// good no more. Prints the new head of the chain.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass ledger restore ledger-monday.db --ledger sqlite:/var/lib/roompass/ledger.db

Exit status: 0 done, 1 the chain was changed.")]
pub(crate) struct Restore {
    /// What `roompass ledger backup` made
    #[arg(value_name = "FILE")]
    from: PathBuf,

    #[command(flatten)]
    ledger: LedgerArgs,

    /// A head that was printed before; it must lie on the backup's chain
    #[arg(long, value_name = "SEQ:HASH")]
    since: Option<String>,
}

pub(crate) fn run(command: &Command, now: Timestamp) -> Result<Answer, Failure> {
    match command {
        Command::Backup(args) => backup(args),
        Command::Restore(args) => restore(args, now),
    }
}

fn backup(args: &Backup) -> Result<Answer, Failure> {
    let address = args.ledger.required()?;
    let head = wait_for(Ledger::backup(&address, &args.to))?;
    let talk = format!("the copy's chain is whole: {} entries", head.seq);
    Ok(Answer::done(format!("{head}\n")).with_talk(talk))
}

fn restore(args: &Restore, now: Timestamp) -> Result<Answer, Failure> {
    let noted = args.since.as_deref().map(str::parse::<Head>).transpose();
    let noted = noted.map_err(|e| Failure::because("--since", &e))?;
    let address = args.ledger.required()?;
    let restored = Ledger::restore(&address, &args.from, noted.as_ref(), now);
    let restored = wait_for(restored)?;
    let kept = restored.kept.map_or(String::new(), |kept| {
        format!("; what was there is now {}", kept.display())
    });
    let entries = restored.backup.seq;
    let talk = format!("the backup's chain is whole, with {entries} entries, and in place{kept}");
    Ok(Answer::done(format!("{}\n", restored.head)).with_talk(talk))
}

fn wait_for<T>(copying: impl Future<Output = Result<T, CopyError>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Runtime::new().map_err(|e| {
        Failure::new(
            format!("cannot start: {e}"),
            "is this machine out of threads?",
        )
    })?;
    runtime.block_on(copying).map_err(|error| {
        let failure = Failure::because("the ledger", &error);
        match error {
            CopyError::Ledger(LedgerError::Chain(_)) => failure.not_done(),
            CopyError::Exists { .. }
            | CopyError::File { .. }
            | CopyError::InUse
            | CopyError::Ledger(_)
            | CopyError::Missing { .. }
            | CopyError::NoBackup { .. }
            | CopyError::Postgres => failure,
        }
    })
}
