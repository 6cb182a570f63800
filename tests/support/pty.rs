//! A program in a pseudo-terminal, for the tests that need one.

#![allow(dead_code, reason = "no test binary needs all of it")]

use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use foldback::tui::key::{Key, KeyCode};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

/// The longest wait for anything: far longer than it takes on a machine that is busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The bytes for Esc in a script: a single one, followed at once by a key, would be that key with Alt.
pub const ESC: &str = "\x1b\x1b";

/// A program in a terminal of its own.
pub struct Session {
    pub master: Box<dyn MasterPty + Send>,
    pub child: Box<dyn Child + Send + Sync>,
    pub keyboard: Box<dyn Write + Send>,
    pub output: Receiver<Vec<u8>>,
    pub screen: vt100::Parser,
    /// Every byte that the program has sent.
    pub sent: Vec<u8>,
    before: String,
    cache: Option<TempDir>,
}

impl Session {
    pub fn start(width: u16, height: u16, arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_foldback"));
        command.args(arguments);
        Self::of(width, height, command)
    }

    pub fn of(width: u16, height: u16, command: CommandBuilder) -> Self {
        let cache = TempDir::new().unwrap();
        let path = cache.path().to_owned();
        let mut session = Self::with_cache(width, height, command, &path);
        session.cache = Some(cache);
        session
    }

    /// With a cache folder that others use, too.
    pub fn with_cache(width: u16, height: u16, mut command: CommandBuilder, cache: &Path) -> Self {
        command.env("TERM", "xterm-256color");
        command.env("FOLDBACK_CACHE", cache);
        let pty = native_pty_system().openpty(size(width, height)).unwrap();
        let before = termios(&*pty.master);
        let child = pty.slave.spawn_command(command).unwrap();
        let mut reader = pty.master.try_clone_reader().unwrap();
        let keyboard = pty.master.take_writer().unwrap();
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok(n) = reader.read(&mut buffer) {
                if n == 0 || sender.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let screen = vt100::Parser::new(height, width, 0);
        Self { master: pty.master, child, keyboard, output, screen, sent: Vec::new(), before, cache: None }
    }

    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    pub fn receive(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.sent.extend_from_slice(bytes);
    }

    /// Whether a frame has begun and not ended, so that a part of the screen belongs to the previous one.
    pub fn is_amid_frame(&self) -> bool {
        let last = |what: &[u8]| self.sent.windows(what.len()).rposition(|bytes| bytes == what);
        last(b"\x1b[?2026h") > last(b"\x1b[?2026l")
    }

    /// Waits until the screen shows the expected text.
    pub fn wait_for(&mut self, what: &str) {
        self.wait_until(what, |text| text.contains(what));
    }

    pub fn wait_until(&mut self, what: &str, is_there: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while self.is_amid_frame() || !is_there(&self.text()) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.receive(&bytes),
                Err(why) => panic!("{what} does not show ({why}):\n{}", self.text()),
            }
        }
    }

    pub fn type_keys(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Sends the program another size. The content of the screen stays here: the program has to know that it cannot
    /// rely on it.
    pub fn resize(&self, width: u16, height: u16) {
        self.master.resize(size(width, height)).unwrap();
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// Waits for the end; the terminal must be restored then.
    pub fn ends_and_gives_the_terminal_back(mut self) -> (u32, String) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.receive(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the terminal does not close"),
            }
        }
        let status = self.child.wait().unwrap();
        let screen = self.screen.screen();
        assert!(is_given_back(screen), "the terminal is still taken:\n{}", screen.contents());
        assert_eq!(termios(&*self.master), self.before);
        (status.exit_code(), screen.contents())
    }
}

fn size(width: u16, height: u16) -> PtySize {
    PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 }
}

/// The terminal's modes that the system keeps.
pub fn termios(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

fn is_given_back(screen: &vt100::Screen) -> bool {
    !screen.alternate_screen()
        && !screen.hide_cursor()
        && !screen.bracketed_paste()
        && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
}

impl Drop for Session {
    /// A failed test leaves no program running.
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// The bytes that a terminal sends for a key.
pub fn sent_by(key: Key) -> String {
    match key.code {
        KeyCode::Char(c) if key.ctrl => char::from(u8::try_from(c).unwrap() & 0x1f).to_string(),
        KeyCode::Char(c) => c.to_string(),
        KeyCode::Enter => "\r".to_owned(),
        KeyCode::Esc => ESC.to_owned(),
        KeyCode::Tab => "\t".to_owned(),
        KeyCode::BackTab => "\x1b[Z".to_owned(),
        KeyCode::Backspace => "\x7f".to_owned(),
        KeyCode::Delete => "\x1b[3~".to_owned(),
        KeyCode::Left => "\x1b[D".to_owned(),
        KeyCode::Right => "\x1b[C".to_owned(),
        KeyCode::Up => "\x1b[A".to_owned(),
        KeyCode::Down => "\x1b[B".to_owned(),
        KeyCode::Home => "\x1b[H".to_owned(),
        KeyCode::End => "\x1b[F".to_owned(),
        KeyCode::PageUp => "\x1b[5~".to_owned(),
        KeyCode::PageDown => "\x1b[6~".to_owned(),
    }
}
