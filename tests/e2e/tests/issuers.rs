//! Two issuers on one PostgreSQL, and a shard that takes the keys from one and what was taken back from the other.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of a test may panic as it does"
)]

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

use e2e::{Guest, Link, Port, Process, ShardPlan, Stage, StagePlan, artifacts, get, post, until};
use serde_json::{Value, json};
use test_postgres::Postgres;

const ROOM: &str = "weekly-sync";
/// Later than the ten minutes after which every shard has a new issuer's key.
const LATER: &str = "+700";

/// One of the two: its files, its address and its process.
struct Issuer {
    name: &'static str,
    folder: PathBuf,
    url: String,
    port: Port,
    process: Option<Process>,
}

impl Issuer {
    fn new(stage: &Stage, name: &'static str, postgres: &Postgres) -> Self {
        let folder = stage.folder().join(name);
        std::fs::create_dir(&folder).unwrap();
        let issuer = Self {
            name,
            folder,
            url: postgres.url(),
            port: Port::any(),
            process: None,
        };
        issuer.run(&["keys", "init", "keys"]);
        issuer
    }

    /// Runs a command of ours in its folder.
    fn run(&self, arguments: &[&str]) -> Output {
        let mut roompass = Command::new(artifacts::roompass());
        let output = roompass.args(arguments).current_dir(&self.folder).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{output:?}");
        output
    }

    fn start(&mut self, base_url: &str, clock: Option<&str>) {
        let mut roompass = Command::new(artifacts::roompass());
        roompass.args(["serve", "--listen", &self.address().to_string()]);
        roompass.args(["--key", "keys", "--revocations", "revocations.json"]);
        roompass.args(["--ledger", &self.url, "--base-url", base_url]);
        roompass.current_dir(&self.folder);
        if let Some(offset) = clock {
            roompass.env("LD_PRELOAD", artifacts::faketime());
            roompass.envs([("FAKETIME", offset), ("FAKETIME_DONT_FAKE_MONOTONIC", "1")]);
        }
        let console = self.folder.join("console.log");
        let mut process = Process::spawn(self.name, &roompass, &console);
        let address = self.address();
        process.wait_until_ready(|| {
            get(address, "/healthz").is_some_and(|answer| answer.status == 200)
        });
        self.process = Some(process);
    }

    fn kill(&mut self) {
        self.process.take().unwrap().kill();
    }

    fn address(&self) -> SocketAddr {
        self.port.address()
    }

    fn document(&self, target: &str) -> Value {
        let body = get(self.address(), target).map(|answer| answer.body);
        serde_json::from_str(&body.unwrap_or_default()).unwrap_or_default()
    }

    /// The names of the keys that it publishes.
    fn keys(&self) -> Vec<String> {
        let set = self.document("/.well-known/jwks.json");
        let keys = set["keys"].as_array().cloned().unwrap_or_default();
        let mut ids: Vec<_> = keys.iter().map(|key| key["kid"].to_string()).collect();
        ids.sort();
        ids
    }

    fn issue(&self) -> e2e::Answer {
        post(self.address(), "/api/v1/links", &json!({ "room": ROOM })).unwrap()
    }

    /// A link, as guests of the stage use it.
    fn link(&self, stage: &Stage) -> Link {
        let answer = self.issue();
        assert_eq!(answer.status, 201, "{}", answer.body);
        let answer: Value = serde_json::from_str(&answer.body).unwrap();
        stage.link_with(ROOM, answer["token"].as_str().unwrap())
    }

    fn take_back(&self, link: &Link) -> Value {
        let token = link.token().unwrap();
        let url = format!("https://meet.example.org/{ROOM}?jwt={token}");
        let answer = post(
            self.address(),
            "/api/v1/revocations",
            &json!({ "link": url }),
        )
        .unwrap();
        assert_eq!(answer.status, 201, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    fn entries(&self) -> usize {
        let list = self.document("/api/v1/revocations");
        list["entries"].as_array().map_or(0, Vec::len)
    }

    /// How many entries the audit has, and that its chain is whole.
    fn audited(&self) -> u64 {
        let output = self.run(&["audit", "verify", "--ledger", &self.url]);
        let head = String::from_utf8(output.stdout).unwrap();
        head.split(':').next().unwrap().parse().unwrap()
    }
}

/// Sends a batch, and does not wait for the answer.
fn send_batch(issuer: SocketAddr, rows: u32) -> TcpStream {
    let rows: Vec<_> = (0..rows)
        .map(|row| format!("exam-{row},Guest {row}\n"))
        .collect();
    let table = format!("room,name\n{}", rows.concat());
    let mut connection = TcpStream::connect(issuer).unwrap();
    write!(
        connection,
        "POST /api/v1/links/batch HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: text/csv\r\nContent-Length: {}\r\n\r\n{table}",
        issuer.port(),
        table.len()
    )
    .unwrap();
    connection
}

/// A shard with a clock of its own, keys from one issuer and revocations from the other.
fn stage_for(keys: &Port, feed: &Port) -> Stage {
    Stage::prepare(StagePlan::one_shard(ShardPlan {
        clock: Some(LATER),
        options: format!(
            "roompass_key_set = \"http://{}/.well-known/jwks.json\"\n\
             roompass_revocations = \"http://{}/.well-known/revocations\"",
            keys.address(),
            feed.address()
        ),
        ..ShardPlan::default()
    }))
}

#[test]
fn two_issuers_on_one_database_act_as_one_and_no_door_needs_it() {
    let mut postgres = Postgres::start();
    let (port_a, port_b) = (Port::any(), Port::any());
    let mut stage = stage_for(&port_a, &port_b);
    let base_url = stage.issuer().base_url().to_owned();
    let mut ada = Issuer::new(&stage, "ada", &postgres);
    let mut bob = Issuer::new(&stage, "bob", &postgres);
    (ada.port, bob.port) = (port_a, port_b);

    // Two at once, on an empty database; the first of them waits for nobody, and the other for the shards.
    thread::scope(|scope| {
        scope.spawn(|| ada.start(&base_url, None));
        scope.spawn(|| bob.start(&base_url, None));
    });
    until("both publish both keys", || {
        ada.keys().len() == 2 && ada.keys() == bob.keys()
    });
    let answers = [ada.issue(), bob.issue()];
    let second = answers.iter().find(|answer| answer.status == 503).unwrap();
    assert!(second.body.contains("key-not-shared"), "{}", second.body);
    assert!(answers.iter().any(|answer| answer.status == 201));

    ada.kill();
    bob.kill();
    ada.start(&base_url, Some(LATER));
    bob.start(&base_url, Some(LATER));
    stage.run();
    let (of_ada, of_bob) = (ada.link(&stage), bob.link(&stage));
    for link in [&of_ada, &of_bob] {
        Guest::strophe(link).run().expect_admitted();
    }

    // The shard asks bob alone what was taken back.
    assert_eq!(
        ada.take_back(&of_ada)["audited"],
        Value::Null,
        "said only where it is not"
    );
    until("bob hears what ada took back", || bob.entries() == 1);
    is_dead(&stage, &of_ada);

    the_database_is_gone_for_a_while(&mut postgres, &stage, &ada, &bob, &of_bob);
    one_is_killed_in_the_middle_of_a_batch(&mut ada, &bob, &base_url);
    Guest::strophe(&of_bob).run().expect_refused("revoked");
}

fn the_database_is_gone_for_a_while(
    postgres: &mut Postgres,
    stage: &Stage,
    ada: &Issuer,
    bob: &Issuer,
    link: &Link,
) {
    let before = ada.audited();
    postgres.stop();
    let refused = ada.issue();
    assert_eq!(refused.status, 503);
    assert!(
        refused.body.contains("ledger-unavailable"),
        "{}",
        refused.body
    );
    Guest::strophe(link).run().expect_admitted();
    assert_eq!(ada.take_back(link)["audited"], false);
    assert_eq!((ada.entries(), bob.entries()), (2, 1));
    postgres.start_again();
    until("ada issues again", || ada.issue().status == 201);
    until("bob hears what ada took back", || bob.entries() == 2);
    assert!(ada.audited() > before, "a link without its entry");
    is_dead(stage, link);
}

/// A reload makes the shard look at once, and not within a minute.
fn is_dead(stage: &Stage, link: &Link) {
    stage.shard("shard-a").reload_gate();
    until("the shard has it from bob", || {
        Guest::strophe(link).run().code.as_deref() == Some("revoked")
    });
}

fn one_is_killed_in_the_middle_of_a_batch(ada: &mut Issuer, bob: &Issuer, base_url: &str) {
    const ROWS: u32 = 8000;
    let mut before = ada.audited();
    for patience in [150, 600, 1500] {
        let connection = send_batch(ada.address(), ROWS);
        thread::sleep(Duration::from_millis(patience));
        ada.kill();
        drop(connection);
        let after = bob.audited();
        assert!(
            [0, u64::from(ROWS)].contains(&(after - before)),
            "{before} entries, and {after} after {patience} ms"
        );
        before = after;
        assert_eq!(bob.issue().status, 201, "the other one goes on");
        before += 1;
        ada.start(base_url, Some(LATER));
    }
}
