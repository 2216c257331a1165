//! `roompass keys root|sign`, and who takes what they write.

use std::fs;

use serde_json::Value;

use crate::shell::Shell;

fn shell() -> Shell {
    let shell = Shell::new();
    for command in [
        &["keys", "new", "room.pem"][..],
        &["keys", "export", "room.pem", "-o", "room.jwks.json"],
        &["keys", "root", "root.pem", "-o", "root.jwk.json"],
    ] {
        shell.run(command).result();
    }
    shell
}

const SIGN: [&str; 5] = ["keys", "sign", "room.jwks.json", "--root", "root.pem"];

fn issue(shell: &Shell) -> String {
    let base = ["--base-url", "https://meet.example.org"];
    let command = ["issue", "standup", "--key", "room.pem"];
    shell.run(&[&command[..], &base].concat()).result()
}

#[test]
fn a_root_key_is_made_once_and_shown_again() {
    let shell = shell();
    let pem = fs::read(shell.path("root.pem")).unwrap();
    let shown = shell.run(&["keys", "root", "root.pem"]).result();
    assert_eq!(
        shown,
        fs::read_to_string(shell.path("root.jwk.json")).unwrap()
    );
    assert_eq!(fs::read(shell.path("root.pem")).unwrap(), pem);
    let jwk: Value = serde_json::from_str(&shown).unwrap();
    assert!(jwk["x"].is_string() && jwk.get("d").is_none(), "{jwk}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(shell.path("root.pem"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o7777, 0o600);
    }
    let error = shell
        .run(&["keys", "root", "root.pem", "-o", "root.pem"])
        .error();
    assert!(error.contains("would be lost"), "{error}");
    assert_eq!(fs::read(shell.path("root.pem")).unwrap(), pem);
    shell.write("garbage.pem", "no");
    let error = shell.run(&["keys", "root", "garbage.pem"]).error();
    assert!(error.contains("garbage.pem"), "{error}");
}

#[test]
fn a_signed_set_is_what_a_shard_with_the_root_key_takes() {
    let shell = shell();
    let told = shell.run(&SIGN).result();
    assert!(told.starts_with("room.jwks.jwt is edition 1 of "), "{told}");
    let link = issue(&shell);
    let explain = |more: &[&str]| {
        let command = ["explain", "-", "--key-set"];
        shell.run_with_input(&[&command[..], more].concat(), &link)
    };
    let admitted = explain(&["room.jwks.jwt", "--root-key", "root.jwk.json"]).result();
    assert!(admitted.starts_with("admit: standup"), "{admitted}");
    let error = explain(&["room.jwks.json", "--root-key", "root.jwk.json"]).error();
    assert!(error.contains("not signed"), "{error}");
    let error = explain(&["room.jwks.jwt"]).error();
    assert!(error.contains("no root key is set"), "{error}");
    shell
        .run(&["keys", "root", "other.pem", "-o", "other.jwk.json"])
        .result();
    let error = explain(&["room.jwks.jwt", "--root-key", "other.jwk.json"]).error();
    assert!(error.contains("is not the root key's"), "{error}");
    let list = [
        "keys",
        "list",
        "room.jwks.jwt",
        "--root-key",
        "root.jwk.json",
    ];
    let rows = shell.run(&list).result();
    assert!(rows.contains("public"), "{rows}");
}

#[test]
fn editions_are_numbered_renewed_and_never_go_back() {
    let shell = shell();
    let sign = |more: &[&str]| shell.run(&[&SIGN[..], more].concat());
    sign(&[]).result();
    let renewed = sign(&["--for", "90days"]).result();
    assert!(
        renewed.contains("edition 1 of") && renewed.contains("good until"),
        "{renewed}"
    );
    shell.run(&["keys", "new", "next.pem"]).result();
    let export = [
        "keys",
        "export",
        "room.pem",
        "next.pem",
        "-o",
        "room.jwks.json",
    ];
    shell.run(&export).result();
    assert!(sign(&[]).result().contains("edition 2 of"));
    let error = sign(&["--seq", "1"]).error();
    assert!(
        error.contains("edition 2 was signed before this one, 1"),
        "{error}"
    );
    assert!(sign(&["--seq", "9"]).result().contains("edition 9 of"));

    // A key folder numbers its sets itself.
    shell.run(&["keys", "init", "keys"]).result();
    shell
        .run(&["keys", "export", "keys", "-o", "folder.jwks.json"])
        .result();
    let folder = ["keys", "sign", "folder.jwks.json", "--root", "root.pem"];
    assert!(shell.run(&folder).result().contains("edition 1 of"));
    let old = fs::read_to_string(shell.path("folder.jwks.json")).unwrap();
    shell.run(&["keys", "rotate", "keys"]).result();
    shell
        .run(&["keys", "export", "keys", "-o", "folder.jwks.json"])
        .result();
    assert!(shell.run(&folder).result().contains("edition 2 of"));
    let signed = fs::read(shell.path("folder.jwks.jwt")).unwrap();
    shell.write("folder.jwks.json", &old);
    let error = shell.run(&folder).error();
    assert!(
        error.contains("edition 2 was signed before this one, 1"),
        "{error}"
    );
    assert_eq!(fs::read(shell.path("folder.jwks.jwt")).unwrap(), signed);
}

#[test]
fn what_must_not_be_signed_or_written_over_is_left() {
    let shell = shell();
    let error = shell
        .run(&[&SIGN[..], &["-o", "root.pem"]].concat())
        .error();
    assert!(error.contains("would be lost"), "{error}");
    shell.write("mine.jwt", "mine");
    let error = shell
        .run(&[&SIGN[..], &["-o", "mine.jwt"]].concat())
        .error();
    assert!(error.contains("choose another file with -o"), "{error}");
    assert_eq!(fs::read_to_string(shell.path("mine.jwt")).unwrap(), "mine");
    shell
        .run(&["keys", "export", "root.pem", "-o", "root.jwks.json"])
        .result();
    let inside = ["keys", "sign", "root.jwks.json", "--root", "root.pem"];
    let error = shell.run(&inside).error();
    assert!(error.contains("is in the key set itself"), "{error}");
    assert!(!shell.path("root.jwks.jwt").exists());
    let nowhere = [&SIGN[..], &["-o", "absent/room.jwks.jwt"]].concat();
    let error = shell.run(&nowhere).error();
    assert!(error.contains("choose a folder"), "{error}");
    let error = shell
        .run(&["keys", "sign", "room.jwks.json", "--root", "absent.pem"])
        .error();
    assert!(error.contains("absent.pem"), "{error}");
}

#[test]
fn no_key_signs_that_the_signed_set_lacks_or_has_only_just_got() {
    let shell = shell();
    shell.run(&["keys", "init", "keys"]).result();
    let export = ["keys", "export", "keys", "-o", "room.jwks.json"];
    let signed = [
        "--signed-key-set",
        "room.jwks.jwt",
        "--root-key",
        "root.jwk.json",
    ];
    let rotate = || shell.run(&[&["keys", "rotate", "keys"][..], &signed].concat());
    shell.run(&export).result();
    shell.run(&SIGN).result();
    let published = rotate().result();
    let next = published.split(' ').next().unwrap().to_owned();
    let error = rotate().error();
    let words = format!("room.jwks.jwt does not have the key {next}");
    assert!(
        error.contains("nothing was changed") && error.contains(&words),
        "{error}"
    );

    shell.run(&export).result();
    shell.run(&SIGN).result();
    let too_soon = rotate();
    assert_eq!((too_soon.status, too_soon.stderr.as_str()), (1, ""));
    let words = format!("{next} may not sign before ");
    assert!(too_soon.stdout.starts_with(&words), "{}", too_soon.stdout);

    fs::remove_file(shell.path("room.jwks.jwt")).unwrap();
    let error = rotate().error();
    assert!(error.contains("room.jwks.jwt cannot be read"), "{error}");
    let half = [
        "keys",
        "rotate",
        "keys",
        "--signed-key-set",
        "room.jwks.jwt",
    ];
    let error = shell.run(&half).error();
    assert!(error.contains("--root-key"), "{error}");
}
