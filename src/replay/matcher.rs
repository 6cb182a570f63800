//! The matcher: whether an event fits a search.

use regex::bytes::{Regex, RegexBuilder};

use crate::domain::event::RecordedEvent;
use crate::domain::time_bounds::TimeBounds;
use crate::replay::search::{BadSearch, Search};

/// The texts of a search that have been found: one bit for each, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FoundTexts(u8);

impl FoundTexts {
    /// The texts that either has found.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A search without its stream and its positions, compiled to match many events.
#[derive(Clone, Debug)]
pub struct Matcher {
    texts: Vec<Regex>,
    types: Vec<String>,
    times: TimeBounds,
}

impl Matcher {
    /// Compiles a search.
    ///
    /// # Errors
    /// A text is too long.
    pub fn new(search: &Search) -> Result<Self, BadSearch> {
        let literal = |text: &String| {
            RegexBuilder::new(&regex::escape(text)).case_insensitive(true).build().map_err(|_| {
                let beginning: String = text.chars().take(20).collect();
                BadSearch(format!("“{beginning}…” is too long for a search"))
            })
        };
        let texts = search.texts.iter().map(literal).collect::<Result<_, _>>()?;
        Ok(Self { texts, types: search.types.clone(), times: search.times() })
    }

    /// Whether the data has to be read for a match.
    pub fn has_texts(&self) -> bool {
        !self.texts.is_empty()
    }

    /// The types of which an event has to have one, ignoring case; empty = any type.
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// The bounds for an event's own time.
    pub fn times(&self) -> TimeBounds {
        self.times
    }

    /// Whether every event matches.
    pub fn takes_all(&self) -> bool {
        self.texts.is_empty() && self.types.is_empty() && self.times.are_open()
    }

    /// The texts that occur in this one.
    pub fn found_in(&self, text: &[u8]) -> FoundTexts {
        let found = self.texts.iter().enumerate().filter(|(_, wanted)| wanted.is_match(text));
        FoundTexts(found.fold(0, |all, (nth, _)| all | (1 << nth)))
    }

    /// Whether all texts not found elsewhere occur in an event's data.
    pub fn completes(&self, elsewhere: FoundTexts, data: &[u8]) -> bool {
        let mut missing = self.texts.iter().enumerate().filter(|(nth, _)| elsewhere.0 & (1 << nth) == 0);
        missing.all(|(_, wanted)| wanted.is_match(data))
    }

    /// Whether the event matches, wherever it is.
    pub fn takes(&self, event: &RecordedEvent) -> bool {
        if !self.times.contain(event) {
            return false;
        }
        let is_of_type = |wanted: &String| wanted.eq_ignore_ascii_case(&event.event_type);
        if !self.types.is_empty() && !self.types.iter().any(is_of_type) {
            return false;
        }
        let in_stream = self.found_in(event.stream.as_str().as_bytes());
        let elsewhere = in_stream.and(self.found_in(event.event_type.as_bytes()));
        self.completes(elsewhere, event.data.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
    use crate::domain::hash::ChainHash;

    fn event(data: &str) -> RecordedEvent {
        RecordedEvent {
            position: GlobalPosition::new(1),
            stream: StreamName::new("acc-17").unwrap(),
            version: StreamPosition::new(1),
            id: None,
            event_type: "Deposited".to_owned(),
            time: None,
            clock: None,
            data: data.to_owned(),
            metadata: Some("secret".to_owned()),
            source: None,
            hash: ChainHash::default(),
        }
    }

    #[test]
    fn every_text_occurs_in_type_stream_or_data_in_any_case() {
        let event = event(r#"{"note":"Müller (RENT)"}"#);
        for (line, is_taken) in [
            ("", true),
            ("rent", true),
            ("MÜLLER deposit ACC-17", true),
            ("rent withdrawn", false),
            ("(rent)", true),
            ("r.nt", false),
            ("secret", false),
            ("type:deposited rent", true),
            ("type:Deposit", false),
            ("type:Withdrawn type:Deposited", true),
        ] {
            let matcher = Matcher::new(&Search::parse(line).unwrap()).unwrap();
            assert_eq!(matcher.takes(&event), is_taken, "{line}");
        }
    }
}
