//! The screen: for any input, at any size, on any log, it is drawn, and shows only visible characters.

use foldback::domain::aggregates::Aggregates;
use std::time::Duration;

use foldback::domain::visible::is_hidden;
use foldback::read_model::presentation_of;
use foldback::runtime::position::reach;
use foldback::runtime::shell::headless::Headless;
use foldback::tui::key::Key;
use foldback::tui::message::{Message, Mouse, MouseAction};
use foldback::tui::model::Model;
use foldback::tui::model::size::Size;
use foldback::tui::model::store::{OpenStore, StoreKind};
use foldback::tui::script::keys_of;
use foldback::tui::theme::Theme;
use foldback::tui::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::banks::{Bank, HOSTILE_BANK, SAMPLE_BANK};

/// The most inputs to a screen: more would only take longer.
const HAPPENINGS_MAX: usize = 60;

/// Inputs between two checks of the screen, unless its size changed: as with a person who types, not everything is
/// drawn, and drawing takes most of the time.
const HAPPENINGS_A_LOOK: usize = 4;

/// The first three bytes choose the bank, and the width and height of the screen; the others are the inputs, see
/// [`happenings`]. The third bank has the log before the first NUL.
pub fn screen(bytes: &[u8]) {
    let [which, width, height, rest @ ..] = bytes else { return };
    let size = Size { width: u16::from(*width), height: u16::from(*height) };
    match which % 3 {
        0 => HOSTILE_BANK.with(|bank| play(bank, size, rest)),
        1 => SAMPLE_BANK.with(|bank| play(bank, size, rest)),
        _ => {
            let mut parts = rest.splitn(2, |byte| *byte == 0);
            let (log, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            play(&Bank::of_log(log), size, rest);
        }
    }
}

fn play(bank: &Bank, size: Size, bytes: &[u8]) {
    watch(bank, size, |screen| happenings(bytes).into_iter().for_each(|message| screen.happen(message)));
}

/// The inputs: keys as in a script, and between them, after a control byte, other inputs.
///
/// | byte | the next bytes are |
/// |---|---|
/// | 1 | width, height: a new size |
/// | 2 | column, row, action: the mouse |
/// | 3 | n: a text of n bytes is pasted |
/// | 4 | n: n tenths of a second pass |
fn happenings(bytes: &[u8]) -> Vec<Message> {
    let (mut all, mut rest) = (Vec::new(), bytes);
    while let [first, after @ ..] = rest
        && all.len() < HAPPENINGS_MAX
    {
        rest = match (first, after) {
            (1, [width, height, after @ ..]) => {
                all.push(Message::Resized(Size { width: (*width).into(), height: (*height).into() }));
                after
            }
            (2, [column, row, action, after @ ..]) => {
                use MouseAction::{Drag, Press, Release, WheelDown, WheelUp};
                let action = [Press, Drag, Release, WheelUp, WheelDown][usize::from(action % 5)];
                all.push(Message::Mouse(Mouse { action, column: (*column).into(), row: (*row).into() }));
                after
            }
            (3, [n, after @ ..]) => {
                let (text, after) = after.split_at(usize::from(*n).min(after.len()));
                all.push(Message::Pasted(String::from_utf8_lossy(text).into_owned()));
                after
            }
            (4, [n, after @ ..]) => {
                all.push(Message::Ticked(Duration::from_millis(u64::from(*n) * 100)));
                after
            }
            _ => {
                let n =
                    rest.iter().skip(1).position(|byte| (1..=4).contains(byte)).map_or(rest.len(), |n| n + 1);
                let (script, after) = rest.split_at(n);
                let script = String::from_utf8_lossy(script);
                let keys = keys_of(&script).unwrap_or_else(|_| script.chars().map(Key::char).collect());
                all.extend(keys.into_iter().map(Message::Key));
                after
            }
        };
    }
    all.truncate(HAPPENINGS_MAX);
    all
}

/// A screen that is checked while inputs arrive.
pub(crate) struct Watched<'a> {
    headless: Headless<'a>,
    terminal: Terminal<TestBackend>,
    n_happened: usize,
}

/// Opens the screen on a bank, and sends inputs to it.
pub(crate) fn watch(bank: &Bank, size: Size, play: impl FnOnce(&mut Watched<'_>)) {
    let store = OpenStore {
        name: "bank.db\u{1b}[31m\u{202e}".to_owned(),
        kind: StoreKind::Own,
        takes_commands: true,
    };
    let mut model = Model::new(store, presentation_of(&Aggregates::bank()), size);
    let checkpoint = reach(&bank.store, bank.checkpoint).unwrap();
    let projected = Message::Projected { checkpoint, status: Box::default(), is_followed: false };
    let log = bank.store.log();
    let headless = Headless::open(&mut model, &log, &bank.location, projected).unwrap();
    let terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    let mut watched = Watched { headless, terminal, n_happened: 0 };
    watched.look();
    play(&mut watched);
    watched.look();
}

impl Watched<'_> {
    /// Sends an input, and checks the drawing from time to time.
    pub(crate) fn happen(&mut self, message: Message) {
        let is_resized = matches!(message, Message::Resized(_));
        if let Message::Resized(size) = message {
            self.terminal.backend_mut().resize(size.width, size.height);
        }
        self.headless.happen(message).unwrap();
        self.n_happened += 1;
        if is_resized || self.n_happened.is_multiple_of(HAPPENINGS_A_LOOK) {
            self.look();
        }
    }

    /// The model of the screen.
    pub(crate) fn model(&self) -> &Model {
        self.headless.model()
    }

    fn look(&mut self) {
        let model = self.headless.model();
        self.terminal.draw(|frame| view(model, &Theme::colours(), frame)).unwrap();
        let buffer = self.terminal.backend().buffer();
        let Size { width, height } = model.size;
        assert_eq!((buffer.area.width, buffer.area.height), (width, height));
        for cell in &buffer.content {
            assert!(!cell.symbol().contains(is_hidden), "{:?} acts on a terminal", cell.symbol());
        }
        let is_blank = buffer.content.iter().all(|cell| cell.symbol().trim().is_empty());
        assert!(!is_blank || buffer.content.is_empty(), "nothing is drawn on {width}×{height}");
    }
}
