//! The languages in which guests are told why.

use strum::VariantArray;

/// One of them. English where none that was asked for is here.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, VariantArray)]
pub enum Language {
    /// `en`.
    #[default]
    English,
    /// `fr`.
    French,
    /// `de`.
    German,
    /// `es`.
    Spanish,
}

impl Language {
    /// Every one.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Its tag (RFC 5646).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::German => "de",
            Self::Spanish => "es",
        }
    }

    /// Takes a tag, with or without a region: `de`, `de-AT`.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        let is_it = |language: &&Self| language.tag().eq_ignore_ascii_case(primary);
        Self::ALL.iter().find(is_it).copied()
    }

    /// The best of an `Accept-Language` (RFC 9110 §12.5.4): by weight, then as they stand.
    ///
    /// ```
    /// # use room_token::Language;
    /// assert_eq!(Language::preferred("it, de-AT;q=0.8, en;q=0.5"), Language::German);
    /// assert_eq!(Language::preferred("ja"), Language::English);
    /// ```
    pub fn preferred(accept_language: &str) -> Self {
        let ranges = accept_language.split(',').filter_map(weighed);
        let mut best = (0, Self::default());
        for (weight, language) in ranges {
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// A range that we speak, and its weight in thousandths.
fn weighed(range: &str) -> Option<(u16, Language)> {
    let mut parts = range.split(';').map(str::trim);
    let language = Language::parse(parts.next()?)?;
    let weight = parts.find_map(|part| part.strip_prefix("q="));
    Some((weight.map_or(Some(1000), thousandths)?, language))
}

/// `1`, `0.8`, `0.25`; nothing for what is no weight.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, rest) = weight.split_once('.').unwrap_or((weight, ""));
    let digits: String = rest.chars().chain("000".chars()).take(3).collect();
    let thousandths = 1000 * whole.parse::<u16>().ok()? + digits.parse::<u16>().ok()?;
    (rest.len() <= 3 && thousandths <= 1000).then_some(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_that_we_speak_is_taken() {
        for (asked, expected) in [
            ("", Language::English),
            ("*", Language::English),
            ("de", Language::German),
            ("DE-at", Language::German),
            ("es_MX", Language::Spanish),
            ("en;q=0.3, fr;q=0.9", Language::French),
            ("fr, de", Language::French),
            ("de;q=0, es;q=0.001", Language::Spanish),
            ("de;q=0", Language::English),
            ("de;q=2, es;q=0.1", Language::Spanish),
            ("de;q=x, es", Language::Spanish),
            ("german", Language::English),
        ] {
            assert_eq!(Language::preferred(asked), expected, "{asked}");
        }
    }

    #[test]
    fn a_tag_is_read_as_it_is_written() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(*language));
        }
    }
}
