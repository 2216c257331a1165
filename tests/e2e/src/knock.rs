//! The guest that is our own: `roompass knock`.

use std::io::Write;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::artifacts;
use crate::link::Link;
use crate::report::Outcome;

/// What `roompass knock` said about a link.
#[derive(Clone, Debug, Deserialize)]
pub struct Knock {
    /// Its exit status.
    #[serde(skip)]
    pub status: Option<i32>,
    /// What it printed for people, if it did not come to an outcome.
    #[serde(skip)]
    pub complaint: String,
    /// How it went.
    pub outcome: Outcome,
    /// The deny code.
    pub code: Option<String>,
    /// The words a person reads.
    pub text: Option<String>,
    /// The condition of an error, or `destroy`.
    pub condition: Option<String>,
    /// The shard that the router chose.
    pub shard: Option<String>,
    /// How many were in the room.
    pub occupants: Option<usize>,
}

impl Knock {
    /// Tries a link, with more arguments if need be.
    ///
    /// # Panics
    /// When the command prints something else than its report.
    pub fn at(link: &Link, arguments: &[&str]) -> Self {
        let mut roompass = Command::new(artifacts::roompass());
        // The link comes over standard input: an argument list is everybody's to read.
        roompass.args(["knock", "-", "--json"]).args(arguments);
        let pipes = roompass.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = pipes
            .stderr(Stdio::piped())
            .spawn()
            .expect("roompass can be started");
        let mut input = child.stdin.take().expect("roompass has an input");
        writeln!(input, "{}", link.url()).expect("roompass reads the link");
        drop(input);
        let output = child.wait_with_output().expect("roompass ends");
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        let status = output.status.code();
        if status == Some(2) {
            return Self::without_an_outcome(complaint);
        }
        let report = serde_json::from_slice::<Self>(&output.stdout)
            .unwrap_or_else(|error| panic!("no report ({error}) but: {complaint}"));
        Self {
            status,
            complaint,
            ..report
        }
    }

    fn without_an_outcome(complaint: String) -> Self {
        Self {
            status: Some(2),
            complaint,
            outcome: Outcome::Unreachable,
            code: None,
            text: None,
            condition: None,
            shard: None,
            occupants: None,
        }
    }
}
