//! Colours and glyphs.

use ratatui::style::{Color, Modifier, Style};

/// How each kind of thing looks. Made of the terminal's own foreground and those of its sixteen colours that can be
/// read on dark and on light alike; what a colour says, a word, a glyph or a weight says too.
///
/// Cyan is where one looks (playhead, selected account), magenta is the read side, green and red are money and success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Text as it is.
    pub text: Style,
    /// Text that steps back: labels, what is yet to come.
    pub dim: Style,
    /// Text that steps forward.
    pub strong: Style,
    /// The frame of a pane.
    pub border: Style,
    /// The frame of the pane that has the focus.
    pub border_focused: Style,
    /// LIVE.
    pub live: Style,
    /// REPLAY.
    pub replay: Style,
    /// The playhead.
    pub playhead: Style,
    /// The row in a focused pane that the arrows move from.
    pub cursor: Style,
    /// What belongs to the selected account.
    pub selected: Style,
    /// Money that came in.
    pub gain: Style,
    /// Money that went out.
    pub loss: Style,
    /// What the read side says of itself: checkpoint and lag.
    pub read_side: Style,
    /// What the query view has otherwise than the state.
    pub differs: Style,
    /// An event that is not understood.
    pub not_understood: Style,
    /// A hit of a search.
    pub hit: Style,
    /// The bars of the ruler.
    pub bars: Style,
    /// A key in a hint or in the help.
    pub key: Style,
    /// Something was done.
    pub done: Style,
    /// Something could not be done.
    pub bad: Style,
}

impl Theme {
    /// With colours.
    pub const fn colours() -> Self {
        const CYAN: Style = Style::new().fg(Color::Cyan);
        const MAGENTA: Style = Style::new().fg(Color::Magenta);
        const GREEN: Style = Style::new().fg(Color::Green);
        const RED: Style = Style::new().fg(Color::Red);
        Self {
            border_focused: CYAN.add_modifier(Modifier::BOLD),
            live: GREEN.add_modifier(Modifier::BOLD.union(Modifier::REVERSED)),
            replay: CYAN.add_modifier(Modifier::BOLD.union(Modifier::REVERSED)),
            playhead: CYAN.add_modifier(Modifier::BOLD),
            cursor: CYAN.add_modifier(Modifier::BOLD.union(Modifier::REVERSED)),
            selected: CYAN,
            gain: GREEN,
            loss: RED,
            read_side: MAGENTA,
            differs: MAGENTA.add_modifier(Modifier::BOLD),
            key: CYAN,
            done: GREEN.add_modifier(Modifier::BOLD),
            bad: RED.add_modifier(Modifier::BOLD),
            ..Self::plain()
        }
    }

    /// Without any colour: weight, dimness and reverse video only.
    pub const fn plain() -> Self {
        const TEXT: Style = Style::new();
        const DIM: Style = Style::new().add_modifier(Modifier::DIM);
        const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);
        const BADGE: Style = STRONG.add_modifier(Modifier::REVERSED);
        Self {
            text: TEXT,
            dim: DIM,
            strong: STRONG,
            border: DIM,
            border_focused: STRONG,
            live: BADGE,
            replay: BADGE,
            playhead: STRONG,
            cursor: BADGE,
            selected: STRONG,
            gain: TEXT,
            loss: TEXT,
            read_side: TEXT,
            differs: STRONG,
            not_understood: Style::new().add_modifier(Modifier::DIM.union(Modifier::ITALIC)),
            hit: STRONG,
            bars: DIM,
            key: STRONG,
            done: STRONG,
            bad: STRONG,
        }
    }

    /// With colours, unless the user asked for none.
    pub const fn from_env(no_color: bool) -> Self {
        if no_color { Self::plain() } else { Self::colours() }
    }
}

/// The playhead in a list.
pub const PLAYHEAD_ROW: &str = "▶";
/// The playhead on the ruler and in the chart.
pub const PLAYHEAD: &str = "●";
/// The read model's checkpoint.
pub const CHECKPOINT: &str = "┿";
/// The head.
pub const HEAD: &str = "┃";
/// An event, or a column of the ruler with an event, of the selected account.
pub const TICK: &str = "╷";
/// A column of the ruler with several of them.
pub const TICKS: &str = "╻";
/// A snapshot of the selected account on the ruler, at one of its events.
pub const SNAPSHOT: &str = "◇";
/// A hit of a search, or a column of the ruler with one.
pub const HIT: &str = "◆";
/// An event that happened before something that stands before it.
pub const LATE: &str = "◂";
/// An event that is not understood.
pub const NOT_UNDERSTOOD: &str = "?";
/// What the query view has otherwise than the state at the playhead, as it shows another position.
pub const DIFFERS: &str = "≠";
/// What it has otherwise than the state at the very position that it shows.
pub const DEFECT: &str = "✗";
/// Every event up to somewhere is as it was appended.
pub const WHOLE: &str = "✔";
/// Where something in the log is not, and that there is such a place.
pub const BROKEN: &str = "✘";
/// The selected account's row.
pub const SELECTED_ROW: &str = "▌";
/// What is shown is not yet what belongs to the playhead.
pub const INEXACT: &str = "≈";

/// Time in which nothing happened, left out.
pub const IDLE: &str = "⌇";

/// Stands where something is not known yet.
pub const UNKNOWN: &str = "·";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_without_colours_has_none() {
        let theme = Theme::from_env(true);
        let printed = format!("{theme:?}");
        assert!(!printed.contains("Cyan") && !printed.contains("fg("), "{printed}");
        assert!(format!("{:?}", Theme::from_env(false)).contains("cyan()"));
    }
}
