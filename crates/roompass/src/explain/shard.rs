//! The shard that is asked: what it decides with, and who is there.

use std::path::PathBuf;

use room_token::{Arrival, Revocations, StatusList, Timestamp, Verifier, WhenStale};

use crate::deployment::DeploymentArgs;
use crate::failure::Failure;
use crate::{files, times};

/// What a shard decides with.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("ages").args(["revocations", "status_list"]).multiple(true)))]
pub(super) struct ShardArgs {
    /// The public keys that a shard would trust
    #[arg(long, value_name = "FILE", env = "ROOMPASS_KEY_SET")]
    key_set: PathBuf,

    /// The root's public key, which a shard would have pinned; then the key set is a signed one
    #[arg(long, value_name = "FILE", env = "ROOMPASS_ROOT_KEY")]
    root_key: Option<PathBuf>,

    /// The highest `seq` of a key set that the shard has seen; an older set is refused
    #[arg(long, value_name = "SEQ")]
    seen_key_set: Option<u64>,

    /// The signed feed of what was taken back, that a shard would have
    #[arg(long, value_name = "FILE")]
    revocations: Option<PathBuf>,

    /// The signed status list (OAuth Token Status List) that a shard would have
    #[arg(long, value_name = "FILE")]
    status_list: Option<PathBuf>,

    /// How old the feed or the list may be before the shard shuts the door, such as 1h [default: any age]
    #[arg(long, value_name = "SPAN", requires = "ages")]
    max_stale: Option<String>,

    #[command(flatten)]
    deployment: DeploymentArgs,
}

impl ShardArgs {
    pub(super) fn verifier(&self) -> Result<Verifier, Failure> {
        let name = self.key_set.display().to_string();
        let root = files::read_root_key(self.root_key.as_deref())?;
        let key_set = files::read_key_set(&self.key_set, root.as_ref())?
            .at_least(self.seen_key_set)
            .map_err(|e| Failure::because(&name, &e))?;
        let verifier = Verifier::new(key_set, self.deployment.parse()?)
            .map_err(|e| Failure::because(&name, &e))?;
        self.with_status_list(self.with_revocations(verifier)?)
    }

    fn with_status_list(&self, verifier: Verifier) -> Result<Verifier, Failure> {
        let Some(path) = &self.status_list else {
            return Ok(verifier);
        };
        let list = files::read_status_list(path)?;
        let (keys, deployment) = (verifier.key_set(), verifier.deployment());
        let list = StatusList::parse(&list, keys, deployment, None)
            .map_err(|e| Failure::because(&path.display().to_string(), &e))?;
        Ok(verifier.with_status_list(list, self.when_stale()?))
    }

    fn with_revocations(&self, verifier: Verifier) -> Result<Verifier, Failure> {
        let Some(path) = &self.revocations else {
            return Ok(verifier);
        };
        let feed = files::read_feed(path)?;
        let (keys, deployment) = (verifier.key_set(), verifier.deployment());
        let feed = Revocations::parse(&feed, keys, deployment, None)
            .map_err(|e| Failure::because(&path.display().to_string(), &e))?;
        Ok(verifier.with_revocations(feed, self.when_stale()?))
    }

    fn when_stale(&self) -> Result<WhenStale, Failure> {
        match &self.max_stale {
            None => Ok(WhenStale::Admit),
            Some(span) => Ok(WhenStale::ShutAfter(times::span("--max-stale", span)?)),
        }
    }
}

/// Who comes, and who is in the room.
#[derive(Debug, clap::Args)]
pub(super) struct PeopleArgs {
    /// Whoever comes was in this room before with the same token
    #[arg(long)]
    returning: bool,

    /// How many others are in the room with the same token [default: 0]
    #[arg(long, value_name = "N")]
    same_token: Option<u32>,

    /// How many others are in the room [default: 0]
    #[arg(long, value_name = "N")]
    occupants: Option<u32>,
}

impl PeopleArgs {
    /// `None` if nothing was said of them.
    pub(super) fn arrival<'a>(
        &self,
        room: Option<&'a str>,
        now: Timestamp,
    ) -> Result<Option<Arrival<'a>>, Failure> {
        let Some(said) = self.said() else {
            return Ok(None);
        };
        let room = room.ok_or_else(|| {
            let what = format!("{said}: nobody is at a room that is not named");
            Failure::new(what, "give --room ROOM or --node NODE, or the whole link")
        })?;
        Ok(Some(Arrival {
            returning: self.returning,
            same_token: self.same_token.unwrap_or(0),
            occupants: self.occupants.unwrap_or(0),
            ..Arrival::first(room, now)
        }))
    }

    fn said(&self) -> Option<&'static str> {
        let options = [
            ("--returning", self.returning),
            ("--same-token", self.same_token.is_some()),
            ("--occupants", self.occupants.is_some()),
        ];
        options
            .into_iter()
            .find_map(|(option, said)| said.then_some(option))
    }
}
