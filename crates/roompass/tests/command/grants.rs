//! `roompass issue`: limits, details of the person, features and tenants.

use serde_json::{Value, json};

use crate::shell::Shell;

const BASE: &str = "https://meet.example.org";

fn shell() -> Shell {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    let export = ["keys", "export", "room.pem", "-o", "room.jwks.json"];
    shell.run(&export).result();
    shell
}

fn issue<'a>(base: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let command = ["issue", "exam", "--key", "room.pem", "--base-url", base];
    [&command[..], more].concat()
}

fn explain(shell: &Shell, link: &str, more: &[&str]) -> Value {
    let command = ["explain", "-", "--key-set", "room.jwks.json", "--json"];
    let ended = shell.run_with_input(&[&command[..], more].concat(), link);
    assert_eq!(ended.stderr, "", "{}", ended.stdout);
    serde_json::from_str(&ended.stdout).unwrap()
}

fn seen(explanation: &Value, check: &str) -> String {
    let mut checks = explanation["checks"].as_array().unwrap().iter();
    let found = checks.find(|row| row["check"] == check).unwrap();
    found["seen"].as_str().unwrap().to_owned()
}

#[test]
fn everything_that_was_asked_for_is_said_back() {
    let more = [
        "--join-by",
        "15m",
        "--seats",
        "1",
        "--max-occupants",
        "20",
        "--feature",
        "recording=false",
        "--feature",
        "livestreaming",
        "--id",
        "u7",
        "--email",
        "ada@example.org",
        "--avatar",
        "https://example.org/a.png",
        "--json",
    ];
    let json: Value = serde_json::from_str(&shell().run(&issue(BASE, &more)).result()).unwrap();
    for (member, value) in [
        ("seats", json!(1)),
        ("max_occupants", json!(20)),
        (
            "features",
            json!({"recording": false, "livestreaming": true}),
        ),
        ("id", json!("u7")),
        ("email", json!("ada@example.org")),
        ("avatar", json!("https://example.org/a.png")),
    ] {
        assert_eq!(json[member], value, "{json}");
    }
    let secs = |member: &str| {
        let time = json[member].as_str().unwrap();
        room_token::Timestamp::parse_rfc3339(time)
            .unwrap()
            .as_secs()
    };
    assert_eq!(secs("join_by") - secs("issued_at"), 15 * 60);
}

#[test]
fn a_door_reads_the_limits() {
    let shell = shell();
    let link = shell
        .run(&issue(BASE, &["--join-by", "15m", "--seats", "2"]))
        .result();
    let now = explain(&shell, &link, &[]);
    assert_eq!(now["decision"], "admit");
    assert!(
        seen(&now, "joining").starts_with("first joins until "),
        "{now}"
    );
    let later = room_token::Timestamp::parse_rfc3339(now["at"].as_str().unwrap()).unwrap();
    let later = later.plus(20 * 60).to_string();
    assert_eq!(
        explain(&shell, &link, &["--at", &later])["code"],
        "join-closed"
    );
}

#[test]
fn a_tenants_room_is_its_own_in_token_and_link() {
    let shell = shell();
    let link = shell
        .run(&issue("https://meet.example.org/Acme/", &[]))
        .result();
    assert!(
        link.starts_with("https://meet.example.org/acme/exam?jwt="),
        "{link}"
    );
    let admitted = explain(&shell, &link, &[]);
    assert_eq!(admitted["decision"], "admit");
    assert_eq!(admitted["room"], "[acme]exam");
    assert_eq!(
        explain(&shell, &link, &["--room", "[acme]exam"])["decision"],
        "admit"
    );
    assert_eq!(
        explain(&shell, &link, &["--room", "exam"])["code"],
        "wrong-room"
    );
    let plain = shell.run(&issue(BASE, &[])).result();
    assert_eq!(
        explain(&shell, &plain, &["--room", "[acme]exam"])["code"],
        "wrong-room"
    );
    let error = shell
        .run(&issue("https://meet.example.org/acme/sales", &[]))
        .error();
    assert!(
        error.contains("more than one part behind the host"),
        "{error}"
    );
}

#[test]
fn what_cannot_be_is_answered_with_what_can() {
    let shell = shell();
    for (more, hint) in [
        (&["--join-by", "soon"][..], "such as 90min"),
        (&["--join-by", "0s"], "choose a later time"),
        (&["--join-by", "3h"], "choose an earlier time"),
        (
            &["--join-by", "2020-01-01T00:00:00Z"],
            "choose a later time",
        ),
        (&["--seats", "0"], "a number from 1 to 100000"),
        (&["--max-occupants", "100001"], "a number from 1 to 100000"),
        (&["--feature", "recording=yes"], "recording=false"),
        (&["--feature", "a b"], "leave the others out"),
        (
            &["--feature", "x", "--feature", "x=false"],
            "write each feature once",
        ),
        (&["--email", "a\nb"], "leave it out"),
    ] {
        let error = shell.run(&issue(BASE, more)).error();
        assert!(error.contains(hint), "{more:?}: {error}");
    }
    let long = "x".repeat(513);
    let error = shell.run(&issue(BASE, &["--id", &long])).error();
    assert!(
        error.contains("--id: a detail of the person has 513 bytes"),
        "{error}"
    );
}
