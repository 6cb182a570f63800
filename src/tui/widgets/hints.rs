//! The bottom line: the keys that work now, or a notice.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use ratatui::widgets::{Clear, Widget};

use crate::domain::counted::counted;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::binding::Binding;
use crate::tui::keymap::bindings::BINDINGS;
use crate::tui::keymap::console::{ConsoleAction, console_key_names};
use crate::tui::keymap::copy_choice::CopyChoice;
use crate::tui::keymap::prompt::{PromptAction, prompt_key_names};
use crate::tui::keymap::{key_name, key_names};
use crate::tui::model::Model;
use crate::tui::model::console::ConsolePart;
use crate::tui::model::focus::{Pane, QueryClock};
use crate::tui::model::hits::{FindState, Hits};
use crate::tui::model::lead::{Lead, lead};
use crate::tui::model::mode::{Mode, OpenGuide};
use crate::tui::model::notice::{Notice, Tone};
use crate::tui::model::query_form::{QueryForm, ShownForm};
use crate::tui::model::rebuild::{RebuildPhase, RunningRebuild};
use crate::tui::notice_lines::notice_lines;
use crate::tui::questions::find::FindProgress;
use crate::tui::text::{count, fit, line_width, seconds_words, span, width};
use crate::tui::theme::{HIT, Theme};
use crate::tui::widgets::pane::{padded, put, put_at_end};

/// Cells of the mark before a notice.
const NOTICE_LEAD_CELLS: usize = 3;

/// The gap between two hints.
const GAP: &str = "  ";

/// A search of at least this duration shows its rate and the remaining time. A shorter one is over before they are
/// read.
const LONG_SECONDS: u64 = 2;

/// Draws the hints, or the notice instead.
pub(crate) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if let Some(notice) = &model.notice {
        let used = draw_notice(notice, theme, area, buf);
        // The notice of a jump does not hide which of the hits it is.
        let beside = padded(area, 1);
        let room = usize::from(beside.width).saturating_sub(used + GAP.len());
        let hits = model.find.hits.as_ref().map(|hits| finding(model, hits, theme, room));
        if let Some(hits) = hits.filter(|hits| line_width(hits) <= room) {
            put_at_end(hits, beside, 0, buf);
        }
        return;
    }
    let area = padded(area, 1);
    let least = width(GAP) + width(&key_name(KeyAction::Help)) + width(" help");
    let status = status(model, theme, usize::from(area.width).saturating_sub(least));
    let room = usize::from(area.width).saturating_sub(line_width(&status) + 2);
    let mut spans = Vec::new();
    let worded = |(keys, does): Hint| (keys, model.presentation.worded(does));
    for (keys, does) in fitting(hints(model).into_iter().map(worded).collect(), room) {
        spans.push(span(if spans.is_empty() { "" } else { GAP }, theme.text));
        spans.push(span(keys, theme.key));
        spans.push(span(format!(" {does}"), theme.dim));
    }
    let fill = usize::from(area.width).saturating_sub(line_width(&spans) + line_width(&status));
    spans.push(span(" ".repeat(fill), theme.text));
    spans.extend(status);
    put(spans, area, 0, buf);
}

/// The keys, and what they do, with the domain's words still to be put in.
type Hint = (String, &'static str);

type WordedHint = (String, Cow<'static, str>);

/// As many hints as fit, including the one for the help, which leads to all others.
fn fitting(hints: Vec<WordedHint>, room: usize) -> Vec<WordedHint> {
    let cells = |(keys, does): &WordedHint| width(GAP) + width(keys) + 1 + width(does);
    let help = key_name(KeyAction::Help);
    let is_help = |hint: &WordedHint| hint.0 == help;
    let mut left =
        (room + width(GAP)).saturating_sub(hints.iter().filter(|hint| is_help(hint)).map(cells).sum());
    let mut is_full = false;
    let fits = |hint: &WordedHint| {
        if is_help(hint) {
            return true;
        }
        is_full |= cells(hint) > left;
        left = left.saturating_sub(cells(hint));
        !is_full
    };
    hints.into_iter().filter(fits).collect()
}

/// A hint of the keys of actions.
fn of(actions: &[KeyAction], does: &'static str) -> Hint {
    (key_names(actions), does)
}

/// A hint of the keys of actions of a prompt.
fn in_prompt(actions: &[PromptAction], does: &'static str) -> Hint {
    (prompt_key_names(actions), does)
}

/// A hint of the keys of actions of the SQL console.
fn in_console(actions: &[ConsoleAction], does: &'static str) -> Hint {
    (console_key_names(actions), does)
}

const STEPS: &[KeyAction] = &[KeyAction::StepBack, KeyAction::StepOn];

const ALONG_ANSWER: &[ConsoleAction] =
    &[ConsoleAction::RowDown, ConsoleAction::RowUp, ConsoleAction::ColumnLeft, ConsoleAction::ColumnRight];

const DOWN_UP: &[KeyAction] = &[KeyAction::Down, KeyAction::Up];

/// The keys that have a meaning now, with what they do.
fn hints(model: &Model) -> Vec<Hint> {
    let escape = |does| of(&[KeyAction::Escape], does);
    let enter = |does| in_prompt(&[PromptAction::Enter], does);
    let complete = in_prompt(&[PromptAction::Complete], "complete");
    match &model.mode {
        Mode::Browse if model.focus == Pane::Query && model.query_form != QueryForm::Rows => in_form(model),
        Mode::Browse => {
            let is_filtered = model.focus == Pane::Query && !model.stream_list.filter.is_empty();
            let all = is_filtered.then(|| escape("all {streams}"));
            all.into_iter().chain(BINDINGS.iter().filter_map(|binding| hint(model, binding))).collect()
        }
        Mode::Command(_) => {
            let history = in_prompt(&[PromptAction::Earlier, PromptAction::Later], "history");
            vec![enter("do it"), complete, history, escape("back")]
        }
        Mode::Filter(_) => {
            let choose = in_prompt(&[PromptAction::Earlier, PromptAction::Later], "choose");
            vec![enter("keep"), choose, escape("all {streams}")]
        }
        Mode::Find(_) => vec![enter("find"), complete, escape("back")],
        Mode::Inspect(_) => vec![
            of(DOWN_UP, "scroll"),
            of(STEPS, "previous, next event"),
            of(&[KeyAction::Copy], "copy"),
            escape("back"),
        ],
        Mode::Console(part) => console_hints(model, *part),
        Mode::Copy => {
            let choices = CopyChoice::ALL.map(|choice| (choice.key().to_string(), choice.word()));
            choices.into_iter().chain([escape("back")]).collect()
        }
        Mode::Help { .. } => {
            let guide = of(&[KeyAction::Open], "guide");
            vec![of(DOWN_UP, "scroll"), guide, escape("back"), of(&[KeyAction::Quit], "quit")]
        }
        Mode::Guide(OpenGuide { page_scroll: Some(_), .. }) => vec![of(DOWN_UP, "scroll"), escape("back")],
        Mode::Guide(OpenGuide { page_scroll: None, .. }) => {
            vec![of(DOWN_UP, "choose"), of(&[KeyAction::Open], "open"), escape("back")]
        }
    }
}

/// The hints while the query view shows a table of a stream or a picture.
fn in_form(model: &Model) -> Vec<Hint> {
    let back = of(&[KeyAction::Escape], "back to the {streams}");
    let help = of(&[KeyAction::Help], "help");
    match model.shown_form() {
        form if form.is_picture() => {
            let columns = of(&[KeyAction::ColumnBack, KeyAction::ColumnOn], "column");
            vec![of(STEPS, "step"), columns, of(&[KeyAction::Picture], "next picture"), back, help]
        }
        _ => {
            let along = of(&[KeyAction::StreamBack, KeyAction::StreamOn], "{stream}");
            vec![of(DOWN_UP, "choose"), of(&[KeyAction::Open], enter_in_table(model)), back, along, help]
        }
    }
}

/// What Enter does on the chosen line of a table.
fn enter_in_table(model: &Model) -> &'static str {
    let ShownForm::Table(_, _, line) = model.shown_form() else { return "open" };
    let row = model.stream_table().and_then(|table| table.row(line));
    let is_there = row.is_some_and(|row| row.position == model.playhead.position);
    if is_there { "the event in full" } else { "to the event" }
}

fn console_hints(model: &Model, part: ConsolePart) -> Vec<Hint> {
    let escape = match part {
        _ if model.console.is_running() => "stop",
        ConsolePart::Editor => "close",
        ConsolePart::Results | ConsolePart::Saved => "back",
    };
    let mut hints = vec![in_console(&[ConsoleAction::Close], escape)];
    let tab = |does| in_console(&[ConsoleAction::OtherPart], does);
    let ask = in_console(&[ConsoleAction::Ask], "ask");
    let more = match part {
        ConsolePart::Editor if model.console.is_blank() => {
            let saved = in_console(&[ConsoleAction::Later], "saved questions");
            vec![ask, saved, in_console(&[ConsoleAction::Earlier], "earlier ones")]
        }
        ConsolePart::Editor => {
            vec![
                ask,
                in_console(&[ConsoleAction::NewLine], "new line"),
                tab("answer"),
                in_console(&[ConsoleAction::ListSaved], "saved"),
                in_console(&[ConsoleAction::Earlier, ConsoleAction::Later], "earlier"),
            ]
        }
        ConsolePart::Saved => {
            let choose = in_console(&[ConsoleAction::RowDown, ConsoleAction::RowUp], "choose");
            vec![in_console(&[ConsoleAction::OpenRow], "ask it"), choose, tab("question")]
        }
        ConsolePart::Results => {
            let clock = match model.query_clock {
                QueryClock::Checkpoint => "follow the playhead",
                QueryClock::Playhead => "at the checkpoint",
            };
            let meanings = &model.presentation.column_meanings;
            let leads = match model.console.answer.answer().and_then(|answer| lead(answer, meanings)) {
                Some(Lead::Event(_)) => Some("to the event"),
                Some(Lead::Stream(_)) => Some("select the {stream}"),
                None => None,
            };
            hints.extend(leads.map(|does| in_console(&[ConsoleAction::OpenRow], does)));
            vec![
                tab("question"),
                in_console(&[ConsoleAction::Sort], "sort"),
                in_console(&[ConsoleAction::CopyValue, ConsoleAction::CopyRow], "copy"),
                in_console(&[ConsoleAction::AskAgain], "ask again"),
                of(STEPS, "step"),
                in_console(&[ConsoleAction::TurnClock], clock),
                in_console(ALONG_ANSWER, "move"),
            ]
        }
    };
    hints.extend(more);
    hints
}

/// The hint of a binding, worded for what it would do now.
fn hint(model: &Model, binding: &Binding) -> Option<Hint> {
    let does = binding.hint?;
    let does = match binding.keys.first().map(|(action, _)| *action) {
        Some(KeyAction::Hold) if model.read_side.status.pace.is_held => "release",
        Some(KeyAction::StepProjector) if !model.read_side.status.pace.is_held => return None,
        Some(KeyAction::Retry) if model.read_side.status.failure.is_none() => return None,
        // The measure of an aggregate is what one wants to see.
        Some(KeyAction::ChartField) if model.focus != Pane::State || model.presentation.has_measure() => {
            return None;
        }
        Some(KeyAction::Command) if model.why_no_commands().is_some() => "go to",
        Some(KeyAction::Filter) if model.focus != Pane::Query => return None,
        Some(KeyAction::Fault) if model.fault().is_none() => return None,
        Some(KeyAction::Skip) => {
            model.read_side.status.failure.as_ref()?.event.as_ref()?;
            does
        }
        Some(KeyAction::QueryClock) if model.query_clock == QueryClock::Playhead => "now",
        Some(KeyAction::Play) if model.playback.is_playing => "pause",
        _ => does,
    };
    Some((binding.hinted_keys(), does))
}

/// The right end: a typed count, a running question, the progress of a rebuild, and whether the terminal has the mouse.
fn status(model: &Model, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    if model.count > 0 {
        return vec![span(count(model.count), theme.strong)];
    }
    if matches!(model.mode, Mode::Copy) {
        return vec![span("copy what?", theme.strong)];
    }
    if let Some(rebuild) = &model.rebuild {
        return rebuilding(rebuild, theme, room);
    }
    if let Some(hits) = model.find.hits.as_ref().filter(|_| model.mode.shows_panes()) {
        return finding(model, hits, theme, room);
    }
    if model.mouse_is_ours {
        Vec::new()
    } else {
        vec![span(format!("mouse released, {}", key_name(KeyAction::TakeMouse)), theme.dim)]
    }
}

/// The hits and the progress of a search, in the longest form that fits.
fn finding(model: &Model, hits: &Hits, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    let n = match hits.nth(model.playhead.position) {
        Some(nth) => format!("hit {} of {}", count(nth), count(hits.n_hits)),
        None => counted(hits.n_hits, "hit"),
    };
    let percent = hits.progress.map(|progress| {
        let percent = u128::from(progress.n_done) * 100 / u128::from(progress.n_all.max(1));
        format!(" · {percent}% searched")
    });
    let how = match hits.state {
        FindState::Running if hits.is_of_appended() => String::new(),
        FindState::Running => percent.unwrap_or_else(|| " · searching …".to_owned()),
        _ if model.find.has_asked && model.find.waits.is_some() => " · searching for the next …".to_owned(),
        FindState::Stopped => " · stopped".to_owned(),
        FindState::Whole => String::new(),
    };
    let is_long = |progress: &FindProgress| progress.seconds_left.is_some_and(|left| left >= LONG_SECONDS);
    let pace = hits.progress.filter(is_long).map_or_else(String::new, |progress| {
        let rate =
            progress.per_second.map_or_else(String::new, |rate| format!(" · {} events/s", count(rate)));
        let left = seconds_words(progress.seconds_left.unwrap_or(0).saturating_mul(1000));
        format!("{rate} · {left} left")
    });
    let text = |cells: usize| format!("{HIT} {} · ", fit(&model.find.text, cells));
    let forms = [
        format!("{}{n}{how}{pace}", text(32)),
        format!("{}{n}{how}", text(24)),
        format!("{}{n}{how}", text(12)),
        format!("{HIT} {n}{how}"),
        format!("{HIT} {n}"),
    ];
    let fewest = forms.last().cloned().unwrap_or_default();
    let form = forms.into_iter().find(|form| width(form) <= room).unwrap_or(fewest);
    vec![span(form, theme.hit)]
}

/// The progress of a rebuild, in the longest form that fits, and how to stop it.
fn rebuilding(rebuild: &RunningRebuild, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    if rebuild.is_stopping {
        return vec![span("stopping the rebuild …", theme.read_side)];
    }
    let stops =
        [span(" · ", theme.dim), span(key_name(KeyAction::Rebuild), theme.key), span(" stops it", theme.dim)];
    let with_stops = |words: String| [vec![span(words, theme.read_side)], stops.to_vec()].concat();
    let Some(progress) = rebuild.progress else { return with_stops("rebuilding …".to_owned()) };
    let percent = u128::from(progress.n_done) * 100 / u128::from(progress.n_all.max(1));
    let percent = percent.min(100);
    let (phase, things) = match progress.phase {
        RebuildPhase::Projecting => ("rebuilding", "events"),
        RebuildPhase::Comparing => ("rebuilding, comparing", "rows"),
    };
    let rate = |unit: &str| match progress.per_second {
        Some(n) => format!(" · {}{unit}/s", count(n)),
        None => String::new(),
    };
    let left = match progress.seconds_left {
        Some(seconds) => format!(" · {} left", seconds_words(seconds.saturating_mul(1000))),
        None => String::new(),
    };
    let forms = [
        with_stops(format!("{phase} {percent}%{}{left}", rate(&format!(" {things}")))),
        with_stops(format!("{phase} {percent}%{}{left}", rate(""))),
        with_stops(format!("rebuilding {percent}%{left}")),
        with_stops(format!("rebuilding {percent}%")),
    ];
    let fewest = forms.last().cloned().unwrap_or_default();
    forms.into_iter().find(|form| line_width(form) <= room).unwrap_or(fewest)
}

/// Draws a notice on the line, and on as many above it as needed. Returns the cells that it takes of the line.
fn draw_notice(notice: &Notice, theme: &Theme, area: Rect, buf: &mut Buffer) -> usize {
    let (mark, style) = match notice.tone {
        Tone::Plain => ("·", theme.strong),
        Tone::Done => ("✔", theme.done),
        Tone::Bad => ("✘", theme.bad),
    };
    let lines = notice_lines(&notice.text, area.width);
    let n_lines = u16::try_from(lines.len()).unwrap_or(1).min(area.y.saturating_add(1)).max(1);
    let over = Rect { y: area.y.saturating_add(1).saturating_sub(n_lines), height: n_lines, ..area };
    let used = NOTICE_LEAD_CELLS + lines.last().map_or(0, |line| width(line));
    Clear.render(over, buf);
    for (row, line) in lines.into_iter().enumerate() {
        let lead = if row == 0 { mark } else { " " };
        let text_style = if notice.tone == Tone::Bad { style } else { theme.text };
        put(vec![span(format!(" {lead} "), style), span(line, text_style)], over, row, buf);
    }
    used
}

#[cfg(test)]
mod tests;
