//! `roompass ledger`: a backup while the service runs, and back when it does not.

use std::os::unix::fs::PermissionsExt;

use crate::first_start::Service;
use crate::shell::Shell;

const LEDGER: [&str; 2] = ["--ledger", "sqlite:state/ledger.db"];

fn ledger(shell: &Shell, arguments: &[&str]) -> crate::shell::Ended {
    shell.run(&[&["ledger"], arguments, &LEDGER[..]].concat())
}

fn issue(shell: &Shell) {
    let base = ["issue", "board", "--key", "room.pem"];
    let there = ["--base-url", "https://m.example"];
    shell.run(&[&base[..], &there, &LEDGER].concat()).result();
}

#[test]
fn a_running_service_is_backed_up_and_not_replaced() {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    let service = Service::start(&shell, &[]);
    issue(&shell);
    let head = ledger(&shell, &["backup", "copy.db"]).result();
    let verified = shell.run(&[&["audit", "verify"], &LEDGER[..]].concat());
    assert_eq!(head, verified.result());
    let mode = std::fs::metadata(shell.path("copy.db"))
        .unwrap()
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600, "names are in it");
    let error = ledger(&shell, &["backup", "copy.db"]).error();
    assert!(error.contains("is there already"), "{error}");

    issue(&shell);
    let error = ledger(&shell, &["restore", "copy.db"]).error();
    assert!(error.contains("stop `roompass serve`"), "{error}");
    drop(service);
    let restored = ledger(&shell, &["restore", "copy.db", "--since", head.trim()]).result();
    let verified = shell.run(&[&["audit", "verify"], &LEDGER[..]].concat());
    assert_eq!(restored, verified.result());
    Service::start(&shell, &[]);
}

#[test]
fn a_backup_from_before_what_was_noted_is_a_no() {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    std::fs::create_dir(shell.path("state")).unwrap();
    issue(&shell);
    ledger(&shell, &["backup", "copy.db"]).result();
    issue(&shell);
    let noted = ledger(&shell, &["backup", "newer.db"]).result();
    let refused = ledger(&shell, &["restore", "copy.db", "--since", noted.trim()]);
    assert_eq!(refused.status, 1, "{}", refused.stderr);
    let error = ledger(&shell, &["restore", "copy.db", "--since", "x"]).error();
    assert!(error.contains("SEQ:HASH"), "{error}");
    let error = shell.run(&["ledger", "backup", "x.db"]).error();
    assert!(error.contains("--ledger URL"), "{error}");
}
