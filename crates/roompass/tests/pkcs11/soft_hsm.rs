//! A token of `SoftHSM2` in a folder of its own, and a service that signs with it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

pub(crate) const PIN: &str = "123456";

/// Where distributions put the module.
const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
];

/// One token, `room`, with the Ed25519 key `signing` and a key `curve` of another kind.
pub(crate) struct SoftHsm {
    folder: tempfile::TempDir,
}

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl SoftHsm {
    pub(crate) fn new() -> Self {
        let hsm = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(hsm.path("tokens")).unwrap();
        let tokens = hsm.path("tokens").display().to_string();
        let settings = format!("directories.tokendir = {tokens}\nlog.level = ERROR\n");
        fs::write(hsm.path("softhsm2.conf"), settings).unwrap();
        hsm.write_pin(PIN);
        hsm.tool(
            "softhsm2-util",
            &[
                "--init-token",
                "--free",
                "--label",
                "room",
                "--pin",
                PIN,
                "--so-pin",
                PIN,
            ],
        );
        hsm.make_key("EC:edwards25519", "signing", "01");
        hsm.make_key("EC:prime256v1", "curve", "02");
        hsm
    }

    fn make_key(&self, kind: &str, label: &str, id: &str) {
        let module = self.module().display().to_string();
        let login = [
            "--module",
            &module,
            "--token-label",
            "room",
            "--login",
            "--pin",
            PIN,
        ];
        let make = [
            "--keypairgen",
            "--key-type",
            kind,
            "--label",
            label,
            "--id",
            id,
        ];
        self.tool("pkcs11-tool", &[&login[..], &make].concat());
    }

    fn tool(&self, program: &str, arguments: &[&str]) {
        let output = Command::new(program)
            .args(arguments)
            .env("SOFTHSM2_CONF", self.path("softhsm2.conf"))
            .output();
        let output =
            output.unwrap_or_else(|error| panic!("{program}: {error}; run tests/setup.sh"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {said}");
    }

    #[expect(clippy::unused_self, reason = "reads better beside its siblings")]
    pub(crate) fn module(&self) -> &'static Path {
        let there = MODULES.iter().map(Path::new).find(|path| path.exists());
        there.expect("SoftHSM2 is installed; run tests/setup.sh")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn uri(&self, key: &str) -> String {
        format!(
            "pkcs11:token=room;object={key}?module-path={}&pin-source=file:{}",
            self.module().display(),
            self.path("pin").display()
        )
    }

    pub(crate) fn write_pin(&self, pin: &str) {
        use std::os::unix::fs::PermissionsExt;
        fs::write(self.path("pin"), format!("{pin}\n")).unwrap();
        fs::set_permissions(self.path("pin"), fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Makes the token say that of its PIN (`CK_TOKEN_INFO.flags`). `SoftHSM2` counts no tries, so its own note of the
    /// flags is changed: in `token.object`, behind the attribute's type and the mark of a number.
    pub(crate) fn say_of_the_pin(&self, flag: u64) {
        const FLAGS_BEGIN: [u8; 16] = [0, 0, 0, 0, 0x80, 0, 0x53, 0x4b, 0, 0, 0, 0, 0, 0, 0, 2];
        let mut tokens = fs::read_dir(self.path("tokens")).unwrap();
        let file = tokens.next().unwrap().unwrap().path().join("token.object");
        let mut object = fs::read(&file).unwrap();
        let mut windows = object.windows(FLAGS_BEGIN.len());
        let begin = windows.position(|bytes| bytes == FLAGS_BEGIN).unwrap() + FLAGS_BEGIN.len();
        let flags = object.get_mut(begin..begin + 8).unwrap();
        let said = u64::from_be_bytes(<[u8; 8]>::try_from(&*flags).unwrap());
        flags.copy_from_slice(&(said | flag).to_be_bytes());
        fs::write(&file, object).unwrap();
    }

    /// As if it had been pulled out: the token's folder is moved away.
    pub(crate) fn take_the_token_out(&self) {
        fs::rename(self.path("tokens"), self.path("away")).unwrap();
        fs::create_dir(self.path("tokens")).unwrap();
    }

    pub(crate) fn put_the_token_back(&self) {
        fs::remove_dir(self.path("tokens")).unwrap();
        fs::rename(self.path("away"), self.path("tokens")).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_roompass"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ROOMPASS_")) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("SOFTHSM2_CONF", self.path("softhsm2.conf"))
            .env("ROOMPASS_BASE_URL", "https://meet.example.org")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn roompass(&self, arguments: &[&str]) -> Ended {
        self.roompass_reading(arguments, "")
    }

    pub(crate) fn roompass_reading(&self, arguments: &[&str], input: &str) -> Ended {
        let mut child = self.command(arguments).spawn().unwrap();
        // A command that reads no input may have closed it already.
        child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
        Ended::from(child.wait_with_output().unwrap())
    }

    /// What a shard with `set.jwks.json` would say.
    pub(crate) fn explain(&self, link: &str) -> String {
        self.roompass_reading(&["explain", "-", "--key-set", "set.jwks.json"], link)
            .stdout
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().expect("it was not ended by a signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A service that ends with the test.
pub(crate) struct Service {
    child: Child,
    address: String,
}

impl Service {
    /// Started, and listening.
    pub(crate) fn start(hsm: &SoftHsm, key: &str) -> Self {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--key", key];
        let mut child = hsm.command(&arguments).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.as_mut().unwrap()).lines();
        let address = said.find_map(|line| {
            let line = line.unwrap();
            let (_, rest) = line.split_once("listening on http://")?;
            rest.split([',', ' ']).next().map(str::to_owned)
        });
        Self {
            address: address.expect("the service started"),
            child,
        }
    }

    pub(crate) fn issue(&self) -> (u16, Value) {
        let body = r#"{"room":"standup","name":"Ada"}"#;
        let head = format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        self.ask("POST /api/v1/links", &format!("{head}\r\n{body}"))
    }

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        self.ask(&format!("GET {path}"), "\r\n")
    }

    fn ask(&self, line: &str, rest: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.address
        );
        write!(stream, "{head}{rest}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_default())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
