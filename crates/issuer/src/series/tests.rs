//! Series across changes of the clock, and what they cost.

mod clocks;
mod refusals;

use room_token::{Deployment, Grant, Person, SigningKey, TokenId};

use super::*;
use crate::{BaseUrl, Office};

const HOUR: u64 = 3600;
const WEEK: u64 = 7 * 86_400;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A series of an hour, without time before and after it.
fn words(zone: &str, weekdays: &str, clock: &str, from: &str, until: &str) -> SeriesWords {
    let names = weekdays.split(',').filter(|name| !name.is_empty());
    SeriesWords {
        zone: zone.to_owned(),
        weekdays: names.map(str::to_owned).collect(),
        at: clock.to_owned(),
        lasts: HOUR,
        from: Some(from.to_owned()),
        until: until.to_owned(),
        early: Some(0),
        grace: Some(0),
        ..SeriesWords::default()
    }
}

/// Its plan, seen from midnight of the first day.
fn plan(words: &SeriesWords) -> Result<Plan, SeriesError> {
    let midnight = format!("{}T00:00:00Z", words.from.as_deref().unwrap());
    Series::parse(words)?.plan(at(&midnight))
}

fn starts(plan: &Plan) -> Vec<String> {
    plan.meetings().map(|m| m.starts.to_string()).collect()
}

#[test]
fn the_door_is_open_for_every_meeting_and_shut_between_any_two() {
    for (zone, weekdays, every, until) in [
        ("Europe/Berlin", "tue", None, "2027-12-01"),
        ("Europe/Berlin", "", Some("1d"), "2027-12-01"),
        ("America/New_York", "", Some("3d"), "2027-12-01"),
        (
            "America/New_York",
            "mon,tue,wed,thu,fri,sat,sun",
            None,
            "2027-12-01",
        ),
        ("Europe/Berlin", "mon,thu", None, "2026-12-31"),
        ("Africa/Cairo", "fri", Some("2w"), "2027-12-01"),
        ("Australia/Lord_Howe", "", Some("1w"), "2027-12-01"),
    ] {
        let mut words = words(zone, weekdays, "15:00", "2026-11-24", until);
        words.every = every.map(str::to_owned);
        (words.early, words.grace) = (Some(600), Some(1800));
        let plan = plan(&words).unwrap();
        let (windows, mut before) = (plan.windows(), plan.validity().issued_at());
        assert_eq!(windows.duration(), 600 + HOUR + 1800);
        for meeting in plan.meetings() {
            let window = windows.at_or_after(before).unwrap();
            assert_eq!(window.opens.plus(600), meeting.starts, "{words:?}");
            assert_eq!(window.shuts, meeting.starts.plus(HOUR + 1800), "{words:?}");
            before = window.shuts;
        }
        assert_eq!(windows.at_or_after(before), None, "{words:?}");
        assert_eq!(plan.validity().expires_at(), before);
        assert_eq!(plan.validity().not_before(), None);
    }
}

#[test]
fn a_rhythm_counts_from_the_first_day() {
    let mut fortnight = words("UTC", "wed,mon", "09:00", "2026-12-02", "2026-12-31");
    fortnight.every = Some("2w".to_owned());
    let days = |words: &SeriesWords| -> Vec<String> {
        let starts = starts(&plan(words).unwrap());
        starts.iter().map(|s| s[8..10].to_owned()).collect()
    };
    // 2 December is a Wednesday: the Monday of its week is over.
    assert_eq!(days(&fortnight), ["02", "14", "16", "28", "30"]);
    let mut third = words("UTC", "", "09:00", "2026-12-02", "2026-12-10");
    third.every = Some("3d".to_owned());
    assert_eq!(days(&third), ["02", "05", "08"]);
    third.every = Some("1w".to_owned());
    assert_eq!(days(&third), ["02", "09"]);
}

#[test]
fn what_is_over_is_left_out_and_what_goes_on_is_not() {
    let series = Series::parse(&words("UTC", "tue", "15:00", "2026-11-03", "2026-12-08")).unwrap();
    for (now, left) in [
        ("2026-11-24T15:59:59Z", 3),
        ("2026-11-24T16:00:00Z", 2),
        ("2026-12-08T15:30:00Z", 1),
    ] {
        assert_eq!(series.plan(at(now)).unwrap().count(), left, "{now}");
    }
    assert_eq!(
        series.plan(at("2026-12-08T16:00:00Z")),
        Err(SeriesError::Never)
    );
}

#[test]
fn without_a_first_day_it_begins_today_where_it_takes_place() {
    let mut series = words("Asia/Tokyo", "", "08:00", "2026-11-25", "2026-11-26");
    (series.from, series.every) = (None, Some("1d".to_owned()));
    // In Tokyo it is seven in the morning of the 25th.
    let plan = Series::parse(&series)
        .unwrap()
        .plan(at("2026-11-24T22:00:00Z"))
        .unwrap();
    assert_eq!(
        starts(&plan),
        ["2026-11-24T23:00:00Z", "2026-11-25T23:00:00Z"]
    );
    assert_eq!(plan.opens_at(), at("2026-11-24T23:00:00Z"));
}

#[test]
fn it_is_told_back_as_it_was_understood() {
    let mut typed = words(
        "europe/berlin",
        "THU, tue",
        "9:05",
        "2026-12-01",
        "2027-06-30",
    );
    (typed.early, typed.grace) = (None, None);
    let told = Series::parse(&typed).unwrap().words();
    let expected = SeriesWords {
        zone: "Europe/Berlin".to_owned(),
        weekdays: vec!["tue".to_owned(), "thu".to_owned()],
        every: Some("1w".to_owned()),
        at: "09:05".to_owned(),
        early: Some(600),
        grace: Some(1800),
        ..typed
    };
    assert_eq!(told, expected);
    assert_eq!(Series::parse(&told).unwrap().words(), told);
}

#[test]
fn a_year_of_meetings_costs_120_characters_at_most() {
    let office = Office::new(
        SigningKey::from_seed(&[7; 32]).into(),
        Deployment::default(),
        Some(BaseUrl::parse("https://meet.example.org").unwrap()),
    );
    let room = office.base_url().unwrap().room("weekly-sync").unwrap();
    let single = Grant::new(room, Person::member("Alice Example").unwrap());
    for (zone, weekdays) in [
        ("Europe/Berlin", "tue"),
        ("America/New_York", "mon"),
        ("Europe/London", "mon,tue,wed,thu,fri,sat,sun"),
    ] {
        let mut words = words(zone, weekdays, "15:00", "2026-11-24", "2027-11-23");
        (words.early, words.grace) = (None, None);
        let plan = plan(&words).unwrap();
        assert_eq!(plan.windows().runs().len(), 3, "{zone}");
        let length = |grant: Grant| {
            let id = TokenId::from_bytes([1; 8]);
            let issued = office.issue(grant, plan.validity(), id).unwrap();
            issued.link.as_str().len()
        };
        let series = length(single.clone().during(plan.windows().clone()));
        let cost = series - length(single.clone());
        assert!(cost <= 120, "{zone}: {cost} characters");
    }
}
