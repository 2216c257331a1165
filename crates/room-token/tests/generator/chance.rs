//! Where chance comes from: `SplitMix64` (Steele, Lea and Flood, 2014), so that a seed is a whole run.

/// Numbers that look random and are not.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to that, without it.
    pub(crate) fn number(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// The same for places.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.number(u64::try_from(end).unwrap())).unwrap()
    }

    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.number(times) == 0
    }

    /// One of them.
    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}
