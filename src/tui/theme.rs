//! The theme: colours and glyphs.
//!
//! Its files:
//!
//! - `palette.rs`: palettes: as many colours as the terminal has, readable on its background

pub mod palette;

use ratatui::style::{Color, Modifier, Style};

use crate::tui::theme::palette::{Background, ColourDepth, Palette};

/// The style of each kind of thing, from the terminal's own foreground and a few colours for what it supports
/// ([`Palette`]). Colour is never the only sign: a word, a glyph or a weight says the same.
///
/// Cyan, or a blue where that cannot be read, marks the focus of attention (playhead, selected stream), magenta the
/// read side, green and red money and success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Whether the terminal supports only sixteen colours.
    pub is_sixteen: bool,
    /// Normal text.
    pub text: Style,
    /// Secondary text: labels, and what is yet to come.
    pub dim: Style,
    /// Emphasised text.
    pub strong: Style,
    /// The frame of a pane.
    pub border: Style,
    /// The frame of the pane that has the focus.
    pub border_focused: Style,
    /// LIVE.
    pub live: Style,
    /// REPLAY.
    pub replay: Style,
    pub playhead: Style,
    /// The chosen row of a focused pane.
    pub cursor: Style,
    /// The selected stream.
    pub selected: Style,
    /// Money that came in.
    pub gain: Style,
    /// Money that went out.
    pub loss: Style,
    /// The read side's checkpoint and lag.
    pub read_side: Style,
    /// A value of the query view that differs from the state.
    pub differs: Style,
    /// An event that is not understood.
    pub not_understood: Style,
    /// A hit of a search.
    pub hit: Style,
    /// The bars of the ruler.
    pub bars: Style,
    /// A key in a hint or in the help.
    pub key: Style,
    /// Success.
    pub done: Style,
    /// Failure.
    pub bad: Style,
}

impl Theme {
    /// For a terminal about which nothing but its sixteen colours is known.
    pub const fn colours() -> Self {
        Self::of(ColourDepth::Sixteen, Background::Unknown)
    }

    /// For a terminal with these colours and background.
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

    /// Without colour: weight, dimness and reverse video only.
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
/// An event, or a column of the ruler with an event, of the selected stream.
pub const TICK: &str = "╷";
/// A column of the ruler with several of them.
pub const TICKS: &str = "╻";
/// A snapshot of the selected stream on the ruler, at one of its events.
pub const SNAPSHOT: &str = "◇";
/// A hit of a search, or a column of the ruler with one.
pub const HIT: &str = "◆";
/// An event that is earlier than the clock.
pub const LATE: &str = "◂";
/// An event that is not understood.
pub const NOT_UNDERSTOOD: &str = "?";
/// A value of the query view that differs from the state at the playhead, because it is as of another position.
pub const DIFFERS: &str = "≠";
/// A value that differs from the state at its own position: a defect.
pub const DEFECT: &str = "✗";
/// Every event up to a position is verified.
pub const WHOLE: &str = "✔";
/// A fault in the log, and where it is.
pub const BROKEN: &str = "✘";
/// The selected stream's row.
pub const SELECTED_ROW: &str = "▌";
/// The content still belongs to an earlier position of the playhead.
pub const INEXACT: &str = "≈";

/// Idle time that is left out.
pub const IDLE: &str = "⌇";

/// A value that is not known yet.
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
