//! A link that was taken back opens nothing, and nobody can bring it back to life.
#![expect(
    clippy::indexing_slicing,
    reason = "helpers of a test may panic as it does"
)]

use std::fs;
use std::time::Duration;

use e2e::{
    Forge, Guest, Link, ROOM_HOST, Shard, ShardPlan, Stage, StagePlan, epoch_seconds, until_within,
};
use serde_json::json;

const ROOM: &str = "weekly-sync";
/// The feeds ask to be looked for every ten seconds; the rest is for a busy machine.
const TTL: Duration = Duration::from_secs(10 + 10);

/// A shard that follows revocations.
struct Followed {
    stage: Stage,
    forge: Forge,
}

impl Followed {
    /// Starts it with this feed, or without any.
    fn start(feed: Option<fn(&Forge) -> String>, options: &str) -> Self {
        let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan {
            options: format!("{}\n{options}", Shard::REVOCATIONS),
            ..ShardPlan::default()
        }));
        let forge = Forge::with_key(stage.issuer().key());
        if let Some(feed) = feed {
            Shard::replace(&stage.shard("shard-a").revocations_file(), feed(&forge));
        }
        stage.run();
        Self { stage, forge }
    }

    fn shard(&self) -> &Shard {
        self.stage.shard("shard-a")
    }

    /// A link with that `jti`.
    fn link(&self, id: &str) -> Link {
        let mut claims = Forge::claims(ROOM);
        claims["jti"] = json!(id);
        self.stage.link_with(ROOM, &self.forge.sign(&claims))
    }

    fn publish(&self, feed: impl AsRef<[u8]>) {
        Shard::replace(&self.shard().revocations_file(), feed);
    }

    /// Waits until the door says so in its status.
    fn wait_for(&self, words: &str) {
        until_within(TTL, words, || self.status().contains(words));
    }

    fn status(&self) -> String {
        self.shard()
            .shell(&["module", "info", "muc_roompass", ROOM_HOST])
    }
}

fn nothing(forge: &Forge) -> String {
    forge.sign_feed(&Forge::feed(5, &[]))
}

#[test]
fn a_link_that_is_taken_back_opens_nothing_also_for_who_came_with_it_before() {
    let door = Followed::start(Some(nothing), "");
    let (bad, good) = (door.link("bad"), door.link("good"));
    let mut early = Guest::strophe(&bad).named("early").stay();
    early.report().expect_admitted();
    early.again().expect_admitted();

    door.publish(door.forge.sign_feed(&Forge::feed(6, &["bad"])));
    door.wait_for("revocations 6 with 1 entries");
    Guest::strophe(&bad).run().expect_refused("revoked");
    early.again().expect_refused("revoked");
    Guest::strophe(&good).run().expect_admitted();

    let log = door.shard().log();
    assert!(log.contains("Took the revocations 6"), "not logged");
    for secret in [bad.token(), good.token()] {
        assert!(!log.contains(secret.unwrap()), "a token was logged");
    }
}

#[test]
fn a_guest_who_is_inside_goes_with_the_owners_link_that_theirs_was_made_from() {
    let door = Followed::start(Some(nothing), "");
    let mut claims = Forge::claims(ROOM);
    claims["jti"] = json!("guest");
    claims["parent"] = json!({ "iat": claims["iat"], "jti": "owner" });
    let derived = door.stage.link_with(ROOM, &door.forge.sign(&claims));
    let mut guest = Guest::strophe(&derived).named("guest").stay();
    guest.report().expect_admitted();
    let other = Guest::strophe(&door.link("other")).named("other").stay();
    other.report().expect_admitted();
    door.publish(door.forge.sign_feed(&Forge::feed(6, &["owner"])));
    until_within(TTL, "the guest is put out", || {
        door.shard().log().contains("Ended a stay")
    });
    guest.again().expect_refused("revoked");
    let seen = Guest::strophe(&door.link("seen")).run();
    let occupants = &seen.expect_admitted().occupants;
    assert!(occupants.contains(&"other".to_owned()), "{occupants:?}");
    assert_eq!(door.shard().log().matches("Ended a stay").count(), 1);
}

#[test]
fn an_old_feed_or_a_forged_one_does_not_bring_a_link_back_to_life() {
    let door = Followed::start(Some(|forge| forge.sign_feed(&Forge::feed(6, &["bad"]))), "");
    let bad = door.link("bad");
    Guest::strophe(&bad).run().expect_refused("revoked");
    let stranger = Forge::with_seed([7; 32]);
    let claimed = json!({ "alg": "EdDSA", "kid": door.forge.kid(), "typ": "revocations+jwt" });
    for (feed, words) in [
        (nothing(&door.forge), "rolled back from 6 to 5"),
        (
            stranger.sign_under(&claimed, &Forge::feed(7, &[])),
            "signature",
        ),
    ] {
        door.publish(&feed);
        door.wait_for(words);
        assert!(door.status().contains("[warn]"), "{}", door.status());
        Guest::strophe(&bad).run().expect_refused("revoked");
        Guest::strophe(&door.link("good")).run().expect_admitted();
    }
    fs::remove_file(door.shard().revocations_file()).unwrap();
    door.wait_for("cannot be read");
    Guest::strophe(&bad).run().expect_refused("revoked");

    door.publish(door.forge.sign_feed(&Forge::feed(7, &[])));
    door.wait_for("revocations 7");
    assert!(door.status().contains("[info]"), "{}", door.status());
    Guest::strophe(&bad).run().expect_admitted();

    // Not even a reload makes the shard forget what it has seen.
    door.publish(nothing(&door.forge));
    door.shard().reload("muc_roompass", ROOM_HOST);
    Guest::strophe(&bad)
        .run()
        .expect_refused("verifier-unavailable");
}

#[test]
fn without_a_feed_at_the_start_the_door_is_shut_until_there_is_one() {
    let door = Followed::start(None, "");
    let link = door.link("good");
    Guest::strophe(&link)
        .run()
        .expect_refused("verifier-unavailable");
    assert!(door.status().contains("[error]"), "{}", door.status());
    assert!(door.shard().log().contains("put the feed there"));
    door.publish(nothing(&door.forge));
    door.shard().shell(&["config", "reload"]);
    Guest::strophe(&link).run().expect_admitted();
    fs::remove_file(door.shard().revocations_file()).unwrap();
    door.shard().reload("muc_roompass", ROOM_HOST);
    Guest::strophe(&link)
        .run()
        .expect_refused("verifier-unavailable");
}

#[test]
fn a_feed_that_nobody_renews_shuts_the_door_when_the_operator_said_so() {
    // Long enough for the stage to start and one guest to come in, also on a busy machine.
    const LEFT: u64 = 10;
    let feed: fn(&Forge) -> String = |forge| {
        let mut claims = Forge::feed(5, &[]);
        claims["iat"] = json!(epoch_seconds() - 60);
        forge.sign_feed(&claims)
    };
    let door = Followed::start(Some(feed), &format!("roompass_max_stale = {}", 60 + LEFT));
    let link = door.link("good");
    let mut early = Guest::strophe(&link).named("early").stay();
    early.report().expect_admitted();
    until_within(TTL, "the feed is stale", || {
        door.shard().try_shell(&["roompass:status()"]).is_err()
    });
    Guest::strophe(&link)
        .run()
        .expect_refused("revocations-stale");
    early.again().expect_refused("revocations-stale");

    door.publish(door.forge.sign_feed(&Forge::feed(5, &[])));
    door.shard().shell(&["config", "reload"]);
    early.again().expect_admitted();
}
