//! `/`: the form, and the links it leads to.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, Html, IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use room_token::{Grant, Timestamp, Validity};

use super::App;
use super::booked::{self, Booking};
use super::field_errors::FieldErrors;
use super::form::{LinkForm, Wanted, WantedTimes, When};
use super::frame::Frame;
use super::many::ManyPage;
use super::place::ZONES;
use super::preset::Preset;
use super::preview::Preview;
use super::problem::Problem;
use super::ready::{Occasion, Ready};
use super::speech::texts;
use super::{cookie, suggest};
use crate::metrics::Way;
use crate::{Actor, BatchRow, IssuedLink, MeetingNote, Role};

/// `GET /`.
pub(crate) async fn blank(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if actor.role < Role::Issuer {
        return Ok(Redirect::to(&app.link("/links")).into_response());
    }
    app.office.base_url()?;
    let form = LinkForm::blank(cookie::place(&headers).as_ref(), (app.now)());
    form_page(&app, &actor, StatusCode::OK, &form, &Shown::default())
}

/// `POST /`.
pub(crate) async fn issue(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Form(form): Form<LinkForm>,
) -> Result<Response, Problem> {
    actor.needs(Role::Issuer)?;
    let page = match form.act.as_str() {
        "suggest" => suggested(&app, &actor, form.clone()).await,
        "preview" => previewed(&app, &actor, &form).await,
        _issue => answered(&app, &actor, &form).await,
    };
    // The next form begins with the same clocks.
    let place = Some(form.place()).filter(|_| !form.times.zone.trim().is_empty());
    let keep = place.map(|place| AppendHeaders([cookie::keep_place(&place)]));
    Ok((keep, page?).into_response())
}

async fn answered(app: &Arc<App>, actor: &Actor, form: &LinkForm) -> Result<Response, Problem> {
    let (base_url, now) = (app.office.base_url()?, (app.now)());
    let wanted = match form.parse(base_url, now) {
        Ok(wanted) => wanted,
        Err(errors) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return form_page(app, actor, status, form, &Shown::wrong(errors));
        }
    };
    let Some(room) = wanted.grants.first().map(Grant::room).cloned() else {
        return Err(Problem::internal());
    };
    actor.needs_room(&room)?;
    let bookings = app
        .bookings(actor, &room, &wanted.times, &wanted.place)
        .await?;
    if !booked::are_confirmed(&bookings, &form.confirmed) {
        let form = LinkForm {
            confirmed: booked::seen(&bookings),
            ..form.clone()
        };
        return form_page(
            app,
            actor,
            StatusCode::CONFLICT,
            &form,
            &Shown::booked(bookings),
        );
    }
    let notes = wanted.notes(&form.title, now);
    let issued = app.issue_all(actor, wanted.links(), &notes).await?;
    result(app, actor, form, &wanted, &issued, &notes)
}

impl App {
    /// Signs links, and records all of them or none; what is given back is recorded.
    async fn issue_all(
        self: &Arc<Self>,
        actor: &Actor,
        links: Vec<(Grant, Validity)>,
        notes: &[MeetingNote],
    ) -> Result<Vec<IssuedLink>, Problem> {
        let number = |(index, (grant, validity))| BatchRow {
            row: index,
            grant,
            validity,
        };
        let rows: Vec<_> = links.into_iter().enumerate().map(number).collect();
        let app = Arc::clone(self);
        // Hundreds of signatures would keep others waiting.
        let signing =
            tokio::task::spawn_blocking(move || app.office.issue_all(&rows, app.token_id));
        let issued = signing.await.map_err(|_| Problem::internal())??;
        if let Some(ledger) = &self.ledger {
            let rows = ledger.record_meetings(&actor.name, &issued, notes, (self.now)());
            self.written(rows).await?;
        }
        self.metrics.issued(Way::Form, issued.len());
        Ok(issued)
    }
}

/// The form again, with a name of ours in it that nobody has now.
async fn suggested(app: &App, actor: &Actor, form: LinkForm) -> Result<Response, Problem> {
    let form = LinkForm {
        room: app.suggestion(actor).await?,
        ..form
    };
    previewed(app, actor, &form).await
}

impl App {
    /// A name that no link opens now; of somebody bounded to rooms, one of those.
    async fn suggestion(&self, actor: &Actor) -> Result<String, Problem> {
        let (base_url, now) = (self.office.base_url()?, (self.now)());
        let start = actor.rooms.starts().into_iter().next().unwrap_or_default();
        // As people type it: the tenant comes by itself.
        let start = start.rsplit(']').next().unwrap_or_default().to_owned();
        let mut last = String::new();
        for name in suggest::names(&(self.random)()) {
            last = format!("{start}{name}");
            let Ok(room) = base_url.room(&last) else {
                continue;
            };
            let is_free = match &self.ledger {
                Some(ledger) => ledger
                    .bookings(&room, now, Timestamp::MAX)
                    .await?
                    .is_empty(),
                None => true,
            };
            if is_free {
                break;
            }
        }
        Ok(last)
    }
}

async fn previewed(app: &App, actor: &Actor, form: &LinkForm) -> Result<Response, Problem> {
    let shown = Shown {
        preview: Preview::of(app, actor, form).await?,
        ..Shown::default()
    };
    form_page(app, actor, StatusCode::OK, form, &shown)
}

/// What the form says beside what was typed.
#[derive(Default)]
pub(super) struct Shown {
    errors: FieldErrors,
    /// Who has the room then; the person is asked.
    bookings: Vec<Booking>,
    preview: Preview,
}

impl Shown {
    fn wrong(errors: FieldErrors) -> Self {
        Self {
            errors,
            ..Self::default()
        }
    }

    fn booked(bookings: Vec<Booking>) -> Self {
        Self {
            bookings,
            ..Self::default()
        }
    }
}

fn form_page(
    app: &App,
    actor: &Actor,
    status: StatusCode,
    form: &LinkForm,
    shown: &Shown,
) -> Result<Response, Problem> {
    let page = FormPage {
        frame: Frame::of(app, actor),
        fields: Fields::new(form, shown),
    };
    answer(status, &page)
}

fn result(
    app: &App,
    actor: &Actor,
    form: &LinkForm,
    wanted: &Wanted,
    issued: &[IssuedLink],
    notes: &[MeetingNote],
) -> Result<Response, Problem> {
    let series = match &wanted.times {
        WantedTimes::Once(_) | WantedTimes::Each(_) => None,
        WantedTimes::Series(series) => Some(series.as_ref()),
    };
    let occasion = Occasion {
        base_url: app.office.base_url()?,
        room: &form.room,
        note: notes.first(),
        series,
        place: &wanted.place,
        now: (app.now)(),
    };
    let frame = Frame::of(app, actor);
    if matches!(wanted.times, WantedTimes::Each(_)) {
        let page = ManyPage::new(frame, &occasion, issued, notes)?;
        return answer(StatusCode::OK, &page);
    }
    let mut ready = issued.iter().map(|link| Ready::new(&occasion, link, None));
    let (next, shown) = (form.next(), Shown::default());
    let page = ResultPage {
        frame,
        ready: ready.next().ok_or_else(Problem::internal)?,
        second: ready.next().map(Ready::second),
        fields: Fields::new(&next, &shown),
    };
    answer(StatusCode::OK, &page)
}

pub(crate) fn answer(status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
    let html = page.render().map_err(|_| Problem::internal())?;
    Ok((status, Html(html)).into_response())
}

/// All that the fields are made of.
pub(super) struct Fields<'a> {
    form: &'a LinkForm,
    errors: &'a FieldErrors,
    bookings: &'a [Booking],
    preview: &'a Preview,
    /// What one click chooses: its word, and what it is called.
    choices: Vec<(&'static str, &'static str)>,
    zones: &'static str,
}

fn choices() -> Vec<(&'static str, &'static str)> {
    let form = &texts().form;
    let spans = Preset::ALL
        .map(|preset| preset.value)
        .into_iter()
        .zip(form.spans);
    let days = When::DAYS.into_iter().zip(form.days);
    spans.chain(days).collect()
}

impl<'a> Fields<'a> {
    fn new(form: &'a LinkForm, shown: &'a Shown) -> Self {
        Self {
            form,
            errors: &shown.errors,
            bookings: &shown.bookings,
            preview: &shown.preview,
            choices: choices(),
            zones: &ZONES,
        }
    }
}

#[derive(Template)]
#[template(path = "form.html")]
struct FormPage<'a> {
    frame: Frame,
    fields: Fields<'a>,
}

#[derive(Template)]
#[template(path = "result.html")]
struct ResultPage<'a> {
    frame: Frame,
    ready: Ready<'a>,
    /// The guest's beside the moderator's.
    second: Option<Ready<'a>>,
    fields: Fields<'a>,
}
