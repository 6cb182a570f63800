//! The prompt: commands with their preview, places to go to, history and completion.

use foldback::domain::aggregates::Aggregates;
use foldback::replay::at::At;
use foldback::replay::not_understood::NotUnderstoodOf;
use foldback::tui::effect::{CommandOutcome, Deed, Effect};
use foldback::tui::key::KeyCode;
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::mode::Mode;
use foldback::tui::model::notice::Tone;
use foldback::tui::model::store::{OpenStore, StoreKind};
use foldback::tui::questions::place::Place;
use foldback::tui::questions::preview::Preview;
use foldback::tui::questions::{Answer, LogQuestion, Question};
use foldback::tui::update::update;

use crate::walk::{at, deeds, headings, key, moment, press, reach, screen, walk};

#[test]
fn an_answer_to_a_prompt_that_was_closed_is_not_taken_for_the_next_one() {
    let mut model = screen();
    let asked = press(&mut model, ":withdraw acc-1 50");
    let ticket = asked.iter().rev().find_map(|e| {
        if let Effect::Ask(t, Question::Log(LogQuestion::Preview(_))) = e { Some(*t) } else { None }
    });
    key(&mut model, KeyCode::Esc);
    press(&mut model, ":deposit acc-1 50");
    update(
        &mut model,
        Message::Answered(ticket.unwrap(), Answer::Preview(Preview::Refused("acc-1 has 3".to_owned()))),
    );
    let command = Aggregates::bank().commands().parse("deposit acc-1 50").unwrap();
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), [Effect::Do(Deed::Submit(command))]);
}

#[test]
fn a_command_is_previewed_while_it_is_typed_and_done_on_enter() {
    let mut model = screen();
    let command = Aggregates::bank().commands().parse("deposit acc-1 50").unwrap();
    let asked = press(&mut model, ":deposit acc-1 50");
    let preview = asked.iter().rev().find_map(|e| {
        if let Effect::Ask(t, Question::Log(LogQuestion::Preview(c))) = e {
            Some((*t, c.clone()))
        } else {
            None
        }
    });
    let (ticket, previewed) = preview.unwrap();
    assert_eq!(previewed.command, command);
    update(
        &mut model,
        Message::Answered(
            ticket,
            Answer::Preview(Preview::Accepted { changes: Vec::new(), left_out: NotUnderstoodOf::default() }),
        ),
    );
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), [Effect::Do(Deed::Submit(command))]);
    assert!(matches!(model.mode, Mode::Browse));
    walk(&mut model, "h");
    let appended = CommandOutcome::Appended { first: at(101), head: reach(101), trouble: None };
    update(&mut model, Message::Submitted(appended));
    assert_eq!((model.head, model.playhead.position), (moment(101), at(99)));
    let notice = model.notice.clone().unwrap();
    assert_eq!((notice.tone, notice.text.as_str()), (Tone::Done, "appended 101, on the disk · G goes there"));
    // In the list of the query view `G` goes to the last row.
    key(&mut model, KeyCode::Tab);
    key(&mut model, KeyCode::Tab);
    let appended = CommandOutcome::Appended { first: at(102), head: reach(102), trouble: None };
    update(&mut model, Message::Submitted(appended));
    assert_eq!(model.notice.unwrap().text, "appended 102, on the disk · :goto head goes there");
}

#[test]
fn a_refused_or_invalid_command_stays_in_the_prompt_to_be_corrected() {
    let mut model = screen();
    let asked = press(&mut model, ":withdraw acc-1 50");
    let ticket = asked.iter().rev().find_map(|e| {
        if let Effect::Ask(t, Question::Log(LogQuestion::Preview(_))) = e { Some(*t) } else { None }
    });
    update(
        &mut model,
        Message::Answered(ticket.unwrap(), Answer::Preview(Preview::Refused("acc-1 has 3".to_owned()))),
    );
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), []);
    assert_eq!(model.notice.as_ref().unwrap().text, "refused: acc-1 has 3");
    key(&mut model, KeyCode::Esc);
    press(&mut model, ":withdraw acc-1");
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), []);
    let Mode::Command(prompt) = &model.mode else { panic!("the prompt has been left") };
    assert_eq!(prompt.text(), "withdraw acc-1");
}

#[test]
fn goto_takes_every_way_to_write_a_place_and_a_bare_position() {
    for (line, place) in [
        ("goto 42", At::parse("42").unwrap()),
        ("42", At::parse("42").unwrap()),
        ("goto 42%", At::parse("42%").unwrap()),
        ("goto 2024-03-14", At::parse("2024-03-14").unwrap()),
        ("goto head", At::Head),
    ] {
        let mut model = screen();
        press(&mut model, &format!(":{line}"));
        let effects = key(&mut model, KeyCode::Enter);
        let asked: Vec<Place> = headings(&effects).into_iter().map(|(_, place)| place).collect();
        assert_eq!(asked, [Place::at(place)], "{line}");
    }
}

#[test]
fn a_position_beyond_the_head_stays_in_the_prompt_and_moves_nothing() {
    for line in [":goto 2024", ":20240314", "/salary from:2024", "/to:1710411727"] {
        let mut model = screen();
        press(&mut model, line);
        let (playhead, text) = (model.playhead, line.get(1..).unwrap());
        assert_eq!(headings(&key(&mut model, KeyCode::Enter)), [], "{line}");
        assert_eq!(model.playhead, playhead, "{line}");
        let (Mode::Command(prompt) | Mode::Find(prompt)) = &model.mode else {
            panic!("{line} has been left")
        };
        assert_eq!(prompt.text(), text);
        let told = model.notice.as_ref().map(|notice| notice.text.as_str()).unwrap();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let why = format!("there is no position {digits}: the head is 100; was a date meant? Write it like ");
        assert!(told.starts_with(&why), "{told}");
    }
}

#[test]
fn the_history_brings_back_lines_and_the_own_one() {
    let mut model = screen();
    for line in [":goto 1", ":goto 2"] {
        press(&mut model, line);
        key(&mut model, KeyCode::Enter);
    }
    press(&mut model, ":goto");
    let text = |model: &Model| match &model.mode {
        Mode::Command(prompt) => prompt.text().to_owned(),
        _ => panic!("the prompt has been left"),
    };
    for (code, line) in [
        (KeyCode::Up, "goto 2"),
        (KeyCode::Up, "goto 1"),
        (KeyCode::Up, "goto 1"),
        (KeyCode::Down, "goto 2"),
        (KeyCode::Down, "goto"),
        (KeyCode::Down, "goto"),
    ] {
        key(&mut model, code);
        assert_eq!(text(&model), line);
    }
}

#[test]
fn tab_completes_words_options_and_accounts() {
    let mut model = screen();
    press(&mut model, ":dep");
    key(&mut model, KeyCode::Tab);
    let asked = press(&mut model, "acc");
    let ticket = asked
        .iter()
        .rev()
        .find_map(
            |e| if let Effect::Ask(t, Question::Log(LogQuestion::Names(_))) = e { Some(*t) } else { None },
        )
        .unwrap();
    update(
        &mut model,
        Message::Answered(ticket, Answer::Names(vec!["acc-1".to_owned(), "acc 2".to_owned()])),
    );
    let text = |model: &Model| match &model.mode {
        Mode::Command(prompt) => prompt.text().to_owned(),
        _ => panic!("the prompt has been left"),
    };
    for (code, line) in [
        (KeyCode::Tab, "deposit acc-1 "),
        (KeyCode::Tab, "deposit 'acc 2' "),
        (KeyCode::Tab, "deposit acc-1 "),
        (KeyCode::BackTab, "deposit 'acc 2' "),
    ] {
        key(&mut model, code);
        assert_eq!(text(&model), line);
    }
    press(&mut model, "5 --n");
    key(&mut model, KeyCode::Tab);
    assert_eq!(text(&model), "deposit 'acc 2' 5 --note ");
}

#[test]
fn a_log_takes_no_commands_and_says_how_to_make_a_store_of_it() {
    let mut model = screen();
    model.store = OpenStore { name: "bank.jsonl".to_owned(), kind: StoreKind::Log, takes_commands: false };
    press(&mut model, ":deposit acc-1 5");
    assert_eq!(deeds(key(&mut model, KeyCode::Enter)), []);
    let notice = model.notice.unwrap().text;
    assert_eq!(
        notice,
        "a log takes no commands: create a store from it with foldback new bank.db --from bank.jsonl"
    );
}

#[test]
fn a_log_without_the_ability_takes_no_commands_whatever_its_kind() {
    for kind in [StoreKind::Own, StoreKind::SampleCopy, StoreKind::Log, StoreKind::ReadOnly] {
        let mut model = screen();
        model.store.kind = kind;
        model.store.takes_commands = false;
        press(&mut model, ":deposit acc-1 5");
        assert_eq!(deeds(key(&mut model, KeyCode::Enter)), [], "{kind:?}");
        assert!(model.notice.unwrap().text.contains("takes no commands"), "{kind:?}");
    }
}

#[test]
fn a_command_whose_receipt_could_not_be_written_is_done_and_said_so() {
    let mut model = screen();
    let trouble = Some("the disk is full".to_owned());
    let appended = CommandOutcome::Appended { first: at(101), head: reach(101), trouble };
    update(&mut model, Message::Submitted(appended));
    let notice = model.notice.clone().unwrap();
    assert_eq!(notice.tone, Tone::Bad);
    assert_eq!(notice.text, "appended 101, on the disk · the disk is full");
}
