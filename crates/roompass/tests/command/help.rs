//! What the command says about itself.

use crate::shell::Shell;

const COMMANDS: [&[&str]; 16] = [
    &[],
    &["batch"],
    &["issue"],
    &["derive"],
    &["explain"],
    &["knock"],
    &["keys"],
    &["keys", "new"],
    &["keys", "list"],
    &["keys", "export"],
    &["prosody"],
    &["prosody", "enable"],
    &["prosody", "status"],
    &["serve"],
    &["admin", "key"],
    &["admin", "key", "new"],
];

#[test]
fn every_command_has_help_with_examples() {
    let shell = Shell::new();
    for command in COMMANDS {
        let help = shell.run(&[command, &["--help"]].concat()).result();
        let begins = format!("  roompass {}", command.join(" "));
        let (_before, examples) = help.split_once("Examples:\n").expect("help has examples");
        assert!(examples.starts_with(begins.trim_end()), "{help}");
    }
}

#[test]
fn the_version_is_told() {
    let version = Shell::new().run(&["--version"]).result();
    assert_eq!(version, format!("roompass {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wrong_command_line_is_answered_with_the_right_one() {
    let shell = Shell::new();
    for (arguments, what, hint) in [
        (&[][..], "no command was given", "roompass --help"),
        (&["keys"], "no command was given", "roompass --help"),
        (&["isue"], "'isue'", "'issue'"),
        (&["issue"], "<ROOM>", "usage is `roompass issue"),
        (
            &["explain", "x"],
            "--key-set <FILE>",
            "usage is `roompass explain",
        ),
        (&["knock", "x", "--timeout", "0"], "'0'", "--help"),
        (&["serve", "--listen", "localhost"], "'localhost'", "--help"),
    ] {
        let error = shell.run(arguments).error();
        assert!(error.contains(what) && error.contains(hint), "{error}");
    }
}
