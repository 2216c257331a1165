//! `roompass doctor`, where there is no installation; `tests/e2e` has those that there are.

use std::collections::BTreeSet;
use std::net::TcpListener;

use serde_json::Value;

use crate::shell::Shell;

fn json(shell: &Shell, arguments: &[&str]) -> (i32, Value) {
    let ended = shell.run(&[&["doctor", "--json"], arguments].concat());
    let report = serde_json::from_str(&ended.stdout);
    (
        ended.status,
        report.unwrap_or_else(|e| panic!("{e}: {ended:?}")),
    )
}

fn words<'a>(report: &'a Value, list: &str, member: &str) -> Vec<&'a str> {
    let list = report[list].as_array().unwrap().iter();
    list.map(|one| one[member].as_str().unwrap()).collect()
}

fn with_key() -> Shell {
    let shell = Shell::new();
    shell.run(&["keys", "new", "signing.pem"]);
    shell
}

#[test]
fn a_server_that_takes_connections_and_never_answers_does_not_keep_us() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let shell = with_key();
    let shard = format!("a={}/xmpp-websocket", url.replace("http", "ws"));
    let line = [
        &url,
        "--key",
        "signing.pem",
        "--timeout",
        "8",
        "--shard",
        &shard,
    ];
    let (status, report) = json(&shell, &line);
    assert_eq!(status, 1);
    assert_eq!(
        words(&report, "findings", "code"),
        ["page-unreachable", "websocket-dead"]
    );
    let places = &report["findings"][1]["places"];
    assert_eq!(*places, serde_json::json!(["the router", "a"]));
    assert!(!report.to_string().contains("eyJ"), "{report}");
}

#[test]
fn what_programs_read_has_the_members_and_words_of_the_document() {
    let (status, report) = json(&with_key(), &["http://127.0.0.1:1", "--key", "signing.pem"]);
    assert_eq!(status, 1);
    assert_eq!(report["outcome"], "findings");
    let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let pairs: [(BTreeSet<String>, BTreeSet<String>); 3] = [
        (
            members(&report),
            names(&["outcome", "url", "roompass", "findings", "checks"]),
        ),
        (
            members(&report["findings"][0]),
            names(&[
                "code", "gravity", "check", "places", "seen", "what", "why", "change", "docs",
            ]),
        ),
        (
            members(&report["checks"][0]),
            names(&["check", "result", "seen"]),
        ),
    ];
    for (has, wanted) in pairs {
        assert_eq!(has, wanted);
    }
    let document = include_str!("../../../../docs/doctor.md");
    let lists = [
        ("findings", "gravity"),
        ("checks", "check"),
        ("checks", "result"),
    ];
    for (list, member) in lists {
        for word in words(&report, list, member) {
            assert!(document.contains(&format!("`{word}`")), "{word}");
        }
    }
    assert_eq!(words(&report, "checks", "check").len(), 16);
}

#[test]
fn people_read_what_is_wrong_why_and_what_to_change() {
    let ended = with_key().run(&["doctor", "http://127.0.0.1:1", "--key", "signing.pem"]);
    assert_eq!(ended.status, 1);
    for line in [
        "http://127.0.0.1:1: 2 findings: 2 keep guests out\n",
        "  ✔ passed    name          it has an address\n",
        "  ✘ failed    websocket     websocket-dead\n",
        "  · left out  log           give the web server's with --access-log FILE\n",
        "✘ websocket-dead: the router\n",
        "  why      Jitsi's client cannot reach the shard.\n",
        "           Host 127.0.0.1;\n",
        "  docs     docs/doctor.md#websocket-dead\n",
    ] {
        let line = line.replace(
            "           Host",
            "                   proxy_set_header Host",
        );
        assert!(ended.stdout.contains(&line), "{line:?} in {}", ended.stdout);
    }
}

#[test]
fn what_cannot_be_looked_at_is_a_mistake_and_says_how_to_go_on() {
    let shell = with_key();
    for (line, what) in [
        (&[][..], "no installation was named"),
        (&["meet.example.org"], "URL: "),
        (
            &["http://127.0.0.1:1", "--key", "none.pem"],
            "the signing key: ",
        ),
        (
            &["http://127.0.0.1:1", "--shard", "ws://a"],
            "--shard ws://a has no name",
        ),
        (
            &["http://127.0.0.1:1", "--shard", "a=http://a"],
            "is not a WebSocket",
        ),
        (
            &["http://127.0.0.1:1", "--max-stale", "soon"],
            "--max-stale soon: ",
        ),
        (
            &["--link", "https://127.0.0.1:1/?jwt=eyJh.eyJp.sig"],
            "names no room",
        ),
        (
            &[
                "http://127.0.0.1:1",
                "--key",
                "signing.pem",
                "--room-prefix",
                &"x".repeat(300),
            ],
            "--room-prefix: ",
        ),
    ] {
        let ended = shell.run(&[&["doctor"], line].concat());
        assert_eq!(ended.status, 2, "{line:?}: {ended:?}");
        assert!(ended.stderr.contains(what), "{line:?}: {}", ended.stderr);
        assert!(
            ended.stderr.contains("roompass: hint: "),
            "{}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("eyJ"), "{}", ended.stderr);
    }
}
