//! A signed link opens its room.

use e2e::{Gate, Guest, ShardPlan, Stage, StagePlan, until};

fn one_shard() -> Stage {
    Stage::start_with(StagePlan::one_shard(ShardPlan::default()))
}

#[test]
fn a_link_opens_its_room_over_websocket_and_bosh() {
    let stage = one_shard();
    let link = stage.link("weekly-sync");
    let ada = Guest::strophe(&link).named("ada").stay();
    assert_eq!(ada.report().expect_admitted().conference_ready, Some(true));
    assert_eq!(stage.rooms(), ["weekly-sync@conference.localhost"]);
    let bob = Guest::strophe(&link).named("bob").over_bosh().run();
    let mut occupants = bob.expect_admitted().occupants.clone();
    occupants.sort();
    assert_eq!(occupants, ["ada", "bob", "focus"]);
    ada.leave();
    until("the room is empty again", || stage.rooms().is_empty());
    assert_eq!(
        stage.seen_by_focus(),
        ["weekly-sync@conference.localhost"; 2]
    );
}

#[test]
fn an_owners_link_makes_an_owner_and_a_members_link_does_not() {
    let stage = one_shard();
    let member = Guest::strophe(&stage.link("weekly-sync"))
        .named("member")
        .claiming_ownership()
        .stay();
    let report = member.report().expect_admitted();
    assert_ne!(report.affiliation.as_deref(), Some("owner"));
    assert_eq!(report.owner_request.as_deref(), Some("forbidden"));

    let link = stage.issuer().issue("weekly-sync").owner().link();
    let owner = Guest::strophe(&link)
        .named("owner")
        .claiming_ownership()
        .run();
    assert_eq!(
        owner.expect_admitted().affiliation.as_deref(),
        Some("owner")
    );
    assert_eq!(owner.owner_request.as_deref(), Some("result"));
}

#[test]
fn a_member_who_creates_the_room_does_not_own_it() {
    let stage = one_shard();
    let report = Guest::strophe(&stage.link("weekly-sync"))
        .without_asking()
        .claiming_ownership()
        .run();
    assert_ne!(
        report.expect_admitted().affiliation.as_deref(),
        Some("owner")
    );
    assert_eq!(report.owner_request.as_deref(), Some("forbidden"));
}

#[test]
fn a_room_name_with_an_umlaut_is_the_same_room_all_the_way() {
    let stage = one_shard();
    let report = Guest::strophe(&stage.link("Überraum")).stay();
    report.report().expect_admitted();
    assert_eq!(stage.rooms(), ["%c3%bcberraum@conference.localhost"]);
}

#[test]
fn the_component_form_of_the_gate_admits_too() {
    let stage = Stage::start_with(StagePlan::one_shard(ShardPlan {
        gate: Gate::Component,
        ..ShardPlan::default()
    }));
    let link = stage.link("weekly-sync");
    Guest::strophe(&link).run().expect_admitted();
    Guest::strophe(&link.without_token())
        .run()
        .expect_refused("token-missing");
}

#[test]
fn rooms_without_a_gate_stay_open_beside_it() {
    let stage = one_shard();
    let link = stage.link("plaza").without_token();
    let guest = Guest::strophe(&link)
        .on_host("open.localhost")
        .without_asking();
    guest.run().expect_admitted();
}
