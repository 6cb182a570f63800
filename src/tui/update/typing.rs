//! Keys in the prompt.

use tui_input::{Input, InputRequest};

use crate::domain::command::language::CommandLanguage;
use crate::domain::command::{Command, quoted};
use crate::tui::effect::{Deed, Effect};
use crate::tui::message::{Key, KeyCode};
use crate::tui::model::Model;
use crate::tui::model::focus::Selection;
use crate::tui::model::mode::Mode;
use crate::tui::model::notice::Tone;
use crate::tui::model::prompt::{
    CANDIDATES_MAX, CommandLine, Completion, HISTORY_LINES_MAX, PROMPT_CHARS_MAX, PROMPT_WORDS, Prompt,
    reading,
};
use crate::tui::model::store::StoreKind;
use crate::tui::questions::place::Place;
use crate::tui::questions::preview::Preview;
use crate::tui::update::browse::next_opening;
use crate::tui::update::{console, finding, moves, rebuild, steering, stream_list};

/// Opens the prompt for commands, with a line in it.
pub(super) fn open_command(model: &mut Model, line: &str) {
    let mut prompt = Prompt::opened(next_opening(model));
    prompt.input = Input::new(line.to_owned());
    open(model, Mode::Command(prompt));
}

/// Opens the prompt for a search.
pub(super) fn open_find(model: &mut Model) {
    let prompt = Prompt::opened(next_opening(model));
    open(model, Mode::Find(prompt));
}

/// Opens a prompt over whatever is open; another prompt is replaced.
pub(super) fn open(model: &mut Model, prompt: Mode) {
    let under = std::mem::replace(&mut model.mode, prompt);
    if !under.is_prompt() {
        model.under_prompt = under;
    }
}

/// Closes the prompt, and returns to where it was opened.
pub(super) fn close(model: &mut Model) {
    model.mode = std::mem::take(&mut model.under_prompt);
}

/// Closes the prompt after its line was entered. The help is closed as well, because it would hide the result; the
/// inspector shows the playhead's new event from its beginning.
pub(super) fn close_done(model: &mut Model) {
    close(model);
    match &mut model.mode {
        Mode::Inspect(inspector) => inspector.scroll = 0,
        Mode::Help { .. } => model.mode = Mode::Browse,
        _ => {}
    }
}

/// Handles a key while a line is being typed.
pub(super) fn typing(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    let is_command = matches!(model.mode, Mode::Command(_));
    let commands = is_command.then_some(&model.presentation.commands);
    let (Mode::Command(prompt) | Mode::Find(prompt)) = &mut model.mode else { return };
    match key.code {
        KeyCode::Esc => close(model),
        KeyCode::Backspace if prompt.text().is_empty() => close(model),
        KeyCode::Enter if is_command => enter_command(model, effects),
        KeyCode::Enter => finding::enter(model, effects),
        KeyCode::Tab => complete(prompt, 1, commands),
        KeyCode::BackTab => complete(prompt, -1, commands),
        KeyCode::Up if is_command => recall(prompt, &model.history, true),
        KeyCode::Down if is_command => recall(prompt, &model.history, false),
        _ => edit_line(model, key),
    }
}

/// Edits the line, if the key does so.
pub(super) fn edit_line(model: &mut Model, key: Key) {
    let commands = matches!(model.mode, Mode::Command(_)).then_some(&model.presentation.commands);
    let (Mode::Command(prompt) | Mode::Find(prompt) | Mode::Filter(prompt)) = &mut model.mode else { return };
    if edit_of(key).is_some_and(|request| !edit(prompt, request, commands)) {
        tell_it_is_full(model);
    }
    stream_list::take_line(model);
}

/// Inserts a pasted text into the line that is being typed, on one line; elsewhere it is ignored.
pub(super) fn paste(model: &mut Model, text: &str) {
    let commands = matches!(model.mode, Mode::Command(_)).then_some(&model.presentation.commands);
    let (Mode::Command(prompt) | Mode::Find(prompt) | Mode::Filter(prompt)) = &mut model.mode else {
        model.notify(
            Tone::Plain,
            "pasted text goes into a prompt, and nothing was done: open one with : or /",
        );
        return;
    };
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines = lines.trim_end_matches('\n');
    let n_lines = lines.split('\n').count();
    let mut requests = lines.chars().map(|c| InputRequest::InsertChar(if c.is_control() { ' ' } else { c }));
    if !requests.all(|request| edit(prompt, request, commands)) {
        tell_it_is_full(model);
    } else if n_lines > 1 {
        model.notify(Tone::Plain, format!("{n_lines} lines were pasted, joined into one; nothing was run"));
    }
    stream_list::take_line(model);
}

fn tell_it_is_full(model: &mut Model) {
    model.notify(
        Tone::Bad,
        format!("a line has {PROMPT_CHARS_MAX} characters at most: the rest was left out"),
    );
}

/// Takes the account names that were asked for.
pub(super) fn names_read(model: &mut Model, ticket: u64, names: Vec<String>) {
    let commands = matches!(model.mode, Mode::Command(_)).then_some(&model.presentation.commands);
    let (Mode::Command(prompt) | Mode::Find(prompt)) = &mut model.mode else { return };
    if prompt.names.receive(ticket, names) && prompt.completion.chosen.is_none() {
        prompt.completion = completion(prompt, commands);
    }
}

/// The beginning of an account's name at the cursor; `None` if no account belongs there.
pub(super) fn account_prefix(prompt: &Prompt, commands: &CommandLanguage) -> Option<String> {
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

fn edit_of(key: Key) -> Option<InputRequest> {
    Some(match (key.code, key.ctrl, key.alt) {
        (KeyCode::Char('a'), true, _) | (KeyCode::Home, ..) => InputRequest::GoToStart,
        (KeyCode::Char('e'), true, _) | (KeyCode::End, ..) => InputRequest::GoToEnd,
        (KeyCode::Char('w'), true, _) => InputRequest::DeletePrevWord,
        (KeyCode::Char('u'), true, _) => InputRequest::DeleteLine,
        (KeyCode::Char('k'), true, _) => InputRequest::DeleteTillEnd,
        (KeyCode::Char('b'), _, true) | (KeyCode::Left, true, _) => InputRequest::GoToPrevWord,
        (KeyCode::Char('f'), _, true) | (KeyCode::Right, true, _) => InputRequest::GoToNextWord,
        (KeyCode::Left, ..) => InputRequest::GoToPrevChar,
        (KeyCode::Right, ..) => InputRequest::GoToNextChar,
        (KeyCode::Backspace, _, true) => InputRequest::DeletePrevWord,
        (KeyCode::Backspace, ..) | (KeyCode::Char('h'), true, _) => InputRequest::DeletePrevChar,
        (KeyCode::Delete, ..) => InputRequest::DeleteNextChar,
        (KeyCode::Char(c), false, false) => InputRequest::InsertChar(c),
        _ => return None,
    })
}

/// Edits the line; returns whether there was room.
fn edit(prompt: &mut Prompt, request: InputRequest, commands: Option<&CommandLanguage>) -> bool {
    let grows = matches!(request, InputRequest::InsertChar(_));
    if grows && prompt.text().chars().count() >= PROMPT_CHARS_MAX {
        return false;
    }
    prompt.input.handle(request);
    prompt.recalled = None;
    prompt.completion = completion(prompt, commands);
    true
}

fn enter_command(model: &mut Model, effects: &mut Vec<Effect>) {
    let Mode::Command(prompt) = &model.mode else { return };
    let line = prompt.text().trim().to_owned();
    match reading(&line, &model.presentation.commands) {
        CommandLine::Nothing => close(model),
        // An invalid line stays in the prompt, to be corrected.
        CommandLine::Goto(Err(why)) => model.notify(Tone::Bad, why.to_string()),
        CommandLine::Command(Err(why)) => model.notify(Tone::Bad, why.to_string()),
        CommandLine::Order(Err(how)) => model.notify(Tone::Bad, how),
        CommandLine::Order(Ok(order)) => {
            remember(model, line);
            steering::order(model, order, effects);
        }
        CommandLine::Goto(Ok(at)) if let Err(beyond) = at.within(model.head.position) => {
            model.notify(Tone::Bad, beyond.to_string());
        }
        CommandLine::Goto(Ok(at)) => {
            remember(model, line);
            model.places.leave(model.playhead.position);
            moves::head_for(model, Place::at(at));
        }
        CommandLine::Select(name) if prompt.lacks(&name) => {
            model.notify(Tone::Bad, super::no_such_account(&name));
        }
        CommandLine::Select(name) if prompt.knows(&name) => {
            remember(model, line);
            model.selection = Selection::Pinned(name);
        }
        CommandLine::Select(name) => {
            remember(model, line);
            moves::select(model, name, effects);
        }
        CommandLine::Quit => effects.push(Effect::Do(Deed::Quit)),
        CommandLine::Sql(sql) if sql.is_empty() => console::open(model),
        CommandLine::Sql(sql) => {
            remember(model, line);
            console::open_with(model, &sql);
        }
        CommandLine::Rebuild => {
            remember(model, line);
            rebuild::begin_or_stop(model, effects);
        }
        CommandLine::Help => model.mode = Mode::Help { scroll: 0 },
        CommandLine::Command(Ok(command)) => submit(model, line, command, effects),
    }
}

/// Carries out the command of a line, unless it is known to be refused: then it stays in the prompt.
fn submit(model: &mut Model, line: String, command: Command, effects: &mut Vec<Effect>) {
    let Mode::Command(prompt) = &model.mode else { return };
    let refusal = match prompt.preview.answer() {
        Some(Preview::Refused(why)) if prompt.preview.is_settled() => Some(why.clone()),
        _ => None,
    };
    match (model.store.kind, refusal) {
        (StoreKind::Log, _) => {
            let name = &model.store.name;
            let text = format!(
                "a log takes no commands: create a store from it with foldback new bank.db --from {name}"
            );
            model.notify(Tone::Bad, text);
        }
        (StoreKind::ReadOnly, _) => {
            model.notify(Tone::Bad, "this store cannot be written: it takes no commands");
        }
        (_, Some(why)) => model.notify(Tone::Bad, format!("refused: {why}")),
        (_, None) => {
            remember(model, line);
            effects.push(Effect::Do(Deed::Submit(command)));
        }
    }
}

/// Closes the prompt and adds its line to the history.
fn remember(model: &mut Model, line: String) {
    close_done(model);
    if model.history.last() == Some(&line) {
        return;
    }
    if model.history.len() == HISTORY_LINES_MAX {
        model.history.remove(0);
    }
    model.history.push(line);
}

fn recall(prompt: &mut Prompt, history: &[String], is_older: bool) {
    if prompt.recalled.is_none() {
        prompt.own_line = prompt.text().to_owned();
    }
    let next = match (prompt.recalled, is_older) {
        (None, true) => Some(0),
        (Some(nth), true) => Some(nth + 1),
        (Some(nth), false) => nth.checked_sub(1),
        (None, false) => return,
    };
    let line = match next {
        Some(nth) => match history.iter().nth_back(nth) {
            Some(line) => line.clone(),
            None => return,
        },
        None => prompt.own_line.clone(),
    };
    prompt.recalled = next;
    prompt.input = Input::new(line);
    prompt.completion = Completion::default();
}

/// Takes the next candidate for the word at the cursor, or the previous one.
fn complete(prompt: &mut Prompt, by: isize, commands: Option<&CommandLanguage>) {
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
        prompt.completion = completion(prompt, commands);
    } else {
        prompt.completion.chosen = Some(next);
    }
}

/// The candidates at the cursor: a command, an account of the last answer, an option; in a search, which has no
/// commands, a field, a type, an account.
fn completion(prompt: &Prompt, commands: Option<&CommandLanguage>) -> Completion {
    let before = prompt.before_cursor();
    let (words, current) = words_before(&before);
    let begins_at = before.chars().count() - current.chars().count();
    let Some(commands) = commands else {
        let candidates = finding::candidates(current, prompt.names.answer().map_or(&[][..], Vec::as_slice));
        return Completion { candidates, chosen: None, begins_at };
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

/// The account names of the last answer that still match.
fn names_for(prompt: &Prompt, commands: &CommandLanguage) -> Vec<String> {
    let Some(prefix) = account_prefix(prompt, commands) else { return Vec::new() };
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

#[cfg(test)]
mod tests;
