//! Palettes: as many colours as the terminal has, readable on its background.

use ratatui::style::Color;

/// The number of colours that a terminal supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColourDepth {
    /// Sixteen, whose tones the terminal's settings determine.
    Sixteen,
    /// 256, of which all but the first sixteen have fixed tones.
    Indexed,
    /// True colour.
    Rgb,
}

/// The background of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    /// Not known: the colours have to be readable on both.
    Unknown,
    Dark,
    Light,
}

/// The colours with a meaning; `None` is the text's own colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// The focus of attention: playhead, selected stream, keys.
    pub accent: Option<Color>,
    pub read_side: Option<Color>,
    /// Money that came in, and success.
    pub gain: Option<Color>,
    /// Money that went out, and failure.
    pub loss: Option<Color>,
}

impl ColourDepth {
    /// The depth according to the variables `TERM` and `COLORTERM`: true colour only if the second says so.
    pub fn of(term: &str, colorterm: &str) -> Self {
        match colorterm {
            "truecolor" | "24bit" => Self::Rgb,
            _ if term.contains("256") || colorterm.contains("256") => Self::Indexed,
            _ => Self::Sixteen,
        }
    }
}

impl Background {
    /// The background according to the variable `COLORFGBG`, which has the numbers of foreground and background among
    /// the sixteen colours, as in `15;0`.
    pub fn of(colorfgbg: &str) -> Self {
        match colorfgbg.rsplit(';').next().map(str::parse) {
            Some(Ok(0..=6 | 8)) => Self::Dark,
            Some(Ok(7 | 9..=15)) => Self::Light,
            _ => Self::Unknown,
        }
    }
}

impl Palette {
    /// The colours for a terminal.
    pub const fn of(depth: ColourDepth, background: Background) -> Self {
        match (depth, background) {
            // Cyan and green cannot be read on white.
            (ColourDepth::Sixteen, Background::Light) => {
                Self { gain: None, ..Self::new(Color::Blue, Color::Magenta, Color::Reset, Color::Red) }
            }
            (ColourDepth::Sixteen, _) => Self::new(Color::Cyan, Color::Magenta, Color::Green, Color::Red),
            (ColourDepth::Indexed, Background::Dark) => Self::indexed([38, 170, 41, 203]),
            (ColourDepth::Indexed, Background::Light) => Self::indexed([24, 90, 22, 124]),
            (ColourDepth::Indexed, Background::Unknown) => Self::indexed([27, 163, 28, 160]),
            (ColourDepth::Rgb, Background::Dark) => Self::rgb([0x2ab5d9, 0xd070d8, 0x3cc070, 0xf06060]),
            (ColourDepth::Rgb, Background::Light) => Self::rgb([0x005f87, 0x870087, 0x005f00, 0xaf0000]),
            (ColourDepth::Rgb, Background::Unknown) => Self::rgb([0x007e9c, 0xb43cbe, 0x1a843c, 0xd63838]),
        }
    }

    const fn new(accent: Color, read_side: Color, gain: Color, loss: Color) -> Self {
        Self { accent: Some(accent), read_side: Some(read_side), gain: Some(gain), loss: Some(loss) }
    }

    const fn indexed([accent, read_side, gain, loss]: [u8; 4]) -> Self {
        Self::new(
            Color::Indexed(accent),
            Color::Indexed(read_side),
            Color::Indexed(gain),
            Color::Indexed(loss),
        )
    }

    const fn rgb([accent, read_side, gain, loss]: [u32; 4]) -> Self {
        Self::new(
            Color::from_u32(accent),
            Color::from_u32(read_side),
            Color::from_u32(gain),
            Color::from_u32(loss),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Background::{Dark, Light, Unknown};
    use ColourDepth::{Indexed, Rgb, Sixteen};

    /// The darkest dark background that is not black, in common terminals and in the project's pictures.
    const DARK_GREY: [u8; 3] = [0x1e; 3];

    #[test]
    fn every_tone_only_where_the_terminal_says_so_and_sixteen_where_it_says_nothing() {
        for (term, colorterm, expected) in [
            ("xterm-256color", "truecolor", Rgb),
            ("xterm", "24bit", Rgb),
            ("xterm-256color", "", Indexed),
            ("tmux-256color", "yes", Indexed),
            ("screen", "gnome-256", Indexed),
            ("xterm", "", Sixteen),
            ("linux", "", Sixteen),
            ("screen", "", Sixteen),
            ("tmux", "", Sixteen),
            ("vt100", "", Sixteen),
            ("xterm-direct", "yes", Sixteen),
        ] {
            assert_eq!(ColourDepth::of(term, colorterm), expected, "{term} {colorterm}");
        }
    }

    #[test]
    fn the_background_is_the_last_number_where_there_is_one() {
        for (colorfgbg, expected) in [
            ("15;0", Dark),
            ("0;15", Light),
            ("12;default;8", Dark),
            ("0;7", Light),
            ("0;default", Unknown),
            ("", Unknown),
            ("0;16", Unknown),
        ] {
            assert_eq!(Background::of(colorfgbg), expected, "{colorfgbg}");
        }
    }

    /// The tone of a colour that has the same one on every terminal.
    fn tone(colour: Color) -> [u8; 3] {
        match colour {
            Color::Rgb(r, g, b) => [r, g, b],
            Color::Indexed(index @ 16..232) => {
                let steps = [0, 95, 135, 175, 215, 255];
                let nth = usize::from(index) - 16;
                [nth / 36, nth / 6 % 6, nth % 6].map(|step| steps[step])
            }
            _ => panic!("{colour} has the terminal's own tone"),
        }
    }

    /// The relative luminance of a tone, as defined in WCAG 2.
    fn luminance(tone: [u8; 3]) -> f64 {
        let [r, g, b] = tone.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn colours_can_be_read_on_the_background_and_on_both_where_it_is_unknown() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.01);
        for depth in [Indexed, Rgb] {
            for background in [Unknown, Dark, Light] {
                let Palette { accent, read_side, gain, loss } = Palette::of(depth, background);
                for colour in [accent, read_side, gain, loss] {
                    let tone = tone(colour.unwrap());
                    let (on_light, on_dark) = (contrast(tone, [255; 3]), contrast(tone, DARK_GREY));
                    let what = format!("{depth:?} {background:?} {colour:?}: {on_light:.2} {on_dark:.2}");
                    assert!(background == Dark || on_light >= 4.5, "{what}");
                    assert!(background != Dark || on_dark >= 4.5, "{what}");
                    // Less is required, because no tone reaches more on both.
                    assert!(background != Unknown || on_dark >= 3.0, "{what}");
                }
            }
        }
    }

    #[test]
    fn sixteen_colours_are_the_sixteen() {
        for background in [Unknown, Dark, Light] {
            let Palette { accent, read_side, gain, loss } = Palette::of(Sixteen, background);
            for colour in [accent, read_side, gain, loss].into_iter().flatten() {
                assert!(!matches!(colour, Color::Indexed(_) | Color::Rgb(..)), "{colour}");
            }
        }
        assert_eq!(Palette::of(Sixteen, Light).accent, Some(Color::Blue));
    }
}
