//! `roompass audit`: whether the ledger is as it was written.

use issuer::{Head, LedgerError};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::ledger::{self, LedgerArgs};

/// Make sure that nobody changed the ledger
#[derive(Debug, clap::Subcommand)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:
  roompass audit verify --ledger sqlite:/var/lib/roompass/ledger.db"
)]
pub(crate) enum Command {
    Verify(Verify),
}

/// Follow the chain from the first entry to the last
///
/// Prints the head of the chain, SEQ:HASH. Note it elsewhere, and give it with --since the next time: it then also
/// shows whether the end was cut off, or all of it written anew.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass audit verify --ledger sqlite:/var/lib/roompass/ledger.db
  roompass audit verify --ledger postgres://roompass@db.example.org/roompass

Exit status: 0 the chain is whole, 1 it was changed.")]
pub(crate) struct Verify {
    #[command(flatten)]
    ledger: LedgerArgs,

    /// A head that was printed before; it must lie on the chain
    #[arg(long, value_name = "SEQ:HASH")]
    since: Option<String>,
}

pub(crate) fn run(command: &Command) -> Result<Answer, Failure> {
    match command {
        Command::Verify(args) => verify(args),
    }
}

fn verify(args: &Verify) -> Result<Answer, Failure> {
    let noted = args.since.as_deref().map(str::parse::<Head>).transpose();
    let noted = noted.map_err(|e| Failure::because("--since", &e))?;
    let address = args.ledger.required()?;
    let verified = ledger::with(&address, |ledger| async move {
        ledger.verify(noted.as_ref()).await
    });
    match verified {
        Ok(head) => Ok(Answer::done(format!("{head}\n"))
            .with_talk(format!("the chain is whole: {} entries", head.seq))),
        Err(LedgerError::Chain(broken)) => {
            Err(ledger::blame(&LedgerError::Chain(broken)).not_done())
        }
        Err(error) => Err(ledger::blame(&error)),
    }
}
