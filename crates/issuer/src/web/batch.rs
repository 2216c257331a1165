//! `/batch` and `POST /api/v1/links/batch`: a table in, its links out.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::field_errors::FieldErrors;
use super::frame::Frame;
use super::openapi::ProblemBody;
use super::place::ZONES;
use super::problem::Problem;
use super::words;
use super::{App, page};
use crate::metrics::Way;
use crate::parcel::Parcel;
use crate::people::{Actor, Role};
use crate::{Batch, Edition, Invitation, IssuedLink, RowError, batch};

/// What somebody wants of a table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Wish {
    /// By whose clocks times without an offset are; UTC, if empty.
    zone: String,
    /// Issue the rows that are right, though others are wrong.
    skip_wrong: bool,
}

/// What came of a table.
struct Issued {
    links: Vec<IssuedLink>,
    table: String,
    errors: Vec<RowError>,
}

/// Issue a link for each row of a table.
#[utoipa::path(
    post,
    path = "/api/v1/links/batch",
    tag = "Links",
    params(
        ("zone" = Option<String>, Query, description = "By whose clocks times without an offset are; UTC, if absent"),
        ("skip_wrong" = Option<bool>, Query, description = "Issue the rows that are right, though others are wrong"),
    ),
    request_body(content = String, content_type = "text/csv", description = "A table with a row for its columns' names"),
    responses(
        (status = 201, description = "The table with a column of links", body = String, content_type = "text/csv"),
        (status = "default", description = "A problem, with `rows` that are wrong", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn api(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next();
    if !kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/csv")) {
        return Err(Problem::media_type("text/csv"));
    }
    let asked = read(&app, &actor, &body, &wish.zone)?;
    if !asked.errors.is_empty() && !wish.skip_wrong {
        return Err(Problem::wrong_rows(asked.errors));
    }
    let issued = issue(&app, &actor, asked).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"links.csv\""),
    ];
    Ok((StatusCode::CREATED, headers, issued.table).into_response())
}

/// The table, read; what is none of the actor's rooms is wrong in it.
fn read(app: &App, actor: &Actor, body: &[u8], zone: &str) -> Result<Batch, Problem> {
    actor.needs(Role::Issuer)?;
    let base_url = app.office.base_url()?;
    let parsed = Batch::parse(body, base_url, zone, (app.now)());
    let mut asked = parsed.map_err(|error| Problem::field("table", &error.to_string()))?;
    let (theirs, others) = asked
        .rows
        .into_iter()
        .partition(|row| actor.rooms.covers(row.grant.room()));
    asked.rows = theirs;
    for row in others as Vec<batch::BatchRow> {
        asked.errors.push(RowError {
            row: row.row,
            column: "room",
            detail: Problem::not_your_room(row.grant.room().local()).detail,
        });
    }
    asked.errors.sort_by_key(|error| error.row);
    Ok(asked)
}

/// Signs every row, and records all of them or none; what is shown is recorded.
async fn issue(app: &Arc<App>, actor: &Actor, asked: Batch) -> Result<Issued, Problem> {
    let Batch { rows, errors } = asked;
    let office = Arc::clone(app);
    // Thousands of signatures would keep others waiting.
    let signing = tokio::task::spawn_blocking(move || {
        let links = office.office.issue_all(&rows, office.token_id)?;
        Ok::<_, Problem>((rows, links))
    });
    let (rows, links) = signing.await.map_err(|_| Problem::internal())??;
    if let Some(ledger) = &app.ledger {
        let rows = ledger.record_all(&actor.name, &links, (app.now)());
        app.written(rows).await?;
    }
    app.metrics.issued(Way::Batch, links.len());
    Ok(Issued {
        table: batch::answer(&rows, &links, &errors),
        links,
        errors,
    })
}

/// The form, as typed; a file counts more than what is in the text.
#[derive(Clone, Debug, Default)]
struct BatchForm {
    table: String,
    zone: String,
    skip_wrong: bool,
    /// A ZIP comes back, with calendar files and codes, and no page.
    as_zip: bool,
}

#[derive(Template)]
#[template(path = "batch.html")]
struct BatchPage<'a> {
    frame: Frame,
    form: &'a BatchForm,
    zones: &'static str,
    errors: &'a FieldErrors,
    wrong: &'a [RowError],
    /// Rows that are right.
    right: usize,
}

#[derive(Template)]
#[template(path = "batch_done.html")]
struct DonePage<'a> {
    frame: Frame,
    count: usize,
    first: Vec<Line>,
    file: String,
    wrong: &'a [RowError],
}

/// One of the first links, to see that all is well.
struct Line {
    room: String,
    name: String,
    until: String,
    jti: String,
}

/// Of what is wrong and of what was issued, a page shows so many.
const SHOWN: usize = 100;
const FIRST: usize = 10;

/// `GET /batch`.
pub(crate) async fn blank(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Problem> {
    actor.needs(Role::Issuer)?;
    app.office.base_url()?;
    let (form, errors) = (BatchForm::default(), FieldErrors::default());
    form_page(
        &app,
        &actor,
        StatusCode::OK,
        &form,
        &errors,
        &Batch::default(),
    )
}

/// `POST /batch`.
pub(crate) async fn upload(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    body: Multipart,
) -> Result<Response, Problem> {
    actor.needs(Role::Issuer)?;
    let form = BatchForm::read(body).await?;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let asked = match read(&app, &actor, form.table.as_bytes(), &form.zone) {
        Ok(asked) => asked,
        Err(problem) if problem.status == status => {
            let mut errors = FieldErrors::default();
            errors.keep::<()>("table", Err(problem.detail));
            return form_page(&app, &actor, status, &form, &errors, &Batch::default());
        }
        Err(problem) => return Err(problem),
    };
    if !asked.errors.is_empty() && (!form.skip_wrong || asked.rows.is_empty()) {
        let errors = FieldErrors::default();
        return form_page(&app, &actor, status, &form, &errors, &asked);
    }
    if form.as_zip && asked.rows.len() > Parcel::MOST_LINKS {
        let mut errors = FieldErrors::default();
        errors.keep::<()>("table", Err(too_many()));
        return form_page(&app, &actor, status, &form, &errors, &Batch::default());
    }
    let issued = issue(&app, &actor, asked).await?;
    if form.as_zip {
        return zip(&app, issued).await;
    }
    done_page(&app, &actor, &issued)
}

fn too_many() -> String {
    let most = Parcel::MOST_LINKS;
    format!(
        "a ZIP has room for {most} links, and this table has more; choose the table, or send it in parts"
    )
}

/// Drawing hundreds of codes would keep others waiting.
async fn zip(app: &Arc<App>, issued: Issued) -> Result<Response, Problem> {
    let office = Arc::clone(app);
    let packing = tokio::task::spawn_blocking(move || {
        let base_url = office.office.base_url().ok()?;
        let mut parcel = Parcel::new(&issued.table)?;
        for (index, link) in issued.links.iter().enumerate() {
            let invitation = Invitation::new(base_url, link, None, "");
            let edition = Edition::first(&invitation, (office.now)());
            let room = link.grant.room().local();
            parcel.add(index + 1, &invitation, &edition, room)?;
        }
        parcel.finish()
    });
    let bytes = packing.await.map_err(|_| Problem::internal())?;
    let headers = [
        (CONTENT_TYPE, "application/zip"),
        (CONTENT_DISPOSITION, "attachment; filename=\"links.zip\""),
    ];
    Ok((headers, bytes.ok_or_else(Problem::internal)?).into_response())
}

impl BatchForm {
    async fn read(mut body: Multipart) -> Result<Self, Problem> {
        let mut form = Self::default();
        let mut file = Vec::new();
        while let Some(field) = body
            .next_field()
            .await
            .map_err(|error| unreadable(&error))?
        {
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|error| unreadable(&error))?;
            let text = || String::from_utf8_lossy(&bytes).into_owned();
            match name.as_str() {
                "file" => file = bytes.to_vec(),
                "table" => form.table = text(),
                "zone" => form.zone = text(),
                "skip_wrong" => form.skip_wrong = bytes == "on",
                "as" => form.as_zip = bytes == "zip",
                _unknown => {}
            }
        }
        if !file.is_empty() {
            let named = |_| Problem::field("table", &crate::BatchError::Encoding.to_string());
            form.table = String::from_utf8(file).map_err(named)?;
        }
        Ok(form)
    }

    /// What goes back into the page; a large file is chosen again.
    fn shown(&self) -> &str {
        if self.table.len() <= 32 * 1024 {
            &self.table
        } else {
            ""
        }
    }
}

fn unreadable(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE),
        _other => Problem::of_status(StatusCode::BAD_REQUEST),
    }
}

fn form_page(
    app: &App,
    actor: &Actor,
    status: StatusCode,
    form: &BatchForm,
    errors: &FieldErrors,
    asked: &Batch,
) -> Result<Response, Problem> {
    let page = BatchPage {
        frame: Frame::of(app, actor),
        form,
        zones: &ZONES,
        errors,
        wrong: &asked.errors,
        right: asked.rows.len(),
    };
    page::answer(status, &page)
}

fn done_page(app: &App, actor: &Actor, issued: &Issued) -> Result<Response, Problem> {
    let line = |link: &IssuedLink| {
        let name = link.grant.person().name();
        Line {
            room: words::room(link.grant.room().local()),
            name: name.map(ToString::to_string).unwrap_or_default(),
            until: words::short_moment(link.validity.expires_at()),
            jti: link.id.to_string(),
        }
    };
    let page = DonePage {
        frame: Frame::of(app, actor),
        count: issued.links.len(),
        first: issued.links.iter().take(FIRST).map(line).collect(),
        file: format!("data:text/csv;base64,{}", STANDARD.encode(&issued.table)),
        wrong: &issued.errors,
    };
    page::answer(StatusCode::OK, &page)
}
