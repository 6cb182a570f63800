//! Counts of the events that states leave out because they are not understood, and the words for them.

use std::fmt;

use crate::domain::event::StreamName;

/// Events that were not understood, counted by stream. Streams without such events are not listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotUnderstoodOf(Vec<(StreamName, u64)>);

impl NotUnderstoodOf {
    /// Adds a stream's count.
    pub fn add(&mut self, stream: &StreamName, n_not_understood: u64) {
        if n_not_understood > 0 {
            self.0.push((stream.clone(), n_not_understood));
        }
    }

    /// The total.
    pub fn n_events(&self) -> u64 {
        self.0.iter().fold(0, |sum, (_, n)| sum.saturating_add(*n))
    }

    /// Whether all events were understood.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `2 events of acc-1 and 1 event of acc-2`.
impl fmt::Display for NotUnderstoodOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, (stream, n)) in self.0.iter().enumerate() {
            let and = if nth > 0 { " and " } else { "" };
            let events = if *n == 1 { "event" } else { "events" };
            write!(f, "{and}{n} {events} of {stream}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_left_out_are_listed_by_account() {
        let name = |text| StreamName::new(text).unwrap();
        let mut left_out = NotUnderstoodOf::default();
        left_out.add(&name("acc-1"), 0);
        assert!(left_out.is_empty());
        left_out.add(&name("acc-1"), 2);
        left_out.add(&name("acc-2"), 1);
        assert_eq!(left_out.to_string(), "2 events of acc-1 and 1 event of acc-2");
        assert_eq!((left_out.n_events(), left_out.is_empty()), (3, false));
    }
}
