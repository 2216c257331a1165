//! `roompass issue`: a permission becomes a link.

use std::path::PathBuf;
use std::time::Duration;

use issuer::{BaseUrl, Ending, IssuedLink, Office, Schedule, key_file};
use room_token::{Affiliation, DisplayName, Grant, Person, RoomName, Timestamp, TokenId};
use serde::Serialize;

use crate::answer::Answer;
use crate::clock;
use crate::deployment::DeploymentArgs;
use crate::failure::Failure;

/// Sign a link that opens one room
///
/// The link is all that goes to standard output. Whoever holds it can enter until it expires.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass issue weekly-sync --key room.pem --base-url https://meet.example.org --name Ada
  roompass issue 'Board Meeting' --owner --for 90min --key room.pem --base-url https://m.example
  roompass issue board --from 2026-12-01T14:00:00+01:00 --key room.pem --base-url https://m.example")]
pub(crate) struct Args {
    /// The room, as people write it
    room: String,

    /// The signing key (PKCS#8 PEM), as `roompass keys new` makes one
    #[arg(long, value_name = "FILE", env = "ROOMPASS_KEY")]
    key: PathBuf,

    /// Where the Jitsi installation is
    #[arg(long, value_name = "URL", env = "ROOMPASS_BASE_URL")]
    base_url: String,

    /// For how long, from now or from --from, such as 90min or 2h [default: 2h]
    #[arg(long = "for", value_name = "SPAN", conflicts_with = "until")]
    lasting: Option<String>,

    /// Until when, such as 2026-12-01T16:00:00+01:00
    #[arg(long, value_name = "RFC3339")]
    until: Option<String>,

    /// From when; earlier, the door says "too early"
    #[arg(long, value_name = "RFC3339")]
    from: Option<String>,

    /// The name that others in the room see
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// As an owner (moderator) rather than a member
    #[arg(long)]
    owner: bool,

    #[command(flatten)]
    deployment: DeploymentArgs,

    /// Allow the development key, with which everybody can sign
    #[arg(long)]
    dev: bool,

    /// Print JSON: the link and what it is good for
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, now: Timestamp) -> Result<Answer, Failure> {
    let grant = args.grant()?;
    let validity = args
        .schedule()?
        .validity(now)
        .map_err(|e| Failure::because("the link's time", &e))?;
    let id = TokenId::from_bytes(clock::random()?);
    let issued = args
        .office()?
        .issue(grant, validity, id)
        .map_err(|e| Failure::because("no link was issued", &e))?;
    if args.json {
        return Answer::json(&Report::of(&issued), true);
    }
    let link = issued.link.as_str().to_owned() + "\n";
    Ok(Answer::done(link).with_talk(account(&issued, now)))
}

const DEFAULT_SPAN: Duration = Duration::from_hours(2);

impl Args {
    fn grant(&self) -> Result<Grant, Failure> {
        let room = RoomName::parse(&self.room).map_err(|e| Failure::because("ROOM", &e))?;
        let person = Person::anonymous(if self.owner {
            Affiliation::Owner
        } else {
            Affiliation::Member
        });
        let Some(name) = &self.name else {
            return Ok(Grant::new(room, person));
        };
        let name = DisplayName::parse(name).map_err(|e| Failure::because("--name", &e))?;
        Ok(Grant::new(room, person.named(name)))
    }

    fn schedule(&self) -> Result<Schedule, Failure> {
        let start = self
            .from
            .as_ref()
            .map(|text| time("--from", text))
            .transpose()?;
        let end = match &self.until {
            Some(text) => Ending::At(time("--until", text)?),
            None => Ending::After(self.span()?.as_secs()),
        };
        Ok(Schedule { start, end })
    }

    fn span(&self) -> Result<Duration, Failure> {
        let Some(text) = &self.lasting else {
            return Ok(DEFAULT_SPAN);
        };
        humantime::parse_duration(text).map_err(|e| {
            let hint = "write a number and a unit, such as 90min, 2h, 3days or 1h30m";
            Failure::new(format!("--for {text}: {e}"), hint)
        })
    }

    fn office(&self) -> Result<Office, Failure> {
        Ok(Office {
            key: key_file::read(&self.key, self.dev)
                .map_err(|e| Failure::because("the signing key", &e))?,
            deployment: self.deployment.parse()?,
            base_url: BaseUrl::parse(&self.base_url)
                .map_err(|e| Failure::because("--base-url", &e))?,
        })
    }
}

fn time(option: &str, text: &str) -> Result<Timestamp, Failure> {
    Timestamp::parse_rfc3339(text).map_err(|e| Failure::because(&format!("{option} {text}"), &e))
}

/// The members have the names they have in the answer of `POST /api/v1/links`.
#[derive(Serialize)]
struct Report<'a> {
    link: &'a str,
    room: &'a str,
    affiliation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    issued_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<String>,
    expires_at: String,
    jti: &'a str,
    kid: &'a str,
}

impl<'a> Report<'a> {
    fn of(issued: &'a IssuedLink) -> Self {
        let person = issued.grant.person();
        Self {
            link: issued.link.as_str(),
            room: issued.grant.room().as_str(),
            affiliation: person.affiliation().as_str(),
            name: person.name().map(DisplayName::as_str),
            issued_at: issued.validity.issued_at().to_string(),
            not_before: issued.validity.not_before().map(|start| start.to_string()),
            expires_at: issued.validity.expires_at().to_string(),
            jti: issued.id.as_str(),
            kid: issued.key_id.as_str(),
        }
    }
}

/// What a person who issued a link would like to see once more.
fn account(issued: &IssuedLink, now: Timestamp) -> String {
    let person = issued.grant.person();
    let who = person
        .name()
        .map_or("anybody who has the link", DisplayName::as_str);
    let opens = match issued.validity.not_before() {
        Some(start) => format!("{start} (in {})", words(start.seconds_since(now))),
        None => "now".to_owned(),
    };
    let closes = issued.validity.expires_at();
    format!(
        "room    {}\nfor     {who}, as {}\nopens   {opens}\ncloses  {closes} (in {})\n",
        issued.grant.room(),
        person.affiliation().as_str(),
        words(closes.seconds_since(now)),
    )
}

/// Nobody reads the seconds of an hour.
fn words(secs: u64) -> humantime::FormattedDuration {
    let finest = if secs < 3600 { 1 } else { 60 };
    humantime::format_duration(Duration::from_secs(secs - secs % finest))
}
