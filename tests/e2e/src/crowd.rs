//! Guests by the hundred: one light client each, all in one process.
//!
//! They go the way of Jitsi's client over WebSocket, but know no XML: they look for words in what Prosody writes.
//! What a guest sees exactly is for [`crate::Guest`] to tell.

mod connection;
mod timings;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

pub use connection::{Connection, Verdict};
pub use timings::Timings;

/// How long anybody waits for anything.
const PATIENCE: Duration = Duration::from_mins(1);

/// One of the crowd, before they come.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Where they connect: a router or a shard.
    pub server: SocketAddr,
    /// The room, in the URL and at the door.
    pub room: String,
    /// Their name there.
    pub nick: String,
    /// The token of their link.
    pub token: Option<String>,
    /// Whether they ask the focus for the conference first, as Jitsi's client does.
    pub asks_focus: bool,
}

/// How it went.
#[derive(Debug)]
pub struct Arrival {
    /// What the door said.
    pub verdict: Verdict,
    /// From the first byte to that.
    pub took: Duration,
    /// The connection, on which they are.
    pub connection: Connection,
}

impl Visitor {
    /// Connects, logs in, and tries to enter.
    ///
    /// # Errors
    /// When the connection breaks, or nobody answers within a minute.
    pub async fn arrive(&self) -> Result<Arrival, String> {
        let begin = Instant::now();
        let way = async {
            let mut connection =
                Connection::open(self.server, &self.room, self.token.as_deref()).await?;
            let verdict = self.knock(&mut connection, &self.room).await?;
            Ok::<_, String>((verdict, connection))
        };
        let (verdict, connection) = in_time(way).await?;
        Ok(Arrival {
            verdict,
            took: begin.elapsed(),
            connection,
        })
    }

    /// Tries to enter `room` over a connection that is there already.
    ///
    /// # Errors
    /// When it breaks, or nobody answers within a minute.
    pub async fn knock(&self, connection: &mut Connection, room: &str) -> Result<Verdict, String> {
        in_time(async {
            if self.asks_focus {
                connection.ask_focus(room).await?;
            }
            connection.enter(room, &self.nick).await
        })
        .await
    }
}

async fn in_time<T>(way: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let waited = tokio::time::timeout(PATIENCE, way).await;
    waited.unwrap_or_else(|_| Err(format!("no answer within {PATIENCE:?}")))
}
