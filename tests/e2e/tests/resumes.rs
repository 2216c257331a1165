//! A broken connection does not cost a guest the room, and nobody else theirs.
#![expect(
    clippy::indexing_slicing,
    reason = "helpers of a test may panic as it does"
)]

use std::time::Duration;

use e2e::{Forge, Guest, Link, ShardPlan, Stage, StagePlan, epoch_seconds, until, until_within};
use serde_json::json;

const ROOM: &str = "weekly-sync";
/// That a guest comes in with a link which ends soon, also on a busy machine.
const SOON: u64 = 15;
const LEEWAY: u64 = 60;

fn one_shard(options: &str) -> Stage {
    Stage::start_with(StagePlan::one_shard(ShardPlan {
        options: options.to_owned(),
        ..ShardPlan::default()
    }))
}

/// A link for one person at a time.
fn one_seat(stage: &Stage) -> Link {
    let mut claims = Forge::claims(ROOM);
    claims["jti"] = json!("one-seat");
    claims["seats"] = json!(1);
    let forge = Forge::with_key(stage.issuer().key());
    stage.link_with(ROOM, &forge.sign(&claims))
}

/// Who is in the room, as somebody sees it who comes in.
fn occupants(stage: &Stage) -> Vec<String> {
    let report = Guest::strophe(&stage.link(ROOM)).named("looks").run();
    report.expect_admitted().occupants.clone()
}

#[test]
fn a_resumed_session_keeps_its_grant_although_its_url_has_no_token_any_more() {
    let stage = one_shard("");
    let mut guest = Guest::that_resumes(&stage.link(ROOM)).stay();
    guest.report().expect_admitted();
    guest.tear();
    let report = guest.resume(None);
    assert_eq!(report.resumed, Some(true), "{report:#?}");
    assert_eq!(guest.again().expect_admitted().form, None);
}

#[test]
fn who_resumes_has_their_seat_still_and_nobody_else_gets_it() {
    let stage = one_shard("");
    let link = one_seat(&stage);
    let mut first = Guest::that_resumes(&link).named("first").stay();
    first.report().expect_admitted();
    first.tear();
    assert!(occupants(&stage).contains(&"first".to_owned()));
    assert_eq!(first.resume(None).resumed, Some(true));
    assert!(occupants(&stage).contains(&"first".to_owned()));
    let second = Guest::strophe(&link).named("second").run();
    second.expect_refused("seats-taken");
    first.again().expect_admitted();
}

#[test]
fn who_comes_again_before_their_broken_connection_is_given_up_has_one_seat_and_not_two() {
    let stage = one_shard("");
    let link = one_seat(&stage);
    let mut ghost = Guest::that_resumes(&link).named("ghost").stay();
    ghost.report().expect_admitted();
    ghost.tear();
    let again = Guest::strophe(&link).named("again").stay();
    again.report().expect_admitted();
    let inside = occupants(&stage);
    assert!(inside.contains(&"again".to_owned()), "{inside:?}");
    assert!(!inside.contains(&"ghost".to_owned()), "{inside:?}");
    // The session is theirs yet; the seat is not.
    assert_eq!(ghost.resume(None).resumed, Some(true));
    ghost.again().expect_refused("seats-taken");
}

#[test]
fn a_broken_connection_takes_a_place_in_the_room_until_it_is_given_up() {
    let stage = one_shard("smacks_hibernation_time = 5");
    let mut claims = Forge::claims(ROOM);
    claims["max_occupants"] = json!(1);
    let forge = Forge::with_key(stage.issuer().key());
    let full = stage.link_with(ROOM, &forge.sign(&claims));
    let mut ghost = Guest::that_resumes(&stage.link(ROOM)).named("ghost").stay();
    ghost.report().expect_admitted();
    ghost.tear();
    let other = Guest::strophe(&full).named("other");
    other.clone().run().expect_refused("room-full");
    until("the ghost is given up", || {
        other.clone().run().code.is_none()
    });
    other.run().expect_admitted();
    assert_eq!(ghost.resume(None).resumed, Some(false));
}

#[test]
fn a_newer_token_at_the_resumption_counts_from_then_on_and_a_bad_one_changes_nothing() {
    let stage = one_shard("roompass_end_stays = { \"expired\" }");
    let forge = Forge::with_key(stage.issuer().key());
    let mut claims = Forge::claims(ROOM);
    let last_second = epoch_seconds() + SOON;
    claims["exp"] = json!(last_second - LEEWAY);
    claims["iat"] = json!(last_second - LEEWAY - 3600);
    claims["jti"] = json!("ends-soon");
    let old = stage.link_with(ROOM, &forge.sign(&claims));
    let renewed = stage.link(ROOM);
    let stranger = Forge::with_seed([7; 32]).sign(&Forge::claims(ROOM));
    let come = |name: &str| Guest::that_resumes(&old).named(name).stay();
    let (mut ada, mut eve) = (come("ada"), come("eve"));
    for guest in [&ada, &eve] {
        guest.report().expect_admitted();
    }
    ada.tear();
    eve.tear();
    assert_eq!(ada.resume(renewed.token()).resumed, Some(true));
    assert_eq!(eve.resume(Some(&stranger)).resumed, Some(true));
    // It ends in 15 seconds, and the door looks every ten.
    let patience = Duration::from_secs(50);
    until_within(
        patience,
        "the old link has ended, and one stay with it",
        || stage.shard("shard-a").log().contains("Ended a stay"),
    );
    let inside = occupants(&stage);
    assert!(inside.contains(&"ada".to_owned()), "{inside:?}");
    assert!(!inside.contains(&"eve".to_owned()), "{inside:?}");
    ada.again().expect_admitted();
}
