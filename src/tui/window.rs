//! The window of a list: as many of its rows as fit, around one of them.

use std::ops::Range;

/// The rows in sight, of a list of `n_rows`: as many as fit into `room`, with `row` in the middle except near the ends.
pub fn rows_around(row: usize, n_rows: usize, room: usize) -> Range<usize> {
    let last_start = n_rows.saturating_sub(room);
    let start = row.saturating_sub(room / 2).min(last_start);
    start..n_rows.min(start + room)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_window_is_full_and_holds_the_row(n in 1_usize..100, at in 0_usize..100, room in 1_usize..40) {
            let at = at % n;
            let window = rows_around(at, n, room);
            prop_assert!(window.contains(&at));
            prop_assert_eq!(window.len(), room.min(n));
        }
    }
}
