//! The tables, triggers and views by which a projection's tables answer as of any position.
//!
//! A table `t` of a person's own has two tables beside it: `t keys`, each key that there ever was, and `t history`, the
//! last row of each key at each position that changed it. Triggers fill both. The position is that of the event being
//! projected. In questions the view `t` takes the place of the table: at the checkpoint it reads the table, otherwise
//! the newest row of each key.

use crate::read_model::projections::declared::table::{DeclaredColumn, DeclaredTable};

/// The function that gives the position of the event being projected, for the triggers.
pub(in crate::read_model) const POSITION_FUNCTION: &str = "projected_position";

/// The column of a history with the position from which a row holds. It has a space, which no column of a person's
/// has to avoid.
pub(in crate::read_model) const FROM_POSITION: &str = "from position";

/// The column of a history that marks deleted rows.
const IS_DELETED: &str = "is deleted";

/// The name of a table's history.
pub(in crate::read_model) fn history_of(table: &str) -> String {
    format!("{table} history")
}

/// The name of the table with the keys of a table.
pub(in crate::read_model) fn keys_of(table: &str) -> String {
    format!("{table} keys")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The columns, each written by a function, with commas.
fn list<'c>(
    columns: impl IntoIterator<Item = &'c DeclaredColumn>,
    write: impl Fn(&DeclaredColumn) -> String,
) -> String {
    columns.into_iter().map(write).collect::<Vec<_>>().join(", ")
}

/// The columns with `prefix` before each name.
fn named<'c>(columns: impl IntoIterator<Item = &'c DeclaredColumn>, prefix: &str) -> String {
    list(columns, |column| format!("{prefix}{}", quoted(&column.name)))
}

/// Conditions that the keys of two rows are equal.
fn same_key(table: &DeclaredTable, a: &str, b: &str) -> String {
    let equal = |column: &DeclaredColumn| {
        let name = quoted(&column.name);
        format!("{a}.{name} = {b}.{name}")
    };
    table.key().map(equal).collect::<Vec<_>>().join(" AND ")
}

/// The statements that create a table with its keys, its history and its triggers.
pub(super) fn schema(table: &DeclaredTable) -> String {
    let (name, keys, history) =
        (quoted(&table.name), quoted(&keys_of(&table.name)), quoted(&history_of(&table.name)));
    let trigger = |what: &str| quoted(&format!("{} {what}", table.name));
    let key = named(table.key(), "");
    let typed = |column: &DeclaredColumn| {
        format!("{} {} COLLATE {}", quoted(&column.name), column.affinity, quoted(&column.collation))
    };
    let (position, deleted) = (quoted(FROM_POSITION), quoted(IS_DELETED));
    let new_key =
        format!("INSERT INTO {keys} ({key}) VALUES ({}) ON CONFLICT DO NOTHING;", named(table.key(), "NEW."));
    let new_row = format!(
        "INSERT INTO {history} ({position}, {deleted}, {}) VALUES ({POSITION_FUNCTION}(), 0, {}) ON CONFLICT DO UPDATE \
         SET {deleted} = 0, {};",
        named(&table.columns, ""),
        named(&table.columns, "NEW."),
        list(&table.columns, |column| format!("{0} = excluded.{0}", quoted(&column.name))),
    );
    // An upsert, because the OR IGNORE of a person's statement would hold for an OR REPLACE in a trigger.
    let no_row = |condition: &str| {
        let forgotten = table.values().map(|column| format!(", {} = NULL", quoted(&column.name)));
        let forgotten = forgotten.collect::<String>();
        format!(
            "INSERT INTO {history} ({position}, {deleted}, {key}) SELECT {POSITION_FUNCTION}(), 1, {} WHERE {condition} ON \
             CONFLICT DO UPDATE SET {deleted} = 1{forgotten};",
            named(table.key(), "OLD."),
        )
    };
    let has_other_key = table.key().map(|column| format!("OLD.{0} IS NOT NEW.{0}", quoted(&column.name)));
    let has_other_key = has_other_key.collect::<Vec<_>>().join(" OR ");
    format!(
        "{}
;
CREATE TABLE {keys} ({}, PRIMARY KEY ({key})) WITHOUT ROWID;
CREATE TABLE {history} ({position} INTEGER NOT NULL, {deleted} INTEGER NOT NULL, {}, PRIMARY KEY ({key}, {position})) WITHOUT ROWID;
CREATE TRIGGER {} AFTER INSERT ON {name} BEGIN {new_key} {new_row} END;
CREATE TRIGGER {} AFTER UPDATE ON {name} BEGIN {} {new_key} {new_row} END;
CREATE TRIGGER {} AFTER DELETE ON {name} BEGIN {} END;
",
        table.create,
        list(table.key(), typed),
        list(&table.columns, typed),
        trigger("inserted"),
        trigger("updated"),
        no_row(&has_other_key),
        trigger("deleted"),
        no_row("true"),
    )
}

/// The statement that creates the view of a table, for questions. It is temporary, so that it comes before the table.
pub(in crate::read_model) fn view(table: &DeclaredTable) -> String {
    let (name, keys, history) =
        (quoted(&table.name), quoted(&keys_of(&table.name)), quoted(&history_of(&table.name)));
    let position = quoted(FROM_POSITION);
    // A key is looked up in the keys. If letters may differ in case, the row has the newest spelling.
    let past = list(&table.columns, |column| {
        let source = if column.is_key && column.collation.eq_ignore_ascii_case("binary") { "k" } else { "h" };
        format!("{source}.{}", quoted(&column.name))
    });
    format!(
        "CREATE TEMP VIEW {name} ({columns}) AS
SELECT {columns} FROM main.{name} WHERE is_at_checkpoint()
UNION ALL
SELECT {past} FROM main.{keys} AS k CROSS JOIN main.{history} AS h
ON {} AND h.{position} = (
    SELECT max(e.{position}) FROM main.{history} AS e WHERE {} AND e.{position} <= as_of()
)
WHERE NOT is_at_checkpoint() AND NOT h.{}",
        same_key(table, "h", "k"),
        same_key(table, "e", "k"),
        quoted(IS_DELETED),
        columns = named(&table.columns, ""),
    )
}
