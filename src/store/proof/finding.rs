//! The checks of a log, and what each finds.

use std::fmt;

use crate::domain::event::GlobalPosition;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The file, by SQLite's own check.
    File,
    /// Every link: positions, versions, clock and hashes.
    Chain,
    /// The index by which events are found by their versions.
    Versions,
    /// The index by which events are found by their ids, each of which is of one event.
    Ids,
    /// The index by which imported events are known again.
    Origins,
    /// The receipt beside the store, or one that was kept elsewhere.
    Receipt,
    /// That each transfer which a command made has both its legs.
    Transfers,
    /// The read model, against a fresh projection.
    ReadModel,
    /// The snapshots, against a full replay.
    Snapshots,
}

impl Check {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Chain => "chain",
            Self::Versions => "versions",
            Self::Ids => "ids",
            Self::Origins => "origins",
            Self::Receipt => "receipt",
            Self::Transfers => "transfers",
            Self::ReadModel => "read model",
            Self::Snapshots => "snapshots",
        }
    }
}

/// Something in a store that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The position at which it shows first; `None` where it is no event's.
    pub position: Option<GlobalPosition>,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl Fault {
    /// A fault at a position.
    pub fn at(position: GlobalPosition, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { position: Some(position), expected: expected.into(), found: found.into() }
    }

    /// A fault that is no event's.
    pub fn outside(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { position: None, expected: expected.into(), found: found.into() }
    }

    /// That something cannot even be read: at a position, or outside of all.
    pub fn unreadable(
        position: Option<GlobalPosition>,
        expected: impl Into<String>,
        why: &anyhow::Error,
    ) -> Self {
        // What SQLite says stands last; in front of it is what that means for a person, who reads it here already.
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

/// What came of looking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds; what that is, in words.
    Holds(String),
    /// It does not; the first thing that is otherwise.
    Fails(Fault),
    /// It was not looked at, and why.
    Unknown(String),
}

/// What was looked at, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// What came of it.
    pub outcome: Outcome,
}

impl Finding {
    /// What holds, in words, unless there is a fault.
    pub fn of(check: Check, fault: Option<Fault>, holds: impl FnOnce() -> String) -> Self {
        let outcome = fault.map_or_else(|| Outcome::Holds(holds()), Outcome::Fails);
        Self { check, outcome }
    }

    /// The fault that was found.
    pub fn fault(&self) -> Option<&Fault> {
        match &self.outcome {
            Outcome::Fails(fault) => Some(fault),
            Outcome::Holds(_) | Outcome::Unknown(_) => None,
        }
    }
}
