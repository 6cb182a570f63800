//! What several test binaries need: how many rounds a test goes.

/// How many rounds of something a test goes: `small` of them, or as many times that as the environment variable
/// `FOLDBACK_ROUNDS` says.
pub fn rounds(small: u32) -> u32 {
    let factor = std::env::var("FOLDBACK_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    small.saturating_mul(factor)
}

/// A proptest run of so many [`rounds`].
pub fn cases(small: u32) -> proptest::prelude::ProptestConfig {
    proptest::prelude::ProptestConfig {
        cases: rounds(small),
        failure_persistence: None,
        ..Default::default()
    }
}
