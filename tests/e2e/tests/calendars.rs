//! Other people's programs read the calendar files and codes that come with a link.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic as it does")]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output};

use e2e::artifacts;
use serde_json::{Value, json};

fn roompass(folder: &Path, arguments: &[&str]) -> Output {
    let output = Command::new(artifacts::roompass())
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// What was issued, as JSON, with its calendar file in the folder.
fn issue(folder: &Path, more: &[&str]) -> Value {
    roompass(folder, &["keys", "new", "room.pem"]);
    let command = [
        "issue",
        "Weekly Sync",
        "--key",
        "room.pem",
        "--base-url",
        "https://meet.example.org",
    ];
    let handouts = ["--calendar", "sync.ics", "--qr", "sync.svg", "--json"];
    let output = roompass(folder, &[&command[..], &handouts, more].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn read_by_icalendar(folder: &Path) -> Value {
    let output = Command::new("/usr/bin/python3")
        .arg(artifacts::guest("read_calendar.py"))
        .stdin(File::open(folder.join("sync.ics")).unwrap())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn seconds(rfc3339: &Value) -> u64 {
    let text = rfc3339.as_str().unwrap();
    room_token::Timestamp::parse_rfc3339(text)
        .unwrap()
        .as_secs()
}

/// When the doors open, as it was signed.
fn openings(issued: &Value) -> Vec<u64> {
    let windows = &issued["windows"];
    let period = windows["period"].as_u64().unwrap();
    let runs = windows["runs"].as_array().unwrap().iter();
    runs.flat_map(|run| {
        let start = seconds(&run["start"]);
        (0..run["count"].as_u64().unwrap()).map(move |nth| start + nth * period)
    })
    .collect()
}

#[test]
fn a_series_is_in_the_calendar_when_its_doors_are_open() {
    let folder = tempfile::tempdir().unwrap();
    let first = e2e::epoch_seconds() / 86_400 * 86_400 + 7 * 86_400;
    let day =
        |secs: u64| room_token::Timestamp::from_secs(secs).unwrap().to_string()[..10].to_owned();
    let (from, until) = (day(first), day(first + 300 * 86_400));
    // Clocks change twice in 300 days, wherever one begins.
    let issued = issue(
        folder.path(),
        &[
            "--daily",
            "--at",
            "15:00",
            "--lasts",
            "45m",
            "--zone",
            "America/New_York",
            "--title",
            "Sync; daily, short",
            "--from",
            &from,
            "--until",
            &until,
        ],
    );
    let read = read_by_icalendar(folder.path());
    let meetings: Vec<_> = openings(&issued)
        .into_iter()
        .map(|opens| json!([opens + 600, opens + 600 + 2700]))
        .collect();
    assert_eq!(meetings.len(), 301);
    assert_eq!(read["meetings"], Value::from(meetings));
    assert_eq!(read["title"], "Sync; daily, short");
    assert_eq!(read["link"], issued["link"]);
    assert_eq!(read["alarm"], -600);
}

#[test]
fn a_single_meeting_is_in_the_calendar_from_its_start_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let issued = issue(folder.path(), &["--for", "90min"]);
    let read = read_by_icalendar(folder.path());
    let (start, end) = (
        seconds(&issued["issued_at"]),
        seconds(&issued["expires_at"]),
    );
    assert_eq!(read["meetings"], json!([[start, end]]));
    assert_eq!(read["title"], "weekly%20sync");
    let link = issued["link"].as_str().unwrap();
    assert!(read["description"].as_str().unwrap().contains(link));
    let svg = fs::read_to_string(folder.path().join("sync.svg")).unwrap();
    assert!(svg.starts_with("<svg"), "{svg:.80}");
}
