//! What one link cannot carry, and what is no series.

use super::*;

fn good() -> SeriesWords {
    words("Europe/Berlin", "tue", "15:00", "2026-12-01", "2027-06-30")
}

/// The same with one part written differently.
fn with(part: SeriesPart, typed: &str) -> SeriesWords {
    let mut words = good();
    match part {
        SeriesPart::At => words.at = typed.to_owned(),
        SeriesPart::Every => words.every = Some(typed.to_owned()),
        SeriesPart::From => words.from = Some(typed.to_owned()),
        SeriesPart::Lasts => words.lasts = typed.parse().unwrap(),
        SeriesPart::Until => words.until = typed.to_owned(),
        SeriesPart::Weekdays => words.weekdays = vec![typed.to_owned()],
        SeriesPart::Zone => words.zone = typed.to_owned(),
    }
    words
}

#[test]
fn what_cannot_be_is_told_at_its_part() {
    for (part, typed, hint) in [
        (SeriesPart::Zone, "Berlin", "such as Europe/Berlin"),
        (SeriesPart::Zone, "Etc/Unknown", "such as Europe/Berlin"),
        (SeriesPart::Zone, "+01:00", "such as Europe/Berlin"),
        (SeriesPart::Weekdays, "tuesday", "write mon, tue"),
        (SeriesPart::Every, "2", "write 2w"),
        (SeriesPart::Every, "0w", "write 2w"),
        (SeriesPart::Every, "54w", "up to 53w"),
        (SeriesPart::Every, "2ü", "write 2w"),
        (SeriesPart::Every, "", "write 2w"),
        (SeriesPart::Every, "2d", "name no weekdays"),
        (SeriesPart::At, "3 pm", "like 15:00"),
        (SeriesPart::At, "24:00", "like 15:00"),
        (SeriesPart::Lasts, "0", "another length"),
        (SeriesPart::Lasts, "18446744073709551615", "another length"),
        (SeriesPart::Lasts, "604801", "shorten it"),
        (SeriesPart::From, "soon", "like 2027-06-30"),
        (SeriesPart::From, "2020-01-01", "choose a later one"),
        (SeriesPart::Until, "2027-02-30", "like 2027-06-30"),
        (SeriesPart::Until, "2026-11-30", "a later last day"),
        (SeriesPart::Until, "9999-12-31", "an earlier last day"),
    ] {
        let series = Series::parse(&with(part, typed));
        let plan = series.and_then(|series| series.plan(at("2026-12-01T00:00:00Z")));
        let error = plan.unwrap_err();
        assert_eq!(error.part(), part, "{typed}: {error}");
        assert!(error.to_string().contains(hint), "{typed}: {error}");
    }
    assert!(plan(&good()).is_ok());
    let never = SeriesWords {
        weekdays: Vec::new(),
        ..good()
    };
    assert_eq!(Series::parse(&never), Err(SeriesError::Repeat));
}

/// Browsers still call some places by an older name.
#[test]
fn a_zones_former_name_is_one_too() {
    for former in ["Asia/Calcutta", "Europe/Kiev", "US/Eastern"] {
        assert!(plan(&with(SeriesPart::Zone, former)).is_ok(), "{former}");
    }
}

#[test]
fn weekdays_at_uneven_distances_fit_in_a_link_for_eight_weeks() {
    let weeks = |until| {
        plan(&words(
            "Europe/Berlin",
            "tue,thu",
            "15:00",
            "2026-12-01",
            until,
        ))
    };
    let short = weeks("2027-01-21").unwrap();
    assert_eq!((short.count(), short.windows().period()), (16, 2 * 86_400));
    assert_eq!(short.windows().runs().len(), 8);
    let error = weeks("2027-06-30").unwrap_err();
    assert!(matches!(error, SeriesError::Uneven { runs } if runs > 8));
    let text = error.to_string();
    assert!(text.contains("; issue one link for each weekday"), "{text}");
}

#[test]
fn a_series_lasts_400_days_at_most() {
    let day = |until: &str| {
        plan(&SeriesWords {
            every: Some("1d".to_owned()),
            ..words("UTC", "", "00:00", "2026-12-01", until)
        })
    };
    // 400 days from the first midnight is the end of the last meeting, not its beginning.
    assert!(day("2028-01-04").is_ok());
    assert_eq!(day("2028-01-05"), Err(SeriesError::TooLong));
}
