//! The terminal is restored, however the program ends.

use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;

use crate::pty::{PATIENCE, Session};

/// The environment variable that makes this test binary take the terminal and panic, instead of testing.
const PANICS: &str = "FOLDBACK_TEST_PANICS";

#[test]
fn the_terminal_is_given_back_on_q_and_on_ctrl_c() {
    for keys in ["q", "\x03", ":deposit \x03"] {
        let mut session = Session::start(80, 24, &[]);
        session.wait_for("LIVE");
        session.type_keys(keys);
        assert_eq!(session.ends_and_gives_the_terminal_back().0, 0, "after {keys:?}");
    }
}

#[test]
fn the_terminal_is_given_back_on_signals_that_end_it() {
    for signal in ["-TERM", "-HUP", "-INT", "-QUIT"] {
        let mut session = Session::start(80, 24, &[]);
        session.wait_for("LIVE");
        session.signal(signal);
        session.ends_and_gives_the_terminal_back();
    }
}

#[test]
fn the_terminal_is_given_back_on_a_panic_which_can_be_read() {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "given_back::takes_the_terminal_and_panics", "--nocapture"]);
    command.env(PANICS, "1");
    command.env("RUST_BACKTRACE", "0");
    let (code, text) = Session::of(80, 24, command).ends_and_gives_the_terminal_back();
    assert_ne!(code, 0);
    assert!(text.contains("something is wrong"), "{text}");
}

/// Not a test of its own: the program that the tests around it run in a terminal.
#[test]
fn takes_the_terminal_and_panics() {
    let Some(place) = std::env::var_os(PANICS) else { return };
    let theme = foldback::tui::theme::Theme::colours();
    let (sender, crashed) = std::sync::mpsc::channel();
    let _screen =
        foldback::runtime::shell::terminal::Screen::take(theme, move || sender.send(()).unwrap()).unwrap();
    if place == "worker" {
        drop(std::thread::spawn(|| panic!("something is wrong")).join());
        crashed.recv().unwrap();
        std::process::exit(1);
    }
    panic!("something is wrong");
}

#[test]
fn the_terminal_is_given_back_on_a_panic_of_a_worker() {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "given_back::takes_the_terminal_and_panics", "--nocapture"]);
    command.env(PANICS, "worker");
    command.env("RUST_BACKTRACE", "0");
    let (code, text) = Session::of(80, 24, command).ends_and_gives_the_terminal_back();
    assert_eq!(code, 1);
    assert!(text.contains("something is wrong"), "{text}");
}

#[test]
fn after_ctrl_z_it_sleeps_and_comes_back_whole() {
    let mut session = Session::start(80, 24, &[]);
    session.wait_for("LIVE");
    session.type_keys("\x1a");
    let deadline = Instant::now() + PATIENCE;
    while session.screen.screen().alternate_screen() {
        let left = deadline.saturating_duration_since(Instant::now());
        let bytes = session.output.recv_timeout(left).expect("it does not let go of the terminal");
        session.screen.process(&bytes);
    }
    // It releases the terminal before it stops: continuing it before that would have no effect.
    while !session.text().contains("LIVE") {
        assert!(Instant::now() < deadline, "it does not come back");
        session.signal("-CONT");
        if let Ok(bytes) = session.output.recv_timeout(Duration::from_millis(100)) {
            session.screen.process(&bytes);
        }
    }
    assert!(session.screen.screen().alternate_screen());
    session.type_keys("q");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
}
