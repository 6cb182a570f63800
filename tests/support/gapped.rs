//! A log whose positions have gaps: one of ours, read as if its events were numbered otherwise.

use std::ops::{ControlFlow, RangeInclusive};

use anyhow::Result;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition, Timestamp};
use foldback::domain::left_out::LeftOut;
use foldback::domain::mapping::Mappings;
use foldback::store::log::late::LateEvent;
use foldback::store::log::scan::{RowRange, ScanFilter, ScannedRow, StreamNumber};
use foldback::store::log::source::Source;
use foldback::store::log::{Abilities, Log, LogIdentity, LogProof, LogReader, LogWriter};
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::log::SqliteLog;
use foldback::store::{Direction, EventReader};

/// The position at which a gapped log has its nth event: every third number, and now and then ten more are left out.
pub fn gapped(nth: u64) -> GlobalPosition {
    GlobalPosition::new(3 * nth + 10 * (nth / 4))
}

/// The number of events up to a position.
fn n_up_to(position: GlobalPosition) -> u64 {
    let (mut low, mut high) = (0, position.number() / 3 + 1);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if gapped(middle) <= position { low = middle } else { high = middle }
    }
    low
}

/// The dense position of the last event up to a position.
fn last(position: GlobalPosition) -> GlobalPosition {
    GlobalPosition::new(n_up_to(position))
}

/// The dense position of the first event at a position or after it.
fn first(position: GlobalPosition) -> GlobalPosition {
    let n = n_up_to(position);
    GlobalPosition::new(if gapped(n) == position { n } else { n + 1 })
}

fn dense(positions: &RangeInclusive<u64>) -> RangeInclusive<u64> {
    let [start, end] = [*positions.start(), *positions.end()].map(GlobalPosition::new);
    first(start).number()..=last(end).number()
}

fn renumbered(mut event: RecordedEvent) -> RecordedEvent {
    event.position = gapped(event.position.number());
    event
}

/// The log of a store, with gaps.
pub struct GappedLog {
    log: SqliteLog,
    identity: LogIdentity,
}

impl GappedLog {
    pub fn of(store: &SqliteStore) -> Self {
        let LogIdentity { id, path, aggregates, .. } = store.log_identity();
        let (id, path) = (format!("{id} with gaps"), path.with_file_name("gapped.db"));
        let identity = LogIdentity { id, path, aggregates, attach_events: None };
        Self { log: store.log(), identity }
    }
}

impl Log for GappedLog {
    fn reader(&self) -> Result<Box<dyn LogReader>> {
        Ok(Box::new(GappedReader(self.log.reader()?)))
    }

    fn writer(&self) -> Result<Option<Box<dyn LogWriter>>> {
        Ok(None)
    }

    fn identity(&self) -> &LogIdentity {
        &self.identity
    }

    fn abilities(&self) -> Abilities {
        Abilities { takes_commands: false, has_proof: false }
    }

    fn is_content(&self, error: &anyhow::Error) -> bool {
        self.log.is_content(error)
    }
}

struct GappedReader(Box<dyn LogReader>);

impl EventReader for GappedReader {
    fn head(&self) -> Result<GlobalPosition> {
        Ok(gapped(self.0.head()?.number()))
    }

    fn read_all(&self, from: GlobalPosition, way: Direction, limit: usize) -> Result<Vec<RecordedEvent>> {
        let from = if way == Direction::Forward { first(from) } else { last(from) };
        Ok(self.0.read_all(from, way, limit)?.into_iter().map(renumbered).collect())
    }

    fn read_stream(
        &self,
        name: &StreamName,
        from: StreamPosition,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>> {
        Ok(self.0.read_stream(name, from, limit)?.into_iter().map(renumbered).collect())
    }

    fn places(&self, name: &StreamName, from: StreamPosition, limit: usize) -> Result<Vec<GlobalPosition>> {
        let places = self.0.places(name, from, limit)?;
        Ok(places.into_iter().map(|position| gapped(position.number())).collect())
    }

    fn version_at(&self, name: &StreamName, at: GlobalPosition) -> Result<StreamPosition> {
        self.0.version_at(name, last(at))
    }

    fn count(&self, after: GlobalPosition, up_to: GlobalPosition) -> Result<u64> {
        self.0.count(last(after), last(up_to))
    }

    fn nth(&self, from: GlobalPosition, by: i64) -> Result<GlobalPosition> {
        Ok(gapped(self.0.nth(last(from), by)?.number()))
    }

    fn position_at(&self, time: Timestamp) -> Result<GlobalPosition> {
        Ok(gapped(self.0.position_at(time)?.number()))
    }

    fn clock_at(&self, at: GlobalPosition) -> Result<Option<Timestamp>> {
        self.0.clock_at(last(at))
    }

    fn streams(&self, prefix: &str, limit: usize) -> Result<Vec<StreamName>> {
        self.0.streams(prefix, limit)
    }

    fn event_by_id(&self, id: &str) -> Result<Option<RecordedEvent>> {
        Ok(self.0.event_by_id(id)?.map(renumbered))
    }

    fn mappings(&self) -> Result<Mappings> {
        self.0.mappings()
    }

    fn aggregates(&self) -> Result<Aggregates> {
        self.0.aggregates()
    }
}

impl LogReader for GappedReader {
    fn proof(&self) -> Option<&dyn LogProof> {
        None
    }

    fn data_version(&self) -> Result<i64> {
        self.0.data_version()
    }

    fn check_place(&self) -> Result<()> {
        self.0.check_place()
    }

    fn n_mappings(&self) -> Result<u64> {
        self.0.n_mappings()
    }

    fn sources(&self) -> Result<Vec<Source>> {
        self.0.sources()
    }

    fn left_out(&self) -> Result<LeftOut> {
        self.0.left_out()
    }

    fn late_events(&self, positions: &RangeInclusive<u64>) -> Result<Vec<LateEvent>> {
        let late = self.0.late_events(&dense(positions))?.into_iter();
        Ok(late.map(|late| LateEvent { position: gapped(late.position.number()), ..late }).collect())
    }

    fn n_no_later(&self, positions: &RangeInclusive<u64>, time: Timestamp) -> Result<u64> {
        self.0.n_no_later(&dense(positions), time)
    }

    fn stream_number(&self, name: &StreamName) -> Result<Option<StreamNumber>> {
        self.0.stream_number(name)
    }

    fn stream_names(
        &self,
        from: StreamNumber,
        limit: usize,
        take: &mut dyn FnMut(StreamNumber, &[u8]),
    ) -> Result<()> {
        self.0.stream_names(from, limit, take)
    }

    fn scan(
        &self,
        range: RowRange,
        filter: ScanFilter<'_>,
        take: &mut dyn FnMut(&ScannedRow<'_>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut range = range;
        if range.stream.is_none() {
            (range.first, range.last) = dense(&(range.first..=range.last)).into_inner();
        }
        self.0.scan(range, filter, &mut |row| {
            take(&ScannedRow { position: gapped(row.position.number()), ..*row })
        })
    }
}
