//! While something is away: the gate, or the shards.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use e2e::{Port, artifacts, until};
use serde_json::{Value, json};

use crate::play::{MUC, Play, body};

#[test]
fn while_the_gate_is_away_the_page_is_served_and_the_door_decides() {
    let mut play = Play::start(&MUC);
    let token = play.token("weekly-sync");
    assert_eq!(play.get("/weekly-sync").status, 403);
    play.web.stop_gate();
    until("the page is served without the gate", || {
        play.get(&format!("/weekly-sync?jwt={token}")).status == 200
    });
    // The gate's own pages cannot be had, and say so. Jicofo is a door, and stays shut.
    let gone = play.get("/roompass/gate/invite/weekly-sync");
    assert_eq!((gone.status, gone.header("refresh")), (503, Some("15")));
    let bearer = format!("Authorization: Bearer {token}");
    let request = play.ask(
        "POST /conference-request/v1",
        &[&bearer],
        &body("weekly-sync"),
    );
    assert_eq!(request.status, 502);
    assert!(play.web.jicofo().heard().is_empty());
    // nginx notes errors with the whole address, unless it is told not to note them.
    assert!(!play.web.logs().contains("eyJ"), "a token in a log");
}

/// Where a person can look at what was seen: beside the build, and kept.
fn screenshots() -> PathBuf {
    let folder = artifacts::roompass()
        .parent()
        .unwrap()
        .join("screenshots/gate");
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_browser_at_the_gate_is_told_while_no_shard_answers() {
    let nobody = format!("http://{}/http-bind", Port::any().address());
    let play = Play::start(&["--xmpp", &nobody]);
    let path = format!("/weekly-sync?jwt={}", play.token("weekly-sync"));
    until("the gate misses the shards", || {
        play.get(&path).status == 503
    });
    let answer = play.get(&path);
    assert_eq!(answer.header("roompass-code"), Some("server-unreachable"));
    assert_eq!(play.get("/weekly-sync").status, 403);
    let node = Command::new("node")
        .arg(artifacts::guest("away.mjs"))
        .arg(format!("{}{path}", play.web.base_url()))
        .arg(screenshots())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&node.stderr);
    assert!(node.status.success(), "{errors}");
    let seen: Value = serde_json::from_slice(&node.stdout).unwrap();
    let expected = json!({ "title": "The server cannot be reached", "code": "server-unreachable", "axe": [], "asked": 2 });
    assert_eq!(seen, expected);
    assert!(
        play.web.logs().contains("does not answer"),
        "{}",
        play.web.logs()
    );
    assert!(!play.web.logs().contains("eyJ"), "a token in a log");
}
