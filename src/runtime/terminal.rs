//! Taking the terminal, and giving it back as it was, however the program ends.

use std::io::{self, Stdout, Write};
use std::panic;

use anyhow::{Context, Result};
use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    self, BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};
use ratatui::{Terminal, TerminalOptions, Viewport};
use signal_hook::consts::SIGTSTP;

use crate::tui::layout::drawn;
use crate::tui::model::{Model, Size};
use crate::tui::theme::Theme;
use crate::tui::view::view;

/// The terminal while it is ours; dropped, it is the shell's again.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    theme: Theme,
    has_mouse: bool,
}

impl Screen {
    /// Takes the terminal. A panic of any thread gives it back before it says what happened, and calls `on_panic`.
    ///
    /// # Errors
    /// There is no terminal, or it does not obey.
    pub fn take(theme: Theme, on_panic: impl Fn() + Send + Sync + 'static) -> Result<Self> {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |what| {
            give_back();
            tell(what);
            on_panic();
        }));
        // Not the whole of it: a terminal may say that it is larger than what can be held in memory.
        let options = TerminalOptions { viewport: Viewport::Fixed(area()?) };
        let terminal = Terminal::with_options(CrosstermBackend::new(io::stdout()), options)
            .context("could not take the terminal")?;
        let screen = Self { terminal, theme, has_mouse: true };
        screen.enter()?;
        Ok(screen)
    }

    /// The size in cells of what is drawn on.
    ///
    /// # Errors
    /// The terminal does not say.
    pub fn size(&self) -> Result<Size> {
        size()
    }

    /// Draws the model, as one update of the terminal where it knows such.
    ///
    /// # Errors
    /// The terminal cannot be written.
    pub fn draw(&mut self, model: &Model) -> Result<()> {
        let write = "could not write to the terminal";
        queue!(io::stdout(), BeginSynchronizedUpdate).context(write)?;
        let area = area()?;
        if self.terminal.get_frame().area() != area {
            self.terminal.resize(area).context(write)?;
        }
        self.terminal.draw(|frame| view(model, &self.theme, frame)).context(write)?;
        execute!(io::stdout(), EndSynchronizedUpdate).context(write)
    }

    /// Forgets what is on the screen, so that the next frame is drawn whole.
    ///
    /// # Errors
    /// The terminal cannot be written.
    pub fn redraw_whole(&mut self) -> Result<()> {
        // Not `Terminal::clear`: that asks the terminal where the cursor is, and the answer would go to the thread that
        // reads the keys.
        self.terminal.resize(area()?).context("could not clear the terminal")
    }

    /// Takes the mouse, or lets go of it.
    ///
    /// # Errors
    /// The terminal cannot be written.
    pub fn take_mouse(&mut self, is_ours: bool) -> Result<()> {
        self.has_mouse = is_ours;
        if is_ours {
            execute!(io::stdout(), EnableMouseCapture)
        } else {
            execute!(io::stdout(), DisableMouseCapture)
        }
        .context("could not tell the terminal about the mouse")
    }

    /// Puts a text on the terminal's clipboard (OSC 52, which works over SSH as well).
    ///
    /// # Errors
    /// The terminal cannot be written.
    pub fn copy(&mut self, text: &str) -> Result<()> {
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text)).context("could not copy")
    }

    /// Gives the terminal back and sleeps until the shell says otherwise; then takes it again.
    ///
    /// # Errors
    /// The terminal does not obey.
    pub fn suspend(&mut self) -> Result<()> {
        give_back();
        signal_hook::low_level::emulate_default_handler(SIGTSTP).context("could not suspend")?;
        self.enter()?;
        self.redraw_whole()
    }

    /// Gives the terminal back; dropping it does so as well.
    pub fn leave(&mut self) {
        give_back();
    }

    fn enter(&self) -> Result<()> {
        terminal::enable_raw_mode().context("could not take the terminal")?;
        let mut out = io::stdout();
        execute!(out, EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)
            .context("could not take the terminal")?;
        if self.has_mouse {
            execute!(out, EnableMouseCapture).context("could not take the mouse")?;
        }
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn size() -> Result<Size> {
    let (width, height) = terminal::size().context("the terminal does not say how large it is")?;
    Ok(drawn(Size { width, height }))
}

/// The cells that are drawn on.
fn area() -> Result<Rect> {
    let Size { width, height } = size()?;
    Ok(Rect::from((Position::ORIGIN, ratatui::layout::Size { width, height })))
}

/// Gives the terminal back: in any state, any number of times. What fails is passed over, since each part must be
/// tried.
fn give_back() {
    let mut out = io::stdout();
    drop(execute!(out, EndSynchronizedUpdate, DisableMouseCapture, DisableBracketedPaste));
    drop(execute!(out, LeaveAlternateScreen, cursor::Show));
    drop(terminal::disable_raw_mode());
    drop(out.flush());
}
