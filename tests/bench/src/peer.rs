//! Contestants outside Rust. Each is a script that times itself and prints `name<TAB>microseconds a call`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::token::Sample;

/// A program that times itself, and its script beside this crate.
pub(crate) struct Peer {
    program: PathBuf,
    script: Option<&'static str>,
}

impl Peer {
    /// The module from Lua, and other people's libraries; whoever is not there is named on standard error.
    pub(crate) fn all() -> Vec<Self> {
        let peers = [
            Self::script("lua5.4", "decide.lua"),
            Self::script("lua5.4", "luajwtjitsi.lua"),
            Self::script("node", "jose.mjs"),
            Self::script("/usr/bin/python3", "pyjwt.py"),
            Self::script(prosody_13().join("bin/lua"), "prosody13.lua"),
            Self {
                program: here().join("peers/target/release/peers"),
                script: None,
            },
        ];
        peers.into_iter().filter(Self::is_there).collect()
    }

    fn script(program: impl Into<PathBuf>, script: &'static str) -> Self {
        Self {
            program: program.into(),
            script: Some(script),
        }
    }

    #[expect(clippy::print_stderr, reason = "it is here to print")]
    fn is_there(&self) -> bool {
        let there = !self.program.has_root() || self.program.exists();
        if !there {
            eprintln!("*** {} is not there: LEFT OUT ***", self.program.display());
        }
        there
    }

    /// The names and figures of one round.
    pub(crate) fn run(&self, sample: &Sample) -> Result<Vec<(String, f64)>, Box<dyn Error>> {
        let output = Command::new(&self.program)
            .args(self.script.map(|script| here().join(script)))
            .arg(here().join("../../target/release/libroompass_verifier.so"))
            .arg(&sample.key_set_path)
            .arg(&sample.token)
            .arg(sample.now.as_secs().to_string())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        if !output.status.success() {
            return Err(format!("{} {:?} failed", self.program.display(), self.script).into());
        }
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(figure)
            .collect()
    }
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where `tests/prosody13.sh` puts it.
fn prosody_13() -> PathBuf {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(|| "/tmp/.cache".into());
    variable("ROOMPASS_PROSODY_13").unwrap_or_else(|| cache.join("roompass/prosody-13"))
}

fn figure(line: &str) -> Result<(String, f64), Box<dyn Error>> {
    let (name, micros) = line
        .split_once('\t')
        .ok_or_else(|| format!("not a figure: {line}"))?;
    Ok((name.to_owned(), micros.parse()?))
}
