//! One question, asked in Rust, on the command line, by HTTP and in a shard's shell: the same checks, in the same words.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use e2e::{
    Forge, Port, ROOM_HOST, Service, Shard, ShardPlan, Stage, StagePlan, artifacts, epoch_seconds,
    post,
};
use room_token::{
    Arrival, Decision, Deployment, KeySet, Revocations, Timestamp, Verifier, WhenStale,
};
use serde_json::{Value, json};

const ROOM: &str = "weekly-sync";
const STALE: u64 = 3600;

/// What is told: each check with its outcome and what was seen, and the code of the refusal.
#[derive(Debug, PartialEq)]
struct Trace {
    checks: Vec<[String; 3]>,
    code: Option<String>,
}

/// A shard, and an issuer that is asked about it.
struct Asked {
    stage: Stage,
    issuer: Service,
    feed: PathBuf,
    key_set: PathBuf,
}

impl Asked {
    fn start() -> Self {
        let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan {
            options: format!("{}\nroompass_max_stale = {STALE}", Shard::REVOCATIONS),
            ..ShardPlan::default()
        }));
        let forge = Forge::with_key(stage.issuer().key());
        let shard = stage.shard("shard-a");
        let (feed, key_set) = (shard.revocations_file(), shard.key_set_file());
        Shard::replace(&feed, forge.sign_feed(&Forge::feed(5, &["taken-back"])));
        stage.run();
        let issuer = stage.issuer().serve(Port::any());
        Self {
            stage,
            issuer,
            feed,
            key_set,
        }
    }

    fn by_core(&self, token: &str, at: Timestamp) -> Trace {
        let deployment = Deployment::default();
        let keys = KeySet::parse(&fs::read(&self.key_set).unwrap()).unwrap();
        let feed = fs::read_to_string(&self.feed).unwrap();
        let feed = Revocations::parse(&feed, &keys, &deployment, None).unwrap();
        let verifier = Verifier::new(keys, deployment).unwrap();
        let verifier = verifier.with_revocations(feed, WhenStale::ShutAfter(STALE));
        let told = verifier.explain_for(token, &Arrival::first(ROOM, at));
        let checks = told.checks().iter().map(|check| {
            let (name, outcome) = (check.name().as_str(), check.outcome().as_str());
            [name, outcome, check.seen()].map(str::to_owned)
        });
        let code = match told.decision() {
            Decision::Admit(_) => None,
            Decision::Deny(reason) => Some(reason.code().to_owned()),
        };
        Trace {
            checks: checks.collect(),
            code,
        }
    }

    fn by_command(&self, token: &str, at: Timestamp) -> Trace {
        let told = Command::new(artifacts::roompass())
            .args(["explain", token, "--json", "--node", ROOM])
            .args(["--at", &at.to_string(), "--max-stale", "1h"])
            .args(["--same-token", "0", "--occupants", "0"])
            .arg("--key-set")
            .arg(&self.key_set)
            .arg("--revocations")
            .arg(&self.feed)
            .output()
            .unwrap();
        of_json(&String::from_utf8(told.stdout).unwrap())
    }

    fn by_http(&self, token: &str, at: Timestamp) -> Trace {
        let file = |path| fs::read_to_string(path).unwrap();
        let question = json!({
            "token": token, "node": ROOM, "at": at.to_string(), "key_set": file(&self.key_set),
            "revocations": file(&self.feed), "max_stale": STALE, "same_token": 0, "occupants": 0,
        });
        let told = post(self.issuer.address(), "/api/v1/explain", &question).unwrap();
        assert_eq!(told.status, 200, "{}", told.body);
        of_json(&told.body)
    }

    fn by_shell(&self, token: &str, at: Timestamp) -> Trace {
        let room = format!("{ROOM}@{ROOM_HOST}");
        let shard = self.stage.shard("shard-a");
        let told = shard.try_shell(&["roompass", "explain", token, &room, &at.to_string()]);
        let said = told.unwrap_or_else(|complaint| complaint);
        let checks = said.lines().filter_map(check_of_line);
        let (_, end) = said.split_once("deny ").unwrap_or_default();
        let code = end.split_once(':').map(|(code, _)| code.to_owned());
        assert_eq!(said.contains("OK: admit"), code.is_none(), "{said}");
        Trace {
            checks: checks.collect(),
            code,
        }
    }
}

fn of_json(text: &str) -> Trace {
    let told: Value = serde_json::from_str(text).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let checks = told["checks"].as_array().unwrap().iter();
    Trace {
        checks: checks
            .map(|check| ["check", "outcome", "seen"].map(|member| text(&check[member])))
            .collect(),
        code: told["code"].as_str().map(str::to_owned),
    }
}

/// `  outcome      check        what was seen`
fn check_of_line(line: &str) -> Option<[String; 3]> {
    let (_, rest) = line.split_once("  ")?;
    let (outcome, rest) = rest.split_once(' ')?;
    let (check, seen) = rest.trim_start().split_once(' ')?;
    let outcomes = ["passed", "failed", "not-reached", "not-asked"];
    let told = [check, outcome, seen.trim()].map(str::to_owned);
    outcomes.contains(&outcome).then_some(told)
}

#[test]
fn one_question_has_one_answer_wherever_it_is_asked() {
    let asked = Asked::start();
    let forge = Forge::with_key(asked.stage.issuer().key());
    let with = |more: Value| {
        let mut claims = Forge::claims(ROOM);
        let members = more.as_object().unwrap().clone();
        claims.as_object_mut().unwrap().extend(members);
        forge.sign(&claims)
    };
    let now = Timestamp::from_secs(epoch_seconds()).unwrap();
    let good = with(json!({}));
    let stranger = Forge::with_seed([3; 32]).sign(&Forge::claims(ROOM));
    for (token, at, code) in [
        (&good, now, None),
        (&good, now.plus(STALE - 60), None),
        (&good, now.plus(STALE + 600), Some("expired")),
        (
            &with(json!({ "exp": now.as_secs() + 86400 })),
            now.plus(STALE + 600),
            Some("revocations-stale"),
        ),
        (
            &with(json!({ "nbf": now.as_secs() + 600 })),
            now,
            Some("too-early"),
        ),
        (&with(json!({ "jti": "taken-back" })), now, Some("revoked")),
        (&with(json!({ "room": "board" })), now, Some("wrong-room")),
        (&with(json!({ "room": "*" })), now, Some("out-of-scope")),
        (
            &with(json!({ "aud": "other" })),
            now,
            Some("wrong-audience"),
        ),
        (&with(json!({ "seats": 2, "max_occupants": 9 })), now, None),
        (&with(json!({ "seats": "two" })), now, Some("bad-claims")),
        (&stranger, now, Some("unknown-key")),
        (&format!("{good}AA"), now, Some("bad-signature")),
        (
            &forge.unsigned(&Forge::claims(ROOM)),
            now,
            Some("malformed"),
        ),
    ] {
        let core = asked.by_core(token, at);
        assert_eq!(core.code.as_deref(), code, "{core:?}");
        assert_eq!(asked.by_command(token, at), core, "the command");
        assert_eq!(asked.by_http(token, at), core, "by HTTP");
        assert_eq!(asked.by_shell(token, at), core, "in the shell");
    }
    asked.issuer.stop();
}
