//! Where the project's files are, for the tests that keep them in order.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

/// The top folder of the project.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Every file under version control, or about to be, relative to [`root`].
///
/// # Errors
/// If git cannot be run.
pub fn files() -> io::Result<Vec<PathBuf>> {
    let git = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()?;
    let names = String::from_utf8_lossy(&git.stdout).into_owned();
    Ok(names
        .lines()
        .map(PathBuf::from)
        .filter(|path| root().join(path).is_file())
        .collect())
}

/// The text of one of them.
///
/// # Errors
/// If it cannot be read as UTF-8.
pub fn text(path: &Path) -> io::Result<String> {
    fs::read_to_string(root().join(path))
}

/// What cargo knows of the workspace.
///
/// # Errors
/// If cargo cannot be run or does not answer in JSON.
pub fn metadata() -> io::Result<serde_json::Value> {
    ask(&["--no-deps"])
}

/// The same of all that the workspace builds on, too.
///
/// # Errors
/// As [`metadata`].
pub fn whole_metadata() -> io::Result<serde_json::Value> {
    ask(&["--locked"])
}

fn ask(more: &[&str]) -> io::Result<serde_json::Value> {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline"])
        .args(more)
        .current_dir(root())
        .output()?;
    Ok(serde_json::from_slice(&cargo.stdout)?)
}
