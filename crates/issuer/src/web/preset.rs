//! The lifetimes that the form offers.

use super::api::DEFAULT_LIFETIME;

/// A lifetime that one click chooses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preset {
    pub(crate) value: &'static str,
    pub(crate) label: &'static str,
    pub(crate) secs: u64,
}

impl Preset {
    pub(crate) const ALL: [Self; 5] = [
        Self::new("1h", "1 hour", 3600),
        Self::new("2h", "2 hours", DEFAULT_LIFETIME),
        Self::new("1d", "1 day", 86_400),
        Self::new("1w", "1 week", 7 * 86_400),
        Self::new("30d", "30 days", 30 * 86_400),
    ];

    const fn new(value: &'static str, label: &'static str, secs: u64) -> Self {
        Self { value, label, secs }
    }
}
