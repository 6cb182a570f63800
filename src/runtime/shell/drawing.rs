//! Frames on their way to the terminal, with its sixteen colours in codes that every terminal knows.

use std::io::{self, Write};

/// The beginning of a control sequence.
const BEGINNING: &[u8] = b"\x1b[";

/// Buffers what is drawn until it is flushed, and writes it in one piece.
#[derive(Debug)]
pub struct Drawing<W: Write> {
    to: W,
    /// Whether the terminal supports only sixteen colours.
    is_sixteen: bool,
    held: Vec<u8>,
}

impl<W: Write> Drawing<W> {
    /// Draws on this.
    pub fn new(to: W, is_sixteen: bool) -> Self {
        Self { to, is_sixteen, held: Vec::new() }
    }
}

impl<W: Write> Write for Drawing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        if self.is_sixteen {
            self.to.write_all(&in_sixteen(&held))?;
        } else {
            self.to.write_all(&held)?;
        }
        self.to.flush()
    }
}

/// The same with the codes for sixteen colours: crossterm writes each as one of 256 (`38;5;6`), which a terminal with
/// sixteen takes for something else, such as blinking.
fn in_sixteen(drawn: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(drawn.len());
    let mut rest = drawn;
    while let Some(at) = rest.windows(BEGINNING.len()).position(|bytes| bytes == BEGINNING) {
        let (before, sequence) = rest.split_at(at + BEGINNING.len());
        out.extend_from_slice(before);
        let n_values = sequence.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
        let (values, after) = sequence.split_at(n_values);
        if after.starts_with(b"m") {
            out.extend_from_slice(attributes(&String::from_utf8_lossy(values)).as_bytes());
        } else {
            out.extend_from_slice(values);
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

/// Attributes of a text, with the first 16 of 256 colours in the codes for sixteen.
fn attributes(values: &str) -> String {
    let mut written: Vec<String> = Vec::new();
    let mut values = values.split(';');
    while let Some(value) = values.next() {
        let mut ahead = values.clone();
        let colour = match (value, ahead.next(), ahead.next().and_then(|colour| colour.parse::<u8>().ok())) {
            ("38", Some("5"), Some(colour @ 0..8)) => Some(30 + colour),
            ("38", Some("5"), Some(colour @ 8..16)) => Some(90 + (colour - 8)),
            ("48", Some("5"), Some(colour @ 0..8)) => Some(40 + colour),
            ("48", Some("5"), Some(colour @ 8..16)) => Some(100 + (colour - 8)),
            _ => None,
        };
        match colour {
            Some(colour) => {
                written.push(colour.to_string());
                values = ahead;
            }
            None => written.push(value.to_owned()),
        }
    }
    written.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, is_sixteen: bool) -> String {
        let mut drawing = Drawing::new(Vec::new(), is_sixteen);
        // In pieces, as crossterm writes.
        for byte in text.bytes() {
            drawing.write_all(&[byte]).unwrap();
        }
        assert!(drawing.to.is_empty(), "nothing is written before it is flushed");
        drawing.flush().unwrap();
        String::from_utf8(drawing.to).unwrap()
    }

    #[test]
    fn the_sixteen_colours_have_their_own_codes_and_all_else_stays() {
        for (text, expected) in [
            ("\x1b[38;5;6mab\x1b[39m", "\x1b[36mab\x1b[39m"),
            ("\x1b[38;5;0;48;5;15m", "\x1b[30;107m"),
            ("\x1b[38;5;8;48;5;7m", "\x1b[90;47m"),
            ("\x1b[1;38;5;5;49mé", "\x1b[1;35;49mé"),
            ("\x1b[0m\x1b[m\x1b[4;5H38;5;6m", "\x1b[0m\x1b[m\x1b[4;5H38;5;6m"),
            ("\x1b[?25l\x1b[38;5;6H\x1b", "\x1b[?25l\x1b[38;5;6H\x1b"),
            ("\x1b[38;5;16m\x1b[38;2;1;5;6m", "\x1b[38;5;16m\x1b[38;2;1;5;6m"),
            ("", ""),
        ] {
            assert_eq!(drawn(text, true), expected);
            assert_eq!(drawn(text, false), text);
        }
    }
}
