//! A session as a recording that asciinema plays (`asciinema play assets/demo.cast`).

use std::fmt::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use crate::demo::Frame;
use crate::svg::{cells, rows};

/// The recording in the second version of asciinema's format: a line of JSON for the screen, and one for each output.
pub fn recording(frames: &[Frame]) -> String {
    let area = frames[0].picture.area;
    let mut text = format!(
        "{{\"version\":2,\"width\":{},\"height\":{},\"title\":\"foldback\"}}\n",
        area.width, area.height
    );
    let mut at_ms = 0;
    let mut before: Vec<&[Cell]> = Vec::new();
    for frame in frames {
        let rows: Vec<&[Cell]> = rows(&frame.picture).collect();
        let mut output = if before.is_empty() { "\x1b[?25l\x1b[2J".to_owned() } else { String::new() };
        for (n, row) in rows.iter().enumerate().filter(|(n, row)| before.get(*n) != Some(row)) {
            write!(output, "\x1b[{};1H{}", n + 1, row_of(row)).unwrap();
        }
        text += &format!("{}\n", serde_json::json!([f64::from(at_ms) / 1000.0, "o", output]));
        at_ms += frame.stays_ms;
        before = rows;
    }
    text + &format!("{}\n", serde_json::json!([f64::from(at_ms) / 1000.0, "o", "\u{1b}[0m\u{1b}[?25h"]))
}

/// A row with its escape sequences, from its first cell to its last.
fn row_of(row: &[Cell]) -> String {
    let mut text = String::new();
    let mut style = None;
    for cell in cells(row) {
        if style != Some((cell.fg, cell.modifier)) {
            style = Some((cell.fg, cell.modifier));
            text += "\x1b[0";
            for (modifier, code) in
                [(Modifier::BOLD, 1), (Modifier::DIM, 2), (Modifier::ITALIC, 3), (Modifier::REVERSED, 7)]
            {
                if cell.modifier.contains(modifier) {
                    write!(text, ";{code}").unwrap();
                }
            }
            if let Color::Rgb(r, g, b) = cell.fg {
                write!(text, ";38;2;{r};{g};{b}").unwrap();
            }
            text.push('m');
        }
        text += cell.symbol();
    }
    text
}
