//! `roompass knock` says of a link what a guest's own client would meet.

use e2e::{Forge, Guest, Knock, Outcome, Stage, epoch_seconds};
use serde_json::json;

#[test]
fn a_good_link_is_admitted_and_the_shard_is_named() {
    let stage = Stage::start();
    for shard in ["shard-a", "shard-b"] {
        let link = stage.link(&stage.router().room_on(shard).unwrap());
        let ada = Guest::strophe(&link).named("ada").stay();
        ada.report().expect_admitted();
        let knock = Knock::at(&link, &[]);
        assert_eq!(knock.status, Some(0), "{knock:#?}");
        assert_eq!(knock.outcome, Outcome::Admitted);
        assert_eq!(knock.shard.as_deref(), Some(shard));
        assert_eq!(knock.occupants, Some(3), "ada, the focus and the knocker");
    }
}

#[test]
fn a_dead_link_is_refused_with_the_code_and_the_words_that_a_guest_gets() {
    let stage = Stage::start();
    let honest = stage.link("weekly-sync");
    let mut expired = Forge::claims("weekly-sync");
    expired["iat"] = json!(epoch_seconds() - 7200);
    expired["exp"] = json!(epoch_seconds() - 3600);
    let expired = Forge::with_key(stage.issuer().key()).sign(&expired);
    let forged = Forge::with_seed([7; 32]).sign(&Forge::claims("weekly-sync"));
    for (link, code) in [
        (honest.without_token(), "token-missing"),
        (honest.with_token(&expired), "expired"),
        (honest.with_token(&forged), "unknown-key"),
        (honest.to_room("elsewhere"), "wrong-room"),
    ] {
        let knock = Knock::at(&link, &[]);
        let report = Guest::strophe(&link).run();
        report.expect_refused(code);
        assert_eq!(knock.status, Some(1), "{knock:#?}");
        assert_eq!(knock.outcome, Outcome::Refused);
        assert_eq!(knock.code.as_deref(), Some(code));
        assert_eq!(knock.text, report.text);
        assert_eq!(knock.condition.as_deref(), Some("destroy"));
        assert_eq!(knock.shard, report.shard);
    }
    assert_eq!(stage.rooms(), [""; 0]);
    assert_eq!(stage.seen_by_focus(), [""; 0]);
}

#[test]
fn another_room_in_the_connections_url_is_refused() {
    let stage = Stage::start();
    let knock = Knock::at(&stage.link("weekly-sync"), &["--room-query", "elsewhere"]);
    assert_eq!(knock.status, Some(1), "{knock:#?}");
    assert_eq!(knock.code.as_deref(), Some("wrong-room"));
}

#[test]
fn where_nobody_answers_it_could_not_try_and_shows_no_token() {
    let stage = Stage::start();
    let link = stage.link("weekly-sync");
    drop(stage);
    let knock = Knock::at(&link, &[]);
    assert_eq!(knock.status, Some(2), "{knock:#?}");
    assert!(!knock.complaint.is_empty());
    assert!(!knock.complaint.contains(link.token().unwrap()));
}
