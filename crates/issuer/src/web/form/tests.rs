//! The form, field by field.

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

fn parse(form: &LinkForm) -> Result<Wanted, FieldErrors> {
    form.parse(&BaseUrl::parse("https://meet.example.org").unwrap(), now())
}

#[test]
fn what_is_chosen_is_what_is_signed() {
    let Wanted {
        grant,
        validity,
        series,
    } = parse(&form(|_| ())).unwrap();
    assert!(series.is_none());
    assert_eq!(grant.room().as_str(), "sync");
    assert_eq!(grant.person(), &Person::anonymous(Affiliation::Member));
    assert_eq!(validity.seconds(), 7200);
    for preset in Preset::ALL {
        let chosen = form(|f| f.lifetime = preset.value.to_owned());
        assert_eq!(parse(&chosen).unwrap().validity.seconds(), preset.secs);
    }
    let later = form(|f| {
        f.name = " Ada ".to_owned();
        f.affiliation = "owner".to_owned();
        f.start = "2026-03-04T09:00".to_owned();
    });
    let Wanted {
        grant, validity, ..
    } = parse(&later).unwrap();
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
    let empty = form(|f| {
        f.room.clear();
        f.start = "soon".to_owned();
    });
    let errors = parse(&empty).unwrap_err();
    assert!(
        errors.of("room").is_some() && errors.of("start").is_some(),
        "{errors:?}"
    );
    assert!(errors.first_is("room"));
}
