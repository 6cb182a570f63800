//! The streams that a batch touches, as the rows and the batch so far have them.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use rusqlite::Transaction;

use crate::domain::event::{RecordedEvent, StreamName, StreamPosition};
use crate::domain::fold::Fold;
use crate::domain::state::State;
use crate::read_model::engine::contradiction::Contradiction;
use crate::read_model::projections::list::Projections;
use crate::read_model::projections::stream_rows;
use crate::read_model::projections::{StreamId, Touched};

/// The streams that a batch touches. Each is read once, and there are at most as many as events.
pub(in crate::read_model) struct BatchStreams<'e> {
    /// Known streams that no event of the batch has touched yet.
    known: HashMap<StreamName, Touched>,
    by_name: HashMap<&'e str, usize>,
    touched: Vec<Touched>,
    next_id: i64,
    rows: RowsOf<'e>,
    /// The state before an event, kept to reuse its memory.
    before: Option<State>,
}

/// The origin of the rows that a batch reads.
pub(in crate::read_model) enum RowsOf<'a> {
    /// This process: the rows agree with the log.
    Ours,
    /// Anybody: the rows may be damaged. The streams in `but` have skipped events, so that their rows are not at the
    /// version before the next event.
    Anybody { but: &'a BTreeSet<String> },
}

impl RowsOf<'_> {
    /// Checks that a stream's row, or its absence, fits the first of its events in a batch. A stream that a damaged
    /// index does not find would begin from nothing.
    fn expect_fits(&self, row: Option<&Touched>, event: &RecordedEvent) -> Result<(), Contradiction> {
        let version = row.map_or(StreamPosition::START, |row| row.trace.version);
        let is_free = match self {
            Self::Ours => true,
            Self::Anybody { but } => but.contains(event.stream.as_str()),
        };
        if is_free || version.plus(1) == event.version {
            return Ok(());
        }
        let RecordedEvent { stream, position, version: next, .. } = event;
        let row = row.map_or_else(|| "has no row".to_owned(), |_| format!("has a row at version {version}"));
        Err(Contradiction(format!("{stream} {row}, and the event at {position} is its version {next}")))
    }
}

impl<'e> BatchStreams<'e> {
    /// No touched streams yet; `known` are streams from earlier batches.
    ///
    /// # Errors
    /// Errors of the database.
    pub(in crate::read_model) fn new(
        tx: &Transaction<'_>,
        projections: &Projections,
        known: HashMap<StreamName, Touched>,
        rows: RowsOf<'e>,
    ) -> Result<Self> {
        let next_id = stream_rows::count(tx, projections)?.saturating_add(1);
        Ok(Self { known, by_name: HashMap::new(), touched: Vec::new(), next_id, rows, before: None })
    }

    /// The stream of an event, from the batch so far or from the rows; and memory for the state before the event.
    ///
    /// # Errors
    /// Errors of the database, or a row that contradicts the log.
    pub(in crate::read_model) fn of(
        &mut self,
        tx: &Transaction<'_>,
        event: &'e RecordedEvent,
        fold: &dyn Fold,
    ) -> Result<(&mut Touched, &mut State)> {
        let place = match self.by_name.get(event.stream.as_str()) {
            Some(place) => *place,
            None => {
                let touched = match self.known.remove(&event.stream) {
                    Some(known) => known,
                    None => {
                        let row = stream_rows::find(tx, &event.stream, fold)?;
                        self.rows.expect_fits(row.as_ref(), event)?;
                        row.unwrap_or_else(|| self.unknown(&event.stream, fold))
                    }
                };
                self.touched.push(touched);
                self.by_name.insert(event.stream.as_str(), self.touched.len() - 1);
                self.touched.len() - 1
            }
        };
        let touched = self.touched.get_mut(place).ok_or_else(|| anyhow::anyhow!("the stream was lost"))?;
        Ok((touched, self.before.get_or_insert_with(|| fold.initial())))
    }

    fn unknown(&mut self, name: &StreamName, fold: &dyn Fold) -> Touched {
        let id = StreamId(self.next_id);
        self.next_id = self.next_id.saturating_add(1);
        stream_rows::unknown(id, name, fold)
    }

    /// The untouched known streams, and those that the batch touched, by number.
    pub(in crate::read_model) fn into_known_and_touched(
        mut self,
    ) -> (HashMap<StreamName, Touched>, Vec<Touched>) {
        self.touched.sort_unstable_by_key(|stream| stream.id);
        (self.known, self.touched)
    }
}
