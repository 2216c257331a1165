//! An issued link, in words.

use room_token::{Affiliation, DisplayName, Timestamp, TokenId};

use super::handouts::Handouts;
use super::words::{from_now, moment};
use crate::{BaseUrl, Edition, Invitation, IssuedLink, LinkRecord, Plan, Series};

/// What the result page shows.
pub(super) struct Ready<'a> {
    pub(super) link: String,
    pub(super) handouts: Handouts,
    /// The link's two halves: what a person reads, and the rest.
    pub(super) address: String,
    pub(super) token: String,
    pub(super) typed_room: &'a str,
    /// The canonical name, where it is not what was typed.
    pub(super) spelled: Option<String>,
    pub(super) name: Option<String>,
    pub(super) is_owner: bool,
    pub(super) series: Option<Meetings>,
    pub(super) opens: Option<Moment>,
    pub(super) ends: Moment,
    pub(super) join_by: Option<Moment>,
    pub(super) seats: Option<u32>,
    pub(super) max_occupants: Option<u32>,
    pub(super) token_id: String,
    pub(super) key_id: String,
}

impl<'a> Ready<'a> {
    pub(super) fn new(
        base_url: &BaseUrl,
        titled: Titled<'a>,
        issued: &IssuedLink,
        record: Option<&LinkRecord>,
        series: Option<&(Series, Plan)>,
        now: Timestamp,
    ) -> Self {
        let (person, room) = (issued.grant.person(), issued.grant.room().local());
        let (link, token) = (issued.link.as_str(), issued.token.as_str());
        let (typed_room, limits) = (titled.room.trim(), issued.grant.limits());
        let invitation = Invitation::new(base_url, issued, series, titled.title);
        let edition = edition(&invitation, record, now);
        let opens = issued.validity.not_before();
        Self {
            link: link.to_owned(),
            handouts: Handouts::of(&invitation, &edition),
            address: link.strip_suffix(token).unwrap_or_default().to_owned(),
            token: token.to_owned(),
            typed_room,
            spelled: (typed_room != room).then(|| room.to_string()),
            name: person.name().map(DisplayName::to_string),
            is_owner: person.affiliation() == Affiliation::Owner,
            series: series.map(|(series, plan)| Meetings::new(series, plan)),
            opens: opens.map(|start| Moment::new(start, now)),
            ends: Moment::new(issued.validity.expires_at(), now),
            join_by: limits.join_by().map(|latest| Moment::new(latest, now)),
            seats: limits.seats(),
            max_occupants: limits.max_occupants(),
            token_id: issued.id.to_string(),
            key_id: issued.key_id.to_string(),
        }
    }
}

/// What somebody called the room, and the meeting.
#[derive(Clone, Copy)]
pub(super) struct Titled<'a> {
    pub(super) room: &'a str,
    pub(super) title: &'a str,
}

/// A link that was issued once more belongs to the same entry of a calendar.
fn edition(invitation: &Invitation<'_>, record: Option<&LinkRecord>, now: Timestamp) -> Edition {
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

    fn new(series: &Series, plan: &Plan) -> Self {
        let first = plan.meetings().take(Self::SHOWN).map(|meeting| Moment {
            words: meeting.local,
            machine: meeting.starts.to_string(),
            from_now: String::new(),
        });
        Self {
            first: first.collect(),
            more: plan.count().saturating_sub(Self::SHOWN),
            count: plan.count(),
            zone: series.words().zone,
        }
    }
}

/// A time, for the page and for the script that adds the reader's own.
pub(super) struct Moment {
    pub(super) words: String,
    pub(super) machine: String,
    pub(super) from_now: String,
}

impl Moment {
    fn new(at: Timestamp, now: Timestamp) -> Self {
        Self {
            words: moment(at),
            machine: at.to_string(),
            from_now: from_now(now, at),
        }
    }
}
