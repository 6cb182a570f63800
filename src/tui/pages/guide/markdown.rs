//! A text in Markdown, laid out in lines.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::tui::pages::piece::{PageLine, PagePiece, PieceKind, piece};
use crate::tui::text::wrap;

/// The indent of code.
const CODE_INDENT: &str = "  ";

/// A text in Markdown as lines of at most `cells` cells. Links show their text, and those that leave the project their
/// address too.
pub(super) fn lines(text: &str, cells: usize) -> Vec<PageLine> {
    let mut page = MarkdownLines { cells, kind: PieceKind::Text, ..MarkdownLines::default() };
    Parser::new(text).for_each(|event| page.take(event));
    page.end_paragraph();
    while page.lines.last().is_some_and(Vec::is_empty) {
        page.lines.pop();
    }
    page.lines
}

/// The lines so far, and the paragraph that is being read.
#[derive(Default)]
struct MarkdownLines {
    cells: usize,
    lines: Vec<PageLine>,
    paragraph: Vec<PagePiece>,
    /// The kind of the text that follows.
    kind: PieceKind,
    /// The open lists: the number of the next item, or `None` for a bulleted list.
    lists: Vec<Option<u64>>,
    /// The mark of an item that has no text yet.
    mark: Option<String>,
    /// The address of the link that is being read.
    address: Option<String>,
    is_code: bool,
}

impl MarkdownLines {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.begin(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.is_code => self.code(&text),
            Event::Text(text) => self.paragraph.push(piece(&*text, self.kind)),
            Event::Code(code) => self.paragraph.push(piece(&*code, PieceKind::Key)),
            Event::SoftBreak => self.paragraph.push(piece(" ", self.kind)),
            Event::HardBreak => self.end_paragraph(),
            // The pages have comments, and nothing else of these.
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::Rule
            | Event::TaskListMarker(_) => {}
        }
    }

    fn begin(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } | Tag::Strong | Tag::Emphasis => self.kind = PieceKind::Emphasis,
            Tag::List(first) => {
                self.end_paragraph();
                self.lists.push(first);
            }
            Tag::Item => {
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.mark = Some(mark);
            }
            Tag::CodeBlock(_) => {
                self.end_paragraph();
                self.is_code = true;
            }
            Tag::Link { dest_url, .. } if dest_url.contains("://") => {
                self.address = Some(dest_url.to_string());
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong | TagEnd::Emphasis => self.kind = PieceKind::Text,
            TagEnd::Heading(_) => {
                self.kind = PieceKind::Text;
                self.end_paragraph();
            }
            TagEnd::Paragraph => {
                self.end_paragraph();
                self.leave_a_line();
            }
            TagEnd::Item => self.end_paragraph(),
            TagEnd::List(_) => {
                self.lists.pop();
                self.leave_a_line();
            }
            TagEnd::CodeBlock => {
                self.is_code = false;
                self.leave_a_line();
            }
            TagEnd::Link => {
                let address = self.address.take().map(|address| piece(format!(" ({address})"), self.kind));
                self.paragraph.extend(address);
            }
            _ => {}
        }
    }

    /// An empty line, unless there is one, or an item continues.
    fn leave_a_line(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) && self.lists.is_empty() {
            self.lines.push(Vec::new());
        }
    }

    fn code(&mut self, text: &str) {
        let cells = self.cells.saturating_sub(CODE_INDENT.len()).max(1);
        for line in text.lines() {
            let wrapped = wrap(line, cells, usize::MAX);
            let wrapped = if wrapped.is_empty() { vec![String::new()] } else { wrapped };
            let indented =
                wrapped.into_iter().map(|line| vec![piece(CODE_INDENT.to_owned() + &line, PieceKind::Text)]);
            self.lines.extend(indented);
        }
    }

    /// Lays out the paragraph, indented below the mark of its item.
    fn end_paragraph(&mut self) {
        if self.paragraph.is_empty() {
            return;
        }
        let mark = self.mark.take();
        let depth = self.lists.len().saturating_sub(1);
        let marked = match self.lists.last() {
            Some(Some(_)) => 3,
            Some(None) => 2,
            None => 0,
        };
        let indent = 2 * depth + marked;
        let mut first = mark.map(|mark| format!("{}{mark}", " ".repeat(2 * depth)));
        for line in flowed(&std::mem::take(&mut self.paragraph), self.cells.saturating_sub(indent).max(1)) {
            let before = first.take().unwrap_or_else(|| " ".repeat(indent));
            let mut whole = vec![piece(before, PieceKind::Text)];
            whole.extend(line);
            self.lines.push(whole);
        }
    }
}

/// The pieces of a paragraph in lines of at most `cells` cells.
fn flowed(paragraph: &[PagePiece], cells: usize) -> Vec<PageLine> {
    let text: String = paragraph.iter().map(|piece| piece.text.as_str()).collect();
    let mut source =
        paragraph.iter().flat_map(|piece| piece.text.chars().map(move |c| (c, piece.kind))).peekable();
    let mut lines = Vec::new();
    for wrapped in wrap(&text, cells, usize::MAX) {
        let mut line: PageLine = Vec::new();
        for c in wrapped.trim_end().chars() {
            // The space at which a line was broken is in neither line.
            while source.next_if(|(of_text, _)| *of_text == ' ' && c != ' ').is_some() {}
            let kind = source.next().map_or(PieceKind::Text, |(_, kind)| kind);
            match line.last_mut().filter(|last| last.kind == kind) {
                Some(last) => last.text.push(c),
                None => line.push(piece(c.to_string(), kind)),
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::pages::guide::PAGES;
    use crate::tui::pages::piece::line_cells;

    /// Lines as text: emphasis between asterisks, keys between backticks.
    fn marked(lines: &[PageLine]) -> String {
        let piece = |piece: &PagePiece| match piece.kind {
            PieceKind::Emphasis => format!("*{}*", piece.text),
            PieceKind::Key => format!("`{}`", piece.text),
            _ => piece.text.clone(),
        };
        lines.iter().map(|line| line.iter().map(piece).collect::<String>() + "\n").collect()
    }

    #[test]
    fn headings_lists_code_and_links_are_laid_out_in_the_width() {
        let text = "\
## A heading

Press `x` to go to **the next one**, or
see [the page](sql.md).

<!-- from a test -->

1. one
   and more of it
2. two
   - below two

```text
code  as it is
```
[A site](https://a.example).
";
        let expected = "
*A heading*
Press `x` to go to *the*
*next one*, or see the
page.

1. one and more of it
2. two
  - below two

  code  as it is

A site
(https://a.example).
";
        assert_eq!(format!("\n{}", marked(&lines(text, 22))), expected);
    }

    #[test]
    fn every_page_fits_any_width_and_loses_nothing() {
        let letters = |lines: &[PageLine]| -> String {
            let pieces = lines.iter().flatten().map(|piece| piece.text.as_str());
            pieces.collect::<String>().replace(' ', "")
        };
        for page in PAGES {
            let whole = letters(&lines(page.text, 1_000));
            assert!(!whole.is_empty());
            for cells in [1, 7, 36, 56, 76, 82] {
                let lines = lines(page.text, cells);
                let widest = lines.iter().map(|line| line_cells(line)).max();
                // Below the width of a mark, only the mark is wider.
                assert!(widest.is_some_and(|widest| widest <= cells.max(7)), "{} at {cells}", page.topic);
                assert_eq!(letters(&lines), whole, "{} at {cells}", page.topic);
            }
        }
    }
}
