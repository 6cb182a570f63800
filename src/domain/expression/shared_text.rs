//! Text that is borrowed, or shared with others that hold parts of it.

use std::ops::Deref;
use std::sync::Arc;

/// A text, or a part of one. A clone copies no text.
#[derive(Clone, Debug)]
pub enum SharedText<'v> {
    Borrowed(&'v str),
    /// A part of a text that evaluation has made: the part's first byte and the one after it.
    Part {
        whole: Arc<str>,
        from: usize,
        to: usize,
    },
}

impl<'v> SharedText<'v> {
    /// A part of this text; a copy if it is not a part of it.
    pub fn part(&self, part: &str) -> Self {
        // A part lies within its text in memory too.
        let from = (part.as_ptr() as usize).wrapping_sub(self.as_ptr() as usize);
        let range = from..from.wrapping_add(part.len());
        match self {
            _ if !self.get(range.clone()).is_some_and(|found| std::ptr::eq(found, part)) => {
                Self::from(part.to_owned())
            }
            Self::Borrowed(text) => Self::Borrowed(text.get(range).unwrap_or_default()),
            Self::Part { whole, from: start, .. } => {
                Self::Part { whole: Arc::clone(whole), from: start + range.start, to: start + range.end }
            }
        }
    }

    /// The text, for as long as what was evaluated is there; `None` if evaluation has made it.
    pub fn borrowed(&self) -> Option<&'v str> {
        match self {
            Self::Borrowed(text) => Some(text),
            Self::Part { .. } => None,
        }
    }
}

impl From<String> for SharedText<'_> {
    fn from(text: String) -> Self {
        Self::Part { from: 0, to: text.len(), whole: text.into() }
    }
}

impl Deref for SharedText<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Part { whole, from, to } => whole.get(*from..*to).unwrap_or_default(),
        }
    }
}

impl PartialEq for SharedText<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for SharedText<'_> {}
