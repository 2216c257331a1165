//! All that a link's claims say, in words.

use room_token::{Timestamp, Windows};
use serde_json::Value;

use crate::kept_grant::KeptGrant;
use crate::web::words::{self, from_now};
use crate::{LinkRow, MeetingNote};

/// One of them.
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) text: String,
    /// A time for the script, if it is one.
    pub(super) machine: Option<String>,
    /// Another link of ours, if it is one.
    pub(super) link: Option<String>,
}

impl Fact {
    fn new(label: &'static str, text: impl Into<String>) -> Self {
        Self {
            label,
            text: text.into(),
            machine: None,
            link: None,
        }
    }

    fn moment(label: &'static str, at: Timestamp) -> Self {
        Self {
            machine: Some(at.to_string()),
            ..Self::new(label, words::moment(at))
        }
    }
}

/// The claims one after the other, as the ledger kept them.
pub(super) fn of(row: &LinkRow, now: Timestamp) -> Vec<Fact> {
    let record = &row.record;
    let claims: Value = serde_json::from_str(&record.claims).unwrap_or_default();
    let mut facts = vec![room(&record.room), person(row)];
    let user = |name: &str| {
        let value = claims.pointer(&format!("/context/user/{name}"));
        value.and_then(Value::as_str)
    };
    let details = [("Id", "id"), ("E-mail", "email"), ("Picture", "avatar")];
    facts.extend(
        details
            .into_iter()
            .filter_map(|(label, name)| Some(Fact::new(label, user(name)?))),
    );
    facts.extend(times(row, &claims, now));
    facts.extend(people(&claims));
    facts.extend(features(&claims));
    facts.extend(parent(row));
    facts.push(issued(row));
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or("?");
    let deployment = format!("issuer {}, audience {}", text("iss"), text("aud"));
    facts.push(Fact::new("Deployment", deployment));
    let names = format!("token {}, key {}", record.jti, record.kid);
    facts.push(Fact::new("In logs", names));
    facts
}

fn room(name: &str) -> Fact {
    let words = words::room(name);
    if words == name {
        return Fact::new("Room", words);
    }
    Fact::new("Room", format!("{words} (for Jitsi {name})"))
}

fn person(row: &LinkRow) -> Fact {
    let who = match row.record.name.as_str() {
        "" => "whoever has the link",
        name => name,
    };
    let role = match row.record.affiliation.as_str() {
        "owner" => "a moderator",
        _member => "a guest",
    };
    Fact::new("For", format!("{who}, as {role}"))
}

fn times(row: &LinkRow, claims: &Value, now: Timestamp) -> Vec<Fact> {
    let record = &row.record;
    let mut facts = Vec::new();
    if record.opens_at > record.issued_at {
        facts.push(Fact::moment("Opens", record.opens_at));
    }
    if let Some((starts, ends)) = row.note.as_ref().and_then(MeetingNote::once) {
        let text = format!("{} until {}", words::moment(starts), words::moment(ends));
        facts.push(Fact::new("Meeting", text));
    }
    let kept = KeptGrant::of(row);
    if let Some(windows) = kept.as_ref().and_then(|kept| kept.grant.windows()) {
        facts.push(meetings(windows, now));
    }
    let join_by = claims.get("join_by").and_then(Value::as_u64);
    let join_by = join_by.and_then(|secs| Timestamp::from_secs(secs).ok());
    facts.extend(join_by.map(|latest| Fact::moment("First join by", latest)));
    facts.push(Fact::moment("Valid until", record.expires_at));
    facts
}

fn meetings(windows: &Windows, now: Timestamp) -> Fact {
    let count: u64 = windows.runs().iter().map(|run| run.count).sum();
    let minutes = windows.duration() / 60;
    let each = format!("{count} times, {minutes} minutes each");
    let next = windows.at_or_after(now).map(|window| {
        let opens = words::moment(window.opens);
        if window.opens <= now {
            format!("open now, since {opens}")
        } else {
            format!("next {opens} ({})", from_now(now, window.opens))
        }
    });
    let next = next.unwrap_or_else(|| "the last is over".to_owned());
    Fact::new("Meetings", format!("{each}; {next}"))
}

fn people(claims: &Value) -> Option<Fact> {
    let count = |name: &str| claims.get(name).and_then(Value::as_u64);
    let seats = count("seats").map(|seats| format!("at most {seats} at once with this link"));
    let room = count("max_occupants").map(|most| format!("at most {most} in the room"));
    let words: Vec<_> = seats.into_iter().chain(room).collect();
    (!words.is_empty()).then(|| Fact::new("People", words.join("; ")))
}

fn features(claims: &Value) -> Option<Fact> {
    let features = claims.pointer("/context/features")?.as_object()?;
    let words = features.iter().map(|(name, value)| match value {
        Value::Bool(true) => format!("{name} on"),
        Value::Bool(false) => format!("{name} off"),
        Value::String(text) => format!("{name} {text}"),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            format!("{name} {value}")
        }
    });
    Some(Fact::new("Features", words.collect::<Vec<_>>().join(", ")))
}

fn parent(row: &LinkRow) -> Option<Fact> {
    let parent = row.record.parent.clone();
    if parent.is_empty() {
        return None;
    }
    let text = format!("the owner's link {parent}, and dies with it");
    Some(Fact {
        link: row.origin.as_ref().map(|_| parent),
        ..Fact::new("Made from", text)
    })
}

fn issued(row: &LinkRow) -> Fact {
    let at = words::moment(row.record.issued_at);
    Fact::new("Issued", format!("{at}, by {}", row.issued_by))
}
