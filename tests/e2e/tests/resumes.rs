//! A broken connection does not cost a guest the room.

use e2e::{Guest, ShardPlan, Stage, StagePlan};

#[test]
fn a_resumed_session_keeps_its_grant_although_its_url_has_no_token_any_more() {
    let stage = Stage::start_with(StagePlan::one_shard(ShardPlan::default()));
    let report = Guest::that_resumes(&stage.link("weekly-sync")).run();
    assert_eq!(report.resumed, Some(true), "{report:#?}");
    assert_eq!(report.expect_admitted().form, None);
}
