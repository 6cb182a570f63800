//! The view `events` of questions in SQL: the log itself, up to the position of the answers.
//!
//! No payload is copied. The log is attached to the connection of a question that names `events`, under a name that
//! nobody can guess: a question may read the view, but not the tables after it, which have later events too.

use anyhow::Result;
use rusqlite::Connection;

use crate::read_model::questions::sql::confined::N_SQL_BYTES_MAX;
use crate::store::clock;
use crate::store::log::event_views::{EventViews, NAMED_STREAM};
use crate::store::log::{LogIdentity, LogReader};

/// The name of the view.
const EVENTS: &str = "events";

/// The view with its documentation.
pub(in crate::read_model) const EVENTS_VIEW: &str = include_str!("events.sql");

/// The view's source, in its statement.
const SOURCE: &str = "events_of_log";

/// Adds the view `events`, if the question names it. The log's reader has to be dropped after the connection.
///
/// # Errors
/// The log cannot be read.
pub(super) fn attach(
    connection: &Connection,
    sql: &str,
    log: &LogIdentity,
) -> Result<Option<Box<dyn LogReader>>> {
    let (true, Some(attach_events)) = (names_events(sql), log.attach_events) else { return Ok(None) };
    let id = clock::new_id().simple().to_string();
    let name = |what: &str| format!("{what}_{id}");
    let views = EventViews {
        database: name("log"),
        in_order: name("events_in_order"),
        by_stream: name("events_by_stream"),
    };
    // Temporary views are not written to any file; the setting is for all of the connection all the same.
    connection.pragma_update(None, "query_only", false)?;
    let reader = attach_events(log, connection, &views)?;
    create_view(connection, &views.by_stream)?;
    if !is_about_named_streams(connection, sql) {
        connection.execute_batch("DROP VIEW temp.events")?;
        create_view(connection, &views.in_order)?;
    }
    connection.pragma_update(None, "query_only", true)?;
    Ok(Some(reader))
}

/// Whether `events` is among the words of a question, which is short enough to be asked.
fn names_events(sql: &str) -> bool {
    sql.len() <= N_SQL_BYTES_MAX
        && sql.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word.eq_ignore_ascii_case(EVENTS))
}

fn create_view(connection: &Connection, source: &str) -> rusqlite::Result<()> {
    let create = EVENTS_VIEW.replace("CREATE VIEW", "CREATE TEMP VIEW");
    connection.execute_batch(&create.replace(SOURCE, source))
}

/// Whether SQLite would find events by the names of their streams. A question that cannot be prepared is not about any.
fn is_about_named_streams(connection: &Connection, sql: &str) -> bool {
    let first_word = sql.split_whitespace().next().unwrap_or_default();
    let explains_itself = first_word.eq_ignore_ascii_case("EXPLAIN");
    let plan_of = if explains_itself { sql.to_owned() } else { format!("EXPLAIN QUERY PLAN {sql}") };
    let plan = || -> rusqlite::Result<Vec<String>> {
        let mut explain = connection.prepare(&plan_of)?;
        explain.query_map([], |row| row.get(3))?.collect()
    };
    let search = format!("SEARCH {NAMED_STREAM} ");
    plan().is_ok_and(|steps| steps.iter().any(|step| step.starts_with(&search) && step.ends_with("(name=?)")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_is_found_among_the_words_of_a_question() {
        for sql in [
            "SELECT * FROM events",
            "select 1 from main.EVENTS;",
            "WITH x AS (SELECT 1 FROM\"events\") SELECT 1",
        ] {
            assert!(names_events(sql), "{sql}");
        }
        for sql in ["SELECT * FROM accounts", "SELECT * FROM skipped_events", "SELECT events_2 FROM t", ""] {
            assert!(!names_events(sql), "{sql}");
        }
    }
}
