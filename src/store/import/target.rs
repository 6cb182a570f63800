//! The store that an import fills, for a caller that need not know which kind of store it is.

use std::path::Path;

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::aggregates::Aggregates;
use crate::domain::left_out::LeftOut;
use crate::store::import::LogImport;
use crate::store::import::options::OnImportProgress;
use crate::store::import::report::ImportReport;
use crate::store::log::LogReader;
use crate::store::sqlite::SqliteStore;

/// An open store of ours that an import fills.
pub struct ImportTarget(SqliteStore);

impl ImportTarget {
    /// Opens the store at this path.
    ///
    /// # Errors
    /// As for [`SqliteStore::open`].
    pub fn open(path: &Path, aggregates: &Aggregates) -> Result<Self> {
        Ok(Self(SqliteStore::open(path, aggregates)?))
    }

    /// See [`LogImport::read_on`].
    ///
    /// # Errors
    /// As there.
    pub fn read_on(
        &mut self,
        log: &mut LogImport,
        cancel: &Cancel,
        progress: OnImportProgress<'_>,
    ) -> Result<ImportReport> {
        log.read_on(&mut self.0, cancel, progress)
    }

    /// See [`LogImport::read_rest`].
    ///
    /// # Errors
    /// As there.
    pub fn read_rest(&mut self, log: &mut LogImport, cancel: &Cancel) -> Result<ImportReport> {
        log.read_rest(&mut self.0, cancel, &mut |_| {})
    }

    /// See [`LogImport::change_over`].
    ///
    /// # Errors
    /// As there.
    pub fn change_over(&mut self, log: &mut LogImport, cancel: &Cancel) -> Result<ImportReport> {
        log.change_over(&mut self.0, cancel, &mut |_| {})
    }
}

/// All that the store at this path has recorded as left out of its logs.
///
/// # Errors
/// It cannot be read.
pub fn left_out_of(path: &Path, aggregates: &Aggregates) -> Result<LeftOut> {
    LogReader::left_out(&SqliteStore::open_read_only(path, aggregates)?)
}
