//! The domain: events, the states that they add up to, and the commands that lead to them. Pure.
//!
//! Its files:
//!
//! - `aggregates.rs`: the aggregates: which one a stream belongs to
//! - `caseless.rs`: comparison of texts that ignores case, in every script
//! - `chain.rs`: the chain: each event's hash over its content, its place, and everything before it
//! - `command.rs`: commands: requests that a domain may refuse, as a word with its arguments
//! - `counted.rs`: counts in words: `1 event`, `2 events`
//! - `decider.rs`: the port `Decider`: how a command becomes events, or is refused
//! - `event.rs`: events, streams and positions
//! - `expression.rs`: the expression language: parsed by CEL's grammar, evaluated over exact numbers and over JSON that is read lazily
//! - `file.rs`: the domain file: a person's own aggregates, in TOML, checked key by key
//! - `fold.rs`: the port `Fold`: how events become state; and the port `PairCheck`: events that come in pairs
//! - `hash.rs`: the hashes of the chain: of a link, and of the content of an event
//! - `json.rs`: JSON kept as text: an object's members, and the text or number of a value, without rounding
//! - `learning.rs`: learning from a log about its domain: types of events with their fields, sums, and running totals that it proves
//! - `left_out.rs`: the lines of a log that are not in its store, counted by reason
//! - `mapping.rs`: mappings: other systems' events read as ours
//! - `moment.rs`: moments: a position with its clock
//! - `money.rs`: money: minor units and currencies
//! - `name_pattern.rs`: patterns of names, of streams and of event types: `*` is any run of characters
//! - `number.rs`: exact numbers: decimal fractions of at most 28 significant digits, never rounded
//! - `provenance.rs`: provenance: an event's metadata about the command that caused it
//! - `shape.rs`: the fields of a state: their names, their kinds, and which of them lists and charts show
//! - `state.rs`: a state as named fields: the account's typed one, or a document
//! - `suggestion.rs`: suggestions: the known word that was probably meant by an unknown one
//! - `time_bounds.rs`: bounds on event times, for a part of history given by dates
//! - `uuids.rs`: UUIDs in every spelling: with hyphens or without, in braces, as a URN, in either case
//! - `value.rs`: the values that a field of a state can hold
//! - `visible.rs`: text from outside made safe to show: control, bidi and zero-width characters are visible
//! - `wrappers.rs`: wrappers that libraries put around an event's data, taken off for folds. The log keeps the data as it came

pub mod aggregates;
pub mod caseless;
pub mod chain;
pub mod command;
pub mod counted;
pub mod decider;
pub mod event;
pub mod expression;
pub mod file;
pub mod fold;
pub mod hash;
pub mod json;
pub mod learning;
pub mod left_out;
pub mod mapping;
pub mod moment;
pub mod money;
pub mod name_pattern;
pub mod number;
pub mod provenance;
pub mod shape;
pub mod state;
pub mod suggestion;
pub mod time_bounds;
pub mod uuids;
pub mod value;
pub mod visible;
pub mod wrappers;
