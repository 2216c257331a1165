//! What Jitsi's own plugins are told of somebody comes from a verified link, or from nobody.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of a test may panic as it does"
)]

use e2e::{Gate, Guest, Link, ShardPlan, Stage, StagePlan, until};
use serde_json::{Value, json};

const ROOM: &str = "weekly-sync";

/// A shard with plugins that believe the URL and the session.
fn credulous(gate: Gate, options: &str) -> Stage {
    let door = if gate == Gate::Absent {
        ""
    } else {
        "\"muc_roompass\"; "
    };
    Stage::start_with(StagePlan::one_shard(ShardPlan {
        gate,
        options: options.to_owned(),
        room_host_lines: format!("modules_enabled = {{ {door}\"stage_context\" }}"),
        ..ShardPlan::default()
    }))
}

/// A guest whose URL claims what only a login may say.
fn impostor(link: &Link) -> Guest {
    let user = json!({ "name": "Boss", "affiliation": "owner", "id": "boss" });
    Guest::strophe(link)
        .named("impostor")
        .with_query("jitsi_meet_context_user", &user.to_string())
        .with_query("jitsi_meet_context_features", r#"{"recording":true}"#)
        .with_query("jitsi_meet_context_group", r#""staff""#)
        .with_query("jitsi_meet_context_room", r#"{"regex":true}"#)
        .with_query("jitsi_meet_room", r#""elsewhere""#)
        .with_query("jitsi_meet_domain", r#""acme""#)
}

/// What the trusting plugin found on the session of who came in last.
fn trusted(stage: &Stage) -> Value {
    let mut found = None;
    until("somebody comes in", || {
        let log = stage.shard("shard-a").log();
        let lines = log
            .lines()
            .filter_map(|line| line.split_once("Trusts ").map(|(_, json)| json));
        let mut entries = lines.map(|json| serde_json::from_str::<Value>(json).unwrap());
        found = entries.find(|entry| entry["nick"] == "impostor");
        found.is_some()
    });
    found.unwrap()["seen"].clone()
}

#[test]
fn without_a_door_the_plugins_are_deceived() {
    let stage = credulous(Gate::Absent, "");
    let link = stage.link(ROOM).without_token();
    impostor(&link).run().expect_admitted();
    let seen = trusted(&stage);
    assert_eq!(seen["jitsi_meet_context_user"]["affiliation"], "owner");
    assert_eq!(seen["jitsi_meet_context_features"]["recording"], true);
    assert_eq!(seen["jitsi_meet_context_room"]["regex"], true);
    assert_eq!(seen["jitsi_meet_room"], "elsewhere");
}

#[test]
fn who_has_a_link_is_who_it_says_and_nothing_of_the_url_survives() {
    let stage = credulous(Gate::Module, "");
    let link = stage.issuer().issue(ROOM).name("Ada").link();
    impostor(&link).run().expect_admitted();
    let expected = json!({
        "jitsi_meet_context_user": { "name": "Ada", "affiliation": "member" },
        "jitsi_meet_room": ROOM,
    });
    assert_eq!(trusted(&stage), expected);
}

#[test]
fn who_comes_into_an_open_room_without_a_link_is_nobody_in_particular() {
    let stage = credulous(
        Gate::Module,
        &format!("roompass_open_rooms = {{ \"{ROOM}\" }}"),
    );
    let link = stage.link(ROOM).without_token();
    impostor(&link).run().expect_admitted();
    let seen = trusted(&stage);
    // The stage's encoder writes an empty table as either.
    assert!([json!({}), json!([])].contains(&seen), "{seen}");
}
