//! The issuer's pages in a real browser, from the first start to a day's work.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::{Port, Process, artifacts, get};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A `roompass serve` that nobody has configured.
struct Office {
    process: Process,
    console: PathBuf,
    _folder: TempDir,
}

impl Office {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let console = folder.path().join("console.log");
        let port = Port::any();
        let mut serve = Command::new(artifacts::roompass());
        serve.args(["serve", "--listen", &port.address().to_string()]);
        serve.arg("--state").arg(folder.path().join("state"));
        let mut process = Process::spawn("roompass", &serve, &console);
        process.wait_until_ready(|| {
            get(port.address(), "/healthz").is_some_and(|answer| answer.status == 200)
        });
        Self {
            process,
            console,
            _folder: folder,
        }
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.console).unwrap()
    }

    /// What it printed for the first administrator.
    fn set_up_link(&self) -> String {
        let said = self.said();
        let words = said.split_whitespace();
        let mut links = words.filter(|word| word.contains("/invitation/"));
        let link = links.next();
        assert!(link.is_some(), "{said}");
        link.unwrap().to_owned()
    }
}

/// Where a person can look at what was seen: beside the build, and kept.
fn screenshots() -> PathBuf {
    let folder = artifacts::roompass();
    let folder = folder.parent().unwrap().join("screenshots/issuer");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn browse(set_up: &str, folder: &Path) -> Value {
    let output = Command::new("node")
        .arg(artifacts::guest("administrator.mjs"))
        .arg(set_up)
        .arg(folder)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn an_administrator_comes_from_the_first_start_to_a_days_work() {
    let office = Office::open();
    let report = browse(&office.set_up_link(), &screenshots());
    for (page, violations) in report["axe"].as_object().unwrap() {
        assert_eq!(violations, &json!([]), "{page}");
    }
    assert!(report["axe"].as_object().unwrap().len() > 25, "{report}");
    assert_eq!(report["wide"], json!([]), "wider than a phone");
    assert_eq!(report["complaints"], json!([]));
    let seen = &report["seen"];
    the_first_five_minutes(seen);
    a_room_that_is_taken_is_asked_about(seen);
    many_links_at_once(seen);
    taken_back(seen);
    by_keys_alone(seen);
    without_a_script(seen);
    assert!(!office.said().contains("eyJ"), "a token in a log");
    office.process.stop();
}

fn the_first_five_minutes(seen: &Value) {
    assert_eq!(seen["first"], "Issue a link");
    assert_eq!(seen["zone"], "Europe/Berlin", "the browser's own");
    let name = seen["suggested"].as_str().unwrap();
    assert_eq!(name.split('-').count(), 3, "{name}");
    let preview = seen["preview"].as_str().unwrap();
    assert!(preview.starts_with("Leads to https://meet.example.org/weekly%20%c3%bcberraum"));
    assert!(
        preview.ends_with("CET, for 1 hour") || preview.ends_with("CEST, for 1 hour"),
        "{preview}"
    );
    let [owner, guest] = [&seen["links"][0], &seen["links"][1]].map(|link| link.as_str().unwrap());
    for link in [owner, guest] {
        assert!(link.starts_with("https://meet.example.org/weekly%20%c3%bcberraum?jwt=eyJ"));
    }
    assert_ne!(owner, guest);
    assert_eq!(seen["paper"], true);
    assert_eq!(seen["signedIn"], "Issue a link");
}

fn a_room_that_is_taken_is_asked_about(seen: &Value) {
    assert_eq!(seen["asked"], "Not issued yet: the room is taken then.");
    assert_eq!(seen["allTheSame"], "The link is ready");
}

fn many_links_at_once(seen: &Value) {
    assert_eq!(seen["wrong"], "Nothing was issued");
    assert_eq!(seen["batch"], "12 links are ready");
    assert_eq!(seen["zip"], json!(["links.zip", "PK"]));
    assert_eq!(seen["series1"], "The link is ready");
    let each = seen["series2"].as_str().unwrap();
    assert!(each.ends_with(" links are ready"), "{each}");
}

fn taken_back(seen: &Value) {
    assert_ne!(seen["link"], "revoked");
    assert_eq!(seen["taken"], "revoked");
}

fn by_keys_alone(seen: &Value) {
    assert_eq!(seen["byKeys"], "The link is ready");
    let outlines = seen["focus"].as_array().unwrap();
    assert!(
        outlines.iter().all(|outline| outline == "solid"),
        "{outlines:?}"
    );
}

fn without_a_script(seen: &Value) {
    let preview = seen["plainPreview"].as_str().unwrap();
    assert!(
        preview.starts_with("Leads to https://meet.example.org/plain"),
        "{preview}"
    );
    let name = seen["plainName"].as_str().unwrap();
    assert_eq!(
        seen["plainLink"],
        format!("https://meet.example.org/{name}")
    );
}
