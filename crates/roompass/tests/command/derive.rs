//! `roompass derive`.

use serde_json::Value;

use crate::shell::{Ended, Shell, signature};

fn shell() -> Shell {
    let shell = Shell::new();
    for key in ["room.pem", "other.pem"] {
        shell.run(&["keys", "new", key]).result();
    }
    shell
        .run(&["keys", "export", "room.pem", "-o", "set"])
        .result();
    shell
}

fn issue(shell: &Shell, more: &[&str]) -> String {
    let base = "https://meet.example.org/acme";
    let command = ["issue", "board", "--key", "room.pem", "--base-url", base];
    shell.run(&[&command[..], more].concat()).result()
}

fn derive(shell: &Shell, link: &str, more: &[&str]) -> Ended {
    let command = ["derive", "-", "--key", "room.pem"];
    shell.run_with_input(&[&command[..], more].concat(), link)
}

/// An answer that is no: exit status 1, and nothing that could be taken for a link.
fn refused(ended: Ended) -> String {
    assert_eq!(
        (ended.status, ended.stdout.as_str()),
        (1, ""),
        "{}",
        ended.stderr
    );
    ended.stderr
}

#[test]
fn an_owners_link_makes_a_guests_link_that_admits() {
    let shell = shell();
    let owners = issue(&shell, &["--owner", "--name", "Ada", "--seats", "3"]);
    let guests = derive(&shell, &owners, &["--name", "Bob"]).result();
    assert!(
        guests.starts_with("https://meet.example.org/acme/board?jwt="),
        "{guests}"
    );
    let explain = ["explain", "-", "--key-set", "set"];
    let admitted = shell.run_with_input(&explain, &guests).result();
    assert!(
        admitted.starts_with("admit: [acme]board, as member, until "),
        "{admitted}"
    );
    let json = |link: &str, more: &[&str]| -> Value {
        serde_json::from_str(&derive(&shell, link, more).result()).unwrap()
    };
    let told = json(&owners, &["--json", "--for", "10min", "--seats", "2"]);
    assert_eq!(
        (&told["affiliation"], &told["seats"]),
        (&"member".into(), &2.into())
    );
    assert!(told.get("name").is_none(), "{told}");
    assert_ne!(told["jti"], json(&owners, &["--json"])["jti"]);
    let elsewhere = derive(&shell, &owners, &["--base-url", "https://m.example"]).result();
    assert!(
        elsewhere.starts_with("https://m.example/acme/board?jwt="),
        "{elsewhere}"
    );
}

#[test]
fn what_opens_no_door_or_is_a_guests_is_refused_with_its_code() {
    let shell = shell();
    let guests = issue(&shell, &[]);
    let owners = issue(&shell, &["--owner"]);
    for (link, code) in [
        (guests.clone(), "not-owner"),
        (derive(&shell, &owners, &[]).result(), "not-owner"),
        (owners.replace("/board?", "/lobby?"), "wrong-room"),
        (owners.replace(signature(&owners), "AA"), "bad-signature"),
        (
            "https://meet.example.org/acme/board".to_owned(),
            "token-missing",
        ),
    ] {
        let error = refused(derive(&shell, &link, &[]));
        assert!(
            error.starts_with(&format!("roompass: error: {code}: ")),
            "{error}"
        );
        assert!(error.contains("roompass: hint: "), "{error}");
        assert!(!error.contains(signature(&owners)), "{error}");
    }
    let foreign = ["derive", "-", "--key", "other.pem"];
    let error = refused(shell.run_with_input(&foreign, &owners));
    assert!(error.contains("unknown-key"), "{error}");
}

#[test]
fn a_guests_link_is_never_more_than_the_owners() {
    let shell = shell();
    let owners = issue(&shell, &["--owner", "--seats", "3"]);
    for (more, hint) in [
        (&["--for", "3h"][..], "no later than that"),
        (&["--until", "2099-01-01T00:00:00Z"], "no later than that"),
        (&["--until", "2020-01-01T00:00:00Z"], "choose a later end"),
        (&["--seats", "4"], "ask for no more"),
        (&["--seats", "0"], "a number from 1 to 100000"),
        (&["--name", " "], "write one, or leave it out"),
        (
            &["--for", "1h", "--until", "2099-01-01T00:00:00Z"],
            "usage is",
        ),
    ] {
        let error = derive(&shell, &owners, more).error();
        assert!(error.contains(hint), "{more:?}: {error}");
    }
    let error = derive(&shell, "not-a-link://", &[]).error();
    assert!(error.contains("https://meet.example.org/ROOM"), "{error}");
}

#[test]
fn what_was_taken_back_is_not_derived_from_and_takes_its_guests_along() {
    let shell = shell();
    let (first, second) = (
        issue(&shell, &["--owner"]),
        issue(&shell, &["--owner", "--id", "ada@example.org"]),
    );
    let guests = [&first, &second].map(|owners| derive(&shell, owners, &[]).result());
    assert!(
        guests.iter().all(|link| link.trim_end().len() <= 530),
        "{:?}",
        guests.each_ref().map(String::len)
    );
    let explain = |link: &str| {
        let command = [
            "explain",
            "-",
            "--key-set",
            "set",
            "--revocations",
            "feed.jwt",
        ];
        shell.run_with_input(&command, link)
    };
    let revoke = |what: &[&str], input: &str| {
        let command = ["revoke", "--sign-with", "room.pem", "--feed", "feed.jwt"];
        shell
            .run_with_input(&[&command[..], what].concat(), input)
            .result();
    };
    revoke(&[], "");
    for guest in &guests {
        assert_eq!(explain(guest).status, 0);
    }
    revoke(&["--link", "-"], &first);
    let error = refused(derive(&shell, &first, &[]));
    assert!(error.contains("error: revoked: "), "{error}");
    let denied = explain(&guests[0]).stdout;
    assert!(
        denied.contains("the owner's link that it was made from was revoked"),
        "{denied}"
    );
    assert_eq!(explain(&guests[1]).status, 0);
    // Whatever time it is: the link was issued before then.
    revoke(
        &[
            "--person",
            "ada@example.org",
            "--before",
            "2999-01-01T00:00:00Z",
        ],
        "",
    );
    assert!(explain(&guests[1]).stdout.starts_with("deny revoked"));
}

#[test]
fn a_list_that_cannot_be_read_is_no_empty_one() {
    let shell = shell();
    let owners = issue(&shell, &["--owner"]);
    shell.write("revocations.json", "{");
    let error = derive(&shell, &owners, &[]).error();
    assert!(error.contains("the list of revocations: "), "{error}");
}
