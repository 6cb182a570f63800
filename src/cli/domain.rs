//! The verb `domain`: a domain file to start from, with what the log proves and its evidence.

use anyhow::{Result, bail};

use crate::cli::args::ask::DomainArgs;
use crate::cli::exit::ExitCode;
use crate::cli::open::{for_looking, name_of};
use crate::cli::output::{JsonObject, Output, say};
use crate::cli::progress::DelayedBar;
use crate::domain::aggregates::Aggregates;
use crate::domain::counted::counted;
use crate::domain::learning::learned_log::LearnedLog;
use crate::domain::learning::text::domain_text;
use crate::runtime::learning::learn;
use crate::runtime::shell::signals::cancelled;
use crate::store::EventReader;

/// Learns from the whole log, and writes the file.
///
/// # Errors
/// There is no such store, it cannot be read, or the verb was cancelled.
pub fn run(args: &DomainArgs, aggregates: &Aggregates) -> Result<ExitCode> {
    let opened = for_looking(&args.target.store, args.target.map.as_deref(), aggregates)?;
    let store = &opened.store;
    let cancel = cancelled(ExitCode::Error as u8)?;
    let mut bar = DelayedBar::new("learning");
    let learned = learn(store, store.head()?, &cancel, &mut |progress| bar.update(progress));
    bar.finish();
    let Ok(learned) = learned? else { bail!("cancelled; nothing was written") };
    let n_lines_left_out = store.n_lines_left_out()?;
    let mut notes = Vec::new();
    if n_lines_left_out > 0 {
        let which = if n_lines_left_out == 1 { "it" } else { "they" };
        notes.push(format!(
            "{} of the log left out: {which} could not be read",
            counted(n_lines_left_out, "line")
        ));
    }
    let text = domain_text(&learned, &name_of(&args.target.store), &notes);
    let mut out = Output::stdout();
    if args.json {
        out.json(&json_of(&learned, n_lines_left_out, &text)?)?;
    } else {
        out.exact(text.as_bytes())?;
    }
    out.finish()?;
    for words in learned.not_learned.words() {
        say(&words);
    }
    Ok(ExitCode::Done)
}

fn json_of(learned: &LearnedLog, n_lines_left_out: u64, text: &str) -> Result<String> {
    let LearnedLog { n_events, last, n_streams, aggregates, not_learned } = learned;
    let object = JsonObject::new()
        .with("position", last)
        .with("n_events", n_events)
        .with("n_streams", n_streams)
        .with("n_lines_left_out", n_lines_left_out)
        .with_raw("not_learned", &serde_json::to_string(not_learned)?)
        .with_raw("aggregates", &serde_json::to_string(aggregates)?)
        .with("file", text);
    Ok(object.finish())
}
