//! The view: the model, drawn.
//!
//! ```text
//!  foldback  bank.db  ✔ verified to 12,431  REPLAY  8,112 of 12,431 · 2024-03-14 10:22:07  −4,319 events   header
//! ╭─ Events ────────────╮╭─ State at 8,112 ─────╮╭─ Query view at 12,431 ─────╮
//! │   8,110 10:22 With… ││ owner    Ada  @7     ││ stream  owner   balance   │   event_list, state, query_view
//! │ ▶ 8,112 10:22 Depo… ││ balance  1,250.00    ││▌acc-17   Ada      990.00≠  │   (or stream_table, bars, line)
//! │   8,113 10:24 Acco… ││ ⡇⠉⠉⠉⡇ over the log   ││ Σ 1,204,221.00 EUR         │   chart: inside the state
//! ╰─────────────────────╯╰──────────────────────╯╰────────────────────────────╯   inspector, help, console: over the panes
//! ╭ 2023-01-02 ────── by position · ▁▅█ up to 9 events a day ────── 2024-12-31 ╮   prompt: over their bottom
//! │ ▁▁▂▁▅▂▁▁▁▃▇▂▁▁▁▂▁▁▁▁▂▃▁▁▁▁▆▂▁▁▁▂▂▁▁▁▃▃▂▁▁▁▂▁▁▅▂▁▁▁▁▂▁▅▂▁▁▁▃▇▂▁▁▁▂▁▁▁▁▂▃▁▁▁ │   density
//! │   ╷      ╷  ╻       ╷          ╷    ╷                 ╻                    │   ruler
//! │ ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●─────────────────────────┿┄┄┄┄┄┄┄┄┃ │
//! ╰ ● playhead   ┿ checkpoint   ┄ lag   ┃ head   ╷ acc-17 ─────────────────────╯
//!  , . step   < > this stream   space play   : command   / find   tab pane       hints, or a notice
//! ```
//!
//! A screen below the smallest size shows one sentence: `too_small`.

use ratatui::Frame;

use crate::tui::layout::layout_in;
use crate::tui::model::Model;
use crate::tui::model::mode::Mode;
use crate::tui::model::size::Size;
use crate::tui::theme::Theme;
use crate::tui::widgets::{
    console, event_list, header, hints, overlay, prompt, query_view, ruler, state, too_small,
};

/// Draws the model. The result depends on the model and the theme only, and the cost is that of the cells.
pub fn view(model: &Model, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    // The terminal may have shrunk before the model knows.
    let size = Size { width: model.size.width.min(area.width), height: model.size.height.min(area.height) };
    let buf = frame.buffer_mut();
    let Some(panes) = layout_in(model, size) else {
        too_small::draw(theme, area, buf);
        return;
    };
    header::draw(model, theme, panes.header, buf);
    if let Some(area) = panes.events {
        event_list::draw(model, theme, area, buf);
    }
    if let Some(area) = panes.state {
        state::draw(model, theme, area, buf);
    }
    let mut cursor = None;
    if let Some(area) = panes.query {
        cursor = query_view::draw(model, theme, area, buf);
    }
    ruler::draw(model, theme, &panes, buf);
    match model.over_panes() {
        Mode::Console(part) => cursor = console::draw(model, *part, theme, &panes, buf),
        Mode::Inspect(inspected) => overlay::inspector(model, inspected, theme, &panes, buf),
        Mode::Help { scroll } => overlay::help(model, *scroll, theme, panes.middle, buf),
        Mode::Guide(guide) => overlay::guide(*guide, theme, panes.middle, buf),
        Mode::Browse | Mode::Command(_) | Mode::Find(_) | Mode::Filter(_) | Mode::Copy => {}
    }
    if let Some(area) = panes.prompt {
        cursor = prompt::draw(model, theme, area, buf);
    }
    hints::draw(model, theme, panes.hints, buf);
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::domain::aggregates::Aggregates;
    use crate::domain::event::GlobalPosition;
    use crate::domain::left_out::{LeftOut, Reason};
    use crate::domain::moment::Moment;
    use crate::domain::visible::is_hidden;
    use crate::read_model::presentation_of;
    use crate::read_model::rows::series::GroupTotal;
    use crate::read_model::rows::{FailedEvent, Failure};
    use crate::tui::fixture::{Bank, screen_of, text_of};
    use crate::tui::key::Key;
    use crate::tui::message::Message;
    use crate::tui::model::Model;
    use crate::tui::model::hits::Hits;
    use crate::tui::model::import::RunningImport;
    use crate::tui::model::notice::Tone;
    use crate::tui::model::size::Size;
    use crate::tui::model::store::{OpenStore, StoreKind};
    use crate::tui::model::verification::{FirstFault, Verification, VerificationState};
    use crate::tui::theme::Theme;
    use crate::tui::update::update;

    #[test]
    fn the_panes_say_for_good_why_nothing_of_a_log_could_be_read() {
        for (width, height) in [(120, 36), (80, 24), (60, 15)] {
            let store = OpenStore { name: "w.jsonl".to_owned(), kind: StoreKind::Log, takes_commands: false };
            let mut model = Model::new(store, presentation_of(&Aggregates::bank()), Size { width, height });
            let mut left_out = LeftOut::default();
            left_out.add("it has no stream", Reason { line: 1, n: 200, is_refused: false });
            let why = left_out.why_nothing(&[], &["x".to_owned()]);
            update(&mut model, Message::LeftOut(Box::new(left_out), why));
            // The next keys do not remove it.
            for _ in 0..2 {
                update(&mut model, Message::Key(Key::char(',')));
            }
            let drawn = text_of(&screen_of(&model, &Theme::plain(), width, height));
            for said in ["200 bad lines", "none of its lines", "the fields x", "`--map FILE`"] {
                assert!(drawn.contains(said), "{said} at {width}×{height}:\n{drawn}");
            }
        }
    }

    /// Screens with something open, each with its keys.
    const SCENES: [&str; 23] = [
        "",
        "v",
        "vv",
        "<tab><tab>hhvv",
        "g",
        "hhh",
        "<tab><tab><enter>",
        "<enter>",
        "?",
        "?<pgdn><pgdn>jjj",
        ":",
        "h:transfer acc-1 acc-2 5",
        ":goto",
        "/x",
        "tzzhhy",
        "S",
        "S<down><down>",
        "SSELECT *<a-enter>FROM accounts<enter>",
        "SSELECT *<enter><tab>jl<right>oa,,",
        "Snonsense<enter><tab>",
        "Sendless<enter>",
        "Sendless<enter><esc><c-t>",
        "R",
    ];

    /// A failure with this text wherever a failure has text.
    fn failure(text: &str) -> Failure {
        let (stream, event_type) = (text.to_owned(), text.to_owned());
        let event = Some(FailedEvent { position: u64::MAX, stream, event_type });
        Failure { event, why: text.to_owned() }
    }

    /// A fault at a position, with this text wherever a fault has text.
    fn broken(at: Moment, text: &str) -> Option<Verification> {
        let fault = FirstFault { at: Some(at), n_lost: 0, expected: text.to_owned(), found: text.to_owned() };
        Some(Verification { up_to: at.position, state: VerificationState::Broken(fault) })
    }

    fn busy(model: &mut Model) {
        model.verification = broken(
            Moment { position: GlobalPosition::new(u64::MAX), clock: None },
            &"another hash ".repeat(40),
        );
        model.import = Some(RunningImport { n_events: u64::MAX, n_bad: 7, percent: Some(100) });
        model.find.hits = Some(Hits::begun(model.playhead.position, model.head.position));
        model.notify(
            Tone::Bad,
            "it could not be done, for many reasons that take more than one line ".repeat(4),
        );
        model.read_side.status.failure = Some(failure(&"the read model is damaged; rebuild it".repeat(3)));
        if let Some(listing) = model.listing.answer() {
            let mut listing = listing.clone();
            listing.totals.resize(5, GroupTotal { unit: None, sum: i128::MAX, n_streams: u64::MAX });
            let question = model.listing.question().unwrap().clone();
            model.listing.ask_again();
            let (ticket, _) = model.listing.ask(question).unwrap();
            model.listing.receive(ticket, listing);
        }
    }

    proptest! {
        #[test]
        fn whatever_its_size_a_screen_is_drawn(
            size in (0_u16..200, 0_u16..60),
            terminal in (0_u16..200, 0_u16..60),
            is_same in any::<bool>(),
            scene in 0..SCENES.len(),
            is_busy in any::<bool>(),
            has_log in any::<bool>(),
        ) {
            let bank = if has_log { Bank::little().projected_to(7) } else { Bank::of(&[]) };
            let mut model = bank.screen(size.0, size.1);
            bank.press(&mut model, SCENES[scene]);
            if is_busy {
                busy(&mut model);
            }
            let (width, height) = if is_same { size } else { terminal };
            screen_of(&model, &Theme::colours(), width, height);
        }
    }

    #[test]
    fn control_and_hidden_characters_are_shown_in_every_pane() {
        let hostile = "a\u{1b}[31m\u{9b}2J\u{202e}\u{200b}\u{feff}\u{7}\u{e0041}\u{2028}b";
        let json = serde_json::json!({ "owner": hostile, "currency": "EUR", "note": hostile }).to_string();
        let sent = serde_json::json!({ "to": hostile, "amount": 5, "transfer": hostile }).to_string();
        let bank = Bank::of(&[
            (hostile, "AccountOpened", &json),
            (hostile, "TransferSent", &sent),
            (hostile, hostile, &format!("{hostile}{json}")),
        ]);
        let asked = format!("S{hostile}<c-j>nonsense {hostile}<enter><tab>");
        for scene in SCENES
            .into_iter()
            .chain(["h<enter>", "hh<enter>", "s<tab><tab><enter>", ":freeze a<tab>"])
            .chain([&*asked])
        {
            for (width, height) in [(120, 36), (80, 24), (60, 15), (40, 10), (20, 5)] {
                let mut model = bank.screen(width, height);
                model.store.name = hostile.to_owned();
                model.find.text = hostile.to_owned();
                bank.press(&mut model, scene);
                let quiet = screen_of(&model, &Theme::colours(), width, height);
                busy(&mut model);
                model.notify(Tone::Bad, hostile);
                model.read_side.status.failure = Some(failure(hostile));
                model.verification = broken(model.playhead, hostile);
                for buffer in [quiet, screen_of(&model, &Theme::colours(), width, height)] {
                    let text = text_of(&buffer);
                    let hidden = text.chars().find(|c| *c != '\n' && is_hidden(*c));
                    assert_eq!(hidden, None, "{scene} at {width}x{height}:\n{text}");
                }
            }
        }
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "s");
        let text = text_of(&screen_of(&model, &Theme::plain(), 120, 36));
        assert!(text.contains("a␛[31m⟨U+009B⟩2J⟨"), "{text}");
    }

    #[test]
    fn without_colours_no_cell_has_one() {
        use ratatui::style::Color;
        let bank = Bank::little().projected_to(7);
        for scene in SCENES {
            let mut model = bank.screen(120, 36);
            bank.press(&mut model, scene);
            let buffer = screen_of(&model, &Theme::plain(), 120, 36);
            let coloured =
                buffer.content.iter().find(|cell| (cell.fg, cell.bg) != (Color::Reset, Color::Reset));
            assert_eq!(coloured, None, "{scene}");
        }
    }

    #[test]
    fn a_screen_that_is_too_small_says_so() {
        let model = Bank::little().screen(20, 3);
        let text = text_of(&screen_of(&model, &Theme::plain(), 20, 3));
        assert_eq!(text, "foldback needs 40×10\ncells; here are 20×3\n\n");
    }
}
