//! UUIDs in every spelling: with hyphens or without, in braces, as a URN, in either case.

use std::borrow::Cow;

use uuid::Uuid;

/// Parses a UUID.
pub fn uuid_of(text: &str) -> Option<Uuid> {
    const URN: &str = "urn:uuid:";
    // Most texts that are not UUIDs are recognised by their length.
    if !matches!(text.len(), 32 | 36 | 38 | 45) {
        return None;
    }
    let text = match text.get(..URN.len()) {
        Some(urn) if urn.eq_ignore_ascii_case(URN) => text.get(URN.len()..)?,
        _ => text,
    };
    Uuid::try_parse_ascii(text.as_bytes()).ok()
}

/// The form in which ids are compared: the canonical form of a UUID, any other text as it is.
pub fn comparable(text: &str) -> Cow<'_, str> {
    uuid_of(text).map_or(Cow::Borrowed(text), |uuid| uuid.to_string().into())
}

/// Whether two texts are the same id.
pub fn is_same(a: &str, b: &str) -> bool {
    a == b || comparable(a) == comparable(b)
}
