//! The control: shards without a gate. What the other stories see refused works here, so
//! a refusal there is the gate's doing and not the stage's.

use e2e::{Focus, Gate, Guest, ShardPlan, Stage, StagePlan, until};

fn stage_without_a_gate() -> Stage {
    Stage::start_with(StagePlan::one_shard(ShardPlan {
        gate: Gate::Absent,
        ..ShardPlan::default()
    }))
}

#[test]
fn without_a_gate_a_stranger_opens_a_room_and_owns_it() {
    let stage = stage_without_a_gate();
    let link = stage.link("plaza").without_token();
    let stranger = Guest::strophe(&link)
        .without_asking()
        .claiming_ownership()
        .stay();
    let report = stranger.report().expect_admitted();
    assert_eq!(report.affiliation.as_deref(), Some("owner"));
    assert_eq!(report.owner_request.as_deref(), Some("result"));
    assert_eq!(stage.rooms(), ["plaza@conference.localhost"]);
}

#[test]
fn without_a_gate_every_kind_of_guest_meets_in_one_room() {
    let stage = stage_without_a_gate();
    let shard = stage.shard("shard-a");
    let link = stage.link("plaza").without_token();
    let ada = Guest::strophe(&link).named("ada").stay();
    let bob = Guest::strophe(&link).named("bob").over_bosh().stay();
    let cy = Guest::slixmpp(shard, "plaza").named("cy").stay();
    let admin = Guest::admin(shard, "plaza")
        .named("admin")
        .listing_rooms()
        .run();
    ada.report().expect_admitted();
    bob.report().expect_admitted();
    cy.report().expect_admitted();
    let mut occupants = admin.expect_admitted().occupants.clone();
    occupants.sort();
    assert_eq!(occupants, ["ada", "admin", "bob", "cy", "focus"]);
}

#[test]
fn without_a_gate_a_conference_request_reaches_the_focus_by_both_its_names() {
    let stage = stage_without_a_gate();
    let link = stage.link("plaza").without_token();
    let report = Guest::strophe(&link).listing_rooms().run();
    assert_eq!(report.expect_admitted().conference_ready, Some(true));
    assert_eq!(
        report.rooms.as_deref(),
        Some(["plaza@conference.localhost".to_owned()].as_slice())
    );
    until("the focus leaves with the last guest", || {
        stage.rooms().is_empty()
    });
    Guest::strophe(&link.to_room("patio"))
        .asking(Focus::CLIENT)
        .run()
        .expect_admitted();
    assert_eq!(
        stage.seen_by_focus(),
        ["plaza@conference.localhost", "patio@conference.localhost"]
    );
}

#[test]
fn a_broken_connection_is_taken_up_again_as_on_a_jitsi_shard() {
    let stage = stage_without_a_gate();
    let mut guest = Guest::that_resumes(&stage.link("plaza")).stay();
    guest.report().expect_admitted();
    guest.tear();
    assert_eq!(guest.resume(None).resumed, Some(true));
    guest.again().expect_admitted();
}
