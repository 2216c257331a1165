//! The other doors of a shard: lobby, breakout rooms, tenants, rooms for staff, clients without a URL.

use e2e::{Focus, Forge, Form, Guest, ShardPlan, Stage, StagePlan, until};
use serde_json::json;

const ROOM: &str = "weekly-sync";
const ROOM_JID: &str = "weekly-sync@conference.localhost";
const BREAKOUT_JID: &str = "one-weekly-sync@breakout.localhost";
const LOBBY_JID: &str = "weekly-sync@lobby.localhost";
const MEMBERS_ONLY: &str = "muc#roomconfig_membersonly";

/// A shard as a whole Jitsi has it: queue for the focus, breakout rooms, lobby, tenants.
fn whole(options: &str) -> Stage {
    Stage::start_with(StagePlan::one_shard(ShardPlan::whole(options)))
}

#[test]
fn a_guest_goes_to_a_breakout_room_of_their_meeting_and_back_and_keeps_their_rights() {
    let stage = whole("");
    let link = stage.issuer().issue(ROOM).owner().link();
    let mut owner = Guest::strophe(&link).named("owner").stay();
    assert_eq!(
        owner.report().expect_admitted().affiliation.as_deref(),
        Some("owner")
    );
    let mut member = Guest::strophe(&stage.link(ROOM)).named("member").stay();
    assert_eq!(
        member.report().expect_admitted().affiliation.as_deref(),
        Some("member")
    );
    for _ in 0..2 {
        let there = owner.go_to(BREAKOUT_JID).expect_admitted();
        assert_eq!(there.affiliation.as_deref(), Some("owner"));
        let there = member.go_to(BREAKOUT_JID).expect_admitted();
        assert_eq!(there.affiliation.as_deref(), Some("member"));
        let back = owner.go_to(ROOM_JID).expect_admitted();
        assert_eq!(back.affiliation.as_deref(), Some("owner"));
        member.go_to(ROOM_JID).expect_admitted();
    }
}

#[test]
fn a_breakout_room_takes_nobody_who_was_not_in_its_main_room() {
    let stage = whole("");
    let _host = Guest::strophe(&stage.link(ROOM)).named("host").stay();
    let breakout = |guest: Guest| {
        guest
            .into_room("one-weekly-sync")
            .on_host("breakout.localhost")
            .run()
    };
    breakout(Guest::strophe(&stage.link(ROOM))).expect_refused("wrong-room");
    breakout(Guest::strophe(&stage.link(ROOM).without_token())).expect_refused("token-missing");
    let mut other = Guest::strophe(&stage.link("elsewhere")).stay();
    let refused = other.go_to(BREAKOUT_JID).expect_refused("wrong-room");
    // Jitsi's client goes back to the main room for this one, and leaves the meeting for a destroyed room.
    assert_eq!(refused.form, Some(Form::Error));
}

#[test]
fn the_lobby_asks_for_the_same_link() {
    let stage = whole("");
    let link = stage.issuer().issue(ROOM).owner().link();
    let mut owner = Guest::strophe(&link).named("owner").stay();
    let locked = owner.configure(MEMBERS_ONLY, "1");
    assert_eq!(locked.owner_request.as_deref(), Some("result"));

    let stranger = Guest::strophe(&link.without_token())
        .on_host("lobby.localhost")
        .without_asking();
    stranger.run().expect_refused("token-missing");
    Guest::strophe(&link.without_token())
        .run()
        .expect_refused("token-missing");

    // A member's link does not pass the lobby: it knocks, and is let in.
    let mut guest = Guest::strophe(&stage.link(ROOM)).named("guest").stay();
    assert_eq!(
        guest.report().lobby.as_deref(),
        Some(LOBBY_JID),
        "{:#?}",
        guest.report()
    );
    let address = guest.report().jid.clone().unwrap_or_default();
    guest.knock_at(LOBBY_JID).expect_admitted();
    owner.invite(&address);
    guest.go_to(ROOM_JID).expect_admitted();
}

#[test]
fn a_stranger_may_knock_where_the_operator_lets_them_and_comes_in_only_through_a_moderator() {
    let stage = whole("roompass_lobby = \"knock\"");
    let link = stage.issuer().issue(ROOM).owner().link();
    let bare = link.without_token();
    // There is no lobby yet, and so nothing to knock at.
    Guest::strophe(&bare).run().expect_refused("token-missing");
    Guest::strophe(&bare)
        .on_host("lobby.localhost")
        .without_asking()
        .run()
        .expect_refused("token-missing");
    let mut owner = Guest::strophe(&link).named("owner").stay();
    Guest::strophe(&bare).run().expect_refused("token-missing");
    owner.configure(MEMBERS_ONLY, "1");

    let mut stranger = Guest::strophe(&bare).named("stranger").stay();
    assert_eq!(
        stranger.report().lobby.as_deref(),
        Some(LOBBY_JID),
        "{:#?}",
        stranger.report()
    );
    let address = stranger.report().jid.clone().unwrap_or_default();
    stranger.knock_at(LOBBY_JID).expect_admitted();
    owner.invite(&address);
    let inside = stranger.go_to(ROOM_JID).expect_admitted();
    assert_eq!(inside.affiliation.as_deref(), Some("member"));
    stranger.go_to(BREAKOUT_JID).expect_admitted();
    stranger.go_to(ROOM_JID).expect_admitted();
    // The focus opened the room for the owner alone, and the breakout room for those in the meeting.
    assert_eq!(stage.seen_by_focus(), [ROOM_JID, BREAKOUT_JID]);
    let other = Guest::strophe(&bare).named("other").run();
    assert_eq!(other.lobby.as_deref(), Some(LOBBY_JID));
    assert_eq!(other.condition.as_deref(), Some("registration-required"));
}

#[test]
fn a_tenants_link_opens_the_tenants_room_and_no_other() {
    let stage = whole("");
    let forge = Forge::with_key(stage.issuer().key());
    let link = stage.link_with(ROOM, &forge.sign(&Forge::claims("[acme]weekly-sync")));
    let tenant = Guest::strophe(&link)
        .on_host("conference.acme.localhost")
        .asking(Focus::CLIENT);
    let guest = tenant.clone().stay();
    guest.report().expect_admitted();
    assert_eq!(stage.rooms(), ["[acme]weekly-sync@conference.localhost"]);
    assert_eq!(
        stage.seen_by_focus(),
        ["[acme]weekly-sync@conference.localhost"]
    );
    Guest::strophe(&link).run().expect_refused("wrong-room");
    Guest::strophe(&link)
        .on_host("conference.other.localhost")
        .run()
        .expect_refused("wrong-room");
    let without_tenant = stage.link(ROOM);
    let report = Guest::strophe(&without_tenant)
        .on_host("conference.acme.localhost")
        .run();
    report.expect_refused("wrong-room");
}

#[test]
fn a_client_without_a_url_brings_its_link_in_the_password_where_the_operator_lets_it() {
    let stage = whole("");
    let token = stage.link(ROOM).token().unwrap_or_default().to_owned();
    let guest = |stage: &Stage| Guest::slixmpp(stage.shard("shard-a"), ROOM);
    guest(&stage)
        .with_room_password(&token)
        .run()
        .expect_refused("token-missing");

    let stage = whole("roompass_plain_clients = true");
    let token = stage.link(ROOM).token().unwrap_or_default().to_owned();
    let first = guest(&stage);
    first.clone().run().expect_refused("token-missing");
    first
        .clone()
        .with_room_password("swordfish")
        .run()
        .expect_refused("token-missing");
    first
        .clone()
        .into_room("elsewhere")
        .with_room_password(&token)
        .run()
        .expect_refused("wrong-room");
    assert_eq!(stage.rooms(), [""; 0]);

    // It made no password of the room's: a guest with a link and no password comes in.
    let ada = Guest::strophe(&stage.link(ROOM)).named("ada").stay();
    ada.report().expect_admitted();
    first.with_room_password(&token).run().expect_admitted();
    Guest::strophe(&stage.link(ROOM))
        .named("bob")
        .run()
        .expect_admitted();
    assert!(
        !stage.shard("shard-a").log().contains(&token),
        "logged by Prosody"
    );
}

#[test]
fn rooms_for_staff_take_nobody_with_a_link() {
    let stage = whole("");
    let guest = Guest::strophe(&stage.link(ROOM)).on_host("internal.localhost");
    guest.run().expect_refused("wrong-room");
    let admin = Guest::admin(stage.shard("shard-a"), "jvbbrewery").on_host("internal.localhost");
    admin.run().expect_admitted();
    assert_eq!(stage.seen_by_focus(), [""; 0]);
}

#[test]
fn a_request_that_waits_for_the_focus_is_counted_once() {
    let stage = whole("");
    let forge = Forge::with_key(stage.issuer().key());
    let mut claims = Forge::claims(ROOM);
    if let Some(claims) = claims.as_object_mut() {
        claims.insert("seats".to_owned(), json!(1));
    }
    let link = stage.link_with(ROOM, &forge.sign(&claims));
    let mut first = Guest::strophe(&link).named("first").stay();
    first.report().expect_admitted();
    Guest::strophe(&link)
        .named("second")
        .run()
        .expect_refused("seats-taken");
    // In a breakout room it is still in use, and still theirs.
    first.go_to(BREAKOUT_JID).expect_admitted();
    Guest::strophe(&link)
        .named("second")
        .run()
        .expect_refused("seats-taken");
    first.go_to(ROOM_JID).expect_admitted();
    first.leave();
    let second = Guest::strophe(&link).named("second");
    until("the seat is free", || second.clone().run().code.is_none());
}
