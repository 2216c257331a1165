//! `make demo` as a person uses it: a form, a link, a click, and in the room.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of a test may panic as it does"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use e2e::{Port, Process, artifacts, owner, until};
use serde_json::Value;
use tempfile::TempDir;

/// The demo's own program, and what it printed.
struct Demo {
    process: Process,
    console: PathBuf,
    first_port: u16,
    _folder: TempDir,
}

impl Demo {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let console = folder.path().join("demo.log");
        let first_port = two_ports();
        let mut demo = Command::new(env!("CARGO_BIN_EXE_demo"));
        demo.env("ROOMPASS_DEMO_PORT", first_port.to_string());
        demo.env("ROOMPASS_BUILT", "1");
        demo.env("TMPDIR", folder.path());
        let mut process = Process::spawn("demo", &demo, &console);
        process.wait_until_ready(|| {
            fs::read_to_string(&console)
                .unwrap()
                .contains("Ctrl-C stops")
        });
        Self {
            process,
            console,
            first_port,
            _folder: folder,
        }
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.console).unwrap()
    }

    /// The folders of its stages that are there.
    fn stages(&self) -> Vec<PathBuf> {
        let temporary = fs::read_dir(self.console.parent().unwrap()).unwrap();
        let folders = temporary.map(|entry| entry.unwrap().path());
        folders.filter(|path| owner(path).is_some()).collect()
    }
}

/// Two free ports in a row. They are let go again, and taken at once by the demo.
fn two_ports() -> u16 {
    let pair = (0..50).map(|_| Port::any()).find_map(|port| {
        let next = Port::reserve(port.number() + 1)?;
        Some((port, next))
    });
    pair.unwrap().0.number()
}

fn browse(demo: &Demo) -> Value {
    let [issuer, door] =
        [demo.first_port + 1, demo.first_port].map(|port| format!("http://localhost:{port}"));
    let output = Command::new("node")
        .arg(artifacts::guest("browser.mjs"))
        .args([issuer, door])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_form_a_link_a_click_and_in_the_room() {
    let demo = Demo::start();
    let seen = browse(&demo);
    for link in [&seen["link"], &seen["plain"]] {
        let room = format!(
            "http://localhost:{}/weekly%20%c3%bcberraum?jwt=eyJ",
            demo.first_port
        );
        assert!(link.as_str().unwrap().starts_with(&room), "{link}");
    }
    let meeting = &seen["meeting"];
    assert_eq!(meeting["room"], "weekly überraum");
    let people: Vec<_> = meeting["people"].as_array().unwrap().iter().collect();
    assert_eq!(people, ["Ada <Lovelace>", "Ada <Lovelace>", "focus"]);
    assert_eq!(meeting["heard"], "Ada <Lovelace> hello");
    assert_eq!(meeting["shards"][0], meeting["shards"][1]);
    assert_eq!(seen["stranger"]["code"], "token-missing");
    assert_eq!(seen["nextDoor"]["code"], "wrong-room");
    assert_eq!(
        seen["nextDoor"]["reason"],
        "This link is for another room. Please check the address in your invitation."
    );
    assert_eq!(
        seen["complaints"].as_array().unwrap().len(),
        0,
        "{}",
        seen["complaints"]
    );
}

#[test]
fn the_links_it_prints_do_as_it_says_and_ctrl_c_leaves_nothing() {
    let mut demo = Demo::start();
    let said = demo.said();
    let knocks: Vec<_> = said
        .lines()
        .filter_map(|line| line.split_once(" knock '"))
        .collect();
    let codes: Vec<_> = knocks
        .iter()
        .map(|(_, link)| knock(link.trim_end_matches('\'')))
        .collect();
    assert_eq!(
        codes,
        [
            "null",
            "\"bad-signature\"",
            "\"expired\"",
            "\"token-missing\""
        ]
    );
    assert_eq!(demo.stages().len(), 1);

    demo.process.interrupt();
    until("the demo ends", || demo.process.exited().is_some());
    assert!(demo.said().contains("nothing is left"), "{}", demo.said());
    assert_eq!(demo.stages(), Vec::<PathBuf>::new());
}

/// The code in the answer; `null` when admitted.
fn knock(link: &str) -> String {
    let output = Command::new(artifacts::roompass())
        .args(["knock", link, "--json"])
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    answer["code"].to_string()
}

#[test]
fn a_port_in_use_is_said_with_a_way_out() {
    let taken = Port::any();
    let demo = Command::new(env!("CARGO_BIN_EXE_demo"))
        .env("ROOMPASS_DEMO_PORT", taken.number().to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&demo.stderr);
    assert_eq!(demo.status.code(), Some(1), "{said}");
    assert!(
        said.contains(&format!("port {} is in use", taken.number())),
        "{said}"
    );
    assert!(said.contains("ROOMPASS_DEMO_PORT=9000 make demo"), "{said}");
}

#[test]
fn the_page_spells_rooms_as_the_table_says() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/room-names.tsv");
    let table = fs::read_to_string(table).unwrap();
    let rows: Vec<Vec<_>> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    let mut node = Command::new("node")
        .arg(artifacts::guest("room_names.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let typed: Vec<_> = rows.iter().map(|row| row[0]).collect();
    node.stdin
        .take()
        .unwrap()
        .write_all(typed.join("\n").as_bytes())
        .unwrap();
    let output = node.wait_with_output().unwrap();
    let spelled = String::from_utf8(output.stdout).unwrap();
    assert_eq!(spelled.lines().count(), rows.len());
    // Names that we refuse have no canonical form; Jitsi's client spells them somehow.
    for (row, spelled) in rows
        .iter()
        .zip(spelled.lines())
        .filter(|(row, _)| row[1] != "-")
    {
        assert_eq!(spelled, row[1], "{}: {}", row[0], row[2]);
    }
}
