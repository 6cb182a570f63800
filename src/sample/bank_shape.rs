//! The size and the seed of a made-up bank, and how large it may be.

/// The most accounts that a made-up bank may have. Generating the log takes about 300 bytes per account.
pub const ACCOUNTS_MAX: u64 = 10_000_000;

/// The most events that a made-up bank may have: about 400 GB of log.
pub const EVENTS_MAX: u64 = 1_000_000_000;

/// The size and the seed of a made-up bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BankShape {
    /// Number of events in its log; cut to [`EVENTS_MAX`].
    pub n_events: u64,
    /// Number of accounts: at least one, at most [`ACCOUNTS_MAX`], and no more than there are events for.
    pub n_accounts: u64,
    /// The seed: the same shape with another seed gives another bank.
    pub seed: u64,
}
