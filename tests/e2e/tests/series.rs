//! One link for a series opens its room during each meeting, and not between them.

use e2e::{Forge, Guest, ShardPlan, Stage, StagePlan, epoch_seconds};
use serde_json::json;

const ROOM: &str = "weekly-sync";
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

#[test]
fn a_link_for_a_series_opens_the_room_during_its_meetings_only() {
    let stage = Stage::start_with(StagePlan::one_shard(ShardPlan::default()));
    let forge = Forge::with_key(stage.issuer().key());
    let begun = epoch_seconds() - HOUR / 2;
    for (case, runs, admits) in [
        ("now", json!([[begun, 1]]), true),
        ("last week and now", json!([[begun - 7 * DAY, 2]]), true),
        ("yesterday", json!([[begun - DAY, 1]]), false),
        ("next week", json!([[begun + 7 * DAY, 1]]), false),
        (
            "yesterday and next week",
            json!([[begun - DAY, 1], [begun + 7 * DAY, 1]]),
            false,
        ),
    ] {
        let mut claims = Forge::claims(ROOM);
        claims["iat"] = json!(begun - 8 * DAY);
        claims["exp"] = json!(begun + 8 * DAY);
        claims["win"] = json!({ "d": HOUR, "p": 7 * DAY, "s": runs });
        let report = Guest::strophe(&stage.link_with(ROOM, &forge.sign(&claims))).run();
        println!("a meeting {case}");
        if admits {
            report.expect_admitted();
        } else {
            report.expect_refused("outside-window");
        }
    }
}
