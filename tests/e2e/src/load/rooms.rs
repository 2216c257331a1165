//! Rooms by the thousand, through the router.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::block_on;
use crate::crowd::{Timings, Verdict, Visitor};
use crate::forge::Forge;
use crate::stage::Stage;

/// So many rooms with so many guests.
#[derive(Clone, Copy, Debug)]
pub struct Rooms {
    /// How many rooms.
    pub rooms: usize,
    /// How many guests come to each.
    pub guests: usize,
    /// How many rooms are full at the same time.
    pub at_once: usize,
}

/// Who came where.
#[derive(Debug, Default)]
pub struct Seating {
    /// From connecting to being in, of each guest.
    pub arrivals: Timings,
    /// Rooms whose guests all met on one shard, by shard-a and shard-b.
    pub rooms_of_shard: [usize; 2],
    /// Whatever should not have happened.
    pub wrong: Vec<String>,
}

impl Rooms {
    /// Has all guests come through the stage's front door, stay until their room is full, and leave.
    pub fn seat(self, stage: &Stage) -> Seating {
        let forge = Forge::with_key(stage.issuer().key());
        let server = stage.router().address();
        let rooms = (0..self.rooms).map(|number| {
            let room = format!("room-{number}");
            let token = forge.sign(&Forge::claims(&room));
            (0..self.guests)
                .map(|guest| Visitor {
                    server,
                    room: room.clone(),
                    nick: format!("guest-{guest}"),
                    token: Some(token.clone()),
                    asks_focus: false,
                })
                .collect()
        });
        block_on(self.seat_all(rooms.collect()))
    }

    async fn seat_all(self, rooms: Vec<Vec<Visitor>>) -> Seating {
        let places = Arc::new(Semaphore::new(self.at_once));
        let mut all = JoinSet::new();
        for visitors in rooms {
            let place = Arc::clone(&places).acquire_owned().await;
            all.spawn(async move {
                let seating = seat_one(visitors).await;
                drop(place);
                seating
            });
        }
        let mut seating = Seating::default();
        while let Some(room) = all.join_next().await {
            let room = room.expect("nobody of the crowd panics");
            seating.arrivals.append(room.arrivals);
            seating.wrong.extend(room.wrong);
            for (all, one) in seating.rooms_of_shard.iter_mut().zip(room.rooms_of_shard) {
                *all += one;
            }
        }
        seating
    }
}

/// Everybody of one room at once, who then leave together.
async fn seat_one(visitors: Vec<Visitor>) -> Seating {
    let mut seating = Seating::default();
    let mut coming = JoinSet::new();
    for visitor in visitors {
        coming.spawn(async move { (visitor.arrive().await, visitor) });
    }
    let mut there = Vec::new();
    let mut shards = BTreeSet::new();
    while let Some(came) = coming.join_next().await {
        match came.expect("nobody of the crowd panics") {
            (Ok(arrival), _) if arrival.verdict == Verdict::Admitted => {
                seating.arrivals.push(arrival.took);
                shards.insert(arrival.connection.shard().unwrap_or("none").to_owned());
                there.push(arrival.connection);
            }
            (other, visitor) => {
                let how = other.map(|arrival| arrival.verdict);
                seating
                    .wrong
                    .push(format!("{}/{}: {how:?}", visitor.room, visitor.nick));
            }
        }
    }
    for connection in there {
        connection.leave().await;
    }
    let shards: Vec<_> = shards.iter().map(String::as_str).collect();
    match shards.as_slice() {
        ["shard-a"] => seating.rooms_of_shard = [1, 0],
        ["shard-b"] => seating.rooms_of_shard = [0, 1],
        other => seating.wrong.push(format!("a room on {other:?}")),
    }
    seating
}
