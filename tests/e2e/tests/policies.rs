//! Rooms that open without a link, and rooms that wait for their host.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic as it does")]

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use e2e::{Form, Guest, ShardPlan, Stage, StagePlan, until};

const PATIENCE: Duration = Duration::from_secs(20);

fn one_shard(options: &str) -> Stage {
    Stage::start_with(StagePlan::one_shard(ShardPlan {
        options: options.to_owned(),
        ..ShardPlan::default()
    }))
}

fn write_script(file: &Path, lines: &str) {
    fs::write(file, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(file, Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_command_that_takes_its_time_delays_nobody_and_its_names_open_rooms() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
    let (begun, go) = (folder.path().join("begun"), folder.path().join("go"));
    let script = folder.path().join("rooms.sh");
    let wait = "while [ ! -e \"$2\" ]; do sleep 0.05; done";
    write_script(&script, &format!("touch \"$1\"; {wait}; echo Lobby"));
    let stage = one_shard(&format!(
        "roompass_open_rooms_command = {{ \"{}\", \"{}\", \"{}\" }}\n\
         roompass_open_rooms_time_limit = 30\nroompass_open_rooms_refresh = 5",
        script.display(),
        begun.display(),
        go.display()
    ));
    until("the command runs", || begun.exists());
    // Whatever happens from here to `go` happens while it runs.
    let ada = Guest::strophe(&stage.link("weekly-sync"))
        .named("ada")
        .stay();
    ada.report().expect_admitted();
    let stranger = Guest::strophe(&stage.link("lobby").without_token());
    stranger.clone().run().expect_refused("token-missing");
    assert!(stage.shard("shard-a").log().contains("Admitted to"));
    fs::write(&go, "").unwrap();
    until("the names are known", || {
        stranger.clone().run().code.is_none()
    });
    stranger.run().expect_admitted();
}

#[test]
fn a_command_does_not_outlive_a_server_that_stops() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
    let (number, script) = (folder.path().join("pid"), folder.path().join("rooms.sh"));
    write_script(
        &script,
        "echo $$ > \"$1.new\"; mv \"$1.new\" \"$1\"; sleep 60",
    );
    let mut stage = one_shard(&format!(
        "roompass_open_rooms_command = {{ \"{}\", \"{}\" }}\nroompass_open_rooms_time_limit = 30",
        script.display(),
        number.display()
    ));
    until("the command runs", || number.exists());
    let number = fs::read_to_string(number).unwrap();
    let process = Path::new("/proc").join(number.trim());
    assert!(process.exists(), "{}", process.display());
    stage.stop_shard("shard-a");
    until("the command has ended", || !process.exists());
}

/// An HTTP service on loopback: hands each request over and answers when it is told a status.
fn service() -> (u16, Receiver<(String, TcpStream)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, requests) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let target = lines.next().unwrap().unwrap();
            if sender.send((target, stream)).is_err() {
                return;
            }
        }
    });
    (port, requests)
}

fn answer(stream: &mut TcpStream, status: &str) {
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
}

#[test]
fn a_guest_waits_for_the_service_alone_and_comes_in_with_its_yes() {
    let (port, requests) = service();
    let stage = one_shard(&format!(
        "roompass_open_rooms_url = \"http://127.0.0.1:{port}/rooms\"\nroompass_open_rooms_time_limit = 30"
    ));
    let stranger = Guest::strophe(&stage.link("lobby").without_token());
    let waiting = thread::spawn(move || stranger.run());
    let (target, mut stream) = requests.recv_timeout(PATIENCE).unwrap();
    assert!(target.starts_with("GET /rooms?room=lobby "), "{target}");
    // Nobody has answered yet; others come and go.
    Guest::strophe(&stage.link("weekly-sync"))
        .run()
        .expect_admitted();
    assert!(!waiting.is_finished());
    answer(&mut stream, "204 No Content");
    waiting.join().unwrap().expect_admitted();

    let other = Guest::strophe(&stage.link("cellar").without_token());
    let waiting = thread::spawn(move || other.run());
    let (_, mut stream) = requests.recv_timeout(PATIENCE).unwrap();
    answer(&mut stream, "404 Not Found");
    waiting.join().unwrap().expect_refused("token-missing");
    assert!(requests.try_recv().is_err(), "one question is enough");
}

#[test]
fn members_wait_until_an_owner_has_opened_the_room() {
    let stage = one_shard("roompass_opens = \"owners\"");
    let member = Guest::strophe(&stage.link("weekly-sync")).named("member");
    // Jitsi's client takes this answer as "wait for the host", and asks again every five seconds.
    let asked = member.clone().run();
    assert_eq!(asked.form, Some(Form::Iq), "{asked:#?}");
    assert_eq!(asked.condition.as_deref(), Some("not-authorized"));
    let rushed = member.clone().without_asking().run();
    rushed.expect_refused("not-open-yet");
    assert_eq!(stage.seen_by_focus(), [""; 0]);
    let link = stage.issuer().issue("weekly-sync").owner().link();
    let host = Guest::strophe(&link).named("host").stay();
    host.report().expect_admitted();
    member.clone().run().expect_admitted();
    host.leave();
}

#[test]
fn a_refused_name_stays_shut_to_links_and_open_to_admins() {
    let stage = one_shard("roompass_refused_patterns = { \"^weekly\" }");
    let link = stage.link("weekly-sync");
    Guest::strophe(&link).run().expect_refused("name-refused");
    assert_eq!(stage.rooms(), [""; 0]);
    let admin = Guest::admin(stage.shard("shard-a"), "weekly-sync");
    admin.run().expect_admitted();
    Guest::strophe(&stage.link("sync")).run().expect_admitted();
}

#[test]
fn the_shell_finds_rooms_without_a_door_and_tells_what_a_policy_says() {
    let stage = one_shard("roompass_open_rooms = { \"lobby\" }\nroompass_unguarded = {}");
    let shard = stage.shard("shard-a");
    let complaint = shard.try_shell(&["roompass", "check"]).unwrap_err();
    assert!(complaint.contains("open.localhost"), "{complaint}");
    let open = shard.shell(&["roompass", "check", "Lobby"]);
    assert!(open.contains("admit, open-room"), "{open}");
    let shut = shard
        .try_shell(&["roompass", "check", "cellar"])
        .unwrap_err();
    assert!(shut.contains("deny token-missing"), "{shut}");
    let feeds = shard.shell(&["roompass", "revocations"]);
    assert!(feeds.contains("none are followed"), "{feeds}");

    let stage = one_shard("");
    let well = stage.shard("shard-a").shell(&["roompass", "check"]);
    assert!(well.contains("all is well"), "{well}");
}
