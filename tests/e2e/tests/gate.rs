//! The page before the call, with a real web server and a real browser.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use e2e::{Forge, Port, Service, Stage, Web, artifacts, epoch_seconds};
use serde_json::{Value, json};

struct Play {
    stage: Stage,
    web: Web,
    _service: Service,
}

impl Play {
    fn start() -> Self {
        let stage = Stage::start();
        let folder = stage.folder().join("web");
        fs::create_dir(&folder).unwrap();
        let forge = Forge::with_key(stage.issuer().key());
        let feed = folder.join("feed.jwt");
        fs::write(&feed, forge.sign_feed(&Forge::feed(1, &["AAAAAAAAAAA"]))).unwrap();
        let service = stage.issuer().serve(Port::any());
        let server = format!("http://{}", service.address());
        let more = [
            "--revocations",
            feed.to_str().unwrap(),
            "--contact",
            "office@example.org",
            "--server",
            &server,
        ];
        let web = Web::start(
            &folder,
            stage.router().address(),
            stage.issuer().key_set(),
            &more,
        );
        Self {
            stage,
            web,
            _service: service,
        }
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
            // It has ended, but for the last seconds of the leeway.
            "lapsing": self.forged("weekly-sync", |claims| {
                claims["iat"] = json!(now - 3600);
                claims["exp"] = json!(now - 35);
            }),
            "fragment": in_fragment(&self.link("retro")),
            "earlyFragment": in_fragment(&self.forged("standup", |claims| claims["nbf"] = json!(now + 3000))),
            "owner": self.forged("weekly-sync", |claims| {
                claims["context"]["user"] = json!({ "name": "Ada", "affiliation": "owner" });
                claims["exp"] = json!(now + 7200);
            }),
            "seat": self.forged("quiet", |claims| claims["seats"] = json!(1)),
            "small": self.forged("closet", |claims| claims["max_occupants"] = json!(1)),
        })
    }
}

fn in_fragment(link: &str) -> String {
    let (page, token) = link.split_once("?jwt=").unwrap();
    format!("{page}#jwt=%22{token}%22")
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
        "fragment",
        "fragmentReloaded",
        "fragmentAgain",
        "owner",
        "invited",
        "cameBack",
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
    from_inside_the_call(&seen);
    for (page, violations) in seen["axe"].as_object().unwrap() {
        assert_eq!(violations, &json!([]), "{page}");
    }
    for (page, painted) in seen["painted"].as_object().unwrap() {
        assert_eq!(painted["shift"], 0, "{page}: something moves");
        println!("{page}: first paint after {} ms", painted["paint"]);
    }
    assert_eq!(seen["overflows"], false);
    assert_eq!(seen["complaints"], json!([]));
    let logs = play.web.logs() + &play.stage.router().log();
    assert!(!logs.contains("eyJ"), "a token in a log");
    assert!(logs.contains("\"GET ") && logs.contains("room="), "{logs}");
}

fn from_inside_the_call(seen: &Value) {
    assert_eq!(seen["earlyFragment"]["code"], "too-early");
    assert_eq!(seen["earlyFragment"]["hash"], "#jwt=");
    let invited = seen["invitedTo"].as_str().unwrap();
    assert!(invited.ends_with("/weekly-sync"), "{invited}");
    let people = seen["invited"]["people"].as_array().unwrap();
    assert!(people.contains(&json!("Bob")), "{people:?}");
    assert_eq!(seen["guestInvites"]["code"], "not-owner");
    for axe in ["inviteAxe", "invitedAxe", "guestAxe", "renewAxe"] {
        assert_eq!(seen[axe], json!([]), "{axe}");
    }
    let said = json!({ "type": "oauth-success", "accessToken": "eyJ", "own": true });
    assert_eq!(seen["renewed"], said);
    assert_eq!(seen["strange"]["code"], "token-missing");
    assert_eq!(seen["lapsing"]["in"], true);
    assert_eq!(seen["ended"]["code"], "expired");
    assert_eq!(seen["ended"]["title"], "This meeting is over");
    assert_eq!(seen["renewedByLink"], said);
    // The sentences are the door's own.
    assert!(
        seen["seat"]
            .as_str()
            .unwrap()
            .contains("in use by somebody else"),
        "{}",
        seen["seat"]
    );
    assert!(
        seen["full"].as_str().unwrap().contains("is full"),
        "{}",
        seen["full"]
    );
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
