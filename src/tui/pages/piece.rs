//! The pieces of a page's lines: texts, each of a kind, which the widget gives a style.

use crate::tui::text::width;

pub(crate) type PageLine = Vec<PagePiece>;

/// A text on a line, all of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PagePiece {
    pub(crate) text: String,
    pub(crate) kind: PieceKind,
}

/// The meaning of a piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PieceKind {
    /// Normal text.
    #[default]
    Text,
    /// Labels and remarks.
    Secondary,
    /// Headings, and the most important value.
    Emphasis,
    Key,
    /// The selected stream and its marks; words that are explained.
    Selected,
    /// Marks of the playhead.
    Playhead,
    /// Marks of the read side.
    ReadSide,
    /// A difference from the state, or something left out.
    Differs,
    /// Events that are not understood, or late.
    NotUnderstood,
    /// Marks of a search.
    Hit,
    /// Bars of the ruler.
    Rate,
    /// A fault of the log or a defect.
    Fault,
}

/// A piece of a line.
pub(super) fn piece(text: impl Into<String>, kind: PieceKind) -> PagePiece {
    PagePiece { text: text.into(), kind }
}

pub(super) fn line_cells(line: &[PagePiece]) -> usize {
    line.iter().map(|piece| width(&piece.text)).sum()
}
