//! Answers of a fold process: any line is one or not, and what is taken has the states that were asked for.

use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition};
use foldback::domain::hash::ChainHash;
use foldback::runtime::fold_process::limits::{ANSWER_ITEMS_MAX, ANSWER_TEXT_BYTES_MAX};
use foldback::runtime::fold_process::protocol::{
    Decision, EventWindow, ProcessAnswer, StateJson, fold_line, read_decided, read_folded, read_greeting,
};
use serde_json::value::RawValue;

/// The bytes are the line, without its end.
pub fn fold_answer(bytes: &[u8]) {
    if let Ok(greeting) = read_greeting(bytes) {
        assert!(greeting.fold.len() <= ANSWER_TEXT_BYTES_MAX && greeting.types.len() <= ANSWER_ITEMS_MAX);
    }
    if let Ok(ProcessAnswer::Given(Decision::Events(events))) = read_decided(bytes, 1) {
        assert!(events.iter().all(|event| is_json(&event.data)));
    }
    let stream = StreamName::new("a").expect("a name");
    let (events, none) = ([event(&stream, 3), event(&stream, 4)], StateJson::none());
    for each in [true, false] {
        let window = EventWindow { stream: &stream, state: &none, each, events: &events };
        let Ok(ProcessAnswer::Given(folded)) = read_folded(bytes, 1, window) else { continue };
        assert_eq!(folded.states.len(), if each { 2 } else { 1 });
        assert!(folded.states.iter().all(|state| is_json(state.text())));
        assert!(folded.not_understood.len() <= 2);
        // A state that was taken can be sent with the next events.
        for state in &folded.states {
            let line = fold_line(2, EventWindow { state, ..window });
            assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1 + newlines(state.text()));
        }
    }
}

fn newlines(text: &str) -> usize {
    text.matches('\n').count()
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

fn event(stream: &StreamName, version: u64) -> RecordedEvent {
    RecordedEvent {
        position: GlobalPosition::new(version),
        stream: stream.clone(),
        version: StreamPosition::new(version),
        id: None,
        event_type: "Noted".to_owned(),
        time: None,
        clock: None,
        data: "{}".to_owned(),
        metadata: None,
        source: None,
        hash: ChainHash::default(),
    }
}
