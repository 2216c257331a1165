//! What goes out to people with a link: an entry for their calendar, a code for their phone.
//!
//! A pure translation of what was issued. Nothing here is stored, and the link in it is as secret as ever.

mod calendar;
mod lines;
mod qr;
mod text;
mod zone;

use room_token::{RoomName, Timestamp, TokenId};

pub use self::qr::{QrCode, QrError};
use crate::web::Place;
use crate::{BaseUrl, IssuedLink, MeetingNote, Plan, Series};

/// A meeting and the link that opens it.
#[derive(Clone, Debug)]
pub struct Invitation<'a> {
    /// Absent once it was taken back.
    link: Option<&'a str>,
    meeting: TokenId,
    place: String,
    title: String,
    times: Times<'a>,
    /// Whose clocks a text is by; a calendar file tells its own.
    clocks: Place,
}

/// When it takes place.
#[derive(Clone, Copy, Debug)]
enum Times<'a> {
    /// The doors are open for a while, once.
    Once {
        opens: Timestamp,
        ends: Timestamp,
    },
    Series(&'a Series, &'a Plan),
}

/// Whether a calendar adds the meeting or takes it out again (RFC 5546 §1.4).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Method {
    /// It takes place.
    Publish,
    /// It does not.
    Cancel,
}

/// Which entry of a calendar this is: a later text of the same meeting has the same id and a higher number
/// (RFC 5545 §3.8.7.4).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Edition {
    /// The token of the meeting's first link.
    pub meeting: TokenId,
    /// 0 for the first text.
    pub sequence: u32,
    /// When this text was written.
    pub written: Timestamp,
}

impl<'a> Invitation<'a> {
    /// A link that is open this long is a standing one, and no meeting: one day.
    pub const LONGEST_MEETING: u64 = 86_400;

    /// Calls the meeting `title`, or as the room if that is empty.
    pub fn new(
        base_url: &BaseUrl,
        issued: &'a IssuedLink,
        series: Option<&'a (Series, Plan)>,
        title: &str,
    ) -> Self {
        let times = match series {
            Some((series, plan)) => Times::Series(series, plan),
            None => Times::Once {
                opens: issued.validity.opens_at(),
                ends: issued.validity.expires_at(),
            },
        };
        Self {
            link: Some(issued.link.as_str()),
            meeting: issued.id.clone(),
            place: base_url.host().to_owned(),
            title: titled(title, issued.grant.room()),
            times,
            clocks: Place::UTC,
        }
    }

    /// Of a link that is not at hand any more, to take its meeting out of calendars.
    pub(crate) fn without_link(
        base_url: &BaseUrl,
        room: &RoomName,
        meeting: TokenId,
        opens: Timestamp,
        ends: Timestamp,
    ) -> Self {
        Self {
            link: None,
            meeting,
            place: base_url.host().to_owned(),
            title: titled("", room),
            times: Times::Once { opens, ends },
            clocks: Place::UTC,
        }
    }

    /// The same, with times in words by the clocks of this place.
    pub(crate) fn by_clocks_of(mut self, place: &Place) -> Self {
        self.clocks = place.clone();
        self
    }

    /// The same meeting at the hours that people have agreed on; the door may be open for longer.
    pub(crate) const fn planned(mut self, starts: Timestamp, ends: Timestamp) -> Self {
        self.times = Times::Once {
            opens: starts,
            ends,
        };
        self
    }

    /// The same as was noted of it when its first link was issued. `series` is the note's own.
    pub(crate) fn noted(
        mut self,
        note: Option<&MeetingNote>,
        series: Option<&'a (Series, Plan)>,
    ) -> Self {
        let Some(note) = note else { return self };
        if !note.title.is_empty() {
            self.title.clone_from(&note.title);
        }
        match (note.once(), series) {
            (Some((starts, ends)), _) => self.planned(starts, ends),
            (None, Some((series, plan))) => {
                self.times = Times::Series(series, plan);
                self
            }
            (None, None) => self,
        }
    }

    /// Whether a calendar has a place for it. A link for weeks without a series has none: nobody meets for weeks.
    pub fn is_meeting(&self) -> bool {
        match self.times {
            Times::Once { opens, ends } => ends.seconds_since(opens) <= Self::LONGEST_MEETING,
            Times::Series(..) => true,
        }
    }
}

fn titled(title: &str, room: &RoomName) -> String {
    match title.trim() {
        "" => room.to_string(),
        title => title.to_owned(),
    }
}

impl Edition {
    /// The first text of a meeting, named after its link.
    pub fn first(invitation: &Invitation<'_>, now: Timestamp) -> Self {
        Self {
            meeting: invitation.meeting.clone(),
            sequence: 0,
            written: now,
        }
    }
}

#[cfg(test)]
mod tests;
