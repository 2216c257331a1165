//! Four components of one server ask the issuer once.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic as it does")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::{fs, thread};

use e2e::{Forge, Guest, ROOM_HOST, ShardPlan, Stage, StagePlan, until};

const ROOM: &str = "weekly-sync";
const HOSTS: [&str; 4] = [
    ROOM_HOST,
    "lobby.localhost",
    "breakout.localhost",
    "internal.localhost",
];

/// How often each document was asked for.
type Asked = Arc<Mutex<HashMap<String, usize>>>;

/// Answers each question with the document of that path, and notes it.
fn publish(listener: TcpListener, documents: HashMap<&'static str, String>) -> Asked {
    let asked = Asked::default();
    let counted = Arc::clone(&asked);
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let path = path_of(&stream);
            let body = documents.get(path.as_str()).unwrap();
            *counted.lock().unwrap().entry(path).or_default() += 1;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", body.len());
            write!(stream, "{head}Connection: close\r\n\r\n{body}").unwrap();
        }
    });
    asked
}

fn path_of(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut lines = lines.map_while(Result::ok);
    let request = lines.next().unwrap();
    // All of it is read, or closing the connection would take the answer back.
    lines.find(String::is_empty).unwrap();
    request.split(' ').nth(1).unwrap().to_owned()
}

fn status(stage: &Stage, host: &str) -> String {
    let shard = stage.shard("shard-a");
    shard.shell(&["module", "info", "muc_roompass", host])
}

#[test]
fn all_doors_of_a_server_follow_one_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan::whole(&format!(
        "roompass_key_set = \"http://{at}/keys\"\nroompass_revocations = \"http://{at}/feed\"\n"
    ))));
    let forge = Forge::with_key(stage.issuer().key());
    let documents = [
        (
            "/keys",
            fs::read_to_string(stage.issuer().key_set()).unwrap(),
        ),
        ("/feed", forge.sign_feed(&Forge::feed(6, &[]))),
    ];
    let asked = publish(listener, HashMap::from(documents));
    stage.run();
    until("every door has them", || {
        HOSTS
            .iter()
            .all(|host| status(&stage, host).contains("revocations 6"))
    });
    assert_eq!(asked.lock().unwrap().get("/keys"), Some(&1));
    Guest::strophe(&stage.link(ROOM)).run().expect_admitted();
    let straight = Guest::strophe(&stage.link(ROOM).without_token());
    let refused = straight.on_host("lobby.localhost").without_asking().run();
    refused.expect_refused("token-missing");
}
