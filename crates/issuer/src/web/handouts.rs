//! What the result page offers beside the link: files that are in the page itself, since nothing of it is kept.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::speech::texts;
use crate::{Edition, Invitation, Method, QrCode};

/// For a phone, a calendar and a mail.
pub(super) struct Handouts {
    /// Absent if the link is too long for a code.
    pub(super) code: Option<Code>,
    pub(super) files: Vec<Handout>,
    pub(super) mail: String,
}

/// The QR code as a drawing. It is made of digits and squares; nothing that somebody typed is in it.
pub(super) struct Code {
    pub(super) svg: String,
}

impl Code {
    fn of(code: &QrCode) -> Self {
        Self {
            svg: code.in_page("QR code of the link"),
        }
    }
}

/// A file as a `data:` address (RFC 2397).
pub(super) struct Handout {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) data: String,
}

impl Handouts {
    pub(super) fn of(invitation: &Invitation<'_>, edition: &Edition) -> Self {
        let code = QrCode::of(invitation.link()).ok();
        let calendar = invitation.calendar(Method::Publish, edition);
        let image = code.as_ref().and_then(|code| code.to_png(8).ok());
        let calendar = calendar.map(|text| Handout {
            name: "meeting.ics",
            label: texts().result.calendar_file,
            data: data("text/calendar", text.as_bytes()),
        });
        let image = image.map(|bytes| Handout {
            name: "link.png",
            label: texts().result.code_image,
            data: data("image/png", &bytes),
        });
        Self {
            code: code.as_ref().map(Code::of),
            files: calendar.into_iter().chain(image).collect(),
            mail: invitation.text(),
        }
    }
}

fn data(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", STANDARD.encode(bytes))
}
