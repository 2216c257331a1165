//! `roompass prosody status`: host by host.

use prosody_config::{Standing, State, Todo, status};

use crate::answer::Answer;
use crate::failure::Failure;

use super::{Loaded, Place, installed};

/// Show which rooms have a door, and where that is written
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass prosody status
  roompass prosody status --config /srv/prosody/prosody.cfg.lua

Exit status: 0 every host is guarded and all files are there, 1 not so, 2 not readable.")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Args) -> Result<Answer, Failure> {
    let loaded = Loaded::read(&args.place.config)?;
    let (standings, todos) = status(&loaded.sources).map_err(|e| Failure::told(&e))?;
    let parts = installed::parts(&args.place, &loaded.sources);
    let mut told: String = standings.iter().map(line).collect();
    for part in &parts {
        let found = part.found.as_ref();
        let found = found.map_or("missing".to_owned(), |path| path.display().to_string());
        told.push_str(&row("file", part.name, &found));
    }
    told.push_str(&by_hand(&todos));
    let well = !standings.is_empty()
        && standings.iter().all(|host| host.state == State::Guarded)
        && todos.is_empty()
        && parts.iter().all(|part| part.found.is_some());
    Ok(Answer {
        done: well,
        ..Answer::done(told)
    })
}

fn line(host: &Standing) -> String {
    let state = match host.state {
        State::Guarded => "guarded",
        State::Partly => "partly",
        State::Open => "not",
    };
    let why = format!("{}:{}: {}: {}", host.file, host.line, host.role, host.why);
    row(state, &host.host, &why)
}

fn row(state: &str, name: &str, why: &str) -> String {
    format!("{state:<8} {name:<36} {why}\n")
}

/// What is left to a person, with the lines to write.
pub(super) fn by_hand(todos: &[Todo]) -> String {
    let mut told = String::new();
    for todo in todos {
        let then = if todo.lines.is_empty() {
            ""
        } else {
            "; by hand:"
        };
        told += &[
            &todo.file,
            ":",
            &todo.line.to_string(),
            ": ",
            &todo.what,
            then,
            "\n",
        ]
        .concat();
        let lines = todo.lines.iter().map(|line| ["    ", line, "\n"].concat());
        told.extend(lines);
    }
    told
}
