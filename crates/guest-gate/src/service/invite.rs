//! Invitations from inside the call. Who owns the room is known by the cookie; an issuer derives the link.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use room_token::{RoomName, Timestamp};

use super::answers::refused;
use super::request::{CODE, answer, kept, reading, visit};
use super::{Settings, Shared};
use crate::page::{InvitePage, InvitedPage, Typed};
use crate::{Address, GuestWish, InviteError, Invited, Standing};

/// What stands before the room.
const PATH: &str = "/roompass/gate/invite";

/// The issuer reads the path alone; its host is its own affair.
const ANY_HOST: &str = "https://meet.invalid";

/// `GET /roompass/gate/invite/ROOM`: Jitsi's `inviteDomain` leads here.
pub(crate) async fn blank(State(settings): Shared, uri: Uri, headers: HeaderMap) -> Response {
    let Ok(address) = page_of(uri.path()) else {
        return Redirect::to("/").into_response();
    };
    match standing(&settings, &address, &headers) {
        Standing::Owner { .. } => {
            form(&settings, &headers, address.room(), &Typed::default(), None)
        }
        Standing::Guest => none_of_theirs(&settings, &headers, address.room()),
        Standing::Refused(refusal) => refused(&settings, &headers, &refusal),
    }
}

/// `POST /roompass/gate/invite/ROOM`: a link, once.
pub(crate) async fn make(
    State(settings): Shared,
    uri: Uri,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let Ok(address) = page_of(uri.path()) else {
        return Redirect::to("/").into_response();
    };
    let room = address.room();
    match standing(&settings, &address, &headers) {
        Standing::Owner { link } => match ask(&settings, link, &typed).await {
            Ok(invited) => show(&settings, &headers, room, &invited),
            Err(error) => form(&settings, &headers, room, &typed, Some(&error)),
        },
        Standing::Guest => none_of_theirs(&settings, &headers, room),
        Standing::Refused(refusal) => refused(&settings, &headers, &refusal),
    }
}

fn page_of(path: &str) -> Result<Address, crate::AddressError> {
    Address::parse(path.strip_prefix(PATH).unwrap_or_default())
}

fn standing(settings: &Settings, address: &Address, headers: &HeaderMap) -> Standing {
    let kept = kept(headers);
    let gate = Arc::clone(&settings.gate.borrow());
    gate.standing(&visit(settings, address, &kept, headers))
}

async fn ask(settings: &Settings, link: String, typed: &Typed) -> Result<Invited, InviteError> {
    let wish = GuestWish {
        link: format!("{ANY_HOST}{link}"),
        name: Some(typed.name.trim().to_owned()).filter(|name| !name.is_empty()),
        lifetime: number(&typed.lifetime, "lifetime")?,
        seats: number(&typed.seats, "seats")?,
    };
    let inviter = settings.inviter.as_ref().ok_or(InviteError::Away)?;
    inviter.invite(wish).await
}

fn number(typed: &str, field: &str) -> Result<Option<u64>, InviteError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let refused = |_| InviteError::Refused {
        code: "invalid-value".to_owned(),
        field: field.to_owned(),
    };
    typed.parse().map(Some).map_err(refused)
}

fn form(
    settings: &Settings,
    headers: &HeaderMap,
    room: &RoomName,
    typed: &Typed,
    error: Option<&InviteError>,
) -> Response {
    let reading = reading(settings, headers);
    let page = InvitePage::for_owner(room, typed, &reading);
    let Some(error) = error else {
        return submittable(answer(StatusCode::OK, "owner", &reading, &page));
    };
    let status = match error {
        InviteError::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        InviteError::Away => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = answer(status, "not-made", &reading, &page.after(error));
    if let InviteError::Refused { code, .. } = error
        && let Ok(code) = HeaderValue::from_str(code)
    {
        response.headers_mut().insert(CODE, code);
    }
    submittable(response)
}

fn none_of_theirs(settings: &Settings, headers: &HeaderMap, room: &RoomName) -> Response {
    let reading = reading(settings, headers);
    let page = InvitePage::for_guest(room, &reading);
    answer(StatusCode::FORBIDDEN, "not-owner", &reading, &page)
}

fn show(settings: &Settings, headers: &HeaderMap, room: &RoomName, invited: &Invited) -> Response {
    let ends = Timestamp::parse_rfc3339(&invited.expires_at).ok();
    let reading = reading(settings, headers);
    let page = InvitedPage::new(room, &invited.link, ends, &reading);
    answer(StatusCode::CREATED, "invited", &reading, &page)
}

/// With no referrer at all a browser also hides the origin of what it posts; this address has no token in it.
fn submittable(mut response: Response) -> Response {
    response.headers_mut().insert(
        HeaderName::from_static("referrer-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}
