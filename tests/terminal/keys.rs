//! Every key of the help is obeyed.

use foldback::tui::keymap::Action;
use foldback::tui::keymap::bindings::BINDINGS;
use foldback::tui::message::Key;

use crate::pty::{Session, sent_by};

/// What is typed before a key of an action, and whether the screen then shows that the key was obeyed. The playhead of
/// the bundled bank stands at 204 before that.
fn obeyed(action: Action) -> (&'static str, fn(&str) -> bool) {
    match action {
        Action::StepBack | Action::Up => ("", |screen| screen.contains(" 203 of ")),
        Action::StepOn | Action::Down => ("", |screen| screen.contains(" 205 of ")),
        Action::AccountBack => ("", |screen| screen.contains(" 191 of ")),
        Action::AccountOn => ("", |screen| screen.contains(" 208 of ")),
        Action::ColumnBack | Action::ColumnOn | Action::PageBack | Action::PageOn => {
            ("", |screen| screen.contains("REPLAY") && !screen.contains(" 204 of "))
        }
        Action::Beginning => ("", |screen| screen.contains(" 0 of ")),
        Action::Head | Action::PlaceBack => ("", |screen| screen.contains("LIVE")),
        Action::PlaceForward => ("u", |screen| screen.contains(" 204 of ")),
        Action::Play => ("", |screen| screen.contains("/s")),
        Action::Slower => (" ", |screen| screen.contains(" 2/s")),
        Action::Faster => (" ", |screen| screen.contains(" 10/s")),
        Action::NextPane => ("", |screen| screen.contains("┤ State")),
        Action::PreviousPane => ("", |screen| screen.contains("┤ Query view")),
        Action::Open => ("", |screen| screen.contains("Event 204")),
        Action::Command => ("", |screen| screen.contains("┤ Command")),
        Action::Sql => ("", |screen| screen.contains("┤ Ask in SQL")),
        Action::Find => ("", |screen| screen.contains("┤ Find")),
        Action::Filter => ("", |screen| screen.contains("┤ i ")),
        Action::FindNext | Action::FindPrevious => ("", |screen| screen.contains("nothing to find yet")),
        Action::Axis => ("", |screen| screen.contains("by time")),
        Action::ZoomIn => ("", |screen| screen.contains("zoomed")),
        Action::ZoomOut | Action::ZoomReset => ("z", |screen| !screen.contains("zoomed")),
        Action::Pin => ("", |screen| screen.contains("pinned")),
        Action::FoldFrom => ("", |screen| screen.contains("no snapshots (f)")),
        Action::Picture => ("", |screen| screen.contains("─ Daily flows")),
        Action::Hold => ("", |screen| screen.contains("HELD")),
        Action::StepProjector => ("", |screen| screen.contains("HELD")),
        Action::SlowProjector => ("", |screen| screen.contains("10,000/s at most")),
        Action::SpeedProjector => ("[[", |screen| screen.contains("10,000/s at most")),
        Action::QueryClock => ("", |screen| screen.contains("as of 204")),
        Action::Fault => ("", |screen| screen.contains("whole to 407: every link")),
        Action::Retry => ("", |screen| screen.contains("nothing has failed")),
        Action::Skip => ("", |screen| screen.contains("no event has failed")),
        Action::Rebuild => ("", |screen| screen.contains("rebuilt 407 events")),
        Action::Copy => ("", |screen| screen.contains("copy what?")),
        Action::TakeMouse => ("", |screen| screen.contains("the mouse is the terminal's")),
        Action::Help => ("", |screen| screen.contains("┤ Help")),
        Action::Escape => ("?", |screen| !screen.contains("┤ Help")),
        // The terminal is the shell's again.
        Action::Quit | Action::Suspend => ("", |screen| !screen.contains("REPLAY")),
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
            // A frame may come in two pieces.
            session.wait_until("acc-11 without a prompt", |screen| {
                screen.contains("acc-11 v9") && !screen.contains("┤ Command")
            });
            let (before, is_obeyed) = obeyed(*action);
            session.type_keys(before);
            match *action {
                Action::PlaceForward => session.wait_for("LIVE"),
                Action::Slower | Action::Faster => session.wait_for(" 5/s"),
                Action::ZoomOut | Action::ZoomReset => session.wait_for("zoomed"),
                Action::SpeedProjector => session.wait_for(" 1,000/s at most"),
                Action::Escape => session.wait_for("┤ Help"),
                _ => {}
            }
            assert!(!is_obeyed(&session.text()), "{action:?} shows before its key");
            session.type_keys(&sent_by(*key));
            session.wait_until(&format!("{action:?} on {}", key.name()), is_obeyed);
        }
    }
}
