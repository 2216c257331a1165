//! `make demo`: an issuer, two Prosody shards, `HAProxy` and a guest page, all on loopback, until Ctrl-C.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a demonstration speaks to the person at the terminal"
)]

mod announce;
mod page;
mod preflight;

use std::net::SocketAddr;
use std::process::{Command, ExitCode};

use e2e::{Port, Process, Stage, StagePlan, artifacts, get};

use crate::preflight::Ports;

/// Why the demonstration does not run: what, why and how to mend it.
pub(crate) struct Failure {
    what: String,
    hint: String,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hint: hint.into(),
        }
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    say_panics_plainly();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!(
                "demo: error: {}\ndemo: hint: {}",
                failure.what, failure.hint
            );
            ExitCode::FAILURE
        }
    }
}

/// The stage gives up by panicking, as tests want it; a person wants a sentence.
fn say_panics_plainly() {
    std::panic::set_hook(Box::new(|panic| {
        let what = panic.payload_as_str().unwrap_or("something went wrong");
        eprintln!(
            "demo: error: {what}\ndemo: hint: the lines around this say more; `make demo` again starts afresh"
        );
    }));
}

async fn run() -> Result<(), Failure> {
    preflight::programs()?;
    preflight::sweep();
    let ports = preflight::ports()?;
    eprintln!(
        "demo: starting two Prosody shards, HAProxy, a focus for each shard, and the issuer …"
    );
    let page = page::serve().await?;
    let interrupted = interruption()?;
    tokio::pin!(interrupted);
    let play = tokio::task::spawn_blocking(move || Play::start(ports, page));
    tokio::select! {
        play = play => {
            let play = play.map_err(|_| Failure::new("a part of the demo did not start", "read what it said above"))?;
            announce::ready(&play);
            interrupted.await;
            end(play).await
        }
        () = &mut interrupted => {
            eprintln!("\ndemo: stopped before everything ran");
            Ok(())
        }
    }
}

async fn end(play: Play) -> Result<(), Failure> {
    eprintln!("\ndemo: stopping …");
    let ended = tokio::task::spawn_blocking(move || drop(play)).await;
    ended.map_err(|_| {
        Failure::new(
            "a part of the demo did not stop",
            "look for it with `pgrep -f roompass-stage`",
        )
    })?;
    eprintln!("demo: everything is stopped and nothing is left");
    Ok(())
}

/// Ctrl-C, a polite request to end, or a terminal that was closed.
fn interruption() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| {
        signal(kind).map_err(|e| {
            Failure::new(
                format!("cannot wait for Ctrl-C: {e}"),
                "this needs a Unix system",
            )
        })
    };
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

/// Everything that runs. Dropped, nothing of it is left.
pub(crate) struct Play {
    _issuer: Process,
    pub(crate) issuer_url: String,
    pub(crate) stage: Stage,
}

impl Play {
    fn start(ports: Ports, page: SocketAddr) -> Self {
        let stage = Stage::start_with(StagePlan {
            port: Some(ports.front_door),
            page: Some(page),
            ..StagePlan::default()
        });
        let issuer = start_issuer(&stage, &ports.issuer);
        Self {
            _issuer: issuer,
            issuer_url: format!("http://localhost:{}/", ports.issuer.number()),
            stage,
        }
    }
}

fn start_issuer(stage: &Stage, port: &Port) -> Process {
    let address = port.address();
    let mut roompass = Command::new(artifacts::roompass());
    roompass.args(["serve", "--listen", &address.to_string()]);
    roompass.arg("--key").arg(stage.issuer().key());
    roompass.args(["--base-url", stage.issuer().base_url()]);
    let console = stage.folder().join("issuer.log");
    let mut process = Process::spawn("issuer", &roompass, &console);
    process
        .wait_until_ready(|| get(address, "/healthz").is_some_and(|answer| answer.status == 200));
    process
}
