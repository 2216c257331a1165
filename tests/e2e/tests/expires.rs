//! A link admits until its time is over, and not a second longer.

use e2e::{Forge, Guest, ShardPlan, Stage, StagePlan, epoch_seconds, until};
use serde_json::json;

const LEEWAY: u64 = 60;
/// Long enough for one guest to come in, also on a busy machine.
const LEFT: u64 = 6;

#[test]
fn a_link_stops_admitting_when_its_time_is_over_and_nobody_is_put_out() {
    let stage = Stage::start_with(StagePlan::one_shard(ShardPlan::default()));
    let last_second = epoch_seconds() + LEFT;
    let mut claims = Forge::claims("weekly-sync");
    claims["iat"] = json!(last_second - LEEWAY - 3600);
    claims["exp"] = json!(last_second - LEEWAY);
    let token = Forge::with_key(stage.issuer().key()).sign(&claims);
    let link = stage.link_with("weekly-sync", &token);

    let ada = Guest::strophe(&link).named("ada").stay();
    ada.report().expect_admitted();
    until("the link's time is over", || epoch_seconds() >= last_second);
    Guest::strophe(&link).run().expect_refused("expired");

    let bob = Guest::strophe(&stage.link("weekly-sync"))
        .named("bob")
        .run();
    assert!(bob.expect_admitted().occupants.contains(&"ada".to_owned()));
}
