//! What a machine does to a shard: it dies, its clock is wrong, its disk is full.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic as it does")]

use std::os::unix::fs::symlink;
use std::thread;

use e2e::{Forge, Guest, ShardPlan, Stage, StagePlan, Verdict, Visitor, until};

const ROOM: &str = "weekly-sync";

fn one_shard(plan: ShardPlan) -> Stage {
    Stage::start_with(StagePlan::one_shard(plan))
}

/// One guest after another, and how each fared, until the connection breaks.
fn keep_coming(visitor: &Visitor) -> Vec<Verdict> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut verdicts = Vec::new();
        while let Ok(arrival) = visitor.arrive().await {
            verdicts.push(arrival.verdict);
            arrival.connection.leave().await;
        }
        verdicts
    })
}

#[test]
fn a_shard_that_is_killed_while_people_join_starts_again_and_has_let_in_no_stranger() {
    let mut stage = one_shard(ShardPlan::default());
    let link = stage.link(ROOM);
    let server = ([127, 0, 0, 1], stage.shard("shard-a").http_port()).into();
    let visitor = |number: usize, token: Option<&str>| Visitor {
        server,
        room: ROOM.to_owned(),
        nick: format!("nick-{number}"),
        token: token.map(str::to_owned),
        asks_focus: false,
    };
    let crowd = |token: Option<&str>, from: usize| {
        (from..from + 5)
            .map(|number| {
                let visitor = visitor(number, token);
                thread::spawn(move || keep_coming(&visitor))
            })
            .collect::<Vec<_>>()
    };
    let (guests, strangers) = (crowd(link.token(), 0), crowd(None, 5));
    until("people come and go", || {
        let log = stage.shard("shard-a").log();
        log.contains("Admitted to") && log.contains("token-missing")
    });
    stage.kill_shard("shard-a");
    for guest in guests {
        let verdicts = guest.join().unwrap();
        assert!(
            verdicts.iter().all(|verdict| *verdict == Verdict::Admitted),
            "{verdicts:?}"
        );
    }
    for stranger in strangers {
        let verdicts = stranger.join().unwrap();
        assert!(!verdicts.contains(&Verdict::Admitted), "{verdicts:?}");
    }
    stage.start_shard("shard-a");
    assert_eq!(stage.rooms(), [""; 0]);
    Guest::strophe(&link).run().expect_admitted();
    let stranger = Guest::strophe(&link.without_token()).run();
    stranger.expect_refused("token-missing");
}

#[test]
fn a_clock_ten_minutes_fast_ends_short_links_early_and_opens_to_no_stranger() {
    let stage = one_shard(ShardPlan {
        clock: Some("+600"),
        ..ShardPlan::default()
    });
    let short = stage.issuer().issue(ROOM).lasting("5m").link();
    Guest::strophe(&short).run().expect_refused("expired");
    let long = stage.link(ROOM);
    Guest::strophe(&long).run().expect_admitted();
    let stranger = Guest::strophe(&long.without_token()).run();
    stranger.expect_refused("token-missing");
}

#[test]
fn a_clock_ten_minutes_slow_keeps_fresh_links_out_and_takes_those_of_ten_minutes_ago() {
    let stage = one_shard(ShardPlan {
        clock: Some("-600"),
        ..ShardPlan::default()
    });
    let fresh = stage.link(ROOM);
    Guest::strophe(&fresh).run().expect_refused("too-early");
    let forge = Forge::with_key(stage.issuer().key());
    let mut claims = Forge::claims(ROOM);
    for claim in ["iat", "nbf"] {
        if let Some(time) = claims[claim].as_u64() {
            claims[claim] = (time - 900).into();
        }
    }
    let earlier = stage.link_with(ROOM, &forge.sign(&claims));
    Guest::strophe(&earlier).run().expect_admitted();
    let stranger = Guest::strophe(&fresh.without_token()).run();
    stranger.expect_refused("token-missing");
}

#[test]
fn a_disk_too_full_for_a_line_of_log_neither_opens_the_door_nor_shuts_it() {
    let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan::default()));
    let log = stage.shard("shard-a").folder().join("prosody.log");
    symlink("/dev/full", log).unwrap();
    stage.run();
    let link = stage.link(ROOM);
    Guest::strophe(&link).run().expect_admitted();
    let stranger = Guest::strophe(&link.without_token()).run();
    stranger.expect_refused("token-missing");
    assert_eq!(stage.rooms(), [""; 0]);
}
