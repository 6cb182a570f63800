//! The loop: when it draws, sleeps, waits for answers, and ends.

use std::cell::RefCell;
use std::sync::mpsc::channel;

use foldback::cancel::Cancel;
use foldback::runtime::shell::outbox::Job;
use foldback::runtime::{LoopStep, Turns, run};
use foldback::tui::effect::{Deed, Effect};
use foldback::tui::key::Key;
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::questions::{Desk, Question};

use crate::bank::Bank;

#[test]
fn the_loop_draws_once_for_all_that_has_come_and_never_without_a_reason() {
    let bank = Bank::open();
    let turns_after = |messages: &[Message]| {
        let (sender, inbox) = channel();
        for message in messages {
            sender.send(message.clone()).unwrap();
        }
        drop(sender);
        run(&mut bank.model(), &inbox, |_| Ok(()), |_| Ok(LoopStep::GoOn)).unwrap()
    };
    let idle = Turns { n_wakes: 0, n_frames: 0 };
    assert_eq!(turns_after(&[]), (LoopStep::End, idle));
    let busy = vec![Message::Key(Key::char('h')); 50];
    assert_eq!(turns_after(&busy), (LoopStep::End, Turns { n_wakes: 1, n_frames: 1 }));
}

#[test]
fn the_loop_sleeps_until_something_comes() {
    let mut model = Bank::open().model();
    let (sender, inbox) = channel();
    let (drawn, frames) = channel();
    let running = std::thread::spawn(move || {
        let hand_out =
            |effect| Ok(if effect == Effect::Do(Deed::Quit) { LoopStep::End } else { LoopStep::GoOn });
        run(&mut model, &inbox, |_| Ok(drawn.send(())?), hand_out).unwrap()
    });
    sender.send(Message::Key(Key::char('h'))).unwrap();
    frames.recv().unwrap();
    // This is longer than any polling interval of the program: nothing may be drawn, and nothing may wake it.
    let quiet = frames.recv_timeout(std::time::Duration::from_millis(600));
    assert_eq!(quiet, Err(std::sync::mpsc::RecvTimeoutError::Timeout));
    sender.send(Message::Terminated).unwrap();
    // One for the key, one for the frame that waited in vain for its answer, and one for the end.
    assert_eq!(running.join().unwrap(), (LoopStep::End, Turns { n_wakes: 3, n_frames: 1 }));
}

#[test]
fn a_frame_waits_for_the_answers_that_belong_into_it() {
    let bank = RefCell::new(Bank::open());
    let mut model = bank.borrow().model();
    model.playhead = model.head;
    let (sender, inbox) = channel();
    let sender = RefCell::new(Some(sender));
    let tell =
        |message: Message| sender.borrow().iter().for_each(|sender| sender.send(message.clone()).unwrap());
    tell(Message::Key(Key::char('h')));
    let drawn = RefCell::new(Vec::new());
    let draw = |model: &Model| {
        drawn.borrow_mut().push((model.playhead.position.number(), model.is_answered()));
        match drawn.borrow().len() {
            // The log has to look this place up.
            1 => tell(Message::Key(Key::char('<'))),
            _ => drop(sender.take()),
        }
        Ok(())
    };
    let hand_out = |effect| {
        if let Effect::Ask(ticket, Question::Log(question)) = effect
            && question.desk() == Desk::Interactive
        {
            tell(bank.borrow_mut().worker.answer(Job::Ask(ticket, question), &Cancel::never()).unwrap());
        }
        Ok(LoopStep::GoOn)
    };
    run(&mut model, &inbox, draw, hand_out).unwrap();
    let bank = bank.borrow();
    let at = bank.head() - 1;
    let stream = &bank.log[usize::try_from(at).unwrap() - 1].stream;
    let before = bank.log.iter().rev().find(|e| e.stream == *stream && e.position.number() < at).unwrap();
    assert_eq!(drawn.into_inner(), [(at, true), (before.position.number(), true)]);
}

#[test]
fn the_loop_ends_when_the_screen_wants_it_to() {
    let bank = Bank::open();
    let (sender, inbox) = channel();
    sender.send(Message::Key(Key::char('q'))).unwrap();
    let hand_out = |effect| Ok(if effect == Effect::Do(Deed::Quit) { LoopStep::End } else { LoopStep::GoOn });
    let (next, _) = run(&mut bank.model(), &inbox, |_| Ok(()), hand_out).unwrap();
    assert_eq!(next, LoopStep::End);
}
