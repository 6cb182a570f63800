//! The lines of a log that are not in its store, counted by reason.
//!
//! Events that are in the store without their time are counted beside them.

use std::collections::BTreeMap;

use crate::domain::counted::counted;
use crate::domain::money::grouped;

/// The most reasons that are counted separately. Lines with other reasons are counted together.
pub const REASONS_KEPT_MAX: usize = 1_000;

/// The reason given for lines whose reasons are not counted separately.
pub const OTHER_REASONS: &str = "other reasons";

/// The same for lines with refused events. These are counted again when the log is read further, the others are not.
pub const OTHER_REASONS_REFUSED: &str = "other reasons, as events that contradict the store";

/// The reason under which events are counted that are in the store without their time, which cannot be read.
pub const TIME_UNREAD: &str = "its time cannot be read";

/// The most reasons named in a sentence.
const REASONS_NAMED_MAX: usize = 3;

/// The most fields named in a sentence.
const FIELDS_NAMED_MAX: usize = 20;

/// The lines of a log that are not in its store, counted by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    n: u64,
    reasons: BTreeMap<String, Reason>,
    /// The events of [`TIME_UNREAD`], which are not left out.
    times_unread: Option<Reason>,
}

/// The lines left out for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The number of the first one in the log, from 1.
    pub line: u64,
    /// How many there are.
    pub n: u64,
    /// Whether they contain events that contradict the store, such as one with the id of another.
    pub is_refused: bool,
}

impl LeftOut {
    /// Adds lines with this reason.
    pub fn add(&mut self, why: &str, reason: Reason) {
        if why == TIME_UNREAD {
            let (line, n) = self.times_unread.map_or((reason.line, 0), |there| (there.line, there.n));
            let (line, n) = (line.min(reason.line), n + reason.n);
            self.times_unread = Some(Reason { line, n, is_refused: false });
            return;
        }
        self.n += reason.n;
        let is_kept = self.reasons.len() < REASONS_KEPT_MAX || self.reasons.contains_key(why);
        let why = match (is_kept, reason.is_refused) {
            (true, _) => why,
            (false, false) => OTHER_REASONS,
            (false, true) => OTHER_REASONS_REFUSED,
        };
        match self.reasons.get_mut(why) {
            Some(there) => {
                there.n += reason.n;
                there.line = there.line.min(reason.line);
            }
            None => drop(self.reasons.insert(why.to_owned(), reason)),
        }
    }

    /// Adds all counts of another one.
    pub fn add_all(&mut self, others: &Self) {
        others.entries().into_iter().for_each(|(why, reason)| self.add(why, reason));
    }

    /// Number of lines.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Number of events that are in the store without their time, which cannot be read.
    pub fn n_times_unread(&self) -> u64 {
        self.times_unread.map_or(0, |reason| reason.n)
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.n == 0 && self.times_unread.is_none()
    }

    /// All that a store keeps: the reasons, and the events without their time.
    pub fn entries(&self) -> Vec<(&str, Reason)> {
        let mut entries = self.reasons();
        entries.extend(self.times_unread.map(|reason| (TIME_UNREAD, reason)));
        entries
    }

    /// Each reason with its lines, ordered by its first line.
    pub fn reasons(&self) -> Vec<(&str, Reason)> {
        let mut reasons: Vec<_> = self.reasons.iter().map(|(why, reason)| (why.as_str(), *reason)).collect();
        reasons.sort_by_key(|(_, reason)| reason.line);
        reasons
    }

    /// The most frequent reasons in words: `4,980 lines: it has no stream; line 7: it has no type`.
    pub fn in_words(&self) -> String {
        let mut reasons = self.reasons();
        reasons.sort_by_key(|(_, reason)| std::cmp::Reverse(reason.n));
        let named = reasons.iter().take(REASONS_NAMED_MAX);
        let mut words: Vec<String> = named
            .map(|(why, Reason { line, n, .. })| match n {
                1 => format!("line {line}: {why}"),
                n => format!("{}: {why}", counted(*n, "line")),
            })
            .collect();
        let n_more: u64 = reasons.iter().skip(REASONS_NAMED_MAX).map(|(_, reason)| reason.n).sum();
        if n_more > 0 {
            words.push(format!("{} for other reasons", counted(n_more, "line")));
        }
        words.join("; ")
    }

    /// Explains, in sentences, that all lines of a log were left out: how many, what was looked for in them, the fields of
    /// the first one, and what to do.
    pub fn why_nothing(&self, looked_for: &[String], fields: &[String]) -> Vec<String> {
        let n = grouped(i128::from(self.n), None);
        let mut sentences = vec![format!("none of its lines can be read ({n} of {n}): {}", self.in_words())];
        sentences.extend_from_slice(looked_for);
        if !fields.is_empty() {
            let named =
                fields.iter().take(FIELDS_NAMED_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = if fields.len() > FIELDS_NAMED_MAX { " …" } else { "" };
            sentences.push(format!("the first line has the fields {named}{more}"));
        }
        sentences.push(
            "`--map FILE` says where an event's stream, type and data are in a line (`foldback guide logs`)"
                .to_owned(),
        );
        sentences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(line: u64, n: u64) -> Reason {
        Reason { line, n, is_refused: false }
    }

    #[test]
    fn every_line_is_counted_and_the_reasons_of_most_are_named() {
        let mut left_out = LeftOut::default();
        for line in 1..=5_000 {
            left_out.add("it has no stream", reason(line, 1));
        }
        assert_eq!(left_out.in_words(), "5,000 lines: it has no stream");
        for (at, why) in ["a", "b", "c", "b"].into_iter().enumerate() {
            left_out.add(why, reason(6_000 + at as u64, 1));
        }
        let words = "5,000 lines: it has no stream; 2 lines: b; line 6000: a; 1 line for other reasons";
        assert_eq!((left_out.n(), left_out.in_words().as_str()), (5_004, words));
        assert_eq!(
            left_out.reasons()[..2],
            [("it has no stream", reason(1, 5_000)), ("a", reason(6_000, 1))]
        );
        let mut twice = left_out.clone();
        twice.add_all(&left_out);
        assert_eq!((twice.n(), twice.reasons().len()), (10_008, 4));
    }

    #[test]
    fn reasons_beyond_those_that_are_kept_are_counted_together() {
        let mut left_out = LeftOut::default();
        (1..=3_000).for_each(|line| left_out.add(&line.to_string(), reason(line, 1)));
        assert_eq!((left_out.n(), left_out.reasons().len()), (3_000, REASONS_KEPT_MAX + 1));
        assert_eq!(left_out.reasons().last(), Some(&(OTHER_REASONS, reason(1_001, 2_000))));
    }

    #[test]
    fn refused_lines_beyond_the_reasons_that_are_kept_stay_apart_from_unreadable_ones() {
        let mut left_out = LeftOut::default();
        let of = |line: u64| Reason { line, n: 1, is_refused: line.is_multiple_of(3) };
        (1..=3_000).for_each(|line| left_out.add(&line.to_string(), of(line)));
        let mut again = LeftOut::default();
        again.add_all(&left_out);
        let n_refused = |all: &LeftOut| {
            all.reasons()
                .iter()
                .filter(|(_, reason)| reason.is_refused)
                .map(|(_, reason)| reason.n)
                .sum::<u64>()
        };
        assert_eq!((n_refused(&left_out), left_out.n()), (1_000, 3_000));
        assert_eq!((n_refused(&again), again.n()), (1_000, 3_000));
    }

    #[test]
    fn an_event_without_its_time_is_counted_and_not_left_out() {
        let mut left_out = LeftOut::default();
        assert!(left_out.is_empty());
        left_out.add(TIME_UNREAD, reason(7, 2));
        left_out.add(TIME_UNREAD, reason(3, 1));
        assert_eq!((left_out.n(), left_out.n_times_unread(), left_out.is_empty()), (0, 3, false));
        assert_eq!((left_out.in_words().as_str(), left_out.reasons().len()), ("", 0));
        let mut twice = left_out.clone();
        twice.add_all(&left_out);
        assert_eq!(twice.entries(), [(TIME_UNREAD, reason(3, 6))]);
    }

    #[test]
    fn a_log_that_cannot_be_read_gets_the_reason_and_advice() {
        let mut left_out = LeftOut::default();
        left_out.add("it has no stream", reason(1, 200));
        let fields = ["x", "y"].map(str::to_owned);
        assert_eq!(
            left_out.why_nothing(&["no field looks like a stream".to_owned()], &fields),
            [
                "none of its lines can be read (200 of 200): 200 lines: it has no stream",
                "no field looks like a stream",
                "the first line has the fields x, y",
                "`--map FILE` says where an event's stream, type and data are in a line (`foldback guide logs`)",
            ]
        );
    }
}
