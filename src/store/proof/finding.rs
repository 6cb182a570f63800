//! The checks of a log, and what each finds.

use std::fmt;

use crate::domain::event::GlobalPosition;

/// A check of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The file, by SQLite's own check.
    File,
    /// Every link: positions, versions, clock and hashes.
    Chain,
    /// The index from versions to events.
    Versions,
    /// The index from ids to events, in which each id has one event.
    Ids,
    /// The index by which imported events are recognised.
    Origins,
    /// A receipt, beside the store or kept elsewhere.
    Receipt,
    /// That no event of a pair that a command made lacks its counterpart; with the name that the aggregate gives them.
    Pairs(&'static str),
    /// The read model, against a fresh projection.
    ReadModel,
    /// The snapshots, against a full replay.
    Snapshots,
}

impl Check {
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Chain => "chain",
            Self::Versions => "versions",
            Self::Ids => "ids",
            Self::Origins => "origins",
            Self::Receipt => "receipt",
            Self::Pairs(name) => name,
            Self::ReadModel => "read model",
            Self::Snapshots => "snapshots",
        }
    }
}

/// A fault in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The first position at which it shows; `None` if it belongs to no event.
    pub position: Option<GlobalPosition>,
    /// The expected value.
    pub expected: String,
    /// The actual value.
    pub found: String,
}

impl Fault {
    /// A fault at a position.
    pub fn at(position: GlobalPosition, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { position: Some(position), expected: expected.into(), found: found.into() }
    }

    /// A fault that belongs to no event.
    pub fn outside(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { position: None, expected: expected.into(), found: found.into() }
    }

    /// A fault: something cannot be read, at a position or outside of all.
    pub fn unreadable(
        position: Option<GlobalPosition>,
        expected: impl Into<String>,
        why: &anyhow::Error,
    ) -> Self {
        // SQLite's own message comes last; the text before it explains it to the user, who reads that already here.
        let why = why.root_cause();
        Self { position, expected: expected.into(), found: format!("what cannot be read: {why}") }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, expected, found } = self;
        if let Some(position) = position {
            write!(f, "at position {position}: ")?;
        }
        write!(f, "expected {expected}, found {found}")
    }
}

/// The result of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds; the text says what.
    Holds(String),
    /// It does not hold; the first fault.
    Fails(Fault),
    /// It was not checked, for this reason.
    Unknown(String),
}

/// A check with its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub check: Check,
    pub outcome: Outcome,
}

impl Finding {
    /// The outcome of a check: the fault, if any, or what holds, in words.
    pub fn of(check: Check, fault: Option<Fault>, holds: impl FnOnce() -> String) -> Self {
        let outcome = fault.map_or_else(|| Outcome::Holds(holds()), Outcome::Fails);
        Self { check, outcome }
    }

    /// The fault, if there is one.
    pub fn fault(&self) -> Option<&Fault> {
        match &self.outcome {
            Outcome::Fails(fault) => Some(fault),
            Outcome::Holds(_) | Outcome::Unknown(_) => None,
        }
    }
}
