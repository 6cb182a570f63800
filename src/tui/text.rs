//! Text for the screen: made visible, measured and cut in one place.

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::domain::event::Timestamp;
use crate::domain::visible::visible;

/// Bytes of a text that are examined for each cell: a letter with its marks takes fewer, and a text of megabytes costs
/// no more than its visible part.
const BYTES_PER_CELL: usize = 16;

/// The number of cells of a text, which has to be [`visible`].
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The text with control characters made visible, in at most `cells` cells; `…` marks a cut.
pub(crate) fn fit(text: &str, cells: usize) -> String {
    let beginning = beginning(text, cells.saturating_add(1).saturating_mul(BYTES_PER_CELL));
    let shown = visible(beginning);
    if beginning.len() == text.len() && width(&shown) <= cells {
        return shown.into_owned();
    }
    cut(&shown, cells)
}

/// Like [`fit`], for names whose end says more than the beginning: `…` marks a cut at the front.
pub(crate) fn fit_end(text: &str, cells: usize) -> String {
    let bytes = cells.saturating_add(1).saturating_mul(BYTES_PER_CELL);
    let mut from = text.len().saturating_sub(bytes);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let shown = visible(text.get(from..).unwrap_or(""));
    if from == 0 && width(&shown) <= cells {
        return shown.into_owned();
    }
    let Some(room) = cells.checked_sub(1) else { return String::new() };
    let mut left = width(&shown);
    let rest = shown.graphemes(true).skip_while(|grapheme| {
        let is_over = left > room;
        left = left.saturating_sub(grapheme.width());
        is_over
    });
    std::iter::once("…").chain(rest).collect()
}

/// The text in fewer cells than it takes, with `…` at its end.
fn cut(shown: &str, cells: usize) -> String {
    let mut taken = String::new();
    let Some(room) = cells.checked_sub(1) else { return taken };
    let mut used = 0;
    for grapheme in shown.graphemes(true) {
        used += grapheme.width();
        if used > room {
            break;
        }
        taken.push_str(grapheme);
    }
    taken.push('…');
    taken
}

/// The longest beginning of at most `bytes` bytes that consists of whole characters.
pub(crate) fn beginning(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

/// [`fit`], padded with spaces on the right.
pub(crate) fn left(text: &str, cells: usize) -> String {
    filled(fit(text, cells), cells)
}

/// [`fit_end`], padded with spaces on the right.
pub(crate) fn left_end(text: &str, cells: usize) -> String {
    filled(fit_end(text, cells), cells)
}

fn filled(mut shown: String, cells: usize) -> String {
    shown.extend(std::iter::repeat_n(' ', cells.saturating_sub(width(&shown))));
    shown
}

/// [`fit`], padded with spaces on the left.
pub(crate) fn right(text: &str, cells: usize) -> String {
    let shown = fit(text, cells);
    let fill = " ".repeat(cells.saturating_sub(width(&shown)));
    fill + &shown
}

/// The text with control characters made visible, in lines of `cells` cells, broken at spaces if possible. If
/// `lines_max` lines are too few, the last one ends with `…`.
pub(crate) fn wrap(text: &str, cells: usize, lines_max: usize) -> Vec<String> {
    if cells == 0 || lines_max == 0 {
        return Vec::new();
    }
    let room = cells.saturating_mul(lines_max).saturating_add(1).saturating_mul(BYTES_PER_CELL);
    let beginning = beginning(text, room);
    let shown = visible(beginning);
    let mut lines = WrappedLines { cells, lines: Vec::new(), line: String::new(), used: 0 };
    for piece in shown.split_inclusive(' ') {
        lines.piece(piece);
    }
    let mut lines = lines.all();
    if lines.len() > lines_max || beginning.len() < text.len() {
        lines.truncate(lines_max);
        if let Some(last) = lines.last_mut() {
            *last = cut(&format!("{last}…"), cells.min(width(last) + 1));
        }
    }
    lines
}

struct WrappedLines {
    cells: usize,
    lines: Vec<String>,
    line: String,
    used: usize,
}

impl WrappedLines {
    /// Adds a word with the space after it.
    fn piece(&mut self, piece: &str) {
        let word = width(piece.trim_end_matches(' '));
        if self.used > 0 && self.used + word > self.cells && word <= self.cells {
            self.end();
        }
        for grapheme in piece.graphemes(true) {
            // A character wider than a whole line cannot be shown.
            let grapheme = if grapheme.width() > self.cells { "…" } else { grapheme };
            let cells = grapheme.width();
            if self.used + cells > self.cells {
                if grapheme == " " {
                    continue;
                }
                self.end();
            }
            self.line.push_str(grapheme);
            self.used += cells;
        }
    }

    fn end(&mut self) {
        self.lines.push(std::mem::take(&mut self.line));
        self.used = 0;
    }

    fn all(mut self) -> Vec<String> {
        if !self.line.is_empty() || self.lines.is_empty() {
            self.end();
        }
        self.lines
    }
}

/// A styled piece of a line.
pub(crate) fn span(text: impl Into<String>, style: Style) -> Span<'static> {
    Span::styled(text.into(), style)
}

/// The number of cells of a line.
pub(crate) fn line_width(spans: &[Span<'_>]) -> usize {
    spans.iter().map(|span| width(&span.content)).sum()
}

/// The line in at most `cells` cells, with its last remaining piece cut.
pub(crate) fn fit_line(spans: Vec<Span<'static>>, cells: usize) -> Vec<Span<'static>> {
    if line_width(&spans) <= cells {
        return spans;
    }
    let mut left = cells;
    let mut fitting = Vec::new();
    let n_spans = spans.len();
    for (i, piece) in spans.into_iter().enumerate() {
        let takes = width(&piece.content);
        if takes < left || (takes == left && i + 1 == n_spans) {
            left -= takes;
            fitting.push(piece);
            continue;
        }
        if left > 0 {
            fitting.push(Span::styled(cut(&format!("{}…", piece.content), left), piece.style));
        }
        break;
    }
    fitting
}

/// A number with separators: `12,431`.
pub(crate) fn count(n: u64) -> String {
    crate::domain::money::grouped(i128::from(n), None)
}

/// An amount with its sign: `+250.00`, `-40.00`.
pub(crate) fn signed(amount: i128, currency: Option<crate::domain::money::Currency>) -> String {
    let sign = if amount > 0 { "+" } else { "" };
    format!("{sign}{}", crate::domain::money::grouped(amount, currency))
}

/// A time in UTC, in a format of `strftime`.
pub(crate) fn time(time: Timestamp, form: &str) -> String {
    time.strftime(form).to_string()
}

/// The format of a day.
pub(crate) const DAY: &str = "%Y-%m-%d";

/// The format of a day with its time.
pub(crate) const DAY_AND_TIME: &str = "%Y-%m-%d %H:%M:%S";

/// A duration: `0.4 s`, `12 s`, `3 min 5 s`.
pub(crate) fn seconds_words(millis: u64) -> String {
    let seconds = millis / 1000;
    match seconds {
        0 if millis < 100 => "less than 0.1 s".to_owned(),
        0 => format!("0.{} s", millis / 100),
        1..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", count(seconds / 60), seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_cut_by_the_cells_that_it_takes() {
        assert_eq!(fit("Ada Lovelace", 12), "Ada Lovelace");
        assert_eq!(fit("Ada Lovelace", 6), "Ada L…");
        assert_eq!(fit("漢字漢字", 5), "漢字…");
        assert_eq!(fit("漢字漢字", 4), "漢…");
        assert_eq!(fit_end("account-1332", 7), "…t-1332");
        assert_eq!(fit_end("acc-17", 7), "acc-17");
        assert_eq!((fit_end("漢字漢字", 4), fit_end("漢字漢字", 5)), ("…字".to_owned(), "…漢字".to_owned()));
        assert_eq!((fit_end("abc", 0), fit_end("abc", 1)), (String::new(), "…".to_owned()));
        assert_eq!(left("漢字", 5), "漢字 ");
        assert_eq!(right("漢字", 5), " 漢字");
        assert_eq!((fit("abc", 0), fit("abc", 1)), (String::new(), "…".to_owned()));
        assert_eq!(fit("a\u{1b}b", 9), "a␛b");
    }

    #[test]
    fn a_text_is_wrapped_at_spaces_where_it_can_be() {
        assert_eq!(wrap("one two three", 7, 9), ["one two", "three"]);
        assert_eq!(wrap("onetwothree four", 5, 9), ["onetw", "othre", "e ", "four"]);
        assert_eq!(wrap("one two three four", 7, 2), ["one two", "three …"]);
        assert_eq!(wrap("漢字漢", 3, 9), ["漢", "字", "漢"]);
        assert_eq!(wrap("", 3, 9), [""]);
    }

    #[test]
    fn text_wider_than_a_line_is_cut() {
        assert_eq!(wrap("a𰀀𑍇b", 2, 9), ["a…", "b"]);
    }

    proptest! {
        #[test]
        fn whatever_is_fitted_takes_no_more_room_and_is_visible(text in "\\PC{0,40}|.{0,40}", cells in 0_usize..30) {
            let hidden = crate::domain::visible::is_hidden;
            let shown = fit(&text, cells);
            prop_assert!(width(&shown) <= cells && !shown.contains(hidden), "{shown:?}");
            let end = fit_end(&text, cells);
            prop_assert!(width(&end) <= cells && !end.contains(hidden), "{end:?}");
            prop_assert_eq!(width(&left(&text, cells)), cells);
            prop_assert_eq!(width(&left_end(&text, cells)), cells);
            prop_assert_eq!(width(&right(&text, cells)), cells);
            let line = fit_line(vec![span(left(&text, 9), Style::new()), span("tail", Style::new())], cells);
            prop_assert!(line_width(&line) <= cells);
            for line in wrap(&text, cells.max(2), 3) {
                prop_assert!(width(&line) <= cells.max(2) && !line.contains(hidden), "{line:?}");
            }
        }
    }
}
