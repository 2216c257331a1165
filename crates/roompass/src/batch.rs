//! `roompass batch`: a table becomes a table with links.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use issuer::{BaseUrl, Batch, Office, RowError, batch};
use room_token::{Timestamp, TokenId};

use crate::answer::Answer;
use crate::deployment::DeploymentArgs;
use crate::failure::Failure;
use crate::ledger::LedgerArgs;
use crate::{clock, files, signing_key};

/// Sign many links: a CSV table in, the same with the links out
///
/// The first row names the columns, in any order: `room`, and if wanted `name`, `affiliation`, `id`, `email`, `avatar`,
/// `start`, `end` or `lifetime` (2h), `join_by`, `seats`, `max_occupants`. Nothing is issued unless every row is right.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass batch exams.csv --key room.pem --base-url https://m.example --output links.csv
  roompass batch exams.csv --zone Europe/Berlin --key room.pem --base-url https://m.example > l.csv
  roompass batch - --skip-wrong --key room.pem --base-url https://m.example < exams.csv

Exit status: 0 done, 2 nothing was issued.")]
pub(crate) struct Args {
    /// The table, in UTF-8, up to 10000 rows; `-` reads it from standard input
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,

    /// The signing key, as `roompass keys new` makes one, the folder of `roompass keys init`, or a `pkcs11:` URI
    #[arg(long, value_name = "FILE|FOLDER|URI", env = "ROOMPASS_KEY")]
    key: PathBuf,

    /// Where the Jitsi installation is; for one of its tenants, with /TENANT behind it
    #[arg(long, value_name = "URL", env = "ROOMPASS_BASE_URL")]
    base_url: String,

    /// By whose clocks times without an offset are, such as Europe/Berlin [default: UTC]
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,

    /// Issue the rows that are right, though others are wrong; those are told in the column `error`
    #[arg(long)]
    skip_wrong: bool,

    /// Write the links to this file, which only its owner can read, instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    deployment: DeploymentArgs,

    #[command(flatten)]
    ledger: LedgerArgs,

    /// Allow the development key, with which everybody can sign
    #[arg(long)]
    dev: bool,
}

pub(crate) fn run(args: &Args, now: Timestamp) -> Result<Answer, Failure> {
    let base_url = BaseUrl::parse(&args.base_url);
    let base_url = base_url.map_err(|e| Failure::because("--base-url", &e))?;
    let zone = args.zone.as_deref().unwrap_or_default();
    let asked = Batch::parse(&read(&args.file)?, &base_url, zone, now);
    let asked = asked.map_err(|e| Failure::because(&args.file.display().to_string(), &e))?;
    if !asked.errors.is_empty() && (!args.skip_wrong || asked.rows.is_empty()) {
        return Err(wrong(&asked.errors));
    }
    // Before a link exists: one that cannot be shown must not be recorded.
    let ids = ids(asked.rows.len())?;
    let office = Office::new(
        signing_key::open(&args.key, args.dev)?,
        args.deployment.parse()?,
        Some(base_url),
    );
    let mut ids = ids.into_iter();
    let none = TokenId::from_bytes([0; 8]);
    let links = office.issue_all(&asked.rows, || ids.next().unwrap_or_else(|| none.clone()));
    let links = links.map_err(|e| Failure::because("nothing was issued", &e))?;
    args.ledger.record_all(&links, now)?;
    let table = batch::answer(&asked.rows, &links, &asked.errors);
    let talk = format!(
        "{} links, {} cells were wrong",
        links.len(),
        asked.errors.len()
    );
    match &args.output {
        Some(path) => {
            files::replace_private(path, table.as_bytes())?;
            Ok(Answer::done("").with_talk(talk))
        }
        None => Ok(Answer::done(table).with_talk(talk)),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let most = u64::try_from(Batch::MAX_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let whole = if file == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(most + 1)
            .read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
    };
    let hint = "name a table that you may read, or `-` for standard input";
    whole.map_err(|e| Failure::new(format!("cannot read {}: {e}", file.display()), hint))?;
    if bytes.len() > Batch::MAX_BYTES {
        let what = format!("{} has more than 8 MiB", file.display());
        return Err(Failure::new(what, "make several tables of it"));
    }
    Ok(bytes)
}

fn ids(count: usize) -> Result<Vec<TokenId>, Failure> {
    let fresh = |_| clock::random().map(TokenId::from_bytes);
    (0..count).map(fresh).collect()
}

/// The first few; a table that is wrong throughout is wrong in one way.
fn wrong(errors: &[RowError]) -> Failure {
    const SHOWN: usize = 5;
    let told = |error: &RowError| {
        let what = error.detail.replace("; ", " - ");
        format!("row {}, {}: {what}", error.row, error.column)
    };
    let told: Vec<_> = errors.iter().take(SHOWN).map(told).collect();
    let more = match errors.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    Failure::new(
        format!("nothing was issued: {}{more}", told.join(", ")),
        "mend them, or issue the others with --skip-wrong",
    )
}
