//! The focus, which opens conferences, works for guests with a good link alone.

use e2e::{Focus, Guest, ShardPlan, Stage, StagePlan};

const ROOM: &str = "weekly-sync";
const ROOM_JID: &str = "weekly-sync@conference.localhost";

fn one_shard() -> Stage {
    Stage::start_with(StagePlan::one_shard(ShardPlan::default()))
}

#[test]
fn a_conference_request_without_a_good_token_never_reaches_the_focus() {
    let stage = one_shard();
    let honest = stage.link(ROOM);
    for focus in [Focus::COMPONENT, Focus::CLIENT, "focus@auth.localhost"] {
        for link in [honest.without_token(), honest.with_token("garbage")] {
            let report = Guest::strophe(&link).asking(focus).run();
            // Told `ready`, so that Jitsi's client goes on to the door and shows its words.
            assert_eq!(report.conference_ready, Some(true), "{focus}: {report:#?}");
        }
        let report = Guest::strophe(&honest)
            .into_room("elsewhere")
            .asking(focus)
            .run();
        assert_eq!(report.conference_ready, Some(true), "{focus}: {report:#?}");
    }
    // The good one comes last: had an earlier request been on its way, it would be before it.
    Guest::strophe(&honest).run().expect_admitted();
    assert_eq!(stage.seen_by_focus(), [ROOM_JID]);
}

#[test]
fn a_good_token_reaches_the_focus_by_both_its_names() {
    let stage = one_shard();
    for focus in [Focus::COMPONENT, Focus::CLIENT] {
        let report = Guest::strophe(&stage.link(ROOM)).asking(focus).run();
        assert_eq!(
            report.expect_admitted().conference_ready,
            Some(true),
            "{focus}"
        );
    }
    assert_eq!(stage.seen_by_focus(), [ROOM_JID, ROOM_JID]);
}

#[test]
fn a_good_token_does_not_make_the_focus_open_rooms_elsewhere() {
    let stage = one_shard();
    let honest = stage.link(ROOM);
    let guest = Guest::strophe(&honest).on_host("open.localhost");
    guest.run();
    assert_eq!(stage.seen_by_focus(), [""; 0]);
}

#[test]
fn the_focus_and_an_administrator_are_never_refused() {
    let stage = one_shard();
    let shard = stage.shard("shard-a");
    let admin = Guest::admin(shard, "operations").named("admin").stay();
    let report = admin.report().expect_admitted();
    assert_eq!(report.affiliation.as_deref(), Some("owner"));
    assert_eq!(stage.rooms(), ["operations@conference.localhost"]);

    let guest = Guest::strophe(&stage.link(ROOM)).run();
    assert_eq!(guest.expect_admitted().occupants, ["focus", "guest"]);
}

#[test]
fn a_stranger_who_calls_themselves_focus_is_a_stranger() {
    let stage = one_shard();
    let link = stage.link(ROOM).without_token();
    for nick in ["focus", "focus@auth.localhost", "admin"] {
        Guest::strophe(&link)
            .named(nick)
            .run()
            .expect_refused("token-missing");
    }
    let room = "__jicofo-health-check-1";
    let link = link.to_room(room);
    Guest::strophe(&link).run().expect_refused("token-missing");
    assert_eq!(stage.rooms(), [""; 0]);
}
