//! The aggregates: which one a stream belongs to.
//!
//! Its files:
//!
//! - `account.rs`: the bank account that foldback brings along

pub mod account;

use std::fmt;
use std::sync::Arc;

use crate::domain::aggregates::account::decider::AccountDecider;
use crate::domain::aggregates::account::fold::AccountFold;
use crate::domain::command::language::{AggregateCommands, CommandLanguage};
use crate::domain::decider::Decider;
use crate::domain::event::StreamName;
use crate::domain::fold::Fold;
use crate::domain::mapping::Mappings;

/// A kind of thing: which streams belong to it, and the fold that gives its state.
#[derive(Clone)]
pub struct Aggregate {
    /// Its name, as in `account`.
    pub name: &'static str,
    /// The prefix of its streams' names; the empty one takes every stream.
    pub stream_prefix: &'static str,
    /// Its fold.
    pub fold: Arc<dyn Fold>,
    /// Its decider; `None` for an aggregate without commands.
    pub decider: Option<Arc<dyn Decider>>,
}

/// The aggregates of a log, with the mappings of its imported events. Cheap to clone.
#[derive(Clone)]
pub struct Aggregates {
    first: Aggregate,
    others: Vec<Aggregate>,
    mappings: Arc<Mappings>,
}

impl Aggregates {
    /// The bank, in which every stream is an account.
    pub fn bank() -> Self {
        let fold = Arc::new(AccountFold::default());
        let decider = Some(Arc::new(AccountDecider) as Arc<dyn Decider>);
        Self::new(Aggregate { name: "account", stream_prefix: "", fold, decider }, Vec::new())
    }

    /// These aggregates. A stream belongs to the first one of the `others` whose prefix its name has, otherwise to
    /// `first`.
    pub fn new(first: Aggregate, others: Vec<Aggregate>) -> Self {
        Self { first, others, mappings: Arc::default() }
    }

    /// The same aggregates with other mappings for imported events.
    pub fn read_by(&self, mappings: Mappings) -> Self {
        let read_by = |aggregate: &Aggregate| Aggregate {
            fold: aggregate.fold.read_by(&mappings),
            ..aggregate.clone()
        };
        let (first, others) = (read_by(&self.first), self.others.iter().map(read_by).collect());
        Self { first, others, mappings: Arc::new(mappings) }
    }

    /// The aggregate that a stream belongs to.
    pub fn of(&self, stream: &StreamName) -> &Aggregate {
        let takes = |aggregate: &&Aggregate| stream.as_str().starts_with(aggregate.stream_prefix);
        self.others.iter().find(takes).unwrap_or(&self.first)
    }

    /// The fold of a stream's events.
    pub fn fold_of(&self, stream: &StreamName) -> &dyn Fold {
        &*self.of(stream).fold
    }

    /// The decider of a stream's commands; `None` if its aggregate has no commands.
    pub fn decider_of(&self, stream: &StreamName) -> Option<&dyn Decider> {
        self.of(stream).decider.as_deref()
    }

    /// The commands of all of them.
    pub fn commands(&self) -> CommandLanguage {
        let of_aggregate = |aggregate: &Aggregate| AggregateCommands {
            name: aggregate.name,
            stream_prefix: aggregate.stream_prefix,
            grammars: aggregate.decider.as_ref().map_or_else(Vec::new, |decider| decider.grammars().to_vec()),
        };
        // The first one takes the streams that none of the others does.
        let first = AggregateCommands { stream_prefix: "", ..of_aggregate(&self.first) };
        CommandLanguage { aggregates: self.others.iter().map(of_aggregate).chain([first]).collect() }
    }

    /// The mappings by which imported events are read.
    pub fn mappings(&self) -> &Mappings {
        &self.mappings
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Aggregate> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl fmt::Debug for Aggregates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all().map(|aggregate| aggregate.name)).finish()
    }
}
