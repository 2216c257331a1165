//! `roompass keys root|sign`: a root key that stays offline, and the key sets that it signs.

use std::path::{Path, PathBuf};

use issuer::{edition, key_file};
use room_token::{KeySet, RootKey, SigningKey, Timestamp};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::{clock, files, times};

/// Make a root key, which signs key sets and nothing else, or show its public half
///
/// Keep it where no network is. Every shard pins the public half, and takes then only key sets that this key signed.
/// A key that is there already is left as it is, and its public half written once more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass keys root root.pem -o root.jwk.json
  roompass keys root /media/stick/root.pem")]
pub(crate) struct Root {
    /// The root key's file
    #[arg(value_name = "FILE.pem")]
    file: PathBuf,

    /// Write the public half to a file, whole or not at all [default: standard output]
    #[arg(short, long, value_name = "FILE.jwk.json")]
    output: Option<PathBuf>,
}

/// Sign an exported key set with the root key
///
/// The number of the set (`seq`) is that of its key folder; without one, it is the next after what is in the output
/// file. Signing the same keys again renews the set. Needs no network.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass keys sign room.jwks.json --root root.pem
  roompass keys sign room.jwks.json --root root.pem --for 90days -o /media/stick/room.jwks.jwt

Exit status: 0 done, 2 nothing was signed.")]
pub(crate) struct Sign {
    /// The key set, as `roompass keys export` writes it
    #[arg(value_name = "FILE.jwks.json")]
    set: PathBuf,

    /// The root key, as `roompass keys root` makes one
    #[arg(long, value_name = "FILE.pem")]
    root: PathBuf,

    /// Where the signed set goes, whole or not at all [default: beside the key set, as *.jwks.jwt]
    #[arg(short, long, value_name = "FILE.jwks.jwt")]
    output: Option<PathBuf>,

    /// For how long it is good, such as 90days; afterwards shards admit nobody with it [default: for ever]
    #[arg(long = "for", value_name = "SPAN")]
    lasting: Option<String>,

    /// Another number for this edition, no lower than the last
    #[arg(long, value_name = "N")]
    seq: Option<u64>,
}

pub(crate) fn root(args: &Root) -> Result<Answer, Failure> {
    let is_there = args.file.try_exists().unwrap_or(true);
    let key = if is_there {
        read(&args.file)?
    } else {
        let key = SigningKey::from_seed(&clock::random()?);
        key_file::create(&args.file, &key)
            .map_err(|e| Failure::because("no root key was made", &e))?;
        key
    };
    let jwk = RootKey::of(&key).to_json() + "\n";
    let path = args.file.display();
    let made = if is_there { "was there" } else { "made" };
    let talk = format!(
        "root key {} ({made}); keep {path} offline: whoever reads it can make every shard trust a key\n\
         next: roompass keys sign room.jwks.json --root {path}",
        key.id()
    );
    let Some(output) = &args.output else {
        return Ok(Answer::done(jwk).with_talk(talk));
    };
    keep(&args.file, output)?;
    files::replace(output, &jwk)?;
    let pin = format!(
        "\non every shard: roompass_root_key = \"{}\"",
        output.display()
    );
    Ok(Answer::done("").with_talk(talk + &pin))
}

pub(crate) fn sign(args: &Sign, now: Timestamp) -> Result<Answer, Failure> {
    let output = args.output();
    keep(&args.root, &output)?;
    keep(&args.set, &output)?;
    let root = read(&args.root)?;
    let set = files::read_key_set(&args.set, None)?;
    let last = last_signed(&output, &RootKey::of(&root))?;
    let signed = args.numbered(set, last.as_ref(), now)?;
    let text = root.sign_key_set(&signed).map_err(|e| refused(&e))?;
    files::replace(&output, &(text + "\n"))?;
    let kids: Vec<_> = signed.ids().map(ToString::to_string).collect();
    let until = signed.expires_at().map(|end| format!(", good until {end}"));
    let told = format!(
        "{} is edition {} of {}{}\n",
        output.display(),
        signed.seq().unwrap_or_default(),
        kids.join(", "),
        until.unwrap_or_default(),
    );
    let talk = "next: publish it with `roompass serve --signed-key-set`, or give it to every shard";
    Ok(Answer::done(told).with_talk(talk))
}

impl Sign {
    fn output(&self) -> PathBuf {
        let beside = || self.set.with_extension("jwt");
        self.output.clone().unwrap_or_else(beside)
    }

    fn numbered(
        &self,
        set: KeySet,
        last: Option<&KeySet>,
        now: Timestamp,
    ) -> Result<KeySet, Failure> {
        let set = self.seq.into_iter().fold(set, KeySet::numbered);
        let seq = edition(&set, last).map_err(|e| refused(&e))?;
        let lasting = self.lasting.as_deref();
        let secs = lasting.map(|text| times::span("--for", text)).transpose()?;
        let until = secs.map(|secs| now.plus(secs));
        set.numbered(seq).valid(now, until).map_err(|e| refused(&e))
    }
}

/// What stands in the output file was signed before by this root, or is not to be written over.
fn last_signed(output: &Path, root: &RootKey) -> Result<Option<KeySet>, Failure> {
    if !output.try_exists().unwrap_or(true) {
        return Ok(None);
    }
    files::read_key_set(output, Some(root)).map(Some).map_err(|failure| {
        let hint = "choose another file with -o, or move that one away and say which edition this is with --seq";
        Failure::new(format!("nothing was signed: {}", failure.what()), hint)
    })
}

fn read(path: &Path) -> Result<SigningKey, Failure> {
    key_file::read(path, false).map_err(|e| Failure::because("the root key", &e))
}

/// One file in place of the other would be the end of it.
fn keep(file: &Path, output: &Path) -> Result<(), Failure> {
    let (file_is, output_is) = (file.canonicalize().ok(), output.canonicalize().ok());
    if file_is.is_some() && file_is == output_is {
        let what = format!("{} would be lost", file.display());
        return Err(Failure::new(what, "write to another file, with -o"));
    }
    Ok(())
}

fn refused(error: &impl std::fmt::Display) -> Failure {
    Failure::because("nothing was signed", error)
}
