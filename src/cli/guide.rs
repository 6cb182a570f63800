//! The verb `guide`: a page, or the list of pages.

use std::io;

use clap::builder::PossibleValue;

use crate::cli::output::Output;
use crate::tui::pages::guide::PAGES;

/// The topics, as the command line takes them.
pub fn topics() -> impl Iterator<Item = PossibleValue> {
    PAGES.iter().map(|page| PossibleValue::new(page.topic).help(page.title()))
}

/// Prints the page of a topic, or lists all pages.
///
/// # Errors
/// The output cannot be written.
pub fn run(topic: Option<&str>) -> io::Result<()> {
    let text = match PAGES.iter().find(|page| Some(page.topic) == topic) {
        Some(page) => page.printed(),
        None => contents(),
    };
    let mut out = Output::stdout();
    for line in text.lines() {
        out.text(line)?;
    }
    out.finish()
}

/// The list of all pages.
fn contents() -> String {
    let widest = PAGES.iter().map(|page| page.topic.len()).max().unwrap_or(0);
    let lines = PAGES.iter().map(|page| format!("  {:widest$}  {}\n", page.topic, page.title()));
    format!("`foldback guide TOPIC` prints a page:\n\n{}", lines.collect::<String>())
}
