//! `roompass derive`: an owner's link becomes a weaker one, for a guest.

use std::path::PathBuf;

use issuer::derive::{self, DeriveError, GuestWish};
use issuer::{BaseUrl, Ending, LinkReport, Office, ReceivedLink, RevocationFile};
use room_token::{Decision, Timestamp, TokenId, WhenStale};

use crate::answer::Answer;
use crate::deployment::DeploymentArgs;
use crate::failure::Failure;
use crate::ledger::LedgerArgs;
use crate::server::{Server, ServerArgs, Wish};
use crate::{argument, clock, issue, signing_key, times};

/// Make a guest's link from an owner's
///
/// For the same room, as a member, and ending no later than the owner's, whose windows and limits hold for the guest
/// too. The owner's link must admit now; once it is taken back, the guest's is dead as well.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass derive - --key room.pem --name Bob < owner.txt
  roompass derive 'https://meet.example.org/weekly-sync?jwt=TOKEN' --key room.pem --for 1h --seats 5
  roompass derive - --server https://m.example/roompass --name Bob < owner.txt

Exit status: 0 done, 1 the link may not be derived from, 2 usage or configuration.")]
pub(crate) struct Args {
    /// The owner's link, or `-` to read it from standard input
    #[arg(value_name = "LINK")]
    link: String,

    /// The signing key, as `roompass keys new` makes one, the folder of `roompass keys init`, or a `pkcs11:` URI
    #[arg(
        long,
        value_name = "FILE|FOLDER|URI",
        env = "ROOMPASS_KEY",
        required_unless_present = "server"
    )]
    key: Option<PathBuf>,

    /// Where the new link leads [default: where the owner's does]
    #[arg(long, value_name = "URL", env = "ROOMPASS_BASE_URL")]
    base_url: Option<String>,

    /// The name that others in the room see
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// For how long, from now, such as 1h [default: as long as the owner's link]
    #[arg(long = "for", value_name = "SPAN", conflicts_with = "until")]
    lasting: Option<String>,

    /// Until when, such as 2026-12-01T16:00:00+01:00
    #[arg(long, value_name = "RFC3339")]
    until: Option<String>,

    /// At most so many people at once with the new link [default: as many as the owner's]
    #[arg(long, value_name = "N")]
    seats: Option<u64>,

    /// The list of what was taken back; none is as good as empty
    #[arg(
        long,
        value_name = "FILE",
        env = "ROOMPASS_REVOCATIONS",
        default_value = "revocations.json"
    )]
    list: PathBuf,

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

    #[command(flatten)]
    server: ServerArgs,
}

pub(crate) fn run(args: &Args, now: Timestamp) -> Result<Answer, Failure> {
    let typed = argument::read(&args.link)?;
    if let Some(server) = args.server.open()? {
        return args.ask(&server, typed);
    }
    let link = ReceivedLink::parse(&typed)?;
    let wish = args.wish()?;
    let office = args.office(&link)?;
    let decision = args.decide(&office, &link, now)?;
    let derived = derive::owner(&decision).and_then(|owner| derive::derive(owner, wish, now));
    let (grant, validity) = derived.map_err(refusal)?;
    let id = TokenId::from_bytes(clock::random()?);
    let issued = office
        .issue(grant, validity, id)
        .map_err(|e| Failure::because("no link was issued", &e))?;
    args.ledger.record(&issued, now)?;
    let issued = if link.is_in_fragment() {
        issued.in_fragment()
    } else {
        issued
    };
    if args.json {
        return Answer::json(&LinkReport::from(&issued), true);
    }
    let link = issued.link.as_str().to_owned() + "\n";
    Ok(Answer::done(link).with_talk(issue::account(&issued, now)))
}

/// A link that is no owner's, or opens nothing, is an answer; a wish that cannot be is a mistake.
fn refusal(error: DeriveError) -> Failure {
    match error {
        DeriveError::Denied(_) | DeriveError::ManyRooms | DeriveError::NotOwner => {
            Failure::because(error.code(), &error).not_done()
        }
        DeriveError::Count(_) | DeriveError::Seats { .. } => Failure::because("--seats", &error),
        DeriveError::Outlives { .. } | DeriveError::Time(_) => {
            Failure::because("the link's time", &error)
        }
    }
}

impl Args {
    /// What a shard with this key alone would say, if it had heard of everything.
    fn decide(
        &self,
        office: &Office,
        link: &ReceivedLink,
        now: Timestamp,
    ) -> Result<Decision, Failure> {
        let verifier = office
            .own_verifier()
            .map_err(|e| Failure::because("the signing key", &e))?;
        let list = RevocationFile::at(&self.list).read();
        let list = list.map_err(|e| Failure::because("the list of revocations", &e))?;
        let verifier = verifier.with_revocations(list.edition(now), WhenStale::Admit);
        let room = link.place()?.node();
        let explanation = verifier.explain(link.token(), Some(&room), now);
        Ok(explanation.decision().clone())
    }

    /// The same, by the issuer of the link.
    fn ask(&self, server: &Server, link: String) -> Result<Answer, Failure> {
        let mut wish = Wish::default();
        let until = self.until.as_ref().map(|text| times::time("--until", text));
        let lasting = self.lasting.as_ref().map(|text| times::span("--for", text));
        wish.set("link", Some(link));
        wish.set("name", self.name.clone());
        wish.set("expires_at", until.transpose()?.map(|at| at.to_string()));
        wish.set("lifetime", lasting.transpose()?);
        wish.set("seats", self.seats);
        issue::remote::told(&server.post("/api/v1/derive", &wish.0)?, self.json)
    }

    fn wish(&self) -> Result<GuestWish, Failure> {
        let end = match (&self.until, &self.lasting) {
            (Some(text), _) => Some(Ending::At(times::time("--until", text)?)),
            (None, Some(text)) => Some(Ending::After(times::span("--for", text)?)),
            (None, None) => None,
        };
        Ok(GuestWish {
            name: self.name.as_deref().map(issue::name_of).transpose()?,
            end,
            seats: self.seats,
        })
    }

    fn office(&self, link: &ReceivedLink) -> Result<Office, Failure> {
        let address = match &self.base_url {
            Some(typed) => typed.clone(),
            None => link.url().origin().ascii_serialization(),
        };
        let missing = || Failure::new("there is no --key", "give it");
        let key = self.key.as_ref().ok_or_else(missing)?;
        Ok(Office::new(
            signing_key::open(key, self.dev)?,
            self.deployment.parse()?,
            Some(BaseUrl::parse(&address).map_err(|e| Failure::because("--base-url", &e))?),
        ))
    }
}
