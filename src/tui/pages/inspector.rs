//! The inspector: an event in full.

use std::iter;

use ratatui::layout::Rect;

use crate::domain::counted::counted;
use crate::domain::event::{GlobalPosition, Timestamp};
use crate::domain::fold::Meaning;
use crate::domain::hash::ChainHash;
use crate::domain::moment::Moment;
use crate::domain::provenance::Provenance;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::key_name;
use crate::tui::layout::Panes;
use crate::tui::model::Model;
use crate::tui::model::mode::Inspector;
use crate::tui::model::verification::FirstFault;
use crate::tui::pages;
use crate::tui::pages::json::pretty;
use crate::tui::pages::piece::{PageLine, PieceKind, piece};
use crate::tui::questions::inspection::Inspection;
use crate::tui::text::{beginning, count, left, time, wrap};
use crate::tui::theme::BROKEN;

/// The most bytes of an event's data, and of its metadata, that are laid out: more than anybody reads, and few enough
/// to be laid out for every frame. Copying takes all of it.
const JSON_BYTES_MAX: usize = 32 * 1024;

/// The most lines into which one line of JSON is wrapped.
const WRAPPED_LINES_MAX: usize = 1_000;

/// Cells for the labels of the facts.
const LABEL_CELLS: usize = 12;

/// With at least this width the events stay visible beside the inspector.
const BESIDE_COLUMNS_MIN: u16 = 60;

/// How far the inspector can be scrolled, in lines.
pub(crate) fn scroll_max(model: &Model, inspector: &Inspector, panes: &Panes) -> u16 {
    let area = place(panes);
    let lines = |inspected| lines(model, inspected, pages::room(area).0);
    pages::scroll_max(inspector.event.answer().map(lines).map_or(0, |lines| lines.len()), area)
}

/// Over all panes, or beside the events if there is room, so that steps through the log are visible.
pub(crate) fn place(panes: &Panes) -> Rect {
    let middle = panes.middle;
    let beside = panes.events.map_or(0, |events| events.width);
    let width = middle.width.saturating_sub(beside);
    if width < BESIDE_COLUMNS_MIN {
        return middle;
    }
    Rect { x: middle.x.saturating_add(beside), width, ..middle }
}

pub(crate) fn lines(model: &Model, inspected: &Inspection, cells: usize) -> Vec<PageLine> {
    let event = &inspected.event;
    let mut page = Page { lines: Vec::new(), cells };
    let at = |time_of: Option<Timestamp>| time_of.map(|t| time(t, "%Y-%m-%d %H:%M:%S%.f UTC"));
    if let Some(fault) = fault_at(model, event.position) {
        if fault.at.is_some_and(|at| at.position != event.position) {
            page.exact(&format!("{BROKEN} behind it"), "the next one is missing", PieceKind::Fault);
        }
        page.exact(&format!("{BROKEN} expected"), &fault.expected, PieceKind::Fault);
        page.exact(&format!("{BROKEN} found"), &fault.found, PieceKind::Fault);
    }
    page.fact("type", &event.event_type, PieceKind::Emphasis);
    page.fact(
        &model.presentation.noun_of(event.stream.as_str()).singular,
        event.stream.as_str(),
        PieceKind::Selected,
    );
    page.fact("version", &count(event.version.number()), PieceKind::Text);
    page.fact("position", &count(event.position.number()), PieceKind::Text);
    let late = if event.is_late() { "  ◂ late: the log was further on already" } else { "" };
    let own_time = at(event.time).map_or_else(|| "none of its own".to_owned(), |t| t + late);
    page.fact("time", &own_time, PieceKind::Text);
    if event.time != event.clock
        && let Some(clock) = at(event.clock)
    {
        page.fact("clock", &clock, PieceKind::Text);
    }
    page.fact("id", event.id.as_deref().unwrap_or("none"), PieceKind::Text);
    let source = match (&inspected.source, event.source) {
        (Some(name), _) => format!("imported from {name}"),
        (None, Some(_)) => "imported".to_owned(),
        (None, None) => "a command".to_owned(),
    };
    page.fact("source", &source, PieceKind::Text);
    if let Some(provenance) = event.metadata.as_deref().and_then(small).and_then(Provenance::from_json) {
        page.fact("command", &provenance.command, PieceKind::Text);
        page.fact("correlation", &provenance.correlation, PieceKind::Text);
        page.fact("causation", &provenance.causation, PieceKind::Text);
    }
    page.exact("hash", &event.hash.to_string(), PieceKind::Text);
    match &inspected.meaning {
        Meaning::Understood => page.fact("meaning", "understood: it is in the state", PieceKind::Text),
        Meaning::Partly(why) => {
            page.fact("meaning", &format!("partly understood: {why}"), PieceKind::NotUnderstood);
        }
        Meaning::NotUnderstood(why) => {
            page.fact("meaning", &format!("not understood: {why}"), PieceKind::NotUnderstood);
        }
    }
    page.json("data", &event.data);
    if let Some(metadata) = &event.metadata {
        page.json("metadata", metadata);
    }
    page.lines
}

/// The fault at an event, or of the events that are missing after it.
fn fault_at(model: &Model, position: GlobalPosition) -> Option<&FirstFault> {
    let is_here = |place: Moment| place.position == position || place.position == model.playhead.position;
    model.fault().filter(|fault| fault.place(model.head).is_some_and(is_here))
}

/// A text short enough to be parsed for every frame.
fn small(text: &str) -> Option<&str> {
    (text.len() <= JSON_BYTES_MAX).then_some(text)
}

struct Page {
    lines: Vec<PageLine>,
    cells: usize,
}

impl Page {
    fn fact(&mut self, label: &str, value: &str, kind: PieceKind) {
        let values = wrap(value, self.cells.saturating_sub(LABEL_CELLS).max(1), 8);
        for (row, value) in values.into_iter().enumerate() {
            let label = left(if row == 0 { label } else { "" }, LABEL_CELLS);
            self.lines.push(vec![piece(label, PieceKind::Secondary), piece(value, kind)]);
        }
    }

    /// A text that may end with a hash: all digits on one line, or two halves below each other.
    fn exact(&mut self, label: &str, text: &str, kind: PieceKind) {
        let (before, last) = text.rsplit_once(' ').unwrap_or(("", text));
        if ChainHash::parse(last).is_none() || text.len() + LABEL_CELLS <= self.cells {
            return self.fact(label, text, kind);
        }
        let (first, second) = last.split_at(last.len() / 2);
        let labels = iter::once(label).chain(iter::repeat(""));
        let values = [before, first, second].into_iter().filter(|value| !value.is_empty());
        labels.zip(values).for_each(|(label, value)| self.fact(label, value, kind));
    }

    fn json(&mut self, heading: &str, json: &str) {
        self.lines.push(Vec::new());
        self.lines.push(vec![piece(heading.to_owned(), PieceKind::Emphasis)]);
        let shown = beginning(json, JSON_BYTES_MAX);
        for line in pretty(shown) {
            let text = line.trim_start_matches(' ');
            let indent = (line.len() - text.len()).min(self.cells / 2);
            for part in wrap(text, self.cells.saturating_sub(indent).max(1), WRAPPED_LINES_MAX) {
                self.lines
                    .push(vec![piece(" ".repeat(indent), PieceKind::Text), piece(part, PieceKind::Text)]);
            }
        }
        let n_more = json.len() - shown.len();
        if n_more > 0 {
            let n_more = u64::try_from(n_more).unwrap_or(u64::MAX);
            let text = format!(
                "… {} more are not shown; {} copies the whole event",
                counted(n_more, "byte"),
                key_name(KeyAction::Copy)
            );
            self.lines.push(vec![piece(text, PieceKind::Differs)]);
        }
    }
}
