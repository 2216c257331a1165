//! The link as a QR code (ISO/IEC 18004), so that a phone can take it over from a screen or a sheet of paper.

use std::fmt;

use qrcode::render::svg;
use qrcode::{Color, EcLevel};
use thiserror::Error;

/// A code, as a grid of dark and light squares.
pub struct QrCode(qrcode::QrCode);

impl QrCode {
    /// Level M while it fits (15 % of the squares may be dirty), else L.
    ///
    /// # Errors
    /// [`QrError::TooLong`] over some 2900 bytes.
    pub fn of(text: &str) -> Result<Self, QrError> {
        let coded = qrcode::QrCode::with_error_correction_level(text, EcLevel::M)
            .or_else(|_| qrcode::QrCode::with_error_correction_level(text, EcLevel::L));
        coded
            .map(Self)
            .map_err(|_| QrError::TooLong { bytes: text.len() })
    }

    /// An SVG drawing without a size of its own, dark on white in every theme: cameras want it so.
    pub fn to_svg(&self) -> String {
        let drawn = self.0.render::<svg::Color<'_>>().quiet_zone(true).build();
        // Behind the XML declaration, so that it can stand in a page.
        drawn
            .split_once("?>")
            .map_or_else(|| drawn.clone(), |(_, svg)| svg.to_owned())
    }

    /// The same as a part of a page, where it needs no namespace, and a name instead. The name has no `<`, `&` or `"`.
    pub(crate) fn in_page(&self, name: &str) -> String {
        let namespace = r#" xmlns="http://www.w3.org/2000/svg""#;
        let named = format!(r#" role="img" aria-label="{name}""#);
        self.to_svg().replacen(namespace, &named, 1)
    }

    /// A PNG image, each square of `scale` pixels, with the quiet zone of four squares that §6.3.8 asks for.
    ///
    /// # Errors
    /// [`QrError::Image`] if the image would be too large.
    pub fn to_png(&self, scale: u8) -> Result<Vec<u8>, QrError> {
        let scale = usize::from(scale.max(1));
        let rows = self.rows();
        let side = rows.len() * scale;
        let pixels: Vec<u8> = rows
            .iter()
            .flat_map(|row| {
                let wide: Vec<u8> = row
                    .iter()
                    .flat_map(|dark| vec![shade(*dark); scale])
                    .collect();
                std::iter::repeat_n(wide, scale).flatten()
            })
            .collect();
        encode(side, &pixels).ok_or(QrError::Image)
    }

    /// The squares and the quiet zone around them.
    fn rows(&self) -> Vec<Vec<bool>> {
        const QUIET: usize = 4;
        let width = self.0.width();
        let side = width + 2 * QUIET;
        let mut rows = vec![vec![false; side]; side];
        let inside = rows.iter_mut().skip(QUIET);
        for (row, colors) in inside.zip(self.0.to_colors().chunks(width)) {
            for (square, color) in row.iter_mut().skip(QUIET).zip(colors) {
                *square = *color == Color::Dark;
            }
        }
        rows
    }
}

const fn shade(is_dark: bool) -> u8 {
    if is_dark { 0 } else { 255 }
}

fn encode(side: usize, pixels: &[u8]) -> Option<Vec<u8>> {
    let side = u32::try_from(side).ok()?;
    let mut image = Vec::new();
    let mut encoder = png::Encoder::new(&mut image, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(pixels).ok()?;
    writer.finish().ok()?;
    Some(image)
}

/// Whoever sees the squares has the link.
impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QrCode({} squares wide)", self.0.width())
    }
}

/// Why there is no code.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum QrError {
    /// The image could not be written.
    #[error("the image of the code could not be made; ask for a smaller scale")]
    Image,
    /// More than a code can hold.
    #[error("a link of {bytes} bytes does not fit into a QR code; leave names and features out")]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
}
