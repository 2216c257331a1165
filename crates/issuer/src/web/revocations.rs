//! Taking links back through the API, and the feed that every verifier polls.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use room_token::{Revocations, Revoked, Timestamp, Verifier, WhenStale};
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::document::Document;
use super::members::Members;
use super::openapi::{ProblemBody, RevocationRequest};
use super::problem::Problem;
use crate::ledger::Taken;
use crate::{Actor, ReceivedLink, Revocable, Revocation, RevocationFile, RevocationList, Role};

/// The list, and the edition that was signed last.
#[derive(Debug)]
pub(crate) struct Feed {
    file: RevocationFile,
    signed: Mutex<Option<Signed>>,
}

/// Signed once in a while and not for each shard, so that an `ETag` means something.
#[derive(Debug)]
struct Signed {
    seq: u64,
    at: Timestamp,
    document: Arc<Document>,
}

/// How old a signed edition may get, in seconds: half the time after which a shard asks again.
const RENEW_AFTER: u64 = Revocations::DEFAULT_TTL / 2;

impl Feed {
    pub(crate) fn new(file: RevocationFile) -> Self {
        Self {
            file,
            signed: Mutex::new(None),
        }
    }

    /// The number of the edition that verifiers get, and when it was signed, if one was asked for.
    pub(super) fn signed(&self) -> Option<(u64, Timestamp)> {
        let signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        signed.as_ref().map(|signed| (signed.seq, signed.at))
    }

    fn document(&self, app: &App) -> Result<Arc<Document>, Problem> {
        let (list, now) = (self.read()?, (app.now)());
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = signed.as_ref().filter(|last| last.is_good(&list, now)) {
            return Ok(Arc::clone(&last.document));
        }
        let text = app.office.sign_revocations(&list.edition(now), now)?;
        let document = Arc::new(Document::new(
            text,
            "application/revocations+jwt",
            "public, max-age=30, stale-if-error=86400",
        ));
        *signed = Some(Signed {
            seq: list.seq(),
            at: now,
            document: Arc::clone(&document),
        });
        Ok(document)
    }

    fn read(&self) -> Result<RevocationList, Problem> {
        self.file.read().map_err(|_| Problem::internal())
    }
}

impl Signed {
    fn is_good(&self, list: &RevocationList, now: Timestamp) -> bool {
        self.seq == list.seq() && now.seconds_since(self.at) < RENEW_AFTER && self.at <= now
    }
}

impl App {
    /// A verifier that knows what was taken back here.
    pub(crate) fn with_feed(&self, verifier: Verifier) -> Result<Verifier, Problem> {
        let Some(feed) = &self.feed else {
            return Ok(verifier);
        };
        let edition = feed.read()?.edition((self.now)());
        Ok(verifier.with_revocations(edition, WhenStale::Admit))
    }

    /// What was taken back here; nothing, where no list is kept.
    pub(crate) fn taken(&self) -> Result<Taken, Problem> {
        match &self.feed {
            Some(feed) => Ok(Taken::of(&feed.read()?)),
            None => Ok(Taken::default()),
        }
    }

    /// Takes something back, and notes who did.
    pub(crate) async fn take_back(
        &self,
        actor: &Actor,
        entry: Revocation,
    ) -> Result<Done, Problem> {
        let (name, now) = (entry.name(), (self.now)());
        let kind = kind_of(&entry.what);
        let changed = self.feed()?.file.change(|list| list.add(entry, now));
        let list = changed.map_err(|_| Problem::internal())?;
        if let Some(sharing) = &self.sharing {
            // Where the ledger is away, they hear of it when it is back; the link is dead at every shard that asks us.
            sharing.exchange_taken().await.ok();
        }
        self.metrics.taken_back(kind);
        // What is taken back stays so, whether or not the ledger can be told.
        let noted = self.note(actor, "link.revoke", &name).await;
        Ok(Done {
            seq: list.seq(),
            is_noted: noted.is_ok(),
        })
    }

    fn feed(&self) -> Result<&Feed, Problem> {
        self.feed.as_ref().ok_or_else(Problem::not_kept)
    }
}

/// What an entry takes back, in a word.
const fn kind_of(what: &Revoked) -> &'static str {
    match what {
        Revoked::Key(_) => "key",
        Revoked::Person(_) => "person",
        Revoked::Room(_) => "room",
        Revoked::Token(_) => "link",
    }
}

/// It is taken back.
pub(crate) struct Done {
    /// The edition of the list that says so.
    seq: u64,
    is_noted: bool,
}

impl Done {
    /// Says so, if the ledger was away.
    pub(crate) fn told(self) -> Result<(), Problem> {
        if self.is_noted {
            Ok(())
        } else {
            Err(Problem::not_noted())
        }
    }
}

/// The signed feed of what was taken back, for verifiers.
#[utoipa::path(
    get,
    path = "/.well-known/revocations",
    tag = "For verifiers",
    security(()),
    responses(
        (status = 200, description = "A signed feed", body = String, content_type = "application/revocations+jwt"),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn feed(
    State(app): State<Arc<App>>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    Ok(app.feed()?.document(&app)?.answer(&asked))
}

/// What was taken back.
#[utoipa::path(
    get,
    path = "/api/v1/revocations",
    tag = "Taking back",
    responses(
        (status = 200, description = "All entries that still count", body = ListAnswer),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(app): State<Arc<App>>) -> Result<Json<ListAnswer>, Problem> {
    Ok(Json(ListAnswer::of(&app.feed()?.read()?)))
}

pub(super) const MEMBERS: &[&str] = &[
    "link", "token_id", "room", "key", "person", "before", "eject",
];

/// Take back a link, or all of a room, a key or a person.
#[utoipa::path(
    post,
    path = "/api/v1/revocations",
    tag = "Taking back",
    request_body = RevocationRequest,
    responses(
        (status = 201, description = "It is taken back", body = EntryAnswer),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    app.feed()?;
    let asked = Members::parse(&headers, &body, MEMBERS)?;
    let (field, what) = target(&asked)?;
    may_revoke(&app, &actor, &what).await?;
    let now = (app.now)();
    let entry = what
        .parse(&app.office.verifier()?, asked.time("before")?, now)
        .map_err(|error| Problem::field(field, &error.to_string()))?;
    let entry = match asked.switch("eject")? {
        Some(false) => entry.letting_stay(),
        Some(true) | None => entry,
    };
    let done = app.take_back(&actor, entry.clone()).await?;
    let answer = EntryAnswer {
        audited: done.is_noted,
        seq: done.seq,
        ..EntryAnswer::of(&entry)
    };
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// A bounded issuer takes back what is within their rooms: a room, or a link that the ledger knows.
async fn may_revoke(app: &App, actor: &Actor, what: &Revocable<'_>) -> Result<(), Problem> {
    actor.needs(Role::Issuer)?;
    if actor.rooms.is_all() {
        return Ok(());
    }
    let room = match what {
        Revocable::Room(typed) => app
            .office
            .base_url()?
            .room(typed)
            .ok()
            .map(|room| room.to_string()),
        Revocable::TokenId(id) => app.ledger()?.link(id).await?.map(|row| row.record.room),
        Revocable::Link(link) => {
            let link = ReceivedLink::parse(link).ok();
            link.and_then(|link| Some(link.place().ok()?.node()))
        }
        Revocable::Key(_) | Revocable::Person(_) => None,
    };
    let is_theirs = room.is_some_and(|room| actor.rooms.matches(&room));
    if is_theirs {
        Ok(())
    } else {
        Err(Problem::not_allowed())
    }
}

/// Exactly one of them.
fn target(asked: &Members) -> Result<(&'static str, Revocable<'_>), Problem> {
    let mut targets = Vec::new();
    for (field, make) in KINDS {
        if let Some(text) = asked.string(field)? {
            targets.push((field, make(text)));
        }
    }
    match targets.as_slice() {
        [only] => Ok(*only),
        [] => Err(Problem::field(
            "link",
            "there is nothing to take back; give `link`, `token_id`, `room`, `key` or `person`",
        )),
        [_, (second, _), ..] => Err(Problem::field(
            second,
            "more than one thing is to be taken back; give one at a time",
        )),
    }
}

type Kind = (&'static str, fn(&str) -> Revocable<'_>);

const KINDS: [Kind; 5] = [
    ("link", |text| Revocable::Link(text)),
    ("token_id", |text| Revocable::TokenId(text)),
    ("room", |text| Revocable::Room(text)),
    ("key", |text| Revocable::Key(text)),
    ("person", |text| Revocable::Person(text)),
];

/// The list as programs read it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListAnswer {
    seq: u64,
    entries: Vec<EntryAnswer>,
}

impl ListAnswer {
    fn of(list: &RevocationList) -> Self {
        Self {
            seq: list.seq(),
            entries: list.entries().iter().map(EntryAnswer::of).collect(),
        }
    }
}

/// One entry; the edition that brought it, if it is new.
#[derive(Serialize, ToSchema)]
struct EntryAnswer {
    revoked: String,
    before: String,
    forget_at: String,
    eject: bool,
    #[serde(skip_serializing_if = "is_zero")]
    seq: u64,
    /// False if there is a ledger, and it could not be written.
    #[serde(skip_serializing_if = "is_so")]
    audited: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(seq: &u64) -> bool {
    *seq == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_so(audited: &bool) -> bool {
    *audited
}

impl EntryAnswer {
    fn of(entry: &Revocation) -> Self {
        Self {
            revoked: entry.name(),
            before: entry.before.to_string(),
            forget_at: entry.forget_at.to_string(),
            eject: entry.ejects,
            seq: 0,
            audited: true,
        }
    }
}
