//! `roompass admin key`: API keys, where the service runs.

use std::path::PathBuf;

use issuer::api_keys::{self, ApiKey, ApiKeyError, KeyWish};
use issuer::{Actor, Ledger, Role, Rooms};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::state::StateArgs;
use crate::{clock, files, ledger, times};

/// Make, list and end API keys, with which programs come
#[derive(Debug, clap::Subcommand)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:
  roompass admin key new portal
  roompass admin key list"
)]
pub(crate) enum Command {
    New(New),
    List(List),
    End(End),
}

/// Make a key and print it; it cannot be printed again
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass admin key new portal -o portal.key
  roompass admin key new 'exam office' --rooms 'exam- oral-' --for 30days --state /var/lib/roompass")]
pub(crate) struct New {
    /// What it is for, as lists show it
    note: String,

    /// How much it may do
    #[arg(long, value_name = "ROLE", default_value = "issuer", value_parser = role)]
    role: Role,

    /// Only rooms whose names begin in one of these ways, with spaces between [default: all rooms]
    #[arg(
        long,
        value_name = "BEGINNINGS",
        default_value = "",
        hide_default_value = true
    )]
    rooms: String,

    /// For how long it is good, at most 366 days
    #[arg(long = "for", value_name = "SPAN", default_value = "90days")]
    lifetime: String,

    /// Write the key to a file of mode 0600, and print nothing
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    state: StateArgs,
}

/// Print the keys that are still good
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass admin key list
  roompass admin key list --json")]
pub(crate) struct List {
    #[command(flatten)]
    state: StateArgs,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// End a key; a program that comes with it is refused from now on
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass admin key end 5f1c03d92a7b

Exit status: 0 it has ended, 1 there is no such key.")]
pub(crate) struct End {
    /// As `roompass admin key list` and the audit have it
    id: String,

    #[command(flatten)]
    state: StateArgs,
}

fn role(word: &str) -> Result<Role, String> {
    let names = Role::ALL.map(Role::as_str).join(", ");
    Role::parse(word).ok_or_else(|| format!("there are {names}"))
}

pub(super) fn run(command: &Command) -> Result<Answer, Failure> {
    match command {
        Command::New(args) => new(args),
        Command::List(args) => list(args),
        Command::End(args) => end(args),
    }
}

fn new(args: &New) -> Result<Answer, Failure> {
    let rooms = Rooms::parse(&args.rooms, None).map_err(|e| Failure::because("--rooms", &e))?;
    let lifetime = times::span("--for", &args.lifetime)?;
    let wish = KeyWish::new(&args.note, args.role, rooms, lifetime);
    let wish = wish.map_err(|e| Failure::because("no key was made", &e))?;
    let (random, now) = (clock::random()?, clock::now()?);
    let maker = Actor::unbounded("command line");
    let (key, secret) = at(&args.state, "no key was made", |ledger| async move {
        api_keys::make(&ledger, &maker, wish, random, now).await
    })?;
    let talk = format!("key {} is good until {}", key.id, key.expires_at);
    let text = format!("{}\n", secret.as_str());
    match &args.output {
        Some(path) => {
            files::replace_private(path, text.as_bytes())?;
            Ok(Answer::done("").with_talk(talk))
        }
        None => Ok(Answer::done(text).with_talk(talk)),
    }
}

fn list(args: &List) -> Result<Answer, Failure> {
    let now = clock::now()?;
    let keys = at(&args.state, "the keys", |ledger| async move {
        Ok(api_keys::all(&ledger, now).await?)
    })?;
    if args.json {
        let rows: Vec<_> = keys.iter().map(report).collect();
        return Answer::json(&json!({ "api_keys": rows }), true);
    }
    let talk = if keys.is_empty() {
        "there are none"
    } else {
        ""
    };
    Ok(Answer::done(keys.iter().map(line).collect::<String>()).with_talk(talk))
}

fn line(key: &ApiKey) -> String {
    let rooms = if key.rooms.is_all() {
        "all rooms".to_owned()
    } else {
        key.rooms.to_string()
    };
    let used = key
        .used_at
        .map_or("never used".to_owned(), |at| format!("last used {at}"));
    let (id, role, until, maker) = (&key.id, key.role, key.expires_at, &key.made_by);
    format!(
        "{id}  {role}  {rooms}  until {until}  {used}  by {maker}: {}\n",
        key.note
    )
}

fn report(key: &ApiKey) -> Value {
    json!({
        "id": key.id,
        "note": key.note,
        "made_by": key.made_by,
        "role": key.role.as_str(),
        "rooms": key.rooms.to_string(),
        "created_at": key.created_at.to_string(),
        "expires_at": key.expires_at.to_string(),
        "used_at": key.used_at.map(|at| at.to_string()),
    })
}

fn end(args: &End) -> Result<Answer, Failure> {
    let (actor, now, id) = (
        Actor::unbounded("command line"),
        clock::now()?,
        args.id.clone(),
    );
    let ended = at(&args.state, "no key was ended", |ledger| async move {
        api_keys::end(&ledger, &actor, &id, now).await
    })?;
    Ok(Answer::done("").with_talk(format!("the key for {} has ended", ended.note)))
}

/// An errand at the ledger of the state folder.
fn at<T, F: Future<Output = Result<T, ApiKeyError>>>(
    state: &StateArgs,
    doing: &str,
    errand: impl FnOnce(Ledger) -> F,
) -> Result<T, Failure> {
    let state = state.open()?;
    let address = state.ledger(state.config.ledger.as_deref())?;
    let done = ledger::with(&address, |ledger| async move { Ok(errand(ledger).await) });
    match done.map_err(|e| ledger::blame(&e))? {
        Ok(done) => Ok(done),
        Err(ApiKeyError::Nobody) => {
            let hint = "`roompass admin key list` prints those that are good";
            Err(Failure::new(format!("{doing}: there is no such key"), hint).not_done())
        }
        Err(error @ (ApiKeyError::Beyond | ApiKeyError::Ledger(_))) => {
            Err(Failure::because(doing, &error))
        }
    }
}
