//! Completion of the line that is being typed: its candidates, and the next one.

use std::borrow::Cow;

use crate::domain::command::language::CommandLanguage;
use crate::domain::command::quoted;
use crate::read_model::rows::presentation::Presentation;
use crate::replay::search::{FIELDS, word_of};
use crate::tui::model::Model;
use crate::tui::model::mode::Mode;
use crate::tui::model::prompt::{CANDIDATES_MAX, Completion, PROMPT_WORDS, Prompt};
use tui_input::Input;

/// The field of a search for a stream.
const STREAM: &str = "stream:";

/// The field of a search for a type.
const TYPE: &str = "type:";

/// The words that a line can have.
#[derive(Clone, Copy, Debug)]
pub(super) enum LineWords<'a> {
    /// Those of commands.
    Commands(&'a CommandLanguage),
    /// Those of a search, with the types of the domain's events.
    Search(&'a [Cow<'static, str>]),
}

impl<'a> LineWords<'a> {
    /// The words of the line that is being typed.
    pub(super) fn of(mode: &Mode, presentation: &'a Presentation) -> Self {
        match mode {
            Mode::Command(_) => Self::Commands(&presentation.commands),
            _ => Self::Search(&presentation.event_types),
        }
    }
}

/// Takes the names of streams that were asked for.
pub(super) fn names_read(model: &mut Model, ticket: u64, names: Vec<String>) {
    let words = LineWords::of(&model.mode, &model.presentation);
    let (Mode::Command(prompt) | Mode::Find(prompt)) = &mut model.mode else { return };
    if prompt.names.receive(ticket, names) && prompt.completion.chosen.is_none() {
        prompt.completion = completion(prompt, words);
    }
}

/// The beginning of a stream's name at the cursor; `None` if none belongs there.
pub(super) fn stream_prefix(prompt: &Prompt, commands: &CommandLanguage) -> Option<String> {
    if prompt.completion.chosen.is_some() {
        return None;
    }
    let before = prompt.before_cursor();
    let (words, current) = words_before(&before);
    let (first, arguments) = words.split_first()?;
    if *first == "goto" {
        let is_name = current.starts_with(|c: char| !c.is_ascii_digit());
        return (arguments.is_empty() && is_name).then(|| current.trim_start_matches(['"', '\'']).to_owned());
    }
    let takes_stream = commands.grammar(first)?.takes_stream(arguments.len());
    (takes_stream && !current.starts_with('-')).then(|| current.to_owned())
}

/// The beginning of a stream's name at the cursor of a search; `None` if the cursor is elsewhere.
pub(super) fn stream_prefix_in_search(prompt: &Prompt) -> Option<String> {
    let before = prompt.before_cursor();
    let current = before.rsplit(' ').next().unwrap_or("");
    let is_choosing = prompt.completion.chosen.is_some();
    current.strip_prefix(STREAM).filter(|_| !is_choosing).map(|name| name.trim_start_matches('"').to_owned())
}

/// Takes the next candidate for the word at the cursor, or the previous one.
pub(super) fn complete(prompt: &mut Prompt, by: isize, words: LineWords<'_>) {
    let n = prompt.completion.candidates.len();
    let next = match (prompt.completion.chosen, by) {
        _ if n == 0 => return,
        (None, 1) => 0,
        (None, _) => n - 1,
        (Some(nth), _) => (nth + n).saturating_add_signed(by) % n,
    };
    let Some(candidate) = prompt.completion.candidates.get(next) else { return };
    let begins_at = prompt.completion.begins_at;
    let before: String = prompt.text().chars().take(begins_at).collect();
    let after: String = prompt.text().chars().skip(prompt.input.cursor()).collect();
    // A field's colon is followed by its value.
    let space = if after.is_empty() && !candidate.ends_with(':') { " " } else { "" };
    let line = format!("{before}{candidate}{space}");
    let cursor = line.chars().count();
    prompt.input = Input::new(line + &after).with_cursor(cursor);
    if n == 1 {
        prompt.completion = completion(prompt, words);
    } else {
        prompt.completion.chosen = Some(next);
    }
}

/// The candidates at the cursor: a command, a stream of the last answer, an option; in a search a field, a type,
/// a stream.
pub(super) fn completion(prompt: &Prompt, vocabulary: LineWords<'_>) -> Completion {
    let before = prompt.before_cursor();
    let (words, current) = words_before(&before);
    let begins_at = before.chars().count() - current.chars().count();
    let commands = match vocabulary {
        LineWords::Commands(commands) => commands,
        LineWords::Search(types) => {
            let names = prompt.names.answer().map_or(&[][..], Vec::as_slice);
            let candidates = candidates_in_search(current, names, types);
            return Completion { candidates, chosen: None, begins_at };
        }
    };
    let candidates: Vec<String> = match words.split_first() {
        None => {
            let words = commands.grammars().map(|grammar| grammar.word.as_ref());
            let all = words.chain(PROMPT_WORDS.map(|(word, _)| word));
            all.filter(|word| word.starts_with(current)).map(str::to_owned).collect()
        }
        Some((first, _)) => match commands.grammar(first) {
            Some(grammar) if current.starts_with('-') => {
                let fitting = grammar.options.iter().filter(|option| option.starts_with(current));
                fitting.map(|option| option.clone().into_owned()).collect()
            }
            Some(_) => names_for(prompt, commands),
            None if *first == "goto" => names_for(prompt, commands),
            None => Vec::new(),
        },
    };
    Completion { candidates, chosen: None, begins_at }
}

/// The candidates for the current word of a search: a field, one of the domain's types, a known stream.
fn candidates_in_search(current: &str, names: &[String], types: &[Cow<'_, str>]) -> Vec<String> {
    if let Some(prefix) = current.strip_prefix(STREAM) {
        let fitting = names.iter().filter(|name| name.starts_with(prefix.trim_start_matches('"')));
        return fitting.take(CANDIDATES_MAX).map(|name| format!("{STREAM}{}", word_of(name))).collect();
    }
    if let Some(prefix) = current.strip_prefix(TYPE) {
        let prefix = prefix.to_ascii_lowercase();
        // Types in lower case are read, but not suggested.
        let ours = types.iter().filter(|name| name.starts_with(char::is_uppercase));
        let fitting = ours.filter(|name| name.to_ascii_lowercase().starts_with(&prefix));
        return fitting.take(CANDIDATES_MAX).map(|name| format!("{TYPE}{name}")).collect();
    }
    let fields = FIELDS.iter().map(|(field, _)| *field).filter(|field| field.starts_with(current));
    fields.map(str::to_owned).collect()
}

/// The names of streams of the last answer that still match.
fn names_for(prompt: &Prompt, commands: &CommandLanguage) -> Vec<String> {
    let Some(prefix) = stream_prefix(prompt, commands) else { return Vec::new() };
    let names = prompt.names.answer().map_or(&[][..], Vec::as_slice);
    let fitting = names.iter().filter(|name| name.starts_with(&prefix));
    fitting.take(CANDIDATES_MAX).map(|name| quoted(name)).collect()
}

/// The complete words before the cursor, and the word at the cursor.
fn words_before(before: &str) -> (Vec<&str>, &str) {
    let mut words: Vec<&str> = before.split(' ').collect();
    let current = words.pop().unwrap_or("");
    words.retain(|word| !word.is_empty());
    (words, current)
}
