//! The prompt, with completion and a preview of the command.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;

use crate::domain::command::grammar::Grammar;
use crate::domain::command::language::AggregateCommands;
use crate::domain::counted::counted;
use crate::domain::visible::visible;
use crate::read_model::rows::presentation::Presentation;
use crate::read_model::rows::steering::Order;
use crate::replay::search::Search;
use crate::tui::model::Model;
use crate::tui::model::mode::Mode;
use crate::tui::model::prompt::{CommandLine, Completion, PROMPT_WORDS, Prompt, reading};
use crate::tui::questions::preview::Preview;
use crate::tui::text::{count, fit, left, line_width, span, width, wrap};
use crate::tui::theme::{NOT_UNDERSTOOD, Theme};
use crate::tui::widgets::pane::{PaneFrame, below, padded, put};
use crate::tui::widgets::planned_change;

/// The help on searches.
const HOW_TO_FIND: &str = "words, all of which stand in type, {stream} or data: rent \"two words\" type:Deposited \
                           stream:acc-17 from:2024-01-01 to:2024-03-14";

/// Draws the prompt over the panes. Returns the cursor's place.
pub(crate) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let (prompt, mark, title) = match &model.mode {
        Mode::Command(prompt) if model.why_no_commands().is_some() => (prompt, ":", "Go to"),
        Mode::Command(prompt) => (prompt, ":", "Command"),
        Mode::Find(prompt) => (prompt, "/", "Find"),
        _ => return None,
    };
    let frame = PaneFrame {
        title: vec![span(title, theme.strong)],
        bottom_right: replay_remark(model, theme),
        is_focused: true,
        ..PaneFrame::default()
    };
    let inner = padded(frame.draw_over(theme, area, buf), 1);
    let (line, cursor) = input_line(prompt, mark, theme, usize::from(inner.width));
    put(line, inner, 0, buf);
    {
        let mut rest = below(inner, 1);
        let outcome = match model.mode {
            Mode::Find(_) => would_find(model, prompt, theme, usize::from(inner.width)),
            _ => outcome(model, prompt, theme, usize::from(inner.width)),
        };
        let choices = candidates(&prompt.completion, theme, usize::from(inner.width));
        // If only one of the two fits, the effect of the command is more useful.
        if usize::from(rest.height) > outcome.len() || outcome.is_empty() {
            put(choices, rest, 0, buf);
            rest = below(rest, if usize::from(rest.height) > outcome.len() + 1 { 2 } else { 1 });
        }
        for (row, line) in outcome.into_iter().enumerate() {
            put(line, rest, row, buf);
        }
    }
    let x = inner.x.saturating_add(u16::try_from(cursor).unwrap_or(u16::MAX));
    (inner.width > 0 && inner.height > 0).then(|| Position::new(x.min(inner.x + inner.width - 1), inner.y))
}

/// A note that a command acts on the present, if the screen shows the past.
fn replay_remark(model: &Model, theme: &Theme) -> Vec<Span<'static>> {
    let is_command = matches!(model.mode, Mode::Command(_)) && model.why_no_commands().is_none();
    if model.follows_head || !is_command {
        return Vec::new();
    }
    let head = count(model.head.position.number());
    vec![span(format!("commands act on the present ({head}), not on the playhead"), theme.differs)]
}

/// The line, and the cursor's cell. A line that is too long is shown around the cursor.
pub(super) fn input_line(
    prompt: &Prompt,
    mark: &str,
    theme: &Theme,
    room: usize,
) -> (Vec<Span<'static>>, usize) {
    let before = prompt.before_cursor();
    let after = prompt.text().get(before.len()..).unwrap_or("");
    let (before, after) = (visible(&before).into_owned(), visible(after).into_owned());
    let lead = width(mark) + 1;
    let room = room.saturating_sub(lead);
    // The cursor needs a cell of its own after the text.
    let mut shown = before.as_str();
    let mut is_cut = false;
    while width(shown) + 1 + usize::from(is_cut) > room && !shown.is_empty() {
        let first = shown.graphemes(true).next().map_or(1, str::len);
        shown = shown.get(first..).unwrap_or("");
        is_cut = true;
    }
    let cut = if is_cut { "…" } else { "" };
    let text = format!("{cut}{shown}");
    let cursor = lead + width(&text);
    let spans = vec![
        span(format!("{mark} "), theme.key),
        span(text.clone(), theme.strong),
        span(fit(&after, room.saturating_sub(width(&text))), theme.strong),
    ];
    (spans, cursor)
}

/// The candidates for completion on one line, the chosen one marked.
fn candidates(completion: &Completion, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    let mut spans = vec![span("  ", theme.dim)];
    for (at, candidate) in completion.candidates.iter().enumerate() {
        let style = if completion.chosen == Some(at) { theme.cursor } else { theme.dim };
        let text = fit(candidate, 32);
        if line_width(&spans) + width(&text) + 2 > room {
            spans.push(span("…", theme.dim));
            break;
        }
        spans.push(span(text, style));
        spans.push(span("  ", theme.dim));
    }
    spans
}

/// A sentence after a mark, in as many lines as needed.
fn says(mark: &str, text: &str, style: Style, room: usize) -> Vec<Vec<Span<'static>>> {
    let lines = wrap(text, room.saturating_sub(2), 3).into_iter().enumerate();
    let lead = |row: usize| if row == 0 { mark.to_owned() + " " } else { "  ".to_owned() };
    lines.map(|(row, line)| vec![span(lead(row), style), span(line, style)]).collect()
}

/// The search in words, or why it is invalid, or how to write one.
fn would_find(model: &Model, prompt: &Prompt, theme: &Theme, room: usize) -> Vec<Vec<Span<'static>>> {
    match Search::parse_within(prompt.text(), model.head.position) {
        Err(why) => says(" ", &why.to_string(), theme.dim, room),
        Ok(search) if !search.is_everything() => says("→", &search.to_string(), theme.dim, room),
        Ok(_) if !model.find.text.is_empty() => {
            says("→", &format!("again: {}", model.find.text), theme.dim, room)
        }
        Ok(_) => says(" ", &model.presentation.worded(HOW_TO_FIND), theme.dim, room),
    }
}

/// The effect of the line, or why it cannot be entered, or how to write it.
fn outcome(model: &Model, prompt: &Prompt, theme: &Theme, room: usize) -> Vec<Vec<Span<'static>>> {
    let says = |mark: &str, text: &str, style| says(mark, text, style, room);
    match reading(prompt.text(), &model.presentation.commands) {
        CommandLine::Nothing => everything(model, theme, room),
        CommandLine::Quit => says("→", "ends foldback", theme.dim),
        CommandLine::Rebuild if model.rebuild.is_some() => says("→", "stops the rebuild", theme.dim),
        CommandLine::Rebuild => {
            says("→", "rebuilds the read model, and reports every row that differs", theme.dim)
        }
        CommandLine::Help => says("→", "shows the keys", theme.dim),
        CommandLine::Sql(sql) if sql.is_empty() => says("→", "opens the SQL console", theme.dim),
        CommandLine::Sql(_) => says("→", "asks the read model", theme.dim),
        CommandLine::Goto(Ok(at)) if let Err(beyond) = at.within(model.head.position) => {
            says(" ", &beyond.to_string(), theme.dim)
        }
        CommandLine::Goto(Ok(_)) => says("→", "moves the playhead there", theme.dim),
        CommandLine::Select(name) => {
            let noun = &model.presentation.noun_of(name.as_str()).singular;
            says("→", &format!("selects the {noun} {name}; the playhead stays"), theme.dim)
        }
        CommandLine::Goto(Err(why)) => says(" ", &why.to_string(), theme.dim),
        CommandLine::Order(Err(_)) if is_first_word(&model.presentation, prompt) => {
            usages(&model.presentation, prompt.text().trim(), theme)
        }
        CommandLine::Order(Err(how)) => says(" ", how, theme.dim),
        CommandLine::Order(Ok(Order::Skip(at))) if !model.has_failed_at(at) => {
            says("✘", &format!("the event at {at} is not one that could not be projected"), theme.bad)
        }
        CommandLine::Order(Ok(order)) => says("→", &order_words(order), theme.dim),
        // While the first word is being typed, it may still become a command.
        CommandLine::Command(Err(_)) if is_first_word(&model.presentation, prompt) => {
            usages(&model.presentation, prompt.text().trim(), theme)
        }
        CommandLine::Command(Err(why)) => says(" ", &why.0, theme.dim),
        CommandLine::Command(Ok(_)) if let Some(why) = model.why_no_commands() => says("✘", &why, theme.bad),
        CommandLine::Command(Ok(_)) => preview(prompt, theme, room),
    }
}

/// The effect of the command in the line.
fn preview(prompt: &Prompt, theme: &Theme, room: usize) -> Vec<Vec<Span<'static>>> {
    let says = |mark: &str, text: &str, style| says(mark, text, style, room);
    match prompt.preview.answer().filter(|_| prompt.preview.is_settled()) {
        None => says(" ", "…", theme.dim),
        Some(Preview::Refused(why)) => says("✘", &format!("refused: {why}"), theme.bad),
        Some(Preview::Accepted { changes, left_out }) => {
            let left_out = (!left_out.is_empty()).then(|| {
                let text = format!("decided without {left_out}, not understood");
                says(NOT_UNDERSTOOD, &text, theme.not_understood)
            });
            let changes = changes.iter().flat_map(|change| planned_change::lines(change, theme, room));
            left_out.into_iter().flatten().chain(changes).collect()
        }
    }
}

/// The effect of an order to the projector.
fn order_words(order: Order) -> String {
    match order {
        Order::Hold => "holds the projector: the query view stays as it is while the log grows".to_owned(),
        Order::Release => "releases the projector".to_owned(),
        Order::Step(n) => format!("lets the projector take {}, and holds it", counted(n, "event")),
        Order::Speed(Some(n)) => {
            format!("lets the projector take {} a second at most", counted(n.get().into(), "event"))
        }
        Order::Speed(None) => "lets the projector go as fast as it can".to_owned(),
        Order::Retry => "lets the projector try again what failed".to_owned(),
        Order::Skip(at) => {
            format!(
                "skips the event at {}: the query view leaves it out until a rebuild tries it again",
                count(at)
            )
        }
    }
}

/// Everything that can be typed: the words of the commands by aggregate, or why there are none, and those of the prompt.
fn everything(model: &Model, theme: &Theme, room: usize) -> Vec<Vec<Span<'static>>> {
    let domain = &model.presentation;
    let commands = &domain.commands;
    let no_commands = model.why_no_commands();
    let of_aggregate = |aggregate: &AggregateCommands| {
        let words = aggregate.grammars.iter().map(|grammar| grammar.word.as_ref());
        let words = words.collect::<Vec<_>>().join(" · ");
        (aggregate.name.to_string(), if words.is_empty() { aggregate.takes_none() } else { words })
    };
    let is_order = |word: &str| matches!(reading(word, commands), CommandLine::Order(_));
    let orders: Vec<_> =
        PROMPT_WORDS.map(|(word, _)| word).into_iter().filter(|word| is_order(word)).collect();
    let others = PROMPT_WORDS.iter().filter(|(word, _)| !is_order(word));
    let others = others.map(|(word, does)| ((*word).to_owned(), domain.worded(does).into_owned()));
    let projector = [("projector".to_owned(), orders.join(" · "))];
    // Where there are no commands, one comes to move.
    let words: Vec<_> = match &no_commands {
        None => commands.aggregates.iter().map(of_aggregate).chain(projector).chain(others).collect(),
        Some(_) => others.chain(projector).collect(),
    };
    let line = |(what, text): (String, String)| {
        vec![
            span("  ", theme.dim),
            span(left(&what, 11), theme.dim),
            span(fit(&text, room.saturating_sub(13)), theme.text),
        ]
    };
    let why = no_commands.iter().flat_map(|why| says(" ", why, theme.text, room));
    why.chain(words.into_iter().map(line)).collect()
}

/// The usage of the commands with this beginning.
fn usages(domain: &Presentation, beginning: &str, theme: &Theme) -> Vec<Vec<Span<'static>>> {
    let of_grammar = |grammar: &'_ Grammar| {
        (grammar.word.clone().into_owned(), grammar.usage(), grammar.does.clone().into_owned())
    };
    let of_domain = domain.commands.grammars().map(of_grammar);
    let of_prompt = |(word, does): &(&str, &'static str)| {
        ((*word).to_owned(), (*word).to_owned(), domain.worded(does).into_owned())
    };
    let others = PROMPT_WORDS.iter().map(of_prompt);
    let fitting = of_domain.chain(others).filter(|(word, ..)| word.starts_with(beginning));
    let line = |usage: String, does: String| {
        vec![span("  ", theme.dim), span(usage, theme.text), span(format!("   {does}"), theme.dim)]
    };
    fitting.map(|(_, usage, does)| line(usage, does)).collect()
}

fn is_first_word(domain: &Presentation, prompt: &Prompt) -> bool {
    let text = prompt.text().trim_start();
    let of_domain = domain.commands.grammars().map(|grammar| &*grammar.word);
    let mut words = of_domain.chain(PROMPT_WORDS.map(|(word, _)| word));
    !text.contains(' ') && words.any(|word| word.starts_with(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::language::CommandLanguage;
    use crate::domain::name_pattern::NamePattern;
    use crate::tui::fixture::{Bank, picture};

    #[test]
    fn a_command_shows_its_effect_and_that_it_acts_on_the_present() {
        let bank = Bank::little();
        let mut model = bank.screen(80, 24);
        bank.press(&mut model, "h:deposit acc-3 5<left>4");
        let drawn: String = picture(70, 8, |area, buf| {
            draw(&model, &Theme::plain(), area, buf);
        });
        let expected = r#"
╭┤ Command ├─────────────────────────────────────────────────────────╮
│ : deposit acc-3 45                                                 │
│                                                                    │
│                                                                    │
│ ✔ would append Deposited to acc-3 (v3): balance 900 → 945 JPY      │
│                                                                    │
│                                                                    │
╰───────────── commands act on the present (10), not on the playhead ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_refused_command_shows_the_reason() {
        let bank = Bank::little();
        let mut model = bank.screen(80, 24);
        bank.press(&mut model, "h:transfer acc-1 acc-3 5");
        let drawn: String = picture(70, 8, |area, buf| {
            draw(&model, &Theme::plain(), area, buf);
        });
        let expected = r#"
╭┤ Command ├─────────────────────────────────────────────────────────╮
│ : transfer acc-1 acc-3 5                                           │
│                                                                    │
│                                                                    │
│ ✘ refused: a transfer stays in one currency: acc-1 counts in EUR,  │
│   the receiver in JPY                                              │
│                                                                    │
╰───────────── commands act on the present (10), not on the playhead ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_long_line_shows_the_part_around_its_cursor() {
        let bank = Bank::little();
        let mut model = bank.screen(80, 24);
        bank.press(&mut model, ":deposit acc-1 5 --note 一二三四五六七八九十");
        let drawn: String = picture(30, 5, |area, buf| {
            draw(&model, &Theme::plain(), area, buf);
        });
        let expected = r#"
╭┤ Command ├─────────────────╮
│ : …e 一二三四五六七八九十  │
│ ✔ would append Deposited … │
│   balance 1,150.00 →       │
╰────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }
    #[test]
    fn a_log_without_a_decider_says_in_a_sentence_that_it_takes_no_commands() {
        let bank = Bank::little();
        let mut model = bank.screen(80, 24);
        let door = AggregateCommands { name: "door".into(), streams: NamePattern::ANY, grammars: Vec::new() };
        model.presentation.commands = CommandLanguage { aggregates: vec![door] };
        let mut drawn = |keys: &str| {
            bank.press(&mut model, keys);
            picture(70, 5, |area, buf| {
                draw(&model, &Theme::plain(), area, buf);
            })
        };
        let (empty, typed) = (drawn(":"), drawn("open door-1"));
        let expected = r#"
╭┤ Go to ├───────────────────────────────────────────────────────────╮
│ :                                                                  │
│   this log takes no commands: foldback knows no rules for its      │
│   events                                                           │
╰────────────────────────────────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{empty}"), expected, "\n{empty}");
        let expected = r#"
╭┤ Go to ├───────────────────────────────────────────────────────────╮
│ : open door-1                                                      │
│   this log takes no commands: foldback knows no rules for its      │
│   events                                                           │
╰────────────────────────────────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{typed}"), expected, "\n{typed}");
    }
}
