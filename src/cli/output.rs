//! Output of the verbs: JSON for scripts, text for people.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use anyhow::Result;
use serde::Serialize;

use crate::domain::event::RecordedEvent;
use crate::domain::visible::{visible, visible_json};
use crate::runtime::late::LateLeftOut;
use crate::store::sqlite::SqliteStore;

/// How much is held back before it is written: a log of millions of lines is written in few steps.
const BUFFER_BYTES: usize = 64 * 1024;

/// Stdout. What is written is complete once [`Output::finish`] has returned.
pub struct Output {
    out: BufWriter<StdoutLock<'static>>,
    is_terminal: bool,
    /// What has been done already, whatever becomes of the output.
    done: Option<&'static str>,
}

/// Why the output could not be written; the error's kind is kept around it. Of the read model or the store, which a verb
/// also writes, it says nothing.
#[derive(Debug)]
struct Unwritten {
    done: Option<&'static str>,
    why: io::Error,
}

impl fmt::Display for Unwritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { done, why } = self;
        match done {
            Some(done) => write!(f, "{done}, but the output could not be written: {why}"),
            None => write!(f, "the output could not be written: {why}"),
        }
    }
}

impl std::error::Error for Unwritten {}

/// Whether this is the error of a write to stdout.
pub fn is_unwritten(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|why| why.is::<Unwritten>())
}

impl Output {
    /// Stdout, ours until this goes out of scope.
    pub fn stdout() -> Self {
        let stdout = io::stdout().lock();
        let is_terminal = stdout.is_terminal();
        Self { out: BufWriter::with_capacity(BUFFER_BYTES, stdout), is_terminal, done: None }
    }

    /// From now on an error says first that this has been done: a sentence without its end, such as `the command is done`.
    pub fn has_done(&mut self, done: &'static str) {
        self.done = Some(done);
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = self.out.write_all(bytes);
        self.explained(written)
    }

    fn explained<T>(&self, written: io::Result<T>) -> io::Result<T> {
        written.map_err(|why| io::Error::new(why.kind(), Unwritten { done: self.done, why }))
    }

    /// A line of text. Whatever comes from events in it is made visible.
    ///
    /// # Errors
    /// Nobody reads on, or the disk is full; so for all of these.
    pub fn text(&mut self, line: &str) -> io::Result<()> {
        self.put(visible(line).as_bytes())?;
        self.put(b"\n")
    }

    /// A line of text that is visible already.
    pub fn shown(&mut self, line: &str) -> io::Result<()> {
        self.put(line.as_bytes())?;
        self.put(b"\n")
    }

    /// Whether a person looks at it: then no byte goes there that a terminal obeys.
    pub fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Bytes as they are, visible already where that matters.
    pub fn exact(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.put(bytes)
    }

    /// A line of JSON: to a terminal with hidden characters escaped, into a pipe to the byte.
    pub fn json(&mut self, json: &str) -> io::Result<()> {
        let shown = if self.is_terminal { visible_json(json) } else { json.into() };
        self.put(shown.as_bytes())?;
        self.put(b"\n")
    }

    /// A value as a line of JSON.
    pub fn json_of(&mut self, value: &impl Serialize) -> Result<()> {
        Ok(self.json(&serde_json::to_string(value)?)?)
    }

    /// Takes care that all of it is written.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()
    }
}

/// What writes a log writes to this: lines of JSON, as in [`Output::json`].
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            let written = self.out.write(bytes);
            return self.explained(written);
        }
        // Everything that is written here is whole lines of UTF-8.
        self.put(visible_json(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let written = self.out.flush();
        self.explained(written)
    }
}

/// An object of JSON on one line, with values that are JSON already to the byte.
#[derive(Debug)]
pub struct JsonObject(String);

impl JsonObject {
    /// An object without members.
    pub fn new() -> Self {
        Self("{".to_owned())
    }

    /// With this member; `value` always serialises: a text, a number, an option of one.
    pub fn with(self, key: &str, value: impl Serialize) -> Self {
        let json = serde_json::to_string(&value).unwrap_or_else(|_| "null".to_owned());
        self.with_raw(key, &json)
    }

    /// With a member that is JSON already, without the line breaks between its values.
    pub fn with_raw(mut self, key: &str, json: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        // A text always serialises.
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

/// An array of JSON on one line.
pub fn json_array(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// JSON without the line breaks between its values; no text in JSON holds one as such.
pub fn one_line(json: &str) -> String {
    json.split(['\n', '\r']).collect()
}

/// An event in the shape that scripts rely on, on one line.
pub fn event_json(event: &RecordedEvent) -> String {
    // A struct of texts and numbers always serialises.
    one_line(&serde_json::to_string(event).unwrap_or_default())
}

/// An event as a line of text.
pub fn event_text(event: &RecordedEvent) -> String {
    let time = event.time.map_or_else(|| "-".to_owned(), |time| format!("{time:.0}"));
    let late = if event.is_late() { "  (late)" } else { "" };
    let RecordedEvent { position, stream, version, event_type, data, .. } = event;
    format!("{position:>8}  {time}  {stream} v{version}  {event_type}  {}{late}", one_line(data))
}

/// Says something to the person on stderr; what comes from events in it is made visible.
pub fn say(text: &str) {
    let lines: Vec<_> = text.lines().map(visible).collect();
    // Where nobody listens there is nobody to tell that to.
    _ = writeln!(io::stderr().lock(), "{}", lines.join("\n"));
}

/// Says how many late events an answer by time leaves out, where there are some.
pub fn say_late_left_out(left_out: Option<LateLeftOut>) {
    if let Some(words) = left_out.and_then(|left_out| left_out.words()) {
        say(&words);
    }
}

/// Says why what was committed is not in the receipt beside the store, where it is not.
pub fn say_receipt_trouble(store: &mut SqliteStore) {
    if let Some(trouble) = store.take_receipt_trouble() {
        say(&format!("{trouble:#}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chain::ChainHash;
    use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};

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
