//! The command with an issuer elsewhere: the same words, its key and its ledger.

use serde_json::Value;

use crate::first_start::Service;
use crate::shell::{Ended, Shell};

/// A service, and a key for the rooms whose names begin with `exam-`.
struct Elsewhere {
    shell: Shell,
    service: Service,
}

impl Elsewhere {
    fn start() -> Self {
        let shell = Shell::new();
        let service = Service::start(&shell, &["--base-url", "https://meet.example.org"]);
        let new = [
            "admin", "key", "new", "tests", "--rooms", "exam-", "-o", "key", "--state", "state",
        ];
        assert_eq!(shell.run(&new).result(), "", "it is in the file");
        Self { shell, service }
    }

    fn run(&self, arguments: &[&str], input: &str) -> Ended {
        let server = format!("http://{}", self.service.address);
        let remote = ["--server", &server, "--api-key-file", "key"];
        self.shell
            .run_with_input(&[arguments, &remote].concat(), input)
    }
}

#[test]
fn a_link_is_issued_derived_and_taken_back_there() {
    let there = Elsewhere::start();
    let issue = [
        "issue",
        "Exam-1",
        "--owner",
        "--name",
        "Ada",
        "--for",
        "1h",
        "--seats",
        "2",
        "--feature",
        "recording=false",
        "--qr",
        "link.svg",
    ];
    let link = there.run(&issue, "").result();
    assert!(
        link.starts_with("https://meet.example.org/exam-1?jwt=eyJ"),
        "{link}"
    );
    assert!(there.shell.path("link.svg").exists());
    let guest = there
        .run(&["derive", "-", "--name", "Bob", "--json"], &link)
        .result();
    let guest: Value = serde_json::from_str(&guest).unwrap();
    assert_eq!(
        (guest["name"].as_str(), guest["affiliation"].as_str()),
        (Some("Bob"), Some("member"))
    );
    assert!(guest.get("token").is_none());
    let jti = guest["jti"].as_str().unwrap();
    let revoked = there.run(&["revoke", "--token-id", jti], "").result();
    assert_eq!(revoked, format!("revoked jti:{jti}\n"));
    let dead = there.run(&["revoke", "--link", "-"], &link);
    assert_eq!(dead.status, 0, "{}", dead.stderr);
    let again = there.run(&["derive", "-"], &link);
    assert_eq!(again.status, 1);
    assert!(
        again.stderr.contains("revoked") || again.stderr.contains("taken back"),
        "{}",
        again.stderr
    );
}

#[test]
fn a_series_is_asked_for_in_the_same_words() {
    let there = Elsewhere::start();
    let (last, _weekday) = crate::series::day(100);
    let series = [
        "issue",
        "exam-2",
        "--weekly",
        "tue",
        "--at",
        "15:00",
        "--lasts",
        "1h",
        "--zone",
        "Europe/Berlin",
        "--until",
        &last,
    ];
    let report = there.run(&[&series[..], &["--json"]].concat(), "").result();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["series"]["zone"], "Europe/Berlin");
    let span = there
        .run(&[&series[..], &["--join-by", "10m"]].concat(), "")
        .error();
    assert!(span.contains("give a time"), "{span}");
}

#[test]
fn what_goes_wrong_there_is_said_here() {
    let there = Elsewhere::start();
    let board = there.run(&["issue", "board"], "");
    assert_eq!(board.status, 1);
    assert!(
        board.stderr.contains("none of the rooms that are yours")
            && board.stderr.contains("hint: choose another"),
        "{}",
        board.stderr
    );
    let long = there
        .run(&["issue", "exam-1", "--for", "500days"], "")
        .error();
    assert!(long.contains("400 days"), "{long}");
    there.shell.write("key", "rpk_unknown");
    let unknown = there.run(&["issue", "exam-1"], "").error();
    assert!(unknown.contains("this API key is not known"), "{unknown}");
    std::fs::remove_file(there.shell.path("key")).unwrap();
    assert!(
        there
            .run(&["issue", "exam-1"], "")
            .error()
            .contains("the API key: ")
    );
}

#[test]
fn an_issuer_that_is_not_there_or_no_issuer_is_named() {
    let shell = Shell::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let gone = shell.run(&["issue", "x", "--server", &address]).error();
    assert!(
        gone.contains("cannot reach") && gone.contains("does the issuer run?"),
        "{gone}"
    );
    let clear = shell
        .run(&["issue", "x", "--server", "http://meet.example"])
        .error();
    assert!(
        clear.contains("in clear") && clear.contains("write https://"),
        "{clear}"
    );
    let neither = shell.run(&["issue", "x"]).error();
    assert!(neither.contains("--key <FILE|FOLDER|URI>"), "{neither}");
}

#[test]
fn shells_and_man_know_every_command() {
    let shell = Shell::new();
    for name in ["bash", "zsh", "fish"] {
        let script = shell.run(&["completions", name]).result();
        assert!(
            script.contains("--api-key-file") || script.contains("api-key-file"),
            "{name}"
        );
    }
    std::fs::create_dir(shell.path("man")).unwrap();
    assert_eq!(shell.run(&["man", "man"]).result(), "");
    for (page, words) in [
        ("roompass.1", "roompass"),
        ("roompass-admin-key-new.1", "for\\fR"),
        ("roompass-issue.1", "api\\-key\\-file"),
    ] {
        let text = std::fs::read_to_string(shell.path("man").join(page)).unwrap();
        assert!(
            text.contains(".TH roompass") && text.contains(words),
            "{page}: {text}"
        );
    }
    assert!(
        shell
            .run(&["man", "nowhere"])
            .error()
            .contains("name a folder that exists")
    );
}
