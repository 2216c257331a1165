//! Many at once, in short: that it stays right. What it costs, `make load` tells.

use std::time::Duration;

use e2e::{Forge, Origin, Rooms, ShardPlan, Stage, StagePlan, Strangers, until, until_within};

#[test]
fn strangers_by_the_hundred_open_nothing_and_keep_no_guest_out() {
    let stage = Stage::start_with(StagePlan::one_shard(ShardPlan::default()));
    let strangers = Strangers {
        a_second: 50,
        connections: 10,
        guests: 10,
        lasting: Duration::from_secs(5),
    };
    let siege = strangers.besiege(&stage);
    assert_eq!(siege.wrong, [""; 0]);
    assert!(siege.refusals.count() > 50, "{}", siege.refusals.count());
    assert!(siege.arrivals.count() >= 10, "{}", siege.arrivals.count());
    for room in stage.seen_by_focus() {
        assert!(
            room.starts_with("meeting-"),
            "the focus was asked for {room}"
        );
    }
    until("the last guest's room is gone", || stage.rooms().is_empty());
}

#[test]
fn the_guests_of_sixty_rooms_meet_each_in_their_own_on_one_shard() {
    let stage = Stage::start();
    let rooms = Rooms {
        rooms: 60,
        guests: 3,
        at_once: 20,
    };
    let seating = rooms.seat(&stage);
    assert_eq!(seating.wrong, [""; 0]);
    assert_eq!(seating.arrivals.count(), 180);
    let [a, b] = seating.rooms_of_shard;
    assert_eq!(a + b, 60);
    assert!(a > 0 && b > 0, "all rooms on one shard: {a} and {b}");
    until("the rooms are gone", || stage.rooms().is_empty());
}

#[test]
fn a_feed_of_twelve_megabytes_comes_in_whole_from_a_server_that_sends_it_at_once() {
    let origin = Origin::start();
    let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan {
        options: format!("roompass_revocations = \"{}\"\n", origin.url()),
        ..ShardPlan::default()
    }));
    let ids: Vec<String> = (0..650_000).map(|number| format!("{number:011}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let forge = Forge::with_key(stage.issuer().key());
    origin.publish(&forge.sign_feed(&Forge::feed(1, &ids)));
    stage.run();
    until_within(Duration::from_mins(2), "the feed is taken", || {
        let log = stage.shard("shard-a").log();
        log.contains("Took the revocations 1 with 650000 entries")
    });
}
