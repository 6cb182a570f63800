//! Documentation of the tables and views: the comments in the SQL that creates them.

use std::fmt;

use crate::read_model::engine::layout::SCHEMA;
use crate::read_model::projections::declared::history::{self, history_of, keys_of};
use crate::read_model::projections::declared::table::DeclaredTable;
use crate::read_model::projections::list::Projections;
use crate::read_model::questions::sql::events::EVENTS_VIEW;

/// The kind of a statement, by what it creates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaItemKind {
    /// A view, as of the position of the question.
    View,
    Table,
    /// A function that questions may call.
    Function,
}

impl fmt::Display for SchemaItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::View => "view",
            Self::Table => "table",
            Self::Function => "function",
        })
    }
}

/// A table, a view or a function with its documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaItem {
    pub kind: SchemaItemKind,
    pub name: String,
    /// The comment before it, without comment marks, one line per line; empty if there is none.
    pub comment: String,
    /// The statement that creates it, without the semicolon.
    pub statement: String,
}

/// The documentation of a read model with these projections: the views, of which the projections' are first, then the
/// projections' tables, then the engine's own.
pub fn documentation(projections: &Projections) -> Vec<SchemaItem> {
    let projected: Vec<_> =
        projections.bundled().iter().flat_map(|projection| split(projection.schema())).collect();
    let all = projected.into_iter().chain(split(EVENTS_VIEW)).chain(split(SCHEMA));
    let (views, tables): (Vec<_>, Vec<_>) = all.partition(|made| made.kind == SchemaItemKind::View);
    let (declared, histories): (Vec<_>, Vec<_>) = projections.declared_tables().map(of_declared).unzip();
    declared.into_iter().chain(views).chain(tables).chain(histories.into_iter().flatten()).collect()
}

/// The documentation of a declared projection's table: the view that questions see, and the tables after it.
fn of_declared(table: &DeclaredTable) -> (SchemaItem, [SchemaItem; 2]) {
    let item = |kind, name: String, comment: String, statement: String| SchemaItem {
        kind,
        name,
        comment,
        statement,
    };
    let internal = |name: String, comment: &str| {
        let comment = format!("{comment} of {}.", table.name);
        let statement = format!("CREATE TABLE \"{name}\"");
        item(SchemaItemKind::Table, name, comment, statement)
    };
    let temporary = format!("CREATE TEMP VIEW \"{}\"", table.name);
    let view = history::view(table).replacen(&temporary, &format!("CREATE VIEW {}", table.name), 1);
    let own = item(SchemaItemKind::View, table.name.clone(), table.comment.clone(), view);
    let keys = internal(keys_of(&table.name), "The keys that there ever were");
    (own, [keys, internal(history_of(&table.name), "The rows from each position on")])
}

/// The functions that questions may call in addition to SQLite's; the statement of each is its call.
pub fn functions() -> [SchemaItem; 2] {
    let function = |name: &str, call: &str, comment: &str| SchemaItem {
        kind: SchemaItemKind::Function,
        name: name.to_owned(),
        comment: comment.to_owned(),
        statement: call.to_owned(),
    };
    [
        function("as_of", "as_of()", "The position as of which the views answer."),
        function(
            "money",
            "money(minor_units, currency)",
            "An amount as text, as screens show it: money(125000, 'EUR') is '1,250.00 EUR'. Without a currency, 1,250: plain\n\
             units. NULL where minor_units is NULL or not a whole number.",
        ),
    ]
}

/// The tables and views that an SQL text creates. The text is ours: statements end with a semicolon, there are no
/// triggers, which contain semicolons, and comments have lines of their own, with two dashes.
pub fn split(text: &str) -> Vec<SchemaItem> {
    let mut made = Vec::new();
    let (mut comment, mut statement) = (Vec::new(), String::new());
    for line in text.lines() {
        if statement.is_empty() {
            match line.trim().strip_prefix("--") {
                Some(words) => comment.push(words.trim().to_owned()),
                // A comment followed by a blank line is about the whole text.
                None if line.trim().is_empty() => comment.clear(),
                None => statement.push_str(line),
            }
        } else {
            statement.push('\n');
            statement.push_str(line);
        }
        if is_whole(&statement) {
            let whole = statement.trim_end().trim_end_matches(';');
            made.extend(kind_and_name(whole).map(|(kind, name)| SchemaItem {
                kind,
                name,
                comment: comment.join("\n"),
                statement: whole.to_owned(),
            }));
            comment.clear();
            statement.clear();
        }
    }
    made
}

/// Whether the text ends with a semicolon outside of quotes.
fn is_whole(statement: &str) -> bool {
    statement.trim_end().ends_with(';') && statement.matches('\'').count().is_multiple_of(2)
}

fn kind_and_name(statement: &str) -> Option<(SchemaItemKind, String)> {
    let mut words = statement.split(|c: char| c.is_whitespace() || c == '(').filter(|word| !word.is_empty());
    if words.next() != Some("CREATE") {
        return None;
    }
    let kind = match words.next()? {
        "VIEW" => SchemaItemKind::View,
        "TABLE" => SchemaItemKind::Table,
        _ => return None,
    };
    Some((kind, words.next()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::Aggregates;

    #[test]
    fn a_comment_belongs_to_the_statement_that_follows_it_at_once() {
        let text = "-- About all.\n\n-- One;\n-- and on.\nCREATE TABLE a (\n    b TEXT DEFAULT ';\n'\n) STRICT;\n\
                    INSERT INTO a VALUES (1);\n-- An index.\nCREATE INDEX i ON a (b);\nCREATE VIEW v (x) AS\nSELECT 1;\n";
        let documented = |kind, name: &str, comment: &str, statement: &str| SchemaItem {
            kind,
            name: name.to_owned(),
            comment: comment.to_owned(),
            statement: statement.to_owned(),
        };
        let table = "CREATE TABLE a (\n    b TEXT DEFAULT ';\n'\n) STRICT";
        let expected = [
            documented(SchemaItemKind::Table, "a", "One;\nand on.", table),
            documented(SchemaItemKind::View, "v", "", "CREATE VIEW v (x) AS\nSELECT 1"),
        ];
        assert_eq!(split(text), expected);
    }

    #[test]
    fn every_table_and_view_is_documented() {
        let all = documentation(&Projections::of(&Aggregates::bank()));
        assert!(all.iter().any(|made| (made.kind, made.name.as_str()) == (SchemaItemKind::View, "accounts")));
        for made in all {
            assert!(made.comment.ends_with('.'), "{} has no comment in front of it", made.name);
        }
    }
}
