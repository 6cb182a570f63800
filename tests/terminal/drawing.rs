//! Drawing at every size, and no drawing while nothing happens.

use std::time::Duration;

use crate::pty::{ESC, PATIENCE, Session};

#[test]
fn it_draws_at_every_size_and_survives_one_cell() {
    for (width, height) in [(120, 36), (80, 24), (60, 15)] {
        let mut session = Session::start(width, height, &[]);
        session.wait_for("LIVE");
        session.wait_for("Events");
        while session.output.try_recv().is_ok() {}
        session.resize(1, 1);
        let drawn = session.output.recv_timeout(PATIENCE).expect("nothing is drawn into one cell");
        session.receive(&drawn);
        session.resize(width, height);
        session.type_keys("g");
        session.wait_for("REPLAY");
        session.type_keys("q");
        assert_eq!(session.ends_and_gives_the_terminal_back().0, 0, "at {width}×{height}");
    }
}

#[test]
fn a_terminal_that_says_it_is_larger_than_any_is_drawn_on_as_far_as_screens_go() {
    let mut session = Session::start(120, 36, &[]);
    session.wait_for("Query view");
    session.resize(u16::MAX, u16::MAX);
    session.type_keys("?");
    session.resize(120, 36);
    session.wait_for("Help");
    session.type_keys(ESC);
    session.wait_for("Query view");
    session.type_keys("q");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
}

#[test]
fn idle_it_draws_nothing() {
    let mut session = Session::start(120, 36, &[]);
    session.wait_for("407 · lag 0");
    // Answers after the first frames may be drawn: then nothing, for more than two polling intervals.
    let quiet = Duration::from_millis(1_500);
    let mut n_frames_after = 0;
    while session.output.recv_timeout(quiet).is_ok() {
        n_frames_after += 1;
        assert!(n_frames_after < 20, "it goes on drawing");
    }
    session.type_keys("q");
    session.ends_and_gives_the_terminal_back();
}
