//! `roompass serve`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command};

use crate::shell::Shell;

const BASE: [&str; 4] = [
    "--key",
    "room.pem",
    "--base-url",
    "https://meet.example.org",
];

fn shell_with_key() -> Shell {
    let shell = Shell::new();
    shell.run(&["keys", "new", "room.pem"]).result();
    shell
}

/// A service that ends with the test.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    /// Started, and listening.
    fn start(shell: &Shell, more: &[&str]) -> Self {
        let command = ["serve", "--listen", "127.0.0.1:0"];
        let arguments = [&command[..], &BASE, more].concat();
        let mut child = shell.command(&arguments).spawn().unwrap();
        let mut line = String::new();
        // Not a byte more than that line: a larger buffer would take what comes next along, and lose it.
        BufReader::with_capacity(1, child.stderr.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let (_before, rest) = line.split_once("listening on http://").expect(&line);
        let address = rest.split([',', ' ', '\n']).next().unwrap().to_owned();
        Self { child, address }
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path}"), "")
    }

    fn post(&self, path: &str, json: &str) -> String {
        let length = json.len();
        let headers =
            format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{json}");
        self.ask(&format!("POST {path}"), &headers)
    }

    fn ask(&self, line: &str, rest: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let rest = if rest.is_empty() { "\r\n" } else { rest };
        write!(
            stream,
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{rest}",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn it_serves_and_stops_when_asked() {
    let shell = shell_with_key();
    for signal in ["-TERM", "-INT"] {
        let mut service = Service::start(&shell, &[]);
        assert!(service.get("/healthz").starts_with("HTTP/1.1 200"));
        let kid = shell.run(&["keys", "list", "room.pem"]).result();
        let key_set = service.get("/.well-known/jwks.json");
        assert!(
            key_set.contains(kid.split(' ').next().unwrap()),
            "{key_set}"
        );
        let id = service.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(service.child.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn it_says_a_line_for_a_request_and_numbers_for_a_monitor() {
    let shell = shell_with_key();
    let mut service = Service::start(&shell, &["--log-format", "json"]);
    service.post("/api/v1/links", r#"{"room":"board","name":"Grace"}"#);
    let numbers = service.get("/metrics");
    let issued = r#"roompass_issuer_links_issued_total{way="api"} 1"#;
    assert!(numbers.contains(issued), "{numbers}");
    let id = service.child.id().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    service.child.wait().unwrap();
    let mut log = String::new();
    let mut stderr = service.child.stderr.take().unwrap();
    stderr.read_to_string(&mut log).unwrap();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert_eq!(lines[0]["route"], "/api/v1/links");
    assert_eq!(lines[0]["status"], 201);
    assert!(!log.contains("board") && !log.contains("Grace"), "{log}");
}

#[test]
fn what_must_not_be_served_is_refused() {
    let shell = shell_with_key();
    issuer::key_file::create(&shell.path("dev.pem"), &issuer::key_file::dev_key()).unwrap();
    shell.write("open.token", &"x".repeat(40));
    let base = ["--base-url", "https://meet.example.org"];
    for (arguments, hint) in [
        (
            &["--key", "room.pem", "--listen", "0.0.0.0:0"][..],
            "--admin-token-file",
        ),
        (
            &["--key", "room.pem", "--listen", "8080"],
            "write it like 127.0.0.1:8080",
        ),
        (
            &["--key", "room.pem", "--listen", "localhost:8080"],
            "127.0.0.1:8080 or [::1]:8080",
        ),
        (
            &["--key", "room.pem", "--signed-key-set", "set.jwt"],
            "--root-key",
        ),
        (
            &["--key", "dev.pem", "--listen", "127.0.0.1:0"],
            "roompass keys new FILE",
        ),
        (
            &["--key", "room.pem", "--listen", "0.0.0.0:0", "--dev"],
            "127.0.0.1",
        ),
        (
            &["--key", "room.pem", "--metrics-token-file", "open.token"],
            "chmod 600 open.token",
        ),
        (
            &["--key", "room.pem", "--log-format", "xml"],
            "write text, json or none",
        ),
        (
            &["--key", "room.pem", "--admin-token-file", "absent"],
            "check the path",
        ),
        #[cfg(unix)]
        (
            &["--key", "room.pem", "--admin-token-file", "open.token"],
            "chmod 600 open.token",
        ),
    ] {
        let error = shell.run(&[&["serve"], arguments, &base].concat()).error();
        assert!(error.contains(hint), "{arguments:?}: {error}");
    }
}

#[test]
fn a_port_in_use_is_named() {
    let shell = shell_with_key();
    let service = Service::start(&shell, &[]);
    let error = shell
        .run(&[&["serve", "--listen", &service.address], &BASE[..]].concat())
        .error();
    assert!(
        error.contains(&service.address) && error.contains("choose another with --listen"),
        "{error}"
    );
}

#[test]
fn a_signed_key_set_is_published_and_obeyed() {
    let shell = shell_with_key();
    shell
        .run(&["keys", "root", "root.pem", "-o", "root.jwk.json"])
        .result();
    let export = ["keys", "export", "room.pem", "-o", "room.jwks.json"];
    shell.run(&export).result();
    let more = [
        "--signed-key-set",
        "room.jwks.jwt",
        "--root-key",
        "root.jwk.json",
    ];
    let mut service = Service::start(&shell, &more);
    let mut warning = String::new();
    let stderr = service.child.stderr.take().unwrap();
    let mut stderr = BufReader::new(stderr);
    stderr.read_line(&mut warning).unwrap();
    assert!(warning.contains("no link can be issued yet"), "{warning}");

    let missing = service.get("/.well-known/jwks.jwt");
    assert!(missing.starts_with("HTTP/1.1 503"), "{missing}");
    let refused = service.post("/api/v1/links", r#"{"room":"sync"}"#);
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.contains("key-not-signed"), "{refused}");
    assert!(service.get("/.well-known/jwks.json").contains("\"keys\""));

    let sign = ["keys", "sign", "room.jwks.json", "--root", "root.pem"];
    shell.run(&sign).result();
    let signed = std::fs::read_to_string(shell.path("room.jwks.jwt")).unwrap();
    let served = service.get("/.well-known/jwks.jwt");
    assert!(
        served.contains("content-type: application/jwk-set+jwt\r\n"),
        "{served}"
    );
    assert!(
        served.contains("max-age=300") && served.contains("etag: \""),
        "{served}"
    );
    assert!(served.ends_with(signed.trim_end()), "{served}");
    let issued = service.post("/api/v1/links", r#"{"room":"sync"}"#);
    assert!(issued.starts_with("HTTP/1.1 201"), "{issued}");
}
