//! A PostgreSQL of the test's own: in a temporary folder, reached by a socket in it, stopped by its pid.

#![expect(clippy::unwrap_used, reason = "a helper of tests may panic as they do")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server.
#[derive(Debug)]
pub struct Postgres {
    folder: tempfile::TempDir,
    server: Option<Child>,
}

impl Postgres {
    /// Makes a database and starts its server.
    ///
    /// # Panics
    /// When there is no PostgreSQL, or it does not start.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("rp-pg-")
            .tempdir_in("/tmp")
            .unwrap();
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        let data = folder.path().join("data");
        let mut initdb = as_postgres("initdb");
        initdb.args(["--auth=trust", "--username=roompass", "--no-sync", "-D"]);
        run(initdb.arg(&data));
        let mut postgres = Self {
            folder,
            server: None,
        };
        postgres.start_again();
        postgres
    }

    /// `postgres://…` over the socket.
    #[must_use]
    pub fn url(&self) -> String {
        let socket = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://roompass@{socket}/postgres")
    }

    /// The same database once more.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&mut self) {
        let folder = self.folder.path();
        let mut server = as_postgres("postgres");
        server
            .arg("-D")
            .arg(folder.join("data"))
            .arg("-k")
            .arg(folder);
        server.args(["-c", "listen_addresses=", "-c", "fsync=off"]);
        let child = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.server = Some(child.unwrap());
        self.wait_until_ready();
    }

    fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let mut ready = Command::new(program("pg_isready"));
            ready.arg("-q").arg("-h").arg(self.folder.path());
            if ready.status().unwrap().success() {
                return;
            }
            assert!(Instant::now() < deadline, "PostgreSQL does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// An immediate shutdown: like a crash, but without orphans.
    ///
    /// # Panics
    /// When it cannot be told.
    pub fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let pid = server.id().to_string();
            run(Command::new("kill").args(["-QUIT", &pid]));
            server.wait().unwrap();
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0
}

/// It refuses to run as root; Debian's package brings a user of its own.
fn as_postgres(name: &str) -> Command {
    if !is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(program(name));
        return command;
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    command.args(["--pdeathsig", "KILL"]).arg(program(name));
    command.current_dir("/");
    command
}

/// Debian keeps the servers' programs out of the path, one folder a version; the newest will do.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut folders: Vec<_> = versions.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let found = folders
        .iter()
        .rev()
        .map(|folder| folder.join("bin").join(name));
    found
        .into_iter()
        .find(|path| path.exists())
        .unwrap_or_else(|| Path::new(name).to_owned())
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
}
