//! `--ledger` and `roompass audit`.

use crate::shell::Shell;

const LEDGER: [&str; 2] = ["--ledger", "sqlite:ledger.db"];

fn issue(shell: &Shell, room: &str) -> String {
    let base = [
        "issue",
        room,
        "--key",
        "room.pem",
        "--base-url",
        "https://m.example",
    ];
    shell.run(&[&base[..], &LEDGER].concat()).result()
}

fn verify(shell: &Shell, more: &[&str]) -> crate::shell::Ended {
    shell.run(&[&["audit", "verify"], &LEDGER[..], more].concat())
}

#[test]
fn what_the_command_issues_is_recorded_and_the_chain_verified() {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    issue(&shell, "weekly-sync");
    let first = verify(&shell, &[]).result();
    assert!(first.starts_with("1:"), "{first}");
    issue(&shell, "board");
    let second = verify(&shell, &["--since", first.trim()]).result();
    assert!(second.starts_with("2:"), "{second}");

    let other = Shell::new();
    other.run(&["keys", "new", "room.pem"]).result();
    issue(&other, "board");
    let cut = verify(&other, &["--since", first.trim()]);
    assert_eq!(cut.status, 1);
    assert!(
        cut.stderr.contains("does not end where it should"),
        "{}",
        cut.stderr
    );
}

#[test]
fn without_its_ledger_nothing_is_issued() {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    let base = [
        "issue",
        "board",
        "--key",
        "room.pem",
        "--base-url",
        "https://m.example",
    ];
    for (url, hint) in [
        ("sqlite:absent/ledger.db", "is there room on its disk?"),
        ("postgres://127.0.0.1:1/roompass", "is its database running"),
        ("ledger.db", "write it like sqlite:"),
    ] {
        let error = shell.run(&[&base[..], &["--ledger", url]].concat()).error();
        assert!(error.contains(hint), "{url}: {error}");
    }
    let error = shell.run(&["audit", "verify"]).error();
    assert!(error.contains("--ledger URL"), "{error}");
    let error = verify(&shell, &["--since", "x"]).error();
    assert!(error.contains("SEQ:HASH"), "{error}");
}
