//! A team's own key opens the team's rooms and no others.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of a test may panic as it does"
)]

use e2e::{Forge, Guest, Issuer, Link, Shard, ShardPlan, Stage, StagePlan};
use serde_json::{Value, json};

/// A shard that trusts the issuer's key for everything, and a team's for `acme-*`.
struct Shared {
    stage: Stage,
    team: Forge,
}

impl Shared {
    fn start() -> Self {
        let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan::default()));
        let folder = tempfile::tempdir().unwrap();
        let issuer = Issuer::new(folder.path(), stage.issuer().base_url());
        let team = Forge::with_key(issuer.key());
        let mut key_set: Value =
            serde_json::from_str(&stage.issuer().key_set_with(&issuer)).unwrap();
        let keys = key_set["keys"].as_array_mut().unwrap();
        let theirs = keys.iter_mut().find(|key| key["kid"] == json!(team.kid()));
        theirs.unwrap()["scope"] = json!({ "rooms": ["acme-*"], "affiliations": ["member"] });
        let shard = stage.shard("shard-a");
        Shard::replace(&shard.key_set_file(), key_set.to_string());
        stage.run();
        Self { stage, team }
    }

    /// A link to `room` with a token for `granted`.
    fn link(&self, forge: &Forge, room: &str, granted: &str) -> Link {
        self.stage
            .link_with(room, &forge.sign(&Forge::claims(granted)))
    }
}

#[test]
fn a_teams_key_opens_the_teams_rooms_only() {
    let shared = Shared::start();
    let (stage, team) = (&shared.stage, &shared.team);
    let own = shared.link(team, "acme-x", "acme-x");
    Guest::strophe(&own).run().expect_admitted();
    for room in ["weekly-sync", "acme", "other-acme-x"] {
        let link = shared.link(team, room, room);
        Guest::strophe(&link).run().expect_refused("out-of-scope");
        Guest::strophe(&stage.link(room)).run().expect_admitted();
    }
    let mut claims = Forge::claims("acme-x");
    claims["context"]["user"]["affiliation"] = json!("owner");
    let owner = stage.link_with("acme-x", &team.sign(&claims));
    Guest::strophe(&owner).run().expect_refused("out-of-scope");
}

#[test]
fn a_wildcard_opens_every_room_that_it_covers_if_its_key_may_sign_one() {
    let shared = Shared::start();
    let team = &shared.team;
    for room in ["acme-x", "acme-y"] {
        let link = shared.link(team, room, "acme-*");
        Guest::strophe(&link).run().expect_admitted();
    }
    let elsewhere = shared.link(team, "weekly-sync", "acme-*");
    Guest::strophe(&elsewhere)
        .run()
        .expect_refused("wrong-room");
    let wider = shared.link(team, "acme-x", "*");
    Guest::strophe(&wider).run().expect_refused("out-of-scope");
    // A key without limits may sign for every room, but no wildcard: that must be said.
    let issuer = Forge::with_key(shared.stage.issuer().key());
    let unsaid = shared.link(&issuer, "acme-x", "acme-*");
    Guest::strophe(&unsaid).run().expect_refused("out-of-scope");
}
