//! Output of the verbs: JSON for scripts, text for people.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use anyhow::Result;
use serde::Serialize;

use crate::domain::event::RecordedEvent;
use crate::domain::visible::{visible, visible_json};
use crate::runtime::late::LateLeftOut;
use crate::store::sqlite::SqliteStore;

/// Bytes held back before they are written, so that a log of millions of lines is written in few steps.
const BUFFER_BYTES: usize = 64 * 1024;

/// Standard output. Everything is written once [`Output::finish`] has returned.
pub struct Output {
    out: BufWriter<StdoutLock<'static>>,
    is_terminal: bool,
    /// An action that is complete whatever becomes of the output.
    done: Option<&'static str>,
}

/// An error of the output, with the kind of its cause. A verb also writes to the read model or the store, whose errors
/// are of other types.
#[derive(Debug)]
struct WriteError {
    done: Option<&'static str>,
    why: io::Error,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { done, why } = self;
        match done {
            Some(done) => write!(f, "{done}, but the output could not be written: {why}"),
            None => write!(f, "the output could not be written: {why}"),
        }
    }
}

impl std::error::Error for WriteError {}

/// Whether this is the error of writing to stdout.
pub fn is_unwritten(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|why| why.is::<WriteError>())
}

impl Output {
    /// Stdout, locked until this is dropped.
    pub fn stdout() -> Self {
        let stdout = io::stdout().lock();
        let is_terminal = stdout.is_terminal();
        Self { out: BufWriter::with_capacity(BUFFER_BYTES, stdout), is_terminal, done: None }
    }

    /// From now on an error says first that this has been done. `done` is a sentence without a full stop, such as `the
    /// command is done`.
    pub fn has_done(&mut self, done: &'static str) {
        self.done = Some(done);
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = self.out.write_all(bytes);
        self.explained(written)
    }

    fn explained<T>(&self, written: io::Result<T>) -> io::Result<T> {
        written.map_err(|why| io::Error::new(why.kind(), WriteError { done: self.done, why }))
    }

    /// Writes a line of text. Control characters in text from events are made visible.
    ///
    /// # Errors
    /// The reader has gone, or the disk is full; the same holds for the other methods.
    pub fn text(&mut self, line: &str) -> io::Result<()> {
        self.put(visible(line).as_bytes())?;
        self.put(b"\n")
    }

    /// Writes a line of text whose control characters are visible already.
    pub fn shown(&mut self, line: &str) -> io::Result<()> {
        self.put(line.as_bytes())?;
        self.put(b"\n")
    }

    /// Whether the output is a terminal. Then no byte that a terminal would obey may go there.
    pub fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Writes bytes unchanged. The caller has made control characters visible where necessary.
    pub fn exact(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.put(bytes)
    }

    /// Writes a line of JSON. On a terminal hidden characters are escaped; a pipe gets the exact bytes.
    pub fn json(&mut self, json: &str) -> io::Result<()> {
        let shown = if self.is_terminal { visible_json(json) } else { json.into() };
        self.put(shown.as_bytes())?;
        self.put(b"\n")
    }

    /// Writes a value as a line of JSON.
    pub fn json_of(&mut self, value: &impl Serialize) -> Result<()> {
        Ok(self.json(&serde_json::to_string(value)?)?)
    }

    /// Flushes the output.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()
    }
}

/// The export of a log writes through this: lines of JSON, as in [`Output::json`].
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            let written = self.out.write(bytes);
            return self.explained(written);
        }
        // All writers write whole lines of UTF-8.
        self.put(visible_json(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let written = self.out.flush();
        self.explained(written)
    }
}

/// A JSON object on one line. Values that are JSON already are kept byte for byte.
#[derive(Debug)]
pub struct JsonObject(String);

impl JsonObject {
    /// An object without members.
    pub fn new() -> Self {
        Self("{".to_owned())
    }

    /// Adds a member; `value` always serialises: a text, a number, an option of one.
    pub fn with(self, key: &str, value: impl Serialize) -> Self {
        let json = serde_json::to_string(&value).unwrap_or_else(|_| "null".to_owned());
        self.with_raw(key, &json)
    }

    /// Adds a member that is JSON already, without the line breaks between its values.
    pub fn with_raw(mut self, key: &str, json: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        // Serialising a string cannot fail.
        self.0.push_str(&serde_json::to_string(key).unwrap_or_default());
        self.0.push(':');
        self.0.push_str(&one_line(json));
        self
    }

    /// The object's text.
    pub fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

impl Default for JsonObject {
    fn default() -> Self {
        Self::new()
    }
}

/// A JSON array on one line.
pub fn json_array(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// JSON without the line breaks between its values. A JSON string contains no raw line break.
pub fn one_line(json: &str) -> String {
    json.split(['\n', '\r']).collect()
}

/// An event on one line, as JSON in the form that scripts rely on.
pub fn event_json(event: &RecordedEvent) -> String {
    // Serialising a struct of texts and numbers cannot fail.
    one_line(&serde_json::to_string(event).unwrap_or_default())
}

/// An event as a line of text.
pub fn event_text(event: &RecordedEvent) -> String {
    let time = event.time.map_or_else(|| "-".to_owned(), |time| format!("{time:.0}"));
    let late = if event.is_late() { "  (late)" } else { "" };
    let RecordedEvent { position, stream, version, event_type, data, .. } = event;
    format!("{position:>8}  {time}  {stream} v{version}  {event_type}  {}{late}", one_line(data))
}

/// Writes a message to stderr. Control characters in text from events are made visible.
pub fn say(text: &str) {
    let lines: Vec<_> = text.lines().map(visible).collect();
    // If stderr is closed, the error cannot be reported either.
    _ = writeln!(io::stderr().lock(), "{}", lines.join("\n"));
}

/// Reports how many late events an answer by time leaves out, if any.
pub fn say_late_left_out(left_out: Option<LateLeftOut>) {
    if let Some(words) = left_out.and_then(|left_out| left_out.words()) {
        say(&words);
    }
}

/// Reports why the store's receipt does not cover the committed events, if it does not.
pub fn say_receipt_trouble(store: &mut SqliteStore) {
    if let Some(trouble) = store.take_receipt_trouble() {
        say(&format!("{trouble:#}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
    use crate::domain::hash::ChainHash;

    #[test]
    fn an_event_is_one_line_with_its_json_to_the_byte() {
        let event = RecordedEvent {
            position: GlobalPosition::new(7),
            stream: StreamName::new("a\"\n").unwrap(),
            version: StreamPosition::new(2),
            id: None,
            event_type: "T".to_owned(),
            time: Some("2024-03-14T10:22:07.5Z".parse().unwrap()),
            clock: Some("2024-03-14T10:22:08Z".parse().unwrap()),
            data: "{ \"a\":1.0,\n\"a\":2}".to_owned(),
            metadata: None,
            source: None,
            hash: ChainHash([0xab; 32]),
        };
        assert_eq!(
            event_json(&event),
            concat!(
                r#"{"position":7,"stream":"a\"\n","version":2,"id":null,"type":"T","time":"2024-03-14T10:22:07.5Z","#,
                r#""data":{ "a":1.0,"a":2},"metadata":null,"#,
                r#""hash":"abababababababababababababababababababababababababababababababab"}"#
            )
        );
        assert_eq!(
            event_text(&event),
            "       7  2024-03-14T10:22:07Z  a\"\n v2  T  { \"a\":1.0,\"a\":2}  (late)"
        );
    }
}
