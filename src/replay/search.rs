//! A search, as a person writes it.

use std::fmt;

use crate::domain::event::{GlobalPosition, StreamName, Timestamp};
use crate::domain::time_bounds::TimeBounds;
use crate::replay::at::{At, BadAt};

/// The longest text of a search, in bytes: what a person types on one line, with room for a pasted text.
pub const SEARCH_BYTES_MAX: usize = 4_096;

/// The most texts of a search: each is searched separately, in every event.
pub const N_TEXTS_MAX: usize = 8;

/// The most types of a search: more than we have.
pub const N_TYPES_MAX: usize = 16;

/// The fields of a search, each with its colon, and the values that it takes.
pub const FIELDS: [(&str, &str); 4] = [
    ("type:", "the type of an event, as in type:Deposited; of several, any will do"),
    ("stream:", "the name of a stream, as in stream:acc-17"),
    ("from:", "where to begin: a date (its beginning), a time, a position, 42%"),
    ("to:", "where to end: a date (its end), a time, a position, 42%"),
];

/// A search. An event matches if it has all of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    /// Texts, each of which has to occur in the event's type, the name of its stream, or its data, ignoring case.
    pub texts: Vec<String>,
    /// Types of which the event has to have one, ignoring case; empty = any type.
    pub types: Vec<String>,
    /// The only stream whose events match.
    pub stream: Option<StreamName>,
    /// The place from which on events match. A time counts by the events' own times, wherever they are in the log.
    pub from: Option<At>,
    /// The place up to which events match; a time as in `from`.
    pub to: Option<At>,
}

/// The reason why a text is not a search, as a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSearch(pub String);

impl fmt::Display for BadSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadSearch {}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SearchWord {
    /// The field, without its colon; `None` for a text.
    field: Option<String>,
    value: String,
}

impl Search {
    /// Parses the words of a search: `rent type:Deposited stream:acc-17 from:2024-01-01 to:2024-03-14`. A word with
    /// spaces, colons or quotes is written between quotes, with `\"` for a quote.
    ///
    /// # Errors
    /// An unclosed quote, an unknown field, a field without a value or twice, an invalid place, an end before the
    /// beginning, and those of [`Search::checked`].
    pub fn parse(text: &str) -> Result<Self, BadSearch> {
        if text.len() > SEARCH_BYTES_MAX {
            return Err(BadSearch(format!("a search is at most {SEARCH_BYTES_MAX} bytes long")));
        }
        let mut search = Self::default();
        for word in words(text)? {
            search.take(word)?;
        }
        let is_backwards = match (search.from, search.to) {
            (Some(At::Time(from)), Some(At::Time(to))) => from > to,
            (Some(At::Position(from)), Some(At::Position(to))) => from > to,
            (Some(At::Share(from)), Some(At::Share(to))) => from > to,
            _ => false,
        };
        if is_backwards {
            return Err(BadSearch("it ends before it begins: from is later than to".to_owned()));
        }
        search.checked()
    }

    /// The search, if it makes sense as a whole.
    ///
    /// # Errors
    /// Too many texts or types, or a text that is empty or too long.
    pub fn checked(self) -> Result<Self, BadSearch> {
        let bad = |why: String| Err(BadSearch(why));
        if self.texts.len() > N_TEXTS_MAX {
            return bad(format!("a search has at most {N_TEXTS_MAX} texts; \"put several words\" in quotes"));
        }
        if self.types.len() > N_TYPES_MAX {
            return bad(format!("a search has at most {N_TYPES_MAX} types"));
        }
        if self.texts.iter().any(String::is_empty) {
            return bad("a text in a search has at least one character".to_owned());
        }
        if self.texts.iter().any(|text| text.len() > SEARCH_BYTES_MAX) {
            return bad(format!("a text in a search has at most {SEARCH_BYTES_MAX} bytes"));
        }
        Ok(self)
    }

    /// The bounds for the events' own times, as far as the search gives its ends as times.
    pub fn times(&self) -> TimeBounds {
        let time = |at: Option<At>| -> Option<Timestamp> {
            match at {
                Some(At::Time(time)) => Some(time),
                _ => None,
            }
        };
        TimeBounds { from: time(self.from), to: time(self.to) }
    }

    /// [`Search::parse`] for a log with that head.
    ///
    /// # Errors
    /// Those of [`Search::parse`], and a position after the head.
    pub fn parse_within(text: &str, head: GlobalPosition) -> Result<Self, BadSearch> {
        let search = Self::parse(text)?;
        let from = search.from.map(|from| from.beginning_within(head)).transpose();
        let to = search.to.map(|to| to.within(head)).transpose();
        from.and(to).map_err(|beyond| BadSearch(beyond.to_string()))?;
        Ok(search)
    }

    /// Whether the search is empty, so that every event matches.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    fn take(&mut self, word: SearchWord) -> Result<(), BadSearch> {
        let SearchWord { field, value } = word;
        let Some(field) = field else {
            self.texts.push(value);
            return Ok(());
        };
        let once = |is_there: bool| match is_there {
            true => Err(BadSearch(format!("{field}: may appear only once"))),
            false => Ok(()),
        };
        let bad_place = |why: BadAt| BadSearch(why.to_string());
        let name = field.to_ascii_lowercase();
        if value.is_empty() && FIELDS.iter().any(|(known, _)| known.strip_suffix(':') == Some(&name)) {
            return Err(BadSearch(format!("{name}: takes {}", takes(&name))));
        }
        match name.as_str() {
            "type" => self.types.push(value),
            "stream" => {
                once(self.stream.is_some())?;
                self.stream = Some(StreamName::new(&value).map_err(|why| BadSearch(why.to_string()))?);
            }
            "from" => {
                once(self.from.is_some())?;
                self.from = Some(At::parse_beginning(&value).map_err(bad_place)?);
            }
            "to" => {
                once(self.to.is_some())?;
                self.to = Some(At::parse(&value).map_err(bad_place)?);
            }
            _ => {
                let known = "type:, stream:, from: and to:";
                return Err(BadSearch(format!(
                    "there is no {field}: to look for, there are {known}; a text with a colon stands between quotes: \
                     \"{field}:{value}\""
                )));
            }
        }
        Ok(())
    }
}

/// The values of a field.
fn takes(name: &str) -> &'static str {
    FIELDS
        .iter()
        .find(|(field, _)| field.strip_suffix(':') == Some(name))
        .map_or("a value", |(_, takes)| takes)
}

/// Splits a text into the words of a search.
fn words(text: &str) -> Result<Vec<SearchWord>, BadSearch> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let field = field(rest);
        if let Some(name) = field {
            rest = rest.get(name.len() + 1..).unwrap_or("");
        }
        let (value, behind) = if rest.starts_with('"') {
            quoted(rest)?
        } else {
            let (value, behind) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
            (value.to_owned(), behind)
        };
        words.push(SearchWord { field: field.map(str::to_owned), value });
        rest = behind.trim_start();
    }
    Ok(words)
}

/// The name of the field at the beginning of the text: letters before a colon.
fn field(text: &str) -> Option<&str> {
    let (name, _) = text.split_once(':')?;
    (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic())).then_some(name)
}

/// The content of the quotes at the beginning of the text, and the rest of the text.
fn quoted(text: &str) -> Result<(String, &str), BadSearch> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let behind = text.get(at + 1..).unwrap_or("");
                if behind.starts_with(|c: char| !c.is_whitespace()) {
                    let why = "a closing quote is followed by a space; a quote in a text is written \\\"";
                    return Err(BadSearch(why.to_owned()));
                }
                return Ok((value, behind));
            }
            '\\' => match chars.next() {
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                Some((_, other)) => value.extend(['\\', other]),
                None => break,
            },
            c => value.push(c),
        }
    }
    Err(BadSearch("a quote is not closed".to_owned()))
}

/// The value as a word of a search, quoted if it would be read differently otherwise.
pub fn word_of(value: &str) -> String {
    let is_plain = !value.is_empty()
        && !value.starts_with('"')
        && !value.contains(char::is_whitespace)
        && field(value).is_none();
    if is_plain {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The search in words: `Deposited of acc-17 with “rent”, from 2024-01-01 00:00:00 to 99%`.
impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.types.is_empty() {
            f.write_str("any event")?;
        } else {
            f.write_str(&self.types.join(" or "))?;
        }
        if let Some(stream) = &self.stream {
            write!(f, " of {stream}")?;
        }
        for (nth, text) in self.texts.iter().enumerate() {
            write!(f, "{}“{text}”", if nth == 0 { " with " } else { " and " })?;
        }
        if self.from.is_some() || self.to.is_some() {
            f.write_str(",")?;
        }
        if let Some(from) = self.from {
            write!(f, " from {}", place_words(from))?;
        }
        if let Some(to) = self.to {
            write!(f, " to {}", place_words(to))?;
        }
        Ok(())
    }
}

fn place_words(at: At) -> String {
    match at {
        At::Head => "the head".to_owned(),
        At::Position(position) => format!("position {position}"),
        At::Time(time) => time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        At::Share(millionths) => format!("{}%", f64::from(millionths) / 10_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(texts: &[&str]) -> Search {
        Search { texts: texts.iter().map(|text| (*text).to_owned()).collect(), ..Search::default() }
    }

    #[test]
    fn words_are_texts_and_fields() {
        let line = "rent type:Deposited stream:acc-17 from:2024-01-01 to:2024-03-14";
        let search = Search {
            texts: vec!["rent".to_owned()],
            types: vec!["Deposited".to_owned()],
            stream: Some(StreamName::new("acc-17").unwrap()),
            from: Some(At::Time("2024-01-01T00:00:00Z".parse().unwrap())),
            to: Some(At::Time("2024-03-14T23:59:59.999999Z".parse().unwrap())),
        };
        assert_eq!(Search::parse(line), Ok(search.clone()));
        let words = "Deposited of acc-17 with “rent”, from 2024-01-01 00:00:00 to 2024-03-14 23:59:59";
        assert_eq!(search.to_string(), words);
        let search = Search::parse("type:A TYPE:B to:42.5%").unwrap();
        assert_eq!(search.types, ["A", "B"]);
        assert_eq!(search.to_string(), "A or B, to 42.5%");
        let search = Search::parse("from:8,112").unwrap();
        assert_eq!(search.from, Some(At::Position(GlobalPosition::new(8112))));
        assert_eq!(search.to_string(), "any event, from position 8112");
    }

    #[test]
    fn quotes_keep_special_characters_in_a_text() {
        for (line, search) in [
            ("", texts(&[])),
            ("  a  b ", texts(&["a", "b"])),
            (r#""March rent" x"#, texts(&["March rent", "x"])),
            (r#""type:A""#, texts(&["type:A"])),
            (r#""\"amount\":5" "a\\b\c""#, texts(&[r#""amount":5"#, r"a\b\c"])),
            ("10:22 {\"amount\":5}", texts(&["10:22", "{\"amount\":5}"])),
        ] {
            assert_eq!(Search::parse(line), Ok(search), "{line}");
        }
        let search = Search::parse(r#"stream:"two words""#).unwrap();
        assert_eq!(search.stream, Some(StreamName::new("two words").unwrap()));
    }

    #[test]
    fn a_text_that_is_not_a_search_gets_the_reason() {
        for (line, why) in [
            ("\"a", "a quote is not closed"),
            ("\"a\"b", "a closing quote is followed by a space; a quote in a text is written \\\""),
            ("owner:Ada", "there is no owner: to look for"),
            ("type:", "type: takes the type of an event, as in type:Deposited"),
            ("from:noon", "'noon' is not a position or time"),
            ("stream:a stream:b", "stream: may appear only once"),
            ("from:2024-03-02 to:2024-03-01", "it ends before it begins"),
            ("a b c d e f g h i", "a search has at most 8 texts"),
            ("\"\"", "a text in a search has at least one character"),
        ] {
            let message = Search::parse(line).unwrap_err().to_string();
            assert!(message.starts_with(why), "{line}: {message}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_looked_for(values in prop::collection::vec("\\PC{1,9}|[a-z:\" \\\\]{1,9}", 1..4)) {
            let line = values.iter().map(|value| word_of(value)).collect::<Vec<_>>().join(" ");
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            prop_assert_eq!(Search::parse(&line), Ok(texts(&values)), "{}", line);
        }
    }
}
