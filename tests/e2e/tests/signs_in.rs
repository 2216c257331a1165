//! People sign in at a real provider of `OpenID` Connect, in a real browser.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic as it does")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use e2e::{Port, Process, artifacts, get};
use serde_json::Value;
use tempfile::TempDir;

/// A service and a provider, each on a port of its own.
struct House {
    folder: TempDir,
    service: Port,
    provider: Port,
}

impl House {
    fn new() -> Self {
        let house = Self {
            folder: tempfile::tempdir().unwrap(),
            service: Port::any(),
            provider: Port::any(),
        };
        let secret = house.path("oidc.secret");
        fs::write(&secret, "a secret: 100% of it\n").unwrap();
        fs::set_permissions(&secret, PermissionsExt::from_mode(0o600)).unwrap();
        let settings = format!(
            r#"
base_url = "https://meet.example.org"

[oidc]
issuer = "http://{}"
name = "Example School"
client_id = "roompass"
client_secret_file = "{}"
scopes = ["openid", "profile", "groups"]

[[oidc.groups]]
group = "it"
role = "administrator"

[[oidc.groups]]
group = "exam-office"
role = "issuer"
rooms = ["exam-", "oral-"]
"#,
            house.provider.address(),
            secret.display()
        );
        fs::write(house.path("roompass.toml"), settings).unwrap();
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self) -> String {
        format!("http://{}", self.service.address())
    }

    fn provide(&self) -> Process {
        let mut provider = Command::new("node");
        provider
            .arg(artifacts::guest("provider.mjs"))
            .arg(self.provider.number().to_string())
            .arg(format!("{}/sign-in/provider/answer", self.url()))
            .arg(self.path("people.json"));
        let mut process = Process::spawn("provider", &provider, &self.path("provider.log"));
        let discovery = "/.well-known/openid-configuration";
        process.wait_until_ready(|| {
            get(self.provider.address(), discovery).is_some_and(|answer| answer.status == 200)
        });
        process
    }

    /// The service, and the address at which its first administrator begins, if there is none yet.
    fn serve(&self) -> (Process, String) {
        let mut roompass = Command::new(artifacts::roompass());
        roompass
            .args(["serve", "--listen", &self.service.address().to_string()])
            .arg("--state")
            .arg(self.folder.path());
        let log = self.path("service.log");
        let mut process = Process::spawn("service", &roompass, &log);
        process.wait_until_ready(|| {
            get(self.service.address(), "/healthz").is_some_and(|answer| answer.status == 200)
        });
        let said = fs::read_to_string(&log).unwrap();
        let begin = said.lines().find(|line| line.contains("/invitation/"));
        let set_up = begin.and_then(|line| line.rsplit(' ').next());
        (process, set_up.unwrap_or_default().to_owned())
    }

    fn browse(&self, set_up: &str) -> Value {
        let output = Command::new("node")
            .arg(artifacts::guest("sign_in.mjs"))
            .args([&self.url(), set_up])
            .arg(self.path("people.json"))
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

#[test]
fn groups_let_people_in_and_out_and_a_provider_that_is_gone_lets_the_others_work() {
    let house = House::new();
    let provider = house.provide();
    let (service, set_up) = house.serve();
    let seen = house.browse(&set_up);
    for (what, expected) in [
        ("first", "ada: issuer, rooms exam-* oral-*"),
        ("changed", "ada: administrator, all rooms"),
        ("changedEverywhere", "ada: administrator, all rooms"),
        ("signedOut", "Sign in"),
    ] {
        assert_eq!(seen[what], expected, "{what}: {seen}");
    }
    for (what, words) in [
        ("replayed", "this browser did not begin, or that is done"),
        ("lost", "in no group that may come in here"),
        ("shutOut", "may not sign in here"),
        ("stopped", "did not let you in, or you stopped on the way"),
    ] {
        let text = seen[what].as_str().unwrap();
        assert!(text.contains(words), "{what}: {text}");
    }
    let numbers = get(house.service.address(), "/metrics").unwrap().body;
    for line in [
        r#"sign_ins_total{way="provider",result="right"} 2"#,
        r#"sign_ins_total{way="provider",result="wrong"} 4"#,
    ] {
        assert!(numbers.contains(line), "{line}\n{numbers}");
    }
    provider.stop();
    service.stop();
    let (_service, _) = house.serve();
    let away = get(house.service.address(), "/sign-in/provider").unwrap();
    assert_eq!(away.status, 503);
    assert!(away.body.contains("The provider does not answer"));
    assert!(away.body.contains("Or with a passphrase"));
    let log = fs::read_to_string(house.path("service.log")).unwrap();
    assert!(
        log.contains("GET /sign-in/provider 503 provider-away"),
        "{log}"
    );
}
