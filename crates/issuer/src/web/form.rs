//! The form: typed by anybody, and parsed into something that can be signed.

use room_token::{
    Affiliation, DisplayName, Grant, Person, RoomName, TimeError, Timestamp, Validity,
};
use serde::Deserialize;

use super::api::DEFAULT_LIFETIME;
use super::field_errors::FieldErrors;
use super::preset::Preset;
use super::words;
use crate::{Ending, Schedule};

/// The form exactly as the browser sends it: nothing here is trusted yet.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(default)]
pub(crate) struct LinkForm {
    pub(crate) room: String,
    pub(crate) name: String,
    pub(crate) affiliation: String,
    /// The value of a [`Preset`], or `until`.
    pub(crate) lifetime: String,
    pub(crate) until: String,
    pub(crate) start: String,
}

impl Default for LinkForm {
    fn default() -> Self {
        Self {
            room: String::new(),
            name: String::new(),
            affiliation: Affiliation::Member.as_str().to_owned(),
            lifetime: "2h".to_owned(),
            until: String::new(),
            start: String::new(),
        }
    }
}

impl LinkForm {
    /// An empty form; the end, for who wants to choose one, is filled in as the default would have it.
    pub(crate) fn blank(now: Timestamp) -> Self {
        Self {
            until: words::field(now.plus(DEFAULT_LIFETIME)),
            ..Self::default()
        }
    }

    /// What to sign, or everything that is wrong, each at its field.
    pub(crate) fn parse(&self, now: Timestamp) -> Result<(Grant, Validity), FieldErrors> {
        let mut errors = FieldErrors::default();
        let room = errors.keep("room", self.room());
        let name = errors.keep("name", self.display_name());
        let affiliation = Affiliation::parse(&self.affiliation).map_err(|e| e.to_string());
        let affiliation = errors.keep("affiliation", affiliation);
        let validity = self.validity(now, &mut errors);
        match (room, name, affiliation, validity) {
            (Some(room), Some(name), Some(affiliation), Some(validity)) => {
                let person = Person::anonymous(affiliation);
                let person = name.into_iter().fold(person, Person::named);
                Ok((Grant::new(room, person), validity))
            }
            _something_is_wrong => Err(errors),
        }
    }

    fn room(&self) -> Result<RoomName, String> {
        RoomName::parse(self.room.trim()).map_err(|error| error.to_string())
    }

    fn display_name(&self) -> Result<Option<DisplayName>, String> {
        if self.name.trim().is_empty() {
            return Ok(None);
        }
        DisplayName::parse(&self.name)
            .map(Some)
            .map_err(|error| error.to_string())
    }

    fn validity(&self, now: Timestamp, errors: &mut FieldErrors) -> Option<Validity> {
        let start = errors.keep("start", self.start());
        let end = errors.keep(self.end_field(), self.end());
        let schedule = Schedule {
            start: start?,
            end: end?,
        };
        let validity = schedule.validity(now).map_err(|error| for_a_person(&error));
        errors.keep(self.end_field(), validity)
    }

    fn start(&self) -> Result<Option<Timestamp>, String> {
        if self.start.trim().is_empty() {
            return Ok(None);
        }
        words::parse_field(&self.start)
            .map(Some)
            .ok_or_else(not_a_time)
    }

    fn end(&self) -> Result<Ending, String> {
        if self.lifetime == "until" {
            return words::parse_field(&self.until)
                .map(Ending::At)
                .ok_or_else(not_a_time);
        }
        let preset = Preset::ALL
            .iter()
            .find(|preset| preset.value == self.lifetime);
        let preset = preset.ok_or("there is no such lifetime; choose one of these")?;
        Ok(Ending::After(preset.secs))
    }

    fn end_field(&self) -> &'static str {
        if self.lifetime == "until" {
            "until"
        } else {
            "lifetime"
        }
    }
}

fn not_a_time() -> String {
    "this is not a date and time; write it like 2026-03-01 14:00, in UTC".to_owned()
}

fn for_a_person(error: &TimeError) -> String {
    match error {
        TimeError::Lifetime { .. } => {
            "a link can last until 400 days from now, not longer; choose an earlier end".to_owned()
        }
        TimeError::EndsBeforeIssued => "this time has passed; choose a later end".to_owned(),
        TimeError::BeforeEpoch
        | TimeError::EndsBeforeStart
        | TimeError::Leeway { .. }
        | TimeError::NotRfc3339
        | TimeError::TooLate => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse_rfc3339("2026-03-03T12:00:00Z").unwrap()
    }

    fn form(change: impl FnOnce(&mut LinkForm)) -> LinkForm {
        let mut form = LinkForm {
            room: "sync".to_owned(),
            ..LinkForm::blank(now())
        };
        change(&mut form);
        form
    }

    #[test]
    fn what_is_chosen_is_what_is_signed() {
        let (grant, validity) = form(|_| ()).parse(now()).unwrap();
        assert_eq!(grant.room().as_str(), "sync");
        assert_eq!(grant.person(), &Person::anonymous(Affiliation::Member));
        assert_eq!(validity.seconds(), 7200);
        for preset in Preset::ALL {
            let chosen = form(|f| f.lifetime = preset.value.to_owned());
            assert_eq!(chosen.parse(now()).unwrap().1.seconds(), preset.secs);
        }
        let (grant, validity) = form(|f| {
            f.name = " Ada ".to_owned();
            f.affiliation = "owner".to_owned();
            f.start = "2026-03-04T09:00".to_owned();
        })
        .parse(now())
        .unwrap();
        assert_eq!(grant.person(), &Person::owner("Ada").unwrap());
        assert_eq!(validity.opens_at().to_string(), "2026-03-04T09:00:00Z");
        assert_eq!(validity.expires_at().to_string(), "2026-03-04T11:00:00Z");
    }

    #[test]
    fn each_mistake_is_told_at_its_field() {
        let until = |text: &str| {
            let text = text.to_owned();
            form(|f| {
                f.lifetime = "until".to_owned();
                f.until = text;
            })
        };
        for (form, field, words) in [
            (
                form(|f| f.room = "  ".to_owned()),
                "room",
                "use letters or digits.",
            ),
            (
                form(|f| f.room = "%2a".to_owned()),
                "room",
                "leave out percent-encoded punctuation.",
            ),
            (
                form(|f| f.name = "a".repeat(129)),
                "name",
                "choose a shorter one.",
            ),
            (
                form(|f| f.affiliation = "admin".to_owned()),
                "affiliation",
                "choose one of them.",
            ),
            (
                form(|f| f.lifetime = "2y".to_owned()),
                "lifetime",
                "choose one of these.",
            ),
            (
                form(|f| f.start = "soon".to_owned()),
                "start",
                "write it like 2026-03-01 14:00",
            ),
            (
                form(|f| f.start = "2099-01-01T00:00".to_owned()),
                "lifetime",
                "400 days from now",
            ),
            (until(""), "until", "write it like 2026-03-01 14:00"),
            (until("2026-03-03T12:00"), "until", "This time has passed"),
            (until("2027-12-31T12:00"), "until", "400 days from now"),
        ] {
            let errors = form.parse(now()).unwrap_err();
            let text = errors
                .of(field)
                .unwrap_or_else(|| panic!("{field}: {errors:?}"));
            assert!(text.contains(words), "{text}");
            assert!(errors.first_is(field), "{errors:?}");
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let empty = form(|f| {
            f.room.clear();
            f.start = "soon".to_owned();
        });
        let errors = empty.parse(now()).unwrap_err();
        assert!(
            errors.of("room").is_some() && errors.of("start").is_some(),
            "{errors:?}"
        );
        assert!(errors.first_is("room"));
    }
}
