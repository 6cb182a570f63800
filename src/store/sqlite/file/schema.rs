//! The schema of a store, and what marks a file as one.

/// The application id that marks an SQLite file as a store of foldback: "fold".
pub const APPLICATION_ID: i32 = 0x666f_6c64;

/// The schema version that this foldback reads and writes.
pub const SCHEMA_VERSION: i32 = 3;

/// The statements that create a store.
pub(in crate::store::sqlite) const SCHEMA: &str = include_str!("schema.sql");
