//! Repeated binary searches over a sorted column: earlier probes narrow later ones.

use std::collections::BTreeMap;

use anyhow::Result;

/// How many different numbers are remembered: those that a few rulers of a wide screen were searched by. Past that all are
/// forgotten, which costs the next ruler some reads.
const KNOWN_MAX: usize = 16_384;

/// What is known of a row of numbers, none of which is less than the one before it: where each number that was read stands,
/// first and last, as far as that is known. The row may grow at its end; what was read stays true.
#[derive(Debug, Default)]
pub(super) struct Rising {
    known: BTreeMap<i64, (u64, u64)>,
}

/// A place in the row and the number that stands there.
#[derive(Clone, Copy)]
struct KnownRow {
    place: u64,
    number: i64,
}

impl Rising {
    /// The last of the places `1..=n` at which a number stands that is not greater than `target`; 0 where there is none.
    /// `read` answers what stands at a place.
    ///
    /// # Errors
    /// What `read` fails with.
    pub(super) fn last_not_after(
        &mut self,
        target: i64,
        n: u64,
        mut read: impl FnMut(u64) -> Result<i64>,
    ) -> Result<u64> {
        if self.known.len() > KNOWN_MAX {
            self.known.clear();
        }
        let mut look = |rising: &mut Self, place: u64| -> Result<KnownRow> {
            let number = read(place)?;
            rising.learn(place, number);
            Ok(KnownRow { place, number })
        };
        let mut high = match self.first_after(target).filter(|known| known.place <= n) {
            Some(known) => known,
            None if n == 0 => return Ok(0),
            None => look(self, n)?,
        };
        if high.number <= target {
            return Ok(high.place);
        }
        let mut low = match self.last_up_to(target) {
            Some(known) => known,
            None if high.place == 1 => return Ok(0),
            None => look(self, 1)?,
        };
        if low.number > target {
            return Ok(0);
        }
        // By turns where the number would stand if the row rose evenly, and in the middle, which is never far from the end.
        let mut is_even = true;
        while high.place.saturating_sub(low.place) > 1 {
            let place = if is_even { between(low, high, target) } else { low.place.midpoint(high.place) };
            is_even = !is_even;
            let found = look(self, place)?;
            if found.number <= target { low = found } else { high = found }
        }
        Ok(low.place)
    }

    fn learn(&mut self, place: u64, number: i64) {
        let (first, last) = self.known.entry(number).or_insert((place, place));
        (*first, *last) = ((*first).min(place), (*last).max(place));
    }

    fn first_after(&self, target: i64) -> Option<KnownRow> {
        let (number, (place, _)) = self.known.range(target.checked_add(1)?..).next()?;
        Some(KnownRow { place: *place, number: *number })
    }

    fn last_up_to(&self, target: i64) -> Option<KnownRow> {
        let (number, (_, place)) = self.known.range(..=target).next_back()?;
        Some(KnownRow { place: *place, number: *number })
    }
}

/// A place between two that are not neighbours.
fn between(low: KnownRow, high: KnownRow, target: i64) -> u64 {
    let (n_places, rise) =
        (high.place - low.place, i128::from(high.number).saturating_sub(i128::from(low.number)));
    let share = i128::from(target).saturating_sub(i128::from(low.number));
    let offset = i128::from(n_places).saturating_mul(share).checked_div(rise).unwrap_or(0);
    let offset = u64::try_from(offset).unwrap_or(0).clamp(1, n_places - 1);
    low.place + offset
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_was_asked_before_the_answer_is_that_of_the_row(
            mut row in prop::collection::vec(prop_oneof![-50_i64..50, any::<i64>()], 0..60),
            asked in prop::collection::vec((prop_oneof![-60_i64..60, any::<i64>()], any::<prop::sample::Index>()), 1..20),
        ) {
            row.sort_unstable();
            let mut rising = Rising::default();
            // The row grows between two questions.
            let mut lengths: Vec<_> = asked.iter().map(|(_, length)| length.index(row.len() + 1)).collect();
            lengths.sort_unstable();
            for ((target, _), n) in asked.iter().zip(lengths) {
                let read = |place: u64| Ok(row[usize::try_from(place).unwrap() - 1]);
                let found = rising.last_not_after(*target, n as u64, read).unwrap();
                prop_assert_eq!(found, row[..n].partition_point(|number| number <= target) as u64);
            }
        }
    }

    #[test]
    fn a_neighbour_of_what_is_known_takes_few_reads() {
        let mut rising = Rising::default();
        let mut n_reads = 0;
        for target in (0..1_000_000).step_by(10_000) {
            let found = rising
                .last_not_after(target, 500_000, |place| {
                    n_reads += 1;
                    Ok(place.cast_signed() * 2)
                })
                .unwrap();
            assert_eq!(found, target.unsigned_abs() / 2);
        }
        assert!(n_reads < 400, "{n_reads} reads");
    }
}
