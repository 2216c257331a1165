//! Problems on their way out: a page for a browser, `application/problem+json` for everybody else.

use std::any::Any;
use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use serde::Serialize;

use super::App;
use super::frame::Frame;
use super::problem::Problem;
use super::words::sentence;
use crate::RowError;

/// Puts every problem into words, also those that axum and the layers below answer with a bare status.
pub(crate) async fn present(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let for_a_person = is_for_a_person(request.uri().path(), request.headers());
    let mut response = next.run(request).await;
    let Some(problem) = problem_in(&mut response) else {
        return response;
    };
    let mut told = if for_a_person {
        page(&app, &problem)
    } else {
        json(&problem)
    };
    // `Allow` and `WWW-Authenticate` stay; what described the old body goes.
    let mut headers = std::mem::take(response.headers_mut());
    headers.remove(CONTENT_LENGTH);
    headers.remove(CONTENT_TYPE);
    told.headers_mut().extend(headers);
    told
}

/// The answer to a request whose handler panicked; the payload may hold anything and is dropped.
pub(crate) fn panicked(_payload: Box<dyn Any + Send + 'static>) -> Response {
    Problem::internal().into_response()
}

/// What went wrong, in a word for the log, where a page says it to a person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code(pub(super) &'static str);

/// The code of the problem that an answer is, or will be once it is put into words.
pub(super) fn code_of(response: &Response) -> Option<&'static str> {
    if let Some(problem) = response.extensions().get::<Problem>() {
        return Some(problem.code);
    }
    if let Some(Code(code)) = response.extensions().get::<Code>() {
        return Some(code);
    }
    let status = response.status();
    let is_wrong = status.is_client_error() || status.is_server_error();
    is_wrong.then(|| {
        if is_page(response.headers()) {
            "invalid-value"
        } else {
            Problem::of_status(status).code
        }
    })
}

fn problem_in(response: &mut Response) -> Option<Problem> {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return Some(problem);
    }
    let status = response.status();
    let is_bare =
        (status.is_client_error() || status.is_server_error()) && !is_page(response.headers());
    is_bare.then(|| Problem::of_status(status))
}

/// A refused form is a page that explains itself.
pub(super) fn is_page(headers: &HeaderMap) -> bool {
    contains(headers.get(CONTENT_TYPE), "text/html")
}

/// Whether the answer is best a page.
pub(crate) fn is_for_a_person(path: &str, headers: &HeaderMap) -> bool {
    let for_programs = ["/api/", "/.well-known/"]
        .iter()
        .any(|prefix| path.starts_with(prefix));
    !for_programs && contains(headers.get(ACCEPT), "text/html")
}

fn contains(header: Option<&HeaderValue>, word: &str) -> bool {
    header
        .and_then(|value| value.to_str().ok())
        .is_some_and(|text| text.contains(word))
}

fn json(problem: &Problem) -> Response {
    let body = Json(Body {
        kind: format!("urn:roompass:problem:{}", problem.code),
        title: problem.title,
        status: problem.status.as_u16(),
        detail: &problem.detail,
        field: problem.field.as_deref(),
        errors: &problem.rows,
    });
    let mut response = (problem.status, body).into_response();
    let content_type = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// RFC 9457 §3.1, `field`, and of a table `errors`.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [RowError],
}

fn page(app: &App, problem: &Problem) -> Response {
    let page = ProblemPage {
        frame: Frame::bare(app),
        title: problem.title,
        detail: sentence(&problem.detail),
        status: problem.status.as_u16(),
    };
    match page.render() {
        Ok(html) => (problem.status, Html(html)).into_response(),
        Err(_) => json(problem),
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    title: &'static str,
    detail: String,
    status: u16,
}
