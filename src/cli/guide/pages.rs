//! The pages of the guide, built into the program.

use clap::builder::PossibleValue;

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
pub const PAGES: [GuidePage; 18] = [
    page!("words"),
    page!("screen"),
    page!("keys"),
    page!("finding"),
    page!("query-side"),
    page!("sql"),
    page!("verbs"),
    page!("times"),
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

/// The topics, as the command line takes them.
pub fn topics() -> impl Iterator<Item = PossibleValue> {
    PAGES.iter().map(|page| PossibleValue::new(page.topic).help(page.title()))
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
