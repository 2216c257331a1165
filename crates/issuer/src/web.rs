//! The web service: pages for people, an API for programs, the key set for verifiers.

mod account;
mod api;
mod api_keys;
mod assets;
mod audit;
mod batch;
mod booked;
mod calendar;
mod cookie;
mod derive;
mod document;
mod explain;
mod field_errors;
mod form;
mod frame;
mod guard;
mod handouts;
mod headers;
mod invitation;
mod issuing;
mod keys;
mod link;
mod link_row;
mod links;
mod lists;
mod many;
mod members;
mod metrics;
mod observe;
mod openapi;
mod page;
mod patience;
mod people;
mod place;
mod present;
mod preset;
mod preview;
mod problem;
mod ready;
mod revocations;
mod revoke;
mod second_factor;
mod shards;
mod sign_in;
mod speech;
mod suggest;
mod times;
mod today;
mod usage;
mod words;

pub(crate) use self::place::Place;
pub(crate) use self::speech::{NAMES as LANGUAGES, texts};

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Request};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use room_token::{Timestamp, TokenId};
use serde::Serialize;
use tower::{ServiceBuilder, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use utoipa::ToSchema;

use self::document::Document;
use self::openapi::ProblemBody;
use self::problem::Problem;
use self::revocations::Feed;
use crate::metrics::Metrics;
use crate::people::provider::Provider;
use crate::people::{Door, ProviderSettings};
use crate::polls::Polls;
use crate::sharing::Sharing;
use crate::{AdminToken, Batch, Ledger, Log, Office, OfficeError, PublicUrl, ServeError, Settings};

/// What every request may look at.
#[derive(Debug)]
pub(crate) struct App {
    office: Office,
    admin_token: Option<AdminToken>,
    /// For a monitor elsewhere.
    metrics_token: Option<AdminToken>,
    metrics: Metrics,
    polls: Polls,
    log: Log,
    feed: Option<Feed>,
    /// The other issuers of the ledger.
    sharing: Option<Sharing>,
    ledger: Option<Ledger>,
    /// Where people sign in; without it, there are no accounts.
    door: Option<Door>,
    /// Where they can sign in too.
    provider: Option<Provider>,
    /// What stands before every path of ours, as a browser sees it.
    base: String,
    /// Scheme, host and port of our own, where no proxy stands in front.
    origin: String,
    public_url: Option<PublicUrl>,
    trusted_proxies: Vec<IpAddr>,
    random: fn() -> [u8; 32],
    now: fn() -> Timestamp,
    token_id: fn() -> TokenId,
}

impl App {
    pub(crate) fn new(
        settings: Settings,
        ledger: Option<Ledger>,
        sharing: Option<Sharing>,
    ) -> Result<Self, ServeError> {
        // What is wrong with the keys is to be said now, and not to the first guest.
        settings.office.verifier()?;
        Ok(Self {
            office: settings.office,
            admin_token: settings.admin_token,
            metrics_token: settings.metrics_token,
            metrics: Metrics::default(),
            polls: Polls::default(),
            log: settings.log,
            feed: settings.revocations.map(Feed::new),
            sharing,
            ledger,
            door: settings.accounts.then(Door::default),
            provider: settings
                .provider
                .filter(|_| settings.accounts)
                .map(Provider::new),
            base: settings
                .public_url
                .as_ref()
                .map_or("", PublicUrl::path)
                .to_owned(),
            origin: match &settings.tls {
                Some(_) => format!("https://{}", settings.listen),
                None => format!("http://{}", settings.listen),
            },
            public_url: settings.public_url,
            trusted_proxies: settings.trusted_proxies,
            random: settings.random,
            now: settings.now,
            token_id: settings.token_id,
        })
    }
}

impl App {
    /// The ledger that accounts live in.
    fn ledger(&self) -> Result<&Ledger, Problem> {
        self.ledger.as_ref().ok_or_else(Problem::no_accounts)
    }

    fn door(&self) -> Result<&Door, Problem> {
        self.door.as_ref().ok_or_else(Problem::no_accounts)
    }

    fn provider(&self) -> Result<&Provider, Problem> {
        self.provider.as_ref().ok_or_else(Problem::not_found)
    }

    /// Whether people sign in with one.
    fn has_passphrases(&self) -> bool {
        let provider = self.provider.as_ref().map(Provider::settings);
        !provider.is_some_and(ProviderSettings::is_only)
    }

    /// A path of ours, as a browser must ask for it.
    fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The same, for somebody elsewhere.
    fn outside(&self, path: &str) -> String {
        let public_url = self.public_url.as_ref();
        let origin = public_url.map_or(self.origin.as_str(), PublicUrl::origin);
        format!("{origin}{}{path}", self.base)
    }

    fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> String {
        sign_in::client(peer, headers, &self.trusted_proxies)
    }
}

/// Every path, behind every guard.
pub(crate) fn router(app: App) -> Router {
    let app = Arc::new(app);
    let routes = for_people().merge(for_programs());
    let base = app.base.clone();
    let ours = guarded(routes, &app).with_state(app);
    if base.is_empty() {
        return ours;
    }
    Router::new().fallback_service(ours.map_request(move |request| without_base(&base, request)))
}

/// Pages, and what they send.
fn for_people() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(page::blank).post(page::issue))
        .route("/preview", post(preview::show))
        .route("/sign-in", get(sign_in::blank).post(sign_in::sign_in))
        .route(
            "/sign-in/code",
            get(sign_in::code::blank).post(sign_in::code::sign_in),
        )
        .route("/sign-in/provider", get(sign_in::provider::begin))
        .route("/sign-in/provider/answer", get(sign_in::provider::answer))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/language", post(account::language))
        .route(
            "/invitation/{code}",
            get(invitation::blank).post(invitation::join),
        )
        .route("/account", get(account::show))
        .route("/account/passphrase", post(account::passphrase))
        .route("/account/sessions", post(account::end_session))
        .route("/account/second-factor", post(second_factor::begin))
        .route(
            "/account/second-factor/confirm",
            post(second_factor::confirm),
        )
        .route("/account/second-factor/codes", post(second_factor::codes))
        .route("/account/second-factor/end", post(second_factor::end))
        .route("/people/{id}/second-factor", post(second_factor::reset))
        .route("/api-keys", post(api_keys::make))
        .route("/api-keys/{id}/end", post(api_keys::end))
        .route("/people", get(people::list).post(people::invite))
        .route("/people/{id}", post(people::change))
        .route("/people/{id}/reset", post(people::reset))
        .route("/today", get(today::show))
        .route("/calendar", get(calendar::show))
        .route("/usage", get(usage::show))
        .route("/revoke", get(revoke::blank).post(revoke::revoke))
        .route("/keys", get(keys::show))
        .route("/shards", get(shards::show))
        .route("/audit", get(audit::list))
        .route("/audit/verify", post(audit::verify))
        .route("/links", get(links::list))
        .route("/links/{jti}", get(link::show))
        .route("/links/{jti}/revoke", post(link::revoke))
        .route("/links/{jti}/guest", post(link::guest))
        .route("/links/{jti}/again", post(link::again))
        .route("/links/{jti}/cancel.ics", get(link::cancellation))
        .route("/api", get(openapi::show))
        .route(
            "/batch",
            get(batch::blank).post(batch::upload).layer(for_many()),
        )
        .route("/assets/{name}", get(assets::asset))
}

/// The API, and what verifiers and monitors ask for.
fn for_programs() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/openapi.json", get(openapi::openapi))
        .route("/api/v1/links", get(api::listing::list).post(api::issue))
        .route("/api/v1/links/{jti}", get(api::listing::one))
        .route("/api/v1/links/batch", post(batch::api).layer(for_many()))
        .route("/api/v1/derive", post(derive::derive))
        .route("/api/v1/explain", post(explain::explain))
        .route("/api/v1/room-names", get(lists::room_name))
        .route("/api/v1/deny-reasons", get(lists::deny_reasons))
        .route(
            "/api/v1/revocations",
            get(revocations::list).post(revocations::revoke),
        )
        .route("/.well-known/jwks.json", get(key_set))
        .route("/.well-known/jwks.jwt", get(signed_key_set))
        .route("/.well-known/revocations", get(revocations::feed))
        .route("/healthz", get(healthy))
        .route("/metrics", get(metrics::metrics))
}

/// A form or an API call has a few hundred bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// A batch has more: its table, and what a browser puts around it.
fn for_many() -> DefaultBodyLimit {
    DefaultBodyLimit::max(Batch::MAX_BYTES + 64 * 1024)
}

/// The first layer is the outermost: an answer of any later one still gets the headers and its words.
fn guarded(routes: Router<Arc<App>>, app: &Arc<App>) -> Router<Arc<App>> {
    routes.layer(
        ServiceBuilder::new()
            .layer(map_response(headers::add))
            .layer(from_fn(speech::answered_in))
            .layer(from_fn_with_state(Arc::clone(app), present::present))
            .layer(from_fn_with_state(Arc::clone(app), observe::observe))
            .layer(CatchPanicLayer::custom(present::panicked))
            .layer(from_fn(patience::bounded))
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
            .layer(from_fn_with_state(Arc::clone(app), guard::guard))
            .layer(csrf(app)),
    )
}

/// A proxy may pass on another `Host` than the one that the browser's `Origin` names.
fn csrf(app: &App) -> CsrfLayer {
    let ours = app.public_url.as_ref().map(PublicUrl::origin);
    let trusting = |origin| CsrfLayer::new().add_trusted_origin(origin).ok();
    ours.and_then(trusting).unwrap_or_default()
}

/// A proxy may take the path away under which we are, or leave it.
fn without_base(base: &str, mut request: Request<Body>) -> Request<Body> {
    let asked = request
        .uri()
        .path_and_query()
        .map_or("/", |asked| asked.as_str());
    let rest = asked
        .strip_prefix(base)
        .filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let rest = rest.map(|rest| {
        if rest.starts_with('/') {
            rest.to_owned()
        } else {
            format!("/{rest}")
        }
    });
    if let Some(Ok(uri)) = rest.map(|rest| rest.parse()) {
        *request.uri_mut() = uri;
    }
    request
}

/// The public keys, for verifiers.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "For verifiers",
    security(()),
    responses((status = 200, description = "A JWK Set (RFC 7517)", content_type = "application/jwk-set+json"))
)]
async fn key_set(State(app): State<Arc<App>>, asked: HeaderMap) -> Result<Response, Problem> {
    let key_set = app.office.key_set().map_err(OfficeError::from)?;
    Ok(Document::key_set(&key_set).answer(&asked))
}

/// The public keys, signed by the root key.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.jwt",
    tag = "For verifiers",
    security(()),
    responses(
        (status = 200, description = "A signed JWK Set", body = String, content_type = "application/jwk-set+jwt"),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn signed_key_set(
    State(app): State<Arc<App>>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let signed = app.office.signed_key_set.as_ref();
    let (text, _set) = signed
        .ok_or_else(Problem::not_published)?
        .read()
        .map_err(OfficeError::from)?;
    Ok(Document::signed_key_set(text).answer(&asked))
}

/// Whether this issuer is there.
#[derive(Serialize, ToSchema)]
struct Health {
    status: &'static str,
}

/// Ask whether this issuer answers.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "This issuer",
    security(()),
    responses((status = 200, description = "It does", body = Health))
)]
async fn healthy() -> Json<Health> {
    Json(Health { status: "ok" })
}

#[cfg(test)]
mod tests;
