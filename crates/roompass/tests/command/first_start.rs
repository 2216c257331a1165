//! A first start of `roompass serve`, with no configuration at all.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::process::{Child, Command};

use crate::shell::Shell;

/// A service with its state in the shell's folder; ends with the test.
pub(crate) struct Service {
    child: Child,
    pub(crate) address: String,
    said: BufReader<std::process::ChildStderr>,
}

impl Service {
    pub(crate) fn start(shell: &Shell, more: &[&str]) -> Self {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], more].concat();
        let mut command = shell.command(&arguments);
        command.env("STATE_DIRECTORY", shell.path("state"));
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let (_, rest) = line.split_once("listening on http://").expect(&line);
        let address = rest.split([',', ' ', '\n']).next().unwrap().to_owned();
        Self {
            child,
            address,
            said,
        }
    }

    /// The set-up link that it prints.
    fn set_up(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        let (_, address) = line.split_once("): ").expect(&line);
        address.trim().to_owned()
    }

    fn ask(&self, request: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (host, length) = (&self.address, body.len());
        let form = "Content-Type: application/x-www-form-urlencoded";
        write!(stream, "{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{form}\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn it_makes_all_it_needs_and_the_link_makes_the_first_administrator() {
    let shell = Shell::new();
    let mut service = Service::start(&shell, &[]);
    let link = service.set_up();
    let mode = |name: &str| {
        let metadata = std::fs::metadata(shell.path("state").join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!((mode("."), mode("roompass.toml")), (0o700, 0o600));
    assert!(shell.path("state/ledger.db").exists() && shell.path("state/keys/keys.json").exists());
    let (_, path) = link.split_once(&service.address).expect(&link);
    assert!(
        service
            .ask(&format!("GET {path}"), "")
            .starts_with("HTTP/1.1 200")
    );
    let form =
        "base_url=https%3A%2F%2Fmeet.example.org&login=ada&passphrase=copper+lantern+walks+north";
    let joined = service.ask(&format!("POST {path}"), form);
    assert!(
        joined.starts_with("HTTP/1.1 303") && joined.contains("__Host-roompass-session="),
        "{joined}"
    );

    let id = service.child.id().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert_eq!(service.child.wait().unwrap().code(), Some(0));
    let mut rest = String::new();
    service.said.read_to_string(&mut rest).unwrap();
    let again = Service::start(&shell, &[]);
    let sign_in = again.ask(
        "POST /sign-in",
        "login=ada&passphrase=copper+lantern+walks+north",
    );
    assert!(sign_in.starts_with("HTTP/1.1 303"), "{sign_in}");
    let cookie = sign_in
        .split("set-cookie: ")
        .nth(1)
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    let page = again.ask(&format!("GET / HTTP/1.1\r\nCookie: {cookie}\r\nX: y"), "");
    assert!(
        page.contains("meet.example.org"),
        "the set-up is remembered: {page}"
    );
}

#[test]
fn systemd_hears_when_it_is_ready() {
    let shell = Shell::new();
    let name = format!("roompass-test-{}", std::process::id());
    let abstract_name = SocketAddr::from_abstract_name(&name).unwrap();
    for (socket, bound) in [
        (
            shell.path("notify").display().to_string(),
            SocketAddr::from_pathname(shell.path("notify")).unwrap(),
        ),
        (format!("@{name}"), abstract_name),
    ] {
        let systemd = UnixDatagram::bind_addr(&bound).unwrap();
        let mut command = shell.command(&["serve", "--listen", "127.0.0.1:0", "--state", "state"]);
        let mut child = command.env("NOTIFY_SOCKET", &socket).spawn().unwrap();
        let mut heard = [0; 32];
        let length = systemd.recv(&mut heard).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(&heard[..length], b"READY=1", "{socket}");
    }
}

#[test]
fn another_link_is_printed_by_admin_invite() {
    let shell = Shell::new();
    let state = ["--state", "state"];
    let link = shell
        .run(&[&["admin", "invite"], &state[..]].concat())
        .result();
    assert!(
        link.starts_with("http://127.0.0.1:8080/invitation/"),
        "{link}"
    );
    let service = Service::start(&shell, &state);
    let path = link.trim().strip_prefix("http://127.0.0.1:8080").unwrap();
    assert!(
        service
            .ask(&format!("GET {path}"), "")
            .starts_with("HTTP/1.1 200")
    );
    let verified = shell
        .run(&["audit", "verify", "--ledger", "sqlite:state/ledger.db"])
        .result();
    assert!(verified.starts_with("2:"), "two invitations: {verified}");
}

#[test]
fn a_flag_counts_more_than_the_environment_and_that_more_than_the_file() {
    let shell = Shell::new();
    shell.write(
        "roompass.toml",
        "listen = \"192.0.2.1:1\"\nbase_url = \"https://file.example\"\n",
    );
    let base = ["serve", "--state", "state", "--config", "roompass.toml"];
    let refused = |more: &[&str], environment: Option<&str>| {
        let mut command = shell.command(&[&base[..], more].concat());
        environment.map(|listen| command.env("ROOMPASS_LISTEN", listen));
        crate::shell::Ended::from(command.output().unwrap()).error()
    };
    assert!(refused(&[], None).contains("192.0.2.1:1"));
    assert!(refused(&[], Some("192.0.2.2:2")).contains("192.0.2.2:2"));
    assert!(refused(&["--listen", "192.0.2.3:3"], Some("192.0.2.2:2")).contains("192.0.2.3:3"));
}

#[test]
fn what_is_wrong_or_dangerous_in_the_file_is_refused_with_the_fix() {
    for (text, hint) in [
        (
            "base-url = \"https://m.example\"",
            "did you mean `base_url`?",
        ),
        ("listen = 8080", "mend it there"),
        ("listen = \"0.0.0.0:8080\"", "listen on 127.0.0.1"),
        (
            "public_url = \"http://m.example\"",
            "let the proxy speak https://",
        ),
        ("ledger = \"mysql://x\"", "write it like sqlite:"),
        ("tls_key = \"/x\"", "name the chain"),
        (
            "tls_key = \"/x\"\ntls_certificate = \"/y\"",
            "this user must be allowed to read both",
        ),
    ] {
        let shell = Shell::new();
        shell.write("roompass.toml", text);
        let arguments = ["serve", "--state", "state", "--config", "roompass.toml"];
        let error = shell.run(&arguments).error();
        assert!(error.contains(hint), "{text}: {error}");
    }
    let shell = Shell::new();
    let file = shell.write(
        "roompass.toml",
        "ledger = \"postgres://a:secret@127.0.0.1:1/x\"",
    );
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let error = shell
        .run(&["serve", "--state", "state", "--config", "roompass.toml"])
        .error();
    assert!(
        error.contains("chmod o= ") && !error.contains("secret"),
        "{error}"
    );
}
