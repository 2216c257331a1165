//! Every shard decides alone, and all decide alike.

use e2e::{Forge, Guest, Outcome, Stage, until};

const SHARDS: [(&str, &str); 2] = [("shard-a", "shard-b"), ("shard-b", "shard-a")];

#[test]
fn two_guests_of_one_room_meet_on_one_shard() {
    let stage = Stage::start();
    for (shard, other) in SHARDS {
        let link = stage.link(&stage.router().room_on(shard).unwrap());
        let ada = Guest::strophe(&link).named("ada").stay();
        assert_eq!(ada.report().expect_admitted().shard.as_deref(), Some(shard));
        let bob = Guest::strophe(&link).named("bob").over_bosh().run();
        assert_eq!(bob.expect_admitted().shard.as_deref(), Some(shard));
        assert!(bob.occupants.contains(&"ada".to_owned()), "{bob:#?}");
        assert_eq!(stage.shard(shard).rooms().len(), 1);
        assert_eq!(stage.shard(other).rooms(), [""; 0]);
        ada.leave();
        until("the room is empty again", || stage.rooms().is_empty());
    }
}

#[test]
fn both_shards_admit_and_refuse_the_same_links() {
    let stage = Stage::start();
    let honest = stage.link("weekly-sync");
    let forged = Forge::with_seed([7; 32]).sign(&Forge::claims("weekly-sync"));
    for shard in stage.shards() {
        Guest::strophe(&honest)
            .straight_to(shard)
            .run()
            .expect_admitted();
        let strangers = [
            (honest.without_token(), "token-missing"),
            (honest.with_token(&forged), "unknown-key"),
            (honest.to_room("elsewhere"), "wrong-room"),
        ];
        for (link, code) in strangers {
            Guest::strophe(&link)
                .straight_to(shard)
                .run()
                .expect_refused(code);
        }
    }
}

#[test]
fn a_connection_that_names_no_room_gets_no_shard() {
    let stage = Stage::start();
    let guest = Guest::strophe(&stage.link("weekly-sync")).with_room_query(None);
    let report = guest.run();
    assert_eq!(report.outcome, Outcome::Unreachable, "{report:#?}");
    assert!(
        stage.router().log().contains("400 room=-"),
        "{}",
        stage.router().log()
    );
}

#[test]
fn when_a_shard_stops_its_rooms_open_on_the_other_with_the_same_links() {
    for (stopped, other) in SHARDS {
        let mut stage = Stage::start();
        let room = stage.router().room_on(stopped).unwrap();
        let link = stage.link(&room);
        let report = Guest::strophe(&link).run();
        assert_eq!(report.expect_admitted().shard.as_deref(), Some(stopped));

        stage.kill_shard(stopped);
        until("the router sends the room elsewhere", || {
            stage.router().shard_of(&room).as_deref() == Some(other)
        });
        let report = Guest::strophe(&link).run();
        assert_eq!(report.expect_admitted().shard.as_deref(), Some(other));
        let stranger = Guest::strophe(&link.without_token()).run();
        stranger.expect_refused("token-missing");

        stage.start_shard(stopped);
        let report = Guest::strophe(&link).run();
        assert_eq!(report.expect_admitted().shard.as_deref(), Some(stopped));
    }
}

#[test]
fn no_spelling_of_a_room_opens_it_on_another_shard() {
    let stage = Stage::start();
    for (room, spellings) in [
        (
            "weekly-sync",
            ["%77eekly-sync", "weekly%2Dsync", "Weekly-Sync"],
        ),
        ("my room", ["my+room", "%6dy%20room", "my%2520room"]),
        (
            "Überraum",
            ["%C3%BCberraum", "%c3%9cberraum", "%25c3%25bcberraum"],
        ),
        ("ffoo", ["%66foo", "ff%6Fo", "%EF%AC%80oo"]),
    ] {
        let link = stage.link(room);
        let home = Guest::strophe(&link).run().expect_admitted().shard.clone();
        for spelling in spellings {
            let report = Guest::strophe(&link).with_room_query(Some(spelling)).run();
            if report.outcome == Outcome::Admitted {
                assert_eq!(report.shard, home, "{spelling}");
            } else {
                report.expect_refused("wrong-room");
            }
        }
    }
}
