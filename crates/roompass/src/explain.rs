//! `roompass explain`: would this link open its room, and if not, what is to be mended?

mod report;
mod shard;

use issuer::{Place, ReceivedLink};
use room_token::Timestamp;

use self::report::Report;
use self::shard::{PeopleArgs, ShardArgs};
use crate::answer::Answer;
use crate::failure::Failure;
use crate::{argument, times};

/// Say whether a link or token admits, and go through every check
///
/// Decides exactly as a shard does, from the key set alone. Shows neither the signature nor the whole token.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass explain 'https://meet.example.org/weekly-sync?jwt=TOKEN' --key-set room.jwks.json
  roompass explain - --key-set room.jwks.json --at 2026-12-01T14:00:00Z < link.txt
  roompass explain TOKEN --key-set room.jwks.jwt --root-key root.jwk.json
  roompass explain TOKEN --key-set room.jwks.json --room weekly-sync --json
  roompass explain TOKEN --key-set room.jwks.json --node '[acme]weekly-sync' --same-token 1

Will this link work on Tuesday at three, on that shard, if somebody is in with it already?
  roompass explain - --at 2026-12-01T15:00:00+01:00 --key-set shard-b.jwks.json --seen-key-set 7 \\
    --revocations shard-b.jwt --max-stale 1day --same-token 1 --occupants 12 < link.txt

Exit status: 0 admit, 1 deny, 2 usage or configuration.")]
pub(crate) struct Args {
    /// A link, a token, or `-` to read either from standard input
    #[arg(value_name = "LINK-OR-TOKEN")]
    subject: String,

    /// The room to enter, or `[tenant]room` [default: the link's; a bare token names none]
    #[arg(long, value_name = "ROOM")]
    room: Option<String>,

    /// The same as Prosody has it, to the letter: the room's address before the `@`
    #[arg(long, value_name = "NODE", conflicts_with = "room")]
    node: Option<String>,

    /// The time of entering [default: now]
    #[arg(long, value_name = "RFC3339")]
    at: Option<String>,

    #[command(flatten)]
    shard: ShardArgs,

    #[command(flatten)]
    people: PeopleArgs,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, now: Timestamp) -> Result<Answer, Failure> {
    let verifier = args.shard.verifier()?;
    let subject = Subject::read(&args.subject)?;
    let room = args.room(&subject)?;
    let at = match &args.at {
        Some(text) => times::time("--at", text)?,
        None => now,
    };
    let explanation = match args.people.arrival(room.as_deref(), at)? {
        Some(arrival) => verifier.explain_for(subject.token(), &arrival),
        None => verifier.explain(subject.token(), room.as_deref(), at),
    };
    let report = Report::of(&explanation, room, at);
    let answer = if args.json {
        Answer::json(&report, report.admits())?
    } else {
        Answer {
            done: report.admits(),
            ..Answer::done(report.in_words(explanation.decision()))
        }
    };
    Ok(answer.with_talk(subject.warning()))
}

impl Args {
    fn room(&self, subject: &Subject) -> Result<Option<String>, Failure> {
        match (&self.room, &self.node) {
            (Some(typed), _) => {
                let place = Place::parse(typed).map_err(|e| Failure::because("--room", &e))?;
                Ok(Some(place.node()))
            }
            (None, Some(node)) => Ok(Some(node.clone())),
            (None, None) => subject.room(),
        }
    }
}

/// What is asked about.
enum Subject {
    Link(ReceivedLink),
    Token(String),
}

impl Subject {
    fn read(argument: &str) -> Result<Self, Failure> {
        let text = argument::read(argument)?;
        if ReceivedLink::is_meant(&text) {
            return Ok(Self::Link(ReceivedLink::parse(&text)?));
        }
        Ok(Self::Token(text))
    }

    fn token(&self) -> &str {
        match self {
            Self::Link(link) => link.token(),
            Self::Token(token) => token,
        }
    }

    fn room(&self) -> Result<Option<String>, Failure> {
        match self {
            Self::Link(link) => Ok(Some(link.place()?.node())),
            Self::Token(_) => Ok(None),
        }
    }

    fn warning(&self) -> &'static str {
        match self {
            Self::Link(link) if link.has_unquoted_fragment() => {
                "note: Jitsi's client passes over `#jwt=` without quotation marks; write `?jwt=TOKEN`"
            }
            Self::Link(_) | Self::Token(_) => "",
        }
    }
}
