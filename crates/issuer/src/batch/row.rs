//! One row: cells in, what is to be signed out.

use csv::ByteRecord;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use room_token::{
    Affiliation, DisplayName, Grant, Limits, Person, PersonError, Timestamp, Validity,
};

use super::cells::Columns;
use super::error::RowError;
use crate::{BaseUrl, Ending, Schedule};

/// What is the same for all rows.
pub(super) struct Context<'a> {
    pub(super) columns: &'a Columns,
    pub(super) base_url: &'a BaseUrl,
    pub(super) zone: &'a TimeZone,
    pub(super) now: Timestamp,
}

/// Two hours, when neither `end` nor `lifetime` is given; as in the form and the API.
const DEFAULT_LIFETIME: u64 = 2 * 3600;

impl Context<'_> {
    pub(super) fn read(
        &self,
        row: usize,
        record: &ByteRecord,
    ) -> Result<(Grant, Validity), Vec<RowError>> {
        let mut cells = Cells {
            context: self,
            record,
            row,
            errors: Vec::new(),
        };
        let read = cells.grant_and_times();
        if self.columns.is_too_long(record) {
            let detail =
                "this row has more cells than there are columns; quote cells with commas in them";
            cells.blame("room", &detail);
        }
        match read {
            Some(read) if cells.errors.is_empty() => Ok(read),
            Some(_) | None => Err(cells.errors),
        }
    }
}

/// Something is wrong, and noted.
struct Told;

/// A row that is being read; every cell is looked at, so that all that is wrong is told at once.
struct Cells<'a> {
    context: &'a Context<'a>,
    record: &'a ByteRecord,
    row: usize,
    errors: Vec<RowError>,
}

impl<'a> Cells<'a> {
    fn cell(&self, column: &str) -> &'a str {
        self.context.columns.cell(self.record, column)
    }

    fn blame(&mut self, column: &'static str, error: &impl std::fmt::Display) {
        self.errors.push(RowError {
            row: self.row,
            column,
            detail: error.to_string(),
        });
    }

    fn keep<T, E: std::fmt::Display>(
        &mut self,
        column: &'static str,
        result: Result<T, E>,
    ) -> Option<T> {
        result.map_err(|error| self.blame(column, &error)).ok()
    }

    fn grant_and_times(&mut self) -> Option<(Grant, Validity)> {
        let room = self.context.base_url.room(self.cell("room"));
        let room = self.keep("room", room);
        let person = self.person();
        let validity = self.validity();
        let limits = self.limits(validity.as_ref());
        Some((Grant::new(room?, person?).within(limits?), validity?))
    }

    fn person(&mut self) -> Option<Person> {
        let affiliation = match self.cell("affiliation") {
            "" => Ok(Affiliation::Member),
            word => Affiliation::parse(&word.to_lowercase()),
        };
        let affiliation = self.keep("affiliation", affiliation);
        let name = match self.cell("name") {
            "" => Some(None),
            name => self.keep("name", DisplayName::parse(name)).map(Some),
        };
        let person = Person::anonymous(affiliation?);
        let person = name?.into_iter().fold(person, Person::named);
        let person = self.detail("id", person, Person::identified)?;
        let person = self.detail("email", person, Person::with_email)?;
        self.detail("avatar", person, Person::with_avatar)
    }

    fn detail(
        &mut self,
        column: &'static str,
        person: Person,
        with: impl FnOnce(Person, &str) -> Result<Person, PersonError>,
    ) -> Option<Person> {
        match self.cell(column) {
            "" => Some(person),
            text => self.keep(column, with(person, text)),
        }
    }

    fn validity(&mut self) -> Option<Validity> {
        let start = self.time("start");
        let (end, field) = match (self.cell("end"), self.cell("lifetime")) {
            ("", "") => (Some(Ending::After(DEFAULT_LIFETIME)), "start"),
            ("", span) => {
                let span = self.keep("lifetime", seconds(span));
                (span.map(Ending::After), "lifetime")
            }
            (_, "") => (self.time("end").ok().flatten().map(Ending::At), "end"),
            (_, _) => {
                let both = "`lifetime` and `end` both say when it ends; leave one out";
                self.blame("lifetime", &both);
                (None, "end")
            }
        };
        let schedule = Schedule {
            start: start.ok()?,
            end: end?,
        };
        self.keep(field, schedule.validity(self.context.now))
    }

    fn limits(&mut self, validity: Option<&Validity>) -> Option<Limits> {
        let (latest, seats) = (self.time("join_by"), self.count("seats"));
        let occupants = self.count("max_occupants");
        let mut limits = Limits::default();
        if let Some(seats) = seats.ok()? {
            let limited = limits.with_seats(seats);
            limits = self.keep("seats", limited)?;
        }
        if let Some(occupants) = occupants.ok()? {
            let limited = limits.with_max_occupants(occupants);
            limits = self.keep("max_occupants", limited)?;
        }
        if let (Some(latest), Some(validity)) = (latest.ok()?, validity) {
            let bounded = Ending::At(latest).join_by(validity.opens_at(), validity.expires_at());
            limits = limits.joining_by(self.keep("join_by", bounded)?);
        }
        Some(limits)
    }

    fn count(&mut self, column: &'static str) -> Result<Option<u64>, Told> {
        let wrong = "this is not a number from 1 to 100000; write one, or leave it empty";
        match self.cell(column) {
            "" => Ok(None),
            digits => self
                .keep(column, digits.parse().map_err(|_| wrong))
                .map(Some)
                .ok_or(Told),
        }
    }

    fn time(&mut self, column: &'static str) -> Result<Option<Timestamp>, Told> {
        let wrong =
            "this is not a time; write it like 2026-12-01 14:00, or 2026-12-01T14:00:00+01:00";
        match self.cell(column) {
            "" => Ok(None),
            text => {
                let time = time(text, self.context.zone).ok_or(wrong);
                self.keep(column, time).map(Some).ok_or(Told)
            }
        }
    }
}

/// RFC 3339, or the clocks of a place; an hour that comes twice is the first of the two.
fn time(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(at) = Timestamp::parse_rfc3339(text) {
        return Some(at);
    }
    let local: DateTime = text.replacen(' ', "T", 1).parse().ok()?;
    // A day without an hour would be midnight, which nobody means by it.
    text.contains(':').then_some(())?;
    let there = zone.to_ambiguous_zoned(local).compatible().ok()?;
    let secs = u64::try_from(there.timestamp().as_second()).ok()?;
    Timestamp::from_secs(secs).ok()
}

/// `90m`, `2h`, `1d`, `1w`.
fn seconds(text: &str) -> Result<u64, &'static str> {
    let wrong = "this is not a span; write it like 90m, 2h, 1d or 1w";
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match text.get(digits.len()..).unwrap_or_default().trim() {
        "m" | "min" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 604_800,
        _other => return Err(wrong),
    };
    let count: u64 = digits.trim().parse().map_err(|_| wrong)?;
    count.checked_mul(unit).ok_or(wrong)
}
