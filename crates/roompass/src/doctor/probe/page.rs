//! The web server of the meeting: its name, its page, and whether it passes conference requests on.

use std::time::Duration;

use tokio::net::lookup_host;
use ureq::http::Response;
use ureq::{Agent, Body};
use url::Url;

use super::super::PAGE;
use super::super::errand::Errand;
use super::super::observation::{Observation, Page};
use super::super::plan::Plan;
use super::date;
use crate::http;
use crate::knock::address::encoded;

/// Looks at it as a guest with that errand would.
pub(super) async fn look(plan: &Plan, guest: Option<&Errand>) -> Vec<Observation> {
    let Ok(url) = Url::parse(plan.base.origin()) else {
        return Vec::new();
    };
    let fault = name_fault(&url, plan.patience).await;
    if fault.is_some() {
        return vec![Observation::Name { fault }];
    }
    let question = Question::of(plan, &url, guest);
    let asked = tokio::task::spawn_blocking(move || question.ask()).await;
    let mut seen = vec![Observation::Name { fault: None }];
    seen.extend(asked.unwrap_or_default());
    seen
}

async fn name_fault(url: &Url, patience: Duration) -> Option<String> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(443);
    let name = host.trim_matches(['[', ']']);
    match tokio::time::timeout(patience, lookup_host((name, port))).await {
        Ok(Ok(found)) => {
            let has_one = found.count() > 0;
            (!has_one).then(|| format!("{host} has no address"))
        }
        Ok(Err(why)) => Some(format!("{host}: {why}")),
        Err(_elapsed) => Some(format!("{host}: no answer from the resolver")),
    }
}

/// Owned, for the thread that asks.
struct Question {
    agent: Agent,
    page: String,
    origin: String,
    room: String,
    has_token: bool,
    in_clear: bool,
}

impl Question {
    fn of(plan: &Plan, url: &Url, guest: Option<&Errand>) -> Self {
        let (room, token) = guest.map_or(("", ""), |errand| (&errand.room, &errand.token));
        let tenant = plan.base.tenant().map(|tenant| format!("/{tenant}"));
        let origin = plan.base.origin().to_owned();
        let query = match token {
            "" => String::new(),
            token => format!("?jwt={}", encoded(token)),
        };
        Self {
            agent: http::agent(plan.patience, 3, url.scheme() == "https"),
            page: format!("{origin}{}/{room}{query}", tenant.unwrap_or_default()),
            origin,
            room: room.to_owned(),
            has_token: !token.is_empty(),
            in_clear: url.scheme() == "http" && !is_here(url),
        }
    }

    fn ask(&self) -> Vec<Observation> {
        let answer = match self.agent.get(&self.page).call() {
            Ok(answer) => answer,
            Err(error) => return vec![Observation::Page(no_page(&error))],
        };
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.and_then(|text| text.to_str().ok()).map(str::to_owned)
        };
        let status = answer.status().as_u16();
        let refused = header("roompass-code").filter(|_| status == 403);
        let mut seen = vec![Observation::Page(Page::Answered {
            // Without a link our page before the call is the right answer.
            status: if refused.is_some() && !self.has_token {
                200
            } else {
                status
            },
            refused: refused.filter(|_| self.has_token),
            in_clear: self.in_clear,
        })];
        let ahead = header("date").and_then(|text| date::ahead(&text));
        seen.extend(ahead.map(|ahead| Observation::Clock {
            place: PAGE.to_owned(),
            ahead,
        }));
        seen.extend(self.ask_for_a_conference());
        seen
    }

    /// As Jitsi's client may, for a room of a host that nobody has. A path beside it shows how the server answers what it
    /// does not pass on; our gate says itself that it does not.
    fn ask_for_a_conference(&self) -> Option<Observation> {
        let answer = self.post("conference-request")?;
        let (status, is_json) = said(&answer);
        let (beside, _) = said(&self.post("conference-request-beside")?);
        let is_refused = matches!(status, 401 | 403 | 404 | 405 | 410);
        let is_passed = is_json && status < 300 || status != beside && !is_refused;
        let is_passed = is_passed && !answer.headers().contains_key("roompass-code");
        let passed = is_passed.then(|| format!("it answers {status}"));
        Some(Observation::HttpRequest { passed })
    }

    fn post(&self, path: &str) -> Option<Response<Body>> {
        let room = format!("{}@conference.roompass-doctor.invalid", self.room);
        let body = serde_json::json!({ "room": room, "properties": {} }).to_string();
        let request = self.agent.post(format!("{}/{path}/v1", self.origin));
        let answer = request
            .header("content-type", "application/json")
            .send(&body);
        answer.ok()
    }
}

/// Status, and whether the answer is JSON.
fn said(answer: &Response<Body>) -> (u16, bool) {
    let kind = answer.headers().get("content-type");
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    (answer.status().as_u16(), is_json)
}

fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host.starts_with("127.")
}

fn no_page(error: &ureq::Error) -> Page {
    // Never the address: the token is in it.
    let why = crate::hide::tokens(&error.to_string());
    let words = why.to_ascii_lowercase();
    let of_tls = ["tls", "certificate", "corrupt message", "handshake"];
    if of_tls.iter().any(|word| words.contains(word)) {
        return Page::BadTls(why);
    }
    Page::NoAnswer(why)
}
