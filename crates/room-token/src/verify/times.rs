//! What was signed, against the clock: how long, not yet, no longer, and between two meetings.

use super::signed::Verified;
use super::tell::Tell;
use crate::claims::Claims;
use crate::explain::CheckName;
use crate::{DenyReason, Leeway, Timestamp};

pub(super) fn check_lifetime(
    verified: &Verified<'_>,
    tell: &mut impl Tell,
) -> Result<(), DenyReason> {
    let lives = verified.claims.validity.seconds();
    let most = verified.key.scope().max_lifetime().as_secs();
    let seen = || format!("{lives} s, at most {most} s");
    if lives > most {
        return Err(tell.refused(CheckName::Lifetime, DenyReason::LifetimeTooLong, seen));
    }
    tell.passed(CheckName::Lifetime, seen);
    Ok(())
}

pub(super) fn check_opening(
    claims: &Claims,
    now: Timestamp,
    leeway: Leeway,
    tell: &mut impl Tell,
) -> Result<(), DenyReason> {
    let opens = claims.validity.opens_at();
    let seen = || {
        format!(
            "opens {opens}, asked at {now}, leeway {} s",
            leeway.as_secs()
        )
    };
    if now.plus(leeway.as_secs()) < opens {
        tell.opens(opens_first(claims));
        return Err(tell.refused(CheckName::Opening, DenyReason::TooEarly, seen));
    }
    tell.passed(CheckName::Opening, seen);
    Ok(())
}

/// A series may begin later than its token counts.
fn opens_first(claims: &Claims) -> Timestamp {
    let opens = claims.validity.opens_at();
    let window = claims
        .windows
        .as_ref()
        .and_then(|all| all.at_or_after(opens));
    window.map_or(opens, |window| window.opens.max(opens))
}

pub(super) fn check_expiry(
    claims: &Claims,
    now: Timestamp,
    leeway: Leeway,
    tell: &mut impl Tell,
) -> Result<(), DenyReason> {
    let ends = claims.validity.expires_at();
    let seen = || format!("ends {ends}, asked at {now}, leeway {} s", leeway.as_secs());
    if ends.plus(leeway.as_secs()) <= now {
        return Err(tell.refused(CheckName::Expiry, DenyReason::Expired, seen));
    }
    tell.passed(CheckName::Expiry, seen);
    Ok(())
}

/// Returns when the answer ends: with the window that is open, or with the token.
pub(super) fn check_window(
    claims: &Claims,
    now: Timestamp,
    leeway: Leeway,
    tell: &mut impl Tell,
) -> Result<Timestamp, DenyReason> {
    const NAME: CheckName = CheckName::Window;
    let ends = claims.validity.expires_at();
    let Some(windows) = &claims.windows else {
        tell.passed(NAME, || "no series".to_owned());
        return Ok(ends);
    };
    // A window that shut within the leeway still counts as open.
    let lately =
        Timestamp::from_secs(now.as_secs().saturating_sub(leeway.as_secs())).unwrap_or(now);
    match windows.at_or_after(lately) {
        Some(window) if window.opens <= now.plus(leeway.as_secs()) => {
            tell.passed(NAME, || {
                format!("open from {} to {}", window.opens, window.shuts)
            });
            Ok(window.shuts.min(ends))
        }
        Some(next) => {
            tell.opens(next.opens);
            Err(tell.refused(NAME, DenyReason::OutsideWindow, || {
                format!("opens next {}, asked at {now}", next.opens)
            }))
        }
        None => Err(tell.refused(NAME, DenyReason::OutsideWindow, || {
            format!("the last meeting ended {}, asked at {now}", windows.end())
        })),
    }
}
