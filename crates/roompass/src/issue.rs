//! `roompass issue`: a permission becomes a link.

mod handouts;
mod limits;
mod person;
pub(crate) mod remote;
mod series;

use std::path::PathBuf;

use issuer::{BaseUrl, Ending, IssuedLink, LinkReport, Office, Plan, Schedule, Series};
use room_token::{DisplayName, Grant, Timestamp, TokenId, Validity};

use self::handouts::HandoutArgs;
use self::limits::LimitArgs;
use self::person::PersonArgs;
pub(crate) use self::person::name_of;
use self::series::SeriesArgs;
use crate::answer::Answer;
use crate::deployment::DeploymentArgs;
use crate::failure::Failure;
use crate::ledger::LedgerArgs;
use crate::server::ServerArgs;
use crate::{clock, signing_key, times};

/// Sign a link that opens one room
///
/// The link is all that goes to standard output. Whoever holds it can enter until it expires.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass issue weekly-sync --key room.pem --base-url https://meet.example.org --name Ada
  roompass issue 'Board Meeting' --owner --for 90min --key room.pem --base-url https://m.example
  roompass issue board --from 2026-12-01T14:00:00+01:00 --key room.pem --base-url https://m.example
  roompass issue exam --join-by 15m --seats 1 --key room.pem --base-url https://m.example/tenant
  roompass issue board --for 1h --title 'Board meeting' --calendar board.ics --qr board.png \\
    --key room.pem --base-url https://m.example
  roompass issue sync --weekly tue --at 15:00 --lasts 1h --zone Europe/Berlin --until 2027-06-30 \\
    --key room.pem --base-url https://m.example
  roompass issue retro --weekly fri --every 2w --at 9:30 --lasts 45m --zone UTC \\
    --until 2027-06-30 --key room.pem --base-url https://m.example
  roompass issue exam-1 --server https://m.example/roompass --api-key-file portal.key")]
pub(crate) struct Args {
    /// The room, as people write it
    room: String,

    /// The signing key, as `roompass keys new` makes one, the folder of `roompass keys init`, or a `pkcs11:` URI
    #[arg(
        long,
        value_name = "FILE|FOLDER|URI",
        env = "ROOMPASS_KEY",
        required_unless_present = "server"
    )]
    key: Option<PathBuf>,

    /// Where the Jitsi installation is; for one of its tenants, with /TENANT behind it
    #[arg(
        long,
        value_name = "URL",
        env = "ROOMPASS_BASE_URL",
        required_unless_present = "server"
    )]
    base_url: Option<String>,

    /// For how long, from now or from --from, such as 90min or 2h [default: 2h]
    #[arg(long = "for", value_name = "SPAN", conflicts_with_all = ["until", "repeat"])]
    lasting: Option<String>,

    /// Until when, such as 2026-12-01T16:00:00+01:00; of a series, the last day
    #[arg(long, value_name = "RFC3339|DATE")]
    until: Option<String>,

    /// From when; earlier, the door says "too early"; of a series, the first day
    #[arg(long, value_name = "RFC3339|DATE")]
    from: Option<String>,

    #[command(flatten)]
    person: PersonArgs,

    #[command(flatten)]
    limits: LimitArgs,

    #[command(flatten)]
    deployment: DeploymentArgs,

    #[command(flatten)]
    ledger: LedgerArgs,

    /// Allow the development key, with which everybody can sign
    #[arg(long)]
    dev: bool,

    /// Print JSON: the link and what it is good for
    #[arg(long)]
    json: bool,

    /// Put the token behind a #, where no server's log has it; docs/guest-gate.md says what that costs
    #[arg(long)]
    fragment: bool,

    #[command(flatten)]
    series: SeriesArgs,

    #[command(flatten)]
    handouts: HandoutArgs,

    #[command(flatten)]
    server: ServerArgs,
}

pub(crate) fn run(args: &Args, now: Timestamp) -> Result<Answer, Failure> {
    args.handouts.check()?;
    if let Some(server) = args.server.open()? {
        return remote::run(args, &server, now);
    }
    let office = args.office()?;
    let series = args.plan(now)?;
    let plan = series.as_ref().map(|(_, plan)| plan);
    let validity = match plan {
        Some(plan) => plan.validity(),
        None => args.validity(now)?,
    };
    let grant = args.grant(&office, validity, plan)?;
    let id = TokenId::from_bytes(clock::random()?);
    let issued = office
        .issue(grant, validity, id)
        .map_err(|e| Failure::because("no link was issued", &e))?;
    args.ledger.record(&issued, now)?;
    let issued = if args.fragment {
        issued.in_fragment()
    } else {
        issued
    };
    let base_url = office.base_url();
    let base_url = base_url.map_err(|e| Failure::because("--base-url", &e))?;
    args.handouts
        .write(base_url, &issued, series.as_ref(), now)?;
    if args.json {
        let report = LinkReport::from(&issued);
        let report = match &series {
            Some((series, plan)) => report.with_series(series, plan),
            None => report,
        };
        return Answer::json(&report, true);
    }
    let link = issued.link.as_str().to_owned() + "\n";
    Ok(Answer::done(link).with_talk(account(&issued, now) + &meetings(plan)))
}

const DEFAULT_SPAN: u64 = 2 * 3600;

impl Args {
    fn grant(
        &self,
        office: &Office,
        validity: Validity,
        plan: Option<&Plan>,
    ) -> Result<Grant, Failure> {
        self.keep_slashes()?;
        let base_url = office.base_url();
        let base_url = base_url.map_err(|e| Failure::because("--base-url", &e))?;
        let room = base_url.room(&self.room);
        let room = room.map_err(|e| Failure::because("ROOM", &e))?;
        let opens = plan.map_or(validity.opens_at(), Plan::opens_at);
        let limits = self.limits.limits(opens, validity.expires_at())?;
        let mut grant = Grant::new(room, self.person.person()?).within(limits);
        if let Some(plan) = plan {
            grant = grant.during(plan.windows().clone());
        }
        if let Some(features) = self.person.features()? {
            grant = grant.with_features(features);
        }
        Ok(grant)
    }

    /// Jitsi would leave it out of the name, and who types one thinks of a tenant.
    fn keep_slashes(&self) -> Result<(), Failure> {
        if !self.room.contains('/') {
            return Ok(());
        }
        Err(Failure::new(
            format!("ROOM {}: a room's name has no slash", self.room),
            "leave it out; for a room of a tenant, write the tenant behind --base-url, as in https://meet.example.org/TENANT",
        ))
    }

    fn plan(&self, now: Timestamp) -> Result<Option<(Series, Plan)>, Failure> {
        let series = self
            .series
            .series(self.from.as_ref(), self.until.as_ref())?;
        let plan = |series: Series| {
            let plan = series.plan(now).map_err(|e| series::blame(&e))?;
            Ok((series, plan))
        };
        series.map(plan).transpose()
    }

    fn validity(&self, now: Timestamp) -> Result<Validity, Failure> {
        let start = self.from.as_ref();
        let start = start.map(|text| times::time("--from", text)).transpose()?;
        let end = match (&self.until, &self.lasting) {
            (Some(text), _) => Ending::At(times::time("--until", text)?),
            (None, Some(text)) => Ending::After(times::span("--for", text)?),
            (None, None) => Ending::After(DEFAULT_SPAN),
        };
        Schedule { start, end }
            .validity(now)
            .map_err(|e| Failure::because("the link's time", &e))
    }

    fn office(&self) -> Result<Office, Failure> {
        let missing = |option: &str| Failure::new(format!("there is no {option}"), "give it");
        let key = self.key.as_ref().ok_or_else(|| missing("--key"))?;
        let base_url = self.base_url.as_ref();
        let base_url = base_url.ok_or_else(|| missing("--base-url"))?;
        let base_url = BaseUrl::parse(base_url);
        Ok(Office::new(
            signing_key::open(key, self.dev)?,
            self.deployment.parse()?,
            Some(base_url.map_err(|e| Failure::because("--base-url", &e))?),
        ))
    }
}

/// What a person who issued a link would like to see once more.
pub(crate) fn account(issued: &IssuedLink, now: Timestamp) -> String {
    let person = issued.grant.person();
    let who = person
        .name()
        .map_or("anybody who has the link", DisplayName::as_str);
    let windows = issued.grant.windows();
    let window = windows.and_then(|windows| windows.at_or_after(now));
    let opens = match window.map(|window| window.opens) {
        Some(opens) => Some(opens).filter(|opens| *opens > now),
        None => issued.validity.not_before(),
    };
    let opens = match opens {
        Some(start) => format!("{start} (in {})", times::in_words(start.seconds_since(now))),
        None => "now".to_owned(),
    };
    let closes = issued.validity.expires_at();
    format!(
        "room    {}\nfor     {who}, as {}\nopens   {opens}\ncloses  {closes} (in {})\n",
        issued.grant.room(),
        person.affiliation().as_str(),
        times::in_words(closes.seconds_since(now)),
    )
}

/// The first three of a series; whoever got an hour wrong sees it here.
fn meetings(plan: Option<&Plan>) -> String {
    let Some(plan) = plan else {
        return String::new();
    };
    let first = plan.meetings().take(3).map(|meeting| meeting.local + "\n");
    let rows = ["meets   ", "        ", "        "].into_iter().zip(first);
    let rows: String = rows
        .map(|(label, meeting)| label.to_owned() + &meeting)
        .collect();
    format!("{rows}        {} meetings in all\n", plan.count())
}
