//! Our own log in one SQLite file.
