//! The form, field by field.

use super::*;

fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-03-03T12:00:00Z").unwrap()
}

fn form(change: impl FnOnce(&mut LinkForm)) -> LinkForm {
    let mut form = LinkForm {
        room: "sync".to_owned(),
        ..LinkForm::blank(None, now())
    };
    change(&mut form);
    form
}

fn parse(form: &LinkForm) -> Result<Wanted, FieldErrors> {
    form.parse(&BaseUrl::parse("https://meet.example.org").unwrap(), now())
}

/// The one link of a wish, and its times.
fn once(form: &LinkForm) -> (Grant, Planned) {
    let wanted = parse(form).unwrap();
    let WantedTimes::Once(planned) = wanted.times else {
        panic!("{:?}", wanted.times)
    };
    (wanted.grants.into_iter().next().unwrap(), planned)
}

fn chosen(zone: &str, start: &str, until: &str) -> LinkForm {
    form(|f| {
        f.times.lifetime = "until".to_owned();
        f.times.zone = zone.to_owned();
        f.times.start = start.to_owned();
        f.times.until = until.to_owned();
    })
}

#[test]
fn what_is_chosen_is_what_is_signed() {
    let (grant, planned) = once(&form(|_| ()));
    assert_eq!(grant.room().as_str(), "sync");
    assert_eq!(grant.person(), &Person::anonymous(Affiliation::Member));
    assert_eq!(planned.validity.seconds(), 7200);
    for preset in crate::web::preset::Preset::ALL {
        let chosen = form(|f| f.times.lifetime = preset.value.to_owned());
        assert_eq!(once(&chosen).1.validity.seconds(), preset.secs);
    }
    let mut later = chosen("Europe/Berlin", "2026-03-04T10:00", "2026-03-04T12:00");
    later.person.name = " Ada ".to_owned();
    later.person.affiliation = "owner".to_owned();
    let (grant, planned) = once(&later);
    assert_eq!(grant.person(), &Person::owner("Ada").unwrap());
    assert_eq!(
        planned.validity.opens_at().to_string(),
        "2026-03-04T09:00:00Z"
    );
    assert_eq!(
        planned.validity.expires_at().to_string(),
        "2026-03-04T11:00:00Z"
    );
}

#[test]
fn days_are_those_of_the_zone() {
    for (zone, when, opens, ends) in [
        ("", "today", "2026-03-03T12:00:00Z", "2026-03-04T00:00:00Z"),
        (
            "Europe/Berlin",
            "today",
            "2026-03-03T12:00:00Z",
            "2026-03-03T23:00:00Z",
        ),
        (
            "Asia/Tokyo",
            "tomorrow",
            "2026-03-04T00:00:00Z",
            "2026-03-04T01:00:00Z",
        ),
        (
            "Pacific/Auckland",
            "tomorrow",
            "2026-03-04T20:00:00Z",
            "2026-03-04T21:00:00Z",
        ),
        (
            "Europe/Berlin",
            "week",
            "2026-03-03T12:00:00Z",
            "2026-03-08T23:00:00Z",
        ),
    ] {
        let (_, planned) = once(&form(|f| {
            f.times.zone = zone.to_owned();
            f.times.lifetime = when.to_owned();
        }));
        let told = (planned.starts.to_string(), planned.ends.to_string());
        assert_eq!(told, (opens.to_owned(), ends.to_owned()), "{zone} {when}");
    }
}

#[test]
fn a_door_may_be_open_for_longer_than_the_meeting() {
    let mut form = chosen("", "2026-03-04T09:00", "2026-03-04T10:00");
    form.times.early = "10".to_owned();
    form.times.grace = " 30 ".to_owned();
    let (_, planned) = once(&form);
    assert_eq!(planned.starts.to_string(), "2026-03-04T09:00:00Z");
    assert_eq!(
        planned.validity.opens_at().to_string(),
        "2026-03-04T08:50:00Z"
    );
    assert_eq!(
        planned.validity.expires_at().to_string(),
        "2026-03-04T10:30:00Z"
    );
    let notes = parse(&form).unwrap().notes(" Board ", now());
    let times = NotedTimes::Once {
        starts: planned.starts,
        ends: planned.ends,
    };
    let title = "Board".to_owned();
    assert_eq!(notes, [MeetingNote { title, times }]);
    // Margins save no meeting that makes no sense.
    form.times.start = "2026-03-04T10:10".to_owned();
    let errors = parse(&form).unwrap_err();
    assert!(
        errors
            .of("until")
            .unwrap()
            .starts_with("It would end before it starts")
    );
}

#[test]
fn what_is_not_seen_does_not_count() {
    let hidden = form(|f| {
        f.times.start = "2026-03-05T09:00".to_owned();
        f.with_guest = "on".to_owned();
    });
    let wanted = parse(&hidden).unwrap();
    assert_eq!(wanted.grants.len(), 1);
    assert_eq!(once(&hidden).1.validity.not_before(), None);
}

#[test]
fn details_switches_and_a_guest_beside() {
    let wanted = parse(&form(|f| {
        f.person.affiliation = "owner".to_owned();
        f.person.id = "u7".to_owned();
        f.person.email = "ada@example.org".to_owned();
        f.with_guest = "on".to_owned();
        f.limits.seats = "2".to_owned();
        f.features = serde_json::from_str(r#"{"recording":"off","file-upload":"on"}"#).unwrap();
    }))
    .unwrap();
    let [owner, guest] = wanted.grants.as_slice() else {
        panic!("{:?}", wanted.grants)
    };
    assert_eq!(
        (owner.person().id(), owner.person().email()),
        (Some("u7"), Some("ada@example.org"))
    );
    assert_eq!(guest.person(), &Person::anonymous(Affiliation::Member));
    for grant in [owner, guest] {
        let features = grant.features().unwrap().to_json();
        assert_eq!(features, r#"{"file-upload":true,"recording":false}"#);
        assert_eq!(grant.limits().seats(), Some(2));
    }
    assert_eq!(wanted.links().len(), 2);
    let wrong = form(|f| f.features = serde_json::from_str(r#"{"recording":"x"}"#).unwrap());
    assert!(parse(&wrong).unwrap_err().of("features").is_some());
}

fn series(links: &str) -> LinkForm {
    form(|f| {
        let words =
            r#"{"repeat":"weekly","tue":"on","thu":"on","at":"15:00","last_day":"2026-03-12"}"#;
        f.series = serde_json::from_str(words).unwrap();
        f.series.links = links.to_owned();
        f.times.zone = "Europe/Berlin".to_owned();
    })
}

#[test]
fn a_series_is_one_link_or_many() {
    let one = parse(&series("one")).unwrap();
    assert!(matches!(&one.times, WantedTimes::Series(series) if series.1.count() == 4));
    assert_eq!(one.links().len(), 1);
    assert!(matches!(
        one.notes("", now())[0].times,
        NotedTimes::Series { .. }
    ));
    let each = parse(&series("each")).unwrap();
    let opens: Vec<_> = each
        .links()
        .iter()
        .map(|(_, validity)| validity.opens_at().to_string())
        .collect();
    assert_eq!(opens[0], "2026-03-03T13:50:00Z");
    assert_eq!(opens[3], "2026-03-12T13:50:00Z");
    assert!(
        each.links()
            .iter()
            .all(|(grant, _)| grant.windows().is_none())
    );
    let daily = parse(&{
        let mut form = series("each");
        form.series.repeat = "daily".to_owned();
        form.series.every = "2".to_owned();
        form
    });
    assert_eq!(daily.unwrap().links().len(), 5);
}

#[test]
fn a_series_that_is_not_filled_in_is_told_field_by_field() {
    let empty = form(|f| f.series.repeat = "weekly".to_owned());
    let errors = parse(&empty).unwrap_err();
    for field in ["weekdays", "at", "zone", "last_day"] {
        assert!(errors.of(field).is_some(), "{field}: {errors:?}");
    }
    for (field, mistake) in [
        ("every", r#"{"every":"0"}"#),
        ("minutes", r#"{"minutes":"x"}"#),
        ("first_day", r#"{"first_day":"soon"}"#),
    ] {
        let mut words: serde_json::Value = serde_json::from_str(mistake).unwrap();
        words["repeat"] = "weekly".into();
        words["tue"] = "on".into();
        words["at"] = "15:00".into();
        words["last_day"] = "2026-03-12".into();
        let form = form(|f| {
            f.series = serde_json::from_value(words).unwrap();
            f.times.zone = "Europe/Berlin".to_owned();
        });
        assert!(parse(&form).unwrap_err().of(field).is_some(), "{field}");
    }
}

#[test]
fn each_mistake_is_told_at_its_field() {
    let until = |text: &str| chosen("", "", text);
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
            form(|f| f.person.name = "a".repeat(129)),
            "name",
            "choose a shorter one.",
        ),
        (
            form(|f| f.person.affiliation = "admin".to_owned()),
            "affiliation",
            "choose one of them.",
        ),
        (
            form(|f| f.times.lifetime = "2y".to_owned()),
            "lifetime",
            "choose one of these.",
        ),
        (
            chosen("", "soon", "2026-03-03T14:00"),
            "start",
            "write it like 2026-03-01 14:00",
        ),
        (
            chosen("", "2026-03-05T14:00", "2026-03-05T14:00"),
            "until",
            "It would end before it starts",
        ),
        (
            chosen("Mars/Olympus", "", "2026-03-05T14:00"),
            "zone",
            "write it like Europe/Berlin",
        ),
        (
            form(|f| f.times.early = "-1".to_owned()),
            "early",
            "write it like 10",
        ),
        (until(""), "until", "write it like 2026-03-01 14:00"),
        (until("2026-03-03T12:00"), "until", "This time has passed"),
        (until("2027-12-31T12:00"), "until", "400 days from now"),
    ] {
        let errors = parse(&form).unwrap_err();
        let text = errors
            .of(field)
            .unwrap_or_else(|| panic!("{field}: {errors:?}"));
        assert!(text.contains(words), "{text}");
        assert!(errors.first_is(field), "{errors:?}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let mut empty = chosen("", "soon", "2026-03-03T14:00");
    empty.room.clear();
    let errors = parse(&empty).unwrap_err();
    assert!(
        errors.of("room").is_some() && errors.of("start").is_some(),
        "{errors:?}"
    );
    assert!(errors.first_is("room"));
}
