//! A link for each meeting of a series: one table, and a file with all of them.

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use room_token::DisplayName;

use super::frame::Frame;
use super::problem::Problem;
use super::ready::{Occasion, edition};
use super::words;
use crate::parcel::Parcel;
use crate::{BatchRow, IssuedLink, MeetingNote, batch};

#[derive(Template)]
#[template(path = "many.html")]
pub(super) struct ManyPage {
    frame: Frame,
    room: String,
    zone: String,
    lines: Vec<Line>,
    /// Both as `data:` addresses (RFC 2397), since nothing of a link is kept.
    table: String,
    parcel: Option<String>,
}

struct Line {
    starts: String,
    machine: String,
    name: String,
    is_owner: bool,
    link: String,
    jti: String,
}

impl ManyPage {
    pub(super) fn new(
        frame: Frame,
        occasion: &Occasion<'_>,
        issued: &[IssuedLink],
        notes: &[MeetingNote],
    ) -> Result<Self, Problem> {
        let first = issued.first().ok_or_else(Problem::internal)?;
        let table = table(issued);
        let parcel = parcel(&table, occasion, issued, notes);
        let lines = issued.iter().zip(notes);
        Ok(Self {
            frame,
            room: words::room(first.grant.room().local()),
            zone: occasion.place.name().to_owned(),
            lines: lines
                .map(|(link, note)| Line::new(link, note, occasion))
                .collect(),
            table: data("text/csv", table.as_bytes()),
            parcel: parcel.map(|bytes| data("application/zip", &bytes)),
        })
    }
}

impl Line {
    fn new(link: &IssuedLink, note: &MeetingNote, occasion: &Occasion<'_>) -> Self {
        let door = link.validity.opens_at();
        let starts = note.once().map_or(door, |(starts, _)| starts);
        let person = link.grant.person();
        Self {
            starts: occasion.place.moment(starts),
            machine: starts.to_string(),
            name: person
                .name()
                .map(DisplayName::to_string)
                .unwrap_or_default(),
            is_owner: person.affiliation() == room_token::Affiliation::Owner,
            link: link.link.as_str().to_owned(),
            jti: link.id.to_string(),
        }
    }
}

fn table(issued: &[IssuedLink]) -> String {
    let row = |(index, link): (usize, &IssuedLink)| BatchRow {
        row: index + 1,
        grant: link.grant.clone(),
        validity: link.validity,
    };
    let rows: Vec<_> = issued.iter().enumerate().map(row).collect();
    batch::answer(&rows, issued, &[])
}

fn parcel(
    table: &str,
    occasion: &Occasion<'_>,
    issued: &[IssuedLink],
    notes: &[MeetingNote],
) -> Option<Vec<u8>> {
    if issued.len() > Parcel::MOST_LINKS {
        return None;
    }
    let mut parcel = Parcel::new(table)?;
    for (index, (link, note)) in issued.iter().zip(notes).enumerate() {
        let occasion = Occasion {
            note: Some(note),
            ..*occasion
        };
        let invitation = occasion.invitation(link);
        let edition = edition(&invitation, None, occasion.now);
        parcel.add(index + 1, &invitation, &edition, link.grant.room().local())?;
    }
    parcel.finish()
}

fn data(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", STANDARD.encode(bytes))
}
