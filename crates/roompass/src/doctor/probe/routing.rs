//! Whether every spelling of a room's name leads to the same shard.

use super::super::code::Check;
use super::super::errand::Errand;
use super::super::observation::{Leg, Observation, Visitor};
use super::visit::Way;
use crate::knock::stream::Stream;

/// One in two of them goes to the other of two shards by chance, so all but one in 2¹⁰ wrong routers are found.
const ROOMS: u64 = 10;

/// Jitsi's clients write a name as it stands before the `@`, or encoded once more.
pub(super) async fn look(leg: &Leg, way: &Way<'_>) -> Vec<Observation> {
    if !leg.is_router {
        return Vec::new();
    }
    let mut split = Vec::new();
    let mut has_told = false;
    let rooms = (0..ROOMS).map(|number| async move {
        let room = format!("roompass%20doctor%20{:x}", way.chance.wrapping_add(number));
        let twice = room.replace('%', "%25");
        let (once, twice) = tokio::join!(shard(way, &room), shard(way, &twice));
        (room, once, twice)
    });
    for (room, once, twice) in futures_util::future::join_all(rooms).await {
        let (Some(once), Some(twice)) = (once, twice) else {
            continue;
        };
        has_told = true;
        if once != twice {
            split.push(room);
        }
    }
    if !has_told {
        let why = "the router does not say which shard it chose (header x-jitsi-shard)";
        return vec![Observation::LeftOut {
            check: Check::Routing,
            why: why.to_owned(),
        }];
    }
    vec![Observation::Routing {
        leg: leg.clone(),
        split,
    }]
}

/// The shard to which a spelling leads, if the router says so.
async fn shard(way: &Way<'_>, query: &str) -> Option<String> {
    let address = way.address(&Errand {
        visitor: Visitor::Stranger,
        room: String::new(),
        query: query.to_owned(),
        token: String::new(),
    });
    let connecting = tokio::time::timeout(way.patience, Stream::connect(&address));
    connecting.await.ok()?.ok()?.shard.take()
}
