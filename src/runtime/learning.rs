//! The learning of a domain from a whole log: how its streams are grouped, and what its events show.

use anyhow::Result;

use crate::cancel::{Cancel, OrCancelled};
use crate::domain::aggregates::choice::SAMPLE_EVENTS;
use crate::domain::aggregates::grouping::{RecognisedBy, StreamGroup, groups_of};
use crate::domain::event::{GlobalPosition, RecordedEvent};
use crate::domain::learning::Learner;
use crate::domain::learning::learned_log::LearnedLog;
use crate::read_model::engine::catch_up::CatchUpProgress;
use crate::runtime::whole_fold::take_whole_log;
use crate::store::{Direction, EventReader};

/// The places of the log, beside its beginning, whose streams decide how all are grouped.
const N_SAMPLED_PLACES: u64 = 64;

/// The events that are read at each of them.
const SAMPLED_AT_A_PLACE: usize = 64;

/// The most groups: each is an aggregate of the domain file.
const GROUPS_MAX: usize = 100;

/// Learns from the events of a log up to a position. `progress` is called every few thousand events.
///
/// # Errors
/// The log cannot be read.
pub fn learn(
    store: &dyn EventReader,
    up_to: GlobalPosition,
    cancel: &Cancel,
    progress: &mut dyn FnMut(&CatchUpProgress),
) -> Result<OrCancelled<LearnedLog>> {
    let learner = Learner::new(sampled_groups(store, up_to)?);
    let take = |learner: &mut Learner, _: &_, events: &[RecordedEvent]| {
        events.iter().for_each(|event| learner.take(event));
    };
    let learner = take_whole_log(store, up_to, cancel, progress, learner, take)?;
    Ok(learner.map(|learner| learner.learned()))
}

/// The groups of streams, from events at the beginning and at places all over the log.
fn sampled_groups(store: &dyn EventReader, up_to: GlobalPosition) -> Result<Vec<StreamGroup>> {
    let mut events = store.read_all(GlobalPosition::new(1), Direction::Forward, SAMPLE_EVENTS)?;
    let n_each = up_to.number() / N_SAMPLED_PLACES;
    if events.len() == SAMPLE_EVENTS && n_each > 0 {
        for nth in 0..N_SAMPLED_PLACES {
            let from = GlobalPosition::new(1 + nth * n_each);
            events.extend(store.read_all(from, Direction::Forward, SAMPLED_AT_A_PLACE)?);
        }
    }
    let samples = events.iter().map(|event| (event.stream.as_str(), event.event_type.as_str()));
    Ok(told_apart_by_names(groups_of(samples)))
}

/// The groups as a domain file can tell them apart: by the names of their streams. All others are one, which takes the
/// streams that were not sampled, too.
fn told_apart_by_names(groups: Vec<StreamGroup>) -> Vec<StreamGroup> {
    let has_prefix = |group: &StreamGroup| matches!(group.recognised_by, RecognisedBy::Prefix(_));
    let (mut groups, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(has_prefix);
    groups.truncate(GROUPS_MAX - 1);
    groups.push(match others.as_slice() {
        [only] => StreamGroup { name: only.name.clone(), recognised_by: RecognisedBy::Rest },
        _ => StreamGroup::rest_beside(&groups),
    });
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_by_types_are_one_and_keep_the_name_of_a_single_one() {
        let named = |samples: &[(&'static str, &'static str)]| {
            let groups = told_apart_by_names(groups_of(samples.iter().copied()));
            groups.into_iter().map(|group| (group.name, group.recognised_by)).collect::<Vec<_>>()
        };
        let cart = || ("cart".to_owned(), RecognisedBy::Prefix("cart-".to_owned()));
        let rest = |name: &str| (name.to_owned(), RecognisedBy::Rest);
        assert_eq!(named(&[("cart-1", "a:Cart.Opened")]), [cart(), rest("stream")]);
        assert_eq!(named(&[("71", "a:Account.Opened"), ("cart-1", "b")]), [cart(), rest("Account")]);
        assert_eq!(named(&[("71", "a:Account.Opened"), ("72", "a:Cart.Opened")]), [rest("stream")]);
    }
}
