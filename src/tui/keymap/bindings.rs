//! The keys, each with what it does: the table from which keymap, help, hints and guide are made.

use crate::tui::key::{Key, KeyCode};
use crate::tui::keymap::action::{Group, KeyAction};
use crate::tui::keymap::binding::Binding;

const fn c(c: char) -> Key {
    Key::char(c)
}

const fn k(code: KeyCode) -> Key {
    Key::plain(code)
}

const CTRL_C: Key = Key::ctrl('c');

/// Every key of the explorer while the panes are in use, in the order of the hints: the first ones fit on any screen.
pub const BINDINGS: &[Binding] = &[
    Binding {
        group: Group::Playhead,
        keys: &[
            (KeyAction::StepBack, &[c('h'), k(KeyCode::Left), c(',')]),
            (KeyAction::StepOn, &[c('l'), k(KeyCode::Right), c('.')]),
        ],
        does: "one event back, forward; type a count first to repeat it (500l)",
        hint: Some("step"),
    },
    Binding {
        group: Group::Playhead,
        keys: &[(KeyAction::StreamBack, &[c('b'), c('<')]), (KeyAction::StreamOn, &[c('w'), c('>')])],
        does: "previous, next event of the selected {stream}",
        hint: Some("{stream}"),
    },
    Binding {
        group: Group::Playhead,
        keys: &[(KeyAction::ColumnBack, &[c('H')]), (KeyAction::ColumnOn, &[c('L')])],
        does: "one ruler column back, forward",
        hint: None,
    },
    Binding {
        group: Group::Playhead,
        keys: &[(KeyAction::PageBack, &[k(KeyCode::PageUp)]), (KeyAction::PageOn, &[k(KeyCode::PageDown)])],
        does: "one page back, forward: {streams} or statement lines in the query view, events elsewhere",
        hint: None,
    },
    Binding {
        group: Group::Playhead,
        keys: &[
            (KeyAction::Beginning, &[c('g'), k(KeyCode::Home)]),
            (KeyAction::Head, &[c('G'), k(KeyCode::End)]),
        ],
        does: "go to the start; go to the head and follow it. In the query view: first line, last line",
        hint: None,
    },
    Binding {
        group: Group::Playhead,
        keys: &[(KeyAction::Play, &[c(' ')])],
        does: "play, pause",
        hint: Some("play"),
    },
    Binding {
        group: Group::Asking,
        keys: &[(KeyAction::Command, &[c(':')])],
        does: "{issue, }move (goto 8112, goto 2024-03-14, goto 42%) or select {a stream} (goto acc-01)",
        hint: Some("command"),
    },
    Binding {
        group: Group::Asking,
        keys: &[(KeyAction::Find, &[c('/')])],
        does: "find events: rent type:Deposited stream:acc-17 from:2024-01-01; Esc stops, Esc again clears the marks",
        hint: Some("find"),
    },
    Binding {
        group: Group::Asking,
        keys: &[(KeyAction::Filter, &[c('i')])],
        does: "filter the {streams} by {filtered_by} while you type; Esc lists all again",
        hint: Some("filter"),
    },
    Binding {
        group: Group::Asking,
        keys: &[(KeyAction::Sql, &[c('S')])],
        does: "ask the read model in SQL; after you have opened a row of an answer: go back to that answer",
        hint: Some("SQL"),
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(KeyAction::StepProjector, &[c('o')])],
        does: "let the held projector take one event; type a count first to take more (20o)",
        hint: Some("take one"),
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(KeyAction::Retry, &[c('r')])],
        does: "retry the event that could not be projected",
        hint: Some("retry"),
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(KeyAction::Skip, &[c('x')])],
        does: "prepare the command that skips that event; Enter runs it. The skip is recorded, and a rebuild tries the event again",
        hint: Some("skip"),
    },
    Binding {
        group: Group::Playhead,
        keys: &[(KeyAction::Fault, &[c('!')])],
        does: "go to the first damaged event and say what is wrong; if there is none, say how far the log is verified",
        hint: Some("what is broken"),
    },
    Binding {
        group: Group::Playhead,
        keys: &[(KeyAction::Slower, &[c('-')]), (KeyAction::Faster, &[c('+'), c('=')])],
        does: "play slower; play faster",
        hint: None,
    },
    Binding {
        group: Group::Playhead,
        keys: &[
            (KeyAction::PlaceBack, &[c('u'), Key::ctrl('o')]),
            (KeyAction::PlaceForward, &[c('U'), Key::ctrl('i')]),
        ],
        does: "back, forward through the positions visited",
        hint: None,
    },
    Binding {
        group: Group::Panes,
        keys: &[(KeyAction::Up, &[c('k'), k(KeyCode::Up)]), (KeyAction::Down, &[c('j'), k(KeyCode::Down)])],
        does: "move in the pane: events, lines, {streams}",
        hint: None,
    },
    Binding {
        group: Group::Panes,
        keys: &[(KeyAction::NextPane, &[k(KeyCode::Tab)]), (KeyAction::PreviousPane, &[k(KeyCode::BackTab)])],
        does: "next, previous pane",
        hint: Some("pane"),
    },
    Binding {
        group: Group::Panes,
        keys: &[(KeyAction::Open, &[k(KeyCode::Enter)])],
        does: "open the event in full{its table}",
        hint: Some("open"),
    },
    Binding {
        group: Group::Panes,
        keys: &[(KeyAction::Pin, &[c('s')])],
        does: "pin this {stream}, so that it stays selected; press again to unpin",
        hint: Some("pin"),
    },
    Binding {
        group: Group::Panes,
        keys: &[(KeyAction::FoldFrom, &[c('f')])],
        does: "fold the state from the first event, or from the nearest snapshot, to compare the speed",
        hint: None,
    },
    Binding {
        group: Group::Panes,
        keys: &[(KeyAction::ChartField, &[c('c')])],
        does: "draw the next numeric field of the state in its chart",
        hint: Some("chart"),
    },
    Binding {
        group: Group::Panes,
        keys: &[(KeyAction::Picture, &[c('v')])],
        does: "next chart in the query view ({pictures}), then the {streams} again",
        hint: None,
    },
    Binding {
        group: Group::Panes,
        keys: &[(KeyAction::Copy, &[c('y')])],
        does: "copy; then e for the event, s for the state or p for the position",
        hint: None,
    },
    Binding {
        group: Group::Asking,
        keys: &[(KeyAction::FindNext, &[c('n')]), (KeyAction::FindPrevious, &[c('N')])],
        does: "next, previous hit (wraps around; includes new events)",
        hint: None,
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(KeyAction::Hold, &[c('p')])],
        does: "hold or release the projector, to watch the lag",
        hint: Some("hold"),
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(KeyAction::SlowProjector, &[c('[')]), (KeyAction::SpeedProjector, &[c(']')])],
        does: "make the projector slower (down to one event a second), faster",
        hint: None,
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(KeyAction::QueryClock, &[c('a')])],
        does: "show the query view as of the playhead, or as it is now",
        hint: Some("as of"),
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(KeyAction::Rebuild, &[c('R')])],
        does: "rebuild the read model up to the head and report differences; press again to cancel",
        hint: None,
    },
    Binding {
        group: Group::Ruler,
        keys: &[(KeyAction::Axis, &[c('t')])],
        does: "measure the ruler by position, by time, or by active time (without long gaps)",
        hint: None,
    },
    Binding {
        group: Group::Ruler,
        keys: &[
            (KeyAction::ZoomIn, &[c('z')]),
            (KeyAction::ZoomOut, &[c('Z')]),
            (KeyAction::ZoomReset, &[c('0')]),
        ],
        does: "zoom in, zoom out, show all of history",
        hint: None,
    },
    Binding {
        group: Group::Program,
        keys: &[(KeyAction::TakeMouse, &[c('M')])],
        does: "release the mouse, so that the terminal can select text; press again to undo",
        hint: None,
    },
    Binding {
        group: Group::Program,
        keys: &[(KeyAction::Help, &[c('?')])],
        does: "this help; Enter in it opens the guide",
        hint: Some("help"),
    },
    Binding {
        group: Group::Program,
        keys: &[(KeyAction::Escape, &[k(KeyCode::Esc)])],
        does: "close what is open; never quits",
        hint: None,
    },
    Binding {
        group: Group::Program,
        keys: &[(KeyAction::Quit, &[c('q'), CTRL_C])],
        does: "quit; Ctrl-C quits from anywhere",
        hint: Some("quit"),
    },
    Binding {
        group: Group::Program,
        keys: &[(KeyAction::Suspend, &[Key::ctrl('z')])],
        does: "suspend (as in a shell); fg resumes",
        hint: None,
    },
];
