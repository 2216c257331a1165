//! Everything that goes wrong, in one shape (RFC 9457).

mod programs;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use room_token::RoomName;

use crate::people::changing::ChangeError;
use crate::people::{Actor, Role};
use crate::{LedgerError, RowError};

/// A problem; as an answer, it is put into words by [`super::present`].
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// How `type` ends. Never change one.
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    /// What happened, why, and how to mend it.
    pub(crate) detail: String,
    /// The member, parameter or form field at fault.
    pub(crate) field: Option<String>,
    /// What is wrong with a table, cell by cell.
    pub(crate) rows: Vec<RowError>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, title: &'static str, detail: &str) -> Self {
        Self {
            status,
            code,
            title,
            detail: detail.to_owned(),
            field: None,
            rows: Vec::new(),
        }
    }

    /// A member or parameter whose value cannot be.
    pub(crate) fn field(name: &str, detail: &str) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let problem = Self::new(status, "invalid-value", "A value cannot be used", detail);
        problem.at(name)
    }

    /// A table of which some rows cannot be signed.
    pub(crate) fn wrong_rows(rows: Vec<RowError>) -> Self {
        let detail = "nothing was issued, because some rows are wrong; mend them, or send `skip_wrong=true` to issue \
                      the others";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self {
            rows,
            ..Self::new(status, "wrong-rows", "Some rows are wrong", detail)
        }
    }

    /// A link that opens no door, or not as it would have to; the deny reason's code, where there is one.
    pub(crate) fn refused_link(code: &'static str, detail: &str) -> Self {
        let (status, title) = (StatusCode::FORBIDDEN, "Not with this link");
        Self::new(status, code, title, detail).at("link")
    }

    /// A member that does not exist here.
    pub(crate) fn unknown_member(name: &str, known: &[&str]) -> Self {
        let detail = format!("there is no member `{name}` here; use {}", known.join(", "));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self::new(status, "unknown-member", "A member is not known", &detail).at(name)
    }

    /// Not JSON, or not a form.
    pub(crate) fn unreadable(detail: &str) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self::new(status, "unreadable", "The request cannot be read", detail)
    }

    pub(crate) fn media_type(wanted: &str) -> Self {
        let detail = format!("the body is not {wanted}; send it with `Content-Type: {wanted}`");
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(status, "media-type", "The body has another type", &detail)
    }

    pub(crate) fn not_found() -> Self {
        let detail = "there is nothing at this address; the form is at /, the API under /api/v1/";
        Self::new(StatusCode::NOT_FOUND, "not-found", "Nothing here", detail)
    }

    pub(crate) fn no_such_link() -> Self {
        let detail = "the ledger has no link with this token, or its room is none of yours; look for it in the list \
                      of links";
        let status = StatusCode::NOT_FOUND;
        Self::new(status, "not-found", "No such link", detail)
    }

    /// Nothing can come of it.
    pub(crate) fn link_over() -> Self {
        let detail = "the link's time is over; issue a new one with the form";
        Self::not_with_this_link(detail)
    }

    pub(crate) fn not_with_this_link(detail: &str) -> Self {
        let status = StatusCode::CONFLICT;
        Self::new(status, "not-with-this-link", "Not with this link", detail)
    }

    /// What was asked for is done, and only the note of it is missing.
    pub(crate) fn not_noted() -> Self {
        let detail = "it is taken back, and every shard learns so within a minute; but the ledger is away, so it is \
                      not noted who did it; write it down, and tell the operator of this service";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "not-noted", "Taken back, but not noted", detail)
    }

    pub(crate) fn not_kept() -> Self {
        let detail = "this issuer keeps no list of revocations; start it with `--revocations FILE`";
        Self::new(
            StatusCode::NOT_FOUND,
            "not-kept",
            "No revocations here",
            detail,
        )
    }

    /// What is signed here, no verifier could check.
    pub(crate) fn key_not_signed(detail: &str) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(
            status,
            "key-not-signed",
            "The key set must be signed",
            detail,
        )
    }

    pub(crate) fn key_not_shared(detail: &str) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(
            status,
            "key-not-shared",
            "The other issuers must know the key",
            detail,
        )
    }

    pub(crate) fn not_published() -> Self {
        let detail = "this issuer publishes no signed key set; start it with `--signed-key-set FILE --root-key FILE`, \
                      or take the plain one at /.well-known/jwks.json";
        let status = StatusCode::NOT_FOUND;
        Self::new(status, "not-published", "No signed key set here", detail)
    }

    pub(crate) fn foreign_host() -> Self {
        let detail = "without an admin token this service answers only to localhost, 127.0.0.1 and [::1], so \
                      that no web site can reach it through a name of its own; open it under one of those, or \
                      start it with --admin-token-file";
        Self::new(
            StatusCode::FORBIDDEN,
            "foreign-host",
            "Not under this name",
            detail,
        )
    }

    pub(crate) fn unauthorized() -> Self {
        let detail = "issuing needs the admin token; send it as `Authorization: Bearer TOKEN`, or type it as the \
                      password, with any user name";
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "Who are you?",
            detail,
        )
    }

    /// The key is in a token, and the token does not sign.
    pub(crate) fn signer_unavailable(why: &str) -> Self {
        let detail = format!("nothing was issued, because the key does not sign: {why}");
        let (status, title) = (StatusCode::SERVICE_UNAVAILABLE, "The key cannot sign now");
        Self::new(status, "signer-unavailable", title, &detail)
    }

    pub(crate) fn no_ledger() -> Self {
        let detail = "the ledger cannot be written, and what is not recorded is not issued; nothing was done, so try \
                      again in a minute, and tell the operator of this service if it stays so; links that were \
                      issued before go on to work";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "ledger-unavailable", "The ledger is away", detail)
    }

    pub(crate) fn not_set_up() -> Self {
        let detail = "nobody has said yet where the Jitsi installation is; finish the set-up with the link that \
                      `roompass serve` printed, or that `roompass admin invite` prints again";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "not-set-up", "Not set up yet", detail)
    }

    pub(crate) fn not_allowed() -> Self {
        let detail = "this is more than you may do here; ask an administrator for it";
        Self::new(
            StatusCode::FORBIDDEN,
            "not-allowed",
            "Not yours to do",
            detail,
        )
    }

    pub(crate) fn not_your_room(room: &str) -> Self {
        let detail = format!(
            "`{room}` is none of the rooms that are yours; choose another, or ask an administrator"
        );
        let (status, title) = (StatusCode::FORBIDDEN, "Not yours to do");
        Self::new(status, "not-allowed", title, &detail).at("room")
    }

    pub(crate) fn invitation_over() -> Self {
        let detail = "this link was used, or its time is over; ask for a new one, or run `roompass admin invite` where \
                      the service runs";
        Self::new(
            StatusCode::NOT_FOUND,
            "invitation-over",
            "Not good any more",
            detail,
        )
    }

    pub(crate) fn no_accounts() -> Self {
        let detail = "this issuer has no accounts; start it with `--state FOLDER` to have some";
        Self::new(
            StatusCode::NOT_FOUND,
            "no-accounts",
            "Nobody signs in here",
            detail,
        )
    }

    /// More than one may give.
    pub(crate) fn beyond(detail: &str) -> Self {
        let (status, title) = (StatusCode::FORBIDDEN, "Not yours to do");
        Self::new(status, "not-allowed", title, detail)
    }

    /// What a form or an address named is not there.
    pub(crate) fn gone(detail: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Nothing here", detail)
    }

    /// What is there does not go together with what is asked for.
    pub(crate) fn conflict(detail: &str) -> Self {
        let (status, title) = (StatusCode::CONFLICT, "Not as things are");
        Self::new(status, "conflict", title, detail)
    }

    pub(crate) fn internal() -> Self {
        let detail = "this service made a mistake, and nothing was issued; try again, and tell its operator if \
                      it stays so";
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, "internal", "Something broke here", detail)
    }

    /// For an answer that a layer below gave without words.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::FORBIDDEN => Self::cross_site(),
            StatusCode::METHOD_NOT_ALLOWED => Self::method(),
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            StatusCode::REQUEST_TIMEOUT => Self::timeout(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                Self::media_type("application/x-www-form-urlencoded")
            }
            other if other.is_client_error() => Self::unreadable(
                "the request is not what the form at / sends; open it and send it again",
            ),
            _server_error => Self::internal(),
        }
    }

    fn cross_site() -> Self {
        let detail = "a page of another web site sent this request, and it was not carried out; open the form \
                      here and send it from there";
        Self::new(
            StatusCode::FORBIDDEN,
            "cross-site",
            "Sent by another site",
            detail,
        )
    }

    fn method() -> Self {
        let detail = "this address does not answer to this method; `Allow` names those it does";
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self::new(status, "method-not-allowed", "Not with this method", detail)
    }

    fn too_large() -> Self {
        let detail = "the body has more than 64 KiB, or a table more than 8 MiB; a link needs a room, a name and an end, \
             nothing longer; make several tables of one";
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self::new(status, "too-large", "The request is too large", detail)
    }

    fn timeout() -> Self {
        let detail = "the request did not arrive whole within 10 seconds, or a batch within a minute; send it again";
        Self::new(StatusCode::REQUEST_TIMEOUT, "timeout", "Too slow", detail)
    }

    fn at(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Restoring | LedgerError::Unavailable { .. } => Self::no_ledger(),
            LedgerError::Address
            | LedgerError::Chain(_)
            | LedgerError::Migrate { .. }
            | LedgerError::Row { .. } => Self::internal(),
        }
    }
}

impl Actor {
    /// Refuses whoever may not do so much.
    pub(crate) fn needs(&self, role: Role) -> Result<(), Problem> {
        if self.may(role) {
            Ok(())
        } else {
            Err(Problem::not_allowed())
        }
    }
}

impl Actor {
    /// Refuses whoever may not do so much, or is bounded to some rooms.
    pub(crate) fn needs_everything(&self, role: Role) -> Result<(), Problem> {
        self.needs(role)?;
        if self.rooms.is_all() {
            Ok(())
        } else {
            Err(Problem::not_allowed())
        }
    }

    /// Refuses whoever may not issue for this room.
    pub(crate) fn needs_room(&self, room: &RoomName) -> Result<(), Problem> {
        self.needs(Role::Issuer)?;
        if self.rooms.covers(room) {
            Ok(())
        } else {
            Err(Problem::not_your_room(room.local()))
        }
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        let detail = error.to_string();
        match error {
            ChangeError::Beyond => Self::beyond(&detail),
            ChangeError::Elsewhere => Self::conflict(&detail),
            ChangeError::Hash => Self::internal(),
            ChangeError::Last => Self::new(
                StatusCode::CONFLICT,
                "last-administrator",
                "Somebody must stay",
                &detail,
            ),
            ChangeError::Ledger(error) => error.into(),
            ChangeError::Nobody => Self::gone(&detail),
            ChangeError::Passphrase(_) => Self::field("passphrase", &detail),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let minute = HeaderValue::from_static("60");
            response.headers_mut().insert(RETRY_AFTER, minute);
        }
        response.extensions_mut().insert(self);
        response
    }
}
