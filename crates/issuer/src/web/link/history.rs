//! An entry of the chain, in words.

use crate::web::words;
use crate::{Chained, MeetingNote};

/// One thing that was done.
pub(crate) struct Step {
    pub(crate) seq: u64,
    pub(crate) at: String,
    pub(crate) actor: String,
    pub(crate) what: String,
    /// The link that came of it.
    pub(crate) link: Option<String>,
}

impl Step {
    pub(crate) fn new(entry: &Chained) -> Self {
        let Chained { seq, entry, .. } = entry;
        let made = || Some(entry.detail.clone()).filter(|jti| !jti.is_empty());
        let (what, link) = match entry.action.as_str() {
            "link.issue" => ("issued".to_owned(), None),
            "link.derive" => ("made a guest's link of it".to_owned(), made()),
            "link.reissue" => ("issued it once more".to_owned(), made()),
            "link.meeting" => (meeting(&entry.detail), None),
            "link.revoke" => (revoked(&entry.subject), None),
            other => (other.replace('.', " "), None),
        };
        Self {
            seq: *seq,
            at: words::moment(entry.at),
            actor: entry.actor.clone(),
            what,
            link,
        }
    }
}

fn meeting(detail: &str) -> String {
    let title = MeetingNote::from_json(detail).map(|note| note.title);
    match title.filter(|title| !title.is_empty()) {
        Some(title) => format!("noted for calendars “{title}”"),
        None => "noted its hours for calendars".to_owned(),
    }
}

fn revoked(subject: &str) -> String {
    match subject.split_once(':') {
        Some(("room", room)) => format!("took back all links of {}", words::room(room)),
        Some(("kid", id)) => format!("took back all links of key {id}"),
        Some(("id", id)) => format!("took back all links of the person {id}"),
        Some(_) | None => "took it back".to_owned(),
    }
}
