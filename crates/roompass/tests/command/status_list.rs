//! A token that names a status list, with the list and without it.

use std::path::Path;

use crate::shell::Shell;

/// A token and its list, as another library signed them (`tests/vectors`).
fn shell_with(vector: &str) -> Shell {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors"));
    let text = std::fs::read_to_string(folder.join(vector)).unwrap();
    let field = |name: &str| {
        let mut lines = text.lines();
        lines.find_map(|line| line.strip_prefix(name)).unwrap()
    };
    let shell = Shell::new();
    let keys = std::fs::read_to_string(folder.join("keys/one.jwks.json")).unwrap();
    shell.write("set.jwks.json", &keys);
    shell.write("list.jwt", field("status_list: "));
    shell.write("token", field("token: "));
    shell
}

fn explain(shell: &Shell, more: &[&str]) -> (i32, String) {
    let token = std::fs::read_to_string(shell.path("token")).unwrap();
    let command = [
        "explain",
        "-",
        "--key-set",
        "set.jwks.json",
        "--at",
        "2026-03-01T12:00:00Z",
    ];
    let ended = shell.run_with_input(&[&command[..], more].concat(), &token);
    (ended.status, ended.stdout + &ended.stderr)
}

const WITH_LIST: [&str; 2] = ["--status-list", "list.jwt"];

#[test]
fn a_token_is_looked_up_in_its_list() {
    let (status, said) = explain(&shell_with("good-status.vector"), &WITH_LIST);
    assert_eq!(status, 0, "{said}");
    assert!(
        said.contains("entry 0 is valid, in a list signed 2026-03-01T12:00:00Z"),
        "{said}"
    );
    let (status, said) = explain(&shell_with("status-suspended.vector"), &WITH_LIST);
    assert_eq!(status, 1, "{said}");
    assert!(said.starts_with("deny revoked: "), "{said}");
    assert!(said.contains("entry 2 is suspended"), "{said}");
}

#[test]
fn without_its_list_a_token_is_refused() {
    let (status, said) = explain(&shell_with("good-status.vector"), &[]);
    assert_eq!(status, 1, "{said}");
    assert!(said.starts_with("deny status-unknown: "), "{said}");
}

#[test]
fn a_list_that_is_not_there_or_none_is_named() {
    let shell = shell_with("good-status.vector");
    let (status, said) = explain(&shell, &["--status-list", "nowhere.jwt"]);
    assert_eq!(status, 2, "{said}");
    assert!(
        said.contains("cannot read the status list nowhere.jwt"),
        "{said}"
    );
    let (status, said) = explain(&shell, &["--status-list", "set.jwks.json"]);
    assert_eq!(status, 2, "{said}");
    assert!(
        said.contains("the status list is not a signed token"),
        "{said}"
    );
}
