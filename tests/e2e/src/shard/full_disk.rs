//! A disk without a byte left.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// Makes a file system of one page, fills it, and becomes the program. Only that program sees it, and it goes with it.
const FILL: &str =
    "mount -t tmpfs -o size=4k full \"$0\" && head -c 4096 /dev/zero >\"$0/full\" && exec \"$@\"";

/// `program` with a full disk at `folder`. Whoever may not mount gets a folder in which nobody can make a file, whoever
/// they are.
///
/// # Panics
/// When the folder cannot be made.
pub(super) fn at(folder: &Path, program: &Path) -> Command {
    if !rustix::process::geteuid().is_root() {
        if !folder.is_symlink() {
            symlink("/proc", folder).expect("the stage's folder is writable");
        }
        return Command::new(program);
    }
    fs::create_dir_all(folder).expect("the stage's folder is writable");
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "sh", "-c", FILL])
        .arg(folder)
        .arg(program);
    command
}
