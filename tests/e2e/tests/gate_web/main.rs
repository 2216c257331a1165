//! The gate behind a real web server, without any Prosody: what it lets through, and what nobody gets through.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod attacks;
mod away;
mod conference;
mod play;

use e2e::Web;
use serde_json::Value;

use crate::play::Play;

#[test]
fn the_web_server_of_docker_lets_in_and_keeps_out_alike() {
    let play = Play::start_with(Web::start_like_docker, &[]);
    let (token, tenants) = (play.token("weekly-sync"), play.token("[acme]board"));
    let good = play.get(&format!("/Weekly-Sync?jwt={token}"));
    assert_eq!(good.status, 200);
    assert!(
        good.header("set-cookie")
            .unwrap()
            .starts_with("__Host-roompass=")
    );
    assert_eq!(play.get(&format!("/acme/board?jwt={tenants}")).status, 200);
    let cookie = format!("Cookie: __Host-roompass={token}~{tenants}");
    let back = |path: &str| play.ask(&format!("GET {path}"), &[&cookie], "");
    let to = back("/acme/board");
    assert_eq!(
        (to.status, to.header("location").unwrap()),
        (302, &*format!("/acme/board?jwt={tenants}"))
    );
    for path in ["/weekly-sync", "/acme/weekly-sync", "/board"] {
        let no = play.get(&format!("{path}?jwt={tenants}"));
        assert_eq!(no.status, 403, "{path}");
        assert_eq!(no.header("roompass-code"), Some("wrong-room"), "{path}");
    }
    assert_eq!(play.get("/assets/guest.css").status, 200);
    assert_eq!(play.get("/").status, 200);
    assert_eq!(play.get("/roompass/gate/page.css").status, 200);
    let branding = play.get("/roompass/gate/branding.json");
    let branding: Value = serde_json::from_str(&branding.body).unwrap();
    let domain = branding["inviteDomain"].as_str().unwrap();
    assert!(domain.starts_with("https://localhost:") && domain.ends_with("/roompass/gate/invite"));
    assert!(!play.web.logs().contains("eyJ"), "a token in a log");
}
