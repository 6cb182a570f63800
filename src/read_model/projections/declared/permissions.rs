//! The actions and functions that a projection's SQL may use.
//!
//! The functions are listed one by one: a function of a newer SQLite is not allowed before somebody has seen that it
//! gives the same value in every rebuild. `last_insert_rowid()`, `changes()` and `random()` do not.

use rusqlite::hooks::AuthAction;

/// The functions of SQLite that give the same value whenever they get the same arguments, and foldback's own.
const FUNCTIONS: &[&str] = &[
    "->",
    "->>",
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "avg",
    "ceil",
    "ceiling",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "cos",
    "cosh",
    "count",
    "cume_dist",
    "date",
    "datetime",
    "degrees",
    "dense_rank",
    "exp",
    "first_value",
    "floor",
    "format",
    "glob",
    "group_concat",
    "hex",
    "if",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_length",
    "json_each",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_insert",
    "json_object",
    "json_patch",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_tree",
    "json_type",
    "json_valid",
    "julianday",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "max",
    "min",
    "minor",
    "mod",
    "nth_value",
    "ntile",
    "nullif",
    "number",
    "octet_length",
    "percent_rank",
    "pi",
    "pow",
    "power",
    "printf",
    "quote",
    "radians",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "strftime",
    "string_agg",
    "substr",
    "substring",
    "sum",
    "tan",
    "tanh",
    "time",
    "timediff",
    "total",
    "trim",
    "trunc",
    "typeof",
    "unhex",
    "unicode",
    "unixepoch",
    "unlikely",
    "upper",
    "zeroblob",
];

/// The tables that are functions: they give rows out of JSON. SQLite rounds the numbers in these.
const TABLES_OF_JSON: [&str; 2] = ["json_each", "json_tree"];

/// Whether a name is that of a table that gives rows out of JSON.
pub(super) fn is_table_of_json(name: &str) -> bool {
    TABLES_OF_JSON.contains(&name)
}

/// The reason why a statement may not do this, which changes rows of the tables; `None` if it may.
pub(super) fn refusal(action: &AuthAction<'_>, tables: &[String]) -> Option<String> {
    let is_own = |name: &str| tables.iter().any(|own| own.eq_ignore_ascii_case(name));
    match action {
        AuthAction::Select | AuthAction::Recursive => None,
        AuthAction::Read { table_name, .. } if is_own(table_name) || is_table_of_json(table_name) => None,
        AuthAction::Insert { table_name }
        | AuthAction::Update { table_name, .. }
        | AuthAction::Delete { table_name }
            if is_own(table_name) =>
        {
            None
        }
        AuthAction::Read { table_name, .. } => Some(format!("reading {table_name}")),
        AuthAction::Function { function_name } => refused_function(function_name),
        AuthAction::Insert { table_name }
        | AuthAction::Update { table_name, .. }
        | AuthAction::Delete { table_name } => Some(format!("changing {table_name}")),
        _ => Some("anything but INSERT, UPDATE and DELETE".to_owned()),
    }
}

/// The reason why a statement that creates a table may not do this; `None` if it may.
pub(super) fn refusal_in_table(action: &AuthAction<'_>) -> Option<String> {
    match action {
        AuthAction::CreateTable { .. } | AuthAction::CreateIndex { .. } | AuthAction::Reindex { .. } => None,
        AuthAction::Insert { table_name }
        | AuthAction::Update { table_name, .. }
        | AuthAction::Delete { table_name }
        | AuthAction::Read { table_name, .. }
            if table_name.starts_with("sqlite_") =>
        {
            None
        }
        // Checks and generated columns read the table that is being created.
        AuthAction::Read { .. } => None,
        // A reader of the tables would have to know foldback's own functions.
        AuthAction::Function { function_name: function_name @ ("number" | "minor") } => {
            Some(format!("{function_name}() in a table"))
        }
        AuthAction::Function { function_name } => refused_function(function_name),
        AuthAction::Select => Some("CREATE TABLE … AS SELECT".to_owned()),
        _ => Some("anything but CREATE TABLE".to_owned()),
    }
}

fn refused_function(name: &str) -> Option<String> {
    (!FUNCTIONS.contains(&name.to_ascii_lowercase().as_str())).then(|| format!("{name}()"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_listed_in_order_and_none_of_them_is_of_the_clock_or_of_chance() {
        assert!(FUNCTIONS.is_sorted());
        for name in [
            "random",
            "randomblob",
            "last_insert_rowid",
            "changes",
            "total_changes",
            "current_timestamp",
            "CURRENT_TIME",
            "load_extension",
            "sqlite_version",
            "fts3_tokenizer",
            "as_of",
        ] {
            assert_eq!(refused_function(name), Some(format!("{name}()")), "{name}");
        }
        assert_eq!(refused_function("UPPER"), None);
    }
}
