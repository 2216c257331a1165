//! An issuer that answers without end or by the megabyte, and a disk that takes nothing of what it says.
#![expect(
    clippy::indexing_slicing,
    reason = "helpers of a test may panic as it does"
)]

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use e2e::{
    Forge, Guest, Link, Port, ROOM_HOST, Shard, ShardPlan, Stage, StagePlan, post, until,
    until_within,
};
use serde_json::json;

const ROOM: &str = "weekly-sync";
/// A look every ten seconds, an answer given up after a minute, and some time for a busy machine.
const GIVEN_UP: Duration = Duration::from_secs(10 + 60 + 30);
const MINUTE: Duration = Duration::from_secs(75);

fn prepare(options: String) -> Stage {
    Stage::prepare(StagePlan::one_shard(ShardPlan {
        options,
        ..ShardPlan::default()
    }))
}

fn status(stage: &Stage) -> String {
    let shard = stage.shard("shard-a");
    shard.shell(&["module", "info", "muc_roompass", ROOM_HOST])
}

fn link_of(stage: &Stage, id: &str) -> Link {
    let mut claims = Forge::claims(ROOM);
    claims["jti"] = json!(id);
    let forge = Forge::with_key(stage.issuer().key());
    stage.link_with(ROOM, &forge.sign(&claims))
}

/// Answers the first question at once, and each later one a byte a second for ever.
fn drip(listener: TcpListener, feed: String) {
    thread::spawn(move || {
        for (number, stream) in listener.incoming().map_while(Result::ok).enumerate() {
            let feed = feed.clone();
            thread::spawn(move || answer(stream, &feed, number == 0));
        }
    });
}

fn answer(mut stream: TcpStream, feed: &str, at_once: bool) -> io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while lines
        .next()
        .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
    {}
    let length = if at_once { feed.len() } else { 1 << 20 };
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    if at_once {
        return stream.write_all(feed.as_bytes());
    }
    loop {
        stream.write_all(b"e")?;
        thread::sleep(Duration::from_secs(1));
    }
}

#[test]
fn a_feed_that_drips_in_holds_nobody_up_and_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let mut stage = prepare(format!("roompass_revocations = \"http://{at}/feed\""));
    let forge = Forge::with_key(stage.issuer().key());
    drip(listener, forge.sign_feed(&Forge::feed(6, &["bad"])));
    stage.run();
    until("the first answer is taken", || {
        status(&stage).contains("revocations 6")
    });
    let (bad, good) = (link_of(&stage, "bad"), link_of(&stage, "good"));
    until_within(GIVEN_UP, "the second answer is given up", || {
        Guest::strophe(&good).run().expect_admitted();
        Guest::strophe(&bad).run().expect_refused("revoked");
        status(&stage).contains("it took more than 60 s")
    });
    assert!(status(&stage).contains("[warn]"), "{}", status(&stage));
    Guest::strophe(&good).run().expect_admitted();
    Guest::strophe(&bad).run().expect_refused("revoked");
}

#[test]
fn a_feed_of_fifty_megabytes_is_taken_while_people_come_and_go() {
    let mut stage = prepare(Shard::REVOCATIONS.to_owned());
    let forge = Forge::with_key(stage.issuer().key());
    let file = stage.shard("shard-a").revocations_file();
    Shard::replace(&file, forge.sign_feed(&Forge::feed(5, &[])));
    stage.run();
    let (bad, good) = (link_of(&stage, "bad"), link_of(&stage, "good"));
    Guest::strophe(&bad).run().expect_admitted();
    let others: Vec<String> = (0..1_500_000).map(|id| format!("{id:022}")).collect();
    let ids: Vec<&str> = others.iter().map(String::as_str).chain(["bad"]).collect();
    let feed = forge.sign_feed(&Forge::feed(6, &ids));
    assert!(feed.len() > 50_000_000, "{}", feed.len());
    Shard::replace(&file, feed);
    until_within(MINUTE, "the feed is in force", || {
        Guest::strophe(&good).run().expect_admitted();
        status(&stage).contains("revocations 6 with 1500001 entries")
    });
    Guest::strophe(&bad).run().expect_refused("revoked");

    // What is too much, or not all there, changes nothing.
    let whole = forge.sign_feed(&Forge::feed(7, &[]));
    let half = whole.get(..whole.len() / 2).unwrap_or_default();
    for (feed, words) in [
        ("e".repeat((64 << 20) + 1), "has more than 64 MiB"),
        (half.to_owned(), "does not accept"),
    ] {
        Shard::replace(&file, feed);
        until_within(MINUTE, words, || status(&stage).contains(words));
        assert!(status(&stage).contains("[warn]"), "{}", status(&stage));
        Guest::strophe(&bad).run().expect_refused("revoked");
        Guest::strophe(&good).run().expect_admitted();
    }
}

#[test]
fn a_full_disk_costs_the_copies_and_no_guest() {
    let port = Port::any();
    let at = port.address();
    let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan {
        has_full_disk: true,
        options: format!(
            "roompass_key_set = \"http://{at}/.well-known/jwks.json\"\n\
             roompass_revocations = \"http://{at}/.well-known/revocations\""
        ),
        ..ShardPlan::default()
    }));
    let list = stage.folder().join("revocations.json");
    let arguments = ["--revocations", &list.display().to_string()];
    let service = stage.issuer().serve_with(port, &arguments);
    stage.run();
    until("the documents are there", || {
        status(&stage).contains("revocations 0")
    });
    let (bad, good) = (link_of(&stage, "bad"), link_of(&stage, "good"));
    Guest::strophe(&bad).run().expect_admitted();
    let answer = post(
        service.address(),
        "/api/v1/revocations",
        &json!({ "link": bad.url() }),
    );
    assert_eq!(answer.unwrap().status, 201);
    until_within(MINUTE, "the link is dead", || {
        status(&stage).contains("revocations 1")
    });
    Guest::strophe(&bad).run().expect_refused("revoked");
    Guest::strophe(&good).run().expect_admitted();
    until("the log says what was not kept", || {
        let log = stage.shard("shard-a").log();
        log.contains("was not kept") && log.contains("Is the disk full")
    });

    // With the issuer up, a restart needs no copy; without it, nobody knows what was taken back.
    stage.restart_shard("shard-a");
    until("the documents are there again", || {
        status(&stage).contains("revocations 1")
    });
    Guest::strophe(&bad).run().expect_refused("revoked");
    service.stop();
    stage.restart_shard("shard-a");
    let shut = Guest::strophe(&good).run();
    shut.expect_refused("verifier-unavailable");
}
