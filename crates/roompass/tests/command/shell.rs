//! Runs `roompass` in a folder of its own, with an environment of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use room_token::{Deployment, Grant, KeySet, Person, RoomName};
use room_token::{SigningKey, Timestamp, TokenId, Validity};

/// A folder in which commands run.
pub(crate) struct Shell {
    folder: tempfile::TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Shell {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with_input(arguments, "")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads no input may have closed it already.
        child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
        Ended::from(child.wait_with_output().unwrap())
    }

    /// Not yet started; its output is caught.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = roompass(self.folder.path());
        command.args(arguments);
        command
    }
}

fn roompass(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roompass"));
    // The developer's own settings must not decide a test.
    let ours = std::env::vars().filter(|(name, _)| name.starts_with("ROOMPASS_"));
    for (name, _) in ours {
        command.env_remove(name);
    }
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Ended {
    /// Its result, if it went well and said nothing else.
    pub(crate) fn result(self) -> String {
        assert_eq!(
            (self.status, self.stderr.as_str()),
            (0, ""),
            "{}",
            self.stdout
        );
        self.stdout
    }

    /// Its error, if it is one, in the form that all errors have.
    pub(crate) fn error(self) -> String {
        assert_eq!(
            (self.status, self.stdout.as_str()),
            (2, ""),
            "{}",
            self.stderr
        );
        let lines: Vec<_> = self.stderr.lines().collect();
        let starts = ["roompass: error: ", "roompass: hint: "];
        assert_eq!(lines.len(), starts.len(), "{}", self.stderr);
        for (line, start) in lines.iter().zip(starts) {
            let text = line.strip_prefix(start).expect(line);
            assert!(
                !text.starts_with(char::is_uppercase) || text.starts_with("ROOM"),
                "{line}"
            );
            assert!(!line.ends_with('.'), "{line}");
        }
        self.stderr
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

/// The last part of a token, which nothing may show.
pub(crate) fn signature(link_or_token: &str) -> &str {
    link_or_token.trim().rsplit('.').next().unwrap()
}

/// A token that is the same every time: for `standup`, Ada, a member, from 2026-01-01T00:00:00Z for two hours.
pub(crate) fn fixed_token() -> String {
    let issued_at = Timestamp::parse_rfc3339("2026-01-01T00:00:00Z").unwrap();
    let validity = Validity::new(issued_at, None, issued_at.plus(7200)).unwrap();
    let grant = Grant::new(
        RoomName::parse("standup").unwrap(),
        Person::member("Ada").unwrap(),
    );
    let id = TokenId::from_bytes([1; 8]);
    let token = fixed_key().issue(&Deployment::default(), &grant, &validity, &id);
    token.unwrap().as_str().to_owned()
}

/// The key set that admits it.
pub(crate) fn fixed_key_set() -> String {
    KeySet::of([&fixed_key()]).unwrap().to_json()
}

fn fixed_key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}
