//! Just enough HTTP to ask a server on loopback how it is.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(5);

/// A server's answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    head: String,
    /// The body, as text.
    pub body: String,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// The answer to `GET target`, or nothing if there is none.
pub fn get(server: SocketAddr, target: &str) -> Option<Answer> {
    exchange(server, &format!("GET {target} HTTP/1.1\r\n"), "")
}

/// The answer to any request whatever: `METHOD TARGET`, more lines of its head, and a body.
pub fn ask(server: SocketAddr, request: &str, headers: &[&str], body: &str) -> Option<Answer> {
    let lines: String = headers.iter().flat_map(|line| [*line, "\r\n"]).collect();
    let length = body.len();
    let head = format!("{request} HTTP/1.1\r\n{lines}Content-Length: {length}\r\n");
    exchange(server, &head, body)
}

/// The answer to `POST target` with that JSON, or nothing if there is none.
pub fn post(server: SocketAddr, target: &str, json: &Value) -> Option<Answer> {
    let body = json.to_string();
    let head = format!(
        "POST {target} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
        body.len()
    );
    exchange(server, &head, &body)
}

fn exchange(server: SocketAddr, head: &str, body: &str) -> Option<Answer> {
    let mut connection = TcpStream::connect_timeout(&server, PATIENCE).ok()?;
    connection.set_read_timeout(Some(PATIENCE)).ok()?;
    write!(
        connection,
        "{head}Host: localhost:{}\r\nConnection: close\r\n\r\n{body}",
        server.port()
    )
    .ok()?;
    let mut bytes = Vec::new();
    connection.read_to_end(&mut bytes).ok()?;
    parse(&String::from_utf8_lossy(&bytes))
}

fn parse(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}
