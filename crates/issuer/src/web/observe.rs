//! Every answer on its way out, counted and told of: by the pattern of its address, which has no name, room or token.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;

use super::App;
use super::present;
use crate::log::Event;
use crate::metrics::{Paper, Way};

/// Counts an answer, and says a line.
pub(super) async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let asked = Asked::of(&request);
    let response = next.run(request).await;
    let (status, code) = (response.status().as_u16(), present::code_of(&response));
    app.metrics.answered(asked.method, &asked.route, status);
    if let Some(paper) = Paper::of_route(&asked.route) {
        app.metrics.fetched(paper, status);
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
}

impl Asked {
    fn of(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>();
        Self {
            method: name(request.method()),
            route: route.map_or("-", MatchedPath::as_str).to_owned(),
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
