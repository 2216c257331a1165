//! `roompass explain`.

use serde_json::Value;

use crate::shell::{Ended, Shell, fixed_key_set, fixed_token, signature};

fn shell_with_key_set() -> Shell {
    let shell = Shell::new();
    shell.write("set.jwks.json", &fixed_key_set());
    shell
}

fn explain(shell: &Shell, subject: &str, more: &[&str]) -> Ended {
    let command = ["explain", subject, "--key-set", "set.jwks.json"];
    shell.run(&[&command[..], more].concat())
}

const ON_TIME: [&str; 2] = ["--at", "2026-01-01T01:00:00Z"];

#[test]
fn a_good_link_is_admitted_and_every_check_is_told() {
    let link = format!("https://meet.example.org/standup?jwt={}", fixed_token());
    let told = explain(&shell_with_key_set(), &link, &ON_TIME).result();
    assert_eq!(
        told,
        "admit: standup, as member, until 2026-01-01T02:00:00Z
  ✔ passed      shape      368 bytes in three parts
  ✔ passed      header     nothing that we do not do
  ✔ passed      algorithm  EdDSA
  ✔ passed      key        --6IM5l0, active in the key set
  ✔ passed      signature  made with --6IM5l0
  ✔ passed      claims     jti AQEBAQEBAQE, member
  ✔ passed      issuer     roompass
  ✔ passed      audience   jitsi
  ✔ passed      lifetime   7200 s, at most 34560000 s
  ✔ passed      opening    opens 2026-01-01T00:00:00Z, asked at 2026-01-01T01:00:00Z, leeway 60 s
  ✔ passed      expiry     ends 2026-01-01T02:00:00Z, asked at 2026-01-01T01:00:00Z, leeway 60 s
  ✔ passed      window     no series
  ✔ passed      room       standup
  ✔ passed      scope      --6IM5l0 may sign this
  · not asked   revocation
  ✔ passed      status     in no status list
  ✔ passed      joining    at any time
  ✔ passed      seats      no limit
  ✔ passed      occupants  no limit
"
    );
}

#[test]
fn a_denied_link_says_at_which_check_and_what_to_do() {
    let link = format!("https://meet.example.org/standup?jwt={}", fixed_token());
    let denied = explain(
        &shell_with_key_set(),
        &link,
        &["--at", "2026-01-01T02:01:00Z"],
    );
    assert_eq!((denied.status, denied.stderr.as_str()), (1, ""));
    let lines: Vec<_> = denied.stdout.lines().collect();
    assert_eq!(lines[0], "deny expired: the token has expired");
    assert_eq!(
        lines[11..14],
        [
            "  ✘ failed      expiry     ends 2026-01-01T02:00:00Z, asked at 2026-01-01T02:01:00Z, leeway 60 s",
            "                to fix     issue a new link",
            "  · not reached window",
        ]
    );
}

#[test]
fn json_has_the_same_for_programs() {
    let shell = shell_with_key_set();
    let json = |subject: &str, more: &[&str]| -> (i32, Value) {
        let ended = explain(&shell, subject, &[&["--json"], more].concat());
        (ended.status, serde_json::from_str(&ended.stdout).unwrap())
    };
    let token = fixed_token();
    let (status, admitted) = json(&token, &[&ON_TIME[..], &["--room", "Standup"]].concat());
    assert_eq!(status, 0);
    assert_eq!(admitted["decision"], "admit");
    assert_eq!(admitted["code"], Value::Null);
    assert_eq!(admitted["room"], "standup");
    assert_eq!(admitted["at"], "2026-01-01T01:00:00Z");
    assert_eq!(
        admitted["checks"].as_array().unwrap().len(),
        room_token::CheckName::ALL.len()
    );

    let (status, denied) = json(&token, &[&ON_TIME[..], &["--room", "board"]].concat());
    assert_eq!(
        (status, &denied["decision"], &denied["code"]),
        (1, &"deny".into(), &"wrong-room".into())
    );
    let room = check(&denied, "room");
    assert_eq!(room["outcome"], "failed");
    assert!(
        room["fix"]
            .as_str()
            .unwrap()
            .contains("use the link of this room")
    );

    let (status, bare) = json(&token, &ON_TIME);
    assert_eq!((status, &bare["room"]), (0, &Value::Null));
    assert_eq!(check(&bare, "room")["outcome"], "not-asked");
}

/// One check of an explanation, by its name.
fn check<'e>(explanation: &'e Value, name: &str) -> &'e Value {
    let mut checks = explanation["checks"].as_array().unwrap().iter();
    checks.find(|check| check["check"] == name).unwrap()
}

#[test]
fn a_link_is_read_in_every_form_it_has() {
    let shell = shell_with_key_set();
    let token = fixed_token();
    for link in [
        format!("https://m.example/Standup?jwt={token}"),
        format!("m.example/standup?jwt={token}"),
        format!("https://m.example/standup#jwt=%22{token}%22"),
        format!("https://m.example/standup#config.x=1&jwt=\"{token}\""),
        format!("wss://m.example/xmpp-websocket?room=standup&token={token}"),
        token.clone(),
        format!(" {token}\n"),
    ] {
        assert_eq!(explain(&shell, &link, &ON_TIME).status, 0, "{link}");
        let command = ["explain", "-", "--key-set", "set.jwks.json"];
        let from_stdin = shell.run_with_input(&[&command[..], &ON_TIME].concat(), &link);
        assert_eq!(from_stdin.status, 0, "{link}");
    }
}

#[test]
fn what_a_shard_would_deny_is_denied() {
    let shell = shell_with_key_set();
    let token = fixed_token();
    let other_end = format!("{}AA", token.strip_suffix(signature(&token)).unwrap());
    for (subject, code) in [
        ("https://m.example/standup".to_owned(), "token-missing"),
        // Jitsi's client does not read this one either.
        (
            format!("https://m.example/standup#jwt={token}"),
            "token-missing",
        ),
        (format!("https://m.example/board?jwt={token}"), "wrong-room"),
        (
            format!("https://m.example/sales/standup?jwt={token}"),
            "wrong-room",
        ),
        (other_end, "bad-signature"),
        ("garbage".to_owned(), "malformed"),
    ] {
        let denied = explain(&shell, &subject, &ON_TIME);
        assert_eq!(denied.status, 1, "{subject}: {}", denied.stderr);
        assert!(
            denied.stdout.starts_with(&format!("deny {code}: ")),
            "{}",
            denied.stdout
        );
        assert!(denied.stdout.contains("to fix"), "{}", denied.stdout);
    }
}

#[test]
fn the_token_is_never_repeated() {
    let shell = shell_with_key_set();
    let token = fixed_token();
    let link = format!("https://m.example/standup?jwt={token}");
    for (subject, more) in [
        (link.as_str(), &ON_TIME[..]),
        (&link, &["--json"]),
        (&link, &["--at", &token]),
        (&link, &[&link]),
        (&link, &["--room", &link]),
        (&format!("ftp://{token}"), &[]),
    ] {
        let ended = explain(&shell, subject, more);
        for shown in [&ended.stdout, &ended.stderr] {
            assert!(!shown.contains(signature(&token)), "{more:?}: {shown}");
        }
    }
}

#[test]
fn without_a_usable_key_set_there_is_no_verdict() {
    let shell = Shell::new();
    let issuer = fixed_key_set().replacen('{', "{\"iss\":\"portal\",", 1);
    for (name, text, hint) in [
        ("empty.json", "{\"keys\":[]}", "roompass keys export"),
        ("garbage.json", "no", "roompass keys export"),
        ("theirs.json", &issuer, "set the issuer"),
    ] {
        shell.write(name, text);
        let error = shell.run(&["explain", "a.b.c", "--key-set", name]).error();
        assert!(error.contains(hint), "{name}: {error}");
    }
    let error = shell
        .run(&["explain", "a.b.c", "--key-set", "absent.json"])
        .error();
    assert!(error.contains("absent.json"), "{error}");
}

#[test]
fn what_is_not_a_link_to_a_room_is_said_to_be_none() {
    let shell = shell_with_key_set();
    for subject in [
        "ftp://m.example/standup",
        "https://m.example/?jwt=a.b.c",
        "https://",
    ] {
        let error = explain(&shell, subject, &ON_TIME).error();
        assert!(
            error.contains("a link looks like https://meet.example.org/ROOM"),
            "{error}"
        );
    }
    let error = explain(&shell, "a.b.c", &["--at", "noon"]).error();
    assert!(error.contains("2026-03-01T14:00:00+01:00"), "{error}");
}
