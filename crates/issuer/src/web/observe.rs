//! Every answer on its way out, counted and told of: by the pattern of its address, which has no name, room or token.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::Method;
use axum::http::header::{IF_NONE_MATCH, USER_AGENT};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;

use super::App;
use super::present;
use crate::log::Event;
use crate::metrics::{Paper, Way};
use crate::polls::{Fetch, Had};

/// Counts an answer, and says a line.
pub(super) async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let asked = Asked::of(&app, &request);
    let response = next.run(request).await;
    let (status, code) = (response.status().as_u16(), present::code_of(&response));
    app.metrics.answered(asked.method, &asked.route, status);
    if let Some(paper) = Paper::of_route(&asked.route) {
        app.metrics.fetched(paper, status);
        if let Some(caller) = &asked.caller {
            caller.remember(&app, paper, status);
        }
    }
    if let (Some(way), Some(code)) = (asked.way(), code) {
        app.metrics.refused(way, code);
    }
    if !asked.is_routine() || status >= 500 {
        app.log.write(&Event {
            at: (app.now)(),
            event: "request",
            method: asked.method,
            route: asked.route,
            status,
            code,
            took: begun.elapsed(),
        });
    }
    response
}

/// What is kept of a request until its answer is there.
struct Asked {
    method: &'static str,
    route: String,
    /// Of what verifiers fetch.
    caller: Option<Caller>,
}

/// Who fetches, as far as one can see.
struct Caller {
    address: String,
    agent: String,
    /// Whether it told which edition it has.
    has_one: bool,
}

impl Caller {
    fn of(app: &App, request: &Request) -> Self {
        let headers = request.headers();
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let agent = headers
            .get(USER_AGENT)
            .and_then(|agent| agent.to_str().ok());
        Self {
            address: app.client(peer.map(|ConnectInfo(peer)| peer.ip()), headers),
            agent: agent.unwrap_or_default().to_owned(),
            has_one: headers.contains_key(IF_NONE_MATCH),
        }
    }

    fn remember(&self, app: &App, paper: Paper, status: u16) {
        let had = match (status, self.has_one) {
            (304, _) => Had::Current,
            (200, true) => Had::Older,
            (200, false) => Had::Untold,
            _another => Had::Refused,
        };
        let at = (app.now)();
        let fetch = Fetch { at, had };
        app.polls
            .saw(self.address.clone(), &self.agent, paper, fetch);
    }
}

impl Asked {
    fn of(app: &App, request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>();
        let route = route.map_or("-", MatchedPath::as_str).to_owned();
        Self {
            method: name(request.method()),
            caller: Paper::of_route(&route).map(|_| Caller::of(app, request)),
            route,
        }
    }

    fn way(&self) -> Option<Way> {
        Way::of_route(&self.route).filter(|_| self.method == "POST")
    }

    /// What machines ask for all day; nobody would read a line of it.
    fn is_routine(&self) -> bool {
        ["/.well-known/", "/assets/", "/healthz", "/metrics"]
            .iter()
            .any(|start| self.route.starts_with(start))
    }
}

/// A closed list: a client may invent methods.
fn name(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    let known = known.into_iter().find(|known| method.as_str() == *known);
    known.unwrap_or("other")
}
