//! `roompass completions` and `roompass man`: the help, for shells and for `man`.

use std::path::PathBuf;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man as Page;

use crate::answer::Answer;
use crate::failure::Failure;

/// Print what a shell needs to complete commands and options
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass completions bash > /etc/bash_completion.d/roompass
  roompass completions zsh > /usr/share/zsh/site-functions/_roompass")]
pub(crate) struct Completions {
    /// Which
    shell: Shell,
}

/// Write a manual page for each command into a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass man /usr/local/share/man/man1")]
pub(crate) struct Man {
    /// It must be there
    folder: PathBuf,
}

pub(crate) fn completions(args: &Completions, mut command: Command) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "roompass", &mut script);
    Answer::done(String::from_utf8_lossy(&script))
}

pub(crate) fn man(args: &Man, command: Command) -> Result<Answer, Failure> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    write(args, &command, "roompass")?;
    Ok(Answer::done(""))
}

/// A page for it, and for all below it.
fn write(args: &Man, command: &Command, name: &str) -> Result<(), Failure> {
    let path = args.folder.join(format!("{name}.1"));
    let mut page = Vec::new();
    let written = Page::new(command.clone()).render(&mut page);
    let written = written.and_then(|()| std::fs::write(&path, &page));
    written.map_err(|e| {
        Failure::new(
            format!("cannot write {}: {e}", path.display()),
            "name a folder that exists and is yours",
        )
    })?;
    let mut below = command.get_subcommands();
    below.try_for_each(|below| write(args, below, &format!("{name}-{}", below.get_name())))
}
