//! Raw JSON laid out in lines, every number, name, duplicate and escape as it came.

/// The deepest indentation; deeper lines get the same.
const INDENT_DEPTH_MAX: usize = 24;

/// The text in lines, indented by depth. White space between tokens is replaced and nothing else. A text that is not
/// JSON is kept whole, in some lines.
pub(super) fn pretty(json: &str) -> Vec<String> {
    let mut layout = Layout::default();
    let mut chars = json.chars().peekable();
    while let Some(c) = chars.next() {
        if layout.in_string {
            layout.within_string(c);
            continue;
        }
        match c {
            '"' => {
                layout.in_string = true;
                layout.line.push(c);
            }
            '{' | '[' => {
                layout.line.push(c);
                let closing = if c == '{' { '}' } else { ']' };
                while chars.peek().is_some_and(char::is_ascii_whitespace) {
                    chars.next();
                }
                if chars.next_if_eq(&closing).is_some() {
                    layout.line.push(closing);
                } else {
                    layout.depth += 1;
                    layout.end_line();
                }
            }
            '}' | ']' => {
                layout.depth = layout.depth.saturating_sub(1);
                layout.end_line();
                layout.line.push(c);
            }
            ',' => {
                layout.line.push(c);
                layout.end_line();
            }
            ':' => layout.line.push_str(": "),
            c if c.is_ascii_whitespace() => {}
            c => layout.line.push(c),
        }
    }
    layout.end_line();
    layout.lines
}

#[derive(Default)]
struct Layout {
    lines: Vec<String>,
    line: String,
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Layout {
    fn within_string(&mut self, c: char) {
        self.line.push(c);
        match c {
            _ if self.is_escaped => self.is_escaped = false,
            '\\' => self.is_escaped = true,
            '"' => self.in_string = false,
            _ => {}
        }
    }

    fn end_line(&mut self) {
        if !self.line.trim_start_matches(' ').is_empty() {
            self.lines.push(std::mem::take(&mut self.line));
        }
        self.line = "  ".repeat(self.depth.min(INDENT_DEPTH_MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn json_is_laid_out_and_otherwise_as_it_came() {
        let json = r#"{"a":1.50,"a":[1,{"b":"x,{\"y"}, [ ],{}],"n":12345678901234567890}"#;
        let lines = [
            "{",
            "  \"a\": 1.50,",
            "  \"a\": [",
            "    1,",
            "    {",
            r#"      "b": "x,{\"y""#,
            "    },",
            "    [],",
            "    {}",
            "  ],",
            "  \"n\": 12345678901234567890",
            "}",
        ];
        assert_eq!(pretty(json), lines);
        assert_eq!(pretty("17"), ["17"]);
        assert_eq!(pretty("}{"), ["}{"]);
    }

    proptest! {
        #[test]
        fn no_character_but_white_space_is_lost(text in ".{0,60}") {
            let plain = |text: &str| text.chars().filter(|c| !c.is_ascii_whitespace()).collect::<String>();
            prop_assert_eq!(plain(&pretty(&text).concat()), plain(&text));
        }
    }
}
