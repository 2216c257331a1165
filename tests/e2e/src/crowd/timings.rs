//! How long it took, of many.

use std::fmt;
use std::time::Duration;

/// Durations, of which the tail counts.
#[derive(Clone, Debug, Default)]
pub struct Timings(Vec<Duration>);

impl Timings {
    /// Adds one.
    pub fn push(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// Adds all of another.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// What `per_mille` of a thousand did not exceed; nothing of nothing.
    pub fn quantile(&self, per_mille: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * per_mille).div_ceil(1000).saturating_sub(1);
        sorted.get(rank).copied().unwrap_or_default()
    }
}

impl fmt::Display for Timings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99, most] = [500, 990, 1000].map(|rank| self.quantile(rank).as_secs_f64() * 1e3);
        write!(f, "p50 {p50:.1} ms, p99 {p99:.1} ms, most {most:.1} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_tail() {
        let mut timings = Timings::default();
        assert_eq!(timings.quantile(990), Duration::ZERO);
        for millis in 1..=100 {
            timings.push(Duration::from_millis(101 - millis));
        }
        let ranks = [1, 500, 990, 1000].map(|rank| timings.quantile(rank).as_millis());
        assert_eq!(ranks, [1, 50, 99, 100]);
    }
}
