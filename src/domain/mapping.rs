//! Mappings: other systems' events read as ours.
//!
//! A mapping is a TOML file with two parts. `[envelope]` locates stream, type, time, data, id and metadata in a line of
//! the log; it is used once, when the log is imported. `[meaning]` says which of our events each event type is, and
//! locates owner, amount and other fields in its data; it is used each time an event is read, so that the log keeps the
//! original text. `assets/berka.toml` is an example of every part.
//!
//! Without `[envelope]` the lines have our own form. Without `[meaning.events]` the events are read as our own.
//!
//! Its files:
//!
//! - `canonical.rs`: the canonical text of a mapping, from which its digest is computed. Mappings that read events alike have one text
//! - `envelope.rs`: the envelope: where in a line of a log the parts of an event are
//! - `file.rs`: the text of a mapping file, checked key by key
//! - `meaning.rs`: the meaning of another system's event type
//! - `paths.rs`: dotted paths into a JSON object, looked up together in one pass over the text

mod canonical;
pub mod envelope;
mod file;
mod meaning;
mod paths;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use crate::domain::aggregates::account::events::AccountEvent;
use crate::domain::aggregates::account::fields::{Means, ReadEvent};
use crate::domain::event::{RecordedEvent, SourceId};
use crate::domain::mapping::canonical::CanonicalMapping;
use crate::domain::mapping::envelope::Envelope;
use crate::domain::mapping::meaning::EventMeaning;
use crate::domain::money::Currency;

/// The longest mapping file, in bytes: room for thousands of event types. It is parsed each time a store is opened.
pub const MAPPING_BYTES_MAX: usize = 1024 * 1024;

/// The meaning of each event type of a log.
type Meanings = BTreeMap<String, EventMeaning>;

/// How to read the events of one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    envelope: Envelope,
    /// The currency of accounts that do not name their own.
    currency: Option<Currency>,
    /// The meaning of each event type; `None` reads the events as our own.
    events: Option<Meanings>,
}

/// The reason why a text is not a valid mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadMapping {
    /// The line, from 1.
    pub line: usize,
    /// The problem.
    pub why: String,
}

impl fmt::Display for BadMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the mapping: {}", self.line, self.why)
    }
}

impl std::error::Error for BadMapping {}

impl Mapping {
    /// Parses a mapping file.
    ///
    /// # Errors
    /// The text is too long, is not TOML, has an unknown key, or lacks a part or has one that does not fit. With the
    /// line.
    pub fn parse(text: &str) -> Result<Self, BadMapping> {
        if text.len() > MAPPING_BYTES_MAX {
            let why = format!("a mapping file has {} MiB at most", MAPPING_BYTES_MAX >> 20);
            return Err(BadMapping { line: 1, why });
        }
        file::parse(text)
    }

    /// The locations of an event's parts in a line of the log.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    fn canonical(&self) -> CanonicalMapping<'_> {
        CanonicalMapping::of(&self.envelope, self.currency.as_ref(), self.events.as_ref())
    }

    /// Reads an event of this type with this data, for an account in `currency`.
    ///
    /// # Errors
    /// Why it is not understood.
    pub fn read(
        &self,
        event_type: &str,
        data: &str,
        currency: Option<Currency>,
    ) -> Result<ReadEvent, Cow<'static, str>> {
        let Some(events) = &self.events else { return AccountEvent::from_json(event_type, data) };
        let meaning = events.get(event_type).ok_or("the mapping names no such event")?;
        // An opening does not inherit the account's previous currency.
        let known = currency.filter(|_| meaning.means != Means::AccountOpened);
        meaning.read(data, &self.envelope, known.or(self.currency))
    }
}

/// Refuses an event that moves money in another currency than the account's. (An opening may change the currency of an
/// account without a balance, which the fold checks.)
fn in_currency(read: ReadEvent, account: Option<Currency>) -> Result<ReadEvent, Cow<'static, str>> {
    match (read.currency, account) {
        (Some(its), Some(account)) if its != account && !read.event.is_opening() => {
            Err(format!("it is in {its}; the account counts in {account}").into())
        }
        _ => Ok(read),
    }
}

/// The mapping by which the events of each source were read, as [`Mappings::digest`].
pub type MappingDigests = BTreeMap<SourceId, [u8; 32]>;

/// The mappings of all sources of a store. Events of a source without a mapping are read as our own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mappings(HashMap<SourceId, Arc<Mapping>>);

impl Mappings {
    /// These mappings, by source.
    pub fn new(of_sources: HashMap<SourceId, Arc<Mapping>>) -> Self {
        Self(of_sources)
    }

    /// A digest of how the events of a source are read, computed from the mapping's [canonical text](canonical). It
    /// changes whenever they would be read differently.
    pub fn digest(&self, source: SourceId) -> [u8; 32] {
        let mapping = self.0.get(&source).map(|mapping| mapping.canonical());
        blake3::hash(canonical::text(mapping.as_ref()).as_bytes()).into()
    }

    /// Whether events read by those mappings would be read in the same way by these.
    pub fn read_alike(&self, read_by: &MappingDigests) -> bool {
        read_by.iter().all(|(source, digest)| self.digest(*source) == *digest)
    }

    /// A digest of how the events of all sources up to this one are read; `None` means no source.
    pub fn digest_up_to(&self, newest: Option<SourceId>) -> [u8; 32] {
        let up_to: BTreeMap<&SourceId, &Arc<Mapping>> =
            self.0.iter().filter(|(source, _)| Some(**source) <= newest).collect();
        let mut hasher = blake3::Hasher::new();
        for (source, mapping) in up_to {
            hasher.update(format!("source {}\n", source.0).as_bytes());
            hasher.update(canonical::text(Some(&mapping.canonical())).as_bytes());
        }
        hasher.finalize().into()
    }

    /// Reads an event for an account, by the mapping of its source or as one of our own. `currency` is the account's
    /// known currency. Also gives the mapping's currency for accounts that do not name their own.
    pub fn read(
        &self,
        event: &RecordedEvent,
        currency: Option<Currency>,
    ) -> (Result<ReadEvent, Cow<'static, str>>, Option<Currency>) {
        let (read, default) = match event.source.and_then(|source| self.0.get(&source)) {
            Some(mapping) => (mapping.read(&event.event_type, &event.data, currency), mapping.currency),
            None => (AccountEvent::from_json(&event.event_type, &event.data), None),
        };
        (read.and_then(|read| in_currency(read, currency)), default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chain::ChainHash;
    use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};

    fn recorded(source: Option<i64>, event_type: &str, data: &str) -> RecordedEvent {
        RecordedEvent {
            position: GlobalPosition::new(1),
            stream: StreamName::new("a").unwrap(),
            version: StreamPosition::new(1),
            id: None,
            event_type: event_type.to_owned(),
            time: None,
            clock: None,
            data: data.to_owned(),
            metadata: None,
            source: source.map(SourceId),
            hash: ChainHash::default(),
        }
    }

    #[test]
    fn an_event_is_read_in_the_words_of_its_own_source() {
        let text =
            "[meaning]\ncurrency = \"EUR\"\n[meaning.events.In]\nmeans = \"Deposited\"\namount = \"a.b\"";
        let mapping = Arc::new(Mapping::parse(text).unwrap());
        let mappings = Mappings::new(HashMap::from([(SourceId(7), mapping)]));
        let read = |event| Ok(ReadEvent { event, currency: None, left_out: None });
        let deposited = |amount| read(AccountEvent::Deposited { amount, note: None });
        let eur = Currency::from_code("EUR");
        let foreign = r#"{"a":{"b":"1.50"}}"#;
        assert_eq!(mappings.read(&recorded(Some(7), "In", foreign), None), (deposited(150), eur));
        let yen = Currency::from_code("JPY");
        let data = r#"{"a":{"b":"2.00"}}"#;
        assert_eq!(mappings.read(&recorded(Some(7), "In", data), yen), (deposited(2), eur));
        let ours = r#"{"amount":5}"#;
        assert_eq!(mappings.read(&recorded(None, "Deposited", ours), None), (deposited(5), None));
        assert_eq!(mappings.read(&recorded(Some(8), "Deposited", ours), None), (deposited(5), None));
        let not_named = mappings.read(&recorded(Some(7), "Deposited", ours), None).0;
        assert_eq!(not_named, Err("the mapping names no such event".into()));
    }

    #[test]
    fn the_mapping_that_ships_as_an_example_reads() {
        let mapping = Mapping::parse(include_str!("../../assets/berka.toml")).unwrap();
        let read = |event_type, data| mapping.read(event_type, data, None).map(|read| read.event);
        let czk = Currency::from_code("CZK");
        let opened = AccountEvent::AccountOpened { owner: None, currency: None, overdraft_limit: 0 };
        assert_eq!(mapping.currency, czk);
        assert_eq!(read("AccountOpened", r#"{"district": 55, "frequency": "M"}"#), Ok(opened));
        let data = r#"{"trans_id": 1, "amount": "34700.50", "operation": "cash"}"#;
        let note = Some("cash".to_owned());
        assert_eq!(
            read("Credited", data),
            Ok(AccountEvent::Deposited { amount: 3_470_050, note: note.clone() })
        );
        assert_eq!(read("Debited", data), Ok(AccountEvent::Withdrawn { amount: 3_470_050, note }));
        assert!(read("LoanGranted", data).is_err());
    }
}
