//! `roompass`: one command line, one command, one exit status.
//!
//! Results go to standard output. Everything else goes to standard error; errors with the prefix
//! `roompass: error:`, and `roompass: hint:` for what to do about it. No capitalised initials, no full stop at
//! the end. Exit status: 0 done or admitted, 1 denied or not done, 2 usage or configuration.

mod admin;
mod answer;
mod argument;
mod audit;
mod batch;
mod cli;
mod clock;
mod deployment;
mod derive;
mod doctor;
mod explain;
mod failure;
mod files;
mod gate;
mod hide;
mod http;
mod issue;
mod key_folder;
mod keys;
mod knock;
mod ledger;
mod ledger_copies;
mod log;
mod notify;
mod prosody;
mod revoke;
mod root_key;
mod serve;
mod server;
mod shell_help;
mod signed_set;
mod signing_key;
mod state;
mod times;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::answer::Answer;
use crate::cli::Cli;
use crate::failure::Failure;

fn main() -> ExitCode {
    let outcome = match Cli::try_parse() {
        Ok(cli) => cli.run(),
        Err(error) if error.use_stderr() => Err(Failure::usage(&error)),
        Err(help_or_version) => Ok(Answer::done(help_or_version.to_string())),
    };
    match outcome.and_then(|answer| say(&answer)) {
        Ok(code) => code,
        Err(failure) => complain(&failure),
    }
}

fn say(answer: &Answer) -> Result<ExitCode, Failure> {
    // Talk is for people: in a pipe or a script nobody reads it.
    if !answer.talk.is_empty() && io::stderr().is_terminal() {
        talk(&answer.talk);
    }
    match io::stdout().write_all(answer.result.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(
            format!("cannot write the result: {error}"),
            "send standard output where there is room for it",
        )),
        // `roompass … | head` closed the pipe: it has what it wanted.
        Ok(()) | Err(_) => Ok(ExitCode::from(u8::from(!answer.done))),
    }
}

/// The last stop before a terminal or a log: whatever quotes a token is told without it.
fn complain(failure: &Failure) -> ExitCode {
    talk(&hide::tokens(&failure.to_string()));
    failure.exit_code()
}

#[expect(
    clippy::print_stderr,
    reason = "the one place that talks on standard error"
)]
pub(crate) fn talk(text: &str) {
    eprintln!("{}", text.trim_end());
}
