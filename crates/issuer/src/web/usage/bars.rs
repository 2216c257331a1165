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
    pub(crate) values: Vec<Bar>,
    /// In the same order.
    pub(crate) drawn: Vec<Drawn>,
    /// The end of the axis: a round number, no less than the largest value.
    pub(crate) top: u64,
    pub(crate) sum: u64,
    pub(crate) most: u64,
}

/// A bar as a rectangle.
pub(crate) struct Drawn {
    pub(crate) about: String,
    pub(crate) x: usize,
    pub(crate) y: u64,
    pub(crate) width: usize,
    pub(crate) height: u64,
    pub(crate) middle: usize,
    /// Empty where there is no room for it.
    pub(crate) label: String,
}

const WIDTH: usize = 720;
const HEIGHT: u64 = 160;
const LEFT: usize = 40;
const ABOVE: u64 = 10;

/// Labels below the axis.
const LABELS: usize = 10;

impl Bars {
    pub(super) fn new(bars: Vec<Bar>) -> Self {
        let most = bars.iter().map(|bar| bar.value).max().unwrap_or_default();
        let (top, step) = (round_up(most), (WIDTH - LEFT) / bars.len().max(1));
        let every = bars.len().div_ceil(LABELS).max(1);
        let is_labelled = |index: usize| (bars.len() - 1 - index).is_multiple_of(every);
        let drawn = bars.iter().enumerate();
        let drawn =
            drawn.map(|(index, bar)| bar.drawn(LEFT + index * step, step, top, is_labelled(index)));
        Self {
            drawn: drawn.collect(),
            top,
            sum: bars.iter().map(|bar| bar.value).sum(),
            most,
            values: bars,
        }
    }
}

impl Bar {
    /// In whole units, and never nothing where there is something.
    fn drawn(&self, x: usize, step: usize, top: u64, is_labelled: bool) -> Drawn {
        let height = self.value.saturating_mul(HEIGHT) / top.max(1);
        let height = height.max(u64::from(self.value > 0));
        let width = (step * 4 / 5).max(1);
        Drawn {
            about: format!("{}: {}", self.name, self.value),
            x,
            y: ABOVE + HEIGHT - height,
            width,
            height,
            middle: x + width / 2,
            label: Some(&self.label)
                .filter(|_| is_labelled)
                .cloned()
                .unwrap_or_default(),
        }
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
        let heights: Vec<_> = bars.drawn.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [0, 1, HEIGHT]);
        assert_eq!(bars.drawn[2].y, ABOVE);
        assert_eq!((bars.sum, bars.most, bars.top), (1001, 1000, 1000));
        assert!(Bars::new(Vec::new()).drawn.is_empty());
    }
}
