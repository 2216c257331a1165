//! Links with their token in the fragment: no server sees it, until the script of our page sends it here, in a body.

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Shared;
use super::answers::keeping;
use super::request::{answer, look, reading};
use crate::page::RefusalPage;
use crate::{Address, Verdict, cookie};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Brought {
    link: String,
}

/// `POST /roompass/gate/fragment`: 204, and the same page asked for again is served; or the page that says why not.
pub(crate) async fn enter(
    State(settings): Shared,
    headers: HeaderMap,
    Form(brought): Form<Brought>,
) -> Response {
    let address = Address::pasted(&brought.link).ok();
    let Some(address) = address.filter(|address| address.token().is_some()) else {
        return Redirect::to("/").into_response();
    };
    match look(&settings, &address, &headers) {
        Verdict::Pass { cookie } => {
            let passed = keeping(cookie, StatusCode::NO_CONTENT.into_response());
            keeping(Some(cookie::mark()), passed)
        }
        // Only an address without a token is sent back.
        Verdict::Return { .. } => StatusCode::NO_CONTENT.into_response(),
        Verdict::Refuse(refusal) => {
            let reading = reading(&settings, &headers);
            let page = RefusalPage::new(&refusal, &reading).after_a_look_at_the_fragment();
            let code = refusal.reason.code();
            answer(StatusCode::FORBIDDEN, code, &reading, &page)
        }
    }
}
