//! The model: everything that the screen knows.
//!
//! Its files:
//!
//! - `active_time.rs`: active time: a time as a number without idle periods, and the way back
//! - `asked_again.rs`: the questions that are asked again, because something failed or because the source of their answers has changed
//! - `by_time.rs`: the time that placed the playhead, and how many late events that leaves out
//! - `console.rs`: the SQL console: the text in the editor, the question asked, and its answer so far
//! - `focus.rs`: focus: the pane that has it, the selected stream, and the clock of the query side
//! - `hits.rs`: hits of a search, and the part of the log not searched yet
//! - `import.rs`: the import of a log, as the screen knows it
//! - `laid_out_ruler.rs`: the ruler as it is laid out for the part of history that the model shows
//! - `lead.rs`: the target of a row in a SQL answer: an event or a stream
//! - `mode.rs`: the mode: the meaning of keys, with what is open
//! - `notice.rs`: notices: what the hint line reports, until the next key
//! - `over_panes.rs`: the mode that is shown over the panes, even if a prompt is open above it
//! - `places.rs`: the visited places, back and forth
//! - `prompt.rs`: the prompt: its text, history, completion and preview
//! - `query_form.rs`: the forms of the query pane: the list of streams, or a saved question of the domain
//! - `read_side.rs`: the read side, as last reported to the screen
//! - `rebuild.rs`: a running rebuild, as the screen knows it
//! - `results.rs`: a SQL answer so far, and the part of it in sight
//! - `ruler.rs`: the ruler's scale: from a position or time to a column, and back
//! - `seen.rs`: event types and names seen so far, so that columns and short names stay the same while scrubbing
//! - `size.rs`: the size of the terminal
//! - `slot.rs`: slots: a question that the screen has asked, and the last answer to it
//! - `store.rs`: the open store: its name, its kind, and whether it takes commands
//! - `stream_list.rs`: the query view's list of streams: its window, its filter, and the pending selection
//! - `verification.rs`: verification, as the screen knows it: how far the log is proved, and the first fault

pub mod active_time;
mod asked_again;
pub mod by_time;
pub mod console;
pub mod focus;
pub mod hits;
pub mod import;
mod laid_out_ruler;
pub mod lead;
pub mod mode;
pub mod notice;
mod over_panes;
pub mod places;
pub mod prompt;
pub mod query_form;
pub mod read_side;
pub mod rebuild;
pub mod results;
pub mod ruler;
pub mod seen;
pub mod size;
pub mod slot;
pub mod store;
pub mod stream_list;
pub mod verification;

use crate::domain::event::{GlobalPosition, StreamName, Timestamp};
use crate::domain::left_out::LeftOut;
use crate::domain::moment::{Moment, Reach};
use crate::read_model::rows::presentation::Presentation;
use crate::read_model::rows::stream_table::TableWindow;
use crate::read_model::rows::{AsOf, Lag, StreamRow};
use crate::replay::playback::Playback;
use crate::replay::reconstruct::FoldFrom;
use crate::tui::model::active_time::ActiveTime;
use crate::tui::model::by_time::ByTime;
use crate::tui::model::console::Console;
use crate::tui::model::focus::{Pane, QueryClock, Selection};
use crate::tui::model::hits::Find;
use crate::tui::model::import::RunningImport;
use crate::tui::model::mode::Mode;
use crate::tui::model::notice::{Notice, Tone};
use crate::tui::model::places::VisitedPlaces;
use crate::tui::model::query_form::{QueryForm, ShownForm};
use crate::tui::model::read_side::ReadSide;
use crate::tui::model::rebuild::RunningRebuild;
use crate::tui::model::ruler::RulerView;
use crate::tui::model::seen::SeenInLog;
use crate::tui::model::size::Size;
use crate::tui::model::slot::{Reasked, Slot};
use crate::tui::model::store::OpenStore;
use crate::tui::model::stream_list::StreamList;
use crate::tui::model::verification::{FirstFault, Verification};
use crate::tui::questions::chart::{Chart, ChartQuestion};
use crate::tui::questions::comparison::{CompareQuestion, Comparison};
use crate::tui::questions::existence::ExistenceQuestion;
use crate::tui::questions::idle::IdleQuestion;
use crate::tui::questions::listing::{Listing, ListingQuestion};
use crate::tui::questions::look::{Look, LookQuestion};
use crate::tui::questions::not_understood::NotUnderstoodQuestion;
use crate::tui::questions::place::Place;
use crate::tui::questions::saved::{SavedAnswer, SavedRequest};
use crate::tui::questions::survey::{Survey, SurveyQuestion};

/// The model: a fold of messages, from which the view is drawn.
#[derive(Clone, Debug)]
pub struct Model {
    /// The terminal's size in cells.
    pub size: Size,
    /// The open store.
    pub store: OpenStore,
    /// The words and saved questions of the domain of the log.
    pub presentation: Presentation,
    /// The newest event.
    pub head: Moment,
    /// Number of events up to the newest one.
    pub n_events: u64,
    /// The clock at the first event that has a time.
    pub first_clock: Option<Timestamp>,
    /// The position that the screen shows.
    pub playhead: Moment,
    /// Whether the playhead was placed by a time.
    pub by_time: ByTime,
    /// Whether the playhead stays at the head as the log grows (LIVE); otherwise REPLAY.
    pub follows_head: bool,
    /// Whether and how fast the playhead moves by itself.
    pub playback: Playback,
    /// The stream whose state is shown.
    pub selection: Selection,
    /// The beginning of the state's fold.
    pub fold_from: FoldFrom,
    /// The pane with the focus.
    pub focus: Pane,
    /// The present meaning of keys.
    pub mode: Mode,
    /// The mode under an open prompt, to which Esc returns.
    pub under_prompt: Mode,
    /// The count typed before a key; 0 = none.
    pub count: u64,
    /// The content of the query pane.
    pub query_form: QueryForm,
    /// Filter and pending choice of the query view's listing.
    pub stream_list: StreamList,
    /// Which clock the query side is read by.
    pub query_clock: QueryClock,
    /// The read side, as last reported.
    pub read_side: ReadSide,
    /// The ruler's axis and visible range.
    pub ruler: RulerView,
    /// The history of visited positions.
    pub places: VisitedPlaces,
    /// The last search and its hits.
    pub find: Find,
    /// The import of a log, while it runs.
    pub import: Option<RunningImport>,
    /// Whether a log was read to its end before. The sentence about the log then replaces the earlier one.
    pub has_read_log: bool,
    /// The lines of logs that are not in the store.
    pub left_out: LeftOut,
    /// Why nothing of the log could be read, in sentences; empty if something could be.
    pub why_nothing: Vec<String>,
    /// What was taken for what in the log, if the parts of its events were found by themselves.
    pub found_envelope: Option<String>,
    /// Whether the log's file is missing and awaited.
    pub waits_for_log: bool,
    /// The rebuild that this explorer has started.
    pub rebuild: Option<RunningRebuild>,
    /// How far the log is verified; `None` before the first report.
    pub verification: Option<Verification>,
    /// The last notice; the next key removes it.
    pub notice: Option<Notice>,
    /// Lines of earlier prompts, oldest first.
    pub history: Vec<String>,
    /// Whether foldback captures the mouse; otherwise the terminal selects text with it.
    pub mouse_is_ours: bool,
    /// Whether the mouse button is held down after a press on the ruler.
    pub drags_playhead: bool,
    /// Number of times that something was opened over the panes.
    pub n_opened: u64,
    /// The place to which the playhead is on its way, while the log is looking it up.
    pub heading: Option<Place>,
    /// Whether there is a stream of the name that was entered; it will be selected then.
    pub named: Slot<ExistenceQuestion, bool>,
    /// Whether an answer failed: the next key repeats the questions without an answer.
    pub has_failed: bool,
    /// The events around the playhead and the selected stream's state there.
    pub look: Slot<LookQuestion, Look>,
    /// Event types and currencies shown so far.
    pub seen: SeenInLog,
    /// The log's time without its idle stretches.
    pub active_time: Slot<IdleQuestion, ActiveTime>,
    /// The content of each column of the ruler.
    pub survey: Slot<SurveyQuestion, Survey>,
    /// The name of the field that a person chose for the chart; `None` for the one that is drawn unasked.
    pub charted_field: Option<String>,
    /// A field of the selected stream's state after each of its events.
    pub chart: Slot<ChartQuestion, Chart>,
    /// The query view's listing.
    pub listing: Slot<ListingQuestion, Listing>,
    /// The write side's states of the streams that are listed.
    pub comparison: Slot<CompareQuestion, Comparison>,
    /// The answer to the saved question that the query pane shows.
    pub saved: Slot<SavedRequest, SavedAnswer>,
    /// The SQL console, which keeps its content while it is closed.
    pub console: Console,
    /// Number of events up to the checkpoint that are not understood.
    pub not_understood: Slot<NotUnderstoodQuestion, u64>,
}

impl Model {
    /// The first model: nothing is known but the store and its head.
    pub fn new(store: OpenStore, presentation: Presentation, size: Size) -> Self {
        let seen = SeenInLog::of(&presentation);
        Self {
            size,
            store,
            presentation,
            head: Moment::default(),
            n_events: 0,
            first_clock: None,
            playhead: Moment::default(),
            by_time: ByTime::default(),
            follows_head: true,
            playback: Playback::default(),
            selection: Selection::default(),
            fold_from: FoldFrom::default(),
            focus: Pane::default(),
            mode: Mode::default(),
            under_prompt: Mode::default(),
            count: 0,
            query_form: QueryForm::default(),
            stream_list: StreamList::default(),
            query_clock: QueryClock::default(),
            read_side: ReadSide::default(),
            ruler: RulerView::default(),
            places: VisitedPlaces::default(),
            find: Find::default(),
            import: None,
            has_read_log: false,
            left_out: LeftOut::default(),
            why_nothing: Vec::new(),
            found_envelope: None,
            waits_for_log: false,
            rebuild: None,
            verification: None,
            notice: None,
            history: Vec::new(),
            mouse_is_ours: true,
            drags_playhead: false,
            n_opened: 0,
            heading: None,
            named: Slot::default(),
            has_failed: false,
            look: Slot::default(),
            seen,
            active_time: Slot::default(),
            survey: Slot::default(),
            charted_field: None,
            chart: Slot::default(),
            listing: Slot::default(),
            comparison: Slot::default(),
            saved: Slot::default(),
            console: Console::default(),
            not_understood: Slot::default(),
        }
    }

    /// All slots of questions: those of the panes, and of what is open over them.
    fn slots_mut(&mut self) -> Vec<&mut dyn Reasked> {
        let of_panes: [&mut dyn Reasked; 11] = [
            &mut self.named,
            &mut self.look,
            &mut self.active_time,
            &mut self.survey,
            self.by_time.late_mut(),
            &mut self.chart,
            &mut self.listing,
            &mut self.comparison,
            &mut self.saved,
            &mut self.console.answer,
            &mut self.not_understood,
        ];
        let mut slots = Vec::from(of_panes);
        for mode in [&mut self.mode, &mut self.under_prompt] {
            match mode {
                Mode::Inspect(inspector) => slots.push(&mut inspector.event),
                Mode::Command(prompt) | Mode::Find(prompt) | Mode::Filter(prompt) => {
                    slots.extend([&mut prompt.preview as &mut dyn Reasked, &mut prompt.names]);
                }
                Mode::Browse | Mode::Console(_) | Mode::Copy | Mode::Help { .. } | Mode::Guide(_) => {}
            }
        }
        slots
    }

    /// The stream whose state is shown; `None` before the first look at an event.
    pub fn selected(&self) -> Option<&StreamName> {
        match &self.selection {
            Selection::Pinned(stream) => Some(stream),
            Selection::OfPlayhead => self.look.answer().and_then(|look| look.selected.as_ref()),
        }
    }

    /// Why no command can be given, in a sentence; `None` if some can.
    pub fn why_no_commands(&self) -> Option<String> {
        self.store.why_no_commands(&self.presentation.commands)
    }

    /// The position that the query side is asked about.
    pub fn query_as_of(&self) -> AsOf {
        match self.query_clock {
            QueryClock::Checkpoint => AsOf::Checkpoint,
            QueryClock::Playhead => AsOf::Position(self.playhead.position),
        }
    }

    /// The position that the query side can answer now: that of its clock, as far as it is projected.
    pub fn query_position(&self) -> GlobalPosition {
        self.query_as_of().position(&self.read_side.checkpoint)
    }

    /// Whether everything shown about the playhead belongs to its present position, not to an earlier one.
    pub fn is_exact(&self) -> bool {
        self.look.is_settled()
    }

    /// Whether the last request is answered: the playhead is where it was sent, and everything shown about it belongs
    /// to its present position.
    pub fn is_answered(&self) -> bool {
        self.is_exact() && self.heading.is_none()
    }

    /// Whether projecting has stopped at the event at this position.
    pub fn has_failed_at(&self, position: u64) -> bool {
        let failed = self.read_side.status.failure.as_ref().and_then(|failure| failure.event.as_ref());
        failed.is_some_and(|event| event.position == position)
    }

    /// The first fault found in the log.
    pub fn fault(&self) -> Option<&FirstFault> {
        self.verification.as_ref().and_then(Verification::fault)
    }

    /// How far the read side is behind the head.
    pub fn lag(&self) -> Lag {
        let ReadSide { checkpoint, n_projected, .. } = self.read_side;
        let checkpoint = Reach { moment: checkpoint, n_events: n_projected };
        Lag::between(&checkpoint, &Reach { moment: self.head, n_events: self.n_events })
    }

    /// Number of events after the playhead; `None` until the log has said it.
    pub fn n_after_playhead(&self) -> Option<u64> {
        let here = self.playhead.position;
        let n_up_to =
            if here == self.head.position { self.n_events } else { self.look.answer()?.n_up_to(here)? };
        Some(self.n_events.saturating_sub(n_up_to))
    }

    /// Shows a notice in the hint line, until the next key.
    pub fn notify(&mut self, tone: Tone, text: impl Into<String>) {
        self.notice = Some(Notice { tone, text: text.into() });
    }

    /// What the query pane shows, with its question.
    pub fn shown_form(&self) -> ShownForm<'_> {
        self.query_form.shown(&self.presentation)
    }

    /// The table of the selected stream, where the query pane shows one.
    pub fn stream_table(&self) -> Option<&TableWindow> {
        let ShownForm::Table(question, ..) = self.shown_form() else { return None };
        self.saved.answer()?.table(question)
    }

    /// The rows of the query view.
    pub fn listed_rows(&self) -> &[StreamRow] {
        self.listing.answer().map_or(&[], |listing| &listing.rows)
    }
}
