//! The real program in a pseudo-terminal, with its frames and their times.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use foldback::domain::event::GlobalPosition;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::minute::{HEIGHT, Stroke, WIDTH};

/// The longest wait for a frame: far more than it should take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The end of a frame: the end of a synchronized update.
const FRAME_END: &[u8] = b"\x1b[?2026l";

/// The content of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    position: Option<GlobalPosition>,
    has_panes: bool,
    /// Whether events and state belong to that position.
    pub is_exact: bool,
}

impl Frame {
    /// Whether all panes are drawn.
    pub fn is_whole(&self) -> bool {
        self.position.is_some() && self.has_panes
    }

    fn of(screen: &vt100::Screen) -> Self {
        let rows: Vec<String> = screen.rows(0, WIDTH).take(4).collect();
        // `REPLAY  8,112 of 12,431 · …`
        let position = rows[0].split(" of ").next().and_then(|before| before.rsplit(' ').next());
        let position = position.and_then(|digits| digits.replace(',', "").parse().ok());
        let titles: Vec<&str> = rows[1].split('╮').take(2).collect();
        let has_panes = titles.first().is_some_and(|title| title.contains("Events"))
            && titles.get(1).is_some_and(|title| title.contains("State"));
        let has_state = rows[2].contains("owner") || rows[2].contains("Before the first event");
        let is_exact = has_panes && has_state && !titles.iter().any(|title| title.contains('≈'));
        Self { position: position.map(GlobalPosition::new), has_panes, is_exact }
    }
}

/// The program in its terminal.
pub struct Session {
    _master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    tail: Vec<u8>,
    /// Number of frames so far.
    pub n_frames: usize,
}

/// The results of a minute of scrubbing.
#[derive(Debug, Default)]
pub struct Scrubbed {
    /// The times from each stroke to the first frame with its exact state or a later one's.
    pub took: Vec<Duration>,
    /// The same for each stroke, in order; `None` if no frame was seen for it.
    pub each: Vec<Option<Duration>>,
    /// Number of frames.
    pub n_frames: usize,
    /// Number of frames that were marked as not exact.
    pub n_inexact: usize,
    /// How long it lasted.
    pub lasted: Duration,
}

impl Session {
    /// Starts the program on a store.
    pub fn start(store: &Path) -> Self {
        let size = PtySize { rows: HEIGHT, cols: WIDTH, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).unwrap();
        let program = std::env::var("FOLDBACK_BENCH_PROGRAM");
        let mut command = CommandBuilder::new(program.as_deref().unwrap_or(env!("CARGO_BIN_EXE_foldback")));
        command.arg(store);
        command.env("TERM", "xterm-256color");
        let child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().unwrap();
        let keyboard = pty.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok(n) = reader.read(&mut buffer) {
                if n == 0 || sender.send((Instant::now(), buffer[..n].to_vec())).is_err() {
                    return;
                }
            }
        });
        let screen = vt100::Parser::new(HEIGHT, WIDTH, 0);
        let (tail, n_frames) = (Vec::new(), 0);
        Self { _master: pty.master, child, keyboard, output, screen, tail, n_frames }
    }

    /// The frames until a time, each with its own time.
    fn frames_until(&mut self, until: Instant, mut seen: impl FnMut(Instant, Frame) -> bool) -> bool {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok((came, bytes)) = self.output.recv_timeout(left) else { return false };
            self.tail.extend(bytes);
            while let Some(at) = self.tail.windows(FRAME_END.len()).position(|bytes| bytes == FRAME_END) {
                let frame: Vec<u8> = self.tail.drain(..at + FRAME_END.len()).collect();
                self.screen.process(&frame);
                self.n_frames += 1;
                if seen(came, Frame::of(self.screen.screen())) {
                    return true;
                }
            }
        }
    }

    /// Waits for a matching frame, and returns its time.
    pub fn wait_for(&mut self, is_it: impl Fn(Frame) -> bool) -> Instant {
        let now = Frame::of(self.screen.screen());
        if self.n_frames > 0 && is_it(now) {
            return Instant::now();
        }
        let mut found = None;
        self.frames_until(Instant::now() + PATIENCE, |came, frame| {
            found = is_it(frame).then_some(came);
            found.is_some()
        });
        found.unwrap_or_else(|| panic!("it does not come:\n{}", self.screen.screen().contents()))
    }

    /// Waits until nothing has changed for a while.
    pub fn settle(&mut self) {
        let quiet = Duration::from_secs(2);
        while self.frames_until(Instant::now() + quiet, |_, _| true) {}
    }

    /// Watches for a duration; `meanwhile` is called a thousand times a second.
    pub fn watch(&mut self, how_long: Duration, mut meanwhile: impl FnMut(Duration)) {
        let began = Instant::now();
        while began.elapsed() < how_long {
            meanwhile(began.elapsed());
            self.frames_until(Instant::now() + Duration::from_millis(1), |_, _| false);
        }
    }

    /// Plays the minute at its own pace. `positions` are the positions that the strokes lead to.
    pub fn scrub(&mut self, minute: &[Stroke], positions: &[GlobalPosition]) -> Scrubbed {
        let began = Instant::now();
        let n_frames = self.n_frames;
        let mut each = vec![None; minute.len()];
        let mut sent: Vec<Instant> = Vec::new();
        let (mut n_answered, mut n_inexact) = (0, 0);
        for nth in 0..=minute.len() {
            let until = minute.get(nth).map_or(began + Duration::from_secs(62), |stroke| began + stroke.at);
            self.frames_until(until, |came, frame| {
                n_inexact += usize::from(!frame.is_exact);
                let shown = (n_answered..sent.len())
                    .rev()
                    .find(|nth| frame.is_exact && frame.position == Some(positions[*nth]));
                if let Some(shown) = shown.filter(|nth| sent[*nth] <= came) {
                    for nth in n_answered..=shown {
                        each[nth] = Some(came - sent[nth]);
                    }
                    n_answered = shown + 1;
                }
                n_answered == minute.len()
            });
            if let Some(stroke) = minute.get(nth) {
                let bytes: String = stroke.presses.iter().map(|press| press.bytes()).collect();
                sent.push(Instant::now());
                self.keyboard.write_all(bytes.as_bytes()).unwrap();
                self.keyboard.flush().unwrap();
            }
        }
        let took = each.iter().copied().flatten().collect();
        Scrubbed { took, each, n_frames: self.n_frames - n_frames, n_inexact, lasted: began.elapsed() }
    }

    /// Its processor time so far.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
        // After the name, which may contain anything, the 12th and 13th fields, in hundredths of a second.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        Duration::from_millis(ticks * 10)
    }

    /// Its memory, and its peak memory.
    pub fn memory(&self) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let lines = status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
        lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", ")
    }

    fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Ends the program.
    pub fn quit(mut self) {
        self.keyboard.write_all(b"q").unwrap();
        self.keyboard.flush().unwrap();
        // It writes until it has restored the terminal.
        while self.output.recv_timeout(PATIENCE).is_ok() {}
        self.child.wait().unwrap();
    }
}
