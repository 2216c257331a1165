//! A plot of bars, as numbers for an SVG drawing; the same numbers stand in a table below it.

/// One value.
pub(crate) struct Bar {
    /// Under the axis.
    pub(crate) label: String,
    /// In the table.
    pub(crate) name: String,
    pub(crate) value: u64,
}

/// All of them, and the drawing's measures.
pub(crate) struct Bars {
    pub(crate) bars: Vec<Bar>,
    /// The end of the axis: a round number, no less than the largest value.
    pub(crate) top: u64,
}

impl Bars {
    pub(crate) const WIDTH: usize = 720;
    pub(crate) const HEIGHT: u64 = 160;
    const LEFT: usize = 40;

    pub(super) fn new(bars: Vec<Bar>) -> Self {
        let most = bars.iter().map(|bar| bar.value).max().unwrap_or_default();
        Self {
            bars,
            top: round_up(most),
        }
    }

    pub(crate) fn sum(&self) -> u64 {
        self.bars.iter().map(|bar| bar.value).sum()
    }

    pub(crate) fn most(&self) -> u64 {
        self.bars
            .iter()
            .map(|bar| bar.value)
            .max()
            .unwrap_or_default()
    }

    fn step(&self) -> usize {
        (Self::WIDTH - Self::LEFT) / self.bars.len().max(1)
    }

    pub(crate) fn x(&self, index: &usize) -> usize {
        Self::LEFT + index * self.step()
    }

    pub(crate) fn thickness(&self) -> usize {
        (self.step() * 4 / 5).max(1)
    }

    pub(crate) fn middle(&self, index: &usize) -> usize {
        self.x(index) + self.thickness() / 2
    }

    /// In whole units, and never nothing where there is something.
    pub(crate) fn length(&self, value: &u64) -> u64 {
        let length = value.saturating_mul(Self::HEIGHT) / self.top.max(1);
        length.max(u64::from(*value > 0))
    }

    pub(crate) fn y(&self, value: &u64) -> u64 {
        10 + Self::HEIGHT - self.length(value)
    }

    /// Whether there is room for its label.
    pub(crate) fn is_labelled(&self, index: &usize) -> bool {
        let every = self.bars.len().div_ceil(10).max(1);
        (self.bars.len() - 1 - index) % every == 0
    }
}

/// 1, 2, 5, 10, 20, 50 and so on.
fn round_up(value: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        let steps = [unit, unit.saturating_mul(2), unit.saturating_mul(5)];
        if let Some(top) = steps.into_iter().find(|step| *step >= value) {
            return top;
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (value, top) in [
            (0, 1),
            (1, 1),
            (3, 5),
            (6, 10),
            (51, 100),
            (u64::MAX, u64::MAX),
        ] {
            assert_eq!(round_up(value), top, "{value}");
        }
    }

    #[test]
    fn what_is_little_is_still_seen() {
        let bar = |value| Bar {
            label: String::new(),
            name: String::new(),
            value,
        };
        let bars = Bars::new(vec![bar(0), bar(1), bar(1000)]);
        let lengths: Vec<_> = bars
            .bars
            .iter()
            .map(|bar| bars.length(&bar.value))
            .collect();
        assert_eq!(lengths, [0, 1, Bars::HEIGHT]);
        assert_eq!(bars.y(&1000), 10);
        assert_eq!(bars.sum(), 1001);
        assert!(Bars::new(Vec::new()).bars.is_empty());
    }
}
