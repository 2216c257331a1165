//! `roompass prosody` and the files of a configuration, with whatever goes wrong.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::PathBuf;

use crate::shell::{Ended, Shell};

const HOSTS: &str = "VirtualHost \"meet.example\"\n    authentication = \"jitsi-anonymous\"\n    app_secret = \"x\"\n\n\
                     Component \"conference.meet.example\" \"muc\"\n";

/// Debian's layout: hosts in `conf.avail`, a link in `conf.d`.
struct Machine {
    shell: Shell,
}

impl Machine {
    fn new() -> Self {
        let shell = Shell::new();
        for folder in ["conf.avail", "conf.d", "modules"] {
            std::fs::create_dir(shell.path(folder)).unwrap();
        }
        let server = "plugin_paths = { \"modules\" }\nroompass_verifier_path = \"v.so\"\nInclude \"conf.d/*.cfg.lua\"\n";
        shell.write("prosody.cfg.lua", server);
        shell.write("conf.avail/meet.cfg.lua", HOSTS);
        symlink(
            "../conf.avail/meet.cfg.lua",
            shell.path("conf.d/meet.cfg.lua"),
        )
        .unwrap();
        for part in [
            "modules/mod_roompass.lua",
            "modules/mod_muc_roompass.lua",
            "v.so",
        ] {
            shell.write(part, "");
        }
        Self { shell }
    }

    /// A `prosodyctl` that answers `check config` so, and cannot be reloaded.
    fn prosodyctl(&self, check: &str) {
        let script = format!(
            "#!/bin/sh\n[ \"$3 $4\" = 'check config' ] || exit 1\ngrep -q roompass: '{}' || exit 0\n{check}\n",
            self.hosts().display()
        );
        let path = self.shell.write("prosodyctl", &script);
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    }

    fn hosts(&self) -> PathBuf {
        self.shell.path("conf.avail/meet.cfg.lua")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.hosts()).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        let place = [
            "--config",
            "prosody.cfg.lua",
            "--prosodyctl",
            "./prosodyctl",
        ];
        self.shell.run(&[&["prosody"], arguments, &place].concat())
    }

    fn enable(&self, more: &[&str]) -> Ended {
        self.run(&[&["enable", "--key-set", "https://issuer.example/k"], more].concat())
    }
}

#[test]
fn files_keep_their_links_owner_and_mode_and_come_back_byte_for_byte() {
    let machine = Machine::new();
    machine.prosodyctl("exit 0");
    std::fs::set_permissions(machine.hosts(), PermissionsExt::from_mode(0o640)).unwrap();
    let before = std::fs::metadata(machine.hosts()).unwrap();
    let done = machine.enable(&["--yes"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(done.stdout.contains("restart Prosody"), "{done:?}");
    assert!(machine.shell.path("conf.d/meet.cfg.lua").is_symlink());
    let after = std::fs::metadata(machine.hosts()).unwrap();
    assert_eq!(
        (after.mode(), after.uid(), after.gid()),
        (before.mode(), before.uid(), before.gid())
    );
    let backup = machine
        .shell
        .path("conf.avail/meet.cfg.lua.before-roompass");
    assert_eq!(std::fs::metadata(&backup).unwrap().mode(), before.mode());
    assert_eq!(std::fs::read_to_string(backup).unwrap(), HOSTS);
    assert_eq!(machine.enable(&["--yes"]).result(), "nothing to change\n");
    let status = machine.run(&["status"]).result();
    assert!(
        status.contains("guarded  conference.meet.example"),
        "{status}"
    );
    assert!(
        status.contains("conf.d/meet.cfg.lua:8: main rooms"),
        "{status}"
    );
    assert_eq!(machine.run(&["disable", "--yes"]).status, 0);
    assert_eq!(machine.text(), HOSTS);
    assert_eq!(machine.run(&["status"]).status, 1);
}

#[test]
fn without_a_yes_it_shows_the_change_and_makes_none() {
    let machine = Machine::new();
    machine.prosodyctl("exit 0");
    for (more, told) in [
        (&[][..], "nobody said yes; say --yes"),
        (&["--dry-run"], "(--dry-run)"),
    ] {
        let shown = machine.enable(more);
        assert_eq!(shown.status, 1, "{shown:?}");
        assert!(
            shown
                .stdout
                .contains("\n+Component \"conference.meet.example\" \"muc_roompass\"")
        );
        assert!(shown.stdout.contains(told), "{shown:?}");
        assert_eq!(machine.text(), HOSTS);
    }
    machine.enable(&["--yes"]);
    let enabled = machine.text();
    assert_eq!(machine.run(&["disable"]).status, 1);
    assert_eq!(machine.text(), enabled);
}

#[test]
fn when_prosodyctl_says_no_everything_is_as_it_was() {
    let machine = Machine::new();
    machine.prosodyctl("echo 'Error: no such thing'; exit 1");
    let done = machine.enable(&["--yes"]);
    assert_eq!(done.status, 1, "{done:?}");
    assert!(
        done.stderr
            .contains("prosodyctl check config says no: Error: no such thing"),
        "{done:?}"
    );
    assert!(
        done.stderr.contains("hint: every file is as it was before"),
        "{done:?}"
    );
    assert_eq!(machine.text(), HOSTS);
}

#[test]
fn what_prosodyctl_complained_about_before_is_no_reason() {
    let machine = Machine::new();
    let script = "#!/bin/sh\necho 'certificates are old'\nexit 1\n";
    let path = machine.shell.write("prosodyctl", script);
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(machine.enable(&["--yes"]).status, 0);
    assert!(machine.text().contains("muc_roompass"));
}

#[test]
fn a_file_that_changed_meanwhile_is_not_written() {
    let machine = Machine::new();
    // The first check comes after the diff and before the writing: then somebody else writes.
    let script = format!(
        "#!/bin/sh\necho '-- mine' >> '{}'\n",
        machine.hosts().display()
    );
    let path = machine.shell.write("prosodyctl", &script);
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    let done = machine.enable(&["--yes", "--even-if-missing"]);
    assert_eq!(done.status, 1, "{done:?}");
    assert!(
        done.stderr
            .contains("was changed by somebody else meanwhile"),
        "{done:?}"
    );
    assert!(machine.text().starts_with(HOSTS) && !machine.text().contains("roompass"));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let machine = Machine::new();
    machine.prosodyctl("exit 0");
    // Nobody, root included, replaces a file by a folder that is there already.
    let backup = machine
        .shell
        .path("conf.avail/meet.cfg.lua.before-roompass");
    std::fs::create_dir(&backup).unwrap();
    let error = machine.enable(&["--yes"]).error();
    assert!(
        error.contains("cannot write prosody.cfg.lua") || error.contains("meet.cfg.lua"),
        "{error}"
    );
    assert_eq!(machine.text(), HOSTS);
}

#[test]
fn a_line_of_ours_that_somebody_changed_stops_disable() {
    let machine = Machine::new();
    machine.prosodyctl("exit 0");
    machine.enable(&["--yes"]);
    let edited = machine
        .text()
        .replace("issuer.example/k", "issuer.example/other");
    std::fs::write(machine.hosts(), &edited).unwrap();
    let stuck = machine.run(&["disable", "--yes"]);
    assert_eq!(stuck.status, 1, "{stuck:?}");
    assert!(
        stuck.stderr.contains("meet.cfg.lua:2 cannot be taken back"),
        "{stuck:?}"
    );
    assert_eq!(machine.text(), edited);
}

#[test]
fn without_the_modules_nobody_is_shut_out() {
    let machine = Machine::new();
    machine.prosodyctl("exit 0");
    std::fs::remove_file(machine.shell.path("modules/mod_muc_roompass.lua")).unwrap();
    let done = machine.enable(&["--yes"]);
    assert_eq!(done.status, 1, "{done:?}");
    assert!(
        done.stderr.contains("would not find mod_muc_roompass.lua"),
        "{done:?}"
    );
    assert_eq!(machine.text(), HOSTS);
    assert_eq!(machine.enable(&["--yes", "--even-if-missing"]).status, 0);
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let machine = Machine::new();
    machine.prosodyctl("exit 0");
    std::fs::write(machine.hosts(), "VirtualHost {").unwrap();
    let error = machine.enable(&[]).error();
    assert!(error.contains("conf.d/meet.cfg.lua: line 1"), "{error}");
    std::fs::remove_file(machine.shell.path("prosody.cfg.lua")).unwrap();
    assert!(
        machine
            .run(&["status"])
            .error()
            .contains("cannot read prosody.cfg.lua")
    );
}
