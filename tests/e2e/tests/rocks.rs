//! The door comes by `prosodyctl install`, whose libraries Prosody itself does not find.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic as it does")]

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::Command;

use e2e::{Guest, Prosody, ShardPlan, Stage, StagePlan, artifacts};

const ROOM: &str = "weekly-sync";

#[test]
fn a_rock_is_a_door_and_a_newer_one_leaves_a_running_prosody_alone() {
    let mut stage = bare_stage();
    install(&stage, "0.0.1");
    stage.run();
    door_holds(&stage);

    // The library that runs must not change under it; Prosody would die.
    let library = folder(&stage).join("plugins/lib/lua/5.4/roompass_verifier.so");
    let inode = fs::metadata(&library).unwrap().ino();
    install(&stage, "0.0.2");
    assert_ne!(fs::metadata(&library).unwrap().ino(), inode);
    door_holds(&stage);
    stage.restart_shard("shard-a");
    door_holds(&stage);
}

fn folder(stage: &Stage) -> PathBuf {
    stage.shard("shard-a").folder().to_owned()
}

/// A shard whose modules and library are nowhere but where rocks go.
fn bare_stage() -> Stage {
    let stage = Stage::prepare(StagePlan::one_shard(ShardPlan::default()));
    let shard = stage.shard("shard-a");
    fs::remove_dir_all(folder(&stage).join("modules")).unwrap();
    fs::remove_file(shard.verifier_file()).unwrap();
    let config = folder(&stage).join("prosody.cfg.lua");
    let lines = fs::read_to_string(&config).unwrap();
    let lines = lines
        .lines()
        .filter(|line| !line.starts_with("roompass_verifier_path"));
    let place = format!(
        "installer_plugin_path = \"{}/plugins\"\n",
        folder(&stage).display()
    );
    fs::write(&config, lines.fold(place, |all, line| all + line + "\n")).unwrap();
    stage
}

/// As an operator does, from a server that has this version alone.
fn install(stage: &Stage, version: &str) {
    let server = folder(stage).join(version);
    artifacts::rock(version, &server);
    let others = folder(stage).join("luarocks.lua");
    fs::write(&others, "rocks_servers = {}\n").unwrap();
    let server = format!("--server=file://{}", server.display());
    let mut program = match Prosody::default() {
        Prosody::Installed => prosodyctl(stage, &server),
        Prosody::Thirteen => luarocks(stage, &server),
    };
    let output = program.env("LUAROCKS_CONFIG", others).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let done = format!("prosody-roompass {version}-1 is now installed");
    assert!(said.contains(&done), "{said}");
}

fn prosodyctl(stage: &Stage, server: &str) -> Command {
    let mut prosodyctl = Command::new(Prosody::default().program("prosodyctl"));
    let config = folder(stage).join("prosody.cfg.lua");
    // It would become the user prosody, to whom this folder does not belong.
    if stage.folder().metadata().unwrap().uid() == 0 {
        prosodyctl.arg("--root");
    }
    prosodyctl.arg("--config").arg(config);
    prosodyctl.args(["install", server, "prosody-roompass"]);
    prosodyctl
}

/// What its `prosodyctl` calls; in the folder of our Prosody 13 that would not find itself.
fn luarocks(stage: &Stage, server: &str) -> Command {
    let mut luarocks = Command::new("luarocks");
    let tree = format!("--tree={}/plugins", folder(stage).display());
    luarocks.args([
        "--lua-version=5.4",
        "install",
        &tree,
        server,
        "prosody-roompass",
    ]);
    luarocks
}

/// Who has a link comes in, and nobody else.
fn door_holds(stage: &Stage) {
    stage.shard("shard-a").shell(&["roompass:check()"]);
    let link = stage.link(ROOM);
    Guest::strophe(&link).run().expect_admitted();
    let stranger = Guest::strophe(&link.without_token());
    stranger.run().expect_refused("token-missing");
}
