//! The count of late events that an answer by time leaves out.

use std::ops::ControlFlow;

use anyhow::{Result, bail};

use crate::cancel::Cancel;
use crate::domain::event::{GlobalPosition, Timestamp};
use crate::replay::at::At;
use crate::store::in_pieces::{ResultSink, Work, in_pieces};
use crate::store::log::{Log, LogReader};

/// Events scanned between two results: some milliseconds of work.
const EVENTS_PER_PIECE: u64 = 32_768;

/// Events after the position of a time although their own times are no later than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateLeftOut {
    pub n_late: u64,
    /// The requested time.
    pub time: Timestamp,
    /// The position of that time: the last one whose clock is no later.
    pub position: GlobalPosition,
}

impl LateLeftOut {
    /// The late events that the answer for a place leaves out; `None` if the place is not a time. `position` is the
    /// position of the place. All events after it are scanned.
    ///
    /// # Errors
    /// Errors of the store; it was cancelled.
    pub fn of(
        log: &dyn Log,
        at: Option<At>,
        position: GlobalPosition,
        cancel: &Cancel,
    ) -> Result<Option<Self>> {
        let Some(At::Time(time)) = at else { return Ok(None) };
        let (mut n_late, mut was_cancelled) = (0, false);
        let after = position.number() + 1..=log.reader()?.head()?.number();
        let count = |n: u64| {
            n_late += n;
            was_cancelled = cancel.is_cancelled();
            Ok(if was_cancelled { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        };
        in_pieces(log, after, EVENTS_PER_PIECE, |store| Ok(counting(store, time)), count)?;
        if was_cancelled {
            bail!("cancelled; the late events that this answer leaves out were not counted");
        }
        Ok(Some(Self { n_late, time, position }))
    }

    /// A sentence about them; `None` if there are none.
    pub fn words(&self) -> Option<String> {
        let Self { n_late, time, position } = self;
        let (events, come, carry) = match n_late {
            0 => return None,
            1 => ("1 late event is".to_owned(), "comes", "carries a time"),
            n => (format!("{n} late events are"), "come", "carry times"),
        };
        let it = if *n_late == 1 { "it" } else { "they" };
        Some(format!(
            "{events} left out: {it} {come} after position {position}, the last one before the log's clock passes {time}, \
             but {carry} no later than that"
        ))
    }
}

fn counting(store: &dyn LogReader, time: Timestamp) -> Work<'_, u64> {
    Box::new(move |piece, give: ResultSink<'_, u64>| give(store.n_no_later(&piece, time)?).map(drop))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::Aggregates;
    use crate::domain::event::{NewEvent, StreamName};
    use crate::store::sqlite::SqliteStore;
    use crate::store::{EventStore, StreamWrite};

    #[test]
    fn a_count_that_is_cancelled_is_an_error_and_no_number() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::create(&folder.path().join("s.db"), &Aggregates::bank()).unwrap();
        for second in [10, 1] {
            let time = Some(Timestamp::from_second(second).unwrap());
            let (event_type, data) = ("Deposited".to_owned(), "{}".to_owned());
            let events = vec![NewEvent { id: None, event_type, time, data, metadata: None }];
            let stream = StreamName::new("a").unwrap();
            store.append(&[StreamWrite { stream, expected: None, events }]).unwrap();
        }
        let (time, position) = (Timestamp::from_second(5).unwrap(), GlobalPosition::new(0));
        let cancel = Cancel::new();
        let count = || LateLeftOut::of(&store.log(), Some(At::Time(time)), position, &cancel);
        assert_eq!(count().unwrap(), Some(LateLeftOut { n_late: 1, time, position }));
        cancel.cancel();
        let why = count().unwrap_err().to_string();
        assert_eq!(why, "cancelled; the late events that this answer leaves out were not counted");
    }
}
