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
    said: BufReader<ChildStderr>,
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
            said,
        }
    }

    /// Waits until both say where they listen, in any order; gives the issuer's address too.
    fn start_beside_an_issuer(shell: &Shell, arguments: &[&str]) -> (Self, String) {
        let mut child = shell.command(arguments).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut lines = String::new();
        while lines.matches("http://127.0.0.1:").count() < 2 {
            assert_ne!(said.read_line(&mut lines).unwrap(), 0, "it ended: {lines}");
        }
        let address = |before: &str| {
            let rest = lines.split_once(before).unwrap().1;
            rest.split([',', '\n']).next().unwrap().to_owned()
        };
        let gate = address("the gate listens on http://");
        let issuer = address("roompass: listening on ");
        (Self { child, gate, said }, issuer)
    }

    /// Waits for a line of its log.
    fn wait_to_hear(&mut self, words: &str) {
        loop {
            let mut line = String::new();
            assert_ne!(self.said.read_line(&mut line).unwrap(), 0, "it ended");
            if line.contains(words) {
                return;
            }
        }
    }

    /// What nginx hears about a page.
    fn ask(&self, uri: &str) -> String {
        let header = format!("X-Original-URI: {uri}");
        self.send("GET /roompass/auth", &header, "")
    }

    fn send(&self, request: &str, header: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.gate).unwrap();
        let head = format!("{request} HTTP/1.1\r\nHost: {}\r\n{header}\r\n", self.gate);
        let kind = "Content-Type: application/x-www-form-urlencoded";
        let length = body.len();
        write!(
            stream,
            "{head}{kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// The guest's link that an owner gets there.
    fn invite(&self, owner: &str) -> String {
        let cookie = format!("Cookie: __Host-roompass={owner}");
        let page = self.send("POST /roompass/gate/invite/sync", &cookie, "name=Bob");
        assert!(page.starts_with("HTTP/1.1 201"), "{page}");
        let made = page.split_once(BASE_URL).unwrap().1;
        made.split_once('<').unwrap().0.to_owned()
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

/// The token of an owner's link.
fn owner(shell: &Shell) -> String {
    let issue = [
        "issue",
        "sync",
        "--owner",
        "--key",
        "room.pem",
        "--base-url",
        BASE_URL,
    ];
    let link = shell.run(&issue).result();
    link.trim().split_once("jwt=").unwrap().1.to_owned()
}

#[test]
fn an_owner_invites_by_the_issuer_of_the_process_or_elsewhere() {
    let shell = shell_with_key();
    let owner = owner(&shell);
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
        "--open-room",
        "town-*",
        "--muc",
        "conference.meet.example.org",
    ];
    let (service, server) = Service::start_beside_an_issuer(&shell, &arguments);
    let guests = service.invite(&owner);
    assert!(service.ask(&guests).starts_with("HTTP/1.1 204"), "{guests}");
    assert!(service.ask("/town-hall").starts_with("HTTP/1.1 204"));
    assert!(service.ask("/sync").contains("token-missing"));
    let arguments = [
        "gate",
        "--listen",
        "127.0.0.1:0",
        "--key-set",
        "set.jwks.json",
        "--server",
        &server,
    ];
    let mut elsewhere = Service::start(&shell, &arguments);
    assert!(
        elsewhere
            .ask(&elsewhere.invite(&owner))
            .starts_with("HTTP/1.1 204")
    );
    drop(service);
    let cookie = format!("Cookie: __Host-roompass={owner}");
    let page = elsewhere.send("POST /roompass/gate/invite/sync", &cookie, "");
    assert!(page.starts_with("HTTP/1.1 503"), "{page}");
    // The operator learns which issuer it is, and nobody a token.
    elsewhere.wait_to_hear(&format!("cannot reach {server}"));
}

#[test]
fn a_file_that_breaks_is_told_once_and_so_is_its_mending() {
    let shell = shell_with_key();
    let (_, uri) = link(&shell);
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
    let whole = shell.run(&[
        "revoke",
        "--list",
        "list.json",
        "--room",
        "other",
        "--sign-with",
        "room.pem",
        "--feed",
        "feed.jwt",
    ]);
    whole.result();
    let list = std::fs::read_to_string(shell.path("list.json")).unwrap();
    let mut service = Service::start(&shell, &arguments);
    shell.write("list.json", "{ no JSON");
    service.wait_to_hear("until it is mended, the gate goes on with what it knew before");
    assert!(service.ask(&uri).starts_with("HTTP/1.1 204"));
    shell.write("list.json", &list);
    service.wait_to_hear("the gate's files are good, and count");
}

#[test]
fn a_gate_that_misses_a_file_and_fetches_the_rest_says_what_happens() {
    let shell = shell_with_key();
    let (_, uri) = link(&shell);
    let arguments = [
        "gate",
        "--listen",
        "127.0.0.1:0",
        "--key-set",
        "later.jwks.json",
        "--revocations",
        "http://127.0.0.1:9/revocations",
        "--copies",
        ".",
    ];
    let mut child = shell.command(&arguments).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut lines = String::new();
    while !lines.contains("the gate listens on") {
        assert_ne!(said.read_line(&mut lines).unwrap(), 0, "it ended: {lines}");
    }
    assert!(
        lines.contains("warning: cannot read later.jwks.json"),
        "{lines}"
    );
    assert!(lines.contains("nothing is known yet"), "{lines}");
    let gate = lines.trim().rsplit_once("http://").unwrap().1.to_owned();
    let service = Service { child, gate, said };
    assert!(
        service
            .ask(&uri)
            .contains("roompass-code: verifier-unavailable")
    );
}

#[test]
fn what_is_about_a_gate_needs_one() {
    let shell = shell_with_key();
    let serve = ["serve", "--key", "room.pem", "--base-url", BASE_URL];
    for (more, words) in [
        (["--open-room", "town-hall"], "there is none"),
        (["--muc", "conference.example.org"], "there is none"),
    ] {
        let error = shell.run(&[&serve[..], &more].concat()).error();
        assert!(error.contains(words) && error.contains("--gate"), "{error}");
    }
    let gate = ["gate", "--key-set", "set.jwks.json"];
    for (more, words) in [
        (["--open-room", "Town Hall"], "--open-room Town Hall"),
        (["--muc", "meet"], "not a host of rooms"),
        (["--xmpp", "127.0.0.1:5280"], "is no address to ask"),
        (["--server", "http://links.example.org"], "https://"),
    ] {
        let error = shell.run(&[&gate[..], &more].concat()).error();
        assert!(error.contains(words), "{error}");
    }
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
