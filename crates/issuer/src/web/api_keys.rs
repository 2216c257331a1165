//! `/api-keys`: keys for one's own programs; shown on `/account`, and to administrators on `/people`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;

use super::account::{self, Told};
use super::field_errors::FieldErrors;
use super::problem::Problem;
use super::words::{moment, short_moment};
use super::{App, people};
use crate::people::api_keys::{self, ApiKey, ApiKeyError, KeyWish, KeyWishError};
use crate::people::{Actor, Role, Secret};

/// What somebody typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct KeyForm {
    pub(super) note: String,
    pub(super) role: String,
    pub(super) rooms: String,
    pub(super) days: String,
}

impl KeyForm {
    /// How many days a key may live, to choose from.
    pub(super) const DAYS: [&'static str; 4] = ["7", "30", "90", "365"];
    /// Chosen until somebody chooses.
    pub(super) const USUAL_DAYS: &'static str = "90";

    /// The roles that somebody may give a key of theirs.
    pub(super) fn roles(actor: &Actor) -> Vec<Role> {
        Role::ALL
            .into_iter()
            .filter(|role| actor.may(*role))
            .collect()
    }

    pub(super) fn has_days(&self, days: &str) -> bool {
        let chosen = if self.days.is_empty() {
            Self::USUAL_DAYS
        } else {
            &self.days
        };
        chosen == days
    }

    pub(super) fn has_role(&self, role: &str, actor: &Actor) -> bool {
        let usual = Role::Issuer.min(actor.role);
        Role::parse(&self.role).unwrap_or(usual).as_str() == role
    }

    fn parse(&self, app: &App, actor: &Actor, errors: &mut FieldErrors) -> Option<KeyWish> {
        let rooms = errors.keep("rooms", people::rooms(app, actor, &self.rooms))?;
        let none = || "there is no such role; choose one".to_owned();
        let role = errors.keep("role", Role::parse(&self.role).ok_or_else(none))?;
        let days: u64 = self.days.parse().unwrap_or_default();
        let lifetime = days.saturating_mul(24 * 3600);
        match KeyWish::new(&self.note, role, rooms, lifetime) {
            Ok(wish) => Some(wish),
            Err(error @ KeyWishError::Note) => errors.keep("note", Err(error.to_string())),
            Err(error @ KeyWishError::Lifetime) => errors.keep("days", Err(error.to_string())),
        }
    }
}

/// A key that is shown once.
pub(crate) struct HandedKey {
    pub(super) secret: String,
    pub(super) note: String,
    pub(super) until: String,
}

/// A key, in words.
pub(crate) struct Row {
    pub(super) id: String,
    pub(super) note: String,
    pub(super) made_by: String,
    pub(super) may: String,
    pub(super) until: String,
    pub(super) used: String,
}

impl From<ApiKey> for Row {
    fn from(key: ApiKey) -> Self {
        let rooms = if key.rooms.is_all() {
            "all rooms".to_owned()
        } else {
            format!("rooms {}", key.rooms)
        };
        Self {
            id: key.id,
            note: key.note,
            made_by: key.made_by,
            may: format!("{}, {rooms}", key.role),
            until: short_moment(key.expires_at),
            used: key.used_at.map_or_else(
                || "never used".to_owned(),
                |at| format!("last used {}", short_moment(at)),
            ),
        }
    }
}

/// `POST /api-keys`: another key of one's own.
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Form(form): Form<KeyForm>,
) -> Result<Response, Problem> {
    // An account's, so that it can end with it.
    if actor.account.is_none() {
        return Err(Problem::not_allowed());
    }
    let mut told = Told::default();
    let Some(wish) = form.parse(&app, &actor, &mut told.errors) else {
        told.key_form = form;
        return account::answer(&app, &actor, StatusCode::UNPROCESSABLE_ENTITY, told).await;
    };
    let (random, now) = ((app.random)(), (app.now)());
    let (key, secret) = api_keys::make(app.ledger()?, &actor, wish, random, now).await?;
    told.handed = Some(HandedKey::of(&key, &secret));
    account::answer(&app, &actor, StatusCode::CREATED, told).await
}

impl HandedKey {
    fn of(key: &ApiKey, secret: &Secret) -> Self {
        Self {
            secret: secret.as_str().to_owned(),
            note: key.note.clone(),
            until: moment(key.expires_at),
        }
    }
}

/// `POST /api-keys/{id}/end`.
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let ended = api_keys::end(app.ledger()?, &actor, &id, (app.now)()).await?;
    let back = if ended.is_of(&actor) {
        "/account#keys"
    } else {
        "/people#keys"
    };
    Ok(Redirect::to(&app.link(back)).into_response())
}

impl From<ApiKeyError> for Problem {
    fn from(error: ApiKeyError) -> Self {
        let detail = error.to_string();
        match error {
            ApiKeyError::Beyond => Self::beyond(&detail),
            ApiKeyError::Ledger(error) => error.into(),
            ApiKeyError::Nobody => Self::gone(&detail),
        }
    }
}
