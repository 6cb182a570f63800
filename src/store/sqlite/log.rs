//! The port to a log, implemented by our own store: each connection opens the file by its path.

use std::ops::{ControlFlow, RangeInclusive};
use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use crate::cancel::{Cancel, OrCancelled};
use crate::domain::aggregates::Aggregates;
use crate::domain::event::{GlobalPosition, StreamName, Timestamp};
use crate::domain::hash::ChainHash;
use crate::domain::left_out::LeftOut;
use crate::store::log::late::LateEvent;
use crate::store::log::scan::{RowRange, ScanFilter, ScannedRow, StreamNumber};
use crate::store::log::source::Source;
use crate::store::log::{Abilities, Log, LogIdentity, LogIndex, LogProof, LogReader, LogWriter};
use crate::store::proof::checked::{CheckedStretch, MappingRow, Sums};
use crate::store::proof::finding::Fault;
use crate::store::proof::receipt::{LinkPlace, Receipt};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::file::error::is_content;
use crate::store::sqlite::file::open_error::OpenError;
use crate::store::sqlite::read::event_views::attach_events;

/// The log in one of our own files.
#[derive(Clone, Debug)]
pub struct SqliteLog {
    identity: LogIdentity,
    takes_commands: bool,
}

impl SqliteLog {
    /// A log that is read only. Its file is not accessed before a thread asks for a connection.
    pub fn of(identity: LogIdentity) -> Self {
        Self { identity, takes_commands: false }
    }

    /// Opens the log in this file for reading and for commands.
    ///
    /// # Errors
    /// Those of [`SqliteStore::open`].
    pub fn open(path: &Path, aggregates: &Aggregates) -> Result<Self, OpenError> {
        let store = SqliteStore::open(path, aggregates)?;
        Ok(Self { takes_commands: true, ..store.log() })
    }

    /// Opens the log in this file for reading.
    ///
    /// # Errors
    /// Those of [`SqliteStore::open_read_only`].
    pub fn open_read_only(path: &Path, aggregates: &Aggregates) -> Result<Self, OpenError> {
        Ok(SqliteStore::open_read_only(path, aggregates)?.log())
    }
}

impl Log for SqliteLog {
    fn reader(&self) -> Result<Box<dyn LogReader>> {
        let LogIdentity { path, aggregates, .. } = &self.identity;
        Ok(Box::new(SqliteStore::open_read_only(path, aggregates)?))
    }

    fn writer(&self) -> Result<Option<Box<dyn LogWriter>>> {
        if !self.takes_commands {
            return Ok(None);
        }
        let LogIdentity { path, aggregates, .. } = &self.identity;
        Ok(Some(Box::new(SqliteStore::open(path, aggregates)?)))
    }

    fn identity(&self) -> &LogIdentity {
        &self.identity
    }

    fn abilities(&self) -> Abilities {
        Abilities { takes_commands: self.takes_commands, has_proof: true }
    }

    fn is_content(&self, error: &anyhow::Error) -> bool {
        is_content(error)
    }
}

impl SqliteStore {
    /// The log of this store, for other threads to read.
    pub fn log(&self) -> SqliteLog {
        SqliteLog::of(self.log_identity())
    }

    /// The aggregates that it was opened with, without the mappings of its sources.
    pub fn unmapped_aggregates(&self) -> &Aggregates {
        &self.aggregates
    }

    /// Which log this is.
    pub fn log_identity(&self) -> LogIdentity {
        let (id, path) = (self.id().to_owned(), self.path().to_path_buf());
        LogIdentity { id, path, aggregates: self.aggregates.clone(), attach_events: Some(attach_events) }
    }
}

impl LogReader for SqliteStore {
    fn proof(&self) -> Option<&dyn LogProof> {
        Some(self)
    }

    fn data_version(&self) -> Result<i64> {
        Self::data_version(self)
    }

    fn check_place(&self) -> Result<()> {
        Self::check_place(self)
    }

    fn n_mappings(&self) -> Result<u64> {
        Self::n_mappings(self)
    }

    fn sources(&self) -> Result<Vec<Source>> {
        Self::sources(self)
    }

    fn left_out(&self) -> Result<LeftOut> {
        let mut all = LeftOut::default();
        Self::left_out(self)?.iter().for_each(|(_, _, left_out)| all.add_all(left_out));
        Ok(all)
    }

    fn late_events(&self, positions: &RangeInclusive<u64>) -> Result<Vec<LateEvent>> {
        Self::late_events(self, positions)
    }

    fn n_no_later(&self, positions: &RangeInclusive<u64>, time: Timestamp) -> Result<u64> {
        Self::n_no_later(self, positions, time)
    }

    fn stream_number(&self, name: &StreamName) -> Result<Option<StreamNumber>> {
        Self::stream_number(self, name)
    }

    fn stream_names(
        &self,
        from: StreamNumber,
        limit: usize,
        take: &mut dyn FnMut(StreamNumber, &[u8]),
    ) -> Result<()> {
        Self::stream_names(self, from, limit, take)
    }

    fn scan(
        &self,
        range: RowRange,
        filter: ScanFilter<'_>,
        take: &mut dyn FnMut(&ScannedRow<'_>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        Self::scan(self, range, filter, take)
    }
}

impl LogProof for SqliteStore {
    fn beginning(&self) -> Result<ChainHash> {
        Self::beginning(self)
    }

    fn hash_at(&self, place: LinkPlace) -> Result<Option<ChainHash>> {
        Self::hash_at(self, place)
    }

    fn n_linked(&self, after: GlobalPosition, up_to: GlobalPosition) -> u64 {
        // Our chain numbers its events without gaps.
        up_to.since(after)
    }

    fn mapping_rows(&self) -> Result<Vec<MappingRow>> {
        Self::mapping_rows(self)
    }

    fn check_stretch(
        &self,
        positions: RangeInclusive<u64>,
        mappings: &[MappingRow],
    ) -> Result<CheckedStretch> {
        Self::check_stretch(self, positions, mappings)
    }

    fn receipt_beside(&self) -> Result<Option<Receipt>> {
        Self::receipt_beside(self)
    }

    fn check_receipt(&self, receipt: &Receipt) -> Result<Option<Fault>> {
        Self::check_receipt(self, receipt)
    }

    fn check_file(&self, cancel: &Cancel) -> Result<OrCancelled<Option<Fault>>> {
        // On a connection of its own, because SQLite interrupts a connection as a whole.
        Self::open_read_only(self.path(), &self.aggregates)?.check_whole_file(cancel)
    }

    fn check_index(
        &self,
        index: LogIndex,
        sums: &Sums,
        head: GlobalPosition,
        cancel: &Cancel,
    ) -> Result<OrCancelled<Option<Fault>>> {
        match index {
            LogIndex::Versions => self.check_versions(sums, head, cancel),
            LogIndex::Ids => self.check_ids(sums, head, cancel),
            LogIndex::Origins => self.check_origins(sums, head, cancel),
        }
    }
}

impl LogWriter for SqliteStore {
    fn take_receipt_trouble(&mut self) -> Option<anyhow::Error> {
        Self::take_receipt_trouble(self)
    }

    fn sync_receipt_when_due(&mut self) -> Result<()> {
        Self::sync_receipt_when_due(self)
    }

    fn receipt_sync_due(&self) -> Option<Instant> {
        Self::receipt_sync_due(self)
    }
}
