//! The tables of a person's own, as they are in a database.

use rusqlite::Connection;

/// A table of a person's own.
#[derive(Clone, Debug)]
pub struct DeclaredTable {
    pub(in crate::read_model) name: String,
    pub(in crate::read_model) columns: Vec<DeclaredColumn>,
    /// The comment before its statement.
    pub(in crate::read_model) comment: String,
    /// The statement that creates it.
    pub(in crate::read_model) create: String,
}

/// A column of such a table.
#[derive(Clone, Debug)]
pub(in crate::read_model) struct DeclaredColumn {
    pub(in crate::read_model) name: String,
    /// The type name with the affinity of its own type.
    pub(in crate::read_model) affinity: &'static str,
    pub(in crate::read_model) collation: String,
    pub(in crate::read_model) is_key: bool,
}

impl DeclaredTable {
    pub(super) fn key(&self) -> impl Iterator<Item = &DeclaredColumn> {
        self.columns.iter().filter(|column| column.is_key)
    }

    /// The columns that are not in the key.
    pub(super) fn values(&self) -> impl Iterator<Item = &DeclaredColumn> {
        self.columns.iter().filter(|column| !column.is_key)
    }
}

/// A column as it is in the database.
pub(super) struct ReadColumn {
    pub(super) column: DeclaredColumn,
    /// Whether it is a generated column, or its default is more than a literal.
    pub(super) is_computed: bool,
}

/// The columns of a table.
///
/// # Errors
/// Errors of SQLite.
pub(super) fn columns_of(connection: &Connection, table: &str) -> rusqlite::Result<Vec<ReadColumn>> {
    let is_strict: bool =
        connection
            .query_row("SELECT strict FROM pragma_table_list WHERE name = ?1", [table], |row| row.get(0))?;
    let mut select = connection
        .prepare("SELECT name, type, pk, dflt_value, hidden FROM pragma_table_xinfo(?1) ORDER BY cid")?;
    let mut columns = Vec::new();
    let mut rows = select.query([table])?;
    while let Some(row) = rows.next()? {
        let (name, declared): (String, String) = (row.get(0)?, row.get(1)?);
        let (key, default, hidden): (i64, Option<String>, i64) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let (_, collation, ..) = connection.column_metadata(None, table, name.as_str())?;
        let collation =
            collation.map_or_else(|| "BINARY".to_owned(), |name| name.to_string_lossy().into_owned());
        let affinity = affinity(&declared, is_strict);
        let is_computed = hidden != 0 || default.is_some_and(|default| is_computed(&default));
        let column = DeclaredColumn { name, affinity, collation, is_key: key > 0 };
        columns.push(ReadColumn { column, is_computed });
    }
    Ok(columns)
}

/// Whether a default is more than a literal.
fn is_computed(default: &str) -> bool {
    let is_text = default.starts_with(['\'', '"']);
    !is_text && (default.contains('(') || default.to_ascii_uppercase().starts_with("CURRENT_"))
}

/// The name of a type with the same affinity as a declared one, by SQLite's rules.
fn affinity(declared: &str, is_strict: bool) -> &'static str {
    let declared = declared.to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| declared.contains(part));
    if is_strict && declared == "ANY" {
        return "BLOB";
    }
    if has(&["INT"]) {
        "INTEGER"
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        "TEXT"
    } else if declared.is_empty() || has(&["BLOB"]) {
        "BLOB"
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        "REAL"
    } else {
        "NUMERIC"
    }
}
