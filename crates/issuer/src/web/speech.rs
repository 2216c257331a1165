//! The languages of the pages: whoever asks is answered in theirs, as far as it is translated.
//!
//! Every text of a translated part is a member of [`Texts`], so one that is missing in a language does not compile.

mod english;
mod french;
mod german;
mod spanish;
mod texts;
mod times;

use axum::extract::Request;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use room_token::Language;

pub(crate) use self::texts::Texts;
use super::cookie;

tokio::task_local! {
    /// Of the request that this task answers. A parameter would go through every handler, only to reach the frame.
    static LANGUAGE: Language;
}

/// Answers in the language that somebody chose, or else that their browser asks for.
pub(super) async fn answered_in(request: Request, next: Next) -> Response {
    let language = language_of(request.headers());
    let mut response = LANGUAGE.scope(language, next.run(request)).await;
    let headers = response.headers_mut();
    let is_page = super::present::is_page(headers);
    if is_page {
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        headers.append(VARY, HeaderValue::from(ACCEPT_LANGUAGE));
    }
    response
}

fn language_of(headers: &HeaderMap) -> Language {
    let asked = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    cookie::language(headers).unwrap_or_else(|| Language::preferred(asked.unwrap_or_default()))
}

/// The language of this request; English outside of one.
pub(crate) fn language() -> Language {
    LANGUAGE.try_with(|language| *language).unwrap_or_default()
}

/// Its texts.
pub(crate) fn texts() -> &'static Texts {
    Texts::of(language())
}

/// The languages by their own names, for a choice.
pub(crate) const NAMES: [(Language, &str); 4] = [
    (Language::German, "Deutsch"),
    (Language::English, "English"),
    (Language::Spanish, "Español"),
    (Language::French, "Français"),
];

#[cfg(test)]
mod tests;
