//! Every key of the help is obeyed.

use foldback::tui::key::Key;
use foldback::tui::keymap::action::KeyAction;
use foldback::tui::keymap::bindings::BINDINGS;

use crate::pty::{Session, sent_by};

/// The keys before the key of an action, and whether the screen then shows that the key was obeyed. The playhead of the
/// bundled bank is at 204 before that.
fn obeyed(action: KeyAction) -> (&'static str, fn(&str) -> bool) {
    match action {
        KeyAction::StepBack | KeyAction::Up => ("", |screen| screen.contains(" 203 of ")),
        KeyAction::StepOn | KeyAction::Down => ("", |screen| screen.contains(" 205 of ")),
        KeyAction::StreamBack => ("", |screen| screen.contains(" 191 of ")),
        KeyAction::StreamOn => ("", |screen| screen.contains(" 208 of ")),
        KeyAction::ColumnBack | KeyAction::ColumnOn | KeyAction::PageBack | KeyAction::PageOn => {
            ("", |screen| screen.contains("REPLAY") && !screen.contains(" 204 of "))
        }
        KeyAction::Beginning => ("", |screen| screen.contains(" 0 of ")),
        KeyAction::Head | KeyAction::PlaceBack => ("", |screen| screen.contains("LIVE")),
        KeyAction::PlaceForward => ("u", |screen| screen.contains(" 204 of ")),
        KeyAction::Play => ("", |screen| screen.contains("/s")),
        KeyAction::Slower => (" ", |screen| screen.contains(" 2/s")),
        KeyAction::Faster => (" ", |screen| screen.contains(" 10/s")),
        KeyAction::NextPane => ("", |screen| screen.contains("┤ State")),
        KeyAction::PreviousPane => ("", |screen| screen.contains("┤ Query view")),
        KeyAction::Open => ("", |screen| screen.contains("Event 204")),
        KeyAction::Command => ("", |screen| screen.contains("┤ Command")),
        KeyAction::Sql => ("", |screen| screen.contains("┤ Ask in SQL")),
        KeyAction::Find => ("", |screen| screen.contains("┤ Find")),
        KeyAction::Filter => ("", |screen| screen.contains("┤ i ")),
        KeyAction::FindNext | KeyAction::FindPrevious => {
            ("", |screen| screen.contains("nothing to find yet"))
        }
        KeyAction::Axis => ("", |screen| screen.contains("by time")),
        KeyAction::ZoomIn => ("", |screen| screen.contains("zoomed")),
        KeyAction::ZoomOut | KeyAction::ZoomReset => ("z", |screen| !screen.contains("zoomed")),
        KeyAction::Pin => ("", |screen| screen.contains("pinned")),
        KeyAction::FoldFrom => ("", |screen| screen.contains("no snapshots (f)")),
        KeyAction::ChartField => ("", |screen| screen.contains("overdraft over the log")),
        KeyAction::Picture => ("", |screen| screen.contains("─ Daily flows")),
        KeyAction::Hold => ("", |screen| screen.contains("HELD")),
        KeyAction::StepProjector => ("", |screen| screen.contains("HELD")),
        KeyAction::SlowProjector => ("", |screen| screen.contains("10,000/s at most")),
        KeyAction::SpeedProjector => ("[[", |screen| screen.contains("10,000/s at most")),
        KeyAction::QueryClock => ("", |screen| screen.contains("as of 204")),
        KeyAction::Fault => ("", |screen| screen.contains("verified to 407: the chain")),
        KeyAction::Retry => ("", |screen| screen.contains("nothing has failed")),
        KeyAction::Skip => ("", |screen| screen.contains("no event has failed")),
        KeyAction::Rebuild => ("", |screen| screen.contains("rebuilt 407 events")),
        KeyAction::Copy => ("", |screen| screen.contains("copy what?")),
        KeyAction::TakeMouse => ("", |screen| screen.contains("the mouse is released")),
        KeyAction::Help => ("", |screen| screen.contains("┤ Help")),
        KeyAction::Escape => ("?", |screen| !screen.contains("┤ Help")),
        // The shell has the terminal again.
        KeyAction::Quit | KeyAction::Suspend => ("", |screen| !screen.contains("REPLAY")),
    }
}

#[test]
fn it_obeys_every_key_of_its_help() {
    for (action, keys) in BINDINGS.iter().flat_map(|binding| binding.keys) {
        // Without the kitty protocol a terminal sends the same for Ctrl-I as for tab.
        for key in keys.iter().filter(|key| **key != Key::ctrl('i')) {
            let mut session = Session::start(130, 36, &[]);
            session.wait_for("407 · lag 0");
            session.type_keys(":204\r");
            session.wait_for(" 204 of ");
            // A frame may arrive in two pieces.
            session.wait_until("acc-11 without a prompt", |screen| {
                screen.contains("acc-11 v9") && !screen.contains("┤ Command")
            });
            let (before, is_obeyed) = obeyed(*action);
            session.type_keys(before);
            match *action {
                KeyAction::PlaceForward => session.wait_for("LIVE"),
                KeyAction::Slower | KeyAction::Faster => session.wait_for(" 5/s"),
                KeyAction::ZoomOut | KeyAction::ZoomReset => session.wait_for("zoomed"),
                KeyAction::SpeedProjector => session.wait_for(" 1,000/s at most"),
                KeyAction::Escape => session.wait_for("┤ Help"),
                _ => {}
            }
            assert!(!is_obeyed(&session.text()), "{action:?} shows before its key");
            session.type_keys(&sent_by(*key));
            session.wait_until(&format!("{action:?} on {}", key.name()), is_obeyed);
        }
    }
}
