//! An expression that cannot be used: what is wrong, and at which character.

use std::fmt;

/// Why a text is not an expression, and where in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadExpression {
    /// The byte of the text; its length if something is missing at the end.
    pub offset: usize,
    /// The line in the text, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What is wrong and what to write instead, as a sentence without its place.
    pub what: String,
}

impl BadExpression {
    /// An error at a byte of the text.
    pub fn at(text: &str, offset: usize, what: impl Into<String>) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        Self { offset, line, column, what: what.into() }
    }
}

impl fmt::Display for BadExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            1 => write!(f, "character {}: {}", self.column, self.what),
            line => write!(f, "line {line}, character {}: {}", self.column, self.what),
        }
    }
}

impl std::error::Error for BadExpression {}
