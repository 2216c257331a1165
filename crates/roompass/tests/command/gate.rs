//! The page before the call, by itself and inside the issuer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr};
use std::time::{Duration, Instant};

use crate::shell::Shell;

/// A service with a gate; ends with the test.
struct Service {
    child: Child,
    gate: String,
    _said: BufReader<ChildStderr>,
}

impl Service {
    /// Waits until it says where the gate listens.
    fn start(shell: &Shell, arguments: &[&str]) -> Self {
        let mut child = shell.command(arguments).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut gate = None;
        while gate.is_none() {
            let mut line = String::new();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "it ended");
            let address = line.split_once("the gate listens on http://");
            gate = address.map(|(_, address)| address.trim().to_owned());
        }
        Self {
            child,
            gate: gate.unwrap(),
            _said: said,
        }
    }

    /// What nginx hears about a page.
    fn ask(&self, uri: &str) -> String {
        let mut stream = TcpStream::connect(&self.gate).unwrap();
        let head = format!("GET /roompass/auth HTTP/1.1\r\nHost: {}\r\n", self.gate);
        write!(
            stream,
            "{head}X-Original-URI: {uri}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Asks until the answer has this in it: a changed file is looked at every two seconds.
    fn ask_until(&self, uri: &str, expected: &str) {
        let start = Instant::now();
        loop {
            let answer = self.ask(uri);
            if answer.contains(expected) {
                return;
            }
            assert!(start.elapsed() < Duration::from_mins(1), "{answer}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

const BASE_URL: &str = "https://meet.example.org";

fn shell_with_key() -> Shell {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    let export = ["keys", "export", "room.pem", "-o", "set.jwks.json"];
    shell.run(&export).result();
    shell
}

/// A link, and what stands behind the host in it.
fn link(shell: &Shell) -> (String, String) {
    let issue = ["issue", "sync", "--key", "room.pem", "--base-url", BASE_URL];
    let link = shell.run(&issue).result().trim().to_owned();
    let uri = link.trim_start_matches(BASE_URL).to_owned();
    (link, uri)
}

#[test]
fn a_gate_admits_a_link_until_the_feed_takes_it_back() {
    let shell = shell_with_key();
    let (link, uri) = link(&shell);
    let feed = ["revoke", "--sign-with", "room.pem", "--feed", "feed.jwt"];
    shell.run(&feed).result();
    let arguments = [
        "gate",
        "--listen",
        "127.0.0.1:0",
        "--key-set",
        "set.jwks.json",
        "--revocations",
        "feed.jwt",
    ];
    let service = Service::start(&shell, &arguments);
    assert!(
        service.ask(&uri).starts_with("HTTP/1.1 204"),
        "{}",
        service.ask(&uri)
    );
    assert!(
        service
            .ask("/sync")
            .contains("roompass-code: token-missing")
    );
    shell
        .run_with_input(&[&feed[..], &["--link", "-"]].concat(), &link)
        .result();
    service.ask_until(&uri, "roompass-code: revoked");
}

#[test]
fn an_issuer_has_a_gate_that_knows_its_keys_and_its_list() {
    let shell = shell_with_key();
    let (link, uri) = link(&shell);
    let arguments = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--gate",
        "127.0.0.1:0",
        "--key",
        "room.pem",
        "--base-url",
        BASE_URL,
        "--revocations",
        "list.json",
    ];
    let service = Service::start(&shell, &arguments);
    assert!(
        service.ask(&uri).starts_with("HTTP/1.1 204"),
        "{}",
        service.ask(&uri)
    );
    let revoke = [
        "revoke",
        "--list",
        "list.json",
        "--sign-with",
        "room.pem",
        "--feed",
        "feed.jwt",
        "--link",
        "-",
    ];
    shell.run_with_input(&revoke, &link).result();
    service.ask_until(&uri, "roompass-code: revoked");
}

#[test]
fn a_gate_without_its_files_says_which_one_it_misses() {
    let shell = shell_with_key();
    let error = shell
        .run(&["gate", "--key-set", "absent.jwks.json"])
        .error();
    assert!(error.contains("cannot read absent.jwks.json"), "{error}");
    let error = shell
        .run(&["gate", "--key-set", "https://links.example.org/keys"])
        .error();
    assert!(error.contains("--copies"), "{error}");
}
