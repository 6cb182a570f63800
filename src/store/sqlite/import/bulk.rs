//! Bulk mode: commits synced to the disk together at the end.

use std::fs::File;

use anyhow::{Context, Result};

use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::file::beside::with_suffix;
use crate::store::sqlite::import::id_filter::IdFilter;

/// Pages of 4 KiB in the write-ahead log before they are moved into the store: 128 MiB, so that a page that many
/// batches change is moved once.
const CHECKPOINT_PAGES: i64 = 32_768;

/// The same outside of bulk: SQLite's default.
const CHECKPOINT_PAGES_USUAL: i64 = 1_000;

/// The page cache during bulk, in KiB: the growing parts of the indexes.
const CACHE_KIB: i64 = 65_536;

/// The same outside of bulk: the pages that a screen reads again and again.
const CACHE_KIB_USUAL: i64 = 8_192;

impl SqliteStore {
    /// From here to [`SqliteStore::end_bulk`], commits are not synced. A power failure may lose the last commits, never
    /// one in between. A process that ends loses nothing.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn begin_bulk(&mut self) -> Result<()> {
        self.explained(|conn| {
            conn.pragma_update(None, "synchronous", "NORMAL")?;
            // An import looks up streams and sources itself; checking them in SQLite again would take a tenth of its
            // time.
            conn.pragma_update(None, "foreign_keys", false)?;
            conn.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
            Ok(conn.pragma_update(None, "cache_size", -CACHE_KIB)?)
        })?;
        self.receipt.begin_bulk();
        Ok(())
    }

    /// Syncs all commits to the disk; from here on each commit is durable again.
    ///
    /// # Errors
    /// Errors of the store.
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
                // If a reader still uses an older state, a part stays in the write-ahead log; then that is synced.
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
