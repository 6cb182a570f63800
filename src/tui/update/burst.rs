//! Bursts of keys: pasted lines, or the keys of a script.

use crate::tui::key::Key;
use crate::tui::model::console::ConsolePart;
use crate::tui::model::mode::Mode;

/// The fewest characters of a line that is taken for text where characters are keys.
const TEXT_CHARS_MIN: usize = 3;

/// The text of a burst that was pasted; `None` for a burst of keys.
///
/// A terminal without bracketed paste sends pasted text as if it were typed, with Enter at the end of each line: of two
/// lines, the first would be run. Nobody types an Enter between two texts at once. A line with Enter at its end is what
/// a script sends (`tmux send-keys 'deposit acc-01 5' Enter`), and is run.
///
/// While a line is being typed, text on both sides of an Enter means a paste. Elsewhere characters are keys, and a
/// script may send some after a line (`:goto 5` Enter `,,`): there a line counts as text only if it has several
/// characters that are not one repeated key. Keys without text, such as arrows, do not come from a paste.
pub(super) fn pasted(mode: &Mode, keys: &[Key]) -> Option<String> {
    let text: String = keys.iter().map(|key| key.pasted()).collect::<Option<_>>()?;
    let is_typing = mode.is_prompt() || matches!(mode, Mode::Console(ConsolePart::Editor));
    let n_texts = text.split('\n').filter(|line| is_text(line, is_typing)).count();
    (n_texts > 1).then_some(text)
}

fn is_text(line: &str, is_typing: bool) -> bool {
    let line = line.trim();
    let is_one_key = line.chars().next().is_none_or(|first| line.chars().all(|c| c == first));
    if is_typing { !line.is_empty() } else { line.chars().count() >= TEXT_CHARS_MIN && !is_one_key }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::effect::Deed;
    use crate::tui::effect::Effect;
    use crate::tui::fixture::Bank;
    use crate::tui::key::KeyCode;
    use crate::tui::message::Message;
    use crate::tui::model::Model;
    use crate::tui::questions::{LogQuestion, Question};
    use crate::tui::update::update;

    fn keys(text: &str) -> Vec<Key> {
        let key = |c| if c == '\r' { Key::plain(KeyCode::Enter) } else { Key::char(c) };
        text.chars().map(|c| if c == '\n' { Key::ctrl('j') } else { key(c) }).collect()
    }

    /// The model after these keys and a burst, with the effects of the burst.
    fn after(opened: &str, burst: &str) -> (Model, Vec<Effect>) {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, opened);
        let effects = update(&mut model, Message::Burst(keys(burst)));
        (model, effects)
    }

    fn notice(model: &Model) -> &str {
        model.notice.as_ref().map_or("", |notice| notice.text.as_str())
    }

    fn is_run(effects: &[Effect]) -> bool {
        let goes = |effect: &Effect| match effect {
            Effect::Ask(_, Question::Log(LogQuestion::Look(question))) => question.at.is_to_be_found(),
            _ => false,
        };
        effects.iter().any(|effect| {
            goes(effect)
                || matches!(
                    effect,
                    Effect::Do(Deed::Submit(_))
                        | Effect::Ask(_, Question::Log(LogQuestion::Existence(_)))
                        | Effect::Ask(_, Question::Find(_))
                        | Effect::Ask(_, Question::Sql(_))
                        | Effect::Do(Deed::Quit)
                )
        })
    }

    #[test]
    fn lines_that_come_at_once_while_one_is_typed_are_joined_and_none_is_run() {
        for end in ["\r", "\n", "\r\n"] {
            for last in ["", end] {
                let lines = ["deposit acc-1 5", "q", "deposit acc-1 6"].join(end) + last;
                for (opened, before) in [(":", ""), (":x", "x"), ("/", ""), ("/x", "x")] {
                    let (model, effects) = after(opened, &lines);
                    let (Mode::Command(prompt) | Mode::Find(prompt)) = &model.mode else {
                        panic!("{opened:?} is closed by {lines:?}")
                    };
                    let line = prompt.text().split_whitespace().collect::<Vec<_>>().join(" ");
                    assert_eq!(line, format!("{before}deposit acc-1 5 q deposit acc-1 6"));
                    assert!(
                        notice(&model).contains("lines were pasted, joined into one; nothing was run"),
                        "{}",
                        notice(&model)
                    );
                    assert!(!is_run(&effects), "{effects:?}");
                }
            }
        }
    }

    #[test]
    fn lines_that_come_at_once_into_a_question_stay_lines_and_are_not_asked() {
        let (model, effects) = after("S", "SELECT *\rFROM accounts\r");
        assert_eq!(model.console.editor.lines(), ["SELECT *", "FROM accounts", ""]);
        assert!(!is_run(&effects), "{effects:?}");
    }

    #[test]
    fn lines_that_come_at_once_where_nothing_is_typed_do_nothing_and_that_is_said() {
        for opened in ["", "<enter>", "?", "y", "<tab><tab><enter>", "v"] {
            for lines in
                ["deposit acc-1 5\rquit\r", ":deposit acc-1 5\r:deposit acc-1 6\r", "one line\nand another"]
            {
                let (model, effects) = after(opened, lines);
                let bank = Bank::little();
                let mut before = bank.screen(120, 36);
                bank.press(&mut before, opened);
                assert_eq!(
                    notice(&model),
                    "pasted text goes into a prompt, and nothing was done: open one with : or /"
                );
                assert_eq!((effects, model.playhead), (Vec::new(), before.playhead), "{opened:?} {lines:?}");
                assert_eq!(format!("{:?}", model.mode), format!("{:?}", before.mode), "{opened:?} {lines:?}");
            }
        }
    }

    #[test]
    fn keys_of_a_script_have_the_same_effect_at_once_as_one_by_one() {
        for (opened, burst) in [
            ("", ":deposit acc-1 5\r"),
            ("", ":deposit acc-1 5\rq"),
            ("", ":3\r,,,"),
            ("", ":3\r5l"),
            ("", "/deposited\rnn"),
            (":", "deposit acc-1 5\r"),
            ("/", "deposited\r"),
            ("S", "SELECT 1\r"),
            ("", "\r\r,,\r"),
        ] {
            let (model, effects) = after(opened, burst);
            let bank = Bank::little();
            let mut one_by_one = bank.screen(120, 36);
            bank.press(&mut one_by_one, opened);
            let expected: Vec<Effect> =
                keys(burst).into_iter().flat_map(|key| update(&mut one_by_one, Message::Key(key))).collect();
            assert_eq!(effects, expected, "{opened:?} {burst:?}");
            assert_eq!(format!("{:?}", model.mode), format!("{:?}", one_by_one.mode), "{opened:?} {burst:?}");
        }
    }

    #[test]
    fn a_burst_with_a_key_that_is_no_text_is_keys() {
        let mut burst = keys("deposit acc-1 5\rdeposit acc-1 6");
        burst.push(Key::plain(KeyCode::Up));
        assert_eq!(pasted(&Mode::Browse, &burst), None);
        burst.pop();
        assert!(pasted(&Mode::Browse, &burst).is_some());
    }
}
