//! The command line, and which command it means.

use clap::{CommandFactory, Parser, Subcommand};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::{
    admin, audit, batch, clock, derive, doctor, explain, gate, issue, keys, knock, ledger_copies,
    prosody, revoke, serve, shell_help,
};

/// Signed room links for Jitsi Meet: a room opens only for somebody whose link was signed.
#[derive(Debug, Parser)]
#[command(
    name = "roompass",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "Examples:
  roompass keys new room.pem
  roompass keys export room.pem -o room.jwks.json
  roompass issue weekly-sync --key room.pem --base-url https://meet.example.org --name Ada

Exit status: 0 done or admitted, 1 denied or not done, 2 usage or configuration."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Issue(Box<issue::Args>),
    Batch(batch::Args),
    Derive(derive::Args),
    Doctor(Box<doctor::Args>),
    #[command(subcommand)]
    Admin(admin::Command),
    #[command(subcommand)]
    Audit(audit::Command),
    Explain(explain::Args),
    Gate(Box<gate::Args>),
    Knock(knock::Args),
    #[command(subcommand)]
    Keys(keys::Command),
    #[command(subcommand)]
    Ledger(ledger_copies::Command),
    #[command(subcommand)]
    Prosody(prosody::Command),
    Revoke(revoke::Args),
    Serve(Box<serve::Args>),
    Completions(shell_help::Completions),
    Man(shell_help::Man),
}

impl Cli {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        match self.command {
            Command::Issue(args) => issue::run(&args, clock::now()?),
            Command::Batch(args) => batch::run(&args, clock::now()?),
            Command::Derive(args) => derive::run(&args, clock::now()?),
            Command::Doctor(args) => doctor::run(&args, clock::now()?),
            Command::Admin(command) => admin::run(&command),
            Command::Audit(command) => audit::run(&command),
            Command::Explain(args) => explain::run(&args, clock::now()?),
            Command::Gate(args) => gate::run(&args),
            Command::Knock(args) => knock::run(&args),
            Command::Keys(command) => keys::run(&command),
            Command::Ledger(command) => ledger_copies::run(&command, clock::now()?),
            Command::Prosody(command) => prosody::run(&command),
            Command::Revoke(args) => revoke::run(&args, clock::now()?),
            Command::Serve(args) => serve::run(&args),
            Command::Completions(args) => Ok(shell_help::completions(&args, Self::command())),
            Command::Man(args) => shell_help::man(&args, Self::command()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_of_every_help_is_a_command_line() {
        let root = Cli::command();
        root.clone().debug_assert();
        for command in all(&root) {
            let examples = examples(command);
            assert!(!examples.is_empty(), "{}", command.get_name());
            for example in examples {
                let lines = example.split('\\');
                assert!(
                    lines.map(str::len).all(|len| len <= 100 - "  ".len()),
                    "help would break it: {example}"
                );
                let parsed = Cli::try_parse_from(words(&example.replace('\\', " ")));
                assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
            }
        }
    }

    /// A command and all below it.
    fn all(command: &clap::Command) -> Vec<&clap::Command> {
        let below = command.get_subcommands().flat_map(all);
        [command].into_iter().chain(below).collect()
    }

    /// The command lines of the help, each end of a pipe for itself, without its redirections; a line that goes on
    /// keeps its backslash.
    fn examples(command: &clap::Command) -> Vec<String> {
        let help = command.get_after_help().map(ToString::to_string);
        let help = help.unwrap_or_default().replace("\\\n", "\\");
        let lines = help.lines().filter(|line| line.starts_with("  roompass "));
        let ends = lines.flat_map(|line| line.split(" | "));
        let before = |end: &str| {
            end.split(['<', '>'])
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        ends.map(before).collect()
    }

    /// As a shell splits them, as far as our examples go: at spaces outside single quotes.
    fn words(line: &str) -> Vec<String> {
        let mut words = Vec::new();
        for (index, part) in line.split('\'').enumerate() {
            if index % 2 == 1 {
                words.push(part.to_owned());
            } else {
                words.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        words
    }
}
