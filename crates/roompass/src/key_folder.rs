//! `roompass keys init|rotate|retire|revoke|import-public`: keys that follow one another without locking anybody out.

use std::path::PathBuf;

use issuer::{KeyFolder, KeyFolderError, RingError, Rotated};
use room_token::{
    Affiliation, KeyId, Lifetime, PublicKey, RoomPattern, Scope, SigningKey, Timestamp,
};
use serde_json::json;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::signed_set::SignedKeySetArgs;
use crate::{clock, files};

/// Make a key folder: keys that can be rotated
///
/// The folder holds the signing keys (mode 0600) and what must be known of them to replace one safely.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass keys init /etc/roompass/keys
  roompass keys init keys")]
pub(crate) struct Init {
    /// The folder to make
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

/// Go one step on: publish the next key, or let it sign
///
/// A key signs only after every shard can know it: two lifetimes of a cached key set after it was published.
/// Export the key set after each step, and give it to every shard. Where shards take only what a root key signed, name
/// the signed set that they have: a key signs only after it was in there for as long.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass keys rotate /etc/roompass/keys
  roompass keys rotate keys --json
  roompass keys rotate keys --signed-key-set room.jwks.jwt --root-key root.jwk.json

Exit status: 0 done, 1 too soon, 2 usage or configuration.")]
pub(crate) struct Rotate {
    /// The key folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    #[command(flatten)]
    signed: SignedKeySetArgs,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Take a key out of the set when its last link has ended
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass keys retire /etc/roompass/keys kPrK_qmx

Exit status: 0 done, 1 too soon, 2 usage or configuration.")]
pub(crate) struct Retire {
    /// The key folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// The key
    #[arg(value_name = "KID", allow_hyphen_values = true)]
    id: String,
}

/// Take a key out of the set at once, because somebody else may have it
///
/// Every link signed with it dies on each shard as soon as the shard has the new set. If it is the key that
/// signs, a fresh one takes its place.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass keys revoke /etc/roompass/keys kPrK_qmx")]
pub(crate) struct Revoke {
    /// The key folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// The key
    #[arg(value_name = "KID", allow_hyphen_values = true)]
    id: String,
}

/// Trust another team's public key, within limits
///
/// The team signs with its own key, which opens only the rooms named here.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass keys import-public keys acme.jwk.json --rooms 'acme-*' --affiliations member
  roompass keys import-public keys portal.jwk.json --rooms lobby --max-lifetime 1d")]
pub(crate) struct ImportPublic {
    /// The key folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// The public key, as one JWK
    #[arg(value_name = "FILE.json")]
    file: PathBuf,

    /// The rooms it may open: names, beginnings such as `acme-*`, or `*`
    #[arg(long, value_name = "ROOMS", value_delimiter = ',', required = true)]
    rooms: Vec<String>,

    /// What it may make of guests [default: both]
    #[arg(long, value_name = "owner,member", value_delimiter = ',')]
    affiliations: Vec<String>,

    /// The longest life of its links [default: 400 days]
    #[arg(long, value_name = "DURATION")]
    max_lifetime: Option<humantime::Duration>,
}

pub(crate) fn init(args: &Init, now: Timestamp) -> Result<Answer, Failure> {
    let folder = KeyFolder::create(&args.folder, &fresh_key()?, now).map_err(|e| refused(&e))?;
    let ring = folder.ring().map_err(|e| refused(&e))?;
    let talk = format!(
        "next: roompass keys export {} -o room.jwks.json",
        args.folder.display()
    );
    Ok(Answer::done(format!("{} signs\n", ring.active())).with_talk(talk))
}

pub(crate) fn rotate(args: &Rotate, now: Timestamp) -> Result<Answer, Failure> {
    let (folder, fresh) = (KeyFolder::at(&args.folder), fresh_key()?);
    let rotated = match args.signed.parse()? {
        Some(signed) => folder.rotate_with(&signed, &fresh, now),
        None => folder.rotate(&fresh, now),
    };
    let rotated = match rotated {
        Ok(rotated) => rotated,
        Err(error) => return too_soon(&error),
    };
    let (text, report) = match &rotated {
        Rotated::Published { next, signs_from } => (
            format!("{next} is published, and may sign from {signs_from}\n"),
            json!({ "published": next.as_str(), "signs_from": signs_from.to_string() }),
        ),
        Rotated::Switched {
            active,
            retiring,
            retires_from,
        } => (
            format!("{active} signs; {retiring} may be retired from {retires_from}\n"),
            json!({ "active": active.as_str(), "retiring": retiring.as_str(), "retires_from": retires_from.to_string() }),
        ),
    };
    if args.json {
        return Answer::json(&report, true);
    }
    Ok(Answer::done(text).with_talk(export_again(&args.folder)))
}

pub(crate) fn retire(args: &Retire, now: Timestamp) -> Result<Answer, Failure> {
    let id = key_id(&args.id)?;
    match KeyFolder::at(&args.folder).retire(&id, now) {
        Ok(()) => Ok(Answer::done(format!("{id} is gone\n")).with_talk(export_again(&args.folder))),
        Err(error) => too_soon(&error),
    }
}

pub(crate) fn revoke(args: &Revoke, now: Timestamp) -> Result<Answer, Failure> {
    let id = key_id(&args.id)?;
    let folder = KeyFolder::at(&args.folder);
    folder
        .revoke(&id, &fresh_key()?, now)
        .map_err(|e| refused(&e))?;
    let ring = folder.ring().map_err(|e| refused(&e))?;
    let text = format!(
        "{id} is gone, and every link signed with it; {} signs\n",
        ring.active()
    );
    Ok(Answer::done(text).with_talk(export_again(&args.folder)))
}

pub(crate) fn import_public(args: &ImportPublic, now: Timestamp) -> Result<Answer, Failure> {
    let because =
        |e: &dyn std::fmt::Display| Failure::because(&args.file.display().to_string(), &e);
    let jwk = files::read_jwk(&args.file)?;
    let key =
        PublicKey::parse(jwk.as_bytes()).map_err(|fault| because(&format!("the key {fault}")))?;
    let id = key.id().clone();
    let key = key.within(args.scope()?);
    KeyFolder::at(&args.folder)
        .import(key, now)
        .map_err(|e| refused(&e))?;
    let text = format!("{id} is trusted for {}\n", args.rooms.join(", "));
    Ok(Answer::done(text).with_talk(export_again(&args.folder)))
}

impl ImportPublic {
    fn scope(&self) -> Result<Scope, Failure> {
        let rooms = self
            .rooms
            .iter()
            .map(|text| RoomPattern::from_canonical(text));
        let rooms = rooms
            .collect::<Result<_, _>>()
            .map_err(|e| Failure::because("--rooms", &e))?;
        let mut scope = Scope::UNLIMITED.for_rooms(rooms);
        if !self.affiliations.is_empty() {
            let words = self
                .affiliations
                .iter()
                .map(|word| Affiliation::parse(word));
            let words = words.collect::<Result<_, _>>();
            scope =
                scope.for_affiliations(words.map_err(|e| Failure::because("--affiliations", &e))?);
        }
        if let Some(longest) = self.max_lifetime {
            let lifetime = Lifetime::from_secs(longest.as_secs());
            scope =
                scope.for_at_most(lifetime.map_err(|e| Failure::because("--max-lifetime", &e))?);
        }
        Ok(scope)
    }
}

fn fresh_key() -> Result<SigningKey, Failure> {
    Ok(SigningKey::from_seed(&clock::random()?))
}

fn key_id(text: &str) -> Result<KeyId, Failure> {
    KeyId::parse(text).map_err(|e| Failure::because(text, &e))
}

/// A step that is refused for now is an answer, not a mistake.
fn too_soon(error: &KeyFolderError) -> Result<Answer, Failure> {
    if let KeyFolderError::Ring(refusal @ RingError::TooSoon { .. }) = error {
        return Ok(Answer {
            done: false,
            ..Answer::done(format!("{refusal}\n"))
        });
    }
    Err(refused(error))
}

fn refused(error: &KeyFolderError) -> Failure {
    Failure::because("nothing was changed", error)
}

fn export_again(folder: &std::path::Path) -> String {
    format!(
        "next: roompass keys export {} -o room.jwks.json, and give it to every shard",
        folder.display()
    )
}
