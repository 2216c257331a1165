//! Points in time and spans of it, in whole seconds, as a token carries them.

use std::fmt;

use ::time::OffsetDateTime;
use ::time::format_description::well_known::Rfc3339;
use thiserror::Error;

/// Seconds since 1970-01-01T00:00:00Z, without leap seconds: RFC 7519's `NumericDate`, whole.
///
/// Never later than the year 9999, so that every one can be written as RFC 3339.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp(u64);

impl Timestamp {
    /// 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// Takes seconds since 1970.
    ///
    /// # Errors
    /// [`TimeError::TooLate`] after the year 9999.
    pub const fn from_secs(secs: u64) -> Result<Self, TimeError> {
        if secs > Self::MAX.0 {
            return Err(TimeError::TooLate);
        }
        Ok(Self(secs))
    }

    /// Reads an RFC 3339 time such as `2026-03-01T14:00:00+01:00`; fractions of a second are dropped.
    ///
    /// # Errors
    /// [`TimeError::NotRfc3339`], or [`TimeError::BeforeEpoch`] before 1970.
    pub fn parse_rfc3339(text: &str) -> Result<Self, TimeError> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| TimeError::NotRfc3339)?;
        u64::try_from(moment.unix_timestamp())
            .map_err(|_| TimeError::BeforeEpoch)
            .and_then(Self::from_secs)
    }

    /// Seconds since 1970.
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// This much later, or [`Timestamp::MAX`].
    #[must_use]
    pub fn plus(self, secs: u64) -> Self {
        Self(self.0.saturating_add(secs)).min(Self::MAX)
    }

    /// Seconds from `earlier` to here; zero when `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// RFC 3339, in UTC.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = i64::try_from(self.0)
            .ok()
            .and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok())
            .and_then(|moment| moment.format(&Rfc3339).ok());
        match text {
            Some(text) => f.write_str(&text),
            None => write!(f, "{} s after 1970", self.0),
        }
    }
}

/// `exp − iat`: how long a token lives, in seconds; at least one, at most 400 days.
///
/// The cap keeps a forgotten link from being a permanent credential, and lets revocations be forgotten.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Lifetime(u64);

impl Lifetime {
    /// 400 days.
    pub const MAX: Self = Self(400 * 86_400);

    /// Takes seconds.
    ///
    /// # Errors
    /// [`TimeError::Lifetime`] for zero and for more than [`Lifetime::MAX`].
    pub const fn from_secs(secs: u64) -> Result<Self, TimeError> {
        if secs == 0 || secs > Self::MAX.0 {
            return Err(TimeError::Lifetime { secs });
        }
        Ok(Self(secs))
    }

    /// Takes hours; see [`Lifetime::from_secs`].
    ///
    /// # Errors
    /// As [`Lifetime::from_secs`].
    pub const fn from_hours(hours: u64) -> Result<Self, TimeError> {
        Self::from_secs(hours.saturating_mul(3600))
    }

    /// Seconds.
    pub const fn as_secs(self) -> u64 {
        self.0
    }
}

/// The tolerated difference between two clocks, in seconds; RFC 7519 §4.1.4 calls for "a few minutes" at most.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Leeway(u64);

impl Leeway {
    /// 60 seconds.
    pub const DEFAULT: Self = Self(60);
    /// Five minutes.
    pub const MAX: Self = Self(300);

    /// Takes seconds.
    ///
    /// # Errors
    /// [`TimeError::Leeway`] for more than [`Leeway::MAX`].
    pub const fn from_secs(secs: u64) -> Result<Self, TimeError> {
        if secs > Self::MAX.0 {
            return Err(TimeError::Leeway { secs });
        }
        Ok(Self(secs))
    }

    /// Seconds.
    pub const fn as_secs(self) -> u64 {
        self.0
    }
}

/// From when to when a token holds: `iat`, `nbf` and `exp`, in an order that makes sense.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Validity {
    issued_at: Timestamp,
    not_before: Option<Timestamp>,
    expires_at: Timestamp,
}

impl Validity {
    /// From now on, for a lifetime.
    ///
    /// # Errors
    /// [`TimeError::TooLate`] if it would end after the year 9999.
    pub fn lasting(now: Timestamp, lifetime: Lifetime) -> Result<Self, TimeError> {
        let expires_at = Timestamp::from_secs(now.0.saturating_add(lifetime.0))?;
        Self::new(now, None, expires_at)
    }

    /// Takes `iat`, `nbf` and `exp`.
    ///
    /// # Errors
    /// [`TimeError::EndsBeforeIssued`] unless `iat < exp`; [`TimeError::EndsBeforeStart`] unless `nbf < exp`.
    pub fn new(
        issued_at: Timestamp,
        not_before: Option<Timestamp>,
        expires_at: Timestamp,
    ) -> Result<Self, TimeError> {
        if expires_at <= issued_at {
            return Err(TimeError::EndsBeforeIssued);
        }
        if not_before.is_some_and(|start| expires_at <= start) {
            return Err(TimeError::EndsBeforeStart);
        }
        Ok(Self {
            issued_at,
            not_before,
            expires_at,
        })
    }

    /// `iat`: when it was signed.
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// `nbf`: when the door opens, for a scheduled start.
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// `exp`: the first second at which it no longer holds; in Jitsi, the latest (re)connect.
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The first second at which it holds: `nbf`, and never before `iat`.
    pub fn opens_at(&self) -> Timestamp {
        self.not_before
            .map_or(self.issued_at, |start| start.max(self.issued_at))
    }

    /// `exp − iat`, in seconds. May be more than any [`Lifetime`] when somebody else signed.
    pub const fn seconds(&self) -> u64 {
        self.expires_at.seconds_since(self.issued_at)
    }
}

/// A time or a span that a token cannot have.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum TimeError {
    /// Before 1970.
    #[error("the time is before 1970; give a later one")]
    BeforeEpoch,
    /// `exp` is not after `iat`.
    #[error("it ends before it is issued; choose a later end")]
    EndsBeforeIssued,
    /// `exp` is not after `nbf`.
    #[error("it ends before it starts; choose a later end or an earlier start")]
    EndsBeforeStart,
    /// More leeway than RFC 7519 means.
    #[error("a leeway of {secs} s is more than 300 s; set the clocks right instead")]
    Leeway {
        /// What was asked for.
        secs: u64,
    },
    /// No seconds, or too many.
    #[error(
        "a link lives from 1 second to 400 days, counted from now, and not {secs} s; choose another end"
    )]
    Lifetime {
        /// What was asked for.
        secs: u64,
    },
    /// Not an RFC 3339 time.
    #[error("not an RFC 3339 time; write it like 2026-03-01T14:00:00+01:00")]
    NotRfc3339,
    /// After the year 9999.
    #[error("the time is after the year 9999; give an earlier one")]
    TooLate,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    #[test]
    fn a_time_is_read_and_written_as_rfc_3339() {
        let noon = Timestamp::parse_rfc3339("2026-03-01T13:00:00.5+01:00").unwrap();
        assert_eq!(noon.to_string(), "2026-03-01T12:00:00Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59Z");
        for (text, error) in [
            ("tomorrow", TimeError::NotRfc3339),
            ("2026-03-01T13:00:00", TimeError::NotRfc3339),
            ("1969-12-31T23:59:59Z", TimeError::BeforeEpoch),
        ] {
            assert_eq!(Timestamp::parse_rfc3339(text), Err(error), "{text}");
        }
    }

    #[test]
    fn spans_have_bounds() {
        assert!(Lifetime::from_secs(1).is_ok());
        assert!(Lifetime::from_hours(400 * 24).is_ok());
        assert_eq!(Lifetime::from_secs(0), Err(TimeError::Lifetime { secs: 0 }));
        assert!(Lifetime::from_hours(u64::MAX).is_err());
        assert!(Leeway::from_secs(300).is_ok());
        assert!(Leeway::from_secs(301).is_err());
        assert_eq!(Timestamp::MAX.plus(1), Timestamp::MAX);
    }

    #[test]
    fn a_validity_never_ends_before_it_begins() {
        for (iat, nbf, exp, error) in [
            (100, None, 100, TimeError::EndsBeforeIssued),
            (100, None, 99, TimeError::EndsBeforeIssued),
            (100, Some(200), 200, TimeError::EndsBeforeStart),
            (100, Some(300), 200, TimeError::EndsBeforeStart),
        ] {
            let made = Validity::new(at(iat), nbf.map(at), at(exp));
            assert_eq!(made, Err(error), "{iat} {nbf:?} {exp}");
        }
        let scheduled = Validity::new(at(100), Some(at(150)), at(200)).unwrap();
        assert_eq!(scheduled.opens_at(), at(150));
        let backdated = Validity::new(at(100), Some(at(50)), at(200)).unwrap();
        assert_eq!(backdated.opens_at(), at(100));
    }
}
