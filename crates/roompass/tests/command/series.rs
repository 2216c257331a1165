//! `roompass issue`: one link for a series of meetings. The clock is the machine's, so the days are counted from it.

use room_token::Timestamp;
use serde_json::Value;

use crate::shell::{Ended, Shell};

const DAY: u64 = 86_400;

fn shell() -> Shell {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    shell
}

fn issue(shell: &Shell, more: &[&str]) -> Ended {
    let base = "https://meet.example.org";
    let command = [
        "issue",
        "weekly-sync",
        "--key",
        "room.pem",
        "--base-url",
        base,
    ];
    shell.run(&[&command[..], more].concat())
}

/// The date so many days from now, and its weekday.
pub(crate) fn day(days: u64) -> (String, &'static str) {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let that_day = now.as_secs() / DAY + days;
    // 1 January 1970 was a Thursday.
    let names = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];
    let weekday = usize::try_from(that_day % 7).unwrap();
    let date = Timestamp::from_secs(that_day * DAY).unwrap().to_string();
    let (date, _midnight) = date.split_once('T').unwrap();
    (date.to_owned(), *names.get(weekday).unwrap())
}

#[test]
fn a_series_opens_during_its_meetings_alone() {
    let shell = shell();
    shell
        .run(&["keys", "export", "room.pem", "-o", "set"])
        .result();
    let ((first, weekday), (last, _)) = (day(1), day(15));
    let series = [
        "--weekly", weekday, "--at", "15:00", "--lasts", "1h", "--zone", "UTC", "--from", &first,
        "--until", &last,
    ];
    let link = issue(&shell, &series).result();
    let code = |at: String| -> Value {
        let command = ["explain", "-", "--key-set", "set", "--json", "--at", &at];
        let ended = shell.run_with_input(&command, &link);
        serde_json::from_str::<Value>(&ended.stdout).unwrap()["code"].clone()
    };
    // Ten minutes before, half an hour after, and the verifier's minute of leeway.
    for (clock, outcome) in [
        ("14:48:59", Value::from("outside-window")),
        ("14:50:00", Value::Null),
        ("16:29:59", Value::Null),
        ("16:31:00", "outside-window".into()),
    ] {
        assert_eq!(code(format!("{first}T{clock}Z")), outcome, "{clock}");
    }
    assert_eq!(code(format!("{last}T15:00:00Z")), Value::Null);
    assert_eq!(code(format!("{last}T16:31:00Z")), "expired");
}

#[test]
fn json_says_how_the_series_was_understood() {
    let ((first, weekday), (last, _)) = (day(1), day(30));
    let series = [
        "--weekly", weekday, "--every", "2w", "--at", "9:30", "--lasts", "45min", "--early", "0s",
        "--grace", "5m", "--zone", "utc", "--from", &first, "--until", &last, "--json",
    ];
    let json: Value = serde_json::from_str(&issue(&shell(), &series).result()).unwrap();
    let told = &json["series"];
    for (member, value) in [
        ("zone", Value::from("UTC")),
        ("every", "2w".into()),
        ("at", "09:30".into()),
        ("lasts", (45 * 60).into()),
        ("early", 0.into()),
        ("grace", 300.into()),
        ("from", first.clone().into()),
        ("until", last.into()),
        ("meetings", 3.into()),
    ] {
        assert_eq!(told[member], value, "{told}");
    }
    assert_eq!(json["windows"]["duration"], 50 * 60);
    assert_eq!(json["windows"]["period"], 14 * DAY);
    assert_eq!(
        json["windows"]["runs"][0]["start"],
        format!("{first}T09:30:00Z")
    );
    assert_eq!(json["windows"]["runs"][0]["count"], 3);
    assert!(json.get("not_before").is_none());
}

#[test]
fn every_day_is_a_series_too() {
    let (last, _) = day(9);
    let daily = [
        "--daily",
        "--at",
        "23:59",
        "--lasts",
        "1h",
        "--zone",
        "Europe/Berlin",
        "--until",
        &last,
        "--json",
    ];
    let json: Value = serde_json::from_str(&issue(&shell(), &daily).result()).unwrap();
    assert_eq!(json["series"]["every"], "1d");
    assert!(json["series"]["meetings"].as_u64().unwrap() >= 9, "{json}");
}

#[test]
fn a_year_of_meetings_costs_120_characters_at_most() {
    let shell = shell();
    let (last, _) = day(365);
    let series = [
        "--weekly",
        "tue",
        "--at",
        "15:00",
        "--lasts",
        "1h",
        "--zone",
        "Europe/Berlin",
        "--until",
        &last,
    ];
    let until = format!("{last}T16:30:00Z");
    let plain = issue(&shell, &["--until", &until]).result();
    let cost = issue(&shell, &series).result().len() - plain.len();
    assert!(cost <= 120, "{cost} characters");
}

#[test]
fn what_a_series_lacks_is_asked_for() {
    let shell = shell();
    let (last, _) = day(60);
    let (far, _) = day(300);
    let all = [
        "--weekly",
        "tue,thu",
        "--at",
        "15:00",
        "--lasts",
        "1h",
        "--zone",
        "Europe/Berlin",
        "--until",
        &last,
    ];
    for (without, hint) in [
        ("--at", "add --at, such as --at 15:00"),
        ("--lasts", "add --lasts, such as --lasts 1h"),
        ("--zone", "add --zone, such as --zone Europe/Berlin"),
        ("--until", "add --until, such as --until 2027-06-30"),
        ("--weekly", "usage is"),
    ] {
        let pairs = all.chunks(2).filter(|pair| pair[0] != without);
        let rest: Vec<_> = pairs.flatten().copied().collect();
        let error = issue(&shell, &rest).error();
        assert!(error.contains(hint), "{without}: {error}");
    }
    for (option, value, hint) in [
        ("--weekly", "tuesday", "--weekly: `tuesday` is no weekday"),
        ("--at", "3pm", "--at: `3pm` is no time of day"),
        ("--lasts", "8days", "--lasts: a meeting begins before"),
        ("--zone", "Berlin", "such as Europe/Berlin"),
        ("--until", "2020-01-01", "choose a later last day"),
        ("--until", "2099-01-01", "choose an earlier last day"),
        (
            "--until",
            "2099-01-01T00:00:00Z",
            "write it like 2027-06-30",
        ),
        ("--until", &far, "issue one link for each weekday"),
    ] {
        let pairs = all
            .chunks(2)
            .map(|pair| [pair[0], if pair[0] == option { value } else { pair[1] }]);
        let changed: Vec<_> = pairs.flatten().collect();
        let error = issue(&shell, &changed).error();
        assert!(error.contains(hint), "{option} {value}: {error}");
    }
    for more in [
        &["--for", "2h"][..],
        &["--daily"],
        &["--daily", "--every", "2w"],
    ] {
        let error = issue(&shell, &[&all[..], more].concat()).error();
        assert!(error.contains("cannot be used with"), "{error}");
    }
}
