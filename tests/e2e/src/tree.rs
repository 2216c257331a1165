//! A whole Debian in a folder, with its own processes, mounts and network, for packages to be installed in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::artifacts;
use crate::process::Process;
use crate::wait::until;

/// A file system in memory lies over the tree, so the next test finds the tree as it was. `/packages` is `$2`.
const ENTER: &str = r#"
set -e
mount -t tmpfs none "$3"
mkdir "$3/upper" "$3/work" "$3/root"
mount -t overlay none -o "lowerdir=$1,upperdir=$3/upper,workdir=$3/work" "$3/root"
mkdir "$3/root/packages"
mount --bind "$2" "$3/root/packages"
mount --rbind /dev "$3/root/dev"
mount -t proc none "$3/root/proc"
ip link set lo up
exec chroot "$3/root" sleep infinity
"#;

/// What stands where the programs of a tree look for others.
const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A Debian that runs, without anything started in it. Dropped, it is gone with all its processes.
#[derive(Debug)]
pub struct Tree {
    /// Its first process, with which all others end.
    pid: String,
    _holder: Process,
    folder: TempDir,
}

impl Tree {
    /// Enters Debian 12 or 13, with the folder `packages` under `/packages`.
    ///
    /// # Panics
    /// When there is no such tree and none can be made.
    pub fn enter(release: &str, packages: &Path) -> Self {
        let folder = TempDir::new().expect("there is room for a folder");
        let over = folder.path().join("over");
        fs::create_dir(&over).expect("the folder is writable");
        let mut unshare = Command::new("unshare");
        unshare.args(["--mount", "--pid", "--net", "--fork", "--kill-child"]);
        unshare.args(["sh", "-c", ENTER, "sh"]);
        unshare.args([lower(release).as_path(), packages, &over]);
        unshare.env_remove("LD_PRELOAD");
        let mut holder = Process::spawn("the tree", &unshare, &folder.path().join("tree.log"));
        let id = holder.id();
        let mut pid = String::new();
        holder.wait_until_ready(|| {
            pid = first_process(id);
            comm(&pid) == "sleep"
        });
        Self {
            pid,
            _holder: holder,
            folder,
        }
    }

    /// Runs a shell script in it as root, and gives all that it said.
    ///
    /// # Panics
    /// When the script fails.
    pub fn run(&self, script: &str) -> String {
        let output = self.attempt(script);
        let said = both(&output);
        assert!(
            output.status.success(),
            "{script}: {}: {said}",
            output.status
        );
        said
    }

    fn attempt(&self, script: &str) -> Output {
        let mut inside = self.inside();
        inside.args(["sh", "-c", script]);
        inside.output().expect("util-linux has nsenter")
    }

    /// Starts a program in it, as this user. Its own id in there lies in `/run/NAME.pid`.
    pub fn spawn(&self, name: &str, user: &str, words: &[&str]) -> Process {
        let mut inside = self.inside();
        inside.args(["setpriv", "--pdeathsig", "KILL", "sh", "-c"]);
        inside.arg(format!("echo $$ > /run/{name}.pid; exec \"$@\""));
        let ids = [format!("--reuid={user}"), format!("--regid={user}")];
        inside.args(["sh", "setpriv"]).args(ids);
        inside.arg("--clear-groups").args(words);
        let log = self.folder.path().join(format!("{name}.log"));
        Process::spawn(name, &inside, &log)
    }

    /// Asks such a program to end, and waits until it has.
    ///
    /// # Panics
    /// When it does not end, or says that it failed.
    pub fn stop(&self, name: &str, mut process: Process) {
        self.run(&format!("kill $(cat /run/{name}.pid)"));
        until(&format!("{name} stops"), || process.exited().is_some());
        let status = process.exited().expect("it has ended");
        assert!(status.success(), "{name}: {status}");
    }

    /// Whether a script does not fail.
    pub fn succeeds(&self, script: &str) -> bool {
        self.attempt(script).status.success()
    }

    fn inside(&self) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.pid, "--mount", "--pid", "--net"]);
        command.args(["--root", "--wd", "env", "-i", PATH, "LC_ALL=C.UTF-8"]);
        command.arg("DEBIAN_FRONTEND=noninteractive");
        command.env_remove("LD_PRELOAD"); // a linker's wrapper, which no tree has
        command
    }
}

fn lower(release: &str) -> PathBuf {
    let made = Command::new(artifacts::trees()).arg(release).output();
    let made = made.expect("tests/trees.sh can be started");
    let folder = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    assert!(made.status.success(), "{}", both(&made));
    PathBuf::from(folder)
}

/// The process that `unshare` started; empty until there is one.
fn first_process(unshare: u32) -> String {
    let path = format!("/proc/{unshare}/task/{unshare}/children");
    let children = fs::read_to_string(path).unwrap_or_default();
    children.trim().to_owned()
}

fn comm(pid: &str) -> String {
    let comm = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    comm.trim().to_owned()
}

fn both(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}
