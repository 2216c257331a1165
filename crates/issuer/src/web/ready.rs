//! An issued link, in words.

use room_token::{Affiliation, DisplayName, Features, Person, Timestamp, TokenId};
use serde_json::{Map, Value};

use super::handouts::Handouts;
use super::place::Place;
use super::speech::texts;
use super::words::from_now;
use crate::{BaseUrl, Edition, Invitation, IssuedLink, LinkRecord, MeetingNote, Plan, Series};

/// What the result page shows.
pub(super) struct Ready<'a> {
    /// What stands behind the ids on the page: nothing for the first link, `-2` for the second.
    pub(super) suffix: &'static str,
    pub(super) link: String,
    pub(super) handouts: Handouts,
    /// The link's two halves: what a person reads, and the rest.
    pub(super) address: String,
    pub(super) token: String,
    pub(super) typed_room: &'a str,
    /// What the meeting is called, on paper.
    pub(super) title: String,
    /// The canonical name, where it is not what was typed.
    pub(super) spelled: Option<String>,
    /// Who comes in with it, and as what.
    pub(super) for_whom: String,
    pub(super) is_owner: bool,
    /// The hours that people have agreed on, where the door's are others.
    pub(super) planned: Option<(Moment, Moment)>,
    pub(super) series: Option<Meetings>,
    pub(super) opens: Option<Moment>,
    pub(super) ends: Moment,
    pub(super) join_by: Option<Moment>,
    pub(super) seats: Option<u32>,
    pub(super) max_occupants: Option<u32>,
    pub(super) features: String,
    pub(super) token_id: String,
    pub(super) key_id: String,
    /// Whose clocks the times are by.
    pub(super) zone: String,
}

/// What of a link's meeting is not in the link.
#[derive(Clone, Copy)]
pub(super) struct Occasion<'a> {
    pub(super) base_url: &'a BaseUrl,
    /// As somebody typed it.
    pub(super) room: &'a str,
    pub(super) note: Option<&'a MeetingNote>,
    pub(super) series: Option<&'a (Series, Plan)>,
    pub(super) place: &'a Place,
    pub(super) now: Timestamp,
}

impl Occasion<'_> {
    pub(super) fn invitation<'b>(&'b self, issued: &'b IssuedLink) -> Invitation<'b> {
        let invitation = Invitation::new(self.base_url, issued, self.series, "");
        invitation
            .noted(self.note, self.series)
            .by_clocks_of(self.place)
    }

    fn moment(&self, at: Timestamp) -> Moment {
        Moment {
            words: self.place.moment(at),
            machine: at.to_string(),
            from_now: from_now(self.now, at),
        }
    }

    fn title(&self) -> String {
        let noted = self.note.map(|note| note.title.as_str());
        let title = noted.filter(|title| !title.is_empty());
        title.unwrap_or_else(|| self.room.trim()).to_owned()
    }
}

impl<'a> Ready<'a> {
    pub(super) fn new(
        occasion: &Occasion<'a>,
        issued: &IssuedLink,
        record: Option<&LinkRecord>,
    ) -> Self {
        let (person, room) = (issued.grant.person(), issued.grant.room().local());
        let (link, token) = (issued.link.as_str(), issued.token.as_str());
        let (typed_room, limits) = (occasion.room.trim(), issued.grant.limits());
        let invitation = occasion.invitation(issued);
        let edition = edition(&invitation, record, occasion.now);
        let moment = |at| occasion.moment(at);
        let planned = occasion.note.and_then(MeetingNote::once);
        Self {
            suffix: "",
            link: link.to_owned(),
            handouts: Handouts::of(&invitation, &edition),
            address: link.strip_suffix(token).unwrap_or_default().to_owned(),
            token: token.to_owned(),
            typed_room,
            title: occasion.title(),
            spelled: (typed_room != room).then(|| room.to_string()),
            for_whom: for_whom(person),
            is_owner: person.affiliation() == Affiliation::Owner,
            planned: planned.map(|(starts, ends)| (moment(starts), moment(ends))),
            series: occasion.series.map(Meetings::new),
            opens: issued.validity.not_before().map(moment),
            ends: moment(issued.validity.expires_at()),
            join_by: limits.join_by().map(moment),
            seats: limits.seats(),
            max_occupants: limits.max_occupants(),
            features: features(issued),
            token_id: issued.id.to_string(),
            key_id: issued.key_id.to_string(),
            zone: occasion.place.name().to_owned(),
        }
    }

    /// The second one of a page.
    pub(super) fn second(self) -> Self {
        Self {
            suffix: "-2",
            ..self
        }
    }
}

fn for_whom(person: &Person) -> String {
    let texts = &texts().result;
    let name = person.name().map(DisplayName::to_string);
    let text = match person.affiliation() {
        Affiliation::Owner => texts.as_moderator,
        Affiliation::Member => texts.as_guest,
    };
    text.replace("{}", name.as_deref().unwrap_or(texts.anybody))
}

/// `livestreaming on, recording off`.
fn features(issued: &IssuedLink) -> String {
    let json = issued
        .grant
        .features()
        .map(Features::to_json)
        .unwrap_or_default();
    let features: Map<String, Value> = serde_json::from_str(&json).unwrap_or_default();
    let word = |(name, on): (&String, &Value)| {
        let on = if on.as_bool() == Some(true) {
            "on"
        } else {
            "off"
        };
        format!("{name} {on}")
    };
    features.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// A link that was issued once more belongs to the same entry of a calendar.
pub(super) fn edition(
    invitation: &Invitation<'_>,
    record: Option<&LinkRecord>,
    now: Timestamp,
) -> Edition {
    let first = Edition::first(invitation, now);
    let meeting = record.and_then(|record| TokenId::parse(record.meeting()).ok());
    match (record, meeting) {
        (Some(record), Some(meeting)) => Edition {
            meeting,
            sequence: record.edition,
            ..first
        },
        (None, _) | (_, None) => first,
    }
}

/// The first meetings of a series, by the clocks of the place where they are.
pub(super) struct Meetings {
    pub(super) first: Vec<Moment>,
    pub(super) more: usize,
    pub(super) count: usize,
    pub(super) zone: String,
}

impl Meetings {
    /// Enough to see that the day and the hour are the right ones.
    const SHOWN: usize = 3;

    fn new((series, plan): &(Series, Plan)) -> Self {
        let zone = series.words().zone;
        let place = Place::parse(&zone).unwrap_or(Place::UTC);
        let first = plan.meetings().take(Self::SHOWN).map(|meeting| Moment {
            words: place.hour(meeting.starts),
            machine: meeting.starts.to_string(),
            from_now: String::new(),
        });
        Self {
            first: first.collect(),
            more: plan.count().saturating_sub(Self::SHOWN),
            count: plan.count(),
            zone,
        }
    }
}

/// A time, for the page and for the script that adds the reader's own.
pub(super) struct Moment {
    pub(super) words: String,
    pub(super) machine: String,
    pub(super) from_now: String,
}
