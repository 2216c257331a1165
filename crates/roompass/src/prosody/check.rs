//! Prosody's own opinion of what was written: `prosodyctl check config`, or Lua's where there is no prosodyctl.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::failure::Failure;

use super::{Change, Place};

/// What it complained about; none if it is not there.
pub(super) fn complaints(place: &Place) -> Option<BTreeSet<String>> {
    let output = prosodyctl(place, &["check", "config"]).ok()?;
    if output.status.success() {
        return Some(BTreeSet::new());
    }
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    Some(lines.map(str::to_owned).collect())
}

/// Fails if there is a complaint that was not there before.
pub(super) fn again(
    place: &Place,
    before: Option<&BTreeSet<String>>,
    changes: &[Change],
) -> Result<(), Failure> {
    let (Some(before), Some(after)) = (before, complaints(place)) else {
        return changes
            .iter()
            .try_for_each(|change| with_lua(change.real()));
    };
    let fresh: Vec<&str> = after.difference(before).map(String::as_str).collect();
    if fresh.is_empty() {
        return Ok(());
    }
    Err(refused("prosodyctl check config", &fresh.join(" / ")))
}

/// A server that hangs answers its shell never.
const PATIENCE: Duration = Duration::from_mins(1);

/// Runs `prosodyctl` on this configuration.
pub(super) fn prosodyctl(place: &Place, arguments: &[&str]) -> io::Result<Output> {
    let mut command = Command::new(&place.prosodyctl);
    command.arg("--config").arg(&place.config).args(arguments);
    within(PATIENCE, command)
}

fn within(patience: Duration, command: Command) -> io::Result<Output> {
    let mut command = tokio::process::Command::from(command);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ended = async { tokio::time::timeout(patience, command.output()).await };
    runtime
        .block_on(ended)
        .unwrap_or_else(|_elapsed| Err(io::ErrorKind::TimedOut.into()))
}

fn with_lua(file: &Path) -> Result<(), Failure> {
    for program in ["luac5.4", "luac"] {
        let Ok(output) = Command::new(program).arg("-p").arg(file).output() else {
            continue;
        };
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(refused(program, &said));
    }
    // Our own reading of the new text was the last check.
    Ok(())
}

fn refused(program: &str, said: &str) -> Failure {
    Failure::new(
        format!("{program} says no: {said}"),
        "every file is as it was before; mend that, or write the lines of docs/operations.md by hand",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_a_program_that_hangs() {
        let mut hanging = Command::new("sleep");
        hanging.arg("600");
        let error = within(Duration::from_millis(50), hanging).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(
            within(PATIENCE, Command::new("true"))
                .unwrap()
                .status
                .success()
        );
    }
}
