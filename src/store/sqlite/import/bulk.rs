//! Bulk mode: commits synced to the disk together at the end.

use std::fs::File;

use anyhow::{Context, Result};

use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::file::beside::with_suffix;
use crate::store::sqlite::import::id_filter::IdFilter;

/// How many pages of 4 KiB the write-ahead log grows by before it is brought into the store: 128 MiB, so that a page
/// which many batches change is brought in once.
const CHECKPOINT_PAGES: i64 = 32_768;

/// The same outside of bulk: SQLite's own measure.
const CHECKPOINT_PAGES_USUAL: i64 = 1_000;

/// How much of the store is kept in memory during bulk, in KiB: the parts of the indexes that grow.
const CACHE_KIB: i64 = 65_536;

/// The same outside of bulk: what a screen asks for again and again.
const CACHE_KIB_USUAL: i64 = 8_192;

impl SqliteStore {
    /// From here to [`SqliteStore::end_bulk`], what is committed may be lost if the machine loses its power, from some
    /// commit on and never in between. A process that ends loses nothing.
    ///
    /// # Errors
    /// The store's own.
    pub fn begin_bulk(&mut self) -> Result<()> {
        self.explained(|conn| {
            conn.pragma_update(None, "synchronous", "NORMAL")?;
            // An import looks its streams and sources up itself; having SQLite do so again costs a tenth of its time.
            conn.pragma_update(None, "foreign_keys", false)?;
            conn.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
            Ok(conn.pragma_update(None, "cache_size", -CACHE_KIB)?)
        })?;
        self.receipt.begin_bulk();
        Ok(())
    }

    /// Brings all that was committed to the disk; from here on each commit is there by itself again.
    ///
    /// # Errors
    /// The store's own.
    pub fn end_bulk(&mut self) -> Result<()> {
        self.id_filter = IdFilter::default();
        let committed = self.receipt.end_bulk();
        self.explained(|conn| {
            conn.pragma_update(None, "synchronous", "FULL")?;
            conn.pragma_update(None, "foreign_keys", true)?;
            conn.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES_USUAL)?;
            conn.pragma_update(None, "cache_size", -CACHE_KIB_USUAL)?;
            let is_held: bool = conn.query_one("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
            if is_held {
                // A reader looks at an older state, so a part stays in the write-ahead log; then it is safe there.
                File::open(with_suffix(&self.path, "-wal"))
                    .and_then(|log| log.sync_all())
                    .context("the write-ahead log was not synced")?;
            }
            Ok(())
        })?;
        if let Some(newest) = committed {
            self.receipt.keep(newest);
        }
        Ok(())
    }
}
