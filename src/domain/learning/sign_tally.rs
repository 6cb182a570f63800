//! Tallies of a supposed sign: how many changes of a total equal the amounts with that sign, and where they do not.

use serde::Serialize;

use crate::domain::event::GlobalPosition;
use crate::domain::learning::written_number::{WrittenNumber, is_right, magnitude};
use crate::domain::number::Number;

/// The most positions that are listed: enough to look at, and bounded in any log.
pub const POSITIONS_MAX: usize = 20;

/// The most decimals by which errors are told apart; smaller ones count as if they had these.
const ERROR_DECIMALS_MAX: u32 = 12;

/// One event with a total, its amount, and the total before it in its stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct TotalStep {
    pub(super) position: GlobalPosition,
    /// The total before; zero at the first one of a stream.
    pub(super) before: WrittenNumber,
    pub(super) after: WrittenNumber,
    /// Whether the stream had no total before.
    pub(super) is_first: bool,
}

/// How often something happened, with the first positions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Positions {
    pub n: u64,
    /// The first ones, rising, at most [`POSITIONS_MAX`].
    pub first: Vec<GlobalPosition>,
}

impl Positions {
    pub(super) fn add(&mut self, position: GlobalPosition) {
        self.n += 1;
        if self.first.len() < POSITIONS_MAX {
            self.first.push(position);
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.first.extend(&other.first);
        self.first.sort_unstable();
        self.first.truncate(POSITIONS_MAX);
    }
}

/// The changes of a total compared with amounts of one sign.
#[derive(Clone, Debug, Default)]
pub(super) struct SignTally {
    /// Changes from one total of a stream to the next.
    pub(super) n_steps: u64,
    pub(super) n_right: u64,
    /// Right ones whose amount is not zero.
    pub(super) n_moved: u64,
    /// Right ones that are no coincidence of equal values: neither total is zero, and the amount is not that of the last
    /// such change.
    pub(super) n_telling: u64,
    last_telling: Option<Number>,
    /// The wrong ones by the decimals of their errors.
    wrong: Vec<WrongSteps>,
    /// First totals of streams.
    pub(super) n_first: u64,
    /// First totals that a start at 0 does not explain.
    pub(super) first_wrong: Positions,
}

/// The wrong changes whose error is at most one in this decimal, and more than one in the next.
#[derive(Clone, Debug)]
struct WrongSteps {
    n_decimals: u32,
    steps: Positions,
}

impl SignTally {
    /// Adds an event; `change` is its amount with the sign.
    pub(super) fn add(&mut self, step: &TotalStep, change: Number) -> bool {
        let error = step.after.value.minus(step.before.value).and_then(|moved| moved.minus(change));
        let is_right = error.is_some_and(|error| is_right(error, step.before, step.after));
        match (step.is_first, is_right) {
            (true, _) => {
                self.n_first += 1;
                if !is_right {
                    self.first_wrong.add(step.position);
                }
            }
            (false, true) => self.add_right(step, change),
            (false, false) => self.add_wrong(step.position, error),
        }
        is_right
    }

    fn add_right(&mut self, step: &TotalStep, change: Number) {
        self.n_steps += 1;
        self.n_right += 1;
        if change.is_zero() {
            return;
        }
        self.n_moved += 1;
        let amount = magnitude(change);
        if !step.before.value.is_zero() && !step.after.value.is_zero() && self.last_telling != Some(amount) {
            self.n_telling += 1;
            self.last_telling = Some(amount);
        }
    }

    fn add_wrong(&mut self, position: GlobalPosition, error: Option<Number>) {
        self.n_steps += 1;
        let n_decimals = error.map_or(0, error_decimals);
        match self.wrong.iter_mut().find(|wrong| wrong.n_decimals == n_decimals) {
            Some(wrong) => wrong.steps.add(position),
            None => {
                let mut steps = Positions::default();
                steps.add(position);
                self.wrong.push(WrongSteps { n_decimals, steps });
            }
        }
    }

    /// The number of wrong changes that rounding explains, if totals are written with so many decimals: their errors are
    /// at most one in the last one.
    pub(super) fn n_rounded(&self, n_decimals: u32) -> u64 {
        let is_rounding = |wrong: &&WrongSteps| n_decimals > 0 && wrong.n_decimals >= n_decimals;
        self.wrong.iter().filter(is_rounding).map(|wrong| wrong.steps.n).sum()
    }

    /// The wrong changes that rounding does not explain.
    pub(super) fn contradictions(&self, n_decimals: u32) -> Positions {
        let mut all = Positions::default();
        for wrong in self.wrong.iter().filter(|wrong| n_decimals == 0 || wrong.n_decimals < n_decimals) {
            all.merge(&wrong.steps);
        }
        all
    }

    /// Adds the tally of other events.
    pub(super) fn merge(&mut self, other: &Self) {
        self.n_steps += other.n_steps;
        self.n_right += other.n_right;
        self.n_moved += other.n_moved;
        self.n_telling += other.n_telling;
        self.n_first += other.n_first;
        self.first_wrong.merge(&other.first_wrong);
        for theirs in &other.wrong {
            match self.wrong.iter_mut().find(|wrong| wrong.n_decimals == theirs.n_decimals) {
                Some(wrong) => wrong.steps.merge(&theirs.steps),
                None => self.wrong.push(theirs.clone()),
            }
        }
    }
}

/// The decimal in which an error is at most one, and the next decimal more than one.
fn error_decimals(error: Number) -> u32 {
    let error = magnitude(error);
    let is_within = |n_decimals: &u32| {
        Number::new(1, i32::try_from(*n_decimals).unwrap_or_default()).is_some_and(|unit| error <= unit)
    };
    (1..=ERROR_DECIMALS_MAX).take_while(is_within).last().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    fn step(position: u64, before: &str, after: &str) -> TotalStep {
        let written = |text| WrittenNumber { value: number(text), is_float: false };
        let (before, after) = (written(before), written(after));
        TotalStep { position: GlobalPosition::new(position), before, after, is_first: false }
    }

    #[test]
    fn errors_of_one_in_the_last_decimal_are_rounding_and_larger_ones_contradict() {
        let mut tally = SignTally::default();
        tally.add(&step(1, "1.0", "3.5"), number("2.5"));
        tally.add(&step(2, "3.5", "4.6"), number("1"));
        tally.add(&step(3, "4.6", "5.65"), number("1"));
        tally.add(&step(4, "5", "9"), number("3"));
        tally.add(&step(5, "5", "9"), number("3.8"));
        let contradictions = |n_decimals| {
            let positions = tally.contradictions(n_decimals);
            (positions.n, positions.first.iter().map(|at| at.number()).collect::<Vec<_>>())
        };
        assert_eq!((tally.n_steps, tally.n_right), (5, 1));
        assert_eq!([0, 1, 2].map(|n| tally.n_rounded(n)), [0, 2, 0]);
        assert_eq!(contradictions(0), (4, vec![2, 3, 4, 5]));
        assert_eq!(contradictions(1), (2, vec![4, 5]));
    }

    #[test]
    fn equal_amounts_and_totals_of_zero_say_little() {
        let mut tally = SignTally::default();
        for (before, after, change) in [
            ("1", "3", "2"),
            ("3", "5", "2"),
            ("0", "7", "7"),
            ("7", "0", "-7"),
            ("4", "4", "0"),
            ("5", "9", "4"),
        ] {
            assert!(tally.add(&step(1, before, after), number(change)));
        }
        assert_eq!((tally.n_right, tally.n_moved, tally.n_telling), (6, 5, 2));
    }

    #[test]
    fn the_first_positions_are_listed_and_all_are_counted() {
        let (mut odd, mut even) = (Positions::default(), Positions::default());
        for nth in 1..=100 {
            let positions = if nth % 2 == 0 { &mut even } else { &mut odd };
            positions.add(GlobalPosition::new(nth));
        }
        odd.merge(&even);
        let first: Vec<u64> = odd.first.iter().map(|at| at.number()).collect();
        assert_eq!((odd.n, first), (100, (1..=20).collect()));
    }
}
