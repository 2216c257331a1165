//! What the page before the call costs: `GET /roompass/auth` beside the same server's static answer, and while an issuer
//! in the same process is busy.
//!
//! Times are by the wall, from the first byte of a request to the last of its answer; processor time is the server's own,
//! as the system counts it. Client and server share the machine.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 64;
/// Each kind in turn, so that what the neighbours do meets all.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(1);
/// How fast guests come beside the busy issuer: each connection so often.
const PACE: Duration = Duration::from_millis(20);
const GUESTS: usize = 4;
const BUSY: Duration = Duration::from_secs(10);
const BASE_URL: &str = "https://meet.example.org";

pub(crate) fn report() -> Result<String, Box<dyn Error>> {
    let service = Service::start()?;
    let good = service.token()?;
    let auth = |uri: &str| {
        format!("GET /roompass/auth HTTP/1.1\r\nHost: m\r\nX-Original-URI: {uri}\r\n\r\n")
    };
    let kinds = [
        (
            "the stylesheet, 3 kB",
            "GET /roompass/gate/page.css HTTP/1.1\r\nHost: m\r\n\r\n".to_owned(),
        ),
        (
            "healthz, 3 bytes",
            "GET /healthz HTTP/1.1\r\nHost: m\r\n\r\n".to_owned(),
        ),
        ("auth, a good link", auth(&format!("/sync?jwt={good}"))),
        ("auth, no link", auth("/sync")),
    ];
    let mut seen: Vec<Vec<Round>> = kinds.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for ((_, request), rounds) in kinds.iter().zip(&mut seen) {
            rounds.push(service.round(request)?);
        }
    }
    let mut text = format!("{CONNECTIONS} connections, median of {ROUNDS} rounds\n");
    for ((name, _), rounds) in kinds.iter().zip(&seen) {
        let median = |of: fn(&Round) -> f64| crate::median(rounds.iter().map(of).collect());
        let (rate, cpu, p99) = (median(|r| r.rate), median(|r| r.cpu), median(|r| r.p99));
        writeln!(
            text,
            "{name:<24}{rate:>8.0} a second {cpu:>7.1} µs of processor, p99 {p99:>6.2} ms"
        )?;
    }
    text += &beside_a_busy_issuer(&service, &auth(&format!("/sync?jwt={good}")))?;
    text += &weights(&service)?;
    Ok(text)
}

/// One kind, for a second.
struct Round {
    rate: f64,
    /// Microseconds a request.
    cpu: f64,
    /// Milliseconds.
    p99: f64,
}

/// `roompass serve --gate`, and a folder of its own.
struct Service {
    child: Child,
    folder: PathBuf,
    issuer: String,
    gate: String,
}

impl Service {
    fn start() -> Result<Self, Box<dyn Error>> {
        let folder = std::env::temp_dir().join(format!("roompass-gate-{}", std::process::id()));
        fs::create_dir(&folder)?;
        let run = |arguments: &[&str]| {
            let mut command = roompass();
            command.current_dir(&folder).args(arguments);
            command
        };
        let made = run(&["keys", "new", "room.pem"]).output()?;
        if !made.status.success() {
            return Err("no key was made; was target/release/roompass built?".into());
        }
        let serve = ["serve", "--key", "room.pem", "--base-url", BASE_URL];
        let here = ["--listen", "127.0.0.1:0", "--gate", "127.0.0.1:0"];
        let mut child = run(&[serve.as_slice(), &here].concat())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut said = BufReader::new(child.stderr.take().ok_or("no pipe")?);
        let mut lines = String::new();
        while lines.matches("http://127.0.0.1:").count() < 2 {
            if said.read_line(&mut lines)? == 0 {
                return Err(lines.into());
            }
        }
        let address = |before: &str| {
            let rest = lines.split_once(before).map_or("", |(_, rest)| rest);
            rest.split([',', '\n'])
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        Ok(Self {
            issuer: address(" listening on http://"),
            gate: address("the gate listens on http://"),
            child,
            folder,
        })
    }

    fn token(&self) -> Result<String, Box<dyn Error>> {
        let issue = ["issue", "sync", "--key", "room.pem", "--base-url", BASE_URL];
        let link = roompass().current_dir(&self.folder).args(issue).output()?;
        let link = String::from_utf8(link.stdout)?;
        let token = link.trim().split_once("jwt=").ok_or("no link")?.1;
        Ok(token.to_owned())
    }

    fn round(&self, request: &str) -> Result<Round, Box<dyn Error>> {
        let before = self.processor()?;
        let start = Instant::now();
        let mut times = ask(&self.gate, request, CONNECTIONS, ROUND, Duration::ZERO);
        let seconds = start.elapsed().as_secs_f64();
        let spent = self.processor()? - before;
        let count = f64::from(u32::try_from(times.len())?);
        Ok(Round {
            rate: count / seconds,
            cpu: spent * 1e6 / count,
            p99: quantile(&mut times, 99),
        })
    }

    /// Seconds of processor that the server has had (proc(5), `utime` and `stime`, in hundredths).
    fn processor(&self) -> Result<f64, Box<dyn Error>> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let behind_name = stat.rsplit_once(") ").ok_or("no stat")?.1;
        let ticks = behind_name.split(' ').skip(11).take(2);
        let ticks: Result<Vec<u32>, _> = ticks.map(str::parse).collect();
        Ok(f64::from(ticks?.iter().sum::<u32>()) / 100.0)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}

fn roompass() -> Command {
    let here = std::env::current_exe().unwrap_or_default();
    Command::new(here.with_file_name("roompass"))
}

/// Milliseconds of each answer, from so many connections for so long.
fn ask(
    address: &str,
    request: &str,
    connections: usize,
    lasting: Duration,
    pace: Duration,
) -> Vec<f64> {
    let one = || {
        let mut times = Vec::new();
        let Ok(mut stream) = TcpStream::connect(address) else {
            return times;
        };
        stream.set_nodelay(true).ok();
        let begin = Instant::now();
        while begin.elapsed() < lasting {
            let start = Instant::now();
            if exchange(&mut stream, request).is_err() {
                return times;
            }
            times.push(start.elapsed().as_secs_f64() * 1000.0);
            std::thread::sleep(pace.saturating_sub(start.elapsed()));
        }
        times
    };
    std::thread::scope(|scope| {
        let guests: Vec<_> = (0..connections).map(|_| scope.spawn(one)).collect();
        let joined = guests.into_iter().filter_map(|guest| guest.join().ok());
        joined.flatten().collect()
    })
}

fn exchange(stream: &mut TcpStream, request: &str) -> Result<(), Box<dyn Error>> {
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::with_capacity(8192);
    let mut piece = [0; 8192];
    loop {
        let read = stream.read(&mut piece)?;
        if read == 0 {
            return Err("it hung up".into());
        }
        bytes.extend(piece.iter().take(read));
        if is_whole(&bytes) {
            return Ok(());
        }
    }
}

/// Head, and as much of a body as it says.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default());
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().ok())?
    });
    bytes.len() >= end + 4 + length.unwrap_or(0)
}

fn quantile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    let place = times.len() * percent / 100;
    times
        .get(place.min(times.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

fn beside_a_busy_issuer(service: &Service, request: &str) -> Result<String, Box<dyn Error>> {
    let body = r#"{"room":"sync","name":"Ada"}"#;
    let issue = format!(
        "POST /api/v1/links HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let is_over = AtomicBool::new(false);
    let (mut times, issued) = std::thread::scope(|scope| {
        let busy = scope.spawn(|| {
            let mut issued = 0;
            while !is_over.load(Ordering::Relaxed) {
                issued += ask(&service.issuer, &issue, 16, ROUND, Duration::ZERO).len();
            }
            issued
        });
        let times = ask(&service.gate, request, GUESTS, BUSY, PACE);
        is_over.store(true, Ordering::Relaxed);
        (times, busy.join().unwrap_or(0))
    });
    let (count, p50) = (times.len(), quantile(&mut times, 50));
    let p99 = quantile(&mut times, 99);
    Ok(format!(
        "beside an issuer of {} links a second: {count} answers of auth, p50 {p50:.2} ms, p99 {p99:.2} ms\n",
        issued / usize::try_from(BUSY.as_secs())?
    ))
}

/// What a browser loads for a page, in bytes without heads.
fn weights(service: &Service) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    for path in ["gate/page", "gate/page.css", "gate/page.js"] {
        let mut stream = TcpStream::connect(&service.gate)?;
        write!(
            stream,
            "GET /roompass/{path} HTTP/1.1\r\nHost: m\r\nX-Original-URI: /sync\r\nConnection: close\r\n\r\n"
        )?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or(0);
        writeln!(
            text,
            "{path:<16}{:>6} bytes",
            bytes.len().saturating_sub(end + 4)
        )?;
    }
    Ok(text)
}
