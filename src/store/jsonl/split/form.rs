//! The form of a log while it is split: in a line, in an element, or between two.

use crate::store::jsonl::split::first_value::{FirstValue, RECORD_SEPARATOR};

/// The form of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Nothing but white space so far, or after an array.
    Unknown,
    /// In the first value, whose end shows whether there is one record per line.
    FirstValue(FirstValue),
    /// In the first lines, which show whether they begin a table.
    FirstLines,
    /// One record per row of a table.
    Rows,
    /// One record per line.
    Lines,
    /// Between two elements of an array, or between two values.
    Array,
    /// In an element of an array.
    Element { depth: usize, is_in_string: bool, is_escaped: bool },
}

/// The form after a byte of an array; whether the byte belongs to an element; whether the element ends with it. An
/// object ends with its closing brace, whatever follows. Anything else ends with its line at the latest, and no string
/// continues over a line break, so that one broken element does not take the next ones with it.
pub(super) fn after(form: Form, byte: u8, is_sequence: bool) -> (Form, bool, bool) {
    let element = |depth, is_in_string, is_escaped| Form::Element { depth, is_in_string, is_escaped };
    match (form, byte) {
        (Form::Element { depth, is_in_string: true, is_escaped }, _) => match byte {
            b'\n' if depth == 0 => (Form::Array, false, true),
            b'\n' => (element(depth, false, false), true, false),
            _ if is_escaped => (element(depth, true, false), true, false),
            b'\\' => (element(depth, true, true), true, false),
            b'"' => (element(depth, false, false), true, false),
            _ => (form, true, false),
        },
        (Form::Array, b' ' | b'\t' | b'\r' | b'\n' | b',' | RECORD_SEPARATOR) => (Form::Array, false, false),
        (Form::Array, b']') if !is_sequence => (Form::Unknown, false, false),
        (Form::Element { depth: 0, .. }, b',' | b'\n') => (Form::Array, false, true),
        (Form::Element { depth: 0, .. }, b']') if !is_sequence => (Form::Unknown, false, true),
        (Form::Element { depth, .. }, b'}' | b']') => match depth.saturating_sub(1) {
            0 if depth == 1 => (Form::Array, true, true),
            shallower => (element(shallower, false, false), true, false),
        },
        (Form::Element { depth, .. }, b'{' | b'[') => (element(depth + 1, false, false), true, false),
        (Form::Element { depth, .. }, b'"') => (element(depth, true, false), true, false),
        (Form::Element { .. }, _) => (form, true, false),
        (_, b'{' | b'[') => (element(1, false, false), true, false),
        (_, b'"') => (element(0, true, false), true, false),
        (_, _) => (element(0, false, false), true, false),
    }
}
