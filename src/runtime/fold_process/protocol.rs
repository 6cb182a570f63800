//! The protocol of a fold process: requests as lines of JSON, and answers read from lines.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::domain::event::{EVENT_TYPE_BYTES_MAX, RecordedEvent, StreamName, StreamPosition};
use crate::runtime::fold_process::fault::BadAnswer;
use crate::runtime::fold_process::limits::{ANSWER_ITEMS_MAX, ANSWER_TEXT_BYTES_MAX, STATE_BYTES_MAX};

/// The version of the protocol.
const PROTOCOL_VERSION: u64 = 1;

/// A state as JSON of any kind, as the process wrote it. `null` is the state before the first event.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StateJson(Box<RawValue>);

impl StateJson {
    /// The state before the first event.
    pub fn none() -> Self {
        Self(RawValue::NULL.to_owned())
    }

    /// The state with this JSON.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        // Within a line there is no other. Newlines in JSON are blanks: those of texts are escaped.
        serde_json::from_str(&text.replace('\n', " "))
    }

    /// Its JSON.
    pub fn text(&self) -> &str {
        self.0.get()
    }
}

/// Two states are equal if their texts are.
impl PartialEq for StateJson {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for StateJson {}

/// The answer to the hello.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Greeting {
    /// The fold and its version in a word. It changes when the same events could give another state.
    pub fold: String,
    /// The types of events that it knows; empty if it does not say.
    pub types: Vec<String>,
    /// The first words of its commands; empty without commands.
    pub commands: Vec<String>,
}

/// Events of a stream that follow each other, with the state before them.
#[derive(Clone, Copy, Debug)]
pub struct EventWindow<'a> {
    pub stream: &'a StreamName,
    /// The state before the events.
    pub state: &'a StateJson,
    /// Whether the state after each event is asked for, or only the last one.
    pub each: bool,
    pub events: &'a [RecordedEvent],
}

/// The states that a window of events gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoldedStates {
    /// The state after each event, or only the last one.
    pub states: Vec<StateJson>,
    /// The events that left the state unchanged because the user's code failed at them, in order.
    pub not_understood: Vec<UnfoldedEvent>,
}

/// An event at which the user's code failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfoldedEvent {
    pub at: StreamPosition,
    /// The error in the words of the user's code.
    pub why: String,
}

/// A command for a stream with its state and version.
#[derive(Clone, Copy, Debug)]
pub struct StreamCommand<'a> {
    pub stream: &'a StreamName,
    pub state: &'a StateJson,
    pub version: StreamPosition,
    /// The command as it was typed.
    pub command: &'a str,
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Events(Vec<DecidedEvent>),
    /// A rule of the user's refuses the command; the sentence.
    Refused(String),
}

/// An event that a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedEvent {
    pub event_type: String,
    /// Its data as JSON, as the process wrote it.
    pub data: String,
}

/// An answer, or the error that the user's code reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcessAnswer<T> {
    Given(T),
    Failed { what: String, at: Option<StreamPosition> },
}

/// The line of the hello.
pub fn hello() -> Vec<u8> {
    format!("{{\"hello\":{PROTOCOL_VERSION}}}\n").into_bytes()
}

/// The line of a request to fold.
pub fn fold_line(id: u64, window: EventWindow<'_>) -> Vec<u8> {
    #[derive(Serialize)]
    struct FoldLine<'a> {
        fold: u64,
        stream: &'a str,
        state: &'a StateJson,
        each: bool,
        events: Vec<EventOfLine<'a>>,
    }
    #[derive(Serialize)]
    struct EventOfLine<'a> {
        version: u64,
        r#type: &'a str,
        time: Option<String>,
        data: &'a str,
    }
    let EventWindow { stream, state, each, events } = window;
    let mut lines = Vec::with_capacity(events.len());
    for RecordedEvent { version, event_type, time, data, .. } in events {
        let (version, time) = (version.number(), time.map(|time| time.to_string()));
        lines.push(EventOfLine { version, r#type: event_type, time, data });
    }
    line_of(&FoldLine { fold: id, stream: stream.as_str(), state, each, events: lines })
}

/// The line of a request to decide.
pub fn decide_line(id: u64, command: StreamCommand<'_>) -> Vec<u8> {
    #[derive(Serialize)]
    struct DecideLine<'a> {
        decide: u64,
        stream: &'a str,
        state: &'a StateJson,
        version: u64,
        command: &'a str,
    }
    let StreamCommand { stream, state, version, command } = command;
    line_of(&DecideLine { decide: id, stream: stream.as_str(), state, version: version.number(), command })
}

fn line_of(request: &impl Serialize) -> Vec<u8> {
    // Texts and numbers always become JSON.
    let mut line = serde_json::to_vec(request).unwrap_or_default();
    line.push(b'\n');
    line
}

/// Reads the answer to the hello.
///
/// # Errors
/// The line is not such an answer.
pub fn read_greeting(line: &[u8]) -> Result<Greeting, BadAnswer> {
    #[derive(Deserialize)]
    struct GreetingLine {
        hello: u64,
        fold: String,
        #[serde(default)]
        types: Vec<String>,
        #[serde(default)]
        commands: Vec<String>,
    }
    let GreetingLine { hello, fold, types, commands } = read(line)?;
    if hello != PROTOCOL_VERSION {
        return Err(BadAnswer::OtherRequest { expected: PROTOCOL_VERSION, found: hello });
    }
    for list in [&types, &commands] {
        within("a list of the greeting", list.len(), ANSWER_ITEMS_MAX)?;
    }
    for text in types.iter().chain(&commands).chain([&fold]) {
        within("a text of the greeting", text.len(), ANSWER_TEXT_BYTES_MAX)?;
    }
    Ok(Greeting { fold, types, commands })
}

/// Reads the answer to a request to fold.
///
/// # Errors
/// The line is not an answer to this request.
pub fn read_folded(
    line: &[u8],
    id: u64,
    window: EventWindow<'_>,
) -> Result<ProcessAnswer<FoldedStates>, BadAnswer> {
    #[derive(Deserialize)]
    struct FoldedLine {
        fold: u64,
        #[serde(default)]
        states: Vec<StateJson>,
        #[serde(default)]
        not_understood: Vec<UnfoldedLine>,
        error: Option<String>,
        at: Option<u64>,
    }
    #[derive(Deserialize)]
    struct UnfoldedLine {
        at: u64,
        why: String,
    }
    let FoldedLine { fold, states, not_understood, error, at } = read(line)?;
    answers(fold, id)?;
    let is_asked = |at: u64| window.events.binary_search_by_key(&at, |event| event.version.number()).is_ok();
    if let Some(what) = error {
        if let Some(other) = at.filter(|at| !is_asked(*at)) {
            return Err(BadAnswer::OtherEvent(other));
        }
        return Ok(ProcessAnswer::Failed { what: shortened(what), at: at.map(StreamPosition::new) });
    }
    let expected = if window.each { window.events.len() } else { window.events.len().min(1) };
    if states.len() != expected {
        return Err(BadAnswer::States { expected, found: states.len() });
    }
    for state in &states {
        within("a state", state.text().len(), STATE_BYTES_MAX)?;
    }
    let rises = not_understood.is_sorted_by(|one, next| one.at < next.at);
    if let Some(other) = not_understood.iter().find(|event| !rises || !is_asked(event.at)) {
        return Err(BadAnswer::OtherEvent(other.at));
    }
    let unfolded =
        |line: UnfoldedLine| UnfoldedEvent { at: StreamPosition::new(line.at), why: shortened(line.why) };
    Ok(ProcessAnswer::Given(FoldedStates {
        states,
        not_understood: not_understood.into_iter().map(unfolded).collect(),
    }))
}

/// Reads the answer to a request to decide.
///
/// # Errors
/// The line is not an answer to this request.
pub fn read_decided(line: &[u8], id: u64) -> Result<ProcessAnswer<Decision>, BadAnswer> {
    #[derive(Deserialize)]
    struct DecidedLine<'a> {
        decide: u64,
        #[serde(borrow)]
        events: Option<Vec<DecidedEventLine<'a>>>,
        refused: Option<String>,
        error: Option<String>,
    }
    #[derive(Deserialize)]
    struct DecidedEventLine<'a> {
        r#type: String,
        #[serde(borrow)]
        data: &'a RawValue,
    }
    let DecidedLine { decide, events, refused, error } = read(line)?;
    answers(decide, id)?;
    match (events, refused, error) {
        (_, _, Some(what)) => Ok(ProcessAnswer::Failed { what: shortened(what), at: None }),
        (None, Some(sentence), None) => Ok(ProcessAnswer::Given(Decision::Refused(shortened(sentence)))),
        (Some(events), None, None) => {
            within("a list of events", events.len(), ANSWER_ITEMS_MAX)?;
            for event in &events {
                within("the type of an event", event.r#type.len(), EVENT_TYPE_BYTES_MAX)?;
                within("the data of an event", event.data.get().len(), STATE_BYTES_MAX)?;
            }
            let event = |line: DecidedEventLine<'_>| DecidedEvent {
                event_type: line.r#type,
                data: line.data.get().to_owned(),
            };
            Ok(ProcessAnswer::Given(Decision::Events(events.into_iter().map(event).collect())))
        }
        _ => Err(BadAnswer::Form("one of `events`, `refused` and `error` is expected".to_owned())),
    }
}

fn read<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Result<T, BadAnswer> {
    serde_json::from_slice(line).map_err(|error| BadAnswer::Form(error.to_string()))
}

fn answers(found: u64, expected: u64) -> Result<(), BadAnswer> {
    if found == expected { Ok(()) } else { Err(BadAnswer::OtherRequest { expected, found }) }
}

fn within(what: &'static str, n: usize, most: usize) -> Result<(), BadAnswer> {
    if n <= most { Ok(()) } else { Err(BadAnswer::Beyond { what, most }) }
}

/// The text, cut where it is longer than people read.
fn shortened(mut text: String) -> String {
    if text.len() > ANSWER_TEXT_BYTES_MAX {
        let end = (0..=ANSWER_TEXT_BYTES_MAX).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or(0));
        text.push('…');
    }
    text
}
