//! A made-up aggregate with a decider of one command: lamps that can be dimmed. The other streams are walls, which have no
//! commands.

use std::sync::Arc;

use foldback::cli::args::write::Do;
use foldback::cli::do_command;
use foldback::cli::exit::{ExitCode, VerbFailure};
use foldback::command_handler::{EVENTS_OF_A_COMMAND_MAX, HandleError, Participants, handle, preview};
use foldback::domain::aggregates::words::AggregateWords;
use foldback::domain::aggregates::{Aggregate, Aggregates};
use foldback::domain::command::grammar::{ArgumentKind, Grammar};
use foldback::domain::command::{Argument, Command};
use foldback::domain::decider::{Decider, PlannedEvent, Refusal};
use foldback::domain::event::{RecordedEvent, StreamPosition};
use foldback::domain::fold::{DecodedEvent, Evolved, Fold, Meaning};
use foldback::domain::mapping::Mappings;
use foldback::domain::name_pattern::NamePattern;
use foldback::domain::shape::{FieldId, FieldSpec, Shape};
use foldback::domain::state::State;
use foldback::domain::state::document::Document;
use foldback::domain::value::FieldValue;
use foldback::store::Appended;
use foldback::store::sqlite::SqliteStore;
use foldback::tui::model::prompt::{CommandLine, reading};

use crate::given::{context, expecting, log};
use crate::support::{TempStore, stream};

const PERCENT: FieldId = FieldId(0);

/// How bright a lamp is, in percent.
#[derive(Clone)]
struct LampFold(Arc<Shape>);

impl Fold for LampFold {
    fn shape(&self) -> &Shape {
        &self.0
    }

    fn initial(&self) -> State {
        let mut lamp = Document::new(Arc::clone(&self.0));
        lamp.set(PERCENT, FieldValue::Integer(0));
        State::Document(lamp)
    }

    fn evolve(&self, state: &mut State, event: &RecordedEvent) -> Evolved {
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        if let (State::Document(lamp), Some(percent)) = (state, data["percent"].as_i64()) {
            lamp.set(PERCENT, FieldValue::Integer(percent));
        }
        Evolved { meaning: Meaning::Understood, event: DecodedEvent::Opaque }
    }

    fn version(&self) -> u32 {
        1
    }

    fn read_by(&self, _: &Mappings) -> Arc<dyn Fold> {
        Arc::new(self.clone())
    }
}

/// Dims a lamp, after switching it on if it is dark.
struct LampDecider(Vec<Grammar>);

impl Decider for LampDecider {
    fn grammars(&self) -> &[Grammar] {
        &self.0
    }

    fn decide(&self, command: &Command, states: &[&State], id: &str) -> Result<Vec<PlannedEvent>, Refusal> {
        let [Argument::Amount(amount)] = command.arguments.as_slice() else { panic!("{command:?}") };
        let percent = amount.minor_units(None).unwrap();
        let refused = |sentence: &str| Refusal {
            stream: command.stream.clone(),
            sentence: sentence.to_owned(),
            data: format!(r#"{{"percent":{percent}}}"#),
        };
        if percent > 100 {
            return Err(refused("a lamp has 100 percent at most"));
        }
        let planned = |event_type: &'static str, data: String| PlannedEvent {
            stream: command.stream.clone(),
            event_type: event_type.into(),
            data,
        };
        let dimmed = planned("Dimmed", format!(r#"{{"percent":{percent},"command":"{id}"}}"#));
        Ok(match states[0].field(PERCENT) {
            FieldValue::Integer(0) => vec![planned("SwitchedOn", r#"{"percent":100}"#.to_owned()), dimmed],
            _ => vec![dimmed],
        })
    }
}

fn aggregates() -> Aggregates {
    let shape = Shape { fields: vec![FieldSpec::plain("percent")].into(), measure: Some(PERCENT) };
    let fold = Arc::new(LampFold(Arc::new(shape)));
    let dim = Grammar {
        word: "dim".into(),
        stream: "LAMP".into(),
        arguments: vec![ArgumentKind::Amount].into(),
        options: vec![].into(),
        does: "how bright a lamp is".into(),
    };
    let decider = Some(Arc::new(LampDecider(vec![dim])) as Arc<dyn Decider>);
    let walls = Aggregate {
        name: "wall".into(),
        words: AggregateWords::of("wall"),
        streams: NamePattern::ANY,
        fold: fold.clone(),
        decider: None,
    };
    let lamps = Aggregate {
        name: "lamp".into(),
        words: AggregateWords::of("lamp"),
        streams: NamePattern::of_prefix("lamp-"),
        fold,
        decider,
    };
    Aggregates::new(walls, vec![lamps])
}

fn house() -> (SqliteStore, tempfile::TempDir) {
    let TempStore { store, folder } = TempStore::new();
    let path = store.path().to_owned();
    drop(store);
    (SqliteStore::open(&path, &aggregates()).unwrap(), folder)
}

fn dim(store: &mut SqliteStore, text: &str, id: u128) -> Result<Appended, HandleError> {
    let command = aggregates().commands().parse(text).unwrap();
    let participants = Participants::from_first_events(store, &aggregates(), &command).unwrap();
    handle(store, &aggregates(), &command, &context(id), participants)
}

fn types_and_data(events: &[RecordedEvent]) -> Vec<(&str, &str)> {
    events.iter().map(|event| (event.event_type.as_str(), event.data.as_str())).collect()
}

#[test]
fn its_command_becomes_events_once_or_is_refused() {
    let (mut store, _folder) = house();
    let id = "00000000-0000-0000-0000-000000000001";
    let appended = dim(&mut store, "dim lamp-1 40", 1).unwrap();
    let dimmed = format!(r#"{{"percent":40,"command":"{id}"}}"#);
    let expected = [("SwitchedOn", r#"{"percent":100}"#), ("Dimmed", dimmed.as_str())];
    assert_eq!(types_and_data(&appended.events), expected);
    let metadata = format!(r#"{{"correlation":"{id}","causation":"{id}","command":"dim lamp-1 40"}}"#);
    assert_eq!(appended.events[1].metadata, Some(metadata));
    let again = dim(&mut store, "dim lamp-1 40", 1).unwrap();
    assert_eq!((again.was_there, &again.events), (true, &appended.events));

    let Err(HandleError::Refused(refusal)) = dim(&mut store, "dim lamp-1 101", 2) else { panic!() };
    let sentence = "a lamp has 100 percent at most".to_owned();
    assert_eq!(
        refusal,
        Refusal { stream: stream("lamp-1"), sentence, data: r#"{"percent":101}"#.to_owned() }
    );
    assert_eq!(log(&store), appended.events);
}

#[test]
fn its_preview_shows_each_event_on_the_state_that_the_one_before_leaves() {
    let (store, _folder) = house();
    let command = aggregates().commands().parse("dim lamp-1 40").unwrap();
    let participants = Participants::from_first_events(&store, &aggregates(), &command).unwrap();
    let changes = preview(&aggregates(), &command, None, &participants).unwrap();
    let shown: Vec<_> = changes
        .iter()
        .map(|c| (&*c.event.event_type, c.version.number(), c.before.shown(PERCENT), c.after.shown(PERCENT)))
        .map(|(event_type, version, before, after)| format!("{event_type} v{version} {before} -> {after}"))
        .collect();
    assert_eq!(shown, ["SwitchedOn v1 0 -> 100", "Dimmed v2 100 -> 40"]);
    assert_eq!(log(&store), []);
    let expected = expecting(1, 3).expected;
    let conflict = preview(&aggregates(), &command, expected, &participants).unwrap_err();
    assert_eq!(conflict.to_string(), "lamp-1 was expected at version 3 and is at 0");
}

#[test]
fn the_verb_do_carries_its_command_out_and_says_which_aggregate_has_none() {
    let (mut store, folder) = house();
    let mut run = |command: &str, dry_run| {
        let store_path = folder.path().join("bank.db");
        let args = Do {
            store: store_path,
            command: command.to_owned(),
            dry_run,
            expect: None,
            id: None,
            json: false,
        };
        do_command::on(&mut store, &args)
    };
    assert_eq!(run("dim lamp-1 40", true).unwrap(), ExitCode::Done);
    assert_eq!(run("dim lamp-1 101", false).unwrap(), ExitCode::Refused);
    assert_eq!(run("dim lamp-1 60", false).unwrap(), ExitCode::Done);
    let failed = run("dim hall 60", false).unwrap_err();
    assert_eq!(failed.to_string(), "'dim' is not a command: a wall takes no commands");
    assert_eq!(failed.downcast::<VerbFailure>().unwrap().code, ExitCode::Usage);
    assert_eq!(
        run("deposit lamp-1 60", false).unwrap_err().to_string(),
        "'deposit' is not a command; the commands are: dim"
    );
    let types: Vec<_> = log(&store).into_iter().map(|event| event.event_type).collect();
    assert_eq!(types, ["SwitchedOn", "Dimmed"]);
}

#[test]
fn the_prompt_reads_its_command_and_says_which_aggregate_has_none() {
    let commands = aggregates().commands();
    let CommandLine::Command(Ok(command)) = reading("dim lamp-1 40.0", &commands) else { panic!() };
    assert_eq!(command.to_string(), "dim lamp-1 40.0");
    let CommandLine::Command(Err(why)) = reading("dim hall 40", &commands) else { panic!() };
    assert_eq!(why.0, "'dim' is not a command: a wall takes no commands");
    let command = Command { stream: stream("hall"), ..command };
    let (store, _folder) = house();
    let participants = Participants::from_first_events(&store, &aggregates(), &command).unwrap();
    let refused = preview(&aggregates(), &command, Some(StreamPosition::START), &participants).unwrap_err();
    assert_eq!(refused.to_string(), "a wall takes no commands");
}

/// Answers every command with this many events.
struct FloodDecider(Vec<Grammar>, usize);

impl Decider for FloodDecider {
    fn grammars(&self) -> &[Grammar] {
        &self.0
    }

    fn decide(&self, command: &Command, _: &[&State], _: &str) -> Result<Vec<PlannedEvent>, Refusal> {
        let dimmed = PlannedEvent {
            stream: command.stream.clone(),
            event_type: "Dimmed".into(),
            data: r#"{"percent":1}"#.to_owned(),
        };
        Ok(vec![dimmed; self.1])
    }
}

#[test]
fn a_command_of_more_events_than_are_read_again_appends_none() {
    let (mut store, _folder) = house();
    let command = aggregates().commands().parse("dim lamp-1 1").unwrap();
    let grammars = aggregates().of(&stream("lamp-1")).decider.as_ref().unwrap().grammars().to_vec();
    let mut run = |n_events: usize, id| {
        let lamps = aggregates().of(&stream("lamp-1")).clone();
        let decider = Some(Arc::new(FloodDecider(grammars.clone(), n_events)) as Arc<dyn Decider>);
        let aggregates = Aggregates::new(Aggregate { decider, ..lamps }, Vec::new());
        let participants = Participants::from_first_events(&store, &aggregates, &command).unwrap();
        handle(&mut store, &aggregates, &command, &context(id), participants)
    };
    let most = EVENTS_OF_A_COMMAND_MAX;
    let why = run(most + 1, 1).unwrap_err().to_string();
    assert_eq!(why, format!("it leads to {} events; a command has {most} at most", most + 1));
    assert_eq!(run(0, 2).unwrap().events, []);
    let appended = run(most, 3).unwrap();
    assert_eq!(appended.events.len(), most);
    let again = run(most, 3).unwrap();
    assert_eq!((again.was_there, &again.events), (true, &appended.events));
    assert_eq!(log(&store), appended.events);
}
