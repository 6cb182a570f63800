//! The aggregates: which one a stream belongs to.
//!
//! Its files:
//!
//! - `account.rs`: the bank account that foldback brings along
//! - `choice.rs`: the choice of the aggregates for a log: those whose events it has, else one merged state a stream
//! - `declared.rs`: declared folds: the expressions that a person wrote in a domain file, evaluated at each event
//! - `grouping.rs`: the grouping of streams into aggregates by their names, for a log that nobody explained
//! - `merged.rs`: the merged state of a stream that nobody explained: the last value of each field of its events' data
//! - `words.rs`: the words of an aggregate for people: its noun, the first step in an empty log, and the types of its events

pub mod account;
pub mod choice;
pub mod declared;
pub mod grouping;
pub mod merged;
pub mod words;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::domain::aggregates::account::decider::AccountDecider;
use crate::domain::aggregates::account::fold::AccountFold;
use crate::domain::aggregates::merged::MergedFold;
use crate::domain::aggregates::words::AggregateWords;
use crate::domain::command::language::{AggregateCommands, CommandLanguage};
use crate::domain::decider::Decider;
use crate::domain::event::StreamName;
use crate::domain::fold::{Fold, PairCheck};
use crate::domain::mapping::file::BadMapping;
use crate::domain::mapping::vocabulary::Vocabulary;
use crate::domain::mapping::{Mapping, Mappings};
use crate::domain::name_pattern::NamePattern;
use crate::domain::shape::{FieldKind, FieldSpec};

/// A kind of thing: which streams belong to it, and the fold that gives its state.
#[derive(Clone)]
pub struct Aggregate {
    /// Its name, as in `account`.
    pub name: Cow<'static, str>,
    /// Its words for people.
    pub words: AggregateWords,
    /// The names of its streams.
    pub streams: NamePattern,
    pub fold: Arc<dyn Fold>,
    /// Its decider; `None` for an aggregate without commands.
    pub decider: Option<Arc<dyn Decider>>,
}

impl Aggregate {
    /// The streams that nobody explained, whatever their names are.
    pub fn merged() -> Self {
        let (words, fold) = (AggregateWords::of("stream"), Arc::new(MergedFold));
        Self { name: "stream".into(), words, streams: NamePattern::ANY, fold, decider: None }
    }
}

/// A projection that a person wrote, in SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectionText {
    /// Its file, as the domain file names it.
    pub file: String,
    pub text: String,
}

/// The aggregates of a log, with the mappings of its imported events. Cheap to clone.
#[derive(Clone)]
pub struct Aggregates {
    first: Aggregate,
    others: Vec<Aggregate>,
    mappings: Arc<Mappings>,
    /// The projections that a person wrote.
    projections: Arc<[ProjectionText]>,
    /// Whether they were chosen by a person, so that no log is another's.
    take_any_log: bool,
}

impl Aggregates {
    /// The bank, in which every stream is an account.
    pub fn bank() -> Self {
        let fold = Arc::new(AccountFold::default());
        let decider = Some(Arc::new(AccountDecider) as Arc<dyn Decider>);
        let words = account::words::words();
        let (name, streams) = ("account".into(), NamePattern::ANY);
        Self::new(Aggregate { name, words, streams, fold, decider }, Vec::new())
    }

    /// One aggregate for all streams of a log that nobody explained: their states are merged.
    pub fn merged() -> Self {
        Self::new(Aggregate::merged(), Vec::new())
    }

    /// These aggregates. A stream belongs to the first one of the `others` whose pattern its name matches, otherwise to
    /// `first`.
    pub fn new(first: Aggregate, others: Vec<Aggregate>) -> Self {
        let (mappings, projections) = (Arc::default(), Arc::default());
        Self { first, others, mappings, projections, take_any_log: false }
    }

    /// The same aggregates for any log, whatever its events are.
    pub fn for_any_log(self) -> Self {
        Self { take_any_log: true, ..self }
    }

    /// The same aggregates with projections that a person wrote.
    pub fn with_projections(self, projections: Vec<ProjectionText>) -> Self {
        Self { projections: projections.into(), ..self }
    }

    /// The projections that a person wrote, in SQL.
    pub fn projections(&self) -> &[ProjectionText] {
        &self.projections
    }

    /// Whether they are for any log.
    pub fn take_any_log(&self) -> bool {
        self.take_any_log
    }

    /// The same aggregates with other mappings for imported events.
    pub fn read_by(&self, mappings: Mappings) -> Self {
        let read_by = |aggregate: &Aggregate| Aggregate {
            fold: aggregate.fold.read_by(&mappings),
            ..aggregate.clone()
        };
        let (first, others) = (read_by(&self.first), self.others.iter().map(read_by).collect());
        Self { first, others, mappings: Arc::new(mappings), ..self.clone() }
    }

    /// The aggregate that a stream belongs to.
    pub fn of(&self, stream: &StreamName) -> &Aggregate {
        let takes = |aggregate: &&Aggregate| aggregate.streams.matches(stream.as_str());
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
            name: aggregate.name.clone(),
            streams: aggregate.streams.clone(),
            grammars: aggregate.decider.as_ref().map_or_else(Vec::new, |decider| decider.grammars().to_vec()),
        };
        // The first one takes the streams that none of the others does.
        let first = AggregateCommands { streams: NamePattern::ANY, ..of_aggregate(&self.first) };
        CommandLanguage { aggregates: self.others.iter().map(of_aggregate).chain([first]).collect() }
    }

    /// Parses a mapping file. It maps onto the events of the first aggregate that has any to map onto.
    ///
    /// # Errors
    /// Those of [`Mapping::parse`].
    pub fn parse_mapping(&self, text: &str) -> Result<Mapping, BadMapping> {
        let vocabularies = self.all().map(|aggregate| aggregate.fold.vocabulary());
        let vocabulary = vocabularies.into_iter().find(|vocabulary| !vocabulary.events.is_empty());
        Mapping::parse(text, vocabulary.unwrap_or(&Vocabulary::NONE))
    }

    /// A digest of how events become states, mappings apart: names, patterns, shapes, versions and rules of the folds. It is
    /// made over versioned text, in which each name follows its length in bytes, and changes whenever the same events
    /// could give other states.
    pub fn digest(&self) -> [u8; 32] {
        let with_length = |name: &str| format!("{}:{name}", name.len());
        let mut text = "aggregates 2\n".to_owned();
        for Aggregate { name, streams, fold, .. } in self.all() {
            let name = with_length(name);
            let streams = match streams.prefix() {
                Some(prefix) => with_length(prefix),
                None => format!("pattern {}", with_length(streams.as_str())),
            };
            text += &format!("{name} {streams} {}\n", fold.version());
            if !fold.rules().is_empty() {
                text += &format!("rules {}\n", with_length(fold.rules()));
            }
            for FieldSpec { name, kind, .. } in fold.shape().fields.iter() {
                let kind = match kind {
                    // Words are weighed only on screens.
                    FieldKind::Plain | FieldKind::Word(_) => "plain".to_owned(),
                    FieldKind::Money { currency } => format!("money {}", currency.0),
                };
                text += &format!("  {} {kind}\n", with_length(name));
            }
        }
        blake3::hash(text.as_bytes()).into()
    }

    /// New checks of the events that come in pairs, one of each name. See [`Fold::pairs`].
    pub fn pairs(&self) -> Vec<Box<dyn PairCheck>> {
        let mut checks: Vec<Box<dyn PairCheck>> = Vec::new();
        for check in self.all().filter_map(|aggregate| aggregate.fold.pairs()) {
            if !checks.iter().any(|known| known.name() == check.name()) {
                checks.push(check);
            }
        }
        checks
    }

    /// The mappings by which imported events are read.
    pub fn mappings(&self) -> &Mappings {
        &self.mappings
    }

    /// The one that takes the streams that none of the others does.
    pub fn first(&self) -> &Aggregate {
        &self.first
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Aggregate> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl fmt::Debug for Aggregates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all().map(|aggregate| &aggregate.name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_the_bank_is_known_and_does_not_depend_on_mappings() {
        let text = "aggregates 2\n7:account 0: 2\n  5:owner plain\n  6:status plain\n  8:currency plain\n  \
                    7:balance money 2\n  15:overdraft_limit money 2\n";
        assert_eq!(Aggregates::bank().digest(), *blake3::hash(text.as_bytes()).as_bytes());
        assert_eq!(Aggregates::bank().read_by(Mappings::default()).digest(), Aggregates::bank().digest());
    }

    #[test]
    fn the_digest_depends_on_the_names_the_prefixes_and_the_order_of_the_aggregates() {
        let digest = |name, prefix, others: &[&'static str]| {
            let aggregate = |name: &'static str, prefix| {
                let (fold, words) = (Arc::new(AccountFold::default()), AggregateWords::of(name));
                let streams = NamePattern::of_prefix(prefix);
                Aggregate { name: name.into(), words, streams, fold, decider: None }
            };
            let others = others.iter().map(|name| aggregate(name, "x")).collect();
            Aggregates::new(aggregate(name, prefix), others).digest()
        };
        let digests =
            [digest("a", "", &[]), digest("b", "", &[]), digest("a", "p", &[]), digest("a", "", &["b"])];
        let reordered = [digest("b", "", &["a"]), digest("a", "", &["b", "c"]), digest("a", "", &["c", "b"])];
        let all = digests.into_iter().chain(reordered).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(all.len(), 7);
    }
}
