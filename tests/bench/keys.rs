//! The time from a key to its frame, in the real program in a terminal, while a long log is being projected and
//! afterwards.

#[path = "../support.rs"]
mod support;

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use foldback::cancel::Cancel;
use foldback::sample::bank;
use foldback::sample::bank_shape::BankShape;
use foldback::store::import::import;
use foldback::store::import::options::ImportOptions;
use foldback::store::jsonl::input::LogInput;
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use support::TempStore;

const N_EVENTS: u64 = 1_000_000;
const N_KEYS: usize = 300;

/// The longest wait for a frame: far more than it should take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The explorer in a pseudo-terminal.
struct Session {
    _master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl Session {
    fn start(store: &str) -> Self {
        let size = PtySize { rows: 36, cols: 120, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_foldback"));
        command.arg(store);
        command.env("TERM", "xterm-256color");
        drop(pty.slave.spawn_command(command).unwrap());
        let mut reader = pty.master.try_clone_reader().unwrap();
        let keyboard = pty.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok(n) = reader.read(&mut buffer) {
                if n == 0 || sender.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { _master: pty.master, keyboard, output, screen: vt100::Parser::new(36, 120, 0) }
    }

    /// Waits until the screen shows this.
    fn wait_for(&mut self, what: &str) {
        while !self.screen.screen().contents().contains(what) {
            let bytes = self.output.recv_timeout(PATIENCE).expect(what);
            self.screen.process(&bytes);
        }
    }

    /// The time from a key to the frame that shows its result.
    fn press(&mut self, key: &str, shows: &str) -> Duration {
        let pressed = Instant::now();
        self.keyboard.write_all(key.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
        self.wait_for(shows);
        pressed.elapsed()
    }
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let from_end = |(at, digit): (usize, char)| {
        let comma = (at > 0 && (digits.len() - at).is_multiple_of(3)).then_some(',');
        comma.into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(from_end).collect()
}

/// The times of keys that go back and forth, sorted.
fn times(session: &mut Session, mut goes_on: impl FnMut(&mut Session) -> bool) -> Vec<Duration> {
    let mut times = Vec::new();
    let mut at = N_EVENTS;
    for n in 0..N_KEYS {
        if !goes_on(session) {
            break;
        }
        let is_back = n % 100 < 50;
        at = if is_back { at - 1 } else { at + 1 };
        let shows = format!("{} of {}", grouped(at), grouped(N_EVENTS));
        times.push(session.press(if is_back { "h" } else { "l" }, &shows));
    }
    times.sort();
    times
}

fn tell(what: &str, times: &[Duration]) {
    let share = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    let n = times.len();
    println!(
        "{what}: {n} keys, p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms",
        share(50),
        share(99),
        share(100)
    );
}

fn main() {
    let mut log = Vec::new();
    for event in bank(&BankShape { n_events: N_EVENTS, n_accounts: 10_000, seed: 1 }) {
        writeln!(log, "{}", event.to_json_line()).unwrap();
    }
    let mut temp = TempStore::new();
    let input = LogInput::Stream { name: "made up".to_owned(), bytes: Box::new(std::io::Cursor::new(log)) };
    import(&mut temp.store, input, &ImportOptions::default(), &Cancel::never(), &mut |_| {}).unwrap();
    let path = temp.path();
    let folder = temp.close();
    let mut session = Session::start(path.to_str().unwrap());
    let head = format!("{} of {}", grouped(N_EVENTS), grouped(N_EVENTS));
    let opened = Instant::now();
    session.wait_for(&head);
    session.wait_for("projecting");
    let is_projecting = |session: &mut Session| session.screen.screen().contents().contains("projecting");
    let busy = times(&mut session, is_projecting);
    session.wait_for("lag 0");
    let took = opened.elapsed().as_secs_f64();
    tell("while projecting", &busy);
    session.keyboard.write_all(b"G").unwrap();
    session.wait_for(&head);
    tell("projected", &times(&mut session, |_| true));
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = N_EVENTS as f64 / took;
    println!("{N_EVENTS} events projected in {took:.1} s, {rate:.0} a second, keys and frames included");
    session.keyboard.write_all(b"q").unwrap();
    drop(folder);
}
