//! The text of a path: names with dots between; a name that has a dot itself is quoted.

use std::borrow::Cow;

/// The most steps of a path: the nesting limit of JSON.
const STEPS_MAX: usize = 128;

/// The reason given for a path of another form.
const NOT_A_PATH: &str =
    "a path is names with dots between, such as event.data; a name with a dot is quoted: \"event.data\"";

/// The steps of a path.
///
/// # Errors
/// The path has an empty step, too many steps, or a quotation mark that is not closed.
pub(super) fn steps(path: &str) -> Result<Vec<String>, &'static str> {
    let mut steps = Vec::new();
    let mut rest = path;
    loop {
        let (step, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (step, after) = quoted_step(quoted).ok_or(NOT_A_PATH)?;
                (step, after)
            }
            None => {
                let end = rest.find('.').unwrap_or(rest.len());
                let (step, after) = rest.split_at_checked(end).ok_or(NOT_A_PATH)?;
                (step.to_owned(), after)
            }
        };
        if step.is_empty() {
            return Err(NOT_A_PATH);
        }
        steps.push(step);
        if steps.len() > STEPS_MAX {
            return Err("no JSON is read that is nested so deeply");
        }
        match after.strip_prefix('.') {
            Some(more) => rest = more,
            None if after.is_empty() => return Ok(steps),
            None => return Err(NOT_A_PATH),
        }
    }
}

/// A step up to its closing quotation mark, and what follows it. `\"` and `\\` are the characters themselves.
fn quoted_step(text: &str) -> Option<(String, &str)> {
    let mut step = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((step, text.get(at + 1..)?)),
            '\\' => step.push(chars.next()?.1),
            _ => step.push(c),
        }
    }
    None
}

/// A name as a step of a path.
pub(super) fn step_text(name: &str) -> Cow<'_, str> {
    if !name.contains('.') && !name.starts_with('"') {
        return Cow::Borrowed(name);
    }
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
    Cow::Owned(format!("\"{escaped}\""))
}

/// The path with these steps.
pub(super) fn path_of<'s>(steps: impl IntoIterator<Item = &'s str>) -> String {
    steps.into_iter().map(step_text).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_with_a_dot_is_one_step_if_it_is_quoted() {
        for (path, expected) in [
            ("a", Ok(vec!["a"])),
            ("a.b", Ok(vec!["a", "b"])),
            (r#""a.b""#, Ok(vec!["a.b"])),
            (r#"x."a.b".y"#, Ok(vec!["x", "a.b", "y"])),
            (r#""a\"\\b".c"#, Ok(vec![r#"a"\b"#, "c"])),
            (r#"a"b"#, Ok(vec![r#"a"b"#])),
            ("", Err(NOT_A_PATH)),
            ("a..b", Err(NOT_A_PATH)),
            ("a.", Err(NOT_A_PATH)),
            (r#""a"#, Err(NOT_A_PATH)),
            (r#""a"b"#, Err(NOT_A_PATH)),
            (r#""""#, Err(NOT_A_PATH)),
        ] {
            let expected = expected.map(|steps| steps.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(steps(path), expected, "{path}");
        }
    }

    proptest! {
        #[test]
        fn the_text_of_any_names_gives_the_same_names(
            names in prop::collection::vec(r#"[a."\\*é ]{1,6}"#, 1..5)
        ) {
            let path = path_of(names.iter().map(String::as_str));
            prop_assert_eq!(steps(&path), Ok(names));
        }
    }
}
