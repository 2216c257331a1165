//! The pages that somebody reads. None has a token in it, but for the way to the right room, a guest's new link, and
//! what the call's own window waits for.

mod invite;
mod moment;
mod refusal;

use askama::Template;
use percent_encoding::percent_decode_str;
use room_token::{Language, RoomName, Timestamp};

pub(crate) use self::invite::{InvitePage, InvitedPage, Typed};
pub(crate) use self::moment::Moment;
pub(crate) use self::refusal::{RefusalPage, UNREACHABLE};
use crate::words::Words;

/// What every page has.
pub(crate) struct Frame<'a> {
    language: &'static str,
    words: &'static Words,
    title: &'static str,
    text: &'static str,
    room: String,
    contact: &'a str,
    code: &'static str,
    request: &'a str,
    now: u64,
}

/// What a page needs beside its own subject.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'a> {
    pub(crate) language: Language,
    /// How the operator says one reaches the organisers; may be empty.
    pub(crate) contact: &'a str,
    /// The name of this request in logs.
    pub(crate) request: &'a str,
    pub(crate) now: Timestamp,
}

impl<'a> Frame<'a> {
    fn new(room: &RoomName, reading: &Reading<'a>, code: &'static str) -> Self {
        Self {
            language: reading.language.tag(),
            words: Words::of(reading.language),
            title: "",
            text: "",
            room: readable(room),
            contact: reading.contact,
            code,
            request: reading.request,
            now: reading.now.as_secs(),
        }
    }

    fn saying(self, title: &'static str, text: &'static str) -> Self {
        Self {
            title,
            text,
            ..self
        }
    }
}

/// For a window that the call has opened: hands the token on to it, and closes.
#[derive(Template)]
#[template(path = "renewed.html")]
pub(crate) struct RenewedPage<'a> {
    frame: Frame<'a>,
    token: &'a str,
    back: &'a str,
}

impl<'a> RenewedPage<'a> {
    /// `back` is the way for a browser that has no such window.
    pub(crate) fn new(
        room: &RoomName,
        token: &'a str,
        back: &'a str,
        reading: &Reading<'a>,
    ) -> Self {
        let frame = Frame::new(room, reading, "renewed");
        let (title, text) = (frame.words.renewed, frame.words.renewed_text);
        Self {
            frame: frame.saying(title, text),
            token,
            back,
        }
    }
}

fn readable(room: &RoomName) -> String {
    percent_decode_str(room.local())
        .decode_utf8_lossy()
        .into_owned()
}
