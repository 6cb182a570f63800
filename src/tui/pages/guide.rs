//! The guide: its pages, built into the program, and the list of them.
//!
//! Its files:
//!
//! - `markdown.rs`: a text in Markdown, laid out in lines

mod markdown;

use ratatui::layout::Rect;

use crate::tui::pages;
use crate::tui::pages::piece::{PageLine, PieceKind, piece};
use crate::tui::text::left;
use crate::tui::theme::SELECTED_ROW;

/// The widest lines of a page, in cells: wider ones are hard to read. The code in the pages fits.
const LINE_CELLS_MAX: usize = 82;

#[derive(Clone, Copy, Debug)]
pub struct GuidePage {
    /// The topic, as it is written on the command line; the file is `assets/guide/TOPIC.md`.
    pub topic: &'static str,
    /// Its text in Markdown. It begins with a heading.
    pub text: &'static str,
}

macro_rules! page {
    ($topic:literal) => {
        GuidePage { topic: $topic, text: include_str!(concat!("../../../assets/guide/", $topic, ".md")) }
    };
}

/// All pages, in the order of the list.
pub const PAGES: [GuidePage; 21] = [
    page!("words"),
    page!("screen"),
    page!("keys"),
    page!("finding"),
    page!("query-side"),
    page!("sql"),
    page!("verbs"),
    page!("times"),
    page!("domain"),
    page!("learning"),
    page!("expressions"),
    page!("json"),
    page!("commands"),
    page!("logs"),
    page!("events"),
    page!("stores"),
    page!("proving"),
    page!("promises"),
    page!("limits"),
    page!("speed"),
    page!("contributing"),
];

impl GuidePage {
    /// The page's heading.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches("# ")
    }

    /// The page laid out in a width. Its heading is left out.
    pub(crate) fn lines(&self, cells: usize) -> Vec<PageLine> {
        let (_, text) = self.text.split_once('\n').unwrap_or_default();
        markdown::lines(text, cells.min(LINE_CELLS_MAX))
    }

    /// How far the page can be scrolled in this area, in lines.
    pub(crate) fn scroll_max(&self, area: Rect) -> u16 {
        pages::scroll_max(self.lines(pages::room(area).0).len(), area)
    }

    /// The page for a terminal: Markdown without comments, and without the targets of links to local files.
    pub fn printed(&self) -> String {
        let is_comment = |line: &&str| line.starts_with("<!--");
        self.text.lines().filter(|line| !is_comment(line)).map(|line| without_targets(line) + "\n").collect()
    }
}

/// A line without the targets of its links to other files of the project: `[x](y.md)` becomes `x`.
fn without_targets(line: &str) -> String {
    let mut shown = String::new();
    let mut rest = line;
    while let Some((before, text, after)) = next_link(rest) {
        shown = shown + before + text;
        rest = after;
    }
    shown + rest
}

/// The first link to a file: the text before it, its label, and the text after it.
fn next_link(line: &str) -> Option<(&str, &str, &str)> {
    let (before_target, target) = line.split_once("](")?;
    let (target, after) = target.split_once(')')?;
    let (before, text) = before_target.rsplit_once('[')?;
    (!target.contains("://")).then_some((before, text, after))
}

/// The list of all pages, in the order of [`PAGES`], with the chosen one marked.
pub(crate) fn contents(chosen: usize) -> Vec<PageLine> {
    let widest = PAGES.iter().map(|page| page.topic.len()).max().unwrap_or(0);
    let line = |(nth, page): (usize, &GuidePage)| {
        let (mark, kind) =
            if nth == chosen { (SELECTED_ROW, PieceKind::Emphasis) } else { (" ", PieceKind::Text) };
        vec![
            piece(format!("{mark} "), PieceKind::Playhead),
            piece(left(page.topic, widest) + "  ", PieceKind::Key),
            piece(page.title(), kind),
        ]
    };
    PAGES.iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_files_are_shown_as_their_text() {
        for (line, shown) in [
            ("see [`foldback guide sql`](sql.md) and [this](../x.py).", "see `foldback guide sql` and this."),
            ("[mutants](https://mutants.rs)", "[mutants](https://mutants.rs)"),
            ("an array [1] (of one)", "an array [1] (of one)"),
            ("", ""),
        ] {
            assert_eq!(without_targets(line), shown);
        }
    }
}
