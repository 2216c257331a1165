//! Key set and revocations straight from `roompass serve`: current while it is up, as they were while it is not.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::os::unix::fs::symlink;

use e2e::{
    Guest, Issuer, Port, ROOM_HOST, Service, Shard, ShardPlan, Stage, StagePlan, artifacts, post,
    until, until_within,
};
use serde_json::json;

const ROOM: &str = "weekly-sync";
/// What the issuer's feed asks for, and some time for a busy machine.
const MINUTE: std::time::Duration = std::time::Duration::from_secs(75);

/// A shard whose documents come from a service that may be down.
struct Online {
    stage: Stage,
    port: Port,
}

impl Online {
    fn prepare(options: &str) -> Self {
        let port = Port::any();
        let at = port.address();
        let stage = Stage::prepare(StagePlan::one_shard(ShardPlan {
            options: format!(
                "roompass_key_set = \"http://{at}/.well-known/jwks.json\"\n\
                 roompass_revocations = \"http://{at}/.well-known/revocations\"\n{options}"
            ),
            ..ShardPlan::default()
        }));
        Self { stage, port }
    }

    fn serve(&self, issuer: &Issuer) -> Service {
        let list = self.stage.folder().join("revocations.json");
        issuer.serve_with(
            self.port.clone(),
            &["--revocations", &list.display().to_string()],
        )
    }

    fn shard(&self) -> &Shard {
        self.stage.shard("shard-a")
    }

    fn status(&self) -> String {
        self.shard()
            .shell(&["module", "info", "muc_roompass", ROOM_HOST])
    }

    fn wait_for(&self, words: &str) {
        until_within(MINUTE, words, || self.status().contains(words));
    }
}

fn revoke(service: &Service, what: &serde_json::Value) {
    let answer = post(service.address(), "/api/v1/revocations", what).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[test]
fn a_shard_obeys_the_issuer_and_then_its_copy_when_killed_and_started_alone() {
    let mut online = Online::prepare("");
    let service = online.serve(online.stage.issuer());
    online.stage.run();
    online.wait_for("revocations 0");
    let (bad, good) = (
        online.stage.issuer().issue(ROOM).link(),
        online.stage.issuer().issue(ROOM).link(),
    );
    let other = Guest::strophe(&good).named("good").stay();
    other.report().expect_admitted();
    let mut inside = Guest::strophe(&bad).named("bad").stay();
    inside.report().expect_admitted();
    revoke(&service, &json!({ "link": bad.url() }));
    online.wait_for("revocations 1 with 1 entries");
    until("the one is put out, and the other not", || {
        online.shard().log().matches("Ended a stay").count() == 1
    });
    let seen = Guest::strophe(&good).run();
    let occupants = &seen.expect_admitted().occupants;
    assert!(occupants.contains(&"good".to_owned()), "{occupants:?}");
    assert!(!occupants.contains(&"bad".to_owned()), "{occupants:?}");
    inside.again().expect_refused("revoked");
    inside.leave();
    other.leave();
    Guest::strophe(&bad).run().expect_refused("revoked");

    service.stop();
    let copies = online.shard().folder().join("data/roompass");
    until("the copies are kept", || {
        fs::read_dir(&copies).is_ok_and(|files| files.count() >= 3)
    });
    let visit = Guest::strophe(&good).stay();
    visit.report().expect_admitted();
    online.stage.kill_shard("shard-a");
    online.stage.start_shard("shard-a");
    Guest::strophe(&bad).run().expect_refused("revoked");
    Guest::strophe(&good).run().expect_admitted();
    assert!(online.status().contains("[warn]"), "{}", online.status());
}

#[test]
fn a_new_key_is_found_when_its_first_guest_comes() {
    let mut online = Online::prepare("");
    let other = tempfile::tempdir().unwrap();
    let next = Issuer::new(other.path(), online.stage.issuer().base_url());
    let first = online.serve(online.stage.issuer());
    online.stage.run();
    online.wait_for("[info]");
    first.stop();
    let second = online.serve(&next);
    let link = next.issue(ROOM).link();
    Guest::strophe(&link).run().expect_refused("unknown-key");
    until_within(MINUTE, "the new key is taken", || {
        online.shard().log().contains("Took the revocations")
            && Guest::strophe(&link).run().code.is_none()
    });
    second.stop();
}

#[test]
fn a_verifier_of_another_name_is_taken_at_a_reload() {
    let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan::default()));
    let folder = stage.shard("shard-a").folder().to_owned();
    let link_file = stage.shard("shard-a").verifier_file();
    let version = |name: &str, built: &std::path::Path| {
        fs::copy(built, folder.join(name)).unwrap();
        let new = folder.join("link.new");
        symlink(name, &new).unwrap();
        fs::rename(&new, &link_file).unwrap();
    };
    version("verifier-1.so", &artifacts::panicking_verifier());
    stage.run();
    let link = stage.link(ROOM);
    Guest::strophe(&link)
        .run()
        .expect_refused("verifier-unavailable");
    version("verifier-2.so", &artifacts::verifier());
    stage.shard("shard-a").shell(&["config", "reload"]);
    let visit = Guest::strophe(&link).named("inside").stay();
    visit.report().expect_admitted();
    version("verifier-3.so", &artifacts::verifier());
    stage.shard("shard-a").shell(&["config", "reload"]);
    Guest::strophe(&link.without_token())
        .run()
        .expect_refused("token-missing");
    let report = Guest::strophe(&link).run();
    assert!(
        report
            .expect_admitted()
            .occupants
            .contains(&"inside".into())
    );
    let maps = fs::read_to_string(format!(
        "/proc/{}/maps",
        fs::read_to_string(folder.join("prosody.pid"))
            .unwrap()
            .trim()
    ));
    assert!(maps.unwrap().contains("verifier-3.so"));
}
