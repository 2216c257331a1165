//! `/`: the form, and the link it leads to.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use room_token::Timestamp;

use super::App;
use super::field_errors::FieldErrors;
use super::form::{LinkForm, SeriesForm};
use super::frame::Frame;
use super::preset::Preset;
use super::problem::Problem;
use super::ready::{Ready, Titled};
use crate::metrics::Way;
use crate::{Actor, Role};

/// `GET /`.
pub(crate) async fn blank(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Problem> {
    if actor.role < Role::Issuer {
        return Ok(Redirect::to(&app.link("/links")).into_response());
    }
    app.office.base_url()?;
    let form = LinkForm::blank((app.now)());
    form_page(&app, &actor, StatusCode::OK, &form, &FieldErrors::default())
}

/// `POST /`.
pub(crate) async fn issue(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Form(form): Form<LinkForm>,
) -> Result<Response, Problem> {
    let now = (app.now)();
    match form.parse(app.office.base_url()?, now) {
        Ok(wanted) => {
            let issued = app
                .issue(&actor, Way::Form, wanted.grant, wanted.validity)
                .await?;
            let base_url = app.office.base_url()?;
            let titled = Titled {
                room: &form.room,
                title: &form.title,
            };
            let series = wanted.series.as_ref();
            let ready = Ready::new(base_url, titled, &issued, None, series, now);
            result_page(&app, &actor, &form, ready, now)
        }
        Err(errors) => form_page(
            &app,
            &actor,
            StatusCode::UNPROCESSABLE_ENTITY,
            &form,
            &errors,
        ),
    }
}

fn form_page(
    app: &App,
    actor: &Actor,
    status: StatusCode,
    form: &LinkForm,
    errors: &FieldErrors,
) -> Result<Response, Problem> {
    let page = FormPage {
        frame: Frame::of(app, actor),
        form,
        errors,
        presets: Preset::ALL,
        zones: SeriesForm::ZONES,
    };
    answer(status, &page)
}

fn result_page(
    app: &App,
    actor: &Actor,
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
        frame: Frame::of(app, actor),
        ready,
        form: &next,
        errors: &FieldErrors::default(),
        presets: Preset::ALL,
        zones: SeriesForm::ZONES,
    };
    answer(StatusCode::OK, &page)
}

pub(crate) fn answer(status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
    let html = page.render().map_err(|_| Problem::internal())?;
    Ok((status, Html(html)).into_response())
}

#[derive(Template)]
#[template(path = "form.html")]
struct FormPage<'a> {
    frame: Frame,
    form: &'a LinkForm,
    errors: &'a FieldErrors,
    presets: [Preset; 5],
    zones: [&'static str; 30],
}

#[derive(Template)]
#[template(path = "result.html")]
struct ResultPage<'a> {
    frame: Frame,
    ready: Ready<'a>,
    form: &'a LinkForm,
    errors: &'a FieldErrors,
    presets: [Preset; 5],
    zones: [&'static str; 30],
}
