//! `roompass keys init|rotate|retire|revoke|import-public`.

use serde_json::Value;

use crate::shell::Shell;

fn shell_with_folder() -> (Shell, String) {
    let shell = Shell::new();
    let said = shell.run(&["keys", "init", "keys"]).result();
    let first = said.trim().strip_suffix(" signs").unwrap().to_owned();
    (shell, first)
}

fn key_set(shell: &Shell) -> Value {
    let json = shell.run(&["keys", "export", "keys"]).result();
    serde_json::from_str(&json).unwrap()
}

fn states(shell: &Shell) -> Vec<String> {
    let keys = key_set(shell)["keys"].as_array().unwrap().clone();
    let mut states: Vec<_> = keys.iter().map(|key| key["state"].to_string()).collect();
    states.sort();
    states
}

#[test]
fn a_next_key_is_published_and_does_not_sign_too_soon() {
    let (shell, first) = shell_with_folder();
    assert_eq!(
        (key_set(&shell)["seq"].as_u64(), states(&shell).len()),
        (Some(1), 1)
    );

    let published = shell.run(&["keys", "rotate", "keys", "--json"]).result();
    let published: Value = serde_json::from_str(&published).unwrap();
    assert_eq!(states(&shell), ["\"active\"", "\"next\""]);
    assert_eq!(
        (&key_set(&shell)["seq"], &key_set(&shell)["iss"]),
        (&2.into(), &"roompass".into())
    );

    let again = shell.run(&["keys", "rotate", "keys"]);
    assert_eq!((again.status, again.stderr.as_str()), (1, ""));
    let when = published["signs_from"].as_str().unwrap();
    assert!(
        again
            .stdout
            .contains(&format!("may not sign before {when}")),
        "{}",
        again.stdout
    );
    let retire = shell.run(&["keys", "retire", "keys", &first]).error();
    assert!(retire.contains("rotate first"), "{retire}");
}

#[test]
fn a_key_that_others_may_have_is_gone_at_once() {
    let (shell, first) = shell_with_folder();
    let said = shell.run(&["keys", "revoke", "keys", &first]).result();
    assert!(
        said.starts_with(&format!("{first} is gone, and every link signed with it; ")),
        "{said}"
    );
    let set = key_set(&shell);
    assert_ne!(set["keys"][0]["kid"], first.as_str());
    assert_eq!(set["keys"].as_array().unwrap().len(), 1);
    let error = shell.run(&["keys", "revoke", "keys", &first]).error();
    assert!(error.contains("there is no key"), "{error}");
}

#[test]
fn another_team_s_key_opens_its_own_rooms_only() {
    let (shell, _) = shell_with_folder();
    shell.run(&["keys", "new", "team.pem"]).result();
    let jwk: Value =
        serde_json::from_str(&shell.run(&["keys", "export", "team.pem"]).result()).unwrap();
    shell.write("team.jwk.json", &jwk["keys"][0].to_string());
    let import = ["keys", "import-public", "keys", "team.jwk.json"];
    let limits = [
        "--rooms",
        "acme-*,lobby",
        "--affiliations",
        "member",
        "--max-lifetime",
        "1d",
    ];
    shell.run(&[&import[..], &limits].concat()).result();
    shell
        .run(&["keys", "export", "keys", "-o", "set.jwks.json"])
        .result();
    for (room, status) in [("acme-standup", 0), ("lobby", 0), ("standup", 1)] {
        let issue = [
            "issue",
            room,
            "--key",
            "team.pem",
            "--base-url",
            "https://m.example",
        ];
        let link = shell.run(&issue).result();
        let explain = ["explain", "-", "--key-set", "set.jwks.json"];
        let ended = shell.run_with_input(&explain, &link);
        assert_eq!(ended.status, status, "{room}: {}", ended.stdout);
        assert!(
            status == 0 || ended.stdout.starts_with("deny out-of-scope"),
            "{}",
            ended.stdout
        );
    }
    let list = shell.run(&["keys", "list", "keys"]).result();
    assert!(
        list.contains("imported") && list.contains("active"),
        "{list}"
    );
}

#[test]
fn what_is_wrong_is_said_with_a_way_out() {
    let (shell, _) = shell_with_folder();
    for (arguments, words) in [
        (vec!["keys", "init", "keys"], "is a key folder already"),
        (vec!["keys", "rotate", "nowhere"], "nowhere"),
        (
            vec!["keys", "retire", "keys", "AAAAAAAA"],
            "there is no key AAAAAAAA",
        ),
        (
            vec!["keys", "import-public", "keys", "no.json", "--rooms", "*"],
            "cannot read the key no.json",
        ),
        (vec!["keys", "export", "."], "roompass keys init"),
    ] {
        let error = shell.run(&arguments).error();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_folder_signs_and_knows_until_when() {
    let (shell, first) = shell_with_folder();
    shell
        .run(&["keys", "export", "keys", "-o", "set.jwks.json"])
        .result();
    let issue = [
        "issue",
        "standup",
        "--key",
        "keys",
        "--base-url",
        "https://m.example",
        "--owner",
    ];
    let link = shell.run(&issue).result();
    let explain = ["explain", "-", "--key-set", "set.jwks.json"];
    assert_eq!(shell.run_with_input(&explain, &link).status, 0);
    let ring = std::fs::read_to_string(shell.path("keys/keys.json")).unwrap();
    assert!(ring.contains("last_exp"), "{ring}");

    let derived = shell
        .run_with_input(&["derive", "-", "--key", "keys"], &link)
        .result();
    assert_eq!(shell.run_with_input(&explain, &derived).status, 0);
    let revoke = [
        "revoke",
        "--link",
        "-",
        "--sign-with",
        "keys",
        "--feed",
        "feed.jwt",
    ];
    shell.run_with_input(&revoke, &link).result();
    let explain = [&explain[..], &["--revocations", "feed.jwt"]].concat();
    let denied = shell.run_with_input(&explain, &link);
    assert!(
        denied.stdout.starts_with("deny revoked"),
        "{}",
        denied.stdout
    );

    let pem = shell.path(&format!("keys/{first}.pem"));
    std::fs::remove_file(pem).unwrap();
    let error = shell.run(&issue).error();
    assert!(error.contains("does not exist"), "{error}");
}
