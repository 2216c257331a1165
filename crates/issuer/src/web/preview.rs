//! What the form would make, before it is issued: asked for by the script while somebody types, and by a button without
//! it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Form};
use room_token::{RoomName, Timestamp};

use super::booked::Booking;
use super::field_errors::FieldErrors;
use super::form::{LinkForm, Planned, WantedTimes};
use super::place::Place;
use super::problem::Problem;
use super::speech::{Texts, texts};
use super::{App, page};
use crate::people::{Actor, Role};

/// As far as it can be told yet; a field that is still wrong says so itself.
#[derive(Template)]
#[template(path = "preview.html")]
pub(super) struct Preview {
    t: &'static Texts,
    base: String,
    /// Where the link will lead, without its token.
    address: String,
    /// The room's canonical name, where that is not what was typed.
    spelled: Option<String>,
    /// Why there can be no such room.
    fault: Option<String>,
    when: Option<String>,
    /// Whose clocks that is by.
    zone: String,
    pub(super) bookings: Vec<Booking>,
}

/// `POST /preview`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Form(form): Form<LinkForm>,
) -> Result<Response, Problem> {
    actor.needs(Role::Issuer)?;
    let preview = Preview::of(&app, &actor, &form).await?;
    page::answer(StatusCode::OK, &preview)
}

impl Default for Preview {
    fn default() -> Self {
        Self {
            t: texts(),
            base: String::new(),
            address: String::new(),
            spelled: None,
            fault: None,
            when: None,
            zone: String::new(),
            bookings: Vec::new(),
        }
    }
}

impl Preview {
    pub(super) async fn of(app: &App, actor: &Actor, form: &LinkForm) -> Result<Self, Problem> {
        if form.room.trim().is_empty() {
            return Ok(Self::default());
        }
        let place = form.place();
        let mut preview = Self {
            base: app.base.clone(),
            zone: place.name().to_owned(),
            ..Self::default()
        };
        let mut errors = FieldErrors::default();
        let room = errors.keep("room", form.room(app.office.base_url()?));
        let times = form.when(&place, (app.now)(), &mut errors);
        preview.fault = errors.of("room").map(str::to_owned);
        if let Some(room) = &room {
            preview.name(app, form, room)?;
        }
        preview.when = times
            .as_ref()
            .map(|times| in_words(times, &place, (app.now)()));
        if let (Some(room), Some(times)) = (&room, &times) {
            preview.bookings = app.bookings(actor, room, times, &place).await?;
        }
        Ok(preview)
    }

    fn name(&mut self, app: &App, form: &LinkForm, room: &RoomName) -> Result<(), Problem> {
        let typed = form.room.trim();
        self.address = app.office.base_url()?.address(room);
        self.spelled = (typed != room.local()).then(|| room.local().to_owned());
        Ok(())
    }
}

fn in_words(times: &WantedTimes, place: &Place, now: Timestamp) -> String {
    let texts = &texts().preview;
    match times {
        WantedTimes::Once(planned) => once(planned, place, now),
        WantedTimes::Series(series) => {
            let all: Vec<_> = series.1.meetings().map(|meeting| meeting.starts).collect();
            many(texts.one_link, &all, place)
        }
        WantedTimes::Each(each) => {
            let all: Vec<_> = each.iter().map(|one| one.starts).collect();
            many(texts.link_each, &all, place)
        }
    }
}

fn once(planned: &Planned, place: &Place, now: Timestamp) -> String {
    let Planned {
        starts,
        ends,
        validity,
    } = *planned;
    let (all, end) = (texts(), place.moment(ends));
    let span = if starts <= now {
        all.preview.from_now.replace("{}", &end)
    } else {
        let from = place.moment(starts);
        let span = all.preview.from_until.replace("{from}", &from);
        span.replace("{until}", &end)
    };
    let lasting = all.lasting(ends.seconds_since(starts));
    let margins = [
        (
            all.preview.early,
            starts.seconds_since(validity.opens_at()) / 60,
        ),
        (
            all.preview.grace,
            validity.expires_at().seconds_since(ends) / 60,
        ),
    ];
    let margins = margins.into_iter().filter(|(_, minutes)| *minutes > 0);
    let margins =
        margins.map(|(text, minutes)| format!("; {}", text.replace("{}", &minutes.to_string())));
    format!("{span}, {lasting}{}", margins.collect::<String>())
}

fn many(text: &str, all: &[Timestamp], place: &Place) -> String {
    let told = |at: Option<&Timestamp>| at.map(|at| place.moment(*at)).unwrap_or_default();
    let (first, last) = (told(all.first()), told(all.last()));
    match all.len() {
        1 => texts().preview.one_meeting.replace("{}", &first),
        count => {
            let text = text.replace("{count}", &count.to_string());
            text.replace("{first}", &first).replace("{last}", &last)
        }
    }
}
