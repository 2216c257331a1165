//! What a page of a long list costs, and a batch: the real service, with a ledger that real batches began.
//!
//! Makes the ledger in a folder of its own and leaves nothing. Times are by the wall, from the first byte of a request
//! to the last of its answer.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// The rows of one batch, the most there may be.
const BATCH: usize = 10_000;
/// So many are issued for real; the rest of a long list are copies of theirs.
const BATCHES: usize = 5;
/// Requests of each kind, all kinds in turn.
const ROUNDS: usize = 100;
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// Fills a ledger with so many links, and asks for pages of them.
pub(crate) fn report(rows: usize) -> Result<String, Box<dyn Error>> {
    let place = Place::new()?;
    place.roompass(&["keys", "new", "room.pem"])?;
    place.write("admin.token", TOKEN)?;
    let mut seconds = Vec::new();
    for number in 0..BATCHES {
        place.write("batch.csv", &table(number)?)?;
        let start = Instant::now();
        place.roompass(&["batch", "batch.csv", "-o", "links.csv"])?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    let mut lines = String::new();
    writeln!(
        lines,
        "a batch of {BATCH}: median of {BATCHES} {:.2} s, most {:.2} s",
        crate::median(seconds.clone()),
        seconds.iter().copied().fold(0.0, f64::max),
    )?;
    let times = rows.div_ceil(BATCHES * BATCH);
    place.grow(times)?;
    writeln!(lines, "then {} links", times * BATCHES * BATCH)?;
    lines += &pages(&place, rows)?;
    Ok(lines)
}

/// 20 000 rooms of a thousand departments, and as many people; one in fifty still open, some to come.
fn table(number: usize) -> Result<String, std::fmt::Error> {
    let mut table = "room,name,id,start,lifetime\n".to_owned();
    let soon = format!("{},2h", next_month());
    for row in 0..BATCH {
        let link = number * BATCH + row;
        let (department, room, person) = (link % 997, link % 20_011, link % 19_997);
        let times = match link % 1000 {
            0..20 => ",30d",
            20..25 => soon.as_str(),
            _ => ",1m",
        };
        writeln!(
            table,
            "exam-{department}-{room},Person {person},u{person},{times}"
        )?;
    }
    Ok(table)
}

fn next_month() -> String {
    let output = Command::new("date")
        .args(["-u", "-d", "+30 days", "+%Y-%m-%d %H:%M"])
        .output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

const QUERIES: [(&str, &str); 14] = [
    ("newest", ""),
    ("further down", "before=MIDDLE"),
    ("a room", "room=exam-7-7"),
    ("a department", "room=exam-7-"),
    ("every department", "room=exam-"),
    ("no such room", "room=absent"),
    ("a name", "person=Person+77"),
    ("an id", "person=u777"),
    ("nobody", "person=Nobody"),
    ("open", "state=open"),
    ("to come", "state=to+come"),
    ("ended, in a department", "state=ended&room=exam-7-"),
    ("revoked", "state=revoked"),
    ("an issuer, open", "issuer=command+line&state=open"),
];

fn pages(place: &Place, rows: usize) -> Result<String, Box<dyn Error>> {
    let service = Service::start(place)?;
    let mut client = Client::connect(&service.address)?;
    for room in ["exam-1-1", "exam-2-2", "exam-500-*"] {
        client.revoke(room)?;
    }
    let mut times: Vec<Vec<Cost>> = vec![Vec::new(); QUERIES.len()];
    for _ in 0..ROUNDS {
        for ((_, query), times) in QUERIES.iter().zip(&mut times) {
            let query = query.replace("MIDDLE", &(rows / 2).to_string());
            let (start, busy) = (Instant::now(), service.busy()?);
            let page = client.get(&format!("/links?{query}"))?;
            times.push(Cost {
                wall: start.elapsed().as_secs_f64() * 1e3,
                busy: (service.busy()? - busy) * 1e3,
            });
            if !page.contains("<h1>Links</h1>") {
                return Err(format!("{query}: {page}").into());
            }
        }
    }
    let mut lines = format!(
        "{:<26} {:>8} {:>8} {:>8} {:>12} {:>8}\n",
        "a page of the list, ms", "p50", "p99", "most", "busy p50", "p99"
    );
    let mut all = Vec::new();
    for ((name, _), times) in QUERIES.iter().zip(times) {
        line(&mut lines, name, &times)?;
        all.extend(times);
    }
    line(&mut lines, "all", &all)?;
    writeln!(lines, "the service holds {} MiB", service.resident_mib()?)?;
    Ok(lines)
}

/// Milliseconds of one request: by the wall, and of the service's processors, where neighbours do not count.
#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    busy: f64,
}

fn line(lines: &mut String, name: &str, costs: &[Cost]) -> Result<(), std::fmt::Error> {
    let at = |share: usize, of: fn(&Cost) -> f64| {
        let mut times: Vec<_> = costs.iter().map(of).collect();
        times.sort_by(f64::total_cmp);
        let index = (times.len() * share).div_ceil(100).saturating_sub(1);
        times.get(index).copied().unwrap_or(f64::NAN)
    };
    let wall = [50, 99, 100].map(|share| at(share, |cost| cost.wall));
    let busy = [50, 99].map(|share| at(share, |cost| cost.busy));
    let ([p50, p99, most], [busy_p50, busy_p99]) = (wall, busy);
    writeln!(
        lines,
        "{name:<26} {p50:>8.1} {p99:>8.1} {most:>8.1} {busy_p50:>12.1} {busy_p99:>8.1}"
    )
}

/// A folder of its own, gone at the end.
struct Place {
    folder: PathBuf,
    program: PathBuf,
}

impl Place {
    fn new() -> Result<Self, Box<dyn Error>> {
        let folder = std::env::temp_dir().join(format!("roompass-lists-{}", std::process::id()));
        // The command of the same build lies beside this one.
        let program = std::env::current_exe()?.with_file_name("roompass");
        if !program.exists() {
            let how = "build it first: cargo build --release -p roompass -p bench";
            return Err(format!("{} is not there; {how}", program.display()).into());
        }
        fs::create_dir(&folder)?;
        Ok(Self { folder, program })
    }

    /// Only its owner may read it, as keys and tokens want.
    fn write(&self, name: &str, text: &str) -> Result<(), Box<dyn Error>> {
        use std::os::unix::fs::PermissionsExt;
        let path = self.folder.join(name);
        fs::write(&path, text)?;
        Ok(fs::set_permissions(
            path,
            fs::Permissions::from_mode(0o600),
        )?)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("ROOMPASS_KEY", "room.pem")
            .env("ROOMPASS_BASE_URL", "https://meet.example.org")
            .env("ROOMPASS_LEDGER", "sqlite:ledger.db");
        command
    }

    fn grow(&self, times: usize) -> Result<(), Box<dyn Error>> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("grow.py");
        let mut python = Command::new("/usr/bin/python3");
        let ledger = self.folder.join("ledger.db");
        python.arg(script).arg(ledger).arg(times.to_string());
        if python.status()?.success() {
            Ok(())
        } else {
            Err("the ledger did not grow".into())
        }
    }

    fn roompass(&self, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
        let status = self.command(arguments).stdout(Stdio::null()).status()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("roompass {arguments:?}: {status}").into())
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// The service, ended by its handle.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start(place: &Place) -> Result<Self, Box<dyn Error>> {
        let mut child = place
            .command(&[
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--admin-token-file",
                "admin.token",
            ])
            .args(["--revocations", "revocations.json"])
            .stderr(Stdio::piped())
            .spawn()?;
        let said = child.stderr.take().ok_or("it says nothing")?;
        let mut said = BufReader::new(said);
        let mut line = String::new();
        said.read_line(&mut line)?;
        let address = line.split_once("http://").map(|(_, rest)| rest);
        let address = address.and_then(|rest| rest.split([',', ' ', '\n']).next());
        let address = address.unwrap_or_default().to_owned();
        let service = Self { child, address };
        if service.address.is_empty() {
            return Err(format!("it does not listen: {line}").into());
        }
        Ok(service)
    }

    /// Seconds that its threads had on a processor.
    fn busy(&self) -> Result<f64, Box<dyn Error>> {
        let mut nanos = 0.0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread that has just ended is none.
            let text = fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
            let first = text.split_whitespace().next().unwrap_or("0");
            nanos += first.parse::<f64>()?;
        }
        Ok(nanos / 1e9)
    }

    fn resident_mib(&self) -> Result<u64, Box<dyn Error>> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1));
        Ok(kib.unwrap_or_default().parse::<u64>()? / 1024)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// One connection, kept.
struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(address: &str) -> Result<Self, Box<dyn Error>> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    fn get(&mut self, path: &str) -> Result<String, Box<dyn Error>> {
        self.ask(&format!("GET {path} HTTP/1.1\r\nAccept: text/html\r\n"), "")
    }

    fn revoke(&mut self, room: &str) -> Result<(), Box<dyn Error>> {
        let body = format!("{{\"room\":\"{room}\"}}");
        let head = "POST /api/v1/revocations HTTP/1.1\r\nContent-Type: application/json\r\n";
        let answer = self.ask(head, &body)?;
        if answer.contains("\"revoked\"") {
            Ok(())
        } else {
            Err(answer.into())
        }
    }

    fn ask(&mut self, head: &str, body: &str) -> Result<String, Box<dyn Error>> {
        let length = body.len();
        let request = format!(
            "{head}Host: localhost\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.0.get_mut().write_all(request.as_bytes())?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line)?;
            if line.trim().is_empty() {
                break;
            }
            let line = line.to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
        let mut answer = vec![0; length];
        self.0.read_exact(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}
