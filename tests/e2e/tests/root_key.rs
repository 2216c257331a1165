//! A shard that pins a root key takes its keys from whoever brings them, and from nobody else's hand.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic as it does")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use e2e::{Forge, Guest, ROOM_HOST, Shard, ShardPlan, Stage, StagePlan, artifacts};
use serde_json::{Value, json};

const PINNED: &str = "roompass_root_key = \"root.jwk.json\"";

/// A shard with a root key, and the folder in which the root signs.
struct Pinned {
    stage: Stage,
    offline: tempfile::TempDir,
}

impl Pinned {
    fn start() -> Self {
        let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan {
            options: PINNED.to_owned(),
            ..ShardPlan::default()
        }));
        let offline = tempfile::tempdir().unwrap();
        let shard = stage.shard("shard-a");
        let root = roompass(&["keys", "root", &at(&offline, "root.pem")]);
        Shard::replace(&shard.folder().join("root.jwk.json"), root);
        let set = edition(&stage, 5);
        Shard::replace(&shard.key_set_file(), sign(&offline, &set));
        stage.run();
        Self { stage, offline }
    }

    fn shard(&self) -> &Shard {
        self.stage.shard("shard-a")
    }

    fn signed(&self, seq: u64) -> String {
        sign(&self.offline, &edition(&self.stage, seq))
    }

    /// Puts this in the place of the key set, as a fetcher does, and reloads.
    fn bring(&self, set: &str) {
        Shard::replace(&self.shard().key_set_file(), set);
        self.shard().reload_gate();
    }

    fn assert_shut(&self, why: &str) {
        let link = self.stage.link("weekly-sync");
        Guest::strophe(&link)
            .run()
            .expect_refused("verifier-unavailable");
        let asked = format!("module:info(\"muc_roompass\", \"{ROOM_HOST}\")");
        let status = self.shard().shell(&[&asked]);
        for words in ["Every room is shut", why] {
            assert!(status.contains(words), "no {words:?} in {status}");
        }
        assert_eq!(self.shard().rooms(), [""; 0]);
    }

    fn assert_open(&self) {
        let link = self.stage.link("weekly-sync");
        Guest::strophe(&link).run().expect_admitted();
    }
}

fn at(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

fn roompass(arguments: &[&str]) -> String {
    let output = Command::new(artifacts::roompass()).args(arguments).output();
    let output = output.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// The issuer's key set under this number.
fn edition(stage: &Stage, seq: u64) -> String {
    let text = fs::read_to_string(stage.issuer().key_set()).unwrap();
    let mut set: Value = serde_json::from_str(&text).unwrap();
    let members = set.as_object_mut().unwrap();
    members.insert("seq".to_owned(), json!(seq));
    set.to_string()
}

/// What `roompass keys sign` makes of a set on a machine without a network.
fn sign(offline: &tempfile::TempDir, set: &str) -> String {
    let (plain, signed) = (
        at(offline, "x.jwks.json"),
        PathBuf::from(at(offline, "x.jwks.jwt")),
    );
    fs::write(&plain, set).unwrap();
    if signed.exists() {
        fs::remove_file(&signed).unwrap();
    }
    roompass(&["keys", "sign", &plain, "--root", &at(offline, "root.pem")]);
    fs::read_to_string(signed).unwrap()
}

#[test]
fn only_what_the_root_key_signed_opens_the_rooms() {
    let pinned = Pinned::start();
    pinned.assert_open();
    let stranger = pinned.stage.link("weekly-sync").without_token();
    Guest::strophe(&stranger)
        .run()
        .expect_refused("token-missing");

    pinned.bring(&edition(&pinned.stage, 6));
    pinned.assert_shut("the key set is not signed, but a root key is set");

    let forger = Forge::with_key(pinned.stage.issuer().key());
    let signed = pinned.signed(6);
    let header = json!({ "alg": "EdDSA", "kid": kid_of(&signed), "typ": "jwk-set+jwt" });
    let set: Value = serde_json::from_str(&edition(&pinned.stage, 6)).unwrap();
    pinned.bring(&forger.sign_under(&header, &set));
    pinned.assert_shut("the signature of the key set is not the root key");

    pinned.bring(&signed);
    pinned.assert_open();
    pinned.bring(&pinned.signed(5));
    pinned.assert_shut("rolled back from edition 6 to 5");

    pinned.bring(&pinned.signed(7));
    pinned.assert_open();
    let shown = pinned.shard().shell(&["roompass:status()"]);
    assert!(shown.contains("edition 7; signed by "), "{shown}");
}

/// The root's name, out of the header.
fn kid_of(signed: &str) -> String {
    use base64::Engine;
    let header = signed.split('.').next().unwrap();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header);
    let header: Value = serde_json::from_slice(&header.unwrap()).unwrap();
    header.get("kid").unwrap().as_str().unwrap().to_owned()
}
