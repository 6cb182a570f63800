//! A small bank for tests of the screen: a log in memory, with the answers about it.
//!
//! Its files:
//!
//! - `desks.rs`: the little bank's desks: what answers each question of its screen
//! - `pictures.rs`: the small bank's answers for the pictures of the query view
//! - `places.rs`: the small bank's places: the position of each
//! - `read_side.rs`: the small bank's read side: streams, statements, SQL

mod desks;
mod pictures;
mod places;
mod read_side;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::cancel::Cancel;
use crate::domain::aggregates::Aggregates;
use crate::domain::chain::{self, EventLink};
use crate::domain::event::{GlobalPosition, NewEvent, RecordedEvent, StreamName, StreamPosition, Timestamp};
use crate::domain::fold::Meaning;
use crate::domain::moment::{Moment, Reach};
use crate::domain::money::Currency;
use crate::domain::state::State;
use crate::read_model::presentation_of;
use crate::read_model::rows::SkippedEvents;
use crate::read_model::rows::steering::{Pace, ProjectorStatus};
use crate::replay::reconstruct::reconstruct;
use crate::replay::snapshots::Snapshots;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::model::size::Size;
use crate::tui::model::store::{OpenStore, StoreKind};
use crate::tui::model::verification::{FirstFault, Verification, VerificationState};
use crate::tui::questions::chart::{Chart, ChartQuestion, ChartValue};
use crate::tui::questions::look::{EventRow, Look, LookQuestion};
use crate::tui::questions::survey::{ColumnEvents, ColumnMarks, Survey, SurveyColumn, SurveyQuestion};
use crate::tui::script::keys_of;
use crate::tui::theme::Theme;
use crate::tui::update::update;
use crate::tui::view::view;

/// A log in memory, with its checkpoint.
#[derive(Clone, Debug)]
pub(crate) struct Bank {
    log: Vec<RecordedEvent>,
    checkpoint: usize,
    skipped: SkippedEvents,
    /// The stream whose balance in the query view is wrong.
    wrong: Option<StreamName>,
}

impl Bank {
    /// A log of these events: stream, type, data. They are an hour apart, the first at nine on the first of March.
    pub(crate) fn of(events: &[(&str, &str, &str)]) -> Self {
        let begin: Timestamp = "2024-03-01T09:00:00Z".parse().unwrap();
        let mut log: Vec<RecordedEvent> = Vec::new();
        let mut hash = chain::beginning("a little bank", 0);
        for (at, (stream, event_type, data)) in (0_i64..).zip(events) {
            let stream = StreamName::new(stream).unwrap();
            let version = log.iter().filter(|event| event.stream == stream).count() as u64 + 1;
            let time = Timestamp::from_second(begin.as_second() + at * 3_600).unwrap();
            let event = NewEvent {
                id: Some(format!("id-{at}")),
                event_type: (*event_type).to_owned(),
                time: Some(time),
                data: (*data).to_owned(),
                metadata: None,
            };
            let link = EventLink {
                content: chain::content(stream.as_str(), &event.as_text()),
                position: GlobalPosition::new(log.len() as u64 + 1),
                version: StreamPosition::new(version),
                source: None,
                place: None,
            };
            hash = link.after(hash);
            let NewEvent { id, event_type, time, data, metadata } = event;
            let EventLink { position, version, source, .. } = link;
            let clock = time;
            log.push(RecordedEvent {
                position,
                stream,
                version,
                id,
                event_type,
                time,
                clock,
                data,
                metadata,
                source,
                hash,
            });
        }
        Self { checkpoint: log.len(), log, skipped: SkippedEvents::default(), wrong: None }
    }

    /// Three streams, one of them in debt and frozen, an event that is not understood and a late one.
    pub(crate) fn little() -> Self {
        let mut bank = Self::of(&[
            ("acc-1", "AccountOpened", r#"{"owner":"Ada Lovelace","currency":"EUR"}"#),
            ("acc-1", "Deposited", r#"{"amount":120000}"#),
            ("acc-2", "AccountOpened", r#"{"owner":"李小龍","currency":"EUR","overdraft_limit":50000}"#),
            ("acc-2", "LoanGranted", r#"{"loan":7}"#),
            ("acc-2", "Withdrawn", r#"{"amount":30000}"#),
            ("acc-3", "AccountOpened", r#"{"owner":"Grace Hopper","currency":"JPY"}"#),
            ("acc-3", "Deposited", r#"{"amount":900}"#),
            ("acc-1", "TransferSent", r#"{"to":"acc-2","amount":5000,"transfer":"t-1"}"#),
            ("acc-2", "TransferReceived", r#"{"from":"acc-1","amount":5000,"transfer":"t-1"}"#),
            ("acc-2", "AccountFrozen", r#"{"reason":"debt"}"#),
        ]);
        bank.log[6].time = bank.log[4].time;
        bank
    }

    /// The same, projected up to a position.
    pub(crate) fn projected_to(mut self, checkpoint: usize) -> Self {
        self.checkpoint = checkpoint;
        self
    }

    /// The same, with a wrong balance of this stream in the query view.
    pub(crate) fn with_wrong_balance_of(mut self, account: &str) -> Self {
        self.wrong = Some(StreamName::new(account).unwrap());
        self
    }

    /// The same, with an event that was skipped.
    pub(crate) fn with_skipped(mut self, position: u64) -> Self {
        self.skipped = SkippedEvents { n_events: 1, newest: vec![GlobalPosition::new(position)] };
        self
    }

    /// Its screen, live, with all answers.
    pub(crate) fn screen(&self, width: u16, height: u16) -> Model {
        let store = OpenStore { name: "bank.db".to_owned(), kind: StoreKind::Own, takes_commands: true };
        let mut model = Model::new(store, presentation_of(&Aggregates::bank()), Size { width, height });
        let checkpoint = self.reach(self.checkpoint as u64);
        let n_queued = (self.log.len() - self.checkpoint) as u64;
        let pace = Pace { is_held: n_queued > 0, per_second: None };
        let status = ProjectorStatus { pace, n_queued, n_queued_max: 20, ..ProjectorStatus::default() };
        let status = Box::new(status);
        self.take_in(&mut model, Message::Projected { checkpoint, status, is_followed: false });
        let head = self.reach(self.log.len() as u64);
        let first_clock = self.log.first().and_then(|event| event.clock);
        self.take_in(&mut model, Message::HeadMoved { head, first_clock });
        model
    }

    /// The report about the log if its hash did not match at this position.
    pub(crate) fn broken_at(&self, position: u64) -> Verification {
        let hash = |digit: &str| format!("the hash {}", digit.repeat(64));
        let fault =
            FirstFault { at: Some(self.moment(position)), n_lost: 0, expected: hash("a"), found: hash("9") };
        let up_to = GlobalPosition::new(position - 1);
        Verification { up_to, state: VerificationState::Broken(fault) }
    }

    /// Presses keys, written as in a script, with all answers.
    pub(crate) fn press(&self, model: &mut Model, keys: &str) {
        for key in keys_of(keys).unwrap() {
            self.take_in(model, Message::Key(key));
        }
    }

    fn take_in(&self, model: &mut Model, message: Message) {
        let mut messages = vec![message];
        while let Some(message) = messages.pop() {
            messages.extend(update(model, message).into_iter().filter_map(|effect| self.answer(effect)));
        }
    }

    fn reach(&self, n_events: u64) -> Reach {
        Reach { moment: self.moment(n_events), n_events }
    }

    fn moment(&self, position: u64) -> Moment {
        let clock =
            self.log.iter().rfind(|event| event.position.number() <= position).and_then(|event| event.clock);
        Moment { position: GlobalPosition::new(position), clock }
    }

    fn of_stream<'a>(
        &'a self,
        name: &'a StreamName,
        n_events: usize,
    ) -> impl Iterator<Item = &'a RecordedEvent> {
        self.log.iter().take(n_events).filter(move |event| event.stream == *name)
    }

    /// The state of a stream after a number of events of the log, and its version.
    pub(crate) fn state_of(&self, name: &StreamName, n_events: usize) -> (State, StreamPosition) {
        self.state(name, n_events)
    }

    fn state(&self, name: &StreamName, n_events: usize) -> (State, StreamPosition) {
        let aggregates = Aggregates::bank();
        let fold = aggregates.fold_of(name);
        self.of_stream(name, n_events).fold(
            (fold.initial(), StreamPosition::START),
            |(mut state, _), event| {
                fold.evolve(&mut state, event);
                (state, event.version)
            },
        )
    }

    fn row(&self, event: &RecordedEvent) -> EventRow {
        let (before, _) = self.state(&event.stream, event.position.number() as usize - 1);
        let mut after = before.clone();
        let meaning = Aggregates::bank().fold_of(&event.stream).evolve(&mut after, event).meaning;
        let amount = measured(&after).0 - measured(&before).0;
        EventRow {
            position: event.position,
            stream: event.stream.clone(),
            version: event.version,
            event_type: event.event_type.clone(),
            time: event.time,
            is_late: event.is_late(),
            is_understood: matches!(meaning, Meaning::Understood | Meaning::Partly(_)),
            amount: (amount != 0).then_some((amount, measured(&after).1)),
            has_amount_to_come: false,
        }
    }

    fn look(&self, question: &LookQuestion) -> Look {
        let playhead = self.locate(&question.at);
        let at = playhead.number() as usize;
        let from = at.saturating_sub(question.n_before);
        let events =
            self.log.iter().skip(from).take(at - from + question.n_after).map(|event| self.row(event));
        let newest = || at.checked_sub(1).map(|at| self.log[at].stream.clone());
        let selected = question.pinned.clone().or_else(newest);
        let state = selected.as_ref().map(|name| {
            let events: Vec<_> = self.of_stream(name, at).cloned().collect();
            let version = StreamPosition::new(events.len() as u64);
            let read = |from: StreamPosition, limit: usize| {
                let rest = events.iter().filter(|event| event.version >= from);
                Ok::<_, std::convert::Infallible>(rest.take(limit).cloned().collect())
            };
            let (aggregates, mut none) = (Aggregates::bank(), Snapshots::default());
            reconstruct(aggregates.fold_of(name), &mut none, name, version, read, &Cancel::never())
                .unwrap()
                .unwrap()
        });
        let clock = self.moment(playhead.number()).clock;
        let n_events = playhead.number();
        Look { playhead, clock, n_events, of_time: None, events: events.collect(), selected, state }
    }

    fn survey(&self, question: &SurveyQuestion) -> Survey {
        let nothing = (ColumnEvents::default(), ColumnMarks::default());
        let mut columns = vec![nothing; usize::from(question.n_columns)];
        let mut last = None;
        for event in &self.log {
            let moment = Moment { position: event.position, clock: event.clock };
            if let Some(column) = question.ruler.column_of(moment) {
                let (column, marks) = &mut columns[usize::from(column)];
                column.n_events += 1;
                column.micros += last.map_or(0, |last| {
                    moment.clock.unwrap().duration_since(last).unsigned_abs().as_micros() as u64
                });
                marks.n_events += u64::from(question.stream.as_ref() == Some(&event.stream));
            }
            last = event.clock;
        }
        let has_marks = question.stream.is_some();
        let columns = columns
            .into_iter()
            .map(|(events, marks)| SurveyColumn { events: Some(events), marks: has_marks.then_some(marks) });
        Survey { ruler: question.ruler.clone(), stream: question.stream.clone(), columns: columns.collect() }
    }

    fn chart(&self, ChartQuestion { stream, field, .. }: ChartQuestion) -> Chart {
        let n_events = self.log.len();
        let (newest, _) = self.state(&stream, n_events);
        let drawn = newest.charted(field.as_deref()).unwrap();
        let point = |event: &RecordedEvent| {
            let (state, _) = self.state(&stream, event.position.number() as usize);
            (event.position, ChartValue::of(&state.field(drawn)))
        };
        let spec = newest.shape().spec(drawn).unwrap();
        Chart {
            field: Some(spec.name.clone().into_owned()),
            label: spec.label.clone().into_owned(),
            is_measure: newest.shape().measure == Some(drawn),
            currency: newest.currency_of(drawn),
            points: self.of_stream(&stream, n_events).map(point).collect(),
            every: 1,
            stream,
        }
    }
}

/// The measure of a state, with its currency.
fn measured(state: &State) -> (i64, Option<Currency>) {
    let measure = state.shape().measure.unwrap();
    (state.field(measure).as_integer().unwrap(), state.currency_of(measure))
}

/// The whole screen of a model.
pub(crate) fn screen_of(model: &Model, theme: &Theme, width: u16, height: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view(model, theme, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// The drawing in an area of that size, as lines without blanks at their ends.
pub(crate) fn picture<T>(width: u16, height: u16, draw: impl FnOnce(Rect, &mut Buffer) -> T) -> String {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    draw(area, &mut buffer);
    text_of(&buffer)
}

/// The characters of a buffer, as lines without blanks at their ends.
pub(crate) fn text_of(buffer: &Buffer) -> String {
    let mut text = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width.max(1))) {
        let mut line = String::new();
        let mut covered = 0;
        for cell in row {
            if covered == 0 {
                line.push_str(cell.symbol());
                covered = cell.symbol().width().max(1);
            }
            covered -= 1;
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
