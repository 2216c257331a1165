//! Other people's libraries read our tokens, and we read theirs.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic as it does")]

#[path = "../../../crates/room-token/tests/generator/mod.rs"]
mod generator;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use e2e::{Forge, Guest, Issuer, ShardPlan, Stage, StagePlan, artifacts, epoch_seconds};
use room_token::{Admission, Decision, Deployment, KeySet, Timestamp, Verifier};
use serde_json::{Value, json};

use self::generator::{Chance, Draft, ROOMS};

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

/// Each draft is signed twice: as it is, and changed.
const DRAFTS: usize = 4000;

#[test]
fn other_libraries_verify_thousands_of_kinds_that_we_admit() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = issuer_in(folder.path());
    let (tokens, admissions): (Vec<_>, Vec<_>) = admitted(&issuer).into_iter().unzip();
    assert!(tokens.len() > DRAFTS, "only {} are admitted", tokens.len());
    for (library, claims) in opinions(&issuer, &tokens) {
        for ((token, admission), claims) in tokens.iter().zip(&admissions).zip(claims) {
            let read = (&claims["room"], claims["exp"].as_u64());
            let rooms = json!(admission.rooms().to_string());
            let ends = admission.validity().expires_at().as_secs();
            assert_eq!(read, (&rooms, Some(ends)), "{library}: {token}");
        }
    }
}

/// Tokens out of one seed, signed with the issuer's key, as far as they open a room now.
fn admitted(issuer: &Issuer) -> Vec<(String, Admission)> {
    let forge = Forge::with_key(issuer.key());
    let key_set = KeySet::parse(&fs::read(issuer.key_set()).unwrap()).unwrap();
    let verifier = Verifier::new(key_set, Deployment::default()).unwrap();
    // The others read the clock, and tolerate no difference.
    let (drafted_at, now) = (epoch_seconds() - 60, epoch_seconds());
    let now = Timestamp::from_secs(now).unwrap();
    let mut chance = Chance::from_seed(1);
    let mut admitted = Vec::new();
    for _ in 0..DRAFTS {
        let honest = Draft::honest(&mut chance, &forge.kid(), drafted_at);
        for draft in [honest.clone(), honest.mutated(&mut chance)] {
            let token = forge.sign_text(&input(&draft));
            let admission =
                ROOMS
                    .iter()
                    .find_map(|room| match verifier.decide(&token, room, now) {
                        Decision::Admit(admission) => Some(admission),
                        Decision::Deny(_) => None,
                    });
            // Neither takes RFC 9864's name of the algorithm with a key that says EdDSA.
            let comparable = !draft.header.contains("\"Ed25519\"");
            admitted.extend(admission.filter(|_| comparable).map(|a| (token, a)));
        }
    }
    admitted
}

fn input(draft: &Draft) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}", encode(&draft.header), encode(&draft.claims))
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
