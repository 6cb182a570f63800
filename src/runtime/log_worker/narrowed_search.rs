//! Repeated binary searches over a sorted column: earlier probes narrow later ones.

use std::collections::BTreeMap;

use anyhow::Result;

/// The most different numbers that are remembered: those of a few rulers on a wide screen. Beyond that, all are
/// forgotten, which costs the next ruler some reads.
const KNOWN_MAX: usize = 16_384;

/// The known part of a rising sequence of numbers: the first and the last known index of each number that was read. The
/// sequence may grow at its end; known numbers stay true.
#[derive(Debug, Default)]
pub(super) struct NarrowedSearch {
    known: BTreeMap<i64, (u64, u64)>,
}

/// An index and the number there.
#[derive(Clone, Copy)]
struct KnownRow {
    place: u64,
    number: i64,
}

impl NarrowedSearch {
    /// The last index in `1..=n` whose number is not greater than `target`; 0 if there is none. `read` returns the
    /// number at an index.
    ///
    /// # Errors
    /// Those of `read`.
    pub(super) fn last_not_after(
        &mut self,
        target: i64,
        n: u64,
        mut read: impl FnMut(u64) -> Result<i64>,
    ) -> Result<u64> {
        if self.known.len() > KNOWN_MAX {
            self.known.clear();
        }
        let mut look = |search: &mut Self, place: u64| -> Result<KnownRow> {
            let number = read(place)?;
            search.learn(place, number);
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
        // Probes alternate between interpolation, which is fast if the sequence rises evenly, and the middle, which is
        // never slow.
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

/// An index between two that are not neighbours.
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
            let mut search = NarrowedSearch::default();
            // The sequence grows between two questions.
            let mut lengths: Vec<_> = asked.iter().map(|(_, length)| length.index(row.len() + 1)).collect();
            lengths.sort_unstable();
            for ((target, _), n) in asked.iter().zip(lengths) {
                let read = |place: u64| Ok(row[usize::try_from(place).unwrap() - 1]);
                let found = search.last_not_after(*target, n as u64, read).unwrap();
                prop_assert_eq!(found, row[..n].partition_point(|number| number <= target) as u64);
            }
        }
    }

    #[test]
    fn a_number_near_a_known_one_takes_few_reads() {
        let mut search = NarrowedSearch::default();
        let mut n_reads = 0;
        for target in (0..1_000_000).step_by(10_000) {
            let found = search
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
