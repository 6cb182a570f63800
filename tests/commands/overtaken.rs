//! A store to which somebody else appends just before, or just after, one's own append.

use std::cell::RefCell;

use anyhow::Result;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition, Timestamp};
use foldback::domain::mapping::Mappings;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{AppendError, Appended, Direction, EventReader, EventStore, StreamWrite};

pub(crate) type Meanwhile = Box<dyn FnOnce(&mut SqliteStore) + Send>;

/// A store to which somebody else appends just before, or just after, one's own first append reaches it.
pub(crate) struct Overtaken<'a> {
    pub(crate) store: &'a mut SqliteStore,
    pub(crate) before_append: Option<Meanwhile>,
    pub(crate) after_append: Option<Meanwhile>,
    /// The versions of the events that were read of streams, in order.
    pub(crate) read: RefCell<Vec<u64>>,
}

impl<'a> Overtaken<'a> {
    pub(crate) fn new(
        store: &'a mut SqliteStore,
        before: impl FnOnce(&mut SqliteStore) + Send + 'static,
    ) -> Self {
        Self { store, before_append: Some(Box::new(before)), after_append: None, read: RefCell::default() }
    }
}

impl EventReader for Overtaken<'_> {
    fn head(&self) -> Result<GlobalPosition> {
        self.store.head()
    }

    fn read_all(&self, from: GlobalPosition, way: Direction, limit: usize) -> Result<Vec<RecordedEvent>> {
        self.store.read_all(from, way, limit)
    }

    fn read_stream(
        &self,
        name: &StreamName,
        from: StreamPosition,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>> {
        let events = self.store.read_stream(name, from, limit)?;
        self.read.borrow_mut().extend(events.iter().map(|event| event.version.number()));
        Ok(events)
    }

    fn places(&self, name: &StreamName, from: StreamPosition, limit: usize) -> Result<Vec<GlobalPosition>> {
        self.store.places(name, from, limit)
    }

    fn version_at(&self, name: &StreamName, at: GlobalPosition) -> Result<StreamPosition> {
        self.store.version_at(name, at)
    }

    fn count(&self, after: GlobalPosition, up_to: GlobalPosition) -> Result<u64> {
        self.store.count(after, up_to)
    }

    fn nth(&self, from: GlobalPosition, by: i64) -> Result<GlobalPosition> {
        self.store.nth(from, by)
    }

    fn position_at(&self, time: Timestamp) -> Result<GlobalPosition> {
        self.store.position_at(time)
    }

    fn clock_at(&self, at: GlobalPosition) -> Result<Option<Timestamp>> {
        self.store.clock_at(at)
    }

    fn streams(&self, prefix: &str, limit: usize) -> Result<Vec<StreamName>> {
        self.store.streams(prefix, limit)
    }

    fn event_by_id(&self, id: &str) -> Result<Option<RecordedEvent>> {
        self.store.event_by_id(id)
    }

    fn mappings(&self) -> Result<Mappings> {
        self.store.mappings()
    }

    fn aggregates(&self) -> Result<Aggregates> {
        self.store.aggregates()
    }
}

impl EventStore for Overtaken<'_> {
    fn append(&mut self, writes: &[StreamWrite]) -> std::result::Result<Appended, AppendError> {
        if let Some(somebody) = self.before_append.take() {
            somebody(self.store);
        }
        let appended = self.store.append(writes);
        if let Some(somebody) = self.after_append.take() {
            somebody(self.store);
        }
        appended
    }
}
