//! Somebody else's links, and the status list by which they take them back.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use e2e::{
    Forge, Guest, Link, ROOM_HOST, Shard, ShardPlan, Stage, StagePlan, epoch_seconds, until_within,
};
use serde_json::json;

const ROOM: &str = "weekly-sync";
const URI: &str = "https://issuer.example/lists/1";
/// The lists ask to be looked for every ten seconds; the rest is for a busy machine.
const TTL: Duration = Duration::from_secs(10 + 10);

/// A shard that follows a status list.
struct Listed {
    stage: Stage,
    forge: Forge,
}

impl Listed {
    fn prepare(options: &str) -> Self {
        let stage = Stage::prepare(StagePlan::one_shard(ShardPlan {
            options: format!("roompass_status_list = \"status.jwt\"\n{options}"),
            ..ShardPlan::default()
        }));
        let forge = Forge::with_key(stage.issuer().key());
        Self { stage, forge }
    }

    fn shard(&self) -> &Shard {
        self.stage.shard("shard-a")
    }

    fn file(&self) -> PathBuf {
        self.shard().folder().join("status.jwt")
    }

    /// Of eight tokens those whose bit is set are invalid.
    fn publish(&self, invalid: u8, signed_at: u64) {
        let header = json!({ "alg": "EdDSA", "kid": self.forge.kid(), "typ": "statuslist+jwt" });
        let statuses = json!({ "bits": 1, "lst": URL_SAFE_NO_PAD.encode(zlib(invalid)) });
        let claims = json!({ "sub": URI, "iat": signed_at, "ttl": 10, "status_list": statuses });
        let list = self.forge.sign_under(&header, &claims);
        Shard::replace(&self.file(), list);
    }

    /// A link with that entry of the list.
    fn link(&self, entry: u8) -> Link {
        let mut claims = Forge::claims(ROOM);
        if let Some(members) = claims.as_object_mut() {
            let status = json!({ "status_list": { "idx": entry, "uri": URI } });
            members.insert("status".to_owned(), status);
            members.insert("jti".to_owned(), json!(format!("listed-{entry}")));
        }
        self.stage.link_with(ROOM, &self.forge.sign(&claims))
    }

    fn wait_for(&self, words: &str) {
        until_within(TTL, words, || self.status().contains(words));
    }

    fn status(&self) -> String {
        self.shard()
            .shell(&["module", "info", "muc_roompass", ROOM_HOST])
    }
}

/// One byte as zlib has it (RFC 1950), in a block that is not compressed (RFC 1951 §3.2.4).
fn zlib(byte: u8) -> Vec<u8> {
    let sum = u16::from(byte) + 1;
    let (high, low) = (sum.to_be_bytes(), sum.to_be_bytes());
    [&[0x78, 0x01, 0x01, 1, 0, 0xfe, 0xff, byte][..], &high, &low].concat()
}

#[test]
fn what_the_list_calls_invalid_is_refused_as_soon_as_it_says_so() {
    let mut listed = Listed::prepare("");
    let now = epoch_seconds();
    listed.publish(0b0000_0010, now - 60);
    listed.stage.run();
    Guest::strophe(&listed.link(0)).run().expect_admitted();
    Guest::strophe(&listed.link(1))
        .run()
        .expect_refused("revoked");
    Guest::strophe(&listed.link(8))
        .run()
        .expect_refused("status-unknown");
    Guest::strophe(&listed.stage.link(ROOM))
        .run()
        .expect_admitted();
    assert!(listed.status().contains("status list with 8 entries"));
    let shell = listed
        .shard()
        .try_shell(&["roompass", "explain", &listed.link(1).url()]);
    let said = shell.unwrap_or_else(|complaint| complaint);
    assert!(said.contains("entry 1 is invalid"), "{said}");

    listed.publish(0b0000_0001, now);
    let log = || listed.shard().log().matches("Took the status list").count();
    until_within(TTL, "the newer list", || log() == 2);
    Guest::strophe(&listed.link(0))
        .run()
        .expect_refused("revoked");
    Guest::strophe(&listed.link(1)).run().expect_admitted();

    listed.publish(0, now - 60);
    listed.wait_for("which stays in force");
    assert!(
        listed.status().contains("rolled back"),
        "{}",
        listed.status()
    );
    Guest::strophe(&listed.link(0))
        .run()
        .expect_refused("revoked");
    fs::remove_file(listed.file()).expect("it is there");
    listed.wait_for("cannot be read");
    Guest::strophe(&listed.link(1)).run().expect_admitted();
    Guest::strophe(&listed.link(0))
        .run()
        .expect_refused("revoked");
}

#[test]
fn without_the_list_nobody_gets_in_and_with_an_old_one_only_who_needs_none() {
    let mut listed = Listed::prepare("roompass_max_stale = 60");
    listed.stage.run();
    let unlisted = listed.stage.link(ROOM);
    Guest::strophe(&unlisted)
        .run()
        .expect_refused("verifier-unavailable");
    listed.publish(0, epoch_seconds() - 600);
    listed.shard().reload("muc_roompass", ROOM_HOST);
    Guest::strophe(&unlisted).run().expect_admitted();
    Guest::strophe(&listed.link(0))
        .run()
        .expect_refused("revocations-stale");
    assert!(
        listed.status().contains("which is too old"),
        "{}",
        listed.status()
    );
    listed.publish(0, epoch_seconds());
    listed.wait_for("status list with 8 entries");
    let shell = |link: &Link| {
        listed
            .shard()
            .try_shell(&["roompass", "explain", &link.url()])
    };
    until_within(TTL, "the fresh list", || shell(&listed.link(0)).is_ok());
    Guest::strophe(&listed.link(0)).run().expect_admitted();
}
