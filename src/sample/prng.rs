//! Reproducible random numbers: SplitMix64.

/// Sebastiano Vigna's SplitMix64. It is written out here because crates change their sequences between versions, and a
/// sample must be the same in each.
#[derive(Clone, Debug)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// The sequence of numbers that belongs to a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, any of 2^64.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, uniform except for a bias of less than `bound` in 2^64; 0 if `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next_u64()) * u128::from(bound);
        // The upper half of a product of two `u64` fits a `u64`.
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `low` up to `high`, both included; `low` if `high` is no higher.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(0).cast_unsigned();
        low.saturating_add_unsigned(self.below(span.saturating_add(1)))
    }

    /// True once in `n` calls on average.
    pub fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// One element, chosen uniformly; `None` if the slice is empty.
    pub fn one_of<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(of.len() as u64)).ok()?;
        of.get(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_algorithm() {
        // From the reference implementation in C, https://prng.di.unimi.it/splitmix64.c, seed 1234567.
        let mut prng = SplitMix64::new(1_234_567);
        let first = [prng.next_u64(), prng.next_u64(), prng.next_u64()];
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn a_number_stays_within_its_bounds() {
        let mut prng = SplitMix64::new(1);
        assert!((0..1000).all(|_| prng.below(3) < 3));
        assert!((0..1000).all(|_| (-2..=2).contains(&prng.between(-2, 2))));
        assert_eq!((prng.below(0), prng.between(5, 1), prng.one_of::<u8>(&[])), (0, 5, None));
    }
}
