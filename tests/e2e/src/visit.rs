//! A guest's program while it runs.

use std::io::{BufRead, BufReader, Write};
use std::process::Command;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tempfile::NamedTempFile;

use crate::guest::Plan;
use crate::process::Process;
use crate::report::Report;
use crate::wait::until;

const PATIENCE: Duration = Duration::from_secs(40);

/// A guest on its way; dropped, it leaves.
#[derive(Debug)]
pub struct Visit {
    process: Process,
    lines: Receiver<String>,
    report: Report,
    _console: NamedTempFile,
}

impl Visit {
    pub(crate) fn begin(command: &Command, plan: &Plan) -> Self {
        let console = NamedTempFile::new().expect("the temporary folder is writable");
        let mut process = Process::spawn_piped("guest", command, console.path());
        let line = serde_json::to_string(plan).expect("a plan is JSON");
        say(&mut process, &line);
        let lines = listen(&mut process);
        let report = read_report(&lines);
        Self {
            process,
            lines,
            report,
            _console: console,
        }
    }

    /// How it went.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Leaves the room and comes in again, on the same connection; says how that went.
    ///
    /// Only guests on strophe.js can.
    ///
    /// # Panics
    /// When its program breaks.
    pub fn again(&mut self) -> &Report {
        self.ask("again")
    }

    /// Goes from the room to another one, named by its address, on the same connection.
    ///
    /// # Panics
    /// When its program breaks.
    pub fn go_to(&mut self, room: &str) -> &Report {
        self.ask(&json!({ "enter": room }).to_string())
    }

    /// Goes to a second room without leaving the first.
    ///
    /// # Panics
    /// When its program breaks.
    pub fn knock_at(&mut self, room: &str) -> &Report {
        self.ask(&json!({ "enter": room, "stays": true }).to_string())
    }

    /// Sets an option of the room, as its owner may; says how that went in `owner_request`.
    ///
    /// # Panics
    /// When its program breaks.
    pub fn configure(&mut self, option: &str, value: &str) -> &Report {
        self.ask(&json!({ "configure": option, "value": value }).to_string())
    }

    /// Has the room invite somebody, as Jitsi's moderators let people in from the lobby.
    ///
    /// # Panics
    /// When its program breaks.
    pub fn invite(&mut self, who: &str) -> &Report {
        self.ask(&json!({ "invite": who }).to_string())
    }

    /// Breaks the connection without a word. Only guests that resume can.
    ///
    /// # Panics
    /// When its program breaks.
    pub fn tear(&mut self) {
        self.ask("tear");
    }

    /// Takes the broken connection up again over a URL with this token, or with none; says in `resumed` how that went.
    ///
    /// # Panics
    /// When its program breaks.
    pub fn resume(&mut self, token: Option<&str>) -> &Report {
        self.ask(&json!({ "resume": token }).to_string())
    }

    fn ask(&mut self, what: &str) -> &Report {
        say(&mut self.process, what);
        self.report = read_report(&self.lines);
        &self.report
    }

    /// Leaves, and waits until that is done.
    ///
    /// # Panics
    /// When its program does not end.
    pub fn leave(mut self) -> Report {
        drop(self.process.child().stdin.take());
        until("a guest leaves", || self.process.exited().is_some());
        self.report.clone()
    }
}

fn say(process: &mut Process, line: &str) {
    let input = process.child().stdin.as_mut();
    let input = input.expect("a guest has an input");
    writeln!(input, "{line}").expect("a guest reads what it is to do");
}

fn listen(process: &mut Process) -> Receiver<String> {
    let output = process.child().stdout.take();
    let output = BufReader::new(output.expect("a guest has an output"));
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let lines = output.lines().map_while(Result::ok);
        for line in lines.filter(|line| line.starts_with('{')) {
            // Nobody listens any more if the guest was too slow.
            sender.send(line).ok();
        }
    });
    receiver
}

fn read_report(lines: &Receiver<String>) -> Report {
    let line = lines.recv_timeout(PATIENCE);
    let line = line.expect("a guest says how it went");
    serde_json::from_str(&line)
        .unwrap_or_else(|error| panic!("{error} in a guest's report: {line}"))
}
