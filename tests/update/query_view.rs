//! The query view: its clock, its accounts, the statement, the charts.

use foldback::domain::aggregates::Aggregates;
use std::sync::Arc;

use foldback::domain::event::StreamPosition;
use foldback::read_model::presentation_of;
use foldback::read_model::rows::AsOf;
use foldback::read_model::rows::series::BarSeries;
use foldback::read_model::rows::stream_table::{StreamTableRow, TableWindow};
use foldback::tui::effect::Effect;
use foldback::tui::key::KeyCode;
use foldback::tui::layout::{layout, listing_heading_rows};
use foldback::tui::message::{Message, Mouse, MouseAction};
use foldback::tui::model::focus::{Pane, Selection};
use foldback::tui::model::query_form::QueryForm;
use foldback::tui::model::size::Size;
use foldback::tui::questions::listing::Listing;
use foldback::tui::questions::saved::{SavedAnswer, SavedPart, SavedRows};
use foldback::tui::questions::{Answer, Question, RowsQuestion};
use foldback::tui::update::update;

use crate::walk::{STATEMENT, at, deeds, key, name, press, reach, screen, stream_row, walk};

#[test]
fn the_query_view_is_asked_by_its_own_clock_or_by_the_playheads() {
    let mut model = screen();
    let asked = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| match effect {
            Effect::Ask(_, Question::Rows(RowsQuestion::Listing(question))) => Some(question.as_of),
            _ => None,
        })
    };
    let checkpoint = reach(100);
    update(&mut model, Message::Projected { checkpoint, status: Box::default(), is_followed: false });
    walk(&mut model, "hhh");
    assert_eq!(asked(press(&mut model, "a")), Some(AsOf::Position(at(97))));
    assert_eq!(asked(walk(&mut model, "h")), Some(AsOf::Position(at(96))));
    assert_eq!(asked(press(&mut model, "a")), Some(AsOf::Checkpoint));
    assert_eq!(asked(walk(&mut model, "h")), None);
}

#[test]
fn a_click_on_an_account_selects_that_account() {
    let mut model = screen();
    let listing = Listing {
        rows: ["a", "b"].map(stream_row).to_vec(),
        n_listed: 2,
        n_streams: 2,
        ..Listing::default()
    };
    let checkpoint = reach(100);
    model.listing.ask_again();
    let asked =
        update(&mut model, Message::Projected { checkpoint, status: Box::default(), is_followed: false });
    let ticket = asked.iter().find_map(|effect| match effect {
        Effect::Ask(ticket, Question::Rows(RowsQuestion::Listing(_))) => Some(*ticket),
        _ => None,
    });
    update(&mut model, Message::Answered(ticket.unwrap(), Answer::Listing(Box::new(listing))));
    let pane = layout(&model).unwrap().query.unwrap();
    let first = pane.y + 1 + u16::try_from(listing_heading_rows(pane)).unwrap();
    for (row, selected) in [(first - 1, None), (first, Some("a")), (first + 1, Some("b"))] {
        model.selection = Selection::OfPlayhead;
        let press = Mouse { action: MouseAction::Press, column: pane.x + 3, row };
        update(&mut model, Message::Mouse(press));
        let expected = selected.map_or(Selection::OfPlayhead, |account| Selection::Pinned(name(account)));
        assert_eq!(model.selection, expected, "row {row}");
    }
}

#[test]
fn a_long_statement_is_read_in_windows_and_returns_to_its_beginning_when_it_gets_shorter() {
    let asked = |effects: &[Effect]| {
        let question = |effect: &Effect| match effect {
            Effect::Ask(ticket, Question::Rows(RowsQuestion::Saved(request))) => match request.part {
                SavedPart::Window { n_newer, n_rows, .. } => Some((*ticket, n_newer, n_rows)),
                _ => None,
            },
            _ => None,
        };
        effects.iter().find_map(question)
    };
    let line = |version: u64| StreamTableRow {
        position: at(version),
        version: StreamPosition::new(version),
        is_understood: true,
        values: Vec::new(),
    };
    let answer = |n_newer: usize, n_lines: usize| {
        let rows = (0..n_lines).map(|nth| line((500 - n_newer - nth) as u64)).rev().collect();
        let question = Arc::clone(presentation_of(&Aggregates::bank()).question(STATEMENT).unwrap());
        let shown = SavedRows::Table(TableWindow { n_newer, rows });
        Answer::Saved(Box::new(SavedAnswer { question, shown }))
    };
    let mut model = screen();
    walk(&mut model, ",");
    press(&mut model, "s");
    model.focus = Pane::Query;
    let (ticket, n_newer, n_lines) = asked(&key(&mut model, KeyCode::Enter)).unwrap();
    assert_eq!((n_newer, n_lines % 3), (0, 0));
    update(&mut model, Message::Answered(ticket, answer(0, n_lines)));
    let far = n_lines - 1;
    let effects = press(&mut model, "900j");
    assert_eq!(model.query_form, QueryForm::Saved { nth: STATEMENT, line: far });
    let (ticket, n_newer, n_more) = asked(&effects).unwrap();
    assert_eq!((n_newer, n_more), (far - n_lines / 3, n_lines));
    update(&mut model, Message::Answered(ticket, answer(n_newer, n_lines)));
    press(&mut model, "900j");
    assert_eq!(model.query_form, QueryForm::Saved { nth: STATEMENT, line: n_newer + n_lines - 1 });
    model.saved.ask_again();
    let (ticket, n_newer, _) = asked(&press(&mut model, "j")).unwrap();
    let effects = update(&mut model, Message::Answered(ticket, answer(n_newer, 0)));
    assert_eq!(model.query_form, QueryForm::Saved { nth: STATEMENT, line: 0 });
    assert_eq!(asked(&effects).map(|(_, n_newer, _)| n_newer), Some(0));
}

#[test]
fn one_key_goes_through_the_pictures_and_escape_back_to_the_accounts() {
    let mut model = screen();
    let forms = ["v", "v", "v", "v"].map(|keys| {
        press(&mut model, keys);
        model.query_form
    });
    let [flows, money] = [1, 2].map(|nth| QueryForm::Saved { nth, line: 0 });
    assert_eq!(forms, [flows, money, QueryForm::Rows, flows]);
    assert_eq!(deeds(key(&mut model, KeyCode::Esc)), []);
    assert_eq!((model.query_form, model.focus), (QueryForm::Rows, Pane::Events));
    // Where one pane is shown at a time, it is the query view.
    update(&mut model, Message::Resized(Size { width: 60, height: 15 }));
    press(&mut model, "v");
    assert_eq!((model.query_form, model.focus), (flows, Pane::Query));
}

#[test]
fn a_chart_is_asked_for_again_after_its_answer_however_often_the_checkpoint_moves() {
    let mut model = screen();
    let question = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::Ask(ticket, Question::Rows(RowsQuestion::Saved(request))) => {
                Some((*ticket, request.checkpoint))
            }
            _ => None,
        })
    };
    assert_eq!(question(&press(&mut model, "v")), Some((1, at(0))));
    for position in 1..50 {
        let checkpoint = reach(position);
        let moved = Message::Projected { checkpoint, status: Box::default(), is_followed: false };
        assert_eq!(question(&update(&mut model, moved)), None);
    }
    let question_asked = Arc::clone(&model.saved.question().unwrap().question);
    let answer = SavedAnswer { question: question_asked, shown: SavedRows::Bars(BarSeries::default()) };
    let answered = update(&mut model, Message::Answered(1, Answer::Saved(Box::new(answer))));
    assert_eq!((question(&answered), model.saved.answer().is_some()), (Some((2, at(49))), true));
}
