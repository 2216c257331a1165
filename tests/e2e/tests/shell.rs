//! What an operator asks a shard's shell.

use std::fs;

use e2e::{Forge, ROOM_HOST, Shard, ShardPlan, Stage, StagePlan};

#[test]
fn the_shell_shows_each_door_and_is_an_error_when_one_is_shut() {
    let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan {
        options: Shard::REVOCATIONS.to_owned(),
        ..ShardPlan::default()
    }));
    let forge = Forge::with_key(stage.issuer().key());
    let feed = forge.sign_feed(&Forge::feed(5, &["bad"]));
    let shard = stage.shard("shard-a");
    Shard::replace(&shard.revocations_file(), feed);
    stage.run();
    let shard = stage.shard("shard-a");
    let status = shard.shell(&["roompass:status()"]);
    for words in [
        ROOM_HOST,
        "revocations 5 with 1 entries",
        &forge.kid(),
        "1 guarded host",
    ] {
        assert!(status.contains(words), "no {words} in {status}");
    }
    fs::remove_file(shard.key_set_file()).unwrap();
    shard.reload("muc_roompass", ROOM_HOST);
    let complaint = shard.try_shell(&["roompass:status()"]).unwrap_err();
    assert!(complaint.contains("verifier: none"), "{complaint}");
    assert!(complaint.contains("every room is shut on"), "{complaint}");
}

#[test]
fn the_shell_explains_a_link_and_shows_it_to_nobody() {
    let stage = Stage::start_with(StagePlan::one_shard(ShardPlan::default()));
    let shard = stage.shard("shard-a");
    let link = stage.link("weekly-sync");
    let token = link.token().unwrap();
    let admitted = shard.shell(&["roompass", "explain", token, "weekly-sync"]);
    assert!(admitted.contains("passed       signature"), "{admitted}");
    assert!(admitted.contains("OK: admit"), "{admitted}");
    let refused = shard
        .try_shell(&["roompass", "explain", &link.url(), "elsewhere"])
        .unwrap_err();
    assert!(refused.contains("failed       room"), "{refused}");
    assert!(refused.contains("deny wrong-room: "), "{refused}");
    for text in [&admitted, &refused, &shard.log()] {
        assert!(!text.contains(token), "the token is in {text}");
    }
}
