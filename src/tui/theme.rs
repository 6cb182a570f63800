//! The theme: colours and glyphs.
//!
//! Its files:
//!
//! - `palette.rs`: palettes: as many colours as the terminal has, readable on its background

pub mod palette;

use ratatui::style::{Color, Modifier, Style};

use crate::tui::theme::palette::{Background, ColourDepth, Palette};

/// How each kind of thing looks. Made of the terminal's own foreground and a few colours for what it has
/// ([`Palette`]); what a colour says, a word, a glyph or a weight says too.
///
/// Cyan, or a blue where that cannot be read, is where one looks (playhead, selected account), magenta is the read side,
/// green and red are money and success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Whether the terminal knows sixteen colours only.
    pub is_sixteen: bool,
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
    /// With the sixteen colours of a terminal of which no more is known.
    pub const fn colours() -> Self {
        Self::of(ColourDepth::Sixteen, Background::Unknown)
    }

    /// With colours for a terminal.
    pub const fn of(depth: ColourDepth, background: Background) -> Self {
        let Palette { accent, read_side, gain, loss } = Palette::of(depth, background);
        let (accent, read_side) = (foreground(accent), foreground(read_side));
        let (gain, loss) = (foreground(gain), foreground(loss));
        Self {
            is_sixteen: matches!(depth, ColourDepth::Sixteen),
            border_focused: accent.add_modifier(Modifier::BOLD),
            live: gain.add_modifier(Modifier::BOLD.union(Modifier::REVERSED)),
            replay: accent.add_modifier(Modifier::BOLD.union(Modifier::REVERSED)),
            playhead: accent.add_modifier(Modifier::BOLD),
            cursor: accent.add_modifier(Modifier::BOLD.union(Modifier::REVERSED)),
            selected: accent,
            gain,
            loss,
            read_side,
            differs: read_side.add_modifier(Modifier::BOLD),
            key: accent,
            done: gain.add_modifier(Modifier::BOLD),
            bad: loss.add_modifier(Modifier::BOLD),
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
            is_sixteen: true,
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
}

const fn foreground(colour: Option<Color>) -> Style {
    match colour {
        Some(colour) => Style::new().fg(colour),
        None => Style::new(),
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
        let printed = format!("{:?}", Theme::plain());
        assert!(!printed.contains("cyan") && !printed.contains("fg("), "{printed}");
        assert!(format!("{:?}", Theme::colours()).contains("cyan()"));
    }
}
