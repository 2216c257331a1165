//! `roompass keys`: signing keys and the key sets that shards trust.

use std::fs;
use std::path::{Path, PathBuf};

use issuer::{KeyFolder, RingKey, key_file};
use room_token::{Deployment, KeySet, RootKey, SigningKey};
use serde::Serialize;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::{clock, files, key_folder, root_key, signing_key};

/// Make, list and export keys
#[derive(Debug, clap::Subcommand)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:
  roompass keys new room.pem
  roompass keys export room.pem -o room.jwks.json
  roompass keys root root.pem -o root.jwk.json
  roompass keys list room.pem room.jwks.json"
)]
pub(crate) enum Command {
    New(New),
    List(List),
    Export(Export),
    Init(key_folder::Init),
    Rotate(key_folder::Rotate),
    Retire(key_folder::Retire),
    Revoke(key_folder::Revoke),
    ImportPublic(key_folder::ImportPublic),
    Root(root_key::Root),
    Sign(root_key::Sign),
}

/// Make a signing key: Ed25519, PKCS#8 PEM, mode 0600
///
/// Never overwrites a file. Whoever reads this file can enter every room.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass keys new room.pem
  roompass keys new /etc/roompass/2026-12.pem --json")]
pub(crate) struct New {
    /// The file to write
    #[arg(value_name = "FILE.pem")]
    file: PathBuf,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Name the keys in files: signing keys and key sets
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass keys list room.pem room.jwks.json
  roompass keys list --json /etc/roompass/2026-12.pem

Exit status: 0 all is well, 1 a file has a problem.")]
pub(crate) struct List {
    /// Signing keys (*.pem, `pkcs11:` URIs), key sets (*.jwks.json, *.jwks.jwt) and key folders
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// The root's public key, with which signed key sets (*.jwt) are checked
    #[arg(long, value_name = "FILE", env = "ROOMPASS_ROOT_KEY")]
    root_key: Option<PathBuf>,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Write the public halves of signing keys as a JWK set, for the shards
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass keys export room.pem -o room.jwks.json
  roompass keys export old.pem new.pem --issuer roompass > room.jwks.json")]
pub(crate) struct Export {
    /// The signing keys, files or `pkcs11:` URIs, or one key folder
    #[arg(value_name = "FILE.pem|FOLDER|URI", required = true)]
    files: Vec<PathBuf>,

    /// Whose set it is; a shard demands that its own issuer is the same
    #[arg(long, value_name = "NAME", env = "ROOMPASS_ISSUER", default_value = Deployment::DEFAULT_ISSUER)]
    issuer: String,

    /// Write to a file, whole or not at all [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Allow the development key, with which everybody can sign
    #[arg(long)]
    dev: bool,
}

pub(crate) fn run(command: &Command) -> Result<Answer, Failure> {
    match command {
        Command::New(args) => new(args),
        Command::List(args) => list(args),
        Command::Export(args) => export(args),
        Command::Init(args) => key_folder::init(args, clock::now()?),
        Command::Rotate(args) => key_folder::rotate(args, clock::now()?),
        Command::Retire(args) => key_folder::retire(args, clock::now()?),
        Command::Revoke(args) => key_folder::revoke(args, clock::now()?),
        Command::ImportPublic(args) => key_folder::import_public(args, clock::now()?),
        Command::Root(args) => root_key::root(args),
        Command::Sign(args) => root_key::sign(args, clock::now()?),
    }
}

fn new(args: &New) -> Result<Answer, Failure> {
    let key = SigningKey::from_seed(&clock::random()?);
    key_file::create(&args.file, &key).map_err(|e| Failure::because("no key was made", &e))?;
    let row = Row::of_key(&args.file, &key);
    if args.json {
        return Answer::json(&row, true);
    }
    let path = args.file.display();
    let talk = format!(
        "keep {path} secret: whoever reads it can enter every room\n\
         next: roompass keys export {path} -o {}",
        args.file.with_extension("jwks.json").display()
    );
    Ok(Answer::done(row.to_string()).with_talk(talk))
}

fn list(args: &List) -> Result<Answer, Failure> {
    let root = files::read_root_key(args.root_key.as_deref())?;
    let rows = args.files.iter();
    let rows: Vec<Row> = rows
        .flat_map(|file| Row::all_of(file, root.as_ref()))
        .collect();
    let well = rows.iter().all(|row| row.problem.is_none());
    if args.json {
        return Answer::json(&rows, well);
    }
    let text: String = rows.iter().map(ToString::to_string).collect();
    Ok(Answer {
        done: well,
        ..Answer::done(text)
    })
}

fn export(args: &Export) -> Result<Answer, Failure> {
    if let [folder] = args.files.as_slice()
        && folder.is_dir()
    {
        let ring = KeyFolder::at(folder).ring();
        let ring = ring.map_err(|e| Failure::because("no key set was written", &e))?;
        let set = ring.key_set(&args.issuer);
        return hand_out(
            args,
            &set.map_err(|e| Failure::because("no key set was written", &e))?,
        );
    }
    let read = |key: &PathBuf| signing_key::public_half(key, args.dev);
    let keys = args.files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let set = KeySet::new(keys).map_err(|e| Failure::because("no key set was written", &e))?;
    hand_out(args, &set.issued_by(&args.issuer))
}

fn hand_out(args: &Export, set: &KeySet) -> Result<Answer, Failure> {
    args.keep_keys()?;
    let json = set.to_json() + "\n";
    let Some(output) = &args.output else {
        return Ok(Answer::done(json));
    };
    files::replace(output, &json)?;
    let path = output.display();
    let talk = format!("wrote {path}; on every shard: roompass_key_set = \"{path}\"");
    Ok(Answer::done("").with_talk(talk))
}

impl Export {
    /// The public half in place of the private one would be the end of the key.
    fn keep_keys(&self) -> Result<(), Failure> {
        let same = |file: &PathBuf| {
            let whole = |path: &PathBuf| path.canonicalize().ok();
            self.output
                .as_ref()
                .and_then(whole)
                .is_some_and(|out| Some(out) == whole(file))
        };
        match self.files.iter().find(|file| same(file)) {
            None => Ok(()),
            Some(key) => Err(Failure::new(
                format!(
                    "{} is the signing key itself, and would be lost",
                    key.display()
                ),
                "write the set to another file, such as room.jwks.json",
            )),
        }
    }
}

/// One key in one file, or what is wrong with the file.
#[derive(Serialize)]
struct Row {
    kid: Option<String>,
    kind: &'static str,
    path: String,
    problem: Option<String>,
}

impl Row {
    fn of_key(path: &Path, key: &SigningKey) -> Self {
        Self {
            kid: Some(key.id().to_string()),
            kind: "signing",
            path: path.display().to_string(),
            problem: None,
        }
    }

    fn all_of(path: &Path, root: Option<&RootKey>) -> Vec<Self> {
        if let Some(uri) = signing_key::token_uri(path) {
            return vec![Self::of_token(path, uri)];
        }
        match path.extension() {
            _any if path.is_dir() => Self::all_of_folder(path),
            Some(extension) if extension == "json" => Self::all_of_set(path, None),
            Some(extension) if extension == "jwt" => Self::all_of_set(path, root),
            Some(_) | None => vec![Self::of_file(path)],
        }
    }

    fn all_of_set(path: &Path, root: Option<&RootKey>) -> Vec<Self> {
        let row = |kid: Option<String>, problem| Self {
            kid,
            kind: "public",
            path: path.display().to_string(),
            problem,
        };
        match files::read_key_set(path, root) {
            Ok(set) => set
                .ids()
                .map(|id| row(Some(id.to_string()), None))
                .collect(),
            Err(failure) => vec![row(None, Some(failure.what().to_owned()))],
        }
    }

    fn all_of_folder(path: &Path) -> Vec<Self> {
        let row = |kid: Option<String>, kind, problem| Self {
            kid,
            kind,
            path: path.display().to_string(),
            problem,
        };
        match KeyFolder::at(path).ring() {
            Ok(ring) => ring
                .keys()
                .iter()
                .map(|key| row(Some(key.id().to_string()), kind_of(key), None))
                .collect(),
            Err(error) => vec![row(None, "folder", Some(error.to_string()))],
        }
    }

    /// Without the URI's query: the way to a PIN belongs into no list.
    fn of_token(path: &Path, uri: &str) -> Self {
        let public = signing_key::public_half(path, false);
        Self {
            kid: public.as_ref().ok().map(|key| key.id().to_string()),
            kind: "token",
            path: uri.split('?').next().unwrap_or_default().to_owned(),
            problem: public.err().map(|failure| failure.what().to_owned()),
        }
    }

    fn of_file(path: &Path) -> Self {
        match key_file::read(path, false) {
            Ok(key) => Self::of_key(path, &key),
            Err(error) => Self {
                kid: name_despite(path),
                kind: "signing",
                path: path.display().to_string(),
                problem: Some(error.to_string()),
            },
        }
    }
}

fn kind_of(key: &RingKey) -> &'static str {
    if key.is_imported() {
        return "imported";
    }
    key.public().state().as_str()
}

/// A key that must not be used can still be named: its owner has to know which links to give up.
fn name_despite(path: &Path) -> Option<String> {
    let pem = fs::read_to_string(path).ok()?;
    let key = SigningKey::from_pkcs8_pem(&pem).ok()?;
    Some(key.id().to_string())
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kid = self.kid.as_deref().unwrap_or("-");
        writeln!(f, "{kid:<8}  {:<8}  {}", self.kind, self.path)?;
        match &self.problem {
            Some(problem) => writeln!(f, "          ✘ {problem}"),
            None => Ok(()),
        }
    }
}
