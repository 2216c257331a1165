//! `roompass prosody`: a configuration in the shape of Debian's gets its doors, and loses them again.
#![expect(clippy::expect_used, reason = "helpers of a test may panic as it does")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use e2e::{Gate, Guest, Prosody, ShardPlan, Stage, StagePlan, artifacts};

const ROOM: &str = "weekly-sync";
const HOSTS: &str = "VirtualHost \"localhost\"";

/// A shard without a door; its hosts in a file of their own, which a link brings into `conf.d`.
fn doorless() -> Stage {
    let stage = Stage::prepare(StagePlan::one_shard(ShardPlan {
        gate: Gate::Absent,
        ..ShardPlan::default()
    }));
    let shard = stage.shard("shard-a");
    shard.install_gate(stage.issuer().key_set());
    let folder = shard.folder();
    let whole = fs::read_to_string(config(&stage)).expect("the shard has a configuration");
    let (server, hosts) = whole.split_once(HOSTS).expect("the shard has a host");
    for name in ["conf.d", "conf.avail"] {
        fs::create_dir(folder.join(name)).expect("the stage's folder is writable");
    }
    let server = format!("{server}\nInclude \"conf.d/*.cfg.lua\"\n");
    fs::write(config(&stage), server).expect("the stage's folder is writable");
    let hosts = format!("-- one file for each domain\n{HOSTS}{hosts}");
    fs::write(hosts_file(&stage), hosts).expect("the stage's folder is writable");
    symlink(
        "../conf.avail/localhost.cfg.lua",
        folder.join("conf.d/localhost.cfg.lua"),
    )
    .expect("the stage's folder is writable");
    stage
}

fn config(stage: &Stage) -> PathBuf {
    stage.shard("shard-a").folder().join("prosody.cfg.lua")
}

fn hosts_file(stage: &Stage) -> PathBuf {
    let folder = stage.shard("shard-a").folder();
    folder.join("conf.avail/localhost.cfg.lua")
}

fn texts(stage: &Stage) -> [Vec<u8>; 2] {
    [config(stage), hosts_file(stage)].map(|file| fs::read(file).expect("the file is there"))
}

fn prosody(stage: &Stage, arguments: &[&str]) -> Output {
    let mut roompass = Command::new(artifacts::roompass());
    roompass
        .arg("prosody")
        .args(arguments)
        .arg("--config")
        .arg(config(stage));
    let prosodyctl = Prosody::default().program("prosodyctl");
    let roompass = roompass.arg("--prosodyctl").arg(prosodyctl);
    roompass.output().expect("roompass can be started")
}

fn enable(stage: &Stage, more: &[&str]) -> Output {
    let shard = stage.shard("shard-a");
    let (keys, library) = (shard.key_set_file(), shard.verifier_file());
    let text = |path: &Path| path.display().to_string();
    let (keys, library) = (text(&keys), text(&library));
    let options = [
        "enable",
        "--key-set",
        &keys,
        "--verifier",
        &library,
        "--unguarded",
        "open.localhost",
    ];
    prosody(stage, &[&options, more].concat())
}

fn said(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    said.into_owned()
}

#[test]
fn a_shard_gets_its_doors_while_it_runs_and_loses_them_again() {
    let mut stage = doorless();
    stage.run();
    let link = stage.link(ROOM);
    let (guest, stranger) = (
        Guest::strophe(&link).named("ada"),
        Guest::strophe(&link.without_token()).named("eve"),
    );
    stranger.clone().run().expect_admitted();
    let before = texts(&stage);

    let shown = enable(&stage, &[]);
    assert_eq!(shown.status.code(), Some(1), "{}", said(&shown));
    assert!(said(&shown).contains("+Component \"conference.localhost\" \"muc_roompass\""));
    assert_eq!(texts(&stage), before, "nobody said yes");

    let done = enable(&stage, &["--yes"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    assert!(
        said(&done).contains("Prosody has the doors"),
        "{}",
        said(&done)
    );
    let link_kept = stage
        .shard("shard-a")
        .folder()
        .join("conf.d/localhost.cfg.lua");
    assert!(link_kept.is_symlink());
    guest.clone().run().expect_admitted();
    stranger.clone().run().expect_refused("token-missing");
    let status = prosody(&stage, &["status"]);
    assert_eq!(status.status.code(), Some(0), "{}", said(&status));
    let again = enable(&stage, &["--yes"]);
    assert_eq!(said(&again), "nothing to change\n");

    stage.restart_shard("shard-a");
    guest.clone().run().expect_admitted();
    stranger.clone().run().expect_refused("token-missing");

    let gone = prosody(&stage, &["disable", "--yes"]);
    assert_eq!(gone.status.code(), Some(0), "{}", said(&gone));
    assert!(
        said(&gone).contains("Prosody has let the doors go"),
        "{}",
        said(&gone)
    );
    assert_eq!(texts(&stage), before, "byte for byte");
    stranger.clone().run().expect_admitted();
}
