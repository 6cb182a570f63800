//! A filter of ids in memory, which spares most look-ups of new ids.
//!
//! A Bloom filter: an id that it does not contain was never added; one that it contains may exist, and is looked up. So
//! it makes an import fast and never wrong, and takes the same memory however long the log is.

use std::hash::{BuildHasher, RandomState};

use anyhow::Result;
use rusqlite::Connection;

use crate::store::sqlite::import::id_key::IdKey;
use crate::store::sqlite::read::rows;

/// Adjacent words of a block, so that a query reads one cache line.
const BLOCK_WORDS: usize = 8;

/// Number of blocks: 16 MiB. With ten million ids one of a hundred lookups is in vain, with fifty million every other
/// one.
const BLOCKS: usize = 1 << 18;

/// Bits of its block that an id sets.
const BITS_PER_ID: u32 = 4;

/// Ids that can be read into the filter in the time of one lookup.
const READ_PER_LOOKUP: u64 = 16;

/// The filter of a store, built when lookups have cost as much as building it. Valid only while nobody else writes.
#[derive(Debug, Default)]
pub(in crate::store::sqlite) struct IdFilter {
    bits: Option<Bits>,
    n_lookups: u64,
    data_version: Option<i64>,
}

#[derive(Debug)]
struct Bits {
    blocks: Vec<[u64; BLOCK_WORDS]>,
    hashes: RandomState,
}

impl IdFilter {
    /// Drops the filter if another connection has written since. Call it inside a transaction.
    pub(in crate::store::sqlite) fn begin(&mut self, data_version: i64) {
        if self.data_version != Some(data_version) {
            *self = Self { data_version: Some(data_version), ..Self::default() };
        }
    }

    /// Whether certainly no event has that id. `waiting` are the ids that are not written yet.
    pub(in crate::store::sqlite) fn is_surely_new<'k>(
        &mut self,
        conn: &Connection,
        key: &IdKey,
        waiting: impl Iterator<Item = &'k IdKey>,
    ) -> Result<bool> {
        if self.bits.is_none() {
            self.n_lookups += 1;
            let n_ids_max = rows::head(conn)?.number();
            if self.n_lookups.saturating_mul(READ_PER_LOOKUP) < n_ids_max {
                return Ok(false);
            }
            self.bits = Some(Bits::of(conn, waiting)?);
        }
        Ok(self.bits.as_ref().is_some_and(|bits| !bits.has(key)))
    }

    /// Adds an id, if there is a filter.
    pub(in crate::store::sqlite) fn add(&mut self, key: &IdKey) {
        if let Some(bits) = &mut self.bits {
            bits.add(key);
        }
    }
}

impl Bits {
    /// A filter with the ids of the table and those that wait.
    fn of<'k>(conn: &Connection, waiting: impl Iterator<Item = &'k IdKey>) -> Result<Self> {
        let mut bits = Self { blocks: vec![[0; BLOCK_WORDS]; BLOCKS], hashes: RandomState::new() };
        let mut statement = conn.prepare_cached("SELECT id FROM ids")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            bits.add(&IdKey::stored(row.get_ref(0)?)?.by_value());
        }
        waiting.for_each(|key| bits.add(key));
        Ok(bits)
    }

    /// The block of an id, and its bits in the words of the block.
    fn place(&self, key: &IdKey) -> (usize, [u64; BLOCK_WORDS]) {
        let hash = self.hashes.hash_one(key);
        let mut mask = [0; BLOCK_WORDS];
        for n in 0..BITS_PER_ID {
            let bit = hash >> (n * (BLOCK_WORDS * 64).ilog2());
            if let Some(word) = mask.get_mut((bit >> 6) as usize % BLOCK_WORDS) {
                *word |= 1 << (bit & 63);
            }
        }
        // The bits above those.
        let above = hash >> (u64::BITS - BLOCKS.ilog2());
        (above as usize, mask)
    }

    fn add(&mut self, key: &IdKey) {
        let (block, mask) = self.place(key);
        for (word, bits) in self.blocks.get_mut(block).into_iter().flatten().zip(mask) {
            *word |= bits;
        }
    }

    fn has(&self, key: &IdKey) -> bool {
        let (block, mask) = self.place(key);
        self.blocks.get(block).into_iter().flatten().zip(mask).all(|(word, bits)| word & bits == bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn added_ids_are_known_and_few_others() {
        let mut bits = Bits { blocks: vec![[0; BLOCK_WORDS]; BLOCKS], hashes: RandomState::new() };
        let key = |n: u64| IdKey::of(&Uuid::from_u64_pair(n, n).to_string());
        let added = 200_000;
        (0..added).for_each(|n| bits.add(&key(n)));
        assert!((0..added).all(|n| bits.has(&key(n))));
        let n_wrong = (added..2 * added).filter(|n| bits.has(&key(*n))).count();
        assert!(n_wrong < 100, "{n_wrong}");
    }
}
