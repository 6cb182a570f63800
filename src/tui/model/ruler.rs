//! The ruler's scale: from a position or time to a column, and back.

use crate::domain::event::{GlobalPosition, Timestamp};
use crate::domain::moment::Moment;
use crate::tui::model::active_time::ActiveTime;

/// The measure of the ruler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Axis {
    /// Positions: each event takes the same room.
    #[default]
    Position,
    /// Time: each second takes the same room.
    Time,
    /// Time without its idle stretches: each second in which something may happen takes the same room.
    ActiveTime,
}

/// The ruler's axis and visible range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RulerView {
    /// By position or by time.
    pub axis: Axis,
    /// The range zoomed to; `None` shows all of history.
    pub zoomed: Option<RulerRange>,
}

/// A range of integers laid over columns: its ends are in the first and the last column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    pub(super) from: i128,
    pub(super) to: i128,
    pub(super) n_columns: u16,
}

impl Scale {
    /// The range from `from` to `to` over `n_columns` columns; an empty range if `to` is not greater.
    pub fn new(from: i128, to: i128, n_columns: u16) -> Self {
        Self { from, to: to.max(from), n_columns: n_columns.max(1) }
    }

    pub(super) fn span(&self) -> i128 {
        self.to - self.from
    }

    fn last_column(&self) -> i128 {
        i128::from(self.n_columns) - 1
    }

    /// The column of a number; `None` outside of the range.
    pub fn column_of(&self, number: i128) -> Option<u16> {
        if number < self.from || number > self.to {
            return None;
        }
        let (offset, span) = (number - self.from, self.span());
        if span == 0 {
            return Some(self.n_columns - 1);
        }
        let column = (2 * offset * self.last_column() + span) / (2 * span);
        u16::try_from(column).ok()
    }

    /// The number in the middle of a column; at the ends, the ends.
    pub fn number_of(&self, column: u16) -> i128 {
        let column = i128::from(column.min(self.n_columns - 1));
        match self.last_column() {
            0 => self.to,
            last => self.from + (2 * column * self.span() + last) / (2 * last),
        }
    }

    /// The last number in a column or further left.
    pub fn last_in(&self, column: u16) -> i128 {
        let last = self.last_column();
        if i128::from(column) >= last {
            return self.to;
        }
        if self.span() == 0 {
            return self.from - 1;
        }
        let bound = self.span() * (2 * i128::from(column) + 1);
        self.from + (bound + 2 * last - 1) / (2 * last) - 1
    }
}

/// A range zoomed to, in the numbers of the axis: positions, microseconds since 1970, or the latter without idle
/// stretches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RulerRange {
    /// Its beginning.
    pub from: i128,
    /// Its end.
    pub to: i128,
}

impl RulerRange {
    pub(super) fn span(&self) -> i128 {
        self.to - self.from
    }
}

/// A place on the ruler, in the measure of the axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulerPlace {
    Position(GlobalPosition),
    /// A time, whose position only the store knows.
    Time(Timestamp),
}

/// The ruler with its present layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruler {
    /// Its measure.
    pub axis: Axis,
    /// The range and its columns.
    pub scale: Scale,
    /// The beginning of history, whatever the range.
    pub beginning: i128,
    /// The idle time that the axis leaves out, if any.
    pub active: ActiveTime,
}

impl Ruler {
    /// The range of half the length that contains the moment; `None` if it cannot be halved any more.
    pub fn zoomed_in(&self, around: Moment) -> Option<RulerRange> {
        let half = self.scale.span() / 2;
        let least = if self.axis == Axis::Position { SPAN_EVENTS_MIN } else { SPAN_MICROS_MIN };
        (half >= least).then(|| self.stretch_around(around, half))
    }

    /// The range of double the length, up to all of history.
    pub fn zoomed_out(&self, around: Moment) -> RulerRange {
        // Plus one, which halving an odd length has lost.
        self.stretch_around(around, self.scale.span().saturating_mul(2).saturating_add(1))
    }

    /// The range of the given length that contains the moment.
    pub fn stretch_around(&self, around: Moment, span: i128) -> RulerRange {
        let middle = self.number_of(around).unwrap_or(self.scale.from);
        let from = middle - span / 2;
        RulerRange { from, to: from + span }
    }

    /// The moment in the measure of the axis; `None` if its time is not known.
    fn number_of(&self, moment: Moment) -> Option<i128> {
        match self.axis {
            Axis::Position => Some(number(moment.position)),
            Axis::Time | Axis::ActiveTime if moment.position == GlobalPosition::START => Some(self.beginning),
            Axis::Time | Axis::ActiveTime => moment.clock.map(|clock| self.active.number_of(micros(clock))),
        }
    }

    /// The range of the same length that contains a moment outside of the present range; `None` if it is inside, or its
    /// time is not known.
    pub fn moved_to(&self, moment: Moment) -> Option<RulerRange> {
        let is_outside = self.scale.column_of(self.number_of(moment)?).is_none();
        is_outside.then(|| self.stretch_around(moment, self.scale.span()))
    }

    /// The column of a moment; `None` outside of the range, or if its time is not known.
    pub fn column_of(&self, moment: Moment) -> Option<u16> {
        self.scale.column_of(self.number_of(moment)?)
    }

    /// The place that is a number of columns away from a moment, at most at an end of the range.
    pub fn columns_from(&self, here: Moment, by: i64) -> RulerPlace {
        let here = self.column_of(here).map_or(0, i64::from);
        let column = here.saturating_add(by).clamp(0, i64::from(self.scale.n_columns) - 1);
        self.place_of(u16::try_from(column).unwrap_or(0))
    }

    /// The place in the middle of a column.
    pub fn place_of(&self, column: u16) -> RulerPlace {
        self.place(self.scale.number_of(column))
    }

    /// The last place in a column or further left.
    pub fn last_in(&self, column: u16) -> RulerPlace {
        self.place(self.scale.last_in(column))
    }

    /// The place just before the range.
    pub fn before(&self) -> RulerPlace {
        self.place(self.scale.from - 1)
    }

    fn place(&self, number: i128) -> RulerPlace {
        match self.axis {
            Axis::Position => RulerPlace::Position(GlobalPosition::new(u64::try_from(number).unwrap_or(0))),
            Axis::Time | Axis::ActiveTime => {
                let micros = i64::try_from(self.active.time_of(number)).unwrap_or(i64::MAX);
                RulerPlace::Time(Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX))
            }
        }
    }
}

/// The shortest range to zoom to, in events: each has a column of its own on any screen.
const SPAN_EVENTS_MIN: i128 = 8;

/// The shortest range of time to zoom to, in microseconds.
const SPAN_MICROS_MIN: i128 = 1_000;

pub(super) fn number(position: GlobalPosition) -> i128 {
    i128::from(position.number())
}

pub(super) fn micros(time: Timestamp) -> i128 {
    i128::from(time.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn of_a_stretch_of_one_number_only_the_last_column_holds_it() {
        let scale = Scale::new(7, 7, 3);
        assert_eq!([0, 1, 2].map(|column| scale.last_in(column)), [6, 6, 7]);
        assert_eq!(scale.column_of(7), Some(2));
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_column(from in -1000_i128..1000, span in 0_i128..1_000_000_000, columns in 1_u16..400) {
            let scale = Scale::new(from, from + span, columns);
            for column in (0..columns).filter(|_| span >= i128::from(columns)) {
                prop_assert_eq!(scale.column_of(scale.number_of(column)), Some(column));
            }
            prop_assert_eq!(scale.column_of(from + span), Some(columns - 1));
            prop_assert_eq!(scale.column_of(from + span + 1), None);
            prop_assert_eq!(scale.column_of(from - 1), None);
        }

        #[test]
        fn columns_part_the_numbers_between_them(span in 0_i128..3_000, columns in 1_u16..200) {
            let scale = Scale::new(0, span, columns);
            let mut next = 0;
            for column in 0..columns {
                let last = scale.last_in(column);
                for number in next..=last {
                    prop_assert_eq!(scale.column_of(number).map(|c| c <= column), Some(true));
                }
                if last < span {
                    prop_assert!(scale.column_of(last + 1) > Some(column));
                }
                next = last + 1;
            }
            prop_assert_eq!(next, span + 1);
        }

        #[test]
        fn on_either_axis_of_time_a_column_has_the_times_up_to_its_last_one_and_none_before(
            gaps in prop::collection::vec(prop_oneof![9 => 1_i64..2_000_000, 1 => 1_i64..9_000_000_000], 2..60),
            n_columns in 1_u16..200,
            is_active in any::<bool>(),
        ) {
            let mut at = 0;
            let times: Vec<i64> = gaps.into_iter().map(|gap| { at += gap; at }).collect();
            let micros: Vec<i128> = times.iter().copied().map(i128::from).collect();
            let active = if is_active { ActiveTime::between(&micros) } else { ActiveTime::default() };
            let axis = if is_active { Axis::ActiveTime } else { Axis::Time };
            let [from, to] = [0, micros.len() - 1].map(|nth| active.number_of(micros[nth]));
            let scale = Scale::new(from, to, n_columns);
            let ruler = Ruler { axis, scale, beginning: from, active };
            let moment = |time: i64| Moment {
                position: GlobalPosition::new(1),
                clock: Some(Timestamp::from_microsecond(time).unwrap()),
            };
            let columns: Vec<u16> = times.iter().map(|time| ruler.column_of(moment(*time)).unwrap()).collect();
            prop_assert!(columns.is_sorted());
            let is_up_to = |time: i64, place| match place {
                RulerPlace::Time(last) => time <= last.as_microsecond(),
                RulerPlace::Position(_) => false,
            };
            for (time, column) in times.iter().zip(columns) {
                prop_assert!(is_up_to(*time, ruler.last_in(column)));
                let before = column.checked_sub(1).map_or(ruler.before(), |column| ruler.last_in(column));
                prop_assert!(!is_up_to(*time, before));
                // The middle of a column is in that column.
                let RulerPlace::Time(middle) = ruler.place_of(column) else { unreachable!() };
                let wide = to - from >= i128::from(n_columns);
                prop_assert!(!wide || ruler.column_of(moment(middle.as_microsecond())) == Some(column));
            }
        }
    }
}
