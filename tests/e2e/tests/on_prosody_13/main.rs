//! Every story once more, on Prosody 13 and with the same verifier: the name of this program says so to the stage.
//! `build.rs` finds the stories, so none is forgotten here.

include!(concat!(env!("OUT_DIR"), "/stories.rs"));

/// Else all of them might be played on another one, and nobody would know.
#[test]
fn the_stage_has_prosody_13() {
    let stage = e2e::Stage::start_with(e2e::StagePlan::one_shard(e2e::ShardPlan::default()));
    let version = stage.shard("shard-a").shell(&["server", "version"]);
    assert!(version.contains("13."), "{version}");
}
