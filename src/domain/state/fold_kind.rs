//! The kind of a fold: how events become a state.

use serde::Serialize;

/// How events become a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FoldKind {
    /// By a fold that foldback brings along.
    #[default]
    Typed,
    /// By merging the data of the events: nobody said what they mean.
    Merged,
    /// By the expressions of a domain file.
    Declared,
}
