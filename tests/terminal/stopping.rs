//! The program stopped and continued: the shell has the terminal meanwhile, and foldback's modes return afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::pty::{PATIENCE, Session, termios};

/// The terminal's modes set by foldback: those that the system keeps, then those that the terminal keeps.
fn taken(session: &Session) -> (String, [bool; 3], vt100::MouseProtocolMode) {
    let screen = session.screen.screen();
    let modes = [screen.alternate_screen(), screen.bracketed_paste(), screen.hide_cursor()];
    (termios(&*session.master), modes, screen.mouse_protocol_mode())
}

/// A shell with job control, in which foldback runs; and foldback's process.
fn in_a_shell(folder: &Path) -> Option<(Session, String)> {
    if Command::new("bash").arg("--version").output().is_err() {
        println!("skipped: there is no bash");
        return None;
    }
    let mut command = CommandBuilder::new("bash");
    command.args(["--norc", "--noprofile", "-i"]);
    command.env("PS1", "ready> ");
    command.env_remove("HISTFILE");
    let mut session = Session::of(120, 36, command);
    session.wait_for("ready>");
    let pid_file: PathBuf = folder.join("pid");
    let script = folder.join("f");
    let program = env!("CARGO_BIN_EXE_foldback");
    fs::write(&script, format!("echo $$ > {}\nexec {program}\n", pid_file.display())).unwrap();
    session.type_keys(&format!("set -b; sh {}\r", script.display()));
    session.wait_for("LIVE");
    session.wait_for("lag 0");
    let pid = fs::read_to_string(&pid_file).unwrap().trim().to_owned();
    Some((session, pid))
}

fn kill(signal: &str, pid: &str) {
    assert!(Command::new("kill").args([signal, pid]).status().unwrap().success());
}

/// Makes the screen forget everything: what it shows afterwards was sent afterwards.
fn forget(session: &mut Session, width: u16, height: u16) {
    session.screen = vt100::Parser::new(height, width, 0);
}

fn quit(mut session: Session) {
    let (height, width) = session.screen.screen().size();
    // An earlier prompt would be taken for the one after it.
    forget(&mut session, width, height);
    session.type_keys("q");
    session.wait_for("ready>");
    session.type_keys("exit\r");
    session.ends_and_gives_the_terminal_back();
}

#[test]
fn after_a_stop_by_any_signal_and_fg_the_terminal_is_taken_as_before() {
    for signal in ["-STOP", "-TSTP", "-TTOU", "-TTIN", "Ctrl-Z"] {
        let folder = TempDir::new().unwrap();
        let Some((mut session, pid)) = in_a_shell(folder.path()) else { return };
        let before = taken(&session);
        assert_eq!(before.1, [true; 3], "it is not taken");
        if signal == "Ctrl-Z" {
            session.type_keys("\x1a");
        } else {
            kill(signal, &pid);
        }
        session.wait_for("Stopped");
        session.wait_for("ready>");
        if signal == "-TSTP" || signal == "Ctrl-Z" {
            let (_, modes, mouse) = taken(&session);
            // bash sets bracketed paste for itself.
            assert_eq!(
                (modes[0], modes[2], mouse),
                (false, false, vt100::MouseProtocolMode::None),
                "{signal}"
            );
            session.wait_for("ready>");
        }
        forget(&mut session, 120, 36);
        session.type_keys("fg\r");
        session.wait_for("LIVE");
        session.wait_for("? help");
        assert_eq!(taken(&session), before, "after {signal} and fg");
        // Keys arrive one by one, and are not echoed.
        session.type_keys(",");
        session.wait_for("406 of 407");
        quit(session);
    }
}

#[test]
fn continued_in_the_background_it_leaves_the_terminal_alone_until_fg() {
    let folder = TempDir::new().unwrap();
    let Some((mut session, pid)) = in_a_shell(folder.path()) else { return };
    let before = taken(&session);
    kill("-TSTP", &pid);
    session.wait_for("Stopped");
    session.wait_for("ready>");
    let n_sent = session.sent.len();
    forget(&mut session, 120, 36);
    session.type_keys("bg\r");
    session.wait_for("Stopped");
    session.type_keys("echo the shell is $((40 + 2)) times alive\r");
    session.wait_for("the shell is 42 times alive");
    let sent = String::from_utf8_lossy(&session.sent[n_sent..]).into_owned();
    assert!(!sent.contains("\x1b[?1049h") && !sent.contains("LIVE"), "{sent:?}");
    forget(&mut session, 120, 36);
    session.type_keys("fg\r");
    session.wait_for("LIVE");
    session.wait_for("? help");
    assert_eq!(taken(&session), before);
    quit(session);
}

#[test]
fn a_stopped_program_that_is_ended_in_the_background_leaves_the_terminal_to_the_shell() {
    let folder = TempDir::new().unwrap();
    let Some((mut session, pid)) = in_a_shell(folder.path()) else { return };
    kill("-TSTP", &pid);
    session.wait_for("Stopped");
    session.wait_for("ready>");
    kill("-TERM", &pid);
    kill("-CONT", &pid);
    session.wait_for("Done");
    session.type_keys("exit\r");
    session.ends_and_gives_the_terminal_back();
}

#[test]
fn a_size_that_changed_during_a_stop_is_drawn_after_it() {
    let folder = TempDir::new().unwrap();
    let Some((mut session, pid)) = in_a_shell(folder.path()) else { return };
    kill("-STOP", &pid);
    session.wait_for("Stopped");
    session.wait_for("ready>");
    session.resize(90, 24);
    forget(&mut session, 90, 24);
    session.type_keys("fg\r");
    session.wait_for("LIVE");
    session.wait_until("a screen of 90×24", |text| {
        let lines: Vec<&str> = text.lines().collect();
        lines.len() == 24 && lines[1].chars().count() == 90 && lines[23].contains("? help")
    });
    quit(session);
}

#[test]
fn without_a_shell_a_stop_and_a_continue_find_and_leave_the_mode_that_the_terminal_has() {
    for signal in ["-STOP", "-TSTP"] {
        let mut session = Session::start(120, 36, &[]);
        session.wait_for("LIVE");
        session.wait_for("lag 0");
        let before = taken(&session);
        let pid = session.child.process_id().unwrap().to_string();
        session.signal(signal);
        let deadline = Instant::now() + PATIENCE;
        while !is_stopped(&pid) {
            assert!(Instant::now() < deadline, "it does not stop on {signal}");
            if let Ok(bytes) = session.output.recv_timeout(Duration::from_millis(10)) {
                session.receive(&bytes);
            }
        }
        // As a shell does in between.
        let tty = session.master.tty_name().unwrap();
        let echo =
            Command::new("stty").arg("-F").arg(&tty).args(["icanon", "echo", "isig"]).status().unwrap();
        assert!(echo.success());
        while let Ok(bytes) = session.output.try_recv() {
            session.receive(&bytes);
        }
        forget(&mut session, 120, 36);
        session.signal("-CONT");
        session.wait_for("LIVE");
        session.wait_for("? help");
        assert_eq!(taken(&session), before, "after {signal} and -CONT");
    }
}

fn is_stopped(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The state follows the name, which is in parentheses.
    stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T'))
}
