//! Files for a calendar and a phone, beside the link.

use std::path::{Path, PathBuf};

use issuer::{BaseUrl, Edition, Invitation, IssuedLink, Method, Plan, QrCode, Series};
use room_token::Timestamp;

use crate::failure::Failure;
use crate::files;

#[derive(Debug, clap::Args)]
pub(super) struct HandoutArgs {
    /// What calendars call the meeting [default: the room]
    #[arg(
        long,
        value_name = "TITLE",
        default_value = "",
        hide_default_value = true
    )]
    title: String,

    /// Write the meeting for a calendar program, the link in it
    #[arg(long, value_name = "FILE.ics", conflicts_with = "server")]
    calendar: Option<PathBuf>,

    /// Write the link as a QR code
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    qr: Option<PathBuf>,
}

/// Pixels of a square: sharp on paper, and still small.
const SCALE: u8 = 8;

impl HandoutArgs {
    /// Before anything is signed: what cannot be written is said now.
    pub(super) fn check(&self) -> Result<(), Failure> {
        match &self.qr {
            Some(path) => Image::of(path).map(drop),
            None => Ok(()),
        }
    }

    /// Writes what was asked for.
    pub(super) fn write(
        &self,
        base_url: &BaseUrl,
        issued: &IssuedLink,
        series: Option<&(Series, Plan)>,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let invitation = Invitation::new(base_url, issued, series, &self.title);
        if let Some(path) = &self.calendar {
            let text = invitation.calendar(Method::Publish, &Edition::first(&invitation, now));
            let text = text.ok_or_else(no_meeting)?;
            files::replace_private(path, text.as_bytes())?;
        }
        self.write_code(issued.link.as_str())
    }

    /// Writes what takes the link alone.
    pub(super) fn write_code(&self, link: &str) -> Result<(), Failure> {
        let Some(path) = &self.qr else {
            return Ok(());
        };
        let bytes = Image::of(path)?.draw(link)?;
        files::replace_private(path, &bytes)
    }
}

#[derive(Clone, Copy)]
enum Image {
    Png,
    Svg,
}

impl Image {
    fn of(path: &Path) -> Result<Self, Failure> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            Some(_) | None => Err(Failure::new(
                format!("--qr: {} is neither an SVG nor a PNG file", path.display()),
                "end its name with .svg or .png",
            )),
        }
    }

    fn draw(self, link: &str) -> Result<Vec<u8>, Failure> {
        let refused = |error| Failure::because("--qr", &error);
        let code = QrCode::of(link).map_err(refused)?;
        match self {
            Self::Png => code.to_png(SCALE).map_err(refused),
            Self::Svg => Ok(code.to_svg().into_bytes()),
        }
    }
}

fn no_meeting() -> Failure {
    Failure::new(
        "--calendar: a link for longer than a day is no meeting, and was not issued",
        "give it a start and an end on one day (--from, --for), or make it a series (--weekly)",
    )
}
