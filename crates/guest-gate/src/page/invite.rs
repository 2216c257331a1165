//! Invitations from inside the call.

use askama::Template;
use room_token::{RoomName, Timestamp};

use super::{Frame, Moment, Reading};
use crate::InviteError;
use crate::words::Words;

/// What somebody filled in, as they typed it.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub(crate) name: String,
    pub(crate) lifetime: String,
    pub(crate) seats: String,
}

/// The form for an owner; for a guest, that it is none of theirs.
#[derive(Template)]
#[template(path = "invite.html")]
pub(crate) struct InvitePage<'a> {
    frame: Frame<'a>,
    is_owner: bool,
    wrong: &'static str,
    name: &'a str,
    seats: &'a str,
    lifetimes: Vec<Choice>,
    room_path: String,
}

/// One of the spans to choose from.
struct Choice {
    value: &'static str,
    text: String,
    is_chosen: bool,
}

impl<'a> InvitePage<'a> {
    pub(crate) fn for_owner(room: &RoomName, typed: &'a Typed, reading: &Reading<'a>) -> Self {
        let frame = Frame::new(room, reading, "owner");
        let words = frame.words;
        Self {
            frame: frame.saying(words.invite, words.invite_text),
            is_owner: true,
            wrong: "",
            name: &typed.name,
            seats: &typed.seats,
            lifetimes: lifetimes(words, &typed.lifetime),
            room_path: crate::address::path(room),
        }
    }

    pub(crate) fn for_guest(room: &RoomName, reading: &Reading<'a>) -> Self {
        let frame = Frame::new(room, reading, "not-owner");
        let words = frame.words;
        Self {
            frame: frame.saying(words.invites_not, words.invites_not_text),
            is_owner: false,
            wrong: "",
            name: "",
            seats: "",
            lifetimes: Vec::new(),
            room_path: crate::address::path(room),
        }
    }

    /// The same, with what was wrong.
    pub(crate) fn after(mut self, error: &InviteError) -> Self {
        let words = self.frame.words;
        self.wrong = match error {
            InviteError::Away => words.later_text,
            InviteError::Refused { field, .. } => match field.as_str() {
                "name" => words.wrong_name,
                "lifetime" | "expires_at" => words.wrong_time,
                "seats" => words.wrong_seats,
                _other => words.wrong_link,
            },
        };
        self
    }
}

fn lifetimes(words: &Words, chosen: &str) -> Vec<Choice> {
    let hours = |number: &str| words.hours.replace("{}", number);
    let spans = [
        ("", words.as_mine.to_owned()),
        ("3600", words.one_hour.to_owned()),
        ("7200", hours("2")),
        ("14400", hours("4")),
        ("86400", words.one_day.to_owned()),
    ];
    let choice = |(value, text): (&'static str, String)| Choice {
        value,
        text,
        is_chosen: value == chosen,
    };
    spans.into_iter().map(choice).collect()
}

/// A guest's link, once.
#[derive(Template)]
#[template(path = "invited.html")]
pub(crate) struct InvitedPage<'a> {
    frame: Frame<'a>,
    link: &'a str,
    ends: Option<Moment>,
}

impl<'a> InvitedPage<'a> {
    pub(crate) fn new(
        room: &RoomName,
        link: &'a str,
        ends: Option<Timestamp>,
        reading: &Reading<'a>,
    ) -> Self {
        let frame = Frame::new(room, reading, "invited");
        let words = frame.words;
        Self {
            frame: frame.saying(words.ready, words.ready_text),
            link,
            ends: ends.and_then(Moment::of),
        }
    }
}
