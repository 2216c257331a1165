//! Jicofo's own HTTP, as far as a conference request goes (its `doc/conference-request.md`): it believes everybody.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// Says that all is ready, and remembers what it heard. It ends with the program.
#[derive(Clone, Debug)]
pub struct Jicofo {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
}

/// A request that came through to it.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The first line and the headers.
    pub head: String,
    /// What it was asked for.
    pub room: String,
}

impl Jicofo {
    /// Starts it.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
        let jicofo = Self {
            address: listener.local_addr().expect("a listener has an address"),
            heard: Arc::default(),
        };
        let heard = Arc::clone(&jicofo.heard);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // Whoever hangs up may come again.
                if let Ok(request) = answer(connection) {
                    heard.lock().expect("nobody panics with it").push(request);
                }
            }
        });
        jicofo
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything that it heard so far.
    ///
    /// # Panics
    /// Never: nobody panics while they hold the list.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("nobody panics with it").clone()
    }
}

fn answer(mut connection: TcpStream) -> io::Result<Heard> {
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut head = String::new();
    while reader.read_line(&mut head)? > 2 {}
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let value = name
            .eq_ignore_ascii_case("content-length")
            .then_some(value)?;
        value.trim().parse().ok()
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let room = asked.get("room").and_then(Value::as_str);
    let room = room.unwrap_or_default().to_owned();
    let ready = json!({ "ready": true, "room": room, "focusJid": "focus@auth.localhost", "properties": {} });
    let ready = ready.to_string();
    let lines = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nX-Jicofo: yes\r\n";
    write!(
        connection,
        "{lines}Content-Length: {}\r\n\r\n{ready}",
        ready.len()
    )?;
    Ok(Heard { head, room })
}
