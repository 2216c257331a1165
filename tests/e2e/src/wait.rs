//! Waiting for a condition instead of for a while.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// For what takes as long as everything else here.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(15);

/// Waits until `condition` holds.
///
/// # Panics
/// When it does not within twenty seconds; the text names `what` was waited for.
pub fn until(what: &str, condition: impl FnMut() -> bool) {
    until_within(PATIENCE, what, condition);
}

/// As [`until`], with another deadline.
///
/// # Panics
/// When `condition` does not hold within `patience`.
pub fn until_within(patience: Duration, what: &str, mut condition: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !condition() {
        assert!(
            begin.elapsed() < patience,
            "waited {patience:?} in vain: {what}"
        );
        sleep(PAUSE);
    }
}
