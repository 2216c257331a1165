//! Other people's libraries read our tokens, and we read theirs.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic as it does")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use e2e::{Forge, Guest, Issuer, ShardPlan, Stage, StagePlan, artifacts, epoch_seconds};
use serde_json::{Value, json};

const ROOM: &str = "weekly-sync";

fn issuer_in(folder: &Path) -> Issuer {
    Issuer::new(folder, "https://meet.example.org")
}

/// What one of the other libraries answers to `question`.
fn ask(command: &mut Command, question: &Value) -> Value {
    let mut library = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = library.stdin.take().unwrap();
    write!(input, "{question}").unwrap();
    drop(input);
    let output = library.wait_with_output().unwrap();
    assert!(output.status.success(), "the library's program failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn pyjwt(action: &str) -> Command {
    let mut command = Command::new("/usr/bin/python3");
    command
        .arg(artifacts::guest("second_opinion.py"))
        .arg(action);
    command
}

fn jose() -> Command {
    let mut command = Command::new("node");
    command.arg(artifacts::guest("second_opinion.mjs"));
    command
}

/// The claims each library reads from each token, `null` where it does not verify.
fn opinions(issuer: &Issuer, tokens: &[String]) -> [(&'static str, Vec<Value>); 2] {
    let key_set = fs::read_to_string(issuer.key_set()).unwrap();
    let question = json!({
        "keySet": serde_json::from_str::<Value>(&key_set).unwrap(),
        "audience": "jitsi", "issuer": "roompass", "tokens": tokens,
    });
    [("PyJWT", &mut pyjwt("verify")), ("jose", &mut jose())].map(|(library, command)| {
        let claims = ask(command, &question).as_array().unwrap().clone();
        (library, claims)
    })
}

#[test]
fn other_libraries_verify_whatever_we_issue() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = issuer_in(folder.path());
    let links = [
        issuer.issue(ROOM).link(),
        issuer
            .issue("Überraum")
            .name("Ada Lovelace")
            .lasting("30m")
            .link(),
        issuer.issue("My Room").name("Зоя \"Z\" <z>").owner().link(),
    ];
    let tokens = links.map(|link| link.token().unwrap().to_owned());
    for (library, claims) in opinions(&issuer, &tokens) {
        let rooms: Vec<&Value> = claims.iter().map(|claims| &claims["room"]).collect();
        assert_eq!(rooms, [ROOM, "%c3%bcberraum", "my%20room"], "{library}");
        let user = &claims[2]["context"]["user"];
        assert_eq!(user["name"], "Зоя \"Z\" <z>", "{library}");
        assert_eq!(user["affiliation"], "owner", "{library}");
    }
}

#[test]
fn other_libraries_refuse_what_we_refuse() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = issuer_in(folder.path());
    let forge = Forge::with_key(issuer.key());
    let honest = Forge::claims(ROOM);
    let mut expired = honest.clone();
    expired["iat"] = json!(epoch_seconds() - 7200);
    expired["exp"] = json!(epoch_seconds() - 3600);
    let tokens = [
        forge.sign(&honest),
        forge.sign(&expired),
        Forge::with_seed([7; 32]).sign(&honest),
        forge.unsigned(&honest),
        forge.confused(&honest),
    ];
    for (library, claims) in opinions(&issuer, &tokens) {
        let verified: Vec<bool> = claims.iter().map(Value::is_object).collect();
        assert_eq!(verified, [true, false, false, false, false], "{library}");
    }
}

#[test]
fn a_token_that_another_library_signed_opens_its_room() {
    let stage = Stage::start_with(StagePlan::one_shard(ShardPlan::default()));
    let key = stage.issuer().key();
    let question = json!({
        "key": fs::read_to_string(key).unwrap(),
        "kid": Forge::with_key(key).kid(),
        "claims": Forge::claims(ROOM),
    });
    let token = ask(&mut pyjwt("sign"), &question);
    let link = stage.link_with(ROOM, token.as_str().unwrap());
    Guest::strophe(&link).run().expect_admitted();
    Guest::strophe(&link.to_room("elsewhere"))
        .run()
        .expect_refused("wrong-room");
}
