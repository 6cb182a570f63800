//! The door for every write: the checks before it, and the receipt after the commit.

use anyhow::Result;

use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::proof::links::{self, Link};

impl SqliteStore {
    /// Runs `work` in a transaction with the newest link, and commits it. `work` returns its result and the new newest
    /// link; `None` means that there is nothing to write. Then, and if it fails, the transaction is rolled back.
    ///
    /// # Errors
    /// Those of `work`, of [`SqliteStore::begin_write`] and of [`SqliteStore::commit_write`].
    pub(in crate::store::sqlite) fn writing<T, E: From<anyhow::Error>>(
        &mut self,
        work: impl FnOnce(&mut Self, Link) -> Result<(T, Option<Link>), E>,
    ) -> Result<T, E> {
        let newest = self.begin_write()?;
        match work(self, newest) {
            Ok((value, Some(link))) => {
                self.commit_write(link)?;
                Ok(value)
            }
            nothing => {
                self.roll_back();
                nothing.map(|(value, _)| value)
            }
        }
    }

    /// Begins a transaction that writes, and returns the newest link. Nobody else writes until it ends.
    ///
    /// # Errors
    /// The file is not the opened one any more, or has got another name; others hold the lock for too long; the store
    /// lacks events that its receipt covers.
    pub(in crate::store::sqlite) fn begin_write(&mut self) -> Result<Link> {
        self.identity.check_before_writing()?;
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        let newest = links::newest(&self.conn).and_then(|newest| {
            self.receipt.check(&self.conn, newest)?;
            Ok(newest)
        });
        if newest.is_err() {
            self.roll_back();
        }
        newest
    }

    /// Commits, and updates the receipt.
    ///
    /// # Errors
    /// Errors of the store, with nothing committed. Or the file was removed meanwhile: a commit to a file that nobody
    /// can find counts as not done.
    pub(in crate::store::sqlite) fn commit_write(&mut self, newest: Link) -> Result<()> {
        if let Err(error) = self.conn.execute_batch("COMMIT") {
            self.roll_back();
            return Err(error.into());
        }
        self.identity.check()?;
        self.receipt.keep(newest);
        Ok(())
    }

    /// Rolls a transaction back, unless it has ended by itself, as on a full disk.
    pub(in crate::store::sqlite) fn roll_back(&self) {
        if !self.conn.is_autocommit() {
            _ = self.conn.execute_batch("ROLLBACK");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::aggregates::Aggregates;
    use crate::domain::event::GlobalPosition;
    use crate::store::proof::receipt::LinkPlace;
    use crate::store::sqlite::proof::receipt_file::beside;

    /// The link after one more event; its hash does not matter here.
    fn next(newest: Link) -> Link {
        let LinkPlace { position, mapping } = newest.place;
        Link { place: LinkPlace { position: position.plus(1), mapping }, ..newest }
    }

    #[test]
    fn a_commit_to_a_file_that_was_replaced_before_it_is_not_acknowledged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.db");
        let other = SqliteStore::create(&folder.path().join("other.db"), &Aggregates::bank())
            .unwrap()
            .path()
            .to_owned();
        let mut store = SqliteStore::create(&path, &Aggregates::bank()).unwrap();
        let before = beside(&path).unwrap();
        let committed: Result<()> = store.writing(|_, newest| {
            fs::rename(&other, &path)?;
            Ok(((), Some(next(newest))))
        });
        let refused = committed.unwrap_err().to_string();
        assert!(refused.contains("is another file now"), "{refused}");
        assert_eq!(beside(&path).unwrap(), before, "nothing is written down that nobody finds");
    }

    #[test]
    fn a_file_that_gets_another_name_after_the_commit_has_the_commit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.db");
        let mut store = SqliteStore::create(&path, &Aggregates::bank()).unwrap();
        let committed: Result<()> = store.writing(|_, newest| {
            fs::hard_link(&path, folder.path().join("other.db"))?;
            Ok(((), Some(next(newest))))
        });
        committed.unwrap();
        assert_eq!(beside(&path).unwrap().unwrap().place.position, GlobalPosition::new(1));
    }
}
