//! How many may come with a link, how many into a room, and how late.
#![expect(
    clippy::indexing_slicing,
    reason = "helpers of a test may panic as it does"
)]

use e2e::{Forge, Guest, Link, ShardPlan, Stage, StagePlan, epoch_seconds, until};
use serde_json::{Value, json};

const ROOM: &str = "weekly-sync";
const LEEWAY: u64 = 60;

fn one_shard() -> Stage {
    Stage::start_with(StagePlan::one_shard(ShardPlan::default()))
}

/// A link with a `jti` of its own and one limit.
fn limited(stage: &Stage, id: &str, limit: &str, value: &Value) -> Link {
    let mut claims = Forge::claims(ROOM);
    claims["jti"] = json!(id);
    claims[limit] = value.clone();
    let forge = Forge::with_key(stage.issuer().key());
    stage.link_with(ROOM, &forge.sign(&claims))
}

#[test]
fn a_link_for_one_person_is_free_again_when_that_person_has_left() {
    let stage = one_shard();
    let link = limited(&stage, "one-seat", "seats", &json!(1));
    let mut first = Guest::strophe(&link).named("first").stay();
    first.report().expect_admitted();
    let second = Guest::strophe(&link).named("second");
    second.clone().run().expect_refused("seats-taken");
    first.again().expect_admitted();
    // Somebody else's link is another link.
    let other = stage.link(ROOM);
    Guest::strophe(&other)
        .named("other")
        .run()
        .expect_admitted();
    first.leave();
    second.run().expect_admitted();
}

#[test]
fn a_room_takes_no_more_people_than_the_link_allows() {
    let stage = one_shard();
    let link = limited(&stage, "two-places", "max_occupants", &json!(2));
    // The focus is in the room as well, and takes nobody's place.
    let ada = Guest::strophe(&stage.link(ROOM)).named("ada").stay();
    ada.report().expect_admitted();
    let bob = Guest::strophe(&link).named("bob").stay();
    bob.report().expect_admitted();
    let eve = Guest::strophe(&link).named("eve");
    eve.clone().run().expect_refused("room-full");
    ada.leave();
    eve.run().expect_admitted();
}

#[test]
fn after_join_by_nobody_comes_for_the_first_time_but_who_was_there_comes_back() {
    // Long enough for one guest to come in, also on a busy machine.
    const LEFT: u64 = 8;
    let stage = one_shard();
    let host = Guest::strophe(&stage.link(ROOM)).named("host").stay();
    host.report().expect_admitted();
    let last_second = epoch_seconds() + LEFT;
    let join_by = json!(last_second - LEEWAY);
    let early = limited(&stage, "early", "join_by", &join_by);
    let late = limited(&stage, "late", "join_by", &join_by);
    Guest::strophe(&early)
        .named("early")
        .run()
        .expect_admitted();
    until("first joins are over", || epoch_seconds() > last_second);
    Guest::strophe(&late).run().expect_refused("join-closed");
    Guest::strophe(&early)
        .named("early")
        .run()
        .expect_admitted();
}
