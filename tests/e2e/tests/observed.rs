//! What an operator sees of a shard from outside: its metrics, and what it would do.
#![expect(clippy::expect_used, reason = "helpers of a test may panic as it does")]

use e2e::{Guest, Shard, ShardPlan, Stage, StagePlan, get};

const ROOM: &str = "weekly-sync";
const DOOR: &str = "prosody_mod_muc_roompass__";

fn one_shard(options: &str) -> Stage {
    Stage::start_with(StagePlan::one_shard(ShardPlan {
        options: options.to_owned(),
        ..ShardPlan::default()
    }))
}

/// The scrape that a monitor makes.
fn scrape(shard: &Shard) -> String {
    let address = ([127, 0, 0, 1], shard.http_port()).into();
    let answer = get(address, "/metrics").expect("the shard answers");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

/// The value of the series of `name` that has all these labels.
fn value(scrape: &str, name: &str, labels: &[&str]) -> Option<f64> {
    let start = format!("{name}{{");
    let line = scrape
        .lines()
        .find(|line| line.starts_with(&start) && labels.iter().all(|label| line.contains(label)))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// How many went through a room's door with that result and code.
fn decisions(shard: &Shard, result: &str, code: &str) -> Option<f64> {
    let labels = [format!("result=\"{result}\""), format!("code=\"{code}\"")];
    let labels = labels.each_ref().map(String::as_str);
    value(&scrape(shard), &format!("{DOOR}decisions_total"), &labels)
}

#[test]
fn a_monitor_reads_who_came_in_and_who_did_not() {
    let stage = one_shard("");
    let shard = stage.shard("shard-a");
    assert_eq!(decisions(shard, "deny", "expired"), Some(0.0));
    let link = stage.link(ROOM);
    let ada = Guest::strophe(&link).named("ada").stay();
    ada.report().expect_admitted();
    for _ in 0..2 {
        let stranger = Guest::strophe(&link.without_token()).named("eve");
        stranger.run().expect_refused("token-missing");
    }
    assert_eq!(decisions(shard, "admit", "link"), Some(1.0));
    assert_eq!(decisions(shard, "admit", "exempt"), Some(1.0));
    assert_eq!(decisions(shard, "deny", "token-missing"), Some(2.0));
    let text = scrape(shard);
    let gauge = |name: &str| value(&text, &format!("{DOOR}{name}"), &[]);
    assert_eq!(gauge("rooms"), Some(1.0));
    assert_eq!(gauge("guests"), Some(1.0));
    assert_eq!(gauge("shut"), Some(0.0));
    assert_eq!(gauge("verify_seconds_count"), Some(1.0));
    let kept = ["result=\"keep\"", "code=\"token-missing\""];
    let requests = "prosody_mod_roompass__conference_requests_total";
    assert_eq!(value(&text, requests, &kept), Some(2.0));
    ada.leave();
    let text = scrape(shard);
    assert_eq!(value(&text, &format!("{DOOR}guests"), &[]), Some(0.0));
}

#[test]
fn every_metric_on_the_page_is_in_the_scrape_and_the_other_way_round() {
    let stage = one_shard("");
    let stranger = Guest::strophe(&stage.link(ROOM).without_token());
    stranger.run().expect_refused("token-missing");
    let page = include_str!("../../../docs/metrics.md");
    let text = scrape(stage.shard("shard-a"));
    let mut listed: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `prosody_")?.split('`').next())
        .collect();
    let mut scraped: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE prosody_")?.split(' ').next())
        .filter(|name| name.contains("roompass"))
        .collect();
    // The type of a counter is told of its family, whose name lacks the ending.
    listed = listed
        .iter()
        .map(|name| name.trim_end_matches("_total"))
        .collect();
    listed.sort_unstable();
    scraped.sort_unstable();
    assert_eq!(listed, scraped);
}

#[test]
fn in_watch_mode_strangers_come_in_and_are_counted_even_without_a_key_set() {
    let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan {
        options: "roompass_mode = \"watch\"".to_owned(),
        ..ShardPlan::default()
    }));
    stage.run();
    let link = stage.link(ROOM);
    let stranger = Guest::strophe(&link.without_token()).named("eve");
    let report = stranger.clone().run();
    assert_eq!(report.expect_admitted().occupants, ["focus", "eve"]);
    let shard = stage.shard("shard-a");
    assert_eq!(decisions(shard, "watch", "token-missing"), Some(1.0));
    assert!(shard.log().contains("Would refuse weekly-sync@"), "no line");
    assert!(
        shard.shell(&["roompass:status()"]).contains("[warn]"),
        "quiet"
    );
    std::fs::remove_file(shard.key_set_file()).expect("the key set is there");
    shard.reload_gate();
    stranger.run().expect_admitted();
    assert_eq!(decisions(shard, "watch", "verifier-unavailable"), Some(1.0));
}
