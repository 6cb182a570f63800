//! A session as one animated SVG: each row that changes from frame to frame is shown for its time.

use std::collections::BTreeMap;
use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use crate::demo::{Frame, STILL};

/// The width and height of a cell, and the size of its letters, in pixels: most fonts have that width by themselves.
const CELL: (usize, usize) = (8, 15);
const LETTERS: f64 = 13.3;

/// The baseline of a row, from its top.
const BASELINE: usize = 12;

/// The background, and the colour of text without a colour.
const BACKGROUND: &str = "#16181d";
const FOREGROUND: &str = "#d8dade";

/// A row of the screen, shown from one frame up to another: `(row, first frame, the frame after the last)`.
type Shown = (usize, usize, usize);

/// The rows of a picture.
pub fn rows(picture: &Buffer) -> impl Iterator<Item = &[Cell]> {
    picture.content.chunks(usize::from(picture.area.width))
}

/// The cells of a row with content of their own: not the second half of a wide character.
pub fn cells(row: &[Cell]) -> impl Iterator<Item = &Cell> {
    let mut covered = 0;
    row.iter().filter(move |cell| {
        let is_own = covered == 0;
        covered = if is_own { cell.symbol().width().max(1) } else { covered } - 1;
        is_own
    })
}

/// The whole session as one animation that repeats.
pub fn moving_picture(frames: &[Frame]) -> String {
    let area = frames[0].picture.area;
    let (width, height) = (usize::from(area.width) * CELL.0 + 16, usize::from(area.height) * CELL.1 + 16);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <style>\n{}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"{BACKGROUND}\"/>\n",
        style(frames)
    );
    for ((n, first, end), row) in shown_rows(frames) {
        let class = if (first, end) == (0, frames.len()) { String::new() } else { class(first, end) };
        let still = if (first..end).contains(&STILL) { " s" } else { "" };
        writeln!(
            text,
            "<g class=\"{class}{still}\" transform=\"translate(8 {})\">{}</g>",
            n * CELL.1 + BASELINE + 8,
            row_of(row)
        )
        .unwrap();
    }
    text + "</svg>\n"
}

fn class(first: usize, end: usize) -> String {
    format!("f{first}-{end}")
}

/// Each row with the frames in which it is the same.
fn shown_rows(frames: &[Frame]) -> BTreeMap<Shown, &[Cell]> {
    let mut shown = BTreeMap::new();
    for n in 0..usize::from(frames[0].picture.area.height) {
        let row = |frame: usize| rows(&frames[frame].picture).nth(n).unwrap();
        let mut first = 0;
        for end in 1..=frames.len() {
            if end == frames.len() || row(end) != row(first) {
                shown.insert((n, first, end), row(first));
                first = end;
            }
        }
    }
    shown
}

/// When each row is visible, as animations; without animation, one frame stays.
fn style(frames: &[Frame]) -> String {
    let all_ms: u32 = frames.iter().map(|frame| frame.stays_ms).sum();
    let percent = |frame: usize| {
        let before: u32 = frames[..frame].iter().map(|frame| frame.stays_ms).sum();
        format!("{:.2}%", f64::from(before) * 100.0 / f64::from(all_ms))
    };
    let mut text = format!(
        "text {{ font: {LETTERS}px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: {FOREGROUND} }}\n\
         .b {{ font-weight: bold }} .d {{ opacity: .6 }} .i {{ font-style: italic }} .r {{ fill: {BACKGROUND} }}\n\
         g {{ visibility: hidden; animation: {:.1}s step-end infinite }} .s {{ visibility: visible }}\n",
        f64::from(all_ms) / 1000.0
    );
    let stretches: std::collections::BTreeSet<_> =
        shown_rows(frames).into_keys().map(|(_, first, end)| (first, end)).collect();
    for (first, end) in stretches.into_iter().filter(|stretch| *stretch != (0, frames.len())) {
        let class = class(first, end);
        let before = if first == 0 { "" } else { "0% { visibility: hidden } " };
        let after = if end == frames.len() {
            String::new()
        } else {
            format!(" {} {{ visibility: hidden }}", percent(end))
        };
        writeln!(
            text,
            ".{class} {{ animation-name: {class} }} @keyframes {class} {{ {before}{} {{ visibility: visible }}{after} }}",
            percent(first)
        )
        .unwrap();
    }
    text + "@media (prefers-reduced-motion: reduce) { g { animation: none !important } }\n"
}

/// A row: the background of reversed letters, and its text in runs of one style, each with its exact width.
fn row_of(row: &[Cell]) -> String {
    let (mut behind, mut text) = (String::new(), String::new());
    let mut x = 0;
    let all: Vec<&Cell> = cells(row).collect();
    for run in all.chunk_by(|a, b| (a.fg, a.modifier) == (b.fg, b.modifier)) {
        let letters: String = run.iter().map(|cell| cell.symbol()).collect();
        let width = letters.width() * CELL.0;
        let is_reversed = run[0].modifier.contains(Modifier::REVERSED);
        if is_reversed {
            let fill = tone(run[0].fg);
            write!(
                behind,
                "<rect x=\"{x}\" y=\"-{BASELINE}\" width=\"{width}\" height=\"{}\" fill=\"{fill}\"/>",
                CELL.1
            )
            .unwrap();
        }
        for (column, words) in words(&letters) {
            let (x, width) = (x + column * CELL.0, words.width() * CELL.0);
            write!(text, "<text x=\"{x}\" textLength=\"{width}\"{}>", attributes(run[0])).unwrap();
            text += &words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            text += "</text>";
        }
        x += width;
    }
    behind + &text
}

/// The words of a text with the columns at which they begin. Single blanks stay in them; others cannot be relied on in
/// SVG.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut column = 0;
    for part in text.split("  ") {
        let trimmed = part.trim_start();
        let n_blanks = part.len() - trimmed.len();
        if !trimmed.is_empty() {
            words.push((column + n_blanks, trimmed.trim_end()));
        }
        column += part.width() + 2;
    }
    words
}

fn attributes(cell: &Cell) -> String {
    let classes: String =
        [(Modifier::BOLD, "b"), (Modifier::DIM, "d"), (Modifier::ITALIC, "i"), (Modifier::REVERSED, "r")]
            .into_iter()
            .filter(|(modifier, _)| cell.modifier.contains(*modifier))
            .map(|(_, class)| class)
            .collect::<Vec<_>>()
            .join(" ");
    let is_reversed = cell.modifier.contains(Modifier::REVERSED);
    let colour = (!is_reversed).then_some(cell.fg).filter(|colour| matches!(colour, Color::Rgb(..)));
    let colour = colour.map(|colour| format!(" style=\"fill:{}\"", tone(colour))).unwrap_or_default();
    if classes.is_empty() { colour } else { format!(" class=\"{classes}\"{colour}") }
}

fn tone(colour: Color) -> String {
    match colour {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        _ => FOREGROUND.to_owned(),
    }
}
