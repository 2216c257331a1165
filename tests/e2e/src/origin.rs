//! Whatever a shard fetches by HTTP, from a server that sends all of it as fast as it can.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Answers any request with one document. It ends with the program.
#[derive(Clone, Debug)]
pub struct Origin {
    port: u16,
    document: Arc<Mutex<String>>,
}

impl Origin {
    /// Starts it with an empty document.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let origin = Self {
            port: address.port(),
            document: Arc::default(),
        };
        let served = Arc::clone(&origin.document);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let document = served.lock().expect("nobody panics with it").clone();
                // Whoever hangs up may come again.
                answer(connection, &document).ok();
            }
        });
        origin
    }

    /// Where the document is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/document", self.port)
    }

    /// Answers with this from now on.
    ///
    /// # Panics
    /// Never: nobody panics while they hold the document.
    pub fn publish(&self, document: &str) {
        document.clone_into(&mut self.document.lock().expect("nobody panics with it"));
    }
}

fn answer(mut connection: TcpStream, document: &str) -> io::Result<()> {
    for line in BufReader::new(connection.try_clone()?).lines() {
        if line?.is_empty() {
            break;
        }
    }
    let length = document.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    connection.write_all(head.as_bytes())?;
    connection.write_all(document.as_bytes())
}
