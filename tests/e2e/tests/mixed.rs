//! A server with Jitsi's token login for its own people, and links for their guests.

use e2e::{Focus, Guest, Link, ShardPlan, Stage, StagePlan};

const ROOM: &str = "weekly-sync";
const MEMBERS: &str = "members.localhost";

fn mixed() -> Stage {
    Stage::start_with(StagePlan::one_shard(ShardPlan {
        options: format!("roompass_exempt_domains = {{ \"auth.localhost\"; \"{MEMBERS}\" }}"),
        more_hosts: format!(
            "VirtualHost \"{MEMBERS}\"\n\tauthentication = \"stage_token\"\n\
             \tmodules_enabled = {{ \"bosh\"; \"websocket\" }}"
        ),
        ..ShardPlan::default()
    }))
}

fn member(link: &Link, token: &str) -> Guest {
    Guest::strophe(&link.with_token(token)).logging_in_at(MEMBERS)
}

#[test]
fn members_come_with_their_login_and_guests_with_a_link_into_one_room() {
    let stage = mixed();
    let link = stage.link(ROOM);
    let ada = member(&link, "portal.ada").named("ada").stay();
    assert_eq!(ada.report().expect_admitted().conference_ready, Some(true));
    let bob = Guest::strophe(&link).named("bob").run();
    let occupants = &bob.expect_admitted().occupants;
    assert!(occupants.contains(&"ada".to_owned()), "{occupants:?}");
    assert_eq!(
        stage.seen_by_focus(),
        ["weekly-sync@conference.localhost"; 2]
    );
}

#[test]
fn neither_credential_is_worth_a_thing_at_the_other_host() {
    let stage = mixed();
    let link = stage.link(ROOM);
    let token = link.token().unwrap_or_default().to_owned();
    for guest in [
        member(&link, &token),
        member(&link, "of.somebody.else").asking(Focus::CLIENT),
    ] {
        assert_eq!(guest.run().outcome, e2e::Outcome::Unreachable);
    }
    let stranger = |link: &Link| Guest::strophe(link).run();
    stranger(&link.without_token()).expect_refused("token-missing");
    stranger(&link.with_token("portal.ada")).expect_refused("malformed");
    assert_eq!(stage.rooms(), [""; 0]);
    assert_eq!(stage.seen_by_focus(), [""; 0]);
}

#[test]
fn a_guest_whose_connection_broke_is_not_thrown_out_by_the_members_login() {
    let stage = mixed();
    let link = stage.link(ROOM);
    let mut guest = Guest::that_resumes(&link).named("guest").stay();
    guest.report().expect_admitted();
    guest.tear();
    assert_eq!(guest.resume(link.token()).resumed, Some(true));
    guest.again().expect_admitted();
}
