//! Lobby and breakout rooms when the issuer is down, the server dies, or the time to join is over.

use std::fs;
use std::time::Duration;

use e2e::{
    Forge, Guest, Link, Port, ROOM_HOST, Report, Service, Shard, ShardPlan, Stage, StagePlan,
    Visit, epoch_seconds, until, until_within,
};
use serde_json::json;

const ROOM: &str = "weekly-sync";
const ROOM_JID: &str = "weekly-sync@conference.localhost";
const BREAKOUT_JID: &str = "one-weekly-sync@breakout.localhost";
const LOBBY: &str = "lobby.localhost";
const MEMBERS_ONLY: &str = "muc#roomconfig_membersonly";
const LEEWAY: u64 = 60;
/// How long a shard may go on without asking an issuer that did not answer, on a busy machine.
const MINUTE: Duration = Duration::from_secs(75);

/// A whole shard whose documents come from a service that may be down.
struct Online {
    stage: Stage,
    port: Port,
}

impl Online {
    fn prepare() -> Self {
        let port = Port::any();
        let at = port.address();
        let stage = Stage::prepare(StagePlan::one_shard(ShardPlan::whole(&format!(
            "roompass_key_set = \"http://{at}/.well-known/jwks.json\"\n\
             roompass_revocations = \"http://{at}/.well-known/revocations\"\n"
        ))));
        Self { stage, port }
    }

    fn serve(&self) -> Service {
        let list = self.stage.folder().join("revocations.json");
        let arguments = ["--revocations", &list.display().to_string()];
        self.stage
            .issuer()
            .serve_with(self.port.clone(), &arguments)
    }

    fn owner(&self) -> Link {
        self.stage.issuer().issue(ROOM).owner().link()
    }

    fn member(&self) -> Guest {
        Guest::strophe(&self.stage.link(ROOM)).named("member")
    }

    fn copies_are_kept(&self) -> bool {
        let folder = self.stage.shard("shard-a").folder().join("data/roompass");
        fs::read_dir(folder).is_ok_and(|files| {
            let names = files.flatten().map(|file| file.file_name());
            let copies = names.filter(|name| name.to_string_lossy().ends_with(".copy"));
            copies.count() == 2
        })
    }
}

fn at_the_lobby(link: &Link) -> Report {
    Guest::strophe(link).on_host(LOBBY).without_asking().run()
}

fn go_to_a_breakout_room_and_back(guest: &mut Visit) {
    guest.go_to(BREAKOUT_JID).expect_admitted();
    guest.go_to(ROOM_JID).expect_admitted();
}

#[test]
fn lobby_and_breakout_rooms_live_on_copies_when_the_server_dies_and_the_issuer_is_down() {
    let mut online = Online::prepare();
    let service = online.serve();
    online.stage.run();
    until("the copies are kept", || online.copies_are_kept());
    let mut before = online.member().stay();
    go_to_a_breakout_room_and_back(&mut before);
    service.stop();
    go_to_a_breakout_room_and_back(&mut before);
    online.stage.kill_shard("shard-a");
    online.stage.start_shard("shard-a");

    let link = online.owner();
    // Rooms are gone with the server, and who was in a breakout room comes through the main room again.
    let straight = Guest::strophe(&link).into_room("one-weekly-sync");
    let straight = straight.on_host("breakout.localhost").run();
    straight.expect_refused("wrong-room");
    let mut owner = Guest::strophe(&link).named("owner").stay();
    owner.report().expect_admitted();
    go_to_a_breakout_room_and_back(&mut owner);
    owner.configure(MEMBERS_ONLY, "1");
    let stranger = at_the_lobby(&link.without_token());
    stranger.expect_refused("token-missing");
    let mut member = online.member().stay();
    let address = member.report().jid.clone().unwrap_or_default();
    member
        .knock_at("weekly-sync@lobby.localhost")
        .expect_admitted();
    owner.invite(&address);
    member.go_to(ROOM_JID).expect_admitted();
    go_to_a_breakout_room_and_back(&mut member);
}

#[test]
fn every_door_is_shut_without_documents_and_opens_by_itself_when_the_issuer_is_up() {
    let mut online = Online::prepare();
    online.stage.run();
    let link = online.owner();
    let unavailable = "verifier-unavailable";
    Guest::strophe(&link).run().expect_refused(unavailable);
    at_the_lobby(&link).expect_refused(unavailable);
    let breakout = Guest::strophe(&link).on_host("breakout.localhost");
    breakout.without_asking().run().expect_refused("wrong-room");
    assert_eq!(online.stage.seen_by_focus(), [""; 0]);

    let service = online.serve();
    until_within(MINUTE, "the main rooms open", || {
        Guest::strophe(&link).run().code.is_none()
    });
    let mut owner = Guest::strophe(&link).named("owner").stay();
    until_within(MINUTE, "the breakout rooms open", || {
        owner.go_to(BREAKOUT_JID).code.is_none()
    });
    owner.go_to(ROOM_JID).expect_admitted();
    until_within(MINUTE, "the lobby opens", || {
        at_the_lobby(&link).code.as_deref() != Some(unavailable)
    });
    service.stop();
}

#[test]
fn who_is_in_a_breakout_room_goes_with_a_link_that_is_taken_back() {
    let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan::whole(Shard::REVOCATIONS)));
    let forge = Forge::with_key(stage.issuer().key());
    let feed = stage.shard("shard-a").revocations_file();
    Shard::replace(&feed, forge.sign_feed(&Forge::feed(5, &[])));
    stage.run();
    let mut claims = Forge::claims(ROOM);
    claims["jti"] = json!("bad");
    let bad = stage.link_with(ROOM, &forge.sign(&claims));
    let mut guest = Guest::strophe(&bad).named("bad").stay();
    guest.report().expect_admitted();
    guest.go_to(BREAKOUT_JID).expect_admitted();
    let mut other = Guest::strophe(&stage.link(ROOM)).named("other").stay();
    other.report().expect_admitted();
    other.go_to(BREAKOUT_JID).expect_admitted();
    Shard::replace(&feed, forge.sign_feed(&Forge::feed(6, &["bad"])));
    until("the one is put out", || {
        let log = stage.shard("shard-a").log();
        log.contains(&format!("Ended a stay in {BREAKOUT_JID}: revoked"))
    });
    // Each component looks at a file by itself.
    until("the main rooms know it too", || {
        let shard = stage.shard("shard-a");
        let status = shard.shell(&["module", "info", "muc_roompass", ROOM_HOST]);
        status.contains("revocations 6")
    });
    guest.go_to(ROOM_JID).expect_refused("revoked");
    go_to_a_breakout_room_and_back(&mut other);
    let log = stage.shard("shard-a").log();
    assert_eq!(log.matches("Ended a stay").count(), 1);
}

#[test]
fn the_way_back_from_a_breakout_room_outlives_join_by_and_the_link() {
    // Long enough for two guests to come in, also on a busy machine.
    const LEFT: u64 = 15;
    let stage = Stage::start_with(StagePlan::one_shard(ShardPlan::whole("")));
    let forge = Forge::with_key(stage.issuer().key());
    let last_second = epoch_seconds() + LEFT;
    let ending = |claim: &str| {
        let mut claims = Forge::claims(ROOM);
        claims["jti"] = json!(claim);
        claims["iat"] = json!(last_second - LEEWAY - 3600);
        claims[claim] = json!(last_second - LEEWAY);
        stage.link_with(ROOM, &forge.sign(&claims))
    };
    let inside = ["join_by", "exp"].map(|claim| {
        let link = ending(claim);
        let mut guest = Guest::strophe(&link).named(claim).stay();
        guest.report().expect_admitted();
        guest.go_to(BREAKOUT_JID).expect_admitted();
        guest
    });
    until("first joins and links are over", || {
        epoch_seconds() > last_second
    });
    for mut guest in inside {
        guest.go_to(ROOM_JID).expect_admitted();
        go_to_a_breakout_room_and_back(&mut guest);
    }
    let newcomer = Guest::strophe(&ending("exp")).named("newcomer").run();
    newcomer.expect_refused("expired");
}
