//! Times and spans as people type them.

use std::time::Duration;

use issuer::Ending;
use room_token::Timestamp;

use crate::failure::Failure;

/// A point in time.
pub(crate) fn time(option: &str, text: &str) -> Result<Timestamp, Failure> {
    Timestamp::parse_rfc3339(text).map_err(|e| Failure::because(&format!("{option} {text}"), &e))
}

/// A span, in seconds.
pub(crate) fn span(option: &str, text: &str) -> Result<u64, Failure> {
    let span = humantime::parse_duration(text).map_err(|e| {
        let hint = "write a number and a unit, such as 90min, 2h, 3days or 1h30m";
        Failure::new(format!("{option} {text}: {e}"), hint)
    })?;
    Ok(span.as_secs())
}

/// Either; what has a colon or a date's hyphens is no span.
pub(crate) fn time_or_span(option: &str, text: &str) -> Result<Ending, Failure> {
    if text.contains([':', '-']) {
        return time(option, text).map(Ending::At);
    }
    span(option, text).map(Ending::After)
}

/// A span in words. Nobody reads the seconds of an hour.
pub(crate) fn in_words(secs: u64) -> humantime::FormattedDuration {
    let finest = if secs < 3600 { 1 } else { 60 };
    humantime::format_duration(Duration::from_secs(secs - secs % finest))
}
