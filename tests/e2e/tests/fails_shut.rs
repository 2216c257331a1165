//! However the gate breaks, nobody gets in; once it is repaired, guests do.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic as it does")]

use std::fs;
use std::path::Path;

use e2e::{Gate, Guest, Link, ROOM_HOST, Report, Shard, ShardPlan, Stage, StagePlan, artifacts};

const NOT_A_VERIFIER: &str = "/usr/lib/prosody/util/encodings.so";

/// What a test does to a file.
type Damage = fn(&Path);

/// A stage whose only shard was broken before it started.
struct Broken {
    stage: Stage,
    link: Link,
}

impl Broken {
    fn start(gate: Gate, damage: impl FnOnce(&Shard)) -> Self {
        let plan = ShardPlan {
            gate,
            ..ShardPlan::default()
        };
        let mut stage = Stage::prepare(StagePlan::one_shard(plan));
        damage(stage.shard("shard-a"));
        stage.run();
        let link = stage.link("weekly-sync");
        Self { stage, link }
    }

    fn shard(&self) -> &Shard {
        self.stage.shard("shard-a")
    }

    fn guest(&self) -> Report {
        Guest::strophe(&self.link).run()
    }

    /// Whoever comes, with whatever link, over whichever way: nobody gets in.
    fn assert_shut(&self) {
        self.guest().expect_refused("verifier-unavailable");
        let past_focus = Guest::strophe(&self.link.without_token()).without_asking();
        past_focus.run().expect_refused("verifier-unavailable");
        let ordinary = Guest::slixmpp(self.shard(), "weekly-sync");
        ordinary.run().expect_refused("verifier-unavailable");
        assert_eq!(self.shard().rooms(), [""; 0]);
        assert_eq!(self.stage.seen_by_focus(), [""; 0]);
    }

    fn assert_repaired(&self) {
        self.guest().expect_admitted();
        let stranger = Guest::strophe(&self.link.without_token()).run();
        stranger.expect_refused("token-missing");
    }

    fn repair(&self) {
        self.shard().install_gate(self.stage.issuer().key_set());
    }
}

fn remove(file: &Path) {
    fs::remove_file(file).unwrap();
}

#[test]
fn without_the_verifier_nobody_gets_in_until_it_is_back() {
    for gate in [Gate::Module, Gate::Component] {
        let broken = Broken::start(gate, |shard| remove(&shard.verifier_file()));
        broken.assert_shut();
        broken.repair();
        broken.shard().reload_gate();
        broken.assert_repaired();
    }
}

#[test]
fn a_verifier_that_is_no_library_keeps_everybody_out_until_it_is_replaced() {
    let broken = Broken::start(Gate::Module, |shard| {
        Shard::replace(&shard.verifier_file(), "not a library");
    });
    broken.assert_shut();
    broken.repair();
    broken.shard().reload_gate();
    broken.assert_repaired();
}

#[test]
fn another_library_in_the_verifiers_place_keeps_everybody_out_until_a_restart() {
    let mut broken = Broken::start(Gate::Module, |shard| {
        shard.install_verifier(Path::new(NOT_A_VERIFIER));
    });
    broken.assert_shut();
    broken.repair();
    // The library was loaded, and a process keeps what it has loaded under a name.
    broken.stage.restart_shard("shard-a");
    broken.assert_repaired();
}

#[test]
fn a_broken_key_set_keeps_everybody_out_until_it_is_repaired() {
    let damages: [(&str, Damage); 3] = [
        ("missing", remove),
        ("empty", |file| Shard::replace(file, "")),
        ("cut off", |file| {
            let text = fs::read_to_string(file).unwrap();
            Shard::replace(file, &text[..text.len() / 2]);
        }),
    ];
    for (case, damage) in damages {
        let broken = Broken::start(Gate::Module, |shard| damage(&shard.key_set_file()));
        println!("key set {case}");
        broken.assert_shut();
        assert!(
            broken.shard().log().contains("key set"),
            "{case}: the log does not say so"
        );
        broken.repair();
        broken.shard().reload_gate();
        broken.assert_repaired();
    }
}

#[test]
fn a_missing_module_in_component_form_means_that_there_are_no_rooms_at_all() {
    let mut broken = Broken::start(Gate::Component, |shard| {
        remove(&shard.module_file("mod_muc_roompass.lua"));
    });
    for guest in [
        Guest::strophe(&broken.link),
        Guest::strophe(&broken.link).without_asking(),
        Guest::strophe(&broken.link.without_token()).without_asking(),
    ] {
        let report = guest.run();
        assert_eq!(report.outcome, e2e::Outcome::Refused, "{report:#?}");
    }
    broken.repair();
    broken.stage.restart_shard("shard-a");
    broken.assert_repaired();
}

#[test]
fn a_missing_part_of_the_module_keeps_everybody_out_until_it_is_back() {
    let parts = fs::read_dir(artifacts::lua()).unwrap().flatten();
    let names = parts.map(|part| part.file_name().into_string().unwrap());
    for part in names.filter(|name| name.ends_with(".lib.lua")) {
        let broken = Broken::start(Gate::Module, |shard| remove(&shard.module_file(&part)));
        println!("without {part}");
        let report = broken.guest();
        assert_eq!(report.outcome, e2e::Outcome::Refused, "{part}: {report:#?}");
        assert_eq!(broken.shard().rooms(), [""; 0], "{part}");
        broken.repair();
        broken.shard().reload_gate();
        broken.assert_repaired();
    }
}

#[test]
fn a_verifier_that_panics_keeps_everybody_out_and_the_shard_alive() {
    let mut broken = Broken::start(Gate::Module, |shard| {
        shard.install_verifier(&artifacts::panicking_verifier());
    });
    broken.guest().expect_refused("verifier-unavailable");
    broken.guest().expect_refused("verifier-unavailable");
    let console = broken.shard().folder().join("console.log");
    let console = fs::read_to_string(console).unwrap();
    assert!(
        console.contains("the stage asked for this panic"),
        "no panic: {console}"
    );
    assert_eq!(broken.shard().rooms(), [""; 0]);
    broken.repair();
    broken.stage.restart_shard("shard-a");
    broken.assert_repaired();
}

#[test]
fn a_wrong_setting_is_named_in_the_log_and_keeps_the_door_shut() {
    for (line, name) in [
        ("roompass_refusal = \"shrug\"", "roompass_refusal"),
        ("roompass_key_sett = \"typo\"", "roompass_key_sett"),
        ("roompass_exempt_domains = 7", "roompass_exempt_domains"),
    ] {
        let plan = ShardPlan {
            options: line.to_owned(),
            ..ShardPlan::default()
        };
        let stage = Stage::start_with(StagePlan::one_shard(plan));
        let report = Guest::strophe(&stage.link("weekly-sync")).run();
        report.expect_refused("verifier-unavailable");
        assert!(
            stage.shard("shard-a").log().contains(name),
            "{line}: not named in the log"
        );
    }
}

#[test]
fn a_key_set_that_breaks_later_shuts_the_door_at_the_next_reload() {
    let broken = Broken::start(Gate::Module, |_| {});
    broken.assert_repaired();
    Shard::replace(&broken.shard().key_set_file(), "broken");
    broken.shard().reload("muc_roompass", ROOM_HOST);
    broken.guest().expect_refused("verifier-unavailable");
    broken.repair();
    broken.shard().reload_gate();
    broken.assert_repaired();
}
