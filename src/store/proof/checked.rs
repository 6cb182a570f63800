//! Checked links as values: rows of events, mappings, and the sums that the indexes have to match.

use std::hash::{BuildHasher, Hash, RandomState};

use crate::domain::chain::MappingLink;
use crate::domain::event::{GlobalPosition, SourceId, StreamPosition};
use crate::domain::hash::ChainHash;
use crate::store::proof::finding::Fault;

/// A row whose link holds.
#[derive(Clone, Copy, Debug)]
pub struct CheckedRow {
    pub stream: i64,
    /// Its place in the stream.
    pub version: StreamPosition,
    /// Its time in microseconds since 1970.
    pub time: Option<i64>,
    /// The clock there.
    pub clock: Option<i64>,
    /// The source that it was imported from.
    pub source: Option<SourceId>,
    /// Its place in the stream within the imported log.
    pub place: Option<u64>,
    pub hash: ChainHash,
}

/// The rows of a range up to its end, or to the first fault.
#[derive(Debug, Default)]
pub struct CheckedStretch {
    /// The stored hash of the link before the first row.
    pub before: Option<ChainHash>,
    /// The rows that hold, in order.
    pub rows: Vec<CheckedRow>,
    /// The fault of the next row.
    pub fault: Option<Fault>,
    /// The sums over the rows that the indexes should have for them.
    pub sums: Sums,
}

/// A mapping in the store, with the data of its link.
#[derive(Clone, Debug)]
pub struct MappingRow {
    pub id: u64,
    /// The source whose events it reads.
    pub source: SourceId,
    /// The imported log that the source is part of.
    pub log: SourceId,
    /// The head when it was given.
    pub head: GlobalPosition,
    pub hash: ChainHash,
    pub(in crate::store) since: i64,
    pub(in crate::store) name: String,
    pub(in crate::store) beginning_bytes: u64,
    pub(in crate::store) beginning_hash: String,
    pub(in crate::store) text: Option<String>,
}

impl MappingRow {
    pub fn link(&self) -> MappingLink<'_> {
        let Self { id, source, log, head, since, name, beginning_bytes, beginning_hash, text, .. } = self;
        MappingLink {
            id: i64::try_from(*id).unwrap_or(i64::MAX),
            source: *source,
            log: *log,
            since: *since,
            head: *head,
            name,
            beginning_bytes: *beginning_bytes,
            beginning_hash,
            text: text.as_deref(),
        }
    }
}

/// Sums over many rows, whatever their order: each row is hashed, and the hashes are added. Equal sums mean equal rows,
/// except for a chance of one in 2⁶⁴: the hash has a new key in each run.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    key: RowHasher,
    /// The rows of `versions`.
    pub versions: RowsDigest,
    /// The rows of `ids`.
    pub ids: RowsDigest,
    /// The rows of `stretches`.
    pub stretches: RowsDigest,
}

/// A number of rows, and the sum of their hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowsDigest {
    /// How many rows.
    pub n: u64,
    hashes: u64,
}

/// Hashes rows, with one key per process.
#[derive(Clone, Debug)]
struct RowHasher(&'static RandomState);

impl Default for RowHasher {
    fn default() -> Self {
        static KEY: std::sync::LazyLock<RandomState> = std::sync::LazyLock::new(RandomState::new);
        Self(&KEY)
    }
}

impl RowsDigest {
    fn add(&mut self, other: Self) {
        self.n += other.n;
        self.hashes = self.hashes.wrapping_add(other.hashes);
    }
}

impl Sums {
    /// Adds the other's sums.
    pub fn add(&mut self, other: &Self) {
        self.versions.add(other.versions);
        self.ids.add(other.ids);
        self.stretches.add(other.stretches);
    }

    /// Adds a row of `versions`.
    pub fn add_version(&mut self, row: [i64; 3]) {
        self.versions.add(RowsDigest { n: 1, hashes: self.key.0.hash_one(row) });
    }

    /// Adds a row of `ids`: the key of an id, and the position of its event.
    pub fn add_id(&mut self, key: &impl Hash, position: i64) {
        self.ids.add(RowsDigest { n: 1, hashes: self.key.0.hash_one((key, position)) });
    }

    /// Adds a row of `stretches`.
    pub fn add_stretch(&mut self, row: [i64; 4]) {
        self.stretches.add(RowsDigest { n: 1, hashes: self.key.0.hash_one(row) });
    }
}
