//! What `roompass serve` hands out opens rooms, and the doors do not need it.

use e2e::{Guest, Link, Port, Shard, Stage, get, post};
use serde_json::{Value, json};

#[test]
fn a_link_from_the_api_opens_its_room_also_when_the_issuer_is_down() {
    let stage = Stage::start();
    let service = stage.issuer().serve(Port::any());
    let wish =
        json!({ "room": "Weekly sync", "name": "Ada", "affiliation": "owner", "lifetime": 3600 });
    let answer = post(service.address(), "/api/v1/links", &wish).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    let link = Link::parse(answer["link"].as_str().unwrap());
    let ada = Guest::strophe(&link).run();
    assert_eq!(ada.expect_admitted().affiliation.as_deref(), Some("owner"));

    service.stop();
    Guest::strophe(&link).run().expect_admitted();
    Guest::strophe(&link.without_token())
        .run()
        .expect_refused("token-missing");
}

#[test]
fn a_shard_that_trusts_the_published_key_set_admits_the_issuers_links() {
    let stage = Stage::start();
    let service = stage.issuer().serve(Port::any());
    let key_set = get(service.address(), "/.well-known/jwks.json").unwrap();
    assert_eq!(key_set.status, 200, "{}", key_set.body);
    let link = stage.link("weekly-sync");
    for shard in stage.shards() {
        Shard::replace(&shard.key_set_file(), "{}");
        shard.reload_gate();
        let report = Guest::strophe(&link).straight_to(shard).run();
        report.expect_refused("verifier-unavailable");
        Shard::replace(&shard.key_set_file(), &key_set.body);
        shard.reload_gate();
        let report = Guest::strophe(&link).straight_to(shard).run();
        report.expect_admitted();
    }
}
