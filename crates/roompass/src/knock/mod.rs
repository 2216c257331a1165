//! `roompass knock`: a guest on the command line, who goes the way Jitsi's client goes and says what happened.

pub(crate) mod address;
pub(crate) mod guest;
pub(crate) mod stanzas;
pub(crate) mod stream;
pub(crate) mod verdict;

use std::cell::Cell;
use std::time::Duration;

use issuer::ReceivedLink;
use serde::Serialize;

use crate::answer::Answer;
use crate::argument;
use crate::clock;
use crate::failure::Failure;
use address::Address;
use guest::{Guest, Step};
use verdict::{Admitted, Refused, Verdict};

/// Try a link at the door: join the room as a guest would, and leave again
///
/// Opens the WebSocket as Jitsi's client does, logs in anonymously, sends the conference request and joins.
/// The room is really entered, and others in it see the guest come and go.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass knock 'https://meet.example.org/weekly-sync?jwt=TOKEN'
  roompass issue weekly-sync --key room.pem --base-url https://meet.example.org | roompass knock -
  roompass knock - --json --timeout 5 < link.txt
  roompass knock http://localhost:8000/standup --service-url ws://127.0.0.1:5280/xmpp-websocket

Exit status: 0 admitted, 1 refused, 2 could not try.")]
pub(crate) struct Args {
    /// A link, with or without a token, or `-` to read it from standard input
    link: String,

    /// The XMPP domain [default: the host of the link]
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,

    /// The host of the rooms [default: conference.DOMAIN]
    #[arg(long, value_name = "HOST")]
    muc: Option<String>,

    /// The host that takes conference requests [default: focus.DOMAIN]
    #[arg(long, value_name = "HOST")]
    focus: Option<String>,

    #[arg(
        long,
        value_name = "URL",
        help = "The WebSocket [default: wss://HOST/xmpp-websocket; ws:// for an http:// link]"
    )]
    service_url: Option<String>,

    /// Another value for `room=` in the WebSocket's URL
    #[arg(long, value_name = "ROOM")]
    room_query: Option<String>,

    /// The nick [default: as Jitsi's client, from the JID the server gives]
    #[arg(long, value_name = "NICK")]
    nick: Option<String>,

    /// Join at once, without asking Jicofo for the conference
    #[arg(long)]
    no_conference_request: bool,

    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<Answer, Failure> {
    let link = ReceivedLink::parse(&argument::read(&args.link)?)?;
    let address = Address::new(&link, args)?;
    let machine = u128::from_be_bytes(clock::random()?);
    let guest = Guest {
        address: &address,
        nick: args.nick.as_deref(),
        asks_focus: !args.no_conference_request,
        machine: format!("{machine:032x}"),
        step: Cell::new(Step::Connect),
    };
    let visit = in_time(&guest, Duration::from_secs(args.timeout))?;
    let report = Report::of(&address, &visit);
    if args.json {
        return Answer::json(&report, report.is_admitted());
    }
    Ok(Answer {
        done: report.is_admitted(),
        ..Answer::done(report.in_words())
    })
}

fn in_time(guest: &Guest<'_>, most: Duration) -> Result<Visit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| {
            Failure::new(
                format!("cannot start: {e}"),
                "is this machine out of file handles?",
            )
        })?;
    runtime.block_on(async {
        match tokio::time::timeout(most, guest.visit()).await {
            Ok(visit) => visit,
            Err(_) => Err(guest.step.get().timed_out(most.as_secs())),
        }
    })
}

/// How it went.
#[derive(Debug)]
struct Visit {
    shard: Option<String>,
    verdict: Verdict,
}

#[derive(Serialize)]
struct Report<'a> {
    outcome: &'static str,
    code: Option<&'a str>,
    condition: Option<&'a str>,
    text: Option<&'a str>,
    room: &'a str,
    shard: Option<&'a str>,
    affiliation: Option<&'a str>,
    occupants: Option<usize>,
}

impl<'a> Report<'a> {
    fn of(address: &'a Address, visit: &'a Visit) -> Self {
        let blank = Self {
            outcome: "admitted",
            code: None,
            condition: None,
            text: None,
            room: &address.room,
            shard: visit.shard.as_deref(),
            affiliation: None,
            occupants: None,
        };
        match &visit.verdict {
            Verdict::Admitted(Admitted {
                affiliation,
                occupants,
            }) => Self {
                affiliation: Some(affiliation),
                occupants: Some(*occupants),
                ..blank
            },
            Verdict::Refused(Refused {
                code,
                condition,
                text,
            }) => Self {
                outcome: "refused",
                code: code.as_deref(),
                condition: Some(condition),
                text: text.as_deref(),
                ..blank
            },
        }
    }

    fn is_admitted(&self) -> bool {
        self.outcome == "admitted"
    }

    fn in_words(&self) -> String {
        let verdict = match self.affiliation {
            Some("none") => format!("admitted to {}\n", self.room),
            Some(affiliation) => format!("admitted to {} as {affiliation}\n", self.room),
            None => format!(
                "refused at {}: {}\n",
                self.room,
                self.code.unwrap_or("no code")
            ),
        };
        let occupants = self.occupants.map(|count| count.to_string());
        let lines = [
            ("condition", self.condition),
            ("text", self.text),
            ("shard", self.shard),
            ("occupants", occupants.as_deref()),
        ];
        let known = lines
            .iter()
            .filter_map(|(name, value)| Some((name, (*value)?)));
        known.fold(verdict, |text, (name, value)| {
            text + &format!("  {name:<10} {value}\n")
        })
    }
}
