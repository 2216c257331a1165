//! Contestants outside Rust. Each is a script that times itself and prints `name<TAB>microseconds a call`.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use crate::token::Sample;

/// A program and its script, beside this crate.
pub(crate) struct Peer {
    program: &'static str,
    script: &'static str,
}

impl Peer {
    /// The module from Lua, jose on Node and `PyJWT` on Python.
    pub(crate) const ALL: [Self; 3] = [
        Self {
            program: "lua5.4",
            script: "decide.lua",
        },
        Self {
            program: "node",
            script: "jose.mjs",
        },
        Self {
            program: "/usr/bin/python3",
            script: "pyjwt.py",
        },
    ];

    /// The names and figures of one round.
    pub(crate) fn run(&self, sample: &Sample) -> Result<Vec<(String, f64)>, Box<dyn Error>> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let output = Command::new(self.program)
            .arg(here.join(self.script))
            .arg(here.join("../../target/release/libroompass_verifier.so"))
            .arg(&sample.key_set_path)
            .arg(&sample.token)
            .arg(sample.now.as_secs().to_string())
            .output()
            .map_err(|error| format!("{}: {error}", self.program))?;
        if !output.status.success() {
            return Err(format!(
                "{}: {}",
                self.script,
                String::from_utf8_lossy(&output.stderr)
            )
            .into());
        }
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(figure)
            .collect()
    }
}

fn figure(line: &str) -> Result<(String, f64), Box<dyn Error>> {
    let (name, micros) = line
        .split_once('\t')
        .ok_or_else(|| format!("not a figure: {line}"))?;
    Ok((name.to_owned(), micros.parse()?))
}
