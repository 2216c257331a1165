//! `roompass explain`: would this link open its room, and if not, what is to be mended?

use std::fmt::Write;
use std::path::PathBuf;

use issuer::{Place, ReceivedLink, ReportedCheck};
use room_token::{Decision, Explanation, Revocations, StatusList, Timestamp, Verifier, WhenStale};
use serde::Serialize;

use crate::answer::Answer;
use crate::argument;
use crate::deployment::DeploymentArgs;
use crate::failure::Failure;
use crate::files;

/// Say whether a link or token admits, and go through every check
///
/// Decides exactly as a shard does, from the key set alone. Shows neither the signature nor the whole token.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass explain 'https://meet.example.org/weekly-sync?jwt=TOKEN' --key-set room.jwks.json
  roompass explain - --key-set room.jwks.json --at 2026-12-01T14:00:00Z < link.txt
  roompass explain TOKEN --key-set room.jwks.jwt --root-key root.jwk.json
  roompass explain TOKEN --key-set room.jwks.json --room weekly-sync --json

Exit status: 0 admit, 1 deny, 2 usage or configuration.")]
pub(crate) struct Args {
    /// A link, a token, or `-` to read either from standard input
    #[arg(value_name = "LINK-OR-TOKEN")]
    subject: String,

    /// The public keys that a shard would trust
    #[arg(long, value_name = "FILE", env = "ROOMPASS_KEY_SET")]
    key_set: PathBuf,

    /// The root's public key, which a shard would have pinned; then the key set is a signed one
    #[arg(long, value_name = "FILE", env = "ROOMPASS_ROOT_KEY")]
    root_key: Option<PathBuf>,

    /// The signed feed of what was taken back, that a shard would have
    #[arg(long, value_name = "FILE")]
    revocations: Option<PathBuf>,

    /// The signed status list (OAuth Token Status List) that a shard would have
    #[arg(long, value_name = "FILE")]
    status_list: Option<PathBuf>,

    /// The room to enter, or `[tenant]room` [default: the link's; a bare token names none]
    #[arg(long, value_name = "ROOM")]
    room: Option<String>,

    /// The time of entering [default: now]
    #[arg(long, value_name = "RFC3339")]
    at: Option<String>,

    #[command(flatten)]
    deployment: DeploymentArgs,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, now: Timestamp) -> Result<Answer, Failure> {
    let verifier = args.verifier()?;
    let subject = Subject::read(&args.subject)?;
    let room = match &args.room {
        Some(typed) => Some(typed_room(typed)?),
        None => subject.room()?,
    };
    let at = args.time(now)?;
    let explanation = verifier.explain(subject.token(), room.as_deref(), at);
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
    fn verifier(&self) -> Result<Verifier, Failure> {
        let root = files::read_root_key(self.root_key.as_deref())?;
        let key_set = files::read_key_set(&self.key_set, root.as_ref())?;
        let verifier = Verifier::new(key_set, self.deployment.parse()?)
            .map_err(|e| Failure::because(&self.key_set.display().to_string(), &e))?;
        self.with_status_list(self.with_revocations(verifier)?)
    }

    fn with_status_list(&self, verifier: Verifier) -> Result<Verifier, Failure> {
        let Some(path) = &self.status_list else {
            return Ok(verifier);
        };
        let list = files::read_status_list(path)?;
        let (keys, deployment) = (verifier.key_set(), verifier.deployment());
        let list = StatusList::parse(&list, keys, deployment, None)
            .map_err(|e| Failure::because(&path.display().to_string(), &e))?;
        Ok(verifier.with_status_list(list, WhenStale::Admit))
    }

    fn with_revocations(&self, verifier: Verifier) -> Result<Verifier, Failure> {
        let Some(path) = &self.revocations else {
            return Ok(verifier);
        };
        let feed = files::read_feed(path)?;
        let (keys, deployment) = (verifier.key_set(), verifier.deployment());
        let feed = Revocations::parse(&feed, keys, deployment, None)
            .map_err(|e| Failure::because(&path.display().to_string(), &e))?;
        Ok(verifier.with_revocations(feed, WhenStale::Admit))
    }

    fn time(&self, now: Timestamp) -> Result<Timestamp, Failure> {
        let Some(text) = &self.at else {
            return Ok(now);
        };
        Timestamp::parse_rfc3339(text).map_err(|e| Failure::because(&format!("--at {text}"), &e))
    }
}

fn typed_room(typed: &str) -> Result<String, Failure> {
    let place = Place::parse(typed).map_err(|e| Failure::because("--room", &e))?;
    Ok(place.node())
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

/// The answer as programs read it.
#[derive(Serialize)]
struct Report {
    decision: &'static str,
    code: Option<&'static str>,
    room: Option<String>,
    at: String,
    checks: Vec<ReportedCheck>,
}

impl Report {
    fn of(explanation: &Explanation, room: Option<String>, at: Timestamp) -> Self {
        let issuer::Report {
            decision,
            code,
            checks,
        } = issuer::Report::from(explanation);
        Self {
            decision,
            code,
            room,
            at: at.to_string(),
            checks,
        }
    }

    const fn admits(&self) -> bool {
        self.code.is_none()
    }

    fn in_words(&self, decision: &Decision) -> String {
        let mut text = verdict(decision);
        for check in &self.checks {
            let line = format!(
                "{:<13} {:<10} {}",
                mark(check.outcome),
                check.check,
                check.seen
            );
            text = text + "\n  " + line.trim_end();
            if let Some(fix) = &check.fix {
                // Writing to a string does not fail.
                let _ = write!(text, "\n  {:<13} {:<10} {}", "", "to fix", fix_of(fix));
            }
        }
        text + "\n"
    }
}

fn verdict(decision: &Decision) -> String {
    match decision {
        Decision::Admit(admission) => {
            let affiliation = admission.person().affiliation().as_str();
            let until = admission.validity().expires_at();
            format!(
                "admit: {}, as {affiliation}, until {until}",
                admission.rooms()
            )
        }
        Decision::Deny(reason) => {
            let text = reason.to_string();
            let what = text
                .split_once("; ")
                .map_or(text.as_str(), |(what, _fix)| what);
            format!("deny {}: {what}", reason.code())
        }
    }
}

/// A deny reason says what is wrong, and after a semicolon what to do; the verdict has said the first.
fn fix_of(advice: &str) -> &str {
    advice.split_once("; ").map_or(advice, |(_what, fix)| fix)
}

/// A sign for the eye, a word for the ear.
fn mark(outcome: &str) -> String {
    let sign = match outcome {
        "passed" => '✔',
        "failed" => '✘',
        _neither => '·',
    };
    format!("{sign} {}", outcome.replace('-', " "))
}

#[cfg(test)]
mod tests {
    use room_token::DenyReason;

    use super::*;

    #[test]
    fn every_reason_says_what_to_do() {
        for reason in DenyReason::ALL {
            let text = reason.to_string();
            assert_ne!(fix_of(&text), text, "{}", reason.code());
            let verdict = verdict(&Decision::Deny(*reason));
            assert!(
                verdict.starts_with(&format!("deny {}: ", reason.code())),
                "{verdict}"
            );
            assert!(!verdict.contains(fix_of(&text)), "{verdict}");
        }
    }
}
