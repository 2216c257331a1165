//! Why somebody cannot come in, and the one thing to do about it.

use askama::Template;
use room_token::{DenyReason, RoomName};

use super::{Frame, Moment, Reading};
use crate::words::Words;
use crate::{Damage, Refusal, Way};

/// A page, ready to be written.
#[derive(Template)]
#[template(path = "refusal.html")]
pub(crate) struct RefusalPage<'a> {
    frame: Frame<'a>,
    from: String,
    /// What they can do; nothing while no shard answers.
    way: Option<&'a Way>,
    /// The query with which they wanted to come back into a call; empty if they did not.
    renewing: &'a str,
    typed: bool,
    is_looked_at: bool,
}

/// Whether the meeting's servers answer is no matter of a token, so it is no deny reason.
pub(crate) const UNREACHABLE: &str = "server-unreachable";

impl<'a> RefusalPage<'a> {
    pub(crate) fn new(refusal: &'a Refusal, reading: &Reading<'a>) -> Self {
        let reason = refusal.reason;
        let told = match &refusal.way {
            Way::CopyAgain(_) => DenyReason::Malformed,
            Way::Ask | Way::Paste | Way::Wait { .. } | Way::GoTo { .. } | Way::Later => reason,
        };
        let frame = Frame::new(&refusal.room, reading, reason.code());
        let title = title(frame.words, told);
        let frame = frame.saying(title, told.guest_text_in(reading.language));
        Self::of(frame, &refusal.room, Some(&refusal.way))
    }

    /// The link is good, but no shard answers. It tries again by itself.
    pub(crate) fn unreachable(room: &RoomName, reading: &Reading<'a>) -> Self {
        let frame = Frame::new(room, reading, UNREACHABLE);
        let (title, text) = (frame.words.away, frame.words.away_text);
        Self::of(frame.saying(title, text), room, None)
    }

    fn of(frame: Frame<'a>, room: &RoomName, way: Option<&'a Way>) -> Self {
        Self {
            frame,
            from: crate::address::path(room),
            way,
            renewing: "",
            typed: false,
            is_looked_at: false,
        }
    }

    /// For somebody who put something into the box that is no link.
    pub(crate) fn after_typing(mut self) -> Self {
        self.typed = true;
        self
    }

    /// For a script that has sent us the token of a fragment, and need not again.
    pub(crate) fn after_a_look_at_the_fragment(mut self) -> Self {
        self.is_looked_at = true;
        self
    }

    /// For somebody who comes from a call, so that a newer link leads back into it.
    pub(crate) fn renewing(mut self, query: &'a str) -> Self {
        self.renewing = query;
        self
    }

    const fn is_away(&self) -> bool {
        self.way.is_none()
    }

    const fn has_box(&self) -> bool {
        matches!(self.way, Some(Way::Ask | Way::Paste | Way::CopyAgain(_)))
    }

    const fn may_retry(&self) -> bool {
        matches!(self.way, None | Some(Way::Later | Way::Wait { .. }))
    }

    fn opens(&self) -> Option<Moment> {
        match self.way? {
            Way::Wait { opens } => Moment::of(*opens),
            Way::Ask | Way::Paste | Way::CopyAgain(_) | Way::GoTo { .. } | Way::Later => None,
        }
    }

    fn go_to(&self) -> Option<&str> {
        match self.way? {
            Way::GoTo { to } => Some(to),
            Way::Ask | Way::Paste | Way::CopyAgain(_) | Way::Wait { .. } | Way::Later => None,
        }
    }

    fn hint(&self) -> Option<String> {
        let Way::CopyAgain(damage) = self.way? else {
            return None;
        };
        let words = self.frame.words;
        let counted = |text: &str, number: &usize| Some(text.replace("{}", &number.to_string()));
        match damage {
            Damage::Cut { after } => counted(words.cut_after, after),
            Damage::Stray { at } => counted(words.stray_at, at),
            Damage::Tail { extra } => counted(words.extra, extra),
            Damage::Unclear => None,
        }
    }
}

/// The heading, by what a guest can tell apart.
const fn title(words: &Words, reason: DenyReason) -> &'static str {
    match reason {
        DenyReason::TokenMissing => words.invitation,
        DenyReason::Malformed => words.damaged,
        DenyReason::TooEarly | DenyReason::OutsideWindow | DenyReason::NotOpenYet => words.early,
        DenyReason::Expired => words.ended,
        DenyReason::Revoked => words.withdrawn,
        DenyReason::WrongRoom | DenyReason::WrongAudience | DenyReason::WrongIssuer => {
            words.elsewhere
        }
        DenyReason::KeySetStale
        | DenyReason::RevocationsStale
        | DenyReason::RoomFull
        | DenyReason::StatusUnknown
        | DenyReason::VerifierUnavailable => words.later,
        DenyReason::BadClaims
        | DenyReason::BadSignature
        | DenyReason::JoinClosed
        | DenyReason::LifetimeTooLong
        | DenyReason::NameRefused
        | DenyReason::OutOfScope
        | DenyReason::SeatsTaken
        | DenyReason::UnknownKey
        | DenyReason::UnsupportedAlgorithm
        | DenyReason::UnsupportedHeader => words.refused,
    }
}
