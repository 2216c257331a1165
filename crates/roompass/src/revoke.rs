//! `roompass revoke`: take links back, and publish what was taken back.

use std::path::PathBuf;

use issuer::{Keys, Revocable, Revocation, RevocationFile, RevocationList};
use room_token::{Deployment, Timestamp, Verifier};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::deployment::DeploymentArgs;
use crate::failure::Failure;
use crate::server::{Server, ServerArgs, Wish};
use crate::{argument, files, signing_key, times};

/// Take links back: one, or all of a room, a person or a key
///
/// Keeps a list of what was taken back, and signs a feed of it for the shards. Without anything to take back it
/// signs the list again, so that shards see that the feed is still fresh.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass revoke --link - --sign-with room.pem --feed feed.jwt < link.txt
  roompass revoke --room weekly-sync --sign-with room.pem --feed feed.jwt
  roompass revoke --person ada@example.org --before 2026-12-01T00:00:00Z --sign-with room.pem
  roompass revoke --sign-with room.pem --feed feed.jwt
  roompass revoke --room exam-1 --server https://m.example/roompass --api-key-file portal.key

Exit status: 0 done, 2 nothing was taken back.")]
pub(crate) struct Args {
    #[command(flatten)]
    target: Target,

    /// Only what was issued before this time (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME", conflicts_with_all = ["link", "token_id"])]
    before: Option<String>,

    #[command(flatten)]
    inside: Inside,

    /// The list of what was taken back; made if it is not there
    #[arg(
        long,
        value_name = "FILE",
        env = "ROOMPASS_REVOCATIONS",
        default_value = "revocations.json"
    )]
    list: PathBuf,

    /// The signing key, key folder or `pkcs11:` URI: it signs the feed, and knows its own links
    #[arg(
        long,
        value_name = "FILE|FOLDER|URI",
        env = "ROOMPASS_KEY",
        required_unless_present = "server"
    )]
    sign_with: Option<PathBuf>,

    /// Write the signed feed to a file, for the shards
    #[arg(long, value_name = "FILE", conflicts_with = "server")]
    feed: Option<PathBuf>,

    #[command(flatten)]
    deployment: DeploymentArgs,

    /// Allow the development key, with which everybody can sign
    #[arg(long)]
    dev: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    server: ServerArgs,
}

/// What to take back; one of these, or nothing.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Target {
    /// This link alone; `-` reads it from standard input
    #[arg(long, value_name = "LINK")]
    link: Option<String>,

    /// The token with this `jti` alone, as it stands in logs
    #[arg(long, value_name = "JTI", allow_hyphen_values = true)]
    token_id: Option<String>,

    /// All links of this room
    #[arg(long, value_name = "ROOM", allow_hyphen_values = true)]
    room: Option<String>,

    /// All links signed with this key
    #[arg(long, value_name = "KID", allow_hyphen_values = true)]
    key: Option<String>,

    /// All links of the person with this id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    person: Option<String>,
}

/// What becomes of people who are in a room with such a link.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Inside {
    /// People who are in a room with it must leave; that is so anyway
    #[arg(long)]
    eject: bool,

    /// People who are in a room with it may stay; they cannot come back
    #[arg(long)]
    let_stay: bool,
}

impl Inside {
    fn applied_to(&self, entry: Revocation) -> Revocation {
        if self.let_stay {
            entry.letting_stay()
        } else {
            entry
        }
    }
}

pub(crate) fn run(args: &Args, now: Timestamp) -> Result<Answer, Failure> {
    let because = |e: &dyn std::fmt::Display| Failure::because("the signing key", &e);
    if let Some(server) = args.server.open()? {
        return args.ask(&server);
    }
    let missing = || Failure::new("there is no --sign-with", "give it");
    let key = args.sign_with.as_ref().ok_or_else(missing)?;
    let keys = signing_key::open(key, args.dev)?;
    let deployment = args.deployment.parse()?;
    let entry = args.entry(&keys, &deployment, now)?;
    let file = RevocationFile::at(&args.list);
    let list = match &entry {
        Some(entry) => file.change(|list| list.add(entry.clone(), now)),
        None => file.read(),
    };
    let list = list.map_err(|e| Failure::because("nothing was taken back", &e))?;
    if let Some(feed) = &args.feed {
        let edition = list.edition(now);
        let text = keys
            .with_active(|key| key.sign_revocations(&edition, &deployment))
            .map_err(|e| because(&e))?
            .map_err(|e| Failure::because("the feed was not signed", &e))?;
        files::replace(feed, &(text + "\n"))?;
    }
    args.answer(entry.as_ref(), &list)
}

impl Args {
    /// The same, by an issuer elsewhere, whose shards hear of it.
    fn ask(&self, server: &Server) -> Result<Answer, Failure> {
        let target = &self.target;
        let link = target.link.as_deref().map(argument::read).transpose()?;
        let before = self
            .before
            .as_ref()
            .map(|text| times::time("--before", text));
        let mut wish = Wish::default();
        wish.set("link", link);
        wish.set("token_id", target.token_id.clone());
        wish.set("room", target.room.clone());
        wish.set("key", target.key.clone());
        wish.set("person", target.person.clone());
        wish.set("before", before.transpose()?.map(|at| at.to_string()));
        wish.set("eject", self.inside.let_stay.then_some(false));
        let answer = server.post("/api/v1/revocations", &wish.0)?;
        if self.json {
            return Answer::json(&answer, true);
        }
        let revoked = answer.get("revoked").and_then(Value::as_str);
        let text = format!("revoked {}\n", revoked.unwrap_or_default());
        Ok(Answer::done(text).with_talk("shards know within a minute"))
    }

    fn entry(
        &self,
        keys: &Keys,
        deployment: &Deployment,
        now: Timestamp,
    ) -> Result<Option<Revocation>, Failure> {
        let link = self
            .target
            .link
            .as_deref()
            .map(argument::read)
            .transpose()?;
        let Some(what) = self.target.revocable(link.as_deref()) else {
            return Ok(None);
        };
        let before = self
            .before
            .as_deref()
            .map(Timestamp::parse_rfc3339)
            .transpose();
        let before = before.map_err(|e| Failure::because("--before", &e))?;
        let key_set = keys
            .key_set(deployment.issuer())
            .map_err(|e| Failure::because("the signing key", &e))?;
        let verifier = Verifier::new(key_set, deployment.clone())
            .map_err(|e| Failure::because("the signing key", &e))?;
        let entry = what.parse(&verifier, before, now);
        let entry = entry.map(|entry| self.inside.applied_to(entry));
        entry
            .map(Some)
            .map_err(|e| Failure::because("nothing was taken back", &e))
    }

    fn answer(&self, entry: Option<&Revocation>, list: &RevocationList) -> Result<Answer, Failure> {
        let named = entry.map(Revocation::name);
        if self.json {
            let before = entry.map(|entry| entry.before.to_string());
            let report = json!({ "revoked": named, "before": before, "eject": entry.map(|entry| entry.ejects), "seq": list.seq(), "entries": list.entries().len() });
            return Answer::json(&report, true);
        }
        let what = named.map_or_else(
            || "nothing new".to_owned(),
            |name| format!("revoked {name}"),
        );
        let text = format!(
            "{what}; edition {}, {} entries\n",
            list.seq(),
            list.entries().len()
        );
        let talk = match &self.feed {
            Some(feed) => format!("give {} to every shard", feed.display()),
            None => "no shard knows yet: add --feed FILE, or let `roompass serve --revocations` publish it".to_owned(),
        };
        Ok(Answer::done(text).with_talk(talk))
    }
}

impl Target {
    fn revocable<'a>(&'a self, link: Option<&'a str>) -> Option<Revocable<'a>> {
        let Self {
            token_id,
            room,
            key,
            person,
            ..
        } = self;
        link.map(Revocable::Link)
            .or(token_id.as_deref().map(Revocable::TokenId))
            .or(room.as_deref().map(Revocable::Room))
            .or(key.as_deref().map(Revocable::Key))
            .or(person.as_deref().map(Revocable::Person))
    }
}
