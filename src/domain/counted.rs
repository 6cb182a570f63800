//! Counts in words: `1 event`, `2 events`.

use crate::domain::money::grouped;

/// A number with its noun: `1 event`, `12,431 events`, `2 stretches`.
pub fn counted(n: u64, thing: &str) -> String {
    let ending = match n {
        1 => "",
        _ if thing.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{} {thing}{ending}", grouped(i128::from(n), None))
}
