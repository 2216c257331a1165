//! `roompass admin`: what only somebody at this machine may do.

mod key;

use issuer::invite_administrator;

use crate::answer::Answer;
use crate::clock;
use crate::failure::Failure;
use crate::ledger;
use crate::state::StateArgs;

/// Let in who cannot sign in: an administrator, or a program
#[derive(Debug, clap::Subcommand)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:
  roompass admin invite
  roompass admin key new portal"
)]
pub(crate) enum Command {
    Invite(Invite),
    #[command(subcommand)]
    Key(key::Command),
}

/// Print a link that makes an administrator: good once, for 30 minutes
///
/// For the first start, and for the day on which nobody can sign in any more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass admin invite
  roompass admin invite --state /var/lib/roompass")]
pub(crate) struct Invite {
    #[command(flatten)]
    state: StateArgs,
}

pub(crate) fn run(command: &Command) -> Result<Answer, Failure> {
    match command {
        Command::Invite(args) => invite(args),
        Command::Key(command) => key::run(command),
    }
}

fn invite(args: &Invite) -> Result<Answer, Failure> {
    let state = args.state.open()?;
    let config = &state.config;
    let address = state.ledger(config.ledger.as_deref())?;
    let (random, now) = (clock::random()?, clock::now()?);
    let base = match &config.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => match config.listen {
            Some(listen) => format!("http://{listen}"),
            None => "http://127.0.0.1:8080".to_owned(),
        },
    };
    let code = ledger::with(&address, |ledger| async move {
        invite_administrator(&ledger, "command line", random, now).await
    });
    let code = code.map_err(|e| ledger::blame(&e))?;
    let talk = "good once, for 30 minutes";
    Ok(Answer::done(format!("{base}/invitation/{}\n", code.as_str())).with_talk(talk))
}
