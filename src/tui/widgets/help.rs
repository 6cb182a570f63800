//! The help: the keys from the keymap, the marks on the screen, and what one is looking at.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::tui::keymap::Group;
use crate::tui::keymap::bindings::{BINDINGS, CONSOLE_KEYS};
use crate::tui::theme::{
    BROKEN, CHECKPOINT, DEFECT, DIFFERS, HEAD, HIT, IDLE, INEXACT, LATE, NOT_UNDERSTOOD, PLAYHEAD,
    SELECTED_ROW, SNAPSHOT, TICK, TICKS, Theme, UNKNOWN,
};
use crate::tui::widgets::overlay;
use crate::tui::widgets::text::{left, line_width, span, width, wrap};

/// From this width on there are two columns.
const TWO_COLUMNS: usize = 100;

/// What lies between the two columns.
const GUTTER: usize = 4;

/// The widest that the keys of a binding are written; wider ones take a line of their own.
const KEYS_CELLS: usize = 15;

/// The widest that a mark is written.
const MARK_CELLS: usize = 6;

/// What one is looking at, for somebody who has never seen event sourcing.
const STORY: [(&str, &str); 5] = [
    ("Events", "What happened is written down, one event after the other, and is never changed."),
    ("State", "What an account is, is no more than its events added up: here, up to the playhead."),
    (
        "Query view",
        "Questions are answered from tables of their own, which a projector fills a moment later.",
    ),
    (
        "Commands",
        "A command is a wish: a rule refuses it, or it becomes events at the head, never in the past.",
    ),
    ("More", "`foldback guide` lists the pages of the guide, `foldback guide TOPIC` prints one."),
];

/// How far the help can be scrolled where it is laid over this area, in lines.
pub(crate) fn scroll_max(area: Rect) -> u16 {
    overlay::scroll_max(lines(&Theme::plain(), overlay::room(area).0).len(), area)
}

/// Draws the help over the panes.
pub(crate) fn draw(scroll: u16, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let lines = lines(theme, overlay::room(area).0);
    overlay::draw(vec![span("Help", theme.strong)], lines, scroll, theme, area, buf);
}

type Lines = Vec<Vec<Span<'static>>>;

fn lines(theme: &Theme, cells: usize) -> Lines {
    if cells < TWO_COLUMNS {
        let mut lines = story(theme, cells);
        lines.extend(Group::ALL.into_iter().flat_map(|group| keys(group, theme, cells)));
        lines.extend(console_keys(theme, cells));
        lines.extend(marks(theme, cells));
        return lines;
    }
    let column = (cells - GUTTER) / 2;
    let mut on_left: Lines = keys(Group::Playhead, theme, column);
    on_left.extend(keys(Group::Panes, theme, column));
    on_left.extend(keys(Group::Asking, theme, column));
    let mut on_right: Lines = keys(Group::Ruler, theme, column);
    on_right.extend(keys(Group::Program, theme, column));
    on_left.extend(console_keys(theme, column));
    on_right.extend(marks(theme, column));
    let mut lines = story(theme, cells);
    let n_lines = on_left.len().max(on_right.len());
    let mut on_right = on_right.into_iter();
    on_left.resize_with(n_lines, Vec::new);
    for mut line in on_left {
        let fill = (column + GUTTER).saturating_sub(line_width(&line));
        line.push(span(" ".repeat(fill), theme.text));
        line.extend(on_right.next().unwrap_or_default());
        lines.push(line);
    }
    lines
}

fn heading(text: &str, theme: &Theme) -> Vec<Span<'static>> {
    vec![span(text.to_owned(), theme.strong)]
}

fn story(theme: &Theme, cells: usize) -> Lines {
    let mut lines = Vec::new();
    for (word, text) in STORY {
        entry(&mut lines, (word, KEYS_CELLS, theme.selected), text, theme, cells);
    }
    lines.push(Vec::new());
    lines
}

fn keys(group: Group, theme: &Theme, cells: usize) -> Lines {
    let mut lines = vec![heading(group.heading(), theme)];
    for binding in BINDINGS.iter().filter(|binding| binding.group == group) {
        entry(&mut lines, (&binding.key_names(), KEYS_CELLS, theme.key), binding.does, theme, cells);
    }
    lines.push(Vec::new());
    lines
}

fn console_keys(theme: &Theme, cells: usize) -> Lines {
    let mut lines = vec![heading("In the SQL console", theme)];
    for (keys, does) in CONSOLE_KEYS {
        entry(&mut lines, (keys, KEYS_CELLS, theme.key), does, theme, cells);
    }
    lines.push(Vec::new());
    lines
}

fn marks(theme: &Theme, cells: usize) -> Lines {
    let several = format!("{TICK} {TICKS}");
    let rates = "▁▅█";
    let entries: [(&str, Style, &str); 21] = [
        (PLAYHEAD, theme.playhead, "the playhead: the screen shows the state after the event there"),
        (CHECKPOINT, theme.read_side, "the checkpoint: as far as the query view has come"),
        ("┄", theme.read_side, "the lag: events that it does not know yet"),
        (HEAD, theme.strong, "the head: the newest event"),
        (&several, theme.selected, "an event of the selected account, several"),
        (SNAPSHOT, theme.selected, "events of it with a snapshot, at which a seek can start (f)"),
        (HIT, theme.hit, "a hit of the search; on the ruler, a column with one"),
        (BROKEN, theme.bad, "the first event that is not as it was appended (!)"),
        (rates, theme.bars, "by position how fast events came, by time how many"),
        (IDLE, theme.dim, "a long time without an event, left out (t) or drawn short"),
        (
            DIFFERS,
            theme.differs,
            "the query view has another value than the state at the playhead, as it shows another position; the selected row says by how much",
        ),
        (
            "Σ …≠",
            theme.differs,
            "the read model had another total at the playhead; no mark where it has not come to the playhead",
        ),
        (
            DEFECT,
            theme.bad,
            "the query view has another value than the state at the very position that it shows: a projection's defect",
        ),
        (
            "Σ …✗",
            theme.bad,
            "a total that is not the sum of its rows: a defect; not looked for among more than 10,000 accounts, or 256 in the past",
        ),
        ("▰▱▱", theme.read_side, "how full the projector's queue is"),
        (
            NOT_UNDERSTOOD,
            theme.not_understood,
            "not understood: events that are kept, and left out of state and rows",
        ),
        (LATE, theme.not_understood, "late: its time is earlier than that of an event before it"),
        (SELECTED_ROW, theme.playhead, "the selected account"),
        (INEXACT, theme.dim, "being worked out: still the place looked at a moment ago"),
        (UNKNOWN, theme.dim, "on the ruler: not known yet, and there in a moment"),
        ("@8,112", theme.dim, "the position of the event that last set a value"),
    ];
    let mut lines = vec![heading("What you see", theme)];
    for (mark, style, text) in entries {
        entry(&mut lines, (mark, MARK_CELLS, style), text, theme, cells);
    }
    lines
}

/// A word or some keys, and beside them, wrapped, what they are about.
fn entry(
    lines: &mut Lines,
    (word, word_cells, style): (&str, usize, Style),
    text: &str,
    theme: &Theme,
    cells: usize,
) {
    let beside = 2 + word_cells + 1;
    let mut wrapped = wrap(text, cells.saturating_sub(beside).max(1), 9).into_iter();
    if width(word) > word_cells {
        lines.push(vec![span(format!("  {word}"), style)]);
    } else {
        let first = wrapped.next().unwrap_or_default();
        lines.push(vec![span(format!("  {} ", left(word, word_cells)), style), span(first, theme.text)]);
    }
    for line in wrapped {
        lines.push(vec![span(" ".repeat(beside), theme.text), span(line, theme.text)]);
    }
}
