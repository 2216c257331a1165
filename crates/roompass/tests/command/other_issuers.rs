//! The programs of `docs/other-issuers.md`, as they stand there, sign links that count.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::shell::Shell;

/// The first block of that language in the document.
fn program(language: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/other-issuers.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, after) = page
        .split_once(&format!("```{language}\n"))
        .expect(language);
    after.split_once("```").unwrap().0.to_owned()
}

/// A team's key as OpenSSL makes it, trusted for `acme-*`; returns its name.
fn team(shell: &Shell) -> String {
    let openssl = Command::new("openssl")
        .args(["genpkey", "-algorithm", "ed25519", "-out"])
        .arg(shell.path("team.pem"))
        .status()
        .unwrap();
    assert!(openssl.success());
    let chmod = Command::new("chmod")
        .arg("600")
        .arg(shell.path("team.pem"))
        .status();
    assert!(chmod.unwrap().success());
    shell.run(&["keys", "init", "keys"]).result();
    let set: Value =
        serde_json::from_str(&shell.run(&["keys", "export", "team.pem"]).result()).unwrap();
    shell.write("team.jwk.json", &set["keys"][0].to_string());
    let import = [
        "keys",
        "import-public",
        "keys",
        "team.jwk.json",
        "--rooms",
        "acme-*",
    ];
    shell.run(&import).result();
    shell
        .run(&["keys", "export", "keys", "-o", "set.jwks.json"])
        .result();
    set["keys"][0]["kid"].as_str().unwrap().to_owned()
}

fn opens_its_room_and_no_other(shell: &Shell, interpreter: &str, file: &str, language: &str) {
    let kid = team(shell);
    shell.write(file, &program(language));
    for (room, verdict) in [("acme-standup", "admit"), ("standup", "deny out-of-scope")] {
        let signed = Command::new(interpreter)
            .args([file, &kid, room])
            .current_dir(shell.path("."))
            .output();
        let signed = signed.unwrap_or_else(|error| panic!("{interpreter}: {error}"));
        let errors = String::from_utf8_lossy(&signed.stderr);
        assert!(signed.status.success(), "{interpreter}: {errors}");
        let token = String::from_utf8(signed.stdout).unwrap();
        let explain = ["explain", "-", "--key-set", "set.jwks.json", "--room", room];
        let told = shell.run_with_input(&explain, &token).stdout;
        assert!(told.starts_with(verdict), "{told}");
    }
}

#[test]
fn openssl_alone_signs_a_link_that_counts() {
    opens_its_room_and_no_other(&Shell::new(), "bash", "sign.sh", "bash");
}

#[test]
fn python_signs_a_link_that_counts() {
    opens_its_room_and_no_other(&Shell::new(), "/usr/bin/python3", "sign.py", "python");
}

#[test]
fn node_signs_a_link_that_counts() {
    let shell = Shell::new();
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/e2e/guests/node_modules");
    std::os::unix::fs::symlink(modules.canonicalize().unwrap(), shell.path("node_modules"))
        .unwrap();
    opens_its_room_and_no_other(&shell, "node", "sign.mjs", "js");
}

#[test]
fn php_signs_a_link_that_counts() {
    opens_its_room_and_no_other(&Shell::new(), "php", "sign.php", "php");
}
