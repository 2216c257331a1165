//! What the probes saw. Nothing here is judged yet, and nothing here holds a token.

use std::fmt;

/// One thing that was seen.
#[derive(Clone, Debug)]
pub(crate) enum Observation {
    /// The host's name, and why it leads nowhere.
    Name { fault: Option<String> },
    /// The meeting's page.
    Page(Page),
    /// How many seconds a server's clock is ahead of ours.
    Clock { place: String, ahead: i64 },
    /// A copy of the key set.
    KeySet {
        name: String,
        found: Result<Keys, String>,
    },
    /// A copy of the revocations.
    Feed {
        name: String,
        found: Result<Age, String>,
    },
    /// Somebody came to the main rooms of a shard.
    Visit {
        leg: Leg,
        visitor: Visitor,
        outcome: Outcome,
    },
    /// A stranger came to another host with rooms.
    Door {
        host: String,
        kind: HostKind,
        outcome: Outcome,
    },
    /// A stranger asked Jicofo for a room of a host that nobody has.
    Request { leg: Leg, to: Focus, kept: bool },
    /// What the web server makes of a conference request by HTTP.
    HttpRequest { passed: Option<String> },
    /// To how many shards the spellings of one room led; the names that led to two.
    Routing { leg: Leg, split: Vec<String> },
    /// Whether a stranger found our room in the list of rooms.
    Listing { leg: Leg, listed: bool },
    /// Whether an access log has our token.
    Log { file: String, has_token: bool },
    /// What a door of this machine says.
    Shell(ShellLine),
    /// A check that could not be made, and why.
    LeftOut {
        check: super::code::Check,
        why: String,
    },
}

/// A way to a shard.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Leg {
    /// What people call it.
    pub(crate) name: String,
    /// Guests come this way too.
    pub(crate) is_router: bool,
}

impl fmt::Display for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// What came in the place of the page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Page {
    /// An answer with this status.
    Answered {
        status: u16,
        /// Why our own page before the call refuses the link.
        refused: Option<String>,
        in_clear: bool,
    },
    /// The handshake failed.
    BadTls(String),
    /// Nobody there.
    NoAnswer(String),
}

/// What a key set says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Keys {
    /// Its keys, sorted.
    pub(crate) ids: Vec<String>,
    /// The key that signs is among them; nothing if that key is not known.
    pub(crate) has_ours: Option<bool>,
    /// Its end has passed.
    pub(crate) is_stale: bool,
}

/// How old a feed is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Age {
    pub(crate) seconds: u64,
    /// Older than shards may go on with.
    pub(crate) is_stale: bool,
}

/// Who comes to the main rooms.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Visitor {
    /// With a good link; of a member, or nobody knows.
    Guest { of_member: bool },
    /// With a good link, and without asking Jicofo.
    Creator,
    /// Without a link.
    Stranger,
    /// With a link that was signed with another key.
    Forger,
    /// With a link whose signature was changed.
    Changer,
    /// With a link that has ended.
    Latecomer,
    /// With a link for another room.
    Neighbour,
    /// With a connection that names another room.
    Deceiver,
}

/// How it went.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// In, as that.
    Admitted { affiliation: String },
    /// Refused; with our code if it was our door.
    Refused {
        code: Option<String>,
        condition: String,
    },
    /// No such host.
    Absent,
    /// There was no way to ask.
    Failed { at: Step, why: String },
}

/// How far somebody came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    Connect,
    LogIn,
    AskFocus,
    Join,
}

/// What a host with rooms is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum HostKind {
    Lobby,
    Breakout,
    Staff,
    Other,
}

impl HostKind {
    /// By its name, as Jitsi's configurations call them.
    pub(crate) fn of(host: &str) -> Self {
        let label = host.split('.').next().unwrap_or_default();
        let is = |word: &str| label == word || label.starts_with(&format!("{word}-"));
        match label {
            _ if is("lobby") => Self::Lobby,
            _ if is("breakout") => Self::Breakout,
            _ if is("internal") => Self::Staff,
            _other => Self::Other,
        }
    }
}

/// By which of its names Jicofo was asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Focus {
    Component,
    User,
}

/// A line of `roompass:status()`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum ShellLine {
    /// `[info]` of a door.
    Fine(String),
    /// `[warn]` of a door.
    Warning(String),
    /// `[error]` of a door.
    Error(String),
    /// The verifier's version.
    Version(String),
}
