//! `roompass issue`.

use std::collections::BTreeMap;

use crate::shell::{Shell, signature};

const BASE: &str = "https://meet.example.org";

fn shell_with_key() -> Shell {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    shell
}

fn issue(shell: &Shell, more: &[&str]) -> String {
    let command = [
        "issue",
        "weekly-sync",
        "--key",
        "room.pem",
        "--base-url",
        BASE,
    ];
    shell.run(&[&command[..], more].concat()).result()
}

fn issue_json(shell: &Shell, more: &[&str]) -> BTreeMap<String, String> {
    serde_json::from_str(&issue(shell, &[more, &["--json"]].concat())).unwrap()
}

#[test]
fn the_link_alone_is_the_result_and_it_is_short() {
    let shell = shell_with_key();
    let output = issue(&shell, &["--name", "Ada Lovelace", "--owner"]);
    let link = output.strip_suffix('\n').unwrap();
    assert!(
        link.starts_with("https://meet.example.org/weekly-sync?jwt=eyJ"),
        "{link}"
    );
    assert!(!link.contains('\n'), "{link}");
    assert!(link.len() <= 430, "{} characters: {link}", link.len());
}

#[test]
fn what_is_issued_is_admitted_in_its_room_alone() {
    let shell = shell_with_key();
    shell
        .run(&["keys", "export", "room.pem", "-o", "room.jwks.json"])
        .result();
    let link = issue(&shell, &["--owner"]);
    let explain = |more: &[&str]| {
        let command = ["explain", "-", "--key-set", "room.jwks.json"];
        shell.run_with_input(&[&command[..], more].concat(), &link)
    };
    let admitted = explain(&[]).result();
    assert!(
        admitted.starts_with("admit: weekly-sync, as owner, until "),
        "{admitted}"
    );
    let denied = explain(&["--room", "board"]);
    assert_eq!(denied.status, 1);
    assert!(
        denied.stdout.starts_with("deny wrong-room: "),
        "{}",
        denied.stdout
    );
    assert!(!admitted.contains(signature(&link)) && !denied.stdout.contains(signature(&link)));
}

#[test]
fn a_link_may_have_its_token_in_the_fragment() {
    let shell = shell_with_key();
    shell
        .run(&["keys", "export", "room.pem", "-o", "room.jwks.json"])
        .result();
    let link = issue(&shell, &["--fragment", "--owner"]);
    assert!(
        link.starts_with("https://meet.example.org/weekly-sync#jwt=%22eyJ"),
        "{link}"
    );
    assert!(link.trim_end().ends_with("%22"), "{link}");
    let explain = ["explain", "-", "--key-set", "room.jwks.json"];
    let admitted = shell.run_with_input(&explain, &link).result();
    assert!(admitted.starts_with("admit: weekly-sync"), "{admitted}");
    let derive = ["derive", "-", "--key", "room.pem"];
    let guests = shell.run_with_input(&derive, &link).result();
    assert!(guests.contains("/weekly-sync#jwt=%22eyJ"), "{guests}");
}

#[test]
fn json_says_what_the_link_is_good_for() {
    let shell = shell_with_key();
    let times = [
        "--from",
        "2100-01-01T14:00:00+01:00",
        "--until",
        "2100-01-01T15:00:00Z",
    ];
    let far = shell.run(
        &[
            &["issue", "x", "--key", "room.pem", "--base-url", BASE],
            &times[..],
        ]
        .concat(),
    );
    assert!(far.error().contains("choose another end"));

    let report = issue_json(&shell, &["--name", " Ada ", "--for", "90min"]);
    assert_eq!(report["room"], "weekly-sync");
    assert_eq!(report["affiliation"], "member");
    assert_eq!(report["name"], "Ada");
    assert_eq!(report["jti"].len(), 11);
    assert_eq!(report["kid"].len(), 8);
    assert!(report["link"].starts_with("https://meet.example.org/weekly-sync?jwt="));
    assert!(!report.contains_key("not_before"));
    let secs = |member: &str| {
        room_token::Timestamp::parse_rfc3339(&report[member])
            .unwrap()
            .as_secs()
    };
    assert_eq!(secs("expires_at") - secs("issued_at"), 90 * 60);
    assert!(!issue_json(&shell, &[]).contains_key("name"));
}

#[test]
fn no_two_links_have_the_same_id() {
    let shell = shell_with_key();
    assert_ne!(
        issue_json(&shell, &[])["jti"],
        issue_json(&shell, &[])["jti"]
    );
}

#[test]
fn settings_may_stand_in_the_environment() {
    let shell = shell_with_key();
    let output = shell
        .command(&["issue", "standup"])
        .env("ROOMPASS_KEY", "room.pem")
        .env("ROOMPASS_BASE_URL", "https://m.example/sales/")
        .env("ROOMPASS_ISSUER", "portal")
        .env("ROOMPASS_AUDIENCE", "other")
        .output()
        .unwrap();
    let link = String::from_utf8(output.stdout).unwrap();
    assert!(
        link.starts_with("https://m.example/sales/standup?jwt="),
        "{link}"
    );
    shell
        .run(&[
            "keys", "export", "room.pem", "-o", "set", "--issuer", "portal",
        ])
        .result();
    let explain = [
        "explain",
        "-",
        "--key-set",
        "set",
        "--room",
        "[sales]standup",
    ];
    let ours = [&explain[..], &["--issuer", "portal", "--audience", "other"]].concat();
    assert!(
        shell
            .run_with_input(&ours, &link)
            .result()
            .starts_with("admit")
    );
    let error = shell.run_with_input(&explain, &link).error();
    assert!(error.contains("is of issuer \"portal\""), "{error}");
}

#[test]
fn a_wrong_word_is_answered_with_a_right_one() {
    let shell = shell_with_key();
    let base = ["--key", "room.pem", "--base-url", BASE];
    for (arguments, hint) in [
        (&["issue", "?!"][..], "use letters or digits"),
        (&["issue", ".."], "use letters or digits"),
        (&["issue", "a", "--for", "soon"], "such as 90min"),
        (&["issue", "a", "--for", "0s"], "choose another end"),
        (
            &["issue", "a", "--until", "tomorrow"],
            "2026-03-01T14:00:00+01:00",
        ),
        (
            &["issue", "a", "--until", "2020-01-01T00:00:00Z"],
            "choose a later end",
        ),
        (&["issue", "a", "--from", "9h"], "2026-03-01T14:00:00+01:00"),
        (
            &["issue", "a", "--name", "  "],
            "write one, or leave it out",
        ),
        (
            &[
                "issue",
                "a",
                "--for",
                "2h",
                "--until",
                "2100-01-01T00:00:00Z",
            ],
            "usage is",
        ),
        (&["issue", "a", "--issuer", ""], "choose a short name"),
    ] {
        let error = shell.run(&[arguments, &base[..]].concat()).error();
        assert!(error.contains(hint), "{arguments:?}: {error}");
    }
    let error = shell
        .run(&[
            "issue",
            "a",
            "--key",
            "room.pem",
            "--base-url",
            "meet.example.org",
        ])
        .error();
    assert!(error.contains("https://meet.example.org"), "{error}");
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let shell = shell_with_key();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(shell.path("room.pem"), mode).unwrap();
        let error = shell
            .run(&["issue", "a", "--key", "room.pem", "--base-url", BASE])
            .error();
        assert!(error.contains("mode 0644"), "{error}");
        assert!(error.contains("hint: run `chmod 600 room.pem`"), "{error}");
    }
}

#[test]
fn the_development_key_signs_only_where_it_is_allowed() {
    let shell = Shell::new();
    issuer::key_file::create(&shell.path("dev.pem"), &issuer::key_file::dev_key()).unwrap();
    let command = [
        "issue",
        "a",
        "--key",
        "dev.pem",
        "--base-url",
        "http://localhost:8000",
    ];
    let error = shell.run(&command).error();
    assert!(error.contains("roompass keys new FILE"), "{error}");
    let link = shell.run(&[&command[..], &["--dev"]].concat()).result();
    assert!(link.starts_with("http://localhost:8000/a?jwt="), "{link}");
}

#[test]
fn a_slash_is_no_part_of_a_rooms_name() {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    let base = ["--key", "room.pem", "--base-url", "https://m.example"];
    for room in ["a/b", "/standup", "acme/"] {
        let error = shell.run(&[&["issue", room][..], &base].concat()).error();
        assert!(error.contains("a room's name has no slash"), "{error}");
        assert!(error.contains("/TENANT"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn handouts_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let shell = shell_with_key();
    issue(&shell, &["--calendar", "m.ics", "--qr", "m.PNG"]);
    for name in ["m.ics", "m.PNG"] {
        let metadata = std::fs::metadata(shell.path(name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
    let calendar = std::fs::read_to_string(shell.path("m.ics")).unwrap();
    assert!(calendar.contains("SUMMARY:weekly-sync"), "{calendar}");
}

#[test]
fn a_handout_that_cannot_be_is_said_and_no_link_shown() {
    let shell = shell_with_key();
    let command = ["issue", "sync", "--key", "room.pem", "--base-url", BASE];
    for (more, words) in [
        (&["--qr", "m.gif"][..], "end its name with .svg or .png"),
        (
            &["--calendar", "m.ics", "--for", "3d"],
            "a link for longer than a day is no meeting",
        ),
        (
            &["--calendar", "absent/m.ics"],
            "choose a folder that exists and is yours",
        ),
    ] {
        let error = shell.run(&[&command[..], more].concat()).error();
        assert!(error.contains(words), "{error}");
    }
}
