//! The header: what is open, and the moment that the screen shows.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::counted::counted;
use crate::domain::event::GlobalPosition;
use crate::tui::layout::layout;
use crate::tui::model::Model;
use crate::tui::model::store::StoreKind;
use crate::tui::model::verification::{FirstFault, Verification, VerificationState};
use crate::tui::questions::late::CountOfLate;
use crate::tui::text::{DAY_AND_TIME, count, fit_end, span, time, width};
use crate::tui::theme::{BROKEN, INEXACT, NOT_UNDERSTOOD, PLAYHEAD_ROW, Theme, UNKNOWN, WHOLE};
use crate::tui::widgets::pane::put;

/// The most cells of a store's name. Only the beginning of a longer one is cut, because it says little.
const NAME_CELLS_MAX: usize = 40;

struct HeaderPart {
    text: String,
    /// A shorter form of the text, for where the text does not fit; empty if there is none.
    brief: String,
    style: Style,
    /// The gap before it.
    gap: &'static str,
    is_left: bool,
    /// No two parts have the same weight. If there is no room, the lightest goes first.
    weight: u8,
}

/// Draws the header.
pub(crate) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let room = usize::from(area.width).saturating_sub(2);
    let parts = fitting(parts(model, theme), room);
    let used: usize = parts.iter().map(HeaderPart::width).sum();
    let mut spans = vec![span(" ", theme.text)];
    let mut filled = false;
    for part in parts {
        if !part.is_left && !filled {
            spans.push(span(" ".repeat(room.saturating_sub(used)), theme.text));
            filled = true;
        }
        spans.push(span(part.gap, theme.dim));
        spans.push(span(part.text, part.style));
    }
    put(spans, area, 0, buf);
}

/// The heaviest parts that fit, in their order; the heaviest of all in any case.
fn fitting(parts: Vec<HeaderPart>, room: usize) -> Vec<HeaderPart> {
    let mut by_weight: Vec<&HeaderPart> = parts.iter().collect();
    by_weight.sort_by_key(|part| std::cmp::Reverse(part.weight));
    let mut left = room;
    let mut weights = Vec::new();
    let mut briefly = Vec::new();
    for part in by_weight {
        if part.width() <= left || weights.is_empty() {
            left = left.saturating_sub(part.width());
            weights.push(part.weight);
        } else if !part.brief.is_empty() && part.brief_width() <= left {
            left = left.saturating_sub(part.brief_width());
            briefly.push(part.weight);
        }
    }
    let form = |part: HeaderPart| {
        if briefly.contains(&part.weight) {
            return Some(HeaderPart { text: part.brief.clone(), ..part });
        }
        weights.contains(&part.weight).then_some(part)
    };
    let mut fitting: Vec<HeaderPart> = parts.into_iter().filter_map(form).collect();
    if let Some(first) = fitting.first_mut() {
        first.gap = "";
    }
    fitting
}

fn parts(model: &Model, theme: &Theme) -> Vec<HeaderPart> {
    let mut parts = Vec::new();
    let mut add = |weight: u8, is_left: bool, gap: &'static str, text: String, style: Style| {
        parts.push(HeaderPart { text, brief: String::new(), style, gap, is_left, weight });
    };
    let (playhead, head) = (model.playhead.position, model.head.position);
    add(5, true, "", "foldback".to_owned(), theme.strong);
    add(12, true, "  ", name(model), theme.text);
    if let Some(words) = kind_words(model.store.kind) {
        add(6, true, ", ", words.to_owned(), theme.dim);
    }
    parts.extend(found_envelope(model, theme));
    parts.extend(verified(model, theme));
    let mut add = |weight: u8, is_left: bool, gap: &'static str, text: String, style: Style| {
        parts.push(HeaderPart { text, brief: String::new(), style, gap, is_left, weight });
    };
    if let Some(n) = model.not_understood.answer().filter(|n| **n > 0) {
        add(17, true, "  ", format!("{NOT_UNDERSTOOD} {}", count(*n)), theme.differs);
        add(15, true, "", " not understood".to_owned(), theme.differs);
    }
    if model.import.is_none() && model.left_out.n() > 0 {
        add(21, true, "  ", counted(model.left_out.n(), "bad line"), theme.bad);
    }
    if model.import.is_none() && model.left_out.n_times_unread() > 0 {
        let events = counted(model.left_out.n_times_unread(), "event");
        add(20, true, "  ", format!("{events} without a readable time"), theme.bad);
    }
    if model.waits_for_log {
        add(22, false, "  ", format!("waiting for {} to come back", name(model)), theme.differs);
    }
    if let Some(text) = progress(model) {
        add(10, false, "  ", text, theme.read_side);
    }
    if let Some((text, style)) = read_side(model, theme) {
        add(14, false, "  ", text, style);
    }
    if model.playback.is_playing {
        let speed = count(u64::from(model.playback.events_per_second()));
        add(11, false, "  ", format!("{PLAYHEAD_ROW} {speed}/s"), theme.playhead);
    }
    let (badge, style) = if model.follows_head { (" LIVE ", theme.live) } else { (" REPLAY ", theme.replay) };
    add(22, false, "  ", badge.to_owned(), style);
    add(21, false, "  ", format!("{} of {}", count(playhead.number()), count(head.number())), theme.strong);
    if let Some(clock) = model.playhead.clock {
        // Until the answer for the playhead arrives, this is the clock of the previous position.
        let inexact = if model.is_exact() { "" } else { INEXACT };
        add(13, false, " · ", format!("{inexact}{}", time(clock, DAY_AND_TIME)), theme.text);
    }
    if let Some((text, style)) = late(model, theme) {
        add(16, false, " · ", text, style);
    }
    if playhead < head {
        let n = model.n_after_playhead();
        let text = n.map_or_else(|| format!("−{UNKNOWN} events"), |n| format!("−{}", counted(n, "event")));
        add(3, false, "  ", text, theme.dim);
    }
    parts
}

/// The late events that the answer by time leaves out, if the playhead was placed by a time.
fn late(model: &Model, theme: &Theme) -> Option<(String, Style)> {
    match model.by_time.n_late()? {
        CountOfLate::NotKnownYet => Some(("counting late events".to_owned(), theme.dim)),
        CountOfLate::Known(0) => None,
        CountOfLate::Known(n) => Some((format!("{} late left out", count(n)), theme.differs)),
    }
}

/// The field that was taken for the stream, if that was found by itself. A guess is more important.
fn found_envelope(model: &Model, theme: &Theme) -> Option<HeaderPart> {
    let stream = model.found_envelope.as_deref()?.split(", type").next()?;
    let is_sure = !stream.ends_with(')');
    let (style, weight) = if is_sure { (theme.dim, 1) } else { (theme.differs, 9) };
    let text = fit_end(stream, NAME_CELLS_MAX);
    Some(HeaderPart { text, brief: String::new(), style, gap: "  ", is_left: true, weight })
}

/// How far the log is verified, or the fault. Only the position is more important than a fault.
fn verified(model: &Model, theme: &Theme) -> Vec<HeaderPart> {
    let Some(Verification { up_to, state }) = &model.verification else { return Vec::new() };
    let word = |weight: u8, text: String, style: Style| HeaderPart {
        text,
        brief: String::new(),
        style,
        gap: "",
        is_left: true,
        weight,
    };
    let mark = |weight: u8, mark: &str, style: Style| HeaderPart {
        gap: "  ",
        ..word(weight, mark.to_owned(), style)
    };
    let percent = u128::from(up_to.number()) * 100 / u128::from(model.head.position.number().max(1));
    match state {
        VerificationState::Running => vec![mark(2, &format!("verifying {}%", percent.min(100)), theme.dim)],
        // An empty log has nothing to verify.
        VerificationState::Whole { .. } if *up_to == GlobalPosition::START => Vec::new(),
        VerificationState::Whole { has_receipt } => {
            let mut words = vec![
                mark(7, WHOLE, theme.done),
                HeaderPart {
                    brief: format!(" to {}", count(up_to.number())),
                    ..word(4, format!(" verified to {}", count(up_to.number())), theme.text)
                },
            ];
            words.extend((!has_receipt).then(|| word(5, " no receipt".to_owned(), theme.differs)));
            words
        }
        VerificationState::Broken(FirstFault { at, n_lost, .. }) => {
            let mut words = vec![mark(20, BROKEN, theme.bad)];
            words.extend(match (n_lost, at) {
                (0, None) => vec![word(8, " damaged".to_owned(), theme.bad)],
                (0, Some(at)) => vec![
                    word(8, " broken at".to_owned(), theme.bad),
                    word(19, format!(" {}", count(at.position.number())), theme.bad),
                ],
                (n, _) => vec![
                    word(19, format!(" {}", count(*n)), theme.bad),
                    word(8, if *n == 1 { " event" } else { " events" }.to_owned(), theme.bad),
                    word(18, " lost".to_owned(), theme.bad),
                ],
            });
            words
        }
    }
}

/// The reason for the lag, if the query view, which shows it, is not visible.
fn read_side(model: &Model, theme: &Theme) -> Option<(String, Style)> {
    if layout(model).is_some_and(|panes| panes.query.is_some()) {
        return None;
    }
    let status = &model.read_side.status;
    let n_behind = model.lag().n_events;
    match (&status.failure, status.pace.is_held) {
        (Some(_), _) => Some((format!("FAILED, lag {}", count(n_behind)), theme.bad)),
        (None, true) => Some((format!("HELD, lag {}", count(n_behind)), theme.differs)),
        (None, false) => None,
    }
}

/// The name of the store; that of the bundled bank says that it is a sample.
fn name(model: &Model) -> String {
    let name = fit_end(&model.store.name, NAME_CELLS_MAX);
    match model.store.kind {
        StoreKind::SampleCopy if !name.starts_with("sample") => format!("sample {name}"),
        _ => name,
    }
}

fn kind_words(kind: StoreKind) -> Option<&'static str> {
    match kind {
        StoreKind::Own => None,
        StoreKind::SampleCopy => Some("a scratch copy"),
        StoreKind::Log => Some("a log, read only"),
        StoreKind::ReadOnly => Some("read only"),
    }
}

/// The progress of work in the background.
fn progress(model: &Model) -> Option<String> {
    let import = model.import.as_ref()?;
    let percent = import.percent.map_or_else(String::new, |percent| format!(" {percent}%"));
    let bad = match import.n_bad {
        0 => String::new(),
        n => format!(" · {}", counted(n, "bad line")),
    };
    Some(format!("reading{percent} · {}{bad}", counted(import.n_events, "event")))
}

impl HeaderPart {
    fn width(&self) -> usize {
        width(self.gap) + width(&self.text)
    }

    fn brief_width(&self) -> usize {
        width(self.gap) + width(&self.brief)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::Moment;
    use crate::tui::fixture::{Bank, picture};

    #[test]
    fn a_header_keeps_the_weightiest_parts_that_fit() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "hhh");
        let drawn = |width| picture(width, 1, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let drawn: String = [100, 70, 60, 40, 16].map(drawn).concat();
        let expected = r#"
 foldback  bank.db  ? 1 not understood            REPLAY   7 of 10 · 2024-03-01 15:00:00  −3 events
 ? 1 not understood            REPLAY   7 of 10 · 2024-03-01 15:00:00
 foldback  bank.db  ? 1 not understood     REPLAY   7 of 10
 bank.db  ? 1          REPLAY   7 of 10
        REPLAY
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_field_that_was_taken_for_the_stream_is_named_and_a_guess_comes_before_other_words() {
        let theme = Theme::plain();
        let mut model = Bank::little().screen(120, 36);
        assert!(found_envelope(&model, &theme).is_none());
        let mut shown = |words: &str| {
            model.found_envelope = Some(words.to_owned());
            found_envelope(&model, &theme).map(|part| (part.text, part.weight))
        };
        assert_eq!(shown("stream ← key, type ← type, data ← data"), Some(("stream ← key".to_owned(), 1)));
        let guess = Some(("stream ← data.orderId (guessed)".to_owned(), 9));
        assert_eq!(shown("stream ← data.orderId (guessed), type ← type, data ← data"), guess);
    }

    #[test]
    fn late_events_that_are_still_being_counted_are_said_in_words() {
        let mut model = Bank::little().screen(120, 36);
        model.by_time.place(model.playhead.clock.unwrap());
        let drawn = picture(120, 1, |area, buf| draw(&model, &Theme::plain(), area, buf));
        assert!(drawn.contains("2024-03-01 18:00:00 · counting late events"), "{drawn}");
    }

    #[test]
    fn the_verified_part_is_shown_in_the_room_left_and_a_fault_has_precedence() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        let up_to = GlobalPosition::new(10);
        let running = Verification { up_to: GlobalPosition::new(4), state: VerificationState::Running };
        let whole = Verification { up_to, state: VerificationState::Whole { has_receipt: true } };
        let empty = Verification {
            up_to: GlobalPosition::START,
            state: VerificationState::Whole { has_receipt: true },
        };
        let of = |at, n_lost| {
            let fault = FirstFault { at, n_lost, expected: String::new(), found: String::new() };
            Verification { up_to, state: VerificationState::Broken(fault) }
        };
        let lost = of(Some(Moment { position: GlobalPosition::new(11), clock: None }), 10);
        let mut drawn = String::new();
        for verification in [empty, running, whole, bank.broken_at(7), lost, of(None, 0)] {
            model.verification = Some(verification);
            let at = |width| picture(width, 1, |area, buf| draw(&model, &Theme::plain(), area, buf));
            drawn += &[100, 64, 50, 24].map(at).concat();
        }
        let expected = r#"
 foldback  bank.db  ? 1 not understood                        LIVE   10 of 10 · 2024-03-01 18:00:00
 ? 1 not understood       LIVE   10 of 10 · 2024-03-01 18:00:00
 bank.db  ? 1 not understood      LIVE   10 of 10
        LIVE   10 of 10
 foldback  bank.db  verifying 40%  ? 1 not understood         LIVE   10 of 10 · 2024-03-01 18:00:00
 ? 1 not understood       LIVE   10 of 10 · 2024-03-01 18:00:00
 bank.db  ? 1 not understood      LIVE   10 of 10
        LIVE   10 of 10
 foldback  bank.db  ✔ verified to 10  ? 1 not understood      LIVE   10 of 10 · 2024-03-01 18:00:00
 ? 1 not understood       LIVE   10 of 10 · 2024-03-01 18:00:00
 bank.db  ? 1 not understood      LIVE   10 of 10
 ✔      LIVE   10 of 10
 foldback  bank.db  ✘ broken at 7  ? 1 not understood         LIVE   10 of 10 · 2024-03-01 18:00:00
 bank.db  ✘ broken at 7  ? 1 not understood     LIVE   10 of 10
 ✘ 7  ? 1 not understood          LIVE   10 of 10
 ✘      LIVE   10 of 10
 foldback  bank.db  ✘ 10 events lost  ? 1 not understood      LIVE   10 of 10 · 2024-03-01 18:00:00
 bank.db  ✘ 10 lost  ? 1 not understood         LIVE   10 of 10
 bank.db  ✘ 10 lost  ? 1          LIVE   10 of 10
 ✘      LIVE   10 of 10
 foldback  bank.db  ✘ damaged  ? 1 not understood             LIVE   10 of 10 · 2024-03-01 18:00:00
 bank.db  ✘ damaged  ? 1 not understood         LIVE   10 of 10
 ✘  ? 1 not understood            LIVE   10 of 10
 ✘      LIVE   10 of 10
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }
}
