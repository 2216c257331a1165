//! Strangers at the door, while guests come and go.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::{interval, sleep};

use super::block_on;
use crate::crowd::{Connection, Timings, Verdict, Visitor};
use crate::forge::Forge;
use crate::stage::Stage;

/// How many guests share a room.
const A_ROOM: usize = 5;
/// How long a guest stays before they leave and come again.
const STAY: Duration = Duration::from_secs(1);

/// So many strangers beside so many guests.
#[derive(Clone, Copy, Debug)]
pub struct Strangers {
    /// Attempts a second of all strangers together, each for a room that nobody has opened.
    pub a_second: u32,
    /// The connections over which they try.
    pub connections: u32,
    /// Guests with good links, who come, stay and come again.
    pub guests: usize,
    /// For how long.
    pub lasting: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Siege {
    /// From connecting to being in, of each coming of a guest.
    pub arrivals: Timings,
    /// From knocking to being refused, of each attempt of a stranger.
    pub refusals: Timings,
    /// Whatever should not have happened: guests refused, strangers admitted, broken connections.
    pub wrong: Vec<String>,
}

impl Siege {
    /// Adds what came of another one.
    pub fn append(&mut self, other: Self) {
        self.arrivals.append(other.arrivals);
        self.refusals.append(other.refusals);
        self.wrong.extend(other.wrong);
    }
}

impl Strangers {
    /// Lays siege to the stage's front door.
    pub fn besiege(self, stage: &Stage) -> Siege {
        let forge = Forge::with_key(stage.issuer().key());
        let server = stage.router().address();
        let visitor = |room: String, nick: String, token: Option<String>| Visitor {
            server,
            room,
            nick,
            token,
            asks_focus: true,
        };
        let guests = (0..self.guests).map(|number| {
            let room = format!("meeting-{}", number / A_ROOM);
            let token = forge.sign(&Forge::claims(&room));
            visitor(room, format!("guest-{number}"), Some(token))
        });
        let strangers = (0..self.connections)
            .map(|number| visitor(format!("stranger-{number}"), "stranger".to_owned(), None));
        block_on(self.together(guests.collect(), strangers.collect()))
    }

    async fn together(self, guests: Vec<Visitor>, strangers: Vec<Visitor>) -> Siege {
        let mut connected = Vec::new();
        for stranger in strangers {
            let connection = Connection::open(stranger.server, &stranger.room, None).await;
            connected.push((stranger, connection));
        }
        let end = Instant::now() + self.lasting;
        let mut all = JoinSet::new();
        for guest in guests {
            all.spawn(come_and_go(guest, end));
        }
        let pause = Duration::from_secs(1) * self.connections / self.a_second;
        for (stranger, connection) in connected {
            all.spawn(knock_and_knock(stranger, connection, pause, end));
        }
        let mut siege = Siege::default();
        while let Some(part) = all.join_next().await {
            siege.append(part.expect("nobody of the crowd panics"));
        }
        siege
    }
}

async fn come_and_go(guest: Visitor, end: Instant) -> Siege {
    let mut siege = Siege::default();
    while Instant::now() < end {
        match guest.arrive().await {
            Ok(arrival) if arrival.verdict == Verdict::Admitted => {
                siege.arrivals.push(arrival.took);
                sleep(STAY).await;
                arrival.connection.leave().await;
            }
            Ok(arrival) => siege
                .wrong
                .push(format!("{}: {:?}", guest.nick, arrival.verdict)),
            Err(error) => siege.wrong.push(format!("{}: {error}", guest.nick)),
        }
    }
    siege
}

async fn knock_and_knock(
    stranger: Visitor,
    connection: Result<Connection, String>,
    pause: Duration,
    end: Instant,
) -> Siege {
    let mut siege = Siege::default();
    let mut ticks = interval(pause);
    let mut knocks = 0;
    let room = &stranger.room;
    let knocked = async {
        let mut connection = connection?;
        while Instant::now() < end {
            ticks.tick().await;
            knocks += 1;
            let begin = Instant::now();
            match stranger
                .knock(&mut connection, &format!("{room}-{knocks}"))
                .await?
            {
                Verdict::Refused(_) => siege.refusals.push(begin.elapsed()),
                Verdict::Admitted => return Err("a stranger was admitted".to_owned()),
            }
        }
        connection.leave().await;
        Ok::<_, String>(())
    };
    if let Err(error) = knocked.await {
        siege.wrong.push(format!("{room}: {error}"));
    }
    siege
}
