//! `roompass keys`.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::shell::{Shell, fixed_key_set};

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_new_key_is_private_and_named() {
    let shell = Shell::new();
    let row = shell.run(&["keys", "new", "room.pem"]).result();
    let path = shell.path("room.pem");
    #[cfg(unix)]
    assert_eq!(mode(&path), 0o600);
    let pem = fs::read_to_string(path).unwrap();
    assert!(
        pem.starts_with("-----BEGIN PRIVATE KEY-----\n"),
        "not PKCS#8"
    );
    assert_eq!(row, shell.run(&["keys", "list", "room.pem"]).result());
    let secret: Vec<_> = pem.lines().filter(|line| !line.starts_with('-')).collect();
    assert!(!row.contains(secret[0]));

    let json = shell.run(&["keys", "new", "other.pem", "--json"]).result();
    let row: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(row["path"], "other.pem");
    assert_eq!(row["kid"].as_str().unwrap().len(), 8);
}

#[test]
fn a_new_key_overwrites_nothing() {
    let shell = Shell::new();
    let path = shell.write("room.pem", "mine");
    let error = shell.run(&["keys", "new", "room.pem"]).error();
    assert!(error.contains("exists already"), "{error}");
    assert!(error.contains("choose another name"), "{error}");
    assert_eq!(fs::read_to_string(path).unwrap(), "mine");
    let error = shell.run(&["keys", "new", "absent/room.pem"]).error();
    assert!(error.contains("choose a folder"), "{error}");
}

#[test]
fn openssl_reads_a_new_key() {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    let openssl = Command::new("openssl")
        .args(["pkey", "-in", "room.pem", "-noout", "-text"])
        .current_dir(shell.path("."))
        .output();
    let Ok(output) = openssl else {
        eprintln!("SKIPPED: openssl is not on the PATH, so nobody else has read our key");
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("ED25519"),
        "{output:?}"
    );
}

#[test]
fn an_export_has_the_public_halves_alone() {
    let shell = Shell::new();
    shell.run(&["keys", "new", "a.pem"]).result();
    shell.run(&["keys", "new", "b.pem"]).result();
    let json = shell
        .run(&["keys", "export", "a.pem", "b.pem", "--issuer", "portal"])
        .result();
    let set: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(set["iss"], "portal");
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    for key in keys {
        assert_eq!(
            (&key["kty"], &key["crv"]),
            (&"OKP".into(), &"Ed25519".into())
        );
        assert!(key.get("d").is_none());
    }
    let plain = shell.run(&["keys", "export", "a.pem"]).result();
    assert!(plain.contains(r#""iss":"roompass""#), "{plain}");
}

#[test]
fn an_export_never_takes_the_place_of_its_key() {
    let shell = Shell::new();
    shell.run(&["keys", "new", "a.pem"]).result();
    let error = shell
        .run(&["keys", "export", "a.pem", "-o", "./a.pem"])
        .error();
    assert!(error.contains("is the signing key itself"), "{error}");
    shell.run(&["keys", "export", "a.pem"]).result();
}

#[test]
fn an_export_to_a_file_takes_the_place_of_the_old_one() {
    let shell = Shell::new();
    shell.run(&["keys", "new", "a.pem"]).result();
    let path = shell.write("set.jwks.json", "old");
    assert_eq!(
        shell
            .run(&["keys", "export", "a.pem", "-o", "set.jwks.json"])
            .result(),
        ""
    );
    let exported = fs::read_to_string(&path).unwrap();
    assert_eq!(exported, shell.run(&["keys", "export", "a.pem"]).result());
    #[cfg(unix)]
    assert_eq!(mode(&path), 0o644);
    assert_eq!(
        fs::read_dir(shell.path(".")).unwrap().count(),
        2,
        "something was left behind"
    );

    shell
        .run(&["keys", "export", "absent.pem", "-o", "set.jwks.json"])
        .error();
    assert_eq!(fs::read_to_string(&path).unwrap(), exported);
    let error = shell
        .run(&["keys", "export", "a.pem", "-o", "absent/set"])
        .error();
    assert!(error.contains("choose a folder"), "{error}");
}

#[test]
fn the_development_key_is_not_exported_by_mistake() {
    let shell = Shell::new();
    issuer::key_file::create(&shell.path("dev.pem"), &issuer::key_file::dev_key()).unwrap();
    let error = shell.run(&["keys", "export", "dev.pem"]).error();
    assert!(error.contains("everybody can sign"), "{error}");
    shell.run(&["keys", "export", "dev.pem", "--dev"]).result();
}

#[test]
fn a_list_names_keys_and_what_is_wrong_with_their_files() {
    let shell = Shell::new();
    let new = shell.run(&["keys", "new", "a.pem"]).result();
    shell.write("set.jwks.json", &fixed_key_set());
    let well = shell
        .run(&["keys", "list", "a.pem", "set.jwks.json"])
        .result();
    assert_eq!(well, format!("{new}--6IM5l0  public    set.jwks.json\n"));

    shell.write("bad.pem", "no key");
    let bad = shell.run(&["keys", "list", "a.pem", "bad.pem", "absent.jwks.json"]);
    assert_eq!((bad.status, bad.stderr.as_str()), (1, ""));
    assert!(bad.stdout.contains(&new), "{}", bad.stdout);
    assert!(
        bad.stdout.contains("bad.pem\n          ✘ "),
        "{}",
        bad.stdout
    );
    assert!(
        bad.stdout.contains("absent.jwks.json\n          ✘ "),
        "{}",
        bad.stdout
    );
}

#[cfg(unix)]
#[test]
fn a_list_names_a_key_that_others_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let shell = Shell::new();
    let json = shell.run(&["keys", "new", "a.pem", "--json"]).result();
    let new: Value = serde_json::from_str(&json).unwrap();
    fs::set_permissions(shell.path("a.pem"), fs::Permissions::from_mode(0o640)).unwrap();
    let listed = shell.run(&["keys", "list", "--json", "a.pem"]);
    assert_eq!(listed.status, 1);
    let rows: Value = serde_json::from_str(&listed.stdout).unwrap();
    assert_eq!(rows[0]["kid"], new["kid"]);
    assert!(
        rows[0]["problem"]
            .as_str()
            .unwrap()
            .contains("chmod 600 a.pem"),
        "{rows}"
    );
}

#[cfg(not(feature = "pkcs11"))]
#[test]
fn without_the_feature_a_key_in_a_token_is_refused_with_the_way_to_get_it() {
    let shell = Shell::new();
    let error = shell
        .run(&["keys", "export", "pkcs11:token=room;object=signing"])
        .error();
    assert!(error.contains("--features pkcs11"), "{error}");
}
