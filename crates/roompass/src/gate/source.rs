//! Where a key set or a feed comes from: a file that somebody puts there, or an address that is asked now and then.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use room_token::Revocations;

use crate::failure::Failure;
use crate::files::Stamp;
use crate::{files, http};

/// One of the two.
#[derive(Debug)]
pub(super) enum Source {
    File {
        path: PathBuf,
        /// As it was when it was read last.
        seen: Option<Stamp>,
    },
    Url {
        url: String,
        /// The last good one.
        copy: PathBuf,
        tag: Option<String>,
        due: Option<Instant>,
    },
}

/// How often an address is asked: what was taken back is to be known within a minute.
const EVERY: Duration = Duration::from_secs(25);

/// For the whole answer.
const PATIENCE: Duration = Duration::from_secs(15);

impl Source {
    /// Tells them apart. What is fetched needs a folder for its copy.
    pub(super) fn parse(text: &str, copies: Option<&Path>) -> Result<Self, Failure> {
        if !text.contains("://") {
            return Ok(Self::File {
                path: PathBuf::from(text),
                seen: None,
            });
        }
        let url = url::Url::parse(text).ok();
        let is_local =
            |url: &url::Url| matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let is_fine =
            |url: &url::Url| url.scheme() == "https" || url.scheme() == "http" && is_local(url);
        let url = url.filter(is_fine).ok_or_else(|| {
            Failure::new(
                format!("{text} is no address to fetch from"),
                "write one that begins with https://; http:// is for this machine alone",
            )
        })?;
        let folder = copies.ok_or_else(|| {
            Failure::new(
                format!("there is no folder for a copy of {text}"),
                "name one with --copies, so that a restart does not need the issuer",
            )
        })?;
        let name: String = url
            .path()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        Ok(Self::Url {
            copy: folder.join(format!("gate{name}")),
            url: url.into(),
            tag: None,
            due: None,
        })
    }

    /// Its name, for messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::File { path, .. } => path.display().to_string(),
            Self::Url { url, .. } => url.clone(),
        }
    }

    /// What there is at a start: the file, or else the copy, or else what the address gives.
    pub(super) fn first(&mut self) -> Result<Vec<u8>, Failure> {
        if let Self::Url { copy, .. } = self
            && let Ok(bytes) = files::read(copy, Revocations::MAX_BYTES)
        {
            return Ok(bytes);
        }
        match self.news()? {
            Some(bytes) => Ok(bytes),
            None => Err(Failure::new(
                format!("{} is empty", self.name()),
                "look at it",
            )),
        }
    }

    /// What is new since it was asked last, if it is time to ask.
    pub(super) fn news(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        match self {
            Self::File { path, seen } => from_file(path, seen),
            Self::Url { url, tag, due, .. } => {
                let now = Instant::now();
                if due.is_some_and(|due| now < due) {
                    return Ok(None);
                }
                *due = Some(now + EVERY);
                fetch(url, tag)
            }
        }
    }

    /// Reads all of it again next time.
    pub(super) fn forget(&mut self) {
        match self {
            Self::File { seen, .. } => *seen = None,
            Self::Url { tag, .. } => *tag = None,
        }
    }

    /// Keeps what turned out to be good.
    pub(super) fn keep(&self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::File { .. } => Ok(()),
            Self::Url { copy, .. } => files::replace(copy, &String::from_utf8_lossy(bytes)),
        }
    }
}

fn from_file(path: &Path, seen: &mut Option<Stamp>) -> Result<Option<Vec<u8>>, Failure> {
    let unreadable = |e: std::io::Error| {
        Failure::new(
            format!("cannot read {}: {e}", path.display()),
            "put the file there again; until then what was known before counts",
        )
    };
    let before = seen.take();
    let stamp = files::stamp(path).map_err(unreadable)?;
    if before == Some(stamp) {
        *seen = before;
        return Ok(None);
    }
    let bytes = files::read(path, Revocations::MAX_BYTES).map_err(unreadable)?;
    *seen = Some(stamp);
    Ok(Some(bytes))
}

/// Nothing if it is as it was (304).
fn fetch(url: &str, tag: &mut Option<String>) -> Result<Option<Vec<u8>>, Failure> {
    let unreachable = |e: ureq::Error| {
        Failure::new(
            format!("cannot fetch {url}: {e}"),
            "is the issuer running, and the address right? until then what was known before counts",
        )
    };
    let https_only = url.starts_with("https://");
    let mut request = http::agent(PATIENCE, 3, https_only).get(url);
    if let Some(tag) = tag {
        request = request.header("If-None-Match", tag.as_str());
    }
    let mut answer = request.call().map_err(unreachable)?;
    if answer.status() == 304 {
        return Ok(None);
    }
    if answer.status() != 200 {
        return Err(Failure::new(
            format!("{url} answered {}", answer.status()),
            "is the address right? until then what was known before counts",
        ));
    }
    let most = u64::try_from(Revocations::MAX_BYTES).unwrap_or(u64::MAX);
    let bytes = answer
        .body_mut()
        .with_config()
        .limit(most)
        .read_to_vec()
        .map_err(unreachable)?;
    let new = answer
        .headers()
        .get("etag")
        .and_then(|value| value.to_str().ok());
    *tag = new.map(str::to_owned);
    Ok(Some(bytes))
}
