//! What must be in order before anything starts, each with a sentence for the one who must mend it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use e2e::{Port, artifacts};

use crate::Failure;

/// The first of two ports in a row, unless `ROOMPASS_DEMO_PORT` names another.
const FIRST_PORT: u16 = 8470;

/// Where people connect.
pub(crate) struct Ports {
    /// `HAProxy`: the guest page, WebSocket and BOSH.
    pub(crate) front_door: Port,
    /// The issuer's form.
    pub(crate) issuer: Port,
}

/// Reserves both ports.
pub(crate) fn ports() -> Result<Ports, Failure> {
    let first = match env::var("ROOMPASS_DEMO_PORT") {
        Err(_) => FIRST_PORT,
        Ok(text) => text
            .parse()
            .ok()
            .filter(|port| *port < u16::MAX)
            .ok_or_else(|| {
                Failure::new(
                    format!("ROOMPASS_DEMO_PORT is {text:?}, which is no port"),
                    "give a number such as 9000; the one after it is used too",
                )
            })?,
    };
    Ok(Ports {
        front_door: port(first)?,
        issuer: port(first + 1)?,
    })
}

fn port(number: u16) -> Result<Port, Failure> {
    Port::reserve(number).ok_or_else(|| {
        Failure::new(
            format!("port {number} is in use, perhaps by another demo"),
            format!("stop what listens there (`ss -ltnp 'sport = :{number}'` shows it), or choose: ROOMPASS_DEMO_PORT=9000 make demo"),
        )
    })
}

/// Sees to it that every program is installed.
pub(crate) fn programs() -> Result<(), Failure> {
    for program in ["prosody", "haproxy", "node", "setpriv"] {
        let found = env::var_os("PATH").is_some_and(|path| {
            env::split_paths(&path).any(|folder| folder.join(program).is_file())
        });
        if !found {
            return Err(Failure::new(
                format!("{program} is not installed"),
                "`make demo` installs it: run that, and read what it says about packages",
            ));
        }
    }
    let slixmpp = Command::new("/usr/bin/python3")
        .args(["-c", "import slixmpp"])
        .output();
    if !slixmpp.is_ok_and(|output| output.status.success()) {
        return Err(Failure::new(
            "Python's slixmpp is not installed",
            "apt-get install python3-slixmpp",
        ));
    }
    if !strophe().is_file() {
        return Err(Failure::new(
            "strophe.js is not installed",
            "run `tests/setup.sh demo`",
        ));
    }
    Ok(())
}

/// The XMPP library of the guest page.
pub(crate) fn strophe() -> PathBuf {
    artifacts::page().join("../guests/node_modules/strophe.js/dist/strophe.umd.min.js")
}

/// Removes the folders of earlier demos that were killed; their processes died with them.
pub(crate) fn sweep() {
    let Ok(entries) = fs::read_dir(env::temp_dir()) else {
        return;
    };
    for folder in entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| is_left_over(path))
    {
        if fs::remove_dir_all(&folder).is_ok() {
            eprintln!(
                "demo: removed {}, left by an earlier run that was killed",
                folder.display()
            );
        }
    }
}

fn is_left_over(folder: &Path) -> bool {
    let ours = folder
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("roompass-stage-"));
    ours && e2e::owner(folder).is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists())
}
