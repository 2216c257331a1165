//! What this machine's Prosody says of its own doors: `roompass:check()` and `roompass:status()` in its shell.

use std::path::Path;
use std::process::Stdio;

use super::super::code::Check;
use super::super::observation::{Observation, ShellLine};
use super::super::plan::Plan;

/// Asks, if there is somebody to be asked.
pub(super) async fn look(plan: &Plan) -> Vec<Observation> {
    let Some(program) = &plan.prosodyctl else {
        return Vec::new();
    };
    let left_out = |why: String| {
        vec![Observation::LeftOut {
            check: Check::Shell,
            why,
        }]
    };
    let asking = async {
        let check = ask(program, "roompass:check()").await?;
        Ok::<_, String>(check + &ask(program, "roompass:status()").await?)
    };
    match tokio::time::timeout(plan.patience * 2, asking).await {
        Ok(Ok(said)) => {
            let lines = read(&said);
            if lines.is_empty() {
                return left_out(format!("{} does not know roompass", program.display()));
            }
            lines.into_iter().map(Observation::Shell).collect()
        }
        Ok(Err(why)) => left_out(format!("{}: {why}", program.display())),
        Err(_elapsed) => left_out(format!("{} does not answer", program.display())),
    }
}

async fn ask(program: &Path, question: &str) -> Result<String, String> {
    let mut command = tokio::process::Command::new(program);
    command.args(["shell", question]).stdin(Stdio::null());
    let output = command.kill_on_drop(true).output().await;
    let output = output.map_err(|e| e.to_string())?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `HOST: [level] text` and `verifier: version 1.2.3`, each once.
fn read(said: &str) -> Vec<ShellLine> {
    let mut lines = Vec::new();
    for line in said.lines() {
        let line = line.trim_start_matches(['|', ' ']);
        if let Some(found) = level(line).or_else(|| version(line))
            && !lines.contains(&found)
        {
            lines.push(found);
        }
    }
    lines
}

fn level(line: &str) -> Option<ShellLine> {
    let (host, rest) = line.split_once(": [")?;
    let (level, text) = rest.split_once("] ")?;
    let told = crate::hide::tokens(&format!("{host}: {text}"));
    match level {
        "error" => Some(ShellLine::Error(told)),
        "warn" => Some(ShellLine::Warning(told)),
        "info" => Some(ShellLine::Fine(told)),
        _unknown => None,
    }
}

fn version(line: &str) -> Option<ShellLine> {
    let version = line.strip_prefix("verifier: version ")?;
    Some(ShellLine::Version(version.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shells_words_are_read() {
        let said = "| conference.m.example: [info] Guarding.\n\
            | server: [error] no door stands before the rooms of open.m.example\n\
            conference.m.example\n  [info] Guarding.\n  verifier: version 0.1.0\n  verifier: version 0.1.0\n\
            OK: 1 guarded host\n";
        let no_door = "server: no door stands before the rooms of open.m.example";
        assert_eq!(
            read(said),
            [
                ShellLine::Fine("conference.m.example: Guarding.".to_owned()),
                ShellLine::Error(no_door.to_owned()),
                ShellLine::Version("0.1.0".to_owned()),
            ]
        );
    }
}
