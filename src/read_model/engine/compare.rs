//! Comparison of two generations, table by table and row by row.

use std::cmp::Ordering;

use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Statement};

use crate::cancel::{Cancel, Cancelled};
use crate::read_model::engine::differences::{NamedRow, OtherValues, TableDifference, UnmatchedRows};
use crate::read_model::engine::layout::SCHEMA;
use crate::read_model::projections::declared::history::{FROM_POSITION, history_of};
use crate::read_model::questions::sql::confined::value;
use crate::read_model::rows::Value;
use crate::read_model::rows::columns::ColumnMeaning;

/// Rows compared between two checks for cancellation: well under a millisecond of work.
const N_ROWS_A_LOOK: u64 = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComparisonProgress {
    /// Rows read so far.
    pub n_rows: u64,
    /// Rows to read: those of all tables of the live generation; if any differs, also those of the views, and once more
    /// those that differ.
    pub n_rows_all: u64,
}

/// Why a comparison of two generations did not end.
#[derive(Debug)]
pub(in crate::read_model) enum Trouble {
    /// It was cancelled.
    Cancelled,
    /// The live one could not be read.
    Live(rusqlite::Error),
    /// The new one could not be read.
    New(rusqlite::Error),
}

/// A source of rows on both sides: a view, or a table that only grows.
#[derive(Debug)]
struct ComparedSource {
    name: String,
    /// The columns in the order of comparison.
    columns: Vec<String>,
    /// Number of leading columns that identify a row; `None` for a view, which has no declared key.
    n_key: Option<usize>,
}

/// Compares all views, and all tables that only grow, of two generations at the same checkpoint. The new one's schema
/// decides which there are. (Tables of the present are compared through their views.) If all tables are equal, the
/// views need not be read. Both connections have to be in a transaction and to have the functions that views need. Rows
/// are streamed from both sides; equal rows are not copied. `columns` are the meanings of columns, for the words of the
/// differences.
pub(in crate::read_model) fn compare(
    live: &Connection,
    new: &Connection,
    columns: &[ColumnMeaning],
    cancel: &Cancel,
    progress: &mut dyn FnMut(&ComparisonProgress),
) -> Result<Vec<TableDifference>, Trouble> {
    let mut look = RowCounter {
        cancel,
        progress,
        so_far: ComparisonProgress { n_rows: 0, n_rows_all: 0 },
        n_unlooked: 0,
    };
    let sources = sources(new).map_err(Trouble::New)?;
    // A missing view is damage, whatever the tables contain.
    sources.iter().try_for_each(|source| source.prepare(live).map(drop)).map_err(Trouble::Live)?;
    if rows_are_alike(live, new, &mut look)? {
        return Ok(Vec::new());
    }
    let counts = counts(live, &sources, &mut look)?;
    let mut differences = Vec::new();
    for (source, n) in sources.iter().zip(counts) {
        let n_before = look.so_far.n_rows;
        if !are_alike(live, new, source, &mut look)? {
            // They are read once more; and, if the key is not known, once on either side before that.
            let n_times = if source.n_key.is_some() { 1 } else { 3 };
            let n_unread = n.saturating_sub(look.so_far.n_rows - n_before);
            look.so_far.n_rows_all = look.so_far.n_rows_all - n_unread + n * n_times;
            let n_key = match source.n_key {
                Some(n_key) => n_key,
                None => n_key(live, source, Trouble::Live, &mut look)?.max(n_key(
                    new,
                    source,
                    Trouble::New,
                    &mut look,
                )?),
            };
            let difference = difference(live, new, source, n_key, &mut look)?;
            differences.push(TableDifference { columns: columns.to_vec(), ..difference });
        }
    }
    Ok(differences)
}

/// Whether the tables of all projections are equal on both sides: then all views are, too. That is the usual case and
/// takes a tenth of the time of comparing views, which look up names, format times and are sorted.
fn rows_are_alike(live: &Connection, new: &Connection, look: &mut RowCounter<'_>) -> Result<bool, Trouble> {
    if definitions(live).map_err(Trouble::Live)? != definitions(new).map_err(Trouble::New)? {
        return Ok(false);
    }
    let written = written(new).map_err(Trouble::New)?;
    counts(live, &written, look)?;
    for source in &written {
        if !are_alike(live, new, source, look)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Number of rows of each source in the live generation: as many more have to be read.
fn counts(
    live: &Connection,
    sources: &[ComparedSource],
    look: &mut RowCounter<'_>,
) -> Result<Vec<u64>, Trouble> {
    let count = |source: &ComparedSource| {
        let count = format!("SELECT count(*) FROM {}", quoted(&source.name));
        let n: i64 = live.query_row(&count, [], |row| row.get(0))?;
        Ok(u64::try_from(n).unwrap_or(0))
    };
    let counts = sources.iter().map(count).collect::<rusqlite::Result<Vec<u64>>>().map_err(Trouble::Live)?;
    look.so_far.n_rows_all = look.so_far.n_rows + counts.iter().sum::<u64>();
    Ok(counts)
}

/// Checks from time to time whether to stop.
struct RowCounter<'a> {
    cancel: &'a Cancel,
    progress: &'a mut dyn FnMut(&ComparisonProgress),
    so_far: ComparisonProgress,
    n_unlooked: u64,
}

impl RowCounter<'_> {
    /// Counts one more row.
    fn row(&mut self) -> Result<(), Trouble> {
        self.so_far.n_rows = self.so_far.n_rows_all.min(self.so_far.n_rows + 1);
        self.n_unlooked += 1;
        if self.n_unlooked < N_ROWS_A_LOOK {
            return Ok(());
        }
        self.n_unlooked = 0;
        (self.progress)(&self.so_far);
        self.cancel.check().map_err(|Cancelled| Trouble::Cancelled)
    }
}

/// The table that also has entries for events after the checkpoint; its view is compared instead.
const NOT_COMPARED: &str = "skipped_events";

/// The tables of all projections, and the views over the engine's own tables.
fn written(connection: &Connection) -> rusqlite::Result<Vec<ComparedSource>> {
    let is_of_every = |kind: &str, name: &str| SCHEMA.contains(&format!("CREATE {kind} {name} "));
    let mut all = all_sources(connection)?;
    all.retain(|source| match source.n_key {
        Some(_) => !is_of_every("TABLE", &source.name),
        None => is_of_every("VIEW", &source.name),
    });
    Ok(all)
}

/// The statements of all tables and views.
fn definitions(connection: &Connection) -> rusqlite::Result<Vec<Option<String>>> {
    let mut select = connection.prepare("SELECT sql FROM sqlite_schema ORDER BY name")?;
    select.query_map([], |row| row.get(0))?.collect()
}

/// The views, the tables that only grow, which have a position in their key, and the tables of declared projections, which
/// have a history.
fn sources(connection: &Connection) -> rusqlite::Result<Vec<ComparedSource>> {
    let mut all = all_sources(connection)?;
    let is_position = |column: &String| column == "position" || column == FROM_POSITION;
    let only_grows = |source: &ComparedSource, n_key| source.columns.iter().take(n_key).any(is_position);
    let names: Vec<String> = all.iter().map(|source| source.name.clone()).collect();
    let has_history = |source: &ComparedSource| names.contains(&history_of(&source.name));
    all.retain(|source| source.n_key.is_none_or(|n_key| only_grows(source, n_key) || has_history(source)));
    Ok(all)
}

fn all_sources(connection: &Connection) -> rusqlite::Result<Vec<ComparedSource>> {
    let mut select = connection.prepare(
        "SELECT name, type = 'view' FROM sqlite_schema
         WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' AND name <> ?1 ORDER BY type DESC, name",
    )?;
    let all = select.query_map([NOT_COMPARED], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let all = all.collect::<rusqlite::Result<Vec<(String, bool)>>>()?;
    let mut sources = Vec::new();
    for (name, is_view) in all {
        let mut select =
            connection.prepare("SELECT name, pk FROM pragma_table_xinfo(?1) ORDER BY pk = 0, pk, cid")?;
        let columns = select.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let columns = columns.collect::<rusqlite::Result<Vec<(String, i64)>>>()?;
        let n_key = columns.iter().filter(|(_, pk)| *pk > 0).count();
        let n_key = (!is_view).then_some(n_key);
        sources.push(ComparedSource {
            name,
            n_key,
            columns: columns.into_iter().map(|(name, _)| name).collect(),
        });
    }
    Ok(sources)
}

impl ComparedSource {
    fn prepare<'c>(&self, connection: &'c Connection) -> rusqlite::Result<Statement<'c>> {
        let columns: Vec<String> = self.columns.iter().map(|name| quoted(name)).collect();
        let order: Vec<String> = (1..=columns.len()).map(|n| n.to_string()).collect();
        let (columns, order) = (columns.join(", "), order.join(", "));
        connection.prepare(&format!("SELECT {columns} FROM {} ORDER BY {order}", quoted(&self.name)))
    }

    fn named(&self, row: &Row<'_>) -> rusqlite::Result<NamedRow> {
        let named = |(at, name): (usize, &String)| Ok((name.clone(), value(row.get_ref(at)?)));
        self.columns.iter().enumerate().map(named).collect()
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Whether both have the same rows. Nothing is copied.
fn are_alike(
    live: &Connection,
    new: &Connection,
    source: &ComparedSource,
    look: &mut RowCounter<'_>,
) -> Result<bool, Trouble> {
    let mut live = source.prepare(live).map_err(Trouble::Live)?;
    let mut new = source.prepare(new).map_err(Trouble::New)?;
    let mut live = live.query([]).map_err(Trouble::Live)?;
    let mut new = new.query([]).map_err(Trouble::New)?;
    loop {
        let (a, b) = (live.next().map_err(Trouble::Live)?, new.next().map_err(Trouble::New)?);
        match (a, b) {
            (None, None) => return Ok(true),
            (Some(a), Some(b)) if first_other(a, b, source.columns.len())?.is_none() => look.row()?,
            _ => return Ok(false),
        }
    }
}

/// The first column whose values differ.
fn first_other(live: &Row<'_>, new: &Row<'_>, n_columns: usize) -> Result<Option<usize>, Trouble> {
    for column in 0..n_columns {
        let live = live.get_ref(column).map_err(Trouble::Live)?;
        if live != new.get_ref(column).map_err(Trouble::New)? {
            return Ok(Some(column));
        }
    }
    Ok(None)
}

/// Number of leading columns that identify a row: one more than any two rows have in common. The rows are sorted by
/// their columns, so the most similar ones are neighbours.
fn n_key(
    connection: &Connection,
    source: &ComparedSource,
    trouble: impl Fn(rusqlite::Error) -> Trouble + Copy,
    look: &mut RowCounter<'_>,
) -> Result<usize, Trouble> {
    let mut select = source.prepare(connection).map_err(trouble)?;
    let mut rows = select.query([]).map_err(trouble)?;
    let mut before: Vec<Value> = Vec::new();
    let mut n_common_max = 0;
    while let Some(row) = rows.next().map_err(trouble)? {
        look.row()?;
        let values = (0..source.columns.len()).map(|column| Ok(value(row.get_ref(column)?)));
        let values = values.collect::<rusqlite::Result<Vec<_>>>().map_err(trouble)?;
        let n_common = before.iter().zip(&values).take_while(|(a, b)| a == b).count();
        n_common_max = n_common_max.max(n_common);
        before = values;
    }
    Ok((n_common_max + 1).min(source.columns.len()))
}

/// The difference between two tables, whose rows both come in order.
fn difference(
    live: &Connection,
    new: &Connection,
    source: &ComparedSource,
    n_key: usize,
    look: &mut RowCounter<'_>,
) -> Result<TableDifference, Trouble> {
    let mut live = source.prepare(live).map_err(Trouble::Live)?;
    let mut new = source.prepare(new).map_err(Trouble::New)?;
    let mut live = live.query([]).map_err(Trouble::Live)?;
    let mut new = new.query([]).map_err(Trouble::New)?;
    live.advance().map_err(Trouble::Live)?;
    new.advance().map_err(Trouble::New)?;
    let table = source.name.clone();
    let (columns, only_live, only_new, other_values) = (Vec::new(), None, None, None);
    let mut found = TableDifference { table, n_key, columns, only_live, only_new, other_values };
    loop {
        look.row()?;
        let order = match (live.get(), new.get()) {
            (None, None) => return Ok(found),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => key_order(a, b, n_key)?,
        };
        match (order, live.get(), new.get()) {
            (Ordering::Less, Some(row), _) => {
                count_only(&mut found.only_live, || source.named(row)).map_err(Trouble::Live)?;
            }
            (Ordering::Greater, _, Some(row)) => {
                count_only(&mut found.only_new, || source.named(row)).map_err(Trouble::New)?;
            }
            (_, Some(a), Some(b)) => count_other(&mut found.other_values, a, b, source)?,
            _ => {}
        }
        if order.is_le() {
            live.advance().map_err(Trouble::Live)?;
        }
        if order.is_ge() {
            new.advance().map_err(Trouble::New)?;
        }
    }
}

fn count_only(
    only: &mut Option<UnmatchedRows>,
    row: impl FnOnce() -> rusqlite::Result<NamedRow>,
) -> rusqlite::Result<()> {
    match only {
        Some(only) => only.n_rows += 1,
        None => *only = Some(UnmatchedRows { n_rows: 1, first: row()? }),
    }
    Ok(())
}

fn count_other(
    other: &mut Option<OtherValues>,
    live: &Row<'_>,
    new: &Row<'_>,
    source: &ComparedSource,
) -> Result<(), Trouble> {
    if first_other(live, new, source.columns.len())?.is_none() {
        return Ok(());
    }
    if let Some(other) = other {
        other.n_rows += 1;
        return Ok(());
    }
    let live = source.named(live).map_err(Trouble::Live)?;
    let new = source.named(new).map_err(Trouble::New)?;
    let differs = live.iter().zip(&new).filter(|(a, b)| a != b);
    let columns = differs.map(|((name, _), _)| name.clone()).collect();
    *other = Some(OtherValues { n_rows: 1, live, new, columns });
    Ok(())
}

fn key_order(live: &Row<'_>, new: &Row<'_>, n_key: usize) -> Result<Ordering, Trouble> {
    for column in 0..n_key {
        let live = live.get_ref(column).map_err(Trouble::Live)?;
        let order = order(live, new.get_ref(column).map_err(Trouble::New)?);
        if order.is_ne() {
            return Ok(order);
        }
    }
    Ok(Ordering::Equal)
}

/// The order in which SQLite sorts: NULL, numbers, text by its bytes, blobs.
fn order(a: ValueRef<'_>, b: ValueRef<'_>) -> Ordering {
    let class = |value: &ValueRef<'_>| match value {
        ValueRef::Null => 0,
        ValueRef::Integer(_) | ValueRef::Real(_) => 1,
        ValueRef::Text(_) => 2,
        ValueRef::Blob(_) => 3,
    };
    match (a, b) {
        (ValueRef::Integer(a), ValueRef::Integer(b)) => a.cmp(&b),
        (ValueRef::Text(a), ValueRef::Text(b)) | (ValueRef::Blob(a), ValueRef::Blob(b)) => a.cmp(b),
        (ValueRef::Real(a), ValueRef::Real(b)) => a.total_cmp(&b),
        (ValueRef::Integer(a), ValueRef::Real(b)) => (a as f64).total_cmp(&b),
        (ValueRef::Real(a), ValueRef::Integer(b)) => a.total_cmp(&(b as f64)),
        (a, b) => class(&a).cmp(&class(&b)),
    }
}
