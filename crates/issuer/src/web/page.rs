//! `/`: the form, and the link it leads to.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use room_token::Timestamp;

use super::App;
use super::field_errors::FieldErrors;
use super::form::{LinkForm, SeriesForm};
use super::preset::Preset;
use super::problem::Problem;
use super::ready::Ready;
use crate::{Office, OfficeError, key_file};

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
    match form.parse(&app.office.base_url, now) {
        Ok(wanted) => {
            let id = (app.token_id)();
            let issued = app.office.issue(wanted.grant, wanted.validity, id)?;
            let ready = Ready::new(
                &app.office.base_url,
                &form,
                &issued,
                wanted.series.as_ref(),
                now,
            );
            result_page(&app.office, &form, ready, now)
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
    let page = FormPage {
        about: About::of(office)?,
        form,
        errors,
        presets: Preset::ALL,
        zones: SeriesForm::ZONES,
    };
    answer(status, &page)
}

fn result_page(
    office: &Office,
    form: &LinkForm,
    ready: Ready<'_>,
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
        about: About::of(office)?,
        ready,
        form: &next,
        errors: &FieldErrors::default(),
        presets: Preset::ALL,
        zones: SeriesForm::ZONES,
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
    about: About,
    form: &'a LinkForm,
    errors: &'a FieldErrors,
    presets: [Preset; 5],
    zones: [&'static str; 30],
}

#[derive(Template)]
#[template(path = "result.html")]
struct ResultPage<'a> {
    about: About,
    ready: Ready<'a>,
    form: &'a LinkForm,
    errors: &'a FieldErrors,
    presets: [Preset; 5],
    zones: [&'static str; 30],
}

/// Whose links these are; at the foot of every page.
struct About {
    /// The host, and the tenant.
    place: String,
    key_id: String,
    is_dev_key: bool,
}

impl About {
    fn of(office: &Office) -> Result<Self, OfficeError> {
        let (host, tenant) = (office.base_url.host(), office.base_url.tenant());
        let key_id = office.keys.active_id()?;
        Ok(Self {
            place: tenant.map_or(host.to_owned(), |tenant| format!("{host}/{tenant}")),
            is_dev_key: key_file::is_dev_key(&key_id),
            key_id: key_id.to_string(),
        })
    }
}
