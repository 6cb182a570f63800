//! Choosing one of many accounts in the query view: the filter, and the ends of the list.

use foldback::tui::effect::Effect;
use foldback::tui::key::KeyCode;
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::focus::{Pane, Selection};
use foldback::tui::model::mode::Mode;
use foldback::tui::model::query_form::QueryForm;
use foldback::tui::questions::listing::{Around, Listing, ListingQuestion};
use foldback::tui::questions::{Answer, LogQuestion, Question, RowsQuestion};
use foldback::tui::update::update;

use crate::walk::{STATEMENT, at, enter, key, name, press, screen, stream_row};

/// The last question about accounts among the effects.
fn asked(effects: &[Effect]) -> Option<(u64, ListingQuestion)> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask(ticket, Question::Rows(RowsQuestion::Listing(question))) => {
            Some((*ticket, question.clone()))
        }
        _ => None,
    })
}

fn asked_filter(effects: &[Effect]) -> Option<String> {
    asked(effects).map(|(_, question)| question.filter)
}

/// Answers the question about accounts with these.
fn answer(model: &mut Model, effects: &[Effect], names: &[&str]) -> Vec<Effect> {
    let (ticket, question) = asked(effects).unwrap();
    let listing = Listing {
        rows: names.iter().map(|name| stream_row(name)).collect(),
        filter: question.filter,
        n_listed: names.len() as u64,
        n_streams: 2_000,
        ..Listing::default()
    };
    update(model, Message::Answered(ticket, Answer::Listing(Box::new(listing))))
}

fn selected(model: &Model) -> Option<&str> {
    match &model.selection {
        Selection::Pinned(name) => Some(name.as_str()),
        Selection::OfPlayhead => None,
    }
}

#[test]
fn each_key_of_the_filter_asks_for_the_accounts_with_the_text_and_enter_keeps_it() {
    let mut model = screen();
    press(&mut model, "v");
    press(&mut model, "i");
    assert_eq!((model.focus, model.query_form), (Pane::Query, QueryForm::Rows));
    assert_eq!(asked_filter(&press(&mut model, "0")).as_deref(), Some("0"));
    assert_eq!(asked_filter(&press(&mut model, "q")).as_deref(), Some("0q"));
    assert_eq!(asked_filter(&key(&mut model, KeyCode::Backspace)).as_deref(), Some("0"));
    let effects = press(&mut model, "7");
    answer(&mut model, &effects, &["acc-07", "acc-1077"]);
    key(&mut model, KeyCode::Enter);
    assert!(matches!(model.mode, Mode::Browse));
    assert_eq!((model.stream_list.filter.as_str(), selected(&model)), ("07", Some("acc-07")));
    press(&mut model, "j");
    assert_eq!(selected(&model), Some("acc-1077"));
    key(&mut model, KeyCode::Enter);
    assert_eq!(model.query_form, QueryForm::Saved { nth: STATEMENT, line: 0 });
    key(&mut model, KeyCode::Esc);
    assert_eq!((model.query_form, model.stream_list.filter.as_str()), (QueryForm::Rows, "07"));
}

#[test]
fn esc_lists_all_accounts_again_while_typing_and_in_the_list_and_nothing_else() {
    for closes in ["", "\n"] {
        let mut model = screen();
        press(&mut model, "iada");
        if !closes.is_empty() {
            key(&mut model, KeyCode::Enter);
        }
        // In another pane it does not: there Esc has other uses.
        model.focus = if closes.is_empty() { Pane::Query } else { Pane::Events };
        if !closes.is_empty() {
            key(&mut model, KeyCode::Esc);
            assert_eq!(model.stream_list.filter, "ada");
            model.focus = Pane::Query;
        }
        assert_eq!(asked_filter(&key(&mut model, KeyCode::Esc)).as_deref(), Some(""));
        assert!(matches!(model.mode, Mode::Browse));
    }
    let mut model = screen();
    press(&mut model, "z");
    model.focus = Pane::Query;
    let zoomed = model.ruler.zoomed;
    assert!(zoomed.is_some());
    press(&mut model, "iada");
    key(&mut model, KeyCode::Esc);
    assert_eq!(model.ruler.zoomed, zoomed);
    key(&mut model, KeyCode::Esc);
    assert_eq!(model.ruler.zoomed, None);
}

#[test]
fn enter_before_the_answer_selects_its_first_account_unless_another_is_chosen() {
    let mut model = screen();
    press(&mut model, "i07");
    let effects = press(&mut model, "1");
    key(&mut model, KeyCode::Enter);
    assert_eq!(selected(&model), None);
    answer(&mut model, &effects, &["acc-071", "acc-0712"]);
    assert_eq!(selected(&model), Some("acc-071"));
    // The selected one stays even if it is listed.
    press(&mut model, "i");
    let effects = press(&mut model, "2");
    answer(&mut model, &effects, &["acc-0", "acc-071"]);
    key(&mut model, KeyCode::Enter);
    assert_eq!(selected(&model), Some("acc-071"));
}

#[test]
fn a_text_that_is_pasted_filters_too_and_keys_of_the_list_are_text() {
    let mut model = screen();
    press(&mut model, "i");
    let effects = update(&mut model, Message::Pasted("Émile\n".to_owned()));
    assert_eq!(asked_filter(&effects).as_deref(), Some("Émile"));
    assert_eq!(asked_filter(&press(&mut model, "q:/")).as_deref(), Some("Émileq:/"));
    let (_, question) = asked(&press(&mut model, "?")).unwrap();
    assert_eq!(question.around, Around::First);
}

#[test]
fn the_ends_of_the_list_are_selected_once_their_names_are_known() {
    for (code, around, expected) in [
        (KeyCode::End, Around::Last, "acc-9"),
        (KeyCode::Char('G'), Around::Last, "acc-9"),
        (KeyCode::Home, Around::First, "acc-1"),
        (KeyCode::Char('g'), Around::First, "acc-1"),
    ] {
        let mut model = screen();
        model.selection = Selection::Pinned(name("acc-5"));
        model.focus = Pane::Query;
        press(&mut model, "ia");
        key(&mut model, KeyCode::Esc);
        let effects = key(&mut model, code);
        assert_eq!(asked(&effects).unwrap().1.around, around, "{code:?}");
        assert_eq!((selected(&model), model.playhead.position), (Some("acc-5"), at(100)));
        answer(&mut model, &effects, &["acc-1", "acc-5", "acc-9"]);
        assert_eq!(selected(&model), Some(expected), "{code:?}");
    }
    // If the first ones are visible, because no account was selected, nothing is asked.
    let mut model = screen();
    press(&mut model, "ia");
    let effects = key(&mut model, KeyCode::Esc);
    answer(&mut model, &effects, &["acc-1", "acc-5"]);
    press(&mut model, "g");
    assert_eq!(selected(&model), Some("acc-1"));
    // In another pane the same keys move the playhead.
    let mut model = screen();
    key(&mut model, KeyCode::Home);
    assert_eq!(model.playhead.position, at(0));
}

#[test]
fn a_page_of_the_list_is_a_whole_one() {
    let mut model = screen();
    model.selection = Selection::Pinned(name("acc-1050"));
    model.focus = Pane::Query;
    let effects = press(&mut model, "i");
    drop(effects);
    let effects = press(&mut model, "a");
    let n_rows = asked(&effects).unwrap().1.n_rows;
    let names = |from: usize, to: usize| (from..to).map(|n| name(&format!("acc-{n}"))).collect::<Vec<_>>();
    let rows = names(1050 - n_rows / 2, 1050 - n_rows / 2 + n_rows);
    let listing = Listing {
        rows: rows.iter().map(|name| stream_row(name.as_str())).collect(),
        names_before: names(1050 - n_rows, 1050 - n_rows / 2),
        names_after: names(1050 - n_rows / 2 + n_rows, 1050 + n_rows + 1),
        filter: "a".to_owned(),
        n_listed: 2_000,
        n_streams: 2_000,
        ..Listing::default()
    };
    let ticket = asked(&effects).unwrap().0;
    update(&mut model, Message::Answered(ticket, Answer::Listing(Box::new(listing))));
    key(&mut model, KeyCode::Enter);
    let mut up = model.clone();
    key(&mut model, KeyCode::PageDown);
    assert_eq!(selected(&model), Some(format!("acc-{}", 1050 + n_rows).as_str()));
    key(&mut up, KeyCode::PageUp);
    assert_eq!(selected(&up), Some(format!("acc-{}", 1050 - n_rows).as_str()));
}

#[test]
fn goto_with_a_name_that_is_not_read_yet_asks_whether_there_is_such_an_account() {
    for is_there in [true, false] {
        let mut model = screen();
        let effects = enter(&mut model, "goto acc-0712");
        let ticket = effects.iter().find_map(|effect| match effect {
            Effect::Ask(ticket, Question::Log(LogQuestion::Existence(question))) => {
                (question.stream == name("acc-0712")).then_some(*ticket)
            }
            _ => None,
        });
        assert_eq!(selected(&model), None);
        update(&mut model, Message::Answered(ticket.unwrap(), Answer::Existence(is_there)));
        let expected = is_there.then_some("acc-0712");
        assert_eq!((selected(&model), model.playhead.position), (expected, at(100)));
        let said = model.notice.as_ref().map(|notice| notice.text.as_str());
        assert_eq!(said, (!is_there).then_some("no account is called acc-0712"));
    }
}

#[test]
fn goto_with_a_name_that_no_account_has_stays_in_the_prompt_once_the_names_are_read() {
    for (names, is_there) in [(vec!["acc-0712".to_owned()], true), (vec!["acc-07120".to_owned()], false)] {
        let mut model = screen();
        press(&mut model, ":");
        let effects = press(&mut model, "goto acc-0712");
        let ticket = effects.iter().rev().find_map(|effect| match effect {
            Effect::Ask(ticket, Question::Log(LogQuestion::Names(names))) if names.prefix == "acc-0712" => {
                Some(*ticket)
            }
            _ => None,
        });
        update(&mut model, Message::Answered(ticket.unwrap(), Answer::Names(names)));
        let effects = key(&mut model, KeyCode::Enter);
        let is_asked =
            |effect: &Effect| matches!(effect, Effect::Ask(_, Question::Log(LogQuestion::Existence(_))));
        assert!(!effects.iter().any(is_asked));
        assert_eq!(selected(&model), is_there.then_some("acc-0712"));
        assert_eq!(matches!(model.mode, Mode::Command(_)), !is_there);
        let said = model.notice.as_ref().map(|notice| notice.text.as_str());
        assert_eq!(said, (!is_there).then_some("no account is called acc-0712"));
    }
}
