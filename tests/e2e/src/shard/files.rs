//! What lies in a shard's folder: its configuration, its accounts and the gate.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{Collector, Gate, SECRET, Shard};
use crate::artifacts;
use crate::template::fill;

const CONFIG: &str = include_str!("../../prosody.cfg.lua.tmpl");
const WRITABLE: &str = "the stage's folder is writable";

impl Shard {
    /// The line of Lua that makes a shard follow its revocations; the path starts at its configuration.
    pub const REVOCATIONS: &str = "roompass_revocations = \"revocations.jwt\"";

    /// The key set this shard trusts.
    pub fn key_set_file(&self) -> PathBuf {
        self.folder.join("stage.jwks.json")
    }

    /// The revocations of a shard whose option for them is [`Shard::REVOCATIONS`].
    pub fn revocations_file(&self) -> PathBuf {
        self.folder.join("revocations.jwt")
    }

    /// The verifier this shard loads.
    pub fn verifier_file(&self) -> PathBuf {
        self.folder.join("roompass_verifier.so")
    }

    /// One of the Lua files this shard loads.
    pub fn module_file(&self, name: &str) -> PathBuf {
        self.folder.join("modules").join(name)
    }

    /// Puts `bytes` in a file's place in one step, as a package manager does.
    ///
    /// # Panics
    /// When the folder cannot be written.
    pub fn replace(file: &Path, bytes: impl AsRef<[u8]>) {
        let new = file.with_extension("new");
        fs::write(&new, bytes).expect(WRITABLE);
        fs::rename(&new, file).expect(WRITABLE);
    }

    /// Puts everything the gate consists of in its place, also after a test broke it.
    ///
    /// # Panics
    /// When something was not built.
    pub fn install_gate(&self, key_set: &Path) {
        self.install_verifier(&artifacts::verifier());
        copy(key_set, &self.key_set_file());
        let modules = fs::read_dir(artifacts::lua()).expect("the modules can be read");
        for entry in modules.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "lua") {
                copy(
                    &path,
                    &self.module_file(&entry.file_name().to_string_lossy()),
                );
            }
        }
    }

    /// Puts a verifier in its place.
    ///
    /// # Panics
    /// When it cannot be copied.
    pub fn install_verifier(&self, built: &Path) {
        copy(built, &self.verifier_file());
    }

    /// Writes a program that is `prosodyctl` for this shard, as an operator has it for the only one of a machine.
    ///
    /// # Panics
    /// When the folder cannot be written.
    pub fn write_prosodyctl(&self) -> PathBuf {
        let program = self.plan.prosody.command("prosodyctl");
        let program = program.get_program().to_string_lossy().into_owned();
        let config = self.config_file().display().to_string();
        let script = format!("#!/bin/sh\nexec '{program}' --config '{config}' \"$@\"\n");
        let file = self.folder.join("prosodyctl");
        fs::write(&file, script).expect(WRITABLE);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect(WRITABLE);
        file
    }

    pub(super) fn lay_out(&self, key_set: &Path) {
        for folder in ["modules", "data/auth%2elocalhost/accounts"] {
            fs::create_dir_all(self.folder.join(folder)).expect(WRITABLE);
        }
        if self.plan.gate != Gate::Absent {
            self.install_gate(key_set);
        }
        self.write_accounts();
        let words = [self.places(), self.settings()].concat();
        fs::write(self.config_file(), fill(CONFIG, &words)).expect(WRITABLE);
    }

    fn write_accounts(&self) {
        for name in ["admin", "focus"] {
            let account = format!("return {{ password = \"{SECRET}\" }};\n");
            let file = format!("data/auth%2elocalhost/accounts/{name}.dat");
            fs::write(self.folder.join(file), account).expect(WRITABLE);
        }
    }

    fn places(&self) -> Vec<(&'static str, String)> {
        vec![
            ("FOLDER", self.folder.display().to_string()),
            (
                "STAGE_MODULES",
                artifacts::stage_modules().display().to_string(),
            ),
            (
                "RUN_AS_ROOT",
                rustix::process::geteuid().is_root().to_string(),
            ),
            (
                "LOG_LEVEL",
                if self.plan.quiet { "info" } else { "debug" }.to_owned(),
            ),
            ("COLLECTOR", self.collector().to_owned()),
            ("C2S_PORT", self.client_port().to_string()),
            ("COMPONENT_PORT", self.component_port().to_string()),
            ("HTTP_PORT", self.http_port().to_string()),
            ("COMPONENT_SECRET", SECRET.to_owned()),
        ]
    }

    const fn collector(&self) -> &'static str {
        match self.plan.collector {
            Collector::Prosodys => "",
            Collector::Dockers => {
                r#"gc = { mode = "incremental"; threshold = 150; speed = 250; step_size = 13 }"#
            }
        }
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let (client_modules, room_type, room_modules) = match self.plan.gate {
            Gate::Module => ("\"roompass\"", "muc", "\"muc_roompass\""),
            Gate::Component => ("\"roompass\"", "muc_roompass", ""),
            Gate::Absent => ("", "muc", ""),
        };
        vec![
            ("GATE_OPTIONS", self.gate_options()),
            ("CLIENT_HOST_MODULES", client_modules.to_owned()),
            ("CLIENT_HOST_LINES", self.plan.client_host_lines.clone()),
            ("ROOM_HOST_TYPE", room_type.to_owned()),
            ("ROOM_HOST_MODULES", room_modules.to_owned()),
            ("ROOM_HOST_LINES", self.plan.room_host_lines.clone()),
            ("MORE_HOSTS", self.plan.more_hosts.clone()),
        ]
    }

    fn gate_options(&self) -> String {
        if self.plan.gate == Gate::Absent {
            return String::new();
        }
        format!(
            "roompass_key_set = \"{}\"\nroompass_verifier_path = \"{}\"\n\
             roompass_exempt_domains = {{ \"auth.localhost\" }}\n\
             roompass_unguarded = {{ \"open.localhost\" }}\n{}",
            self.key_set_file().display(),
            self.verifier_file().display(),
            self.plan.options,
        )
    }

    pub(super) fn config_file(&self) -> PathBuf {
        self.folder.join("prosody.cfg.lua")
    }

    pub(super) fn log_file(&self) -> PathBuf {
        self.folder.join("prosody.log")
    }
}

fn copy(from: &Path, to: &Path) {
    let bytes = fs::read(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    Shard::replace(to, bytes);
}
