//! Whether a web server wrote down the token that we have just used.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::super::code::Check;
use super::super::errand::Errand;
use super::super::observation::Observation;

/// A file, and where it ended before anything was asked.
pub(super) struct Log {
    file: PathBuf,
    began_at: u64,
}

/// More than any run writes; a busy server's other lines count as well.
const MOST: u64 = 64 << 20;
/// What we call ourselves; a web server may log this and not the room.
const OUR_NAME: &str = concat!("roompass/", env!("CARGO_PKG_VERSION"));
/// Of a signature: nobody else's line has these letters by chance.
const LETTERS: usize = 20;

/// Remembers where each file ends.
pub(super) fn begin(files: &[PathBuf]) -> Vec<Log> {
    let log = |file: &PathBuf| Log {
        file: file.clone(),
        began_at: fs::metadata(file).map_or(0, |metadata| metadata.len()),
    };
    files.iter().map(log).collect()
}

/// Looks for the tokens in what came since. A file without a word of our visit is not the right one.
pub(super) async fn look(
    logs: Vec<Log>,
    tokens: &[&str],
    guest: Option<&Errand>,
    patience: Duration,
) -> Vec<Observation> {
    let signatures = tokens.iter().filter_map(|token| signature(token));
    let signatures: Vec<_> = signatures.collect();
    let room = guest.map_or("", |errand| errand.room.as_str());
    let mut seen = Vec::new();
    for log in logs {
        seen.push(look_into(&log, &signatures, room, patience).await);
    }
    seen
}

async fn look_into(log: &Log, signatures: &[&str], room: &str, patience: Duration) -> Observation {
    let file = log.file.display().to_string();
    let left_out = |why: String| Observation::LeftOut {
        check: Check::Log,
        why,
    };
    if signatures.is_empty() {
        return left_out("no token was used; give --key or --link".to_owned());
    }
    // Until a web server has written down what it has answered.
    let end = Instant::now() + patience;
    loop {
        let text = match log.news() {
            Ok(text) => text,
            Err(error) => return left_out(format!("{file}: {error}")),
        };
        let has_token = signatures
            .iter()
            .any(|signature| contains(&text, signature));
        if has_token || contains(&text, room) || contains(&text, OUR_NAME) {
            return Observation::Log { file, has_token };
        }
        if Instant::now() >= end {
            return left_out(format!(
                "{file} has no line of this run; is it the right one?"
            ));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

impl Log {
    /// All of it, if the file was replaced meanwhile.
    fn news(&self) -> io::Result<Vec<u8>> {
        read_from(&self.file, self.began_at)
    }
}

fn read_from(path: &Path, began_at: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let start = if length < began_at { 0 } else { began_at };
    file.seek(SeekFrom::Start(start.max(length.saturating_sub(MOST))))?;
    let mut text = Vec::new();
    file.take(MOST).read_to_end(&mut text)?;
    Ok(text)
}

/// What of a token is nobody else's.
fn signature<'a>(token: &&'a str) -> Option<&'a str> {
    token.rsplit('.').next()?.get(..LETTERS)
}

fn contains(text: &[u8], word: &str) -> bool {
    !word.is_empty() && text.windows(word.len()).any(|part| part == word.as_bytes())
}
