//! A child process that cannot outlive its owner.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::wait::{PATIENCE, until, until_within};

const TAIL: usize = 60;

/// A running program whose output goes to a file.
///
/// Dropped, it is killed by its own pid; if that happens because a test fails, the end
/// of its logs is printed first.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    logs: Vec<PathBuf>,
}

impl Process {
    /// Starts `command`, writing to `console`.
    ///
    /// # Panics
    /// When the program cannot be started.
    pub fn spawn(name: &str, command: &Command, console: &Path) -> Self {
        let output = File::create(console).expect("the stage's folder is writable");
        let errors = output.try_clone().expect("a file handle can be cloned");
        let mut bound = bound_to_us(command);
        bound.stdin(Stdio::null()).stdout(output).stderr(errors);
        Self {
            name: name.to_owned(),
            child: start(name, bound),
            logs: vec![console.to_owned()],
        }
    }

    /// Starts `command` with pipes for input and output; errors go to `console`.
    ///
    /// # Panics
    /// When the program cannot be started.
    pub fn spawn_piped(name: &str, command: &Command, console: &Path) -> Self {
        let errors = File::create(console).expect("the stage's folder is writable");
        let mut bound = bound_to_us(command);
        bound
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors);
        Self {
            name: name.to_owned(),
            child: start(name, bound),
            logs: vec![console.to_owned()],
        }
    }

    /// Also prints the end of `log` when a test fails.
    #[must_use]
    pub fn with_log(mut self, log: &Path) -> Self {
        self.logs.push(log.to_owned());
        self
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The child itself, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits until `ready`, unless the program ends before that.
    ///
    /// # Panics
    /// When the program ends, or the stage's patience does.
    pub fn wait_until_ready(&mut self, ready: impl FnMut() -> bool) {
        self.wait_until_ready_within(PATIENCE, ready);
    }

    /// The same for a program that has more to do.
    pub(crate) fn wait_until_ready_within(
        &mut self,
        patience: Duration,
        mut ready: impl FnMut() -> bool,
    ) {
        let what = format!("{} becomes ready", self.name);
        until_within(patience, &what, || {
            if let Some(status) = self.exited() {
                panic!("{} ended before it was ready: {status}", self.name);
            }
            ready()
        });
    }

    /// How it ended, if it did.
    pub fn exited(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Panics
    /// When it does not end.
    pub fn stop(mut self) {
        self.signal(Signal::TERM);
        let what = format!("{} stops", self.name);
        until(&what, || self.exited().is_some());
    }

    /// Does what Ctrl-C does, and does not wait.
    pub fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// Ends it without a word of warning.
    pub fn kill(self) {
        drop(self);
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It may have ended by itself: that is what we want.
            kill_process(pid, signal).ok();
        }
    }

    #[expect(
        clippy::print_stderr,
        reason = "a failing test shows what its actors said"
    )]
    fn print_logs(&self) {
        for log in &self.logs {
            eprintln!("--- {}: end of {}", self.name, log.display());
            eprintln!("{}", tail(log));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if thread::panicking() {
            self.print_logs();
        }
        // Both fail only for a process that is gone already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The same command, but the kernel ends it when we end, however we end.
fn bound_to_us(command: &Command) -> Command {
    let mut bound = Command::new("setpriv");
    // Ctrl-C at a terminal is for us alone: we end them in order.
    bound.process_group(0);
    bound.args(["--pdeathsig", "KILL", "--"]);
    bound.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => bound.env(name, value),
            None => bound.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        bound.current_dir(folder);
    }
    bound
}

/// A command on its way to the thread that starts it.
struct Order {
    command: Command,
    answer: Sender<io::Result<Child>>,
}

fn start(name: &str, command: Command) -> Child {
    let (answer, child) = mpsc::channel();
    let order = Order { command, answer };
    spawner()
        .send(order)
        .expect("the thread that starts programs runs");
    child
        .recv()
        .expect("the thread that starts programs answers")
        .unwrap_or_else(|error| {
            panic!("cannot start {name}: {error} (is util-linux's setpriv installed?)")
        })
}

/// The kernel ends a child with the *thread* that started it, and threads come and go.
/// So one thread starts them all, and lives for as long as we do.
fn spawner() -> &'static Sender<Order> {
    static SPAWNER: OnceLock<Sender<Order>> = OnceLock::new();
    SPAWNER.get_or_init(|| {
        let (sender, orders) = mpsc::channel::<Order>();
        thread::spawn(move || {
            for mut order in orders {
                // Whoever gave the order waits for the answer.
                order.answer.send(order.command.spawn()).ok();
            }
        });
        sender
    })
}

fn tail(log: &Path) -> String {
    let text = fs::read(log).map_or_else(
        |error| format!("unreadable: {error}"),
        |bytes| String::from_utf8_lossy(&bytes).into_owned(),
    );
    let skipped = text.lines().count().saturating_sub(TAIL);
    text.lines().skip(skipped).collect::<Vec<_>>().join("\n")
}
