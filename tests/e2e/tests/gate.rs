//! The page before the call, with a real web server and a real browser.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use e2e::{Forge, Stage, Web, artifacts, epoch_seconds, get, until};
use serde_json::{Value, json};

struct Play {
    stage: Stage,
    web: Web,
}

impl Play {
    fn start() -> Self {
        let stage = Stage::start();
        let folder = stage.folder().join("web");
        fs::create_dir(&folder).unwrap();
        let forge = Forge::with_key(stage.issuer().key());
        let feed = folder.join("feed.jwt");
        fs::write(&feed, forge.sign_feed(&Forge::feed(1, &["AAAAAAAAAAA"]))).unwrap();
        let more = [
            "--revocations",
            feed.to_str().unwrap(),
            "--contact",
            "office@example.org",
        ];
        let web = Web::start(
            &folder,
            stage.router().address(),
            stage.issuer().key_set(),
            &more,
        );
        Self { stage, web }
    }

    /// A link of the issuer's, to the web server.
    fn link(&self, room: &str) -> String {
        let link = self.stage.link(room).url();
        link.replace(&self.stage.router().base_url(), &self.web.base_url())
    }

    /// A link whose claims somebody else chose.
    fn forged(&self, room: &str, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = Forge::claims(room);
        change(&mut claims);
        let token = Forge::with_key(self.stage.issuer().key()).sign(&claims);
        format!("{}/{room}?jwt={token}", self.web.base_url())
    }

    /// One of every kind.
    fn links(&self) -> Value {
        let good = self.link("weekly-sync");
        let now = epoch_seconds();
        json!({
            "good": good,
            "board": self.link("board"),
            "none": format!("{}/weekly-sync", self.web.base_url()),
            "early": self.forged("standup", |claims| claims["nbf"] = json!(now + 3000)),
            // The leeway lets people in a minute before it opens.
            "soon": {
                "link": self.forged("standup", |claims| claims["nbf"] = json!(now + 90)),
                "admits": now + 31,
            },
            "expired": self.forged("weekly-sync", |claims| {
                claims["iat"] = json!(now - 7200);
                claims["exp"] = json!(now - 3600);
            }),
            "revoked": self.forged("weekly-sync", |claims| claims["jti"] = json!("AAAAAAAAAAA")),
            "forged": format!("{}A{}", &good[..good.len() - 40], &good[good.len() - 39..]),
            "cut": good[..good.len() - 30],
            "elsewhere": good.replace("/weekly-sync", "/board"),
        })
    }
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

fn browse(play: &Play, links: &Value) -> Value {
    let mut node = Command::new("node")
        .arg(artifacts::guest("gate.mjs"))
        .arg(play.web.base_url())
        .arg(screenshots())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = node.stdin.take().unwrap();
    input.write_all(links.to_string().as_bytes()).unwrap();
    drop(input);
    let output = node.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}\n{}", play.web.logs());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_browser_at_the_gate_reads_why_and_a_reload_still_works() {
    let play = Play::start();
    let seen = browse(&play, &play.links());

    for inside in [
        "good",
        "reloaded",
        "board",
        "back",
        "secondTab",
        "pasted",
        "ledTo",
        "wentIn",
    ] {
        assert_eq!(seen[inside]["in"], true, "{inside}: {seen}");
        assert_eq!(seen[inside]["query"], "", "{inside}: {seen}");
    }
    assert_eq!(
        seen["cookie"],
        json!({ "name": "__Host-roompass", "httpOnly": true, "secure": true, "sameSite": "Lax", "path": "/" })
    );
    each_has_its_page(&seen["refusals"]);
    assert_eq!(seen["otherRoom"]["code"], "token-missing");
    assert_eq!(seen["soon"]["code"], "too-early");
    assert!(
        seen["countdown"].as_str().unwrap().starts_with("00:0"),
        "{}",
        seen["countdown"]
    );
    assert_eq!(seen["plain"]["title"], "Etwas zu früh");
    assert_eq!(seen["languages"]["fr-FR"], "Il vous faut une invitation");
    assert_eq!(seen["hebrew"], "פגישה שבועית");
    assert_eq!(seen["clock"], true);
    for (page, violations) in seen["axe"].as_object().unwrap() {
        assert_eq!(violations, &json!([]), "{page}");
    }
    assert_eq!(seen["complaints"], json!([]));
    assert!(!play.web.logs().contains("eyJ"), "a token in a log");
    assert!(play.web.logs().contains("\"GET "), "{}", play.web.logs());
}

fn each_has_its_page(refusals: &Value) {
    for (kind, code, title) in [
        ("none", "token-missing", "You need an invitation"),
        ("early", "too-early", "A little early"),
        ("expired", "expired", "This meeting is over"),
        ("revoked", "revoked", "This link was withdrawn"),
        (
            "forged",
            "bad-signature",
            "This link does not open the room",
        ),
        ("cut", "bad-signature", "This link is damaged"),
        ("elsewhere", "wrong-room", "Another room"),
    ] {
        let refusal = &refusals[kind];
        assert_eq!(
            (&refusal["code"], &refusal["title"]),
            (&json!(code), &json!(title)),
            "{refusals}"
        );
    }
}

#[test]
fn while_the_gate_is_away_the_page_is_served_and_the_door_decides() {
    let mut play = Play::start();
    let page = || get(play.web.address(), "/weekly-sync").unwrap();
    assert_eq!(page().status, 403);
    assert_eq!(page().header("roompass-code"), Some("token-missing"));
    play.web.stop_gate();
    until("the page is served without the gate", || {
        get(play.web.address(), "/weekly-sync").unwrap().status == 200
    });
}

#[test]
fn no_trick_with_the_address_opens_a_page_or_leads_away() {
    let play = Play::start();
    let good = play.link("weekly-sync");
    let token = good.split_once("jwt=").unwrap().1.to_owned();
    for path in [
        "/weekly-sync",
        "/Weekly-Sync",
        "/weekly-sync;x?jwt=",
        "/%77eekly-sync",
        "/board?jwt=TOKEN",
        "/weekly-sync?notjwt=TOKEN",
        "/weekly-sync?jwt=x&jwt=TOKEN",
        "/acme/weekly-sync?jwt=TOKEN",
        "/weekly-sync?jwt=TOKEN%0d%0aSet-Cookie:%20x=1",
    ] {
        let answer = get(play.web.address(), &path.replace("TOKEN", &token)).unwrap();
        assert_eq!(answer.status, 403, "{path}: {}", answer.body);
        assert_eq!(answer.header("set-cookie"), None, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
    // These are no rooms: what nginx makes of them is nothing of ours, and leads nowhere else.
    for path in [
        "//evil.example",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/",
        "/a/b/c",
    ] {
        // nginx answers some before it has read all of the request, and hangs up: the answer may get lost.
        let Some(answer) = get(play.web.address(), path) else {
            continue;
        };
        let location = answer.header("location").unwrap_or_default();
        assert!(!location.contains("evil"), "{path}: {location}");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
    }
    for path in ["/roompass/auth", "/roompass/gate/page"] {
        assert_eq!(get(play.web.address(), path).unwrap().status, 404, "{path}");
    }
    let long = format!("/weekly-sync?jwt={}", "a".repeat(64 * 1024));
    assert!(get(play.web.address(), &long).is_none_or(|answer| answer.status == 414));
    let good = get(play.web.address(), &format!("/weekly-sync?jwt={token}")).unwrap();
    assert_eq!(good.status, 200);
    assert!(
        good.header("set-cookie")
            .unwrap()
            .starts_with("__Host-roompass=")
    );
}
