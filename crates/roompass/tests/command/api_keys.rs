//! `roompass admin key`.

use crate::shell::Shell;

#[test]
fn a_key_is_made_listed_and_ended() {
    let shell = Shell::new();
    let run = |more: &[&str]| {
        let base = ["admin", "key"];
        shell.run(&[&base[..], more, &["--state", "state"]].concat())
    };
    let made = run(&["new", "portal", "--rooms", "exam-", "--for", "30days"]).result();
    assert!(
        made.starts_with("rpk_") && made.trim().len() == 47,
        "{made}"
    );
    let list = run(&["list"]).result();
    assert!(
        list.contains("issuer  exam-*  until ")
            && list.contains("never used  by command line: portal"),
        "{list}"
    );
    assert!(!list.contains(made.trim()));
    let json: serde_json::Value = serde_json::from_str(&run(&["list", "--json"]).result()).unwrap();
    let id = json["api_keys"][0]["id"].as_str().unwrap();
    assert!(list.starts_with(id));
    assert_eq!(run(&["end", id]).status, 0);
    assert_eq!(run(&["list"]).result(), "");
    let again = run(&["end", id]);
    assert_eq!(again.status, 1);
    assert!(
        again.stderr.contains("there is no such key\n") && again.stderr.contains("admin key list"),
        "{}",
        again.stderr
    );
    let entries = shell
        .run(&["audit", "verify", "--ledger", "sqlite:state/ledger.db"])
        .result();
    assert!(entries.starts_with("2:"), "{entries}");
}

#[test]
fn a_key_that_cannot_be_is_refused() {
    let shell = Shell::new();
    for (more, words) in [
        (
            &["x", "--role", "root"][..],
            "there are viewer, issuer, administrator",
        ),
        (&["x", "--for", "400days"], "a second to 366 days"),
        (&["x", "--for", "soon"], "write a number and a unit"),
        (&["", "--for", "1day"], "name the program that gets it"),
    ] {
        let arguments = [&["admin", "key", "new", "--state", "state"], more].concat();
        let refused = shell.run(&arguments).error();
        assert!(refused.contains(words), "{words}: {refused}");
    }
}
