//! `roompass revoke`, and `explain` with what was taken back.

use room_token::{Deployment, KeyId, KeySet, Revocations, Stay, Timestamp};
use serde_json::Value;

use crate::shell::Shell;

/// A key, its set, and a link to `standup` in the file `link`.
fn shell_with_link() -> Shell {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    let export = ["keys", "export", "room.pem", "-o", "set.jwks.json"];
    shell.run(&export).result();
    let issue = [
        "issue",
        "standup",
        "--key",
        "room.pem",
        "--base-url",
        "https://m.example",
    ];
    let link = shell.run(&issue).result();
    shell.write("link", &link);
    shell
}

fn link(shell: &Shell) -> String {
    std::fs::read_to_string(shell.path("link")).unwrap()
}

const SIGN: [&str; 4] = ["--sign-with", "room.pem", "--feed", "feed.jwt"];

fn revoke(shell: &Shell, what: &[&str]) -> String {
    let arguments = [&["revoke"], what, &SIGN].concat();
    shell.run_with_input(&arguments, &link(shell)).result()
}

const EXPLAIN: [&str; 7] = [
    "explain",
    "-",
    "--key-set",
    "set.jwks.json",
    "--revocations",
    "feed.jwt",
    "--json",
];

fn explain(shell: &Shell) -> (i32, Value) {
    let ended = shell.run_with_input(&EXPLAIN, &link(shell));
    (ended.status, serde_json::from_str(&ended.stdout).unwrap())
}

#[test]
fn a_link_that_was_taken_back_is_revoked_and_others_are_not() {
    let shell = shell_with_link();
    assert_eq!(revoke(&shell, &[]), "nothing new; edition 0, 0 entries\n");
    assert_eq!(explain(&shell).0, 0);

    let said = revoke(&shell, &["--room", "Other Room"]);
    assert_eq!(said, "revoked room:other%20room; edition 1, 1 entries\n");
    assert_eq!(explain(&shell).0, 0);

    let said = revoke(&shell, &["--link", "-"]);
    assert!(
        said.starts_with("revoked jti:") && said.contains("edition 2, 2 entries"),
        "{said}"
    );
    let (status, report) = explain(&shell);
    assert_eq!((status, report["code"].as_str()), (1, Some("revoked")));
}

#[test]
fn a_watermark_takes_back_what_was_issued_until_now() {
    for what in [["--room", "standup"], ["--room", "stand*"]] {
        let shell = shell_with_link();
        revoke(&shell, &what);
        assert_eq!(explain(&shell).1["code"], "revoked", "{what:?}");
    }
    let shell = shell_with_link();
    let kid = shell.run(&["keys", "list", "room.pem", "--json"]).result();
    let kid: Value = serde_json::from_str(&kid).unwrap();
    revoke(&shell, &["--key", kid[0]["kid"].as_str().unwrap()]);
    assert_eq!(explain(&shell).1["code"], "revoked");

    let shell = shell_with_link();
    revoke(
        &shell,
        &["--room", "standup", "--before", "2026-01-01T00:00:00Z"],
    );
    assert_eq!(explain(&shell).0, 0, "it was issued later");
}

/// One name in 64 begins so.
#[test]
fn names_may_begin_with_a_hyphen() {
    let shell = shell_with_link();
    let names = [
        ("--key", "-k"),
        ("--token-id", "-t"),
        ("--room", "-r"),
        ("--person", "-p"),
    ];
    for (edition, (option, name)) in (1..).zip(names) {
        let said = revoke(&shell, &[option, name]);
        assert!(said.contains(&format!("edition {edition}")), "{said}");
    }
}

#[test]
fn a_link_of_another_key_is_not_taken_back() {
    let shell = shell_with_link();
    shell.run(&["keys", "new", "other.pem"]).result();
    let arguments = ["revoke", "--link", "-", "--sign-with", "other.pem"];
    let error = shell.run_with_input(&arguments, &link(&shell)).error();
    assert!(error.contains("unknown-key"), "{error}");
    assert!(!shell.path("revocations.json").exists());

    let arguments = [
        "revoke",
        "--link",
        "https://m.example/x?jwt=a.b.c",
        "--sign-with",
        "room.pem",
    ];
    let error = shell.run(&arguments).error();
    assert!(
        error.contains("malformed") && !error.contains("a.b.c"),
        "{error}"
    );
}

#[test]
fn a_feed_of_somebody_else_is_refused() {
    let shell = shell_with_link();
    shell.run(&["keys", "new", "other.pem"]).result();
    let sign = ["revoke", "--sign-with", "other.pem", "--feed", "feed.jwt"];
    shell.run(&sign).result();
    let error = shell.run_with_input(&EXPLAIN, &link(&shell)).error();
    assert!(
        error.contains("a key that is not in the key set"),
        "{error}"
    );
}

/// Whether a shard with the feed puts out who is in `standup` with a link of long ago.
fn puts_out(shell: &Shell) -> bool {
    let read = |name: &str| std::fs::read_to_string(shell.path(name)).unwrap();
    let keys = KeySet::parse(read("set.jwks.json").as_bytes()).unwrap();
    let feed = Revocations::parse(&read("feed.jwt"), &keys, &Deployment::default(), None);
    feed.unwrap().ends(&Stay {
        id: None,
        key: &KeyId::parse("another").unwrap(),
        person: Some("ada"),
        room: "standup",
        issued_at: Timestamp::parse_rfc3339("2026-01-01T00:00:00Z").unwrap(),
        parent: None,
    })
}

#[test]
fn who_is_in_must_leave_unless_each_entry_lets_them_stay() {
    let shell = shell_with_link();
    let say = |what: &[&str]| -> Value {
        serde_json::from_str(&revoke(&shell, &[what, &["--json"]].concat())).unwrap()
    };
    let told = say(&["--room", "standup", "--let-stay"]);
    assert_eq!(
        (&told["revoked"], &told["eject"]),
        (&"room:standup".into(), &false.into())
    );
    assert_eq!(explain(&shell).1["code"], "revoked", "nobody comes back");
    assert!(!puts_out(&shell));
    let told = say(&["--person", "ada"]);
    assert_eq!(told["eject"], true, "that is so anyway");
    assert!(puts_out(&shell), "for she is named again");

    let shell = shell_with_link();
    revoke(&shell, &["--room", "stand*", "--let-stay"]);
    assert!(!puts_out(&shell));
    revoke(&shell, &["--room", "stand*", "--eject"]);
    assert!(puts_out(&shell), "a later word is stricter");
    revoke(&shell, &["--room", "stand*", "--let-stay"]);
    assert!(puts_out(&shell), "and is not taken back by a milder one");
}

#[test]
fn they_cannot_both_stay_and_leave() {
    let shell = shell_with_link();
    let both = ["revoke", "--room", "standup", "--eject", "--let-stay"];
    let error = shell.run(&[&both[..], &SIGN].concat()).error();
    assert!(error.contains("cannot be used with"), "{error}");
    assert!(!shell.path("revocations.json").exists());
}
