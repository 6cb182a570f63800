//! The keys, each with what it does: the table that keymap, help, hints and README are made of.

use crate::tui::keymap::{Action, Binding, Group};
use crate::tui::message::{Key, KeyCode};

const fn c(c: char) -> Key {
    Key::char(c)
}

const fn k(code: KeyCode) -> Key {
    Key::plain(code)
}

const CTRL_C: Key = Key::ctrl('c');

/// Every key of the explorer while looking around, in the order of the hints: the first ones fit on any screen.
pub const BINDINGS: &[Binding] = &[
    Binding {
        group: Group::Playhead,
        keys: &[
            (Action::StepBack, &[c('h'), k(KeyCode::Left), c(',')]),
            (Action::StepOn, &[c('l'), k(KeyCode::Right), c('.')]),
        ],
        does: "one event back, on; a count before it repeats (500l)",
        hint: Some((", .", "step")),
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::AccountBack, &[c('b'), c('<')]), (Action::AccountOn, &[c('w'), c('>')])],
        does: "previous, next event of the selected account",
        hint: Some(("< >", "account")),
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::ColumnBack, &[c('H')]), (Action::ColumnOn, &[c('L')])],
        does: "one column of the ruler back, on",
        hint: None,
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::PageBack, &[k(KeyCode::PageUp)]), (Action::PageOn, &[k(KeyCode::PageDown)])],
        does: "one page back, on: of accounts or of a statement's lines in the query view, elsewhere of events",
        hint: None,
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::Beginning, &[c('g'), k(KeyCode::Home)]), (Action::Head, &[c('G'), k(KeyCode::End)])],
        does: "before the first event; the head, and follow it; in the query view the first, the last account or line",
        hint: None,
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::Play, &[c(' ')])],
        does: "play, pause",
        hint: Some(("space", "play")),
    },
    Binding {
        group: Group::Asking,
        keys: &[(Action::Command, &[c(':')])],
        does: "a command (deposit acc-01 50), or goto 8112, goto 2024-03-14, goto 42%; goto acc-01 selects",
        hint: Some((":", "command")),
    },
    Binding {
        group: Group::Asking,
        keys: &[(Action::Find, &[c('/')])],
        does: "find: rent type:Deposited stream:acc-17 from:2024-01-01; Esc stops, again: unmarks",
        hint: Some(("/", "find")),
    },
    Binding {
        group: Group::Asking,
        keys: &[(Action::Filter, &[c('i')])],
        does: "only the accounts whose name or owner has a text, as one types; Esc lists all again",
        hint: Some(("i", "filter")),
    },
    Binding {
        group: Group::Asking,
        keys: &[(Action::Sql, &[c('S')])],
        does: "ask the read model in SQL",
        hint: Some(("S", "SQL")),
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(Action::StepProjector, &[c('o')])],
        does: "let the held projector take one event; a count before it takes more (20o)",
        hint: Some(("o", "take one")),
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(Action::Retry, &[c('r')])],
        does: "where an event could not be projected: try it again",
        hint: Some(("r", "retry")),
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(Action::Skip, &[c('x')])],
        does: "or skip it, until a rebuild tries it again: the query view remembers that",
        hint: Some(("x", "skip")),
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::Fault, &[c('!')])],
        does: "to where it shows first that something is not as it was, and what; or up to where all is proved",
        hint: Some(("!", "what is broken")),
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::Slower, &[c('-')]), (Action::Faster, &[c('+'), c('=')])],
        does: "slower, faster",
        hint: None,
    },
    Binding {
        group: Group::Playhead,
        keys: &[
            (Action::PlaceBack, &[c('u'), Key::ctrl('o')]),
            (Action::PlaceForward, &[c('U'), Key::ctrl('i')]),
        ],
        does: "back and forth among the places looked at",
        hint: None,
    },
    Binding {
        group: Group::Panes,
        keys: &[(Action::Up, &[c('k'), k(KeyCode::Up)]), (Action::Down, &[c('j'), k(KeyCode::Down)])],
        does: "move in the pane: events, lines, accounts",
        hint: None,
    },
    Binding {
        group: Group::Panes,
        keys: &[(Action::NextPane, &[k(KeyCode::Tab)]), (Action::PreviousPane, &[k(KeyCode::BackTab)])],
        does: "next, previous pane",
        hint: Some(("tab", "pane")),
    },
    Binding {
        group: Group::Panes,
        keys: &[(Action::Open, &[k(KeyCode::Enter)])],
        does: "the event in full; in the query view the account's statement, and there to the line's event",
        hint: Some(("enter", "open")),
    },
    Binding {
        group: Group::Panes,
        keys: &[(Action::Pin, &[c('s')])],
        does: "stay with this account, or follow the playhead's",
        hint: Some(("s", "stay")),
    },
    Binding {
        group: Group::Panes,
        keys: &[(Action::FoldFrom, &[c('f')])],
        does: "fold the state from the first event on, or from the nearest snapshot: feel the difference",
        hint: None,
    },
    Binding {
        group: Group::Panes,
        keys: &[(Action::Picture, &[c('v')])],
        does: "the query view's next picture: daily flows, money by currency, the accounts again",
        hint: None,
    },
    Binding {
        group: Group::Panes,
        keys: &[(Action::Copy, &[c('y')])],
        does: "copy: then e the event, s the state, p the position",
        hint: None,
    },
    Binding {
        group: Group::Asking,
        keys: &[(Action::FindNext, &[c('n')]), (Action::FindPrevious, &[c('N')])],
        does: "next, previous hit, round the end; those appended later count too",
        hint: None,
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(Action::Hold, &[c('p')])],
        does: "hold the projector and let it go: watch the lag",
        hint: Some(("p", "hold")),
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(Action::SlowProjector, &[c('[')]), (Action::SpeedProjector, &[c(']')])],
        does: "the projector slower, down to an event a second, and faster",
        hint: None,
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(Action::QueryClock, &[c('a')])],
        does: "the query view as of the playhead, or as it is now",
        hint: Some(("a", "as of")),
    },
    Binding {
        group: Group::ReadSide,
        keys: &[(Action::Rebuild, &[c('R')])],
        does: "rebuild the read model up to the head and say what differed; again: stop",
        hint: None,
    },
    Binding {
        group: Group::Ruler,
        keys: &[(Action::Axis, &[c('t')])],
        does: "the ruler by position, by time, or by time without idle stretches",
        hint: None,
    },
    Binding {
        group: Group::Ruler,
        keys: &[(Action::ZoomIn, &[c('z')]), (Action::ZoomOut, &[c('Z')]), (Action::ZoomReset, &[c('0')])],
        does: "zoom in, out, all of history",
        hint: None,
    },
    Binding {
        group: Group::Program,
        keys: &[(Action::TakeMouse, &[c('M')])],
        does: "let go of the mouse, so that the terminal selects text",
        hint: None,
    },
    Binding {
        group: Group::Program,
        keys: &[(Action::Help, &[c('?')])],
        does: "this help",
        hint: Some(("?", "help")),
    },
    Binding {
        group: Group::Program,
        keys: &[(Action::Escape, &[k(KeyCode::Esc)])],
        does: "one level up: close what is open, never out",
        hint: None,
    },
    Binding {
        group: Group::Program,
        keys: &[(Action::Quit, &[c('q'), CTRL_C])],
        does: "quit; Ctrl-C quits from anywhere",
        hint: Some(("q", "quit")),
    },
    Binding {
        group: Group::Program,
        keys: &[(Action::Suspend, &[Key::ctrl('z')])],
        does: "suspend, as the signal TSTP does; fg comes back",
        hint: None,
    },
];

/// The keys of the SQL console, with what they do: first while the question is being written, then while its answer is
/// looked at.
pub const CONSOLE_KEYS: [(&str, &str); 13] = [
    ("Enter", "ask; with Alt, or Ctrl-J: a new line"),
    ("↑ ↓", "in the first and the last line: earlier questions"),
    ("Ctrl-T", "the saved questions"),
    ("tab", "from the question to its answer and back"),
    ("j k · ↑ ↓", "rows of the answer; PgUp PgDn pages, Home End ends"),
    ("h l · ← →", "columns"),
    ("Enter", "in the answer: to the row's event, or else select its account; S comes back"),
    ("r", "ask again"),
    ("o", "sort by the column: rising, falling, as it came"),
    ("y Y", "copy the value, the row"),
    ("a", "ask as of the checkpoint, or of the playhead"),
    (", . < > H L g G", "move the playhead; space plays"),
    ("Esc", "stop the question, back to it, close"),
];
