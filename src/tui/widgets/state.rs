//! The state pane: the selected stream's fields at the playhead, the change of each, and the event that last set it.
//!
//! Its files:
//!
//! - `field_lines.rs`: the lines of the fields: name, value, change, and the position that last set it

mod field_lines;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::domain::counted::counted;
use crate::domain::fold::Meaning;
use crate::replay::reconstruct::{FoldFrom, Reconstruction};
use crate::replay::trace::Trace;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::{key_name, with_key};
use crate::tui::model::Model;
use crate::tui::model::focus::{Pane, Selection};
use crate::tui::questions::look::Look;
use crate::tui::text::{count, fit, fit_end, line_width, span, width, wrap};
use crate::tui::theme::{INEXACT, NOT_UNDERSTOOD, Theme};
use crate::tui::widgets::chart;
use crate::tui::widgets::pane::{PaneFrame, below, cut, has_focus, note, padded, put, title_room};

/// The most cells for a stream's name in the title.
const NAME_CELLS_MAX: usize = 24;

/// With at least this many rows there are empty rows between the parts.
const SPACIOUS_ROWS: u16 = 14;

/// The fewest rows in which a chart is useful.
const CHART_ROWS_MIN: usize = 3;

/// With at least this many rows there are some for the fields beside those of a chart.
const CHART_BESIDE_ROWS: u16 = 6;

/// Draws the state with its frame.
pub(crate) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let frame = PaneFrame {
        title: title(model, theme, title_room(area)),
        is_focused: has_focus(model, Pane::State),
        ..PaneFrame::default()
    };
    let inner = padded(frame.draw(theme, area, buf), 1);
    let Some((look, state)) = model.look.answer().and_then(|look| Some((look, look.state.as_ref()?))) else {
        nothing_yet(model, theme, inner, buf);
        return;
    };
    let is_spacious = inner.height >= SPACIOUS_ROWS;
    let charted = chart::of_selected(model).and_then(|chart| chart.field.as_deref());
    let room = usize::from(inner.width);
    let mut lines = field_lines::fields(charted, look, state, theme, room, !is_spacious);
    let remarks = remarks(model, look, state, theme, inner, is_spacious);
    let for_chart = rows_for_chart(model, inner.height);
    let room = usize::from(inner.height).saturating_sub(remarks.len() + usize::from(is_spacious) + for_chart);
    cut(&mut lines, room, theme);
    if is_spacious {
        lines.push(Vec::new());
    }
    lines.extend(remarks);
    let n_lines = lines.len();
    for (row, line) in lines.into_iter().enumerate() {
        put(line, inner, row, buf);
    }
    let chart_from = n_lines + usize::from(is_spacious);
    if usize::from(inner.height) >= chart_from + CHART_ROWS_MIN {
        chart::draw(model, theme, below(inner, chart_from), buf);
    }
}

/// Rows that the fields leave to the chart of a field that a person chose; it gets all that are free in any case.
fn rows_for_chart(model: &Model, height: u16) -> usize {
    let is_chosen = model.charted_field.is_some() && chart::of_selected(model).is_some();
    if is_chosen && height >= CHART_BESIDE_ROWS { CHART_ROWS_MIN + 1 } else { 0 }
}

fn title(model: &Model, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    let look = model.look.answer();
    let at = look.map_or(model.playhead.position, |look| look.playhead);
    let is_merged =
        look.and_then(|look| look.state.as_ref()).is_some_and(|state| state.trace.state.is_merged());
    let word = if is_merged { "Merged" } else { "State" };
    let mut spans = vec![span(word, theme.strong), span(format!(" at {}", count(at.number())), theme.text)];
    let mut behind = Vec::new();
    if matches!(model.selection, Selection::Pinned(_)) {
        behind.push(span(" · pinned", theme.strong));
    }
    if !model.is_exact() {
        behind.push(span(format!(" {INEXACT}"), theme.dim));
    }
    if let Some(name) = model.selected() {
        spans.push(span(" · ", theme.text));
        let name_cells = width(&fit_end(name.as_str(), NAME_CELLS_MAX));
        if line_width(&spans) + name_cells + line_width(&behind) > room {
            // The header shows the playhead's position, but nothing else shows the stream.
            spans.remove(1);
        }
        let left = room.saturating_sub(line_width(&spans) + line_width(&behind));
        spans.push(span(fit_end(name.as_str(), left.min(NAME_CELLS_MAX)), theme.selected));
        let state = look.and_then(|look| look.state.as_ref()).filter(|state| state.stream == *name);
        let version = state.map(|state| format!(" v{}", count(state.trace.version.number())));
        // A version with its end cut off would be another number.
        let left = room.saturating_sub(line_width(&spans) + line_width(&behind));
        spans.extend(
            version.filter(|version| width(version) <= left).map(|version| span(version, theme.text)),
        );
    }
    spans.extend(behind);
    spans
}

fn nothing_yet(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let text = match (model.head.position.number(), model.look.answer()) {
        (0, _) if !model.why_nothing.is_empty() => "There is no state: nothing of the log could be read.",
        (0, _) => "No state yet: {a stream}'s state is its events, applied in order.",
        (_, None) => "…",
        (_, Some(_)) => "Before the first event there is no state; press {key} to go to the first event.",
    };
    let text = with_key(&model.presentation.worded(text), KeyAction::StepOn);
    note(&text, theme.dim, area, buf);
}

/// Whether the newest event was understood, and how the state was computed.
fn remarks(
    model: &Model,
    look: &Look,
    state: &Reconstruction,
    theme: &Theme,
    area: Rect,
    is_spacious: bool,
) -> Vec<Vec<Span<'static>>> {
    let cells = usize::from(area.width);
    let lines_max = if is_spacious { 4 } else { 1 };
    let trace = &state.trace;
    let mut lines = Vec::new();
    if trace.version.number() == 0 {
        let text = format!("no events of {} up to here", state.stream);
        lines.extend(wrap(&text, cells, lines_max).into_iter().map(|line| vec![span(line, theme.dim)]));
        return lines;
    }
    if let Some(Meaning::NotUnderstood(why) | Meaning::Partly(why)) = &state.meaning {
        let event = look.events.iter().find(|event| event.position == trace.position);
        let event_type = event.map_or("the newest event", |event| event.event_type.as_str());
        let text = format!("{event_type} @{}: {why}", count(trace.position.number()));
        lines.extend(
            wrap(&text, cells, lines_max).into_iter().map(|line| vec![span(line, theme.not_understood)]),
        );
    }
    if trace.n_not_understood > 0 {
        lines.push(vec![span(fit(&left_out_words(trace), cells), theme.not_understood)]);
    }
    if trace.n_partly_understood > 0 {
        let n = counted(trace.n_partly_understood, "event");
        let words = format!("{NOT_UNDERSTOOD} {n} understood in part");
        lines.push(vec![span(fit(&words, cells), theme.not_understood)]);
    }
    let n_folded = counted(state.n_folded, "event");
    let folded = if trace.state.is_merged() { "merged, not folded:" } else { "folded" };
    let folded = match (state.from_snapshot.number(), model.fold_from) {
        (0, FoldFrom::Snapshot) => format!("{folded} {n_folded} from the beginning"),
        (0, FoldFrom::FirstEvent) => {
            format!(
                "no snapshots ({}): {folded} {n_folded} from the beginning",
                key_name(KeyAction::FoldFrom)
            )
        }
        (version, _) => format!("{folded} {n_folded} from the snapshot at v{}", count(version)),
    };
    let is_asked_for = model.fold_from == FoldFrom::FirstEvent;
    if is_spacious || is_asked_for || (lines.is_empty() && area.height > 8) {
        let folded = wrap(&folded, cells, if is_spacious { 2 } else { 1 });
        lines.extend(folded.into_iter().map(|line| vec![span(line, theme.dim)]));
    }
    lines
}

/// The number of the stream's events that the state leaves out.
fn left_out_words(trace: &Trace) -> String {
    let (n, n_events) = (count(trace.n_not_understood), count(trace.version.number()));
    format!("{NOT_UNDERSTOOD} {n} of {n_events} events not understood")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{Bank, picture};

    #[test]
    fn a_field_says_what_changed_and_where_it_was_last_set() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "hhh");
        let drawn: String = picture(44, 16, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭─ State at 7 · acc-3 v2 ──────────────────╮
│ owner     Grace Hopper                @6 │
│ status    open                        @6 │
│ currency  JPY                         @6 │
│ balance   900                   +900  @7 │
│ overdraft 0                              │
│                                          │
│ folded 2 events from the beginning       │
│                                          │
│ 900          ●⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉ │
│              ⡇                           │
│              ⡇                           │
│              ⡇                           │
│              ⡇                           │
│   0 ⣀⣀⣀⣀⣀⣀⣀⣀⣀⡇                           │
╰──────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn an_event_that_is_not_understood_says_so() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, ":goto 4<enter>");
        let drawn: String = picture(44, 18, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭─ State at 4 · acc-2 v2 ──────────────────╮
│ owner     李小龍                      @3 │
│ status    open                        @3 │
│ currency  EUR                         @3 │
│ balance   0.00 EUR                       │
│ overdraft 500.00                      @3 │
│                                          │
│ LoanGranted @4: an account knows no such │
│ event                                    │
│ ? 1 of 2 events not understood           │
│ folded 2 events from the beginning       │
│                                          │
│    0.00 ⠉⠉⠉⠉●⠉⠉⠉⠉⡇┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈ │
│             ┊    ⡇                       │
│             ┊    ⡇                       │
│             ┊    ⡇                       │
│ -300.00     ┊    ⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡏⠉⠉⠉⠉ │
╰──────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_status_that_changed_shows_both() {
        let model = Bank::little().screen(120, 36);
        let drawn: String = picture(34, 8, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭─ State at 10 · acc-2 v5 ───────╮
│ owner     李小龍            @3 │
│ status    open → frozen    @10 │
│ balance   -250.00 EUR       @9 │
│ overdraft 500.00            @3 │
│ ? 1 of 5 events not understood │
│                                │
╰────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn an_account_that_is_not_there_yet_says_so() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "sg");
        let drawn: String = picture(44, 9, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭─ State at 0 · acc-2 v0 · pinned ─────────╮
│ owner     –                              │
│ status    none                           │
│ balance   0                              │
│ no events of acc-2 up to here            │
│    0.00 ⠉⠉⠉⠉⠉⠉⠉⠉⠉⡇┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈ │
│                  ⡇                       │
│ -300.00          ⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡖⠒⠒⠒⠒ │
╰──────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }
}
