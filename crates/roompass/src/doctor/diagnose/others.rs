//! Everything but the visits to the main rooms.

use super::super::code::Code;
use super::super::observation::{
    Age, Focus, HostKind, Keys, Observation, Outcome, Page, ShellLine,
};
use super::{Finding, Seen};
use crate::times;

/// A shard this many seconds off refuses good links, or admits ended ones (the leeway of a verifier).
const LEEWAY: i64 = 60;
/// Nobody's clock need be further off than this.
const DRIFT: i64 = 10;

/// What was seen outside the main rooms.
pub(super) fn findings(seen: Seen<'_>) -> Vec<Finding> {
    let each = seen.0.iter().filter_map(of_observation);
    each.chain(copies(seen)).collect()
}

fn of_observation(observation: &Observation) -> Option<Finding> {
    match observation {
        Observation::Name { fault } => {
            let why = fault.as_ref()?;
            Some(Finding::at(Code::NameUnknown, super::super::PAGE, why))
        }
        Observation::Page(page) => of_page(page),
        Observation::Clock { place, ahead } => of_clock(place, *ahead),
        Observation::Door {
            host,
            kind,
            outcome,
        } => of_door(host, *kind, outcome),
        Observation::Request {
            leg,
            to,
            kept: false,
        } => {
            let code = match to {
                Focus::Component => Code::ConferenceRequestOpen,
                Focus::User => Code::FocusUserOpen,
            };
            let said = "a request without a link was not kept from Jicofo";
            Some(Finding::at(code, leg, said))
        }
        Observation::HttpRequest {
            passed: Some(answer),
        } => {
            let place = "/conference-request/v1";
            Some(Finding::at(Code::HttpRequestOpen, place, answer))
        }
        Observation::Routing { leg, split } => {
            let room = split.first()?;
            let said = format!("two spellings of one room led to two shards: {room}");
            Some(Finding::at(Code::RouterSplitsRooms, leg, said))
        }
        Observation::Listing { leg, listed: true } => {
            let said = "a stranger saw the name of a room in use";
            Some(Finding::at(Code::RoomsListed, leg, said))
        }
        Observation::Log {
            file,
            has_token: true,
        } => {
            let said = "it holds the token that this run has used";
            Some(Finding::at(Code::TokenInLog, file, said))
        }
        Observation::Shell(line) => of_shell(line),
        Observation::KeySet { name, found } => of_key_set(name, found),
        Observation::Feed { name, found } => of_feed(name, found),
        Observation::Request { .. }
        | Observation::HttpRequest { .. }
        | Observation::Listing { .. }
        | Observation::Log { .. }
        | Observation::Visit { .. }
        | Observation::LeftOut { .. } => None,
    }
}

fn of_page(page: &Page) -> Option<Finding> {
    let (code, said) = match page {
        Page::BadTls(why) => (Code::TlsBroken, why.clone()),
        Page::NoAnswer(why) => (Code::PageUnreachable, why.clone()),
        Page::Answered {
            refused: Some(code),
            ..
        } => (Code::PageRefused, format!("it refuses a good link: {code}")),
        Page::Answered { status, .. } if !(200..300).contains(status) => {
            (Code::PageMissing, format!("it answers {status}"))
        }
        Page::Answered { in_clear: true, .. } => {
            let said = "the address begins with http://, and is not of this machine";
            (Code::PageInClear, said.to_owned())
        }
        Page::Answered { .. } => return None,
    };
    Some(Finding::at(code, super::super::PAGE, said))
}

fn of_clock(place: &str, ahead: i64) -> Option<Finding> {
    let code = match ahead.abs() {
        off if off > LEEWAY => Code::ClockOff,
        off if off > DRIFT => Code::ClockDrift,
        _small => return None,
    };
    let (seconds, way) = (ahead.abs(), if ahead > 0 { "ahead" } else { "behind" });
    let said = format!("its clock is {seconds} s {way} of this machine's");
    Some(Finding::at(code, place, said))
}

fn of_door(host: &str, kind: HostKind, outcome: &Outcome) -> Option<Finding> {
    let code = match kind {
        HostKind::Lobby => Code::LobbyUnguarded,
        HostKind::Breakout => Code::BreakoutUnguarded,
        HostKind::Staff => Code::InternalMucOpen,
        HostKind::Other => Code::MucUnguarded,
    };
    let said = match outcome {
        Outcome::Admitted { .. } => "somebody without a link was let in".to_owned(),
        Outcome::Refused {
            code: Some(reason), ..
        } if reason == "verifier-unavailable" => {
            let said = format!("its door is out of order: {reason}");
            return Some(Finding::at(Code::VerifierUnavailable, host, said));
        }
        // There, others may keep strangers out: muc_filter_access, or that only admins make rooms.
        Outcome::Refused { code: None, .. } if kind == HostKind::Staff => return None,
        Outcome::Refused {
            code: None,
            condition,
        } => format!("somebody without a link was refused, but not by us: {condition}"),
        Outcome::Refused { .. } | Outcome::Absent | Outcome::Failed { .. } => return None,
    };
    Some(Finding::at(code, host, said))
}

fn of_key_set(name: &str, found: &Result<Keys, String>) -> Option<Finding> {
    let (code, said) = match found {
        Err(why) => (Code::KeySetUnreadable, why.clone()),
        Ok(keys) if keys.is_stale => (Code::KeySetStale, "its end has passed".to_owned()),
        Ok(keys) if keys.has_ours == Some(false) => {
            let said = "the key that signs is not in it".to_owned();
            (Code::KeyUnknown, said)
        }
        Ok(_fine) => return None,
    };
    Some(Finding::at(code, name, said))
}

fn of_feed(name: &str, found: &Result<Age, String>) -> Option<Finding> {
    match found {
        Err(why) => Some(Finding::at(Code::FeedMissing, name, why)),
        Ok(age) if age.is_stale => {
            let said = format!("signed {} ago", times::in_words(age.seconds));
            Some(Finding::at(Code::FeedStale, name, said))
        }
        Ok(_fresh) => None,
    }
}

fn of_shell(line: &ShellLine) -> Option<Finding> {
    let place = "this machine's Prosody";
    match line {
        ShellLine::Warning(text) if text.contains("roompass_mode") => {
            Some(Finding::at(Code::WatchMode, place, text))
        }
        ShellLine::Warning(text) => Some(Finding::at(Code::DoorWarns, place, text)),
        ShellLine::Error(text) => Some(Finding::at(Code::DoorReportsError, place, text)),
        ShellLine::Version(theirs) if theirs != env!("CARGO_PKG_VERSION") => {
            let said = format!("the verifier is {theirs}, this command another");
            Some(Finding::at(Code::VersionsDiffer, place, said))
        }
        ShellLine::Version(_) | ShellLine::Fine(_) => None,
    }
}

/// Copies of the key set beside each other: those that differ from the one with our key, or else from the first.
fn copies(seen: Seen<'_>) -> Vec<Finding> {
    let mut sets = Vec::new();
    for observation in seen.0 {
        if let Observation::KeySet {
            name,
            found: Ok(keys),
        } = observation
        {
            sets.push((name, keys));
        }
    }
    let has_ours = sets.iter().find(|(_, keys)| keys.has_ours == Some(true));
    let Some((first, keys)) = has_ours.or(sets.first()) else {
        return Vec::new();
    };
    let others = sets.iter().filter(|(_, other)| other.ids != keys.ids);
    let differ = others.map(|(name, other)| {
        let (here, there) = (keys.ids.join(", "), other.ids.join(", "));
        let said = format!("{first} has {here}; {name} has {there}");
        Finding::at(Code::KeysDiffer, name, said)
    });
    differ.collect()
}
