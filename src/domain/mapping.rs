//! Mappings: other systems' events read as ours.
//!
//! A mapping is a TOML file with two parts. `[envelope]` locates stream, type, time, data, id and metadata in a line of
//! the log; it is used once, when the log is imported. `[meaning]` says which event of an aggregate each event type is,
//! and locates the fields of that event in its data; it is used each time an event is read, so that the log keeps the
//! original text. `assets/berka.toml` is an example of every part.
//!
//! Without `[envelope]` the lines have our own form. Without `[meaning.events]` the events are read as our own.
//!
//! Its files:
//!
//! - `canonical.rs`: the canonical text of a mapping, from which its digest is computed. Mappings that read events alike have one text
//! - `envelope.rs`: the envelope: where in a line of a log the parts of an event are
//! - `envelope_part.rs`: the part `[envelope]` of a mapping file: read, and written for an envelope that was found
//! - `file.rs`: the text of a mapping file, checked key by key
//! - `finding.rs`: the parts of an event, found in the first records of a log that has not our own form
//! - `meaning.rs`: the meaning of another system's event type: an event of an aggregate, and where its fields are
//! - `path_text.rs`: the text of a path: names with dots between; a name that has a dot itself is quoted
//! - `paths.rs`: dotted paths into a JSON object, looked up together in one pass over the text
//! - `vocabulary.rs`: the events of an aggregate that a mapping can name, and the fields of each

mod canonical;
pub mod envelope;
pub mod envelope_part;
pub mod file;
pub mod finding;
pub mod meaning;
mod path_text;
mod paths;
pub mod vocabulary;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::domain::event::SourceId;
use crate::domain::mapping::canonical::CanonicalMapping;
use crate::domain::mapping::envelope::Envelope;
use crate::domain::mapping::envelope_part::envelope_text;
use crate::domain::mapping::file::{BadMapping, MappingFile};
use crate::domain::mapping::meaning::EventMeaning;
use crate::domain::mapping::vocabulary::Vocabulary;
use crate::domain::money::Currency;

/// The longest mapping file, in bytes: room for thousands of event types. It is parsed each time a store is opened.
pub const MAPPING_BYTES_MAX: usize = 1024 * 1024;

/// How to read the events of one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    envelope: Envelope,
    /// See [`Mapping::found`].
    found: Option<String>,
    /// The currency of amounts whose stream and event name none.
    currency: Option<Currency>,
    /// The meaning of each event type; `None` reads the events as our own.
    events: Option<BTreeMap<String, EventMeaning>>,
    /// The events that it maps onto.
    vocabulary: &'static Vocabulary,
}

impl Mapping {
    /// Parses a mapping file that maps onto the events of this vocabulary.
    ///
    /// # Errors
    /// The text is too long, is not TOML, has an unknown key, or lacks a part or has one that does not fit. With the
    /// line.
    pub fn parse(text: &str, vocabulary: &'static Vocabulary) -> Result<Self, BadMapping> {
        if text.len() > MAPPING_BYTES_MAX {
            let why = format!("a mapping file has {} MiB at most", MAPPING_BYTES_MAX >> 20);
            return Err(BadMapping { line: 1, why });
        }
        let MappingFile { envelope, found, currency, events } = file::parse(text, vocabulary)?;
        Ok(Self { envelope, found, currency, events, vocabulary })
    }

    /// The text of a mapping file that has no `[envelope]`, with the envelope of this mapping.
    pub fn complete(&self, without: &str) -> String {
        // A table after all others takes none of their keys.
        format!("{without}\n{}", envelope_text(self.envelope.said(), self.found()))
    }

    /// The locations of an event's parts in a line of the log.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The sentence about the envelope, if foldback found it: what was taken for what.
    pub fn found(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// The currency of amounts whose stream and event name none.
    pub fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// The meaning of an event type; `None` if the events are read as our own.
    ///
    /// # Errors
    /// The mapping does not name the type.
    pub fn meaning(&self, event_type: &str) -> Result<Option<&EventMeaning>, &'static str> {
        let Some(events) = &self.events else { return Ok(None) };
        events.get(event_type).map(Some).ok_or("the mapping names no such event")
    }

    fn canonical(&self) -> CanonicalMapping<'_> {
        CanonicalMapping::of(&self.envelope, self.currency.as_ref(), self.events.as_ref(), self.vocabulary)
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

    /// The mapping of a source; `None` if its events are read as our own.
    pub fn of(&self, source: SourceId) -> Option<&Mapping> {
        self.0.get(&source).map(|mapping| &**mapping)
    }
}
