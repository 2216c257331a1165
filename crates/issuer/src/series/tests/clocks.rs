//! Meetings around the days on which clocks are changed.

use super::*;

fn runs_of(plan: &Plan) -> Vec<(String, u64)> {
    let runs = plan.windows().runs().iter();
    runs.map(|run| (run.start.to_string(), run.count)).collect()
}

#[test]
fn a_weekly_meeting_keeps_its_hour_when_berlin_changes_its_clocks() {
    // Clocks change on 28 March and 31 October 2027.
    let year = words("Europe/Berlin", "tue", "15:00", "2026-12-01", "2027-11-30");
    let plan = plan(&year).unwrap();
    assert_eq!(plan.count(), 53);
    assert_eq!(plan.windows().period(), WEEK);
    let expected = [
        ("2026-12-01T14:00:00Z", 17),
        ("2027-03-30T13:00:00Z", 31),
        ("2027-11-02T14:00:00Z", 5),
    ];
    assert_eq!(runs_of(&plan), expected.map(|(s, n)| (s.to_owned(), n)));
    assert!(plan.meetings().all(|m| m.local.starts_with("Tuesday, ")));
    assert!(plan.meetings().all(|m| m.local.ends_with(", 15:00")));
}

#[test]
fn a_weekly_meeting_keeps_its_hour_when_new_york_changes_its_clocks() {
    // Clocks change on 1 November 2026 and 14 March 2027.
    let winter = words(
        "America/New_York",
        "wed",
        "09:30",
        "2026-10-21",
        "2027-03-31",
    );
    let expected = [
        ("2026-10-21T13:30:00Z", 2),
        ("2026-11-04T14:30:00Z", 19),
        ("2027-03-17T13:30:00Z", 3),
    ];
    let plan = plan(&winter).unwrap();
    assert_eq!(runs_of(&plan), expected.map(|(s, n)| (s.to_owned(), n)));
}

/// Zone and clock, and three Sundays' meetings in UTC; in the night to the second, clocks are changed.
const SUNDAYS: &str = "
    Europe/Berlin    02:30 2026-03-22T01:30:00Z 2026-03-29T01:30:00Z 2026-04-05T00:30:00Z
    Europe/Berlin    02:30 2027-03-21T01:30:00Z 2027-03-28T01:30:00Z 2027-04-04T00:30:00Z
    America/New_York 02:30 2026-03-01T07:30:00Z 2026-03-08T07:30:00Z 2026-03-15T06:30:00Z
    America/New_York 02:30 2027-03-07T07:30:00Z 2027-03-14T07:30:00Z 2027-03-21T06:30:00Z
    Europe/Berlin    02:30 2026-10-18T00:30:00Z 2026-10-25T00:30:00Z 2026-11-01T01:30:00Z
    Europe/Berlin    02:30 2027-10-24T00:30:00Z 2027-10-31T00:30:00Z 2027-11-07T01:30:00Z
    America/New_York 01:30 2026-10-25T05:30:00Z 2026-11-01T05:30:00Z 2026-11-08T06:30:00Z
    America/New_York 01:30 2027-10-31T05:30:00Z 2027-11-07T05:30:00Z 2027-11-14T06:30:00Z
";

/// In spring, half past two is left out and becomes half past three; in autumn, the first of two counts.
#[test]
fn an_hour_that_is_left_out_or_comes_twice_is_read_as_calendars_do() {
    let mut checked = 0;
    for row in SUNDAYS.lines().filter(|row| !row.trim().is_empty()) {
        let fields: Vec<_> = row.split_whitespace().collect();
        let [zone, clock, first, second, third] = fields[..] else {
            panic!("{row}")
        };
        let day = |moment: &str| moment.split_once('T').unwrap().0.to_owned();
        let sundays = words(zone, "sun", clock, &day(first), &day(third));
        let plan = plan(&sundays).unwrap();
        assert_eq!(starts(&plan), [first, second, third], "{row}");
        checked += 1;
    }
    assert_eq!(checked, 8);
}
