//! `/`: the form, and the link it leads to.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use room_token::{Affiliation, DisplayName, Timestamp};

use super::App;
use super::field_errors::FieldErrors;
use super::form::LinkForm;
use super::preset::Preset;
use super::problem::Problem;
use super::words::{from_now, moment};
use crate::{IssuedLink, Office, key_file};

/// `GET /`.
pub(crate) async fn blank(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let form = LinkForm::blank((app.now)());
    form_page(&app.office, StatusCode::OK, &form, &FieldErrors::default())
}

/// `POST /`.
pub(crate) async fn issue(
    State(app): State<Arc<App>>,
    Form(form): Form<LinkForm>,
) -> Result<Response, Problem> {
    let now = (app.now)();
    match form.parse(now) {
        Ok((grant, validity)) => {
            let issued = app.office.issue(grant, validity, (app.token_id)())?;
            result_page(&app.office, &form, &issued, now)
        }
        Err(errors) => form_page(
            &app.office,
            StatusCode::UNPROCESSABLE_ENTITY,
            &form,
            &errors,
        ),
    }
}

fn form_page(
    office: &Office,
    status: StatusCode,
    form: &LinkForm,
    errors: &FieldErrors,
) -> Result<Response, Problem> {
    let (about, presets) = (About::from(office), Preset::ALL);
    answer(
        status,
        &FormPage {
            about,
            form,
            errors,
            presets,
        },
    )
}

fn result_page(
    office: &Office,
    form: &LinkForm,
    issued: &IssuedLink,
    now: Timestamp,
) -> Result<Response, Problem> {
    // The next link is often for the same room and somebody else, who must not become a moderator unnoticed.
    let blank = LinkForm::blank(now);
    let next = LinkForm {
        name: blank.name,
        affiliation: blank.affiliation,
        ..form.clone()
    };
    let page = ResultPage {
        about: About::from(office),
        ready: Ready::new(form, issued, now),
        form: &next,
        errors: &FieldErrors::default(),
        presets: Preset::ALL,
    };
    answer(StatusCode::OK, &page)
}

fn answer(status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
    let html = page.render().map_err(|_| Problem::internal())?;
    Ok((status, Html(html)).into_response())
}

#[derive(Template)]
#[template(path = "form.html")]
struct FormPage<'a> {
    about: About<'a>,
    form: &'a LinkForm,
    errors: &'a FieldErrors,
    presets: [Preset; 5],
}

#[derive(Template)]
#[template(path = "result.html")]
struct ResultPage<'a> {
    about: About<'a>,
    ready: Ready<'a>,
    form: &'a LinkForm,
    errors: &'a FieldErrors,
    presets: [Preset; 5],
}

/// Whose links these are; at the foot of every page.
struct About<'a> {
    host: &'a str,
    key_id: &'a str,
    is_dev_key: bool,
}

impl<'a> From<&'a Office> for About<'a> {
    fn from(office: &'a Office) -> Self {
        Self {
            host: office.base_url.host(),
            key_id: office.key.id().as_str(),
            is_dev_key: key_file::is_dev_key(office.key.id()),
        }
    }
}

/// An issued link, in words.
struct Ready<'a> {
    link: &'a str,
    /// The link's two halves: what a person reads, and the rest.
    address: &'a str,
    token: &'a str,
    typed_room: &'a str,
    /// The canonical name, where it is not what was typed.
    spelled: Option<&'a str>,
    name: Option<&'a str>,
    is_owner: bool,
    opens: Option<Moment>,
    ends: Moment,
    token_id: &'a str,
    key_id: &'a str,
}

impl<'a> Ready<'a> {
    fn new(form: &'a LinkForm, issued: &'a IssuedLink, now: Timestamp) -> Self {
        let (person, room) = (issued.grant.person(), issued.grant.room().as_str());
        let (link, token) = (issued.link.as_str(), issued.token.as_str());
        let typed_room = form.room.trim();
        Self {
            link,
            address: link.strip_suffix(token).unwrap_or_default(),
            token,
            typed_room,
            spelled: (typed_room != room).then_some(room),
            name: person.name().map(DisplayName::as_str),
            is_owner: person.affiliation() == Affiliation::Owner,
            opens: issued
                .validity
                .not_before()
                .map(|start| Moment::new(start, now)),
            ends: Moment::new(issued.validity.expires_at(), now),
            token_id: issued.id.as_str(),
            key_id: issued.key_id.as_str(),
        }
    }
}

/// A time, for the page and for the script that adds the reader's own.
struct Moment {
    words: String,
    machine: String,
    from_now: String,
}

impl Moment {
    fn new(at: Timestamp, now: Timestamp) -> Self {
        Self {
            words: moment(at),
            machine: at.to_string(),
            from_now: from_now(now, at),
        }
    }
}
