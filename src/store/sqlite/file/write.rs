//! The door for every write: the checks before it, and the receipt after the commit.

use anyhow::Result;

use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::proof::links::{self, Link};

impl SqliteStore {
    /// Does `work` in a transaction, given the newest link, and commits it; answers what the work gives beside the link that is
    /// the newest after it. Where that is `None` nothing is to be written, and the transaction is taken back, as where the
    /// work fails.
    ///
    /// # Errors
    /// The work's; those of [`SqliteStore::begin_write`] and [`SqliteStore::commit_write`].
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

    /// Begins a transaction that writes, and answers the newest link. Up to its end nobody else writes.
    ///
    /// # Errors
    /// The file is not the one any more that was opened, or has got another name; others write for long; the store lacks what its receipt says.
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

    /// Commits, and writes down in the receipt how far the store goes with it.
    ///
    /// # Errors
    /// The store's own: nothing is committed then. Or the file was taken away meanwhile: what has just gone to one that
    /// nobody finds any more is not done.
    pub(in crate::store::sqlite) fn commit_write(&mut self, newest: Link) -> Result<()> {
        if let Err(error) = self.conn.execute_batch("COMMIT") {
            self.roll_back();
            return Err(error.into());
        }
        self.identity.check()?;
        self.receipt.keep(newest);
        Ok(())
    }

    /// Takes a transaction back, unless it has ended by itself, as on a full disk.
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
    use crate::domain::event::GlobalPosition;
    use crate::store::sqlite::proof::receipt::LinkPlace;
    use crate::store::sqlite::proof::receipt_file::beside;

    /// The link after one more event; what its hash is does not matter here.
    fn next(newest: Link) -> Link {
        let LinkPlace { position, mapping } = newest.place;
        Link { place: LinkPlace { position: position.plus(1), mapping }, ..newest }
    }

    #[test]
    fn a_commit_to_a_file_that_was_replaced_before_it_is_not_acknowledged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.db");
        let other = SqliteStore::create(&folder.path().join("other.db")).unwrap().path().to_owned();
        let mut store = SqliteStore::create(&path).unwrap();
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
    fn a_file_that_gets_another_name_after_the_commit_has_what_was_committed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.db");
        let mut store = SqliteStore::create(&path).unwrap();
        let committed: Result<()> = store.writing(|_, newest| {
            fs::hard_link(&path, folder.path().join("other.db"))?;
            Ok(((), Some(next(newest))))
        });
        committed.unwrap();
        assert_eq!(beside(&path).unwrap().unwrap().place.position, GlobalPosition::new(1));
    }
}
