//! The help: panes, keys and marks.

use ratatui::layout::Rect;

use crate::read_model::rows::presentation::Presentation;
use crate::tui::keymap::action::{Group, KeyAction};
use crate::tui::keymap::bindings::BINDINGS;
use crate::tui::keymap::console::console_help;
use crate::tui::keymap::with_key;
use crate::tui::model::Model;
use crate::tui::pages;
use crate::tui::pages::piece::{PageLine, PieceKind, line_cells, piece};
use crate::tui::text::{left, width, wrap};
use crate::tui::theme::{
    BROKEN, CHECKPOINT, DEFECT, DIFFERS, HEAD, HIT, IDLE, INEXACT, LATE, NOT_UNDERSTOOD, PLAYHEAD,
    SELECTED_ROW, SNAPSHOT, TICK, TICKS, UNKNOWN,
};

/// With at least this width there are two columns.
const TWO_COLUMNS: usize = 100;

/// The groups of keys in the left and in the right column.
const COLUMNS: [[Group; 3]; 2] =
    [[Group::Playhead, Group::Panes, Group::Asking], [Group::Ruler, Group::ReadSide, Group::Program]];

/// The gap between the two columns.
const GUTTER: usize = 4;

/// The most cells for the keys of a binding; wider ones take a line of their own.
const KEYS_CELLS: usize = 15;

/// The most cells for a mark.
const MARK_CELLS: usize = 6;

/// The panes, for somebody who is new to event sourcing.
const STORY: [(&str, &str); 5] = [
    ("Events", "The log: everything that happened, in order. Events are never changed."),
    ("State", "The {stream}'s state: its events up to the playhead, applied in order."),
    ("Query view", "Questions are answered from separate tables, which a projector fills a moment later."),
    ("Commands", "A command appends events at the head, or a rule refuses it. It never changes the past."),
    ("Guide", "Enter opens the guide: a page for each topic. `foldback guide TOPIC` prints one."),
];

/// How far the help can be scrolled in this area, in lines.
pub(crate) fn scroll_max(model: &Model, area: Rect) -> u16 {
    pages::scroll_max(lines(&model.presentation, pages::room(area).0).len(), area)
}

pub(crate) fn lines(domain: &Presentation, cells: usize) -> Vec<PageLine> {
    if cells < TWO_COLUMNS {
        let mut lines = story(domain, cells);
        lines.extend(Group::ALL.into_iter().flat_map(|group| keys(group, domain, cells)));
        lines.extend(console_keys(domain, cells));
        lines.extend(marks(domain, cells));
        return lines;
    }
    let column = (cells - GUTTER) / 2;
    let [mut on_left, mut on_right] = COLUMNS.map(|groups| {
        groups.into_iter().flat_map(|group| keys(group, domain, column)).collect::<Vec<PageLine>>()
    });
    on_left.extend(console_keys(domain, column));
    on_right.extend(marks(domain, column));
    let mut lines = story(domain, cells);
    let n_lines = on_left.len().max(on_right.len());
    let mut on_right = on_right.into_iter();
    on_left.resize_with(n_lines, Vec::new);
    for mut line in on_left {
        let fill = (column + GUTTER).saturating_sub(line_cells(&line));
        line.push(piece(" ".repeat(fill), PieceKind::Text));
        line.extend(on_right.next().unwrap_or_default());
        lines.push(line);
    }
    lines
}

fn heading(text: &str) -> PageLine {
    vec![piece(text.to_owned(), PieceKind::Emphasis)]
}

fn story(domain: &Presentation, cells: usize) -> Vec<PageLine> {
    let mut lines = Vec::new();
    for (word, text) in STORY {
        entry(
            &mut lines,
            HelpWord { word, cells: KEYS_CELLS, kind: PieceKind::Selected },
            &domain.worded(text),
            cells,
        );
    }
    lines.push(Vec::new());
    lines
}

fn keys(group: Group, domain: &Presentation, cells: usize) -> Vec<PageLine> {
    let mut lines = vec![heading(group.heading())];
    for binding in BINDINGS.iter().filter(|binding| binding.group == group) {
        let word = &binding.key_names();
        entry(
            &mut lines,
            HelpWord { word, cells: KEYS_CELLS, kind: PieceKind::Key },
            &domain.worded(binding.does),
            cells,
        );
    }
    lines.push(Vec::new());
    lines
}

fn console_keys(domain: &Presentation, cells: usize) -> Vec<PageLine> {
    let mut lines = Vec::new();
    for part in console_help() {
        lines.push(heading(part.heading));
        for (word, does) in &part.keys {
            entry(
                &mut lines,
                HelpWord { word, cells: KEYS_CELLS, kind: PieceKind::Key },
                &domain.worded(does),
                cells,
            );
        }
        lines.push(Vec::new());
    }
    lines
}

fn marks(domain: &Presentation, cells: usize) -> Vec<PageLine> {
    let several = format!("{TICK} {TICKS}");
    let rates = "▁▅█";
    let snapshots =
        with_key("the selected {stream}'s snapshots; a fold can start there ({key})", KeyAction::FoldFrom);
    let broken = with_key("the first event that was changed or damaged ({key})", KeyAction::Fault);
    let gap = with_key("a long gap without events, left out ({key}) or shortened", KeyAction::Axis);
    let entries: [(&str, PieceKind, &str); 21] = [
        (PLAYHEAD, PieceKind::Playhead, "the playhead: the screen shows the state after this event"),
        (CHECKPOINT, PieceKind::ReadSide, "the checkpoint: the query view has the events up to here"),
        ("┄", PieceKind::ReadSide, "the lag: events that the query view does not have yet"),
        (HEAD, PieceKind::Emphasis, "the head: the newest event"),
        (&several, PieceKind::Selected, "one event, several events of the selected {stream}"),
        (SNAPSHOT, PieceKind::Selected, &snapshots),
        (HIT, PieceKind::Hit, "a hit of the search, or a ruler column with one"),
        (BROKEN, PieceKind::Fault, &broken),
        (rates, PieceKind::Rate, "event rate (axis by position) or event count (axis by time)"),
        (IDLE, PieceKind::Secondary, &gap),
        (
            DIFFERS,
            PieceKind::Differs,
            "the row differs from the state at the playhead, because the query view shows another position; select it to see by how much",
        ),
        (
            "Σ …≠",
            PieceKind::Differs,
            "this total differs from the read model's total at the playhead; not checked while the read model is behind the playhead",
        ),
        (
            DEFECT,
            PieceKind::Fault,
            "the row differs from the state at the same position: a skipped event, or a defect of a projection",
        ),
        (
            "Σ …✗",
            PieceKind::Fault,
            "a total that is not the sum of its rows: a defect; checked up to 10,000 {streams} (256 when showing the past)",
        ),
        ("▰▱▱", PieceKind::ReadSide, "how full the projector's queue is"),
        (NOT_UNDERSTOOD, PieceKind::NotUnderstood, "not understood: kept, but left out of state and rows"),
        (LATE, PieceKind::NotUnderstood, "late: earlier than the log's clock, the latest time so far"),
        (SELECTED_ROW, PieceKind::Playhead, "the selected {stream}"),
        (INEXACT, PieceKind::Secondary, "old value, of the previous position; the new one is being computed"),
        (UNKNOWN, PieceKind::Secondary, "on the ruler: not computed yet"),
        ("@8,112", PieceKind::Secondary, "the position of the event that last set a value"),
    ];
    let mut lines = vec![heading("What you see")];
    for (mark, kind, text) in entries {
        entry(&mut lines, HelpWord { word: mark, cells: MARK_CELLS, kind }, &domain.worded(text), cells);
    }
    lines
}

/// A word, some keys or a mark, with a text beside it.
#[derive(Clone, Copy)]
struct HelpWord<'a> {
    word: &'a str,
    /// The cells for it; a wider one takes a line of its own.
    cells: usize,
    kind: PieceKind,
}

/// Adds a word with its text, wrapped beside it.
fn entry(lines: &mut Vec<PageLine>, word: HelpWord<'_>, text: &str, cells: usize) {
    let HelpWord { word, cells: word_cells, kind } = word;
    let beside = 2 + word_cells + 1;
    let mut wrapped = wrap(text, cells.saturating_sub(beside).max(1), 9).into_iter();
    if width(word) > word_cells {
        lines.push(vec![piece(format!("  {word}"), kind)]);
    } else {
        let first = wrapped.next().unwrap_or_default();
        lines
            .push(vec![piece(format!("  {} ", left(word, word_cells)), kind), piece(first, PieceKind::Text)]);
    }
    for line in wrapped {
        lines.push(vec![piece(" ".repeat(beside), PieceKind::Text), piece(line, PieceKind::Text)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::Aggregates;
    use crate::read_model::presentation_of;
    use crate::tui::keymap::binding::Binding;

    #[test]
    fn every_key_is_in_the_help_of_any_width() {
        for cells in [56, TWO_COLUMNS - 1, TWO_COLUMNS, 196] {
            let lines = lines(&presentation_of(&Aggregates::bank()), cells);
            let text: String = lines.iter().flatten().map(|piece| piece.text.as_str()).collect();
            let keys = BINDINGS.iter().map(Binding::key_names);
            let missing: Vec<String> = keys
                .chain(console_help().into_iter().flat_map(|part| part.keys).map(|(keys, _)| keys))
                .filter(|keys| !text.contains(keys))
                .collect();
            assert_eq!(missing, Vec::<String>::new(), "at {cells} columns");
            assert!(Group::ALL.iter().all(|group| text.contains(group.heading())), "at {cells} columns");
        }
    }
}
