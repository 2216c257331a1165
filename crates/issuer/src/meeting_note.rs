//! What calendars say of a meeting and no claim does: its title, and the hours that people have agreed on.

use room_token::Timestamp;
use serde_json::{Map, Value, json};

use crate::{Plan, Series, SeriesWords};

/// Noted beside a link, so that an update or a cancellation says the same as the first calendar file did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MeetingNote {
    /// What it is called; as the room, if empty.
    pub title: String,
    /// The planned hours.
    pub times: NotedTimes,
}

/// When it is planned.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum NotedTimes {
    /// As long as the door is open.
    #[default]
    AsTheDoor,
    /// The door opens earlier, or shuts later.
    Once {
        /// The planned start.
        starts: Timestamp,
        /// The planned end.
        ends: Timestamp,
    },
    /// A series, as it was worked out then.
    Series {
        /// How it repeats.
        words: SeriesWords,
        /// When its meetings were counted.
        planned_at: Timestamp,
    },
}

impl MeetingNote {
    /// Whether the claims say all of it.
    pub(crate) fn is_empty(&self) -> bool {
        self.title.is_empty() && self.times == NotedTimes::AsTheDoor
    }

    /// The series, and its meetings as they were then.
    pub(crate) fn series(&self) -> Option<(Series, Plan)> {
        let NotedTimes::Series { words, planned_at } = &self.times else {
            return None;
        };
        let series = Series::parse(words).ok()?;
        let plan = series.plan(*planned_at).ok()?;
        Some((series, plan))
    }

    /// The planned start and end, if they are not the door's.
    pub(crate) const fn once(&self) -> Option<(Timestamp, Timestamp)> {
        match self.times {
            NotedTimes::Once { starts, ends } => Some((starts, ends)),
            NotedTimes::AsTheDoor | NotedTimes::Series { .. } => None,
        }
    }

    /// As the ledger keeps it. Never change a name in it.
    pub(crate) fn to_json(&self) -> String {
        let mut members = Map::new();
        if !self.title.is_empty() {
            members.insert("title".to_owned(), json!(self.title));
        }
        match &self.times {
            NotedTimes::AsTheDoor => {}
            NotedTimes::Once { starts, ends } => {
                members.insert("starts".to_owned(), json!(starts.as_secs()));
                members.insert("ends".to_owned(), json!(ends.as_secs()));
            }
            NotedTimes::Series { words, planned_at } => {
                members.insert("series".to_owned(), json!(words));
                members.insert("planned_at".to_owned(), json!(planned_at.as_secs()));
            }
        }
        Value::Object(members).to_string()
    }

    /// What cannot be read is as if nothing had been noted.
    pub(crate) fn from_json(text: &str) -> Option<Self> {
        let note: Value = serde_json::from_str(text).ok()?;
        let title = note.get("title").and_then(Value::as_str);
        let time = |name: &str| Timestamp::from_secs(note.get(name)?.as_u64()?).ok();
        let times = match (time("starts"), time("ends"), note.get("series")) {
            (Some(starts), Some(ends), _) => NotedTimes::Once { starts, ends },
            (_, _, Some(words)) => NotedTimes::Series {
                words: series_words(words)?,
                planned_at: time("planned_at")?,
            },
            (_, _, None) => NotedTimes::AsTheDoor,
        };
        Some(Self {
            title: title.unwrap_or_default().to_owned(),
            times,
        })
    }
}

fn series_words(words: &Value) -> Option<SeriesWords> {
    let text = |name: &str| words.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| words.get(name).and_then(Value::as_u64);
    let weekdays = words.get("weekdays").and_then(Value::as_array);
    let weekdays = weekdays.into_iter().flatten().filter_map(Value::as_str);
    Some(SeriesWords {
        zone: text("zone")?,
        weekdays: weekdays.map(str::to_owned).collect(),
        every: text("every"),
        at: text("at")?,
        lasts: number("lasts")?,
        from: text("from"),
        until: text("until")?,
        early: number("early"),
        grace: number("grace"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn what_is_noted_is_read_back() {
        let words = SeriesWords {
            zone: "Europe/Berlin".to_owned(),
            weekdays: vec!["tue".to_owned()],
            every: Some("2w".to_owned()),
            at: "15:00".to_owned(),
            lasts: 3600,
            from: Some("2026-03-03".to_owned()),
            until: "2026-06-30".to_owned(),
            early: Some(600),
            grace: Some(0),
        };
        let (starts, ends) = (at("2026-03-03T14:00:00Z"), at("2026-03-03T15:00:00Z"));
        for times in [
            NotedTimes::AsTheDoor,
            NotedTimes::Once { starts, ends },
            NotedTimes::Series {
                words,
                planned_at: starts,
            },
        ] {
            let note = MeetingNote {
                title: "Board “meeting”".to_owned(),
                times,
            };
            assert_eq!(MeetingNote::from_json(&note.to_json()), Some(note.clone()));
            assert!(!note.is_empty());
        }
        assert!(MeetingNote::default().is_empty());
        assert_eq!(MeetingNote::default().to_json(), "{}");
        assert_eq!(MeetingNote::from_json("no"), None);
    }
}
