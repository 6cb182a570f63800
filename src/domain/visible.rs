//! Text from outside made safe to show: control, bidi and zero-width characters are visible.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

/// The base for a combining mark without a letter before it. Without a base, the mark would change what is drawn before
/// the text.
const DOTTED_CIRCLE: char = '◌';

/// Whether a terminal would obey a character or not show it: controls (C0, DEL, C1), line and paragraph separators,
/// bidi marks, overrides and isolates, and everything without width and ink: joiners, zero-width and soft-hyphen
/// characters, variation selectors, fillers, tags. Combining marks have ink and are not hidden.
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}' | '\u{891}' | '\u{8e2}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text in a form that is safe for a terminal: controls as their pictures (`␛`, `␊`, `␉`), other hidden characters
/// by number (`⟨U+202E⟩`), a combining mark without a letter on a dotted circle. Text without any of them is borrowed.
///
/// Measure, wrap and cut the result, not the original: it contains no character that [`is_hidden`].
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control()) {
        return Cow::Borrowed(text);
    }
    if !has_bare_mark(text) && !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() * 2);
    let mut follows_a_letter = false;
    for c in text.chars() {
        if is_hidden(c) {
            push_picture(&mut shown, c);
            follows_a_letter = false;
            continue;
        }
        if is_mark(c) && !follows_a_letter {
            shown.push(DOTTED_CIRCLE);
        }
        shown.push(c);
        follows_a_letter = true;
    }
    Cow::Owned(shown)
}

/// JSON with the hidden characters in its strings as `\uXXXX`: it has the same meaning, and is safe for a terminal.
/// Text without any is borrowed. `json` must be valid JSON; white space between its tokens is unchanged.
pub fn visible_json(json: &str) -> Cow<'_, str> {
    let is_escaped = |c: char| is_hidden(c) && !matches!(c, '\n' | '\r' | '\t');
    if !json.contains(is_escaped) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() * 2);
    for c in json.chars() {
        if is_escaped(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

fn push_picture(shown: &mut String, c: char) {
    let picture = match u32::from(c) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code),
        0x7f => Some('␡'),
        _ => None,
    };
    match picture {
        Some(picture) => shown.push(picture),
        None => {
            // Writing to a String cannot fail.
            let _ = write!(shown, "⟨U+{:04X}⟩", u32::from(c));
        }
    }
}

/// Whether the character is drawn over the one before it.
fn is_mark(c: char) -> bool {
    c.width() == Some(0)
}

fn has_bare_mark(text: &str) -> bool {
    // A mark after a hidden character has no base either, but then the text is rewritten anyway.
    text.chars().next().is_some_and(is_mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn control_characters_are_shown() {
        assert_eq!(visible("\u{1b}[31mred"), "␛[31mred");
        assert_eq!(visible("\u{1b}]52;c;aGk=\u{7}"), "␛]52;c;aGk=␇");
        assert_eq!(visible("a\nb\tc\r\0\u{7f}"), "a␊b␉c␍␀␡");
        assert_eq!(visible("\u{9b}31m"), "⟨U+009B⟩31m");
        assert_eq!(visible("acc-\u{202e}71"), "acc-⟨U+202E⟩71");
        assert_eq!(visible("\u{2066}x\u{2069}\u{61c}"), "⟨U+2066⟩x⟨U+2069⟩⟨U+061C⟩");
        assert_eq!(visible("a\u{2028}b"), "a⟨U+2028⟩b");
    }

    #[test]
    fn invisible_characters_are_shown() {
        for c in [
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{2060}',
            '\u{feff}',
            '\u{ad}',
            '\u{fe0f}',
            '\u{3164}',
            '\u{e0041}',
            '\u{e0100}',
        ] {
            let code = u32::from(c);
            assert_eq!(visible(&format!("a{c}b")), format!("a⟨U+{code:04X}⟩b"));
        }
    }

    #[test]
    fn text_that_is_seen_as_it_is_stays_as_it_is() {
        for text in ["", "acc-1", "Zoë Ångström", "e\u{301}te\u{301}", "山田太郎", "مرحبا", "🏦 bank"]
        {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn a_mark_without_a_letter_is_put_on_a_circle() {
        assert_eq!(visible("\u{301}x"), "◌\u{301}x");
        assert_eq!(visible("x\u{200b}\u{301}"), "x⟨U+200B⟩◌\u{301}");
    }

    #[test]
    fn every_character_there_is_takes_up_room_once_it_is_visible() {
        for c in ('\0'..=char::MAX).filter(|c| !c.is_ascii_graphic()) {
            let text = c.to_string();
            let shown = visible(&text);
            assert!(shown.width() > 0 && !shown.contains(is_hidden), "U+{:04X} as {shown}", u32::from(c));
            assert_eq!(visible(&shown), shown, "what is visible is visible already");
        }
    }

    #[test]
    fn json_for_a_terminal_means_the_same_and_holds_nothing_hidden() {
        let hostile = "\u{202e}\u{9b}\u{7f}\u{e0041}\u{feff}\u{1b}";
        let json = serde_json::json!({ "owner": hostile, "n": [1, 2] }).to_string();
        let shown = visible_json(&json);
        assert!(!shown.contains(is_hidden), "{shown}");
        assert!(shown.contains("\\u202e\\u009b\\u007f\\udb40\\udc41\\ufeff"), "{shown}");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&shown), read(&json));
        assert_eq!(visible_json("{ \"a\":\t1\n}"), "{ \"a\":\t1\n}");
    }
}
