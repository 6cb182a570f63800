//! Learning from a log about its domain: types of events with their fields, sums, and running totals that it proves.
//!
//! One pass, in bounded memory.
//!
//! The result is a domain file to start from, with its evidence. Nothing is guessed: a total is learned if it follows from
//! amounts at nearly every event that has it.
//!
//! Its files:
//!
//! - `amounts.rs`: the search for the amounts that move a total: each numeric field of a type of events, tried with both signs
//! - `event_type.rs`: the events of one type: how many there are and where, the fields of their data, and an example
//! - `field.rs`: a field of the events of one type: its kinds, how often it is there, its sum, and its value in the newest event
//! - `group.rs`: the streams of one aggregate while their events are read: types, fields, and numbers that may be running totals
//! - `learned_log.rs`: the result of learning from a log: aggregates, types of events, fields, sums, totals, and the events left out
//! - `learned_total.rs`: running totals that a log proves: a field whose changes are the amounts of its events, with the sign of each type
//! - `proof.rs`: the proof of running totals: which tallies are evidence enough, and which are coincidence
//! - `sign_tally.rs`: tallies of a supposed sign: how many changes of a total equal the amounts with that sign, and where they do not
//! - `text.rs`: the text of a domain file to start from: what was learned of a log, with the evidence as comments
//! - `written_number.rs`: numbers as a log has them: exact, with the knowledge whether a floating-point sum wrote them

pub mod amounts;
pub mod event_type;
pub mod field;
pub mod group;
pub mod learned_log;
pub mod learned_total;
pub mod proof;
pub mod sign_tally;
pub mod text;
pub mod written_number;

use std::collections::HashMap;

use crate::domain::aggregates::grouping::StreamGroup;
use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName};
use crate::domain::learning::group::{GroupReading, LastTotal, STREAMS_MAX};
use crate::domain::learning::learned_log::{LearnedLog, NotLearned};

/// Reads the events of a log in order, and keeps what they show.
#[derive(Clone, Debug)]
pub struct Learner {
    groups: Vec<GroupReading>,
    streams: HashMap<StreamName, FollowedStream>,
    n_streams_max: usize,
    n_events: u64,
    last: GlobalPosition,
    /// Events of streams that are not followed.
    n_not_followed: u64,
}

/// A stream with its last totals.
#[derive(Clone, Debug)]
struct FollowedStream {
    /// The index of its group.
    group: usize,
    lasts: Vec<LastTotal>,
}

impl Learner {
    /// Before the first event of a log whose streams are grouped in this way. A stream that no group takes is left out.
    pub fn new(groups: Vec<StreamGroup>) -> Self {
        Self::following(STREAMS_MAX, groups)
    }

    /// The same, with another limit on the streams whose totals are followed.
    pub fn following(n_streams_max: usize, groups: Vec<StreamGroup>) -> Self {
        Self {
            groups: groups.into_iter().map(GroupReading::new).collect(),
            streams: HashMap::new(),
            n_streams_max,
            n_events: 0,
            last: GlobalPosition::START,
            n_not_followed: 0,
        }
    }

    /// Takes the next event.
    pub fn take(&mut self, event: &RecordedEvent) {
        self.n_events += 1;
        self.last = event.position;
        if let Some(stream) = self.streams.get_mut(&event.stream) {
            if let Some(group) = self.groups.get_mut(stream.group) {
                group.take(event, Some(&mut stream.lasts));
            }
            return;
        }
        let (name, event_type) = (event.stream.as_str(), event.event_type.as_str());
        let Some(index) = self.groups.iter().position(|group| group.group.takes(name, event_type)) else {
            return;
        };
        let Some(group) = self.groups.get_mut(index) else { return };
        if self.streams.len() == self.n_streams_max {
            self.n_not_followed += 1;
            group.take(event, None);
            return;
        }
        group.n_streams += 1;
        let stream = FollowedStream { group: index, lasts: Vec::new() };
        let stream = self.streams.entry(event.stream.clone()).or_insert(stream);
        group.take(event, Some(&mut stream.lasts));
    }

    /// The result for the events so far.
    pub fn learned(&self) -> LearnedLog {
        let groups = || self.groups.iter().filter(|group| group.n_events > 0);
        let of_types =
            |n: fn(&group::TypeInGroup) -> u64| groups().flat_map(|group| group.types.values()).map(n).sum();
        let not_learned = NotLearned {
            n_not_followed: self.n_not_followed,
            n_of_other_types: groups().map(|group| group.n_of_other_types).sum(),
            n_untried: groups().map(|group| group.n_untried).sum(),
            n_cut: of_types(|of_type| of_type.reading.n_cut),
            n_unreadable: of_types(|of_type| of_type.reading.n_unreadable),
        };
        let aggregates = groups().map(Into::into).collect();
        LearnedLog {
            n_events: self.n_events,
            last: self.last,
            n_streams: self.streams.len() as u64,
            aggregates,
            not_learned,
        }
    }
}

#[cfg(test)]
mod tests;
