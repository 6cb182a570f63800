//! Finding events: hits as they arrive, the next one, and stopping.

use foldback::replay::search::Search;
use foldback::tui::effect::{Deed, Effect};
use foldback::tui::key::KeyCode;
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::hits::FindState;
use foldback::tui::model::mode::Mode;
use foldback::tui::questions::find::{FindQuestion, NewHits, RingPart};
use foldback::tui::questions::{Answer, LogQuestion, Question};
use foldback::tui::update::update;

use crate::walk::{at, deeds, key, moment, press, reach, screen, walk};

/// The progress of a search on the screen's hundred events: hits at these positions, and the part that is left.
fn came(hits: &[u64], unsearched: Option<(u64, u64)>) -> Box<NewHits> {
    let unsearched = unsearched.map(|(first, last)| RingPart { first: at(first), last: at(last) });
    let marks = hits.iter().map(|hit| moment(*hit)).collect();
    let n_hits = hits.len() as u64;
    Box::new(NewHits { marks, n_hits, unsearched, untold: unsearched, ..NewHits::default() })
}

/// A search that is entered at the playhead, and its question.
fn find(model: &mut Model, line: &str) -> (u64, FindQuestion) {
    press(model, "/");
    press(model, line);
    let effects = key(model, KeyCode::Enter);
    effects
        .into_iter()
        .find_map(|e| if let Effect::Ask(t, Question::Find(q)) = e { Some((t, q)) } else { None })
        .unwrap()
}

fn next_asked(effects: &[Effect]) -> Option<(u64, u64, bool)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Ask(ticket, Question::NextHit(question)) => {
            Some((*ticket, question.from.number(), question.is_forward))
        }
        _ => None,
    })
}

#[test]
fn a_search_marks_all_hits_and_goes_to_the_first_one_as_soon_as_that_is_known() {
    let mut model = screen();
    walk(&mut model, "50h");
    let (ticket, question) = find(&mut model, "rent");
    let search = Search::parse("rent").unwrap();
    assert_eq!(question, FindQuestion { search, around: at(50), after: at(0), head: at(100) });
    // There is a hit after the playhead, and none before it yet.
    update(&mut model, Message::Answered(ticket, Answer::Hits(came(&[40], Some((61, 39))))));
    assert_eq!(model.playhead.position, at(50));
    update(&mut model, Message::Answered(ticket, Answer::Hits(came(&[70], Some((81, 39))))));
    assert_eq!(model.playhead.position, at(70));
    // The next one has not been searched yet; the one before has.
    press(&mut model, "n");
    assert_eq!(model.playhead.position, at(70));
    press(&mut model, "N");
    assert_eq!(model.playhead.position, at(40));
    press(&mut model, "Nn");
    assert_eq!(model.playhead.position, at(70), "a newer wish counts");
    press(&mut model, "n");
    update(
        &mut model,
        Message::Answered(ticket, Answer::Hits(Box::new(NewHits { n_hits: 3, ..*came(&[5], None) }))),
    );
    assert_eq!(model.playhead.position, at(5));
    assert!(model.notice.unwrap().text.contains("past the head, on from the beginning"));
    assert_eq!(model.find.hits.unwrap().n_hits, 3);
}

#[test]
fn escape_stops_a_search_then_takes_the_marks_away_and_n_begins_it_again() {
    let mut model = screen();
    let (ticket, _) = find(&mut model, "rent");
    update(&mut model, Message::Answered(ticket, Answer::Hits(came(&[20], Some((31, 100))))));
    assert_eq!(model.playhead.position, at(20));
    assert_eq!(deeds(key(&mut model, KeyCode::Esc)), [Effect::Do(Deed::StopFinding)]);
    update(&mut model, Message::Answered(ticket, Answer::Hits(came(&[60], None))));
    let hits = model.find.hits.clone().unwrap();
    assert_eq!((hits.state, hits.n_hits), (FindState::Stopped, 1));
    // Beyond the searched part the store is asked for the next hit.
    let (next, from, is_forward) = next_asked(&press(&mut model, "n")).unwrap();
    assert_eq!((from, is_forward), (20, true));
    update(&mut model, Message::Answered(next - 1, Answer::NextHit(Some(at(30)))));
    assert_eq!(model.playhead.position, at(20), "stale");
    update(&mut model, Message::Answered(next, Answer::NextHit(Some(at(60)))));
    assert_eq!(model.playhead.position, at(60));
    key(&mut model, KeyCode::Esc);
    assert_eq!(model.find.hits, None);
    let again = press(&mut model, "N");
    assert!(again.iter().any(
        |effect| matches!(effect, Effect::Ask(t, Question::Find(q)) if *t > ticket && q.around == at(60))
    ));
}

#[test]
fn a_hit_that_is_waited_for_is_forgotten_when_the_playhead_moves() {
    let mut model = screen();
    walk(&mut model, "50h");
    let (ticket, _) = find(&mut model, "rent");
    walk(&mut model, ",");
    update(&mut model, Message::Answered(ticket, Answer::Hits(came(&[60], Some((71, 50))))));
    assert_eq!(model.playhead.position, at(49));
}

#[test]
fn new_events_are_searched_too_and_a_search_without_hits_is_reported() {
    let mut model = screen();
    let (ticket, _) = find(&mut model, "type:Deposited stream:acc-1");
    update(&mut model, Message::Answered(ticket, Answer::Hits(came(&[], None))));
    assert_eq!(model.notice.clone().unwrap().text, "nothing found: Deposited of acc-1");
    let effects = update(&mut model, Message::HeadMoved { head: reach(120), first_clock: moment(1).clock });
    let asked = effects
        .iter()
        .find_map(|e| if let Effect::Ask(t, Question::Find(q)) = e { Some((*t, q.clone())) } else { None });
    let (ticket, question) = asked.unwrap();
    assert_eq!((question.after, question.head), (at(100), at(120)));
    update(&mut model, Message::Answered(ticket, Answer::Hits(came(&[110], None))));
    press(&mut model, "n");
    assert_eq!((model.playhead.position, model.find.hits.unwrap().n_hits), (at(110), 1));
}

#[test]
fn an_invalid_search_stays_in_the_prompt_and_an_empty_one_repeats_the_last() {
    let mut model = screen();
    press(&mut model, "/owner:Ada");
    assert!(deeds(key(&mut model, KeyCode::Enter)).is_empty());
    assert!(matches!(model.mode, Mode::Find(_)));
    assert!(model.notice.clone().unwrap().text.starts_with("there is no owner: to look for"));
    key(&mut model, KeyCode::Esc);
    find(&mut model, "rent");
    let (_, question) = find(&mut model, "");
    assert_eq!(question.search, Search::parse("rent").unwrap());
}

#[test]
fn a_search_completes_fields_types_and_accounts() {
    let mut model = screen();
    let text = |model: &Model| match &model.mode {
        Mode::Find(prompt) => prompt.text().to_owned(),
        other => panic!("{other:?}"),
    };
    press(&mut model, "/rent ty");
    key(&mut model, KeyCode::Tab);
    assert_eq!(text(&model), "rent type:");
    press(&mut model, "wi");
    key(&mut model, KeyCode::Tab);
    assert_eq!(text(&model), "rent type:Withdrawn ");
    let asked = press(&mut model, "stream:acc");
    let ticket = asked
        .iter()
        .rev()
        .find_map(
            |e| if let Effect::Ask(t, Question::Log(LogQuestion::Names(_))) = e { Some(*t) } else { None },
        )
        .unwrap();
    update(
        &mut model,
        Message::Answered(ticket, Answer::Names(vec!["acc 1".to_owned(), "acc-2".to_owned()])),
    );
    key(&mut model, KeyCode::Tab);
    assert_eq!(text(&model), "rent type:Withdrawn stream:\"acc 1\" ");
    key(&mut model, KeyCode::Tab);
    assert_eq!(text(&model), "rent type:Withdrawn stream:acc-2 ");
}
