//! The terminal: taken over, and restored however the program ends.

use std::io::{self, Stdout, Write};
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
use rustix::process::{Signal, getpgrp, kill_current_process_group};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcgetpgrp, tcsetattr};
use signal_hook::consts::SIGTSTP;
use signal_hook::low_level::emulate_default_handler;

use crate::runtime::shell::drawing::Drawing;
use crate::tui::layout::drawn;
use crate::tui::model::Model;
use crate::tui::model::size::Size;
use crate::tui::theme::Theme;
use crate::tui::view::view;

/// The terminal while this program uses it; dropped, it is the shell's again.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Drawing<Stdout>>>,
    theme: Theme,
    has_mouse: bool,
    /// Whether it is taken, and has to be given back.
    is_ours: Arc<AtomicBool>,
}

impl Screen {
    /// Takes the terminal. A panic of any thread gives it back before it reports what happened, and calls `on_panic`.
    ///
    /// # Errors
    /// There is no terminal, or it cannot be set up.
    pub fn take(theme: Theme, on_panic: impl Fn() + Send + Sync + 'static) -> Result<Self> {
        let is_ours = Arc::<AtomicBool>::default();
        let previous_hook = panic::take_hook();
        let is_taken = Arc::clone(&is_ours);
        panic::set_hook(Box::new(move |what| {
            give_back(&is_taken);
            previous_hook(what);
            on_panic();
        }));
        // Not the whole terminal, which may report a size that does not fit into memory.
        let options = TerminalOptions { viewport: Viewport::Fixed(area()?) };
        let drawing = Drawing::new(io::stdout(), theme.is_sixteen);
        let terminal = Terminal::with_options(CrosstermBackend::new(drawing), options)
            .context("could not take the terminal")?;
        let screen = Self { terminal, theme, has_mouse: true, is_ours };
        screen.enter()?;
        Ok(screen)
    }

    /// The size of the drawn area in cells.
    ///
    /// # Errors
    /// The terminal does not report it.
    pub fn size(&self) -> Result<Size> {
        size()
    }

    /// Draws the model, as one synchronized update if the terminal supports that.
    ///
    /// # Errors
    /// The terminal cannot be written.
    pub fn draw(&mut self, model: &Model) -> Result<()> {
        if !self.is_ours() {
            return Ok(());
        }
        let write = "could not write to the terminal";
        queue!(io::stdout(), BeginSynchronizedUpdate).context(write)?;
        let area = area()?;
        if self.terminal.get_frame().area() != area {
            self.terminal.resize(area).context(write)?;
        }
        self.terminal.draw(|frame| view(model, &self.theme, frame)).context(write)?;
        execute!(io::stdout(), EndSynchronizedUpdate).context(write)
    }

    /// Forgets what is on the screen, so that the next frame is drawn completely.
    ///
    /// # Errors
    /// The terminal cannot be written.
    pub fn redraw_whole(&mut self) -> Result<()> {
        if !self.is_ours() {
            return Ok(());
        }
        // `Terminal::clear` is not used: it asks the terminal where the cursor is, and the answer would go to the
        // thread that reads the keys.
        self.terminal.resize(area()?).context("could not clear the terminal")
    }

    /// Captures or releases the mouse.
    ///
    /// # Errors
    /// The terminal cannot be written.
    pub fn take_mouse(&mut self, is_ours: bool) -> Result<()> {
        self.has_mouse = is_ours;
        if !self.is_ours() {
            return Ok(());
        }
        if is_ours {
            execute!(io::stdout(), EnableMouseCapture)
        } else {
            execute!(io::stdout(), DisableMouseCapture)
        }
        .context("could not previous_hook the terminal about the mouse")
    }

    /// Copies a text to the terminal's clipboard (OSC 52, which works over SSH as well).
    ///
    /// # Errors
    /// The terminal cannot be written.
    pub fn copy(&mut self, text: &str) -> Result<()> {
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text)).context("could not copy")
    }

    /// Asks the system to suspend all programs of the foreground job, as the terminal itself does on Ctrl-Z: a script
    /// that has started the program stops with it, and the shell notices.
    ///
    /// # Errors
    /// The system refuses.
    pub fn ask_to_suspend(&self) -> Result<()> {
        kill_current_process_group(Signal::TSTP).context("could not suspend")
    }

    /// Gives the terminal back and stops the program, until the shell continues it; then call [`Screen::resume`].
    ///
    /// # Errors
    /// The system refuses.
    pub fn suspend(&mut self) -> Result<()> {
        self.leave();
        emulate_default_handler(SIGTSTP).context("could not suspend")
    }

    /// Takes the terminal again after the program was stopped, whether or not it had given the terminal back before.
    /// While another job is in the foreground, the terminal is left alone and the program stops again, as the system
    /// does with background programs that use the terminal. Returns whether it is taken.
    ///
    /// # Errors
    /// The terminal cannot be set up.
    pub fn resume(&mut self) -> Result<bool> {
        if !is_in_front() {
            emulate_default_handler(SIGTSTP).context("could not suspend")?;
            return Ok(false);
        }
        forget_raw_mode().context("could not take the terminal")?;
        self.enter()?;
        Ok(true)
    }

    /// Gives the terminal back; dropping does so as well.
    pub fn leave(&mut self) {
        give_back(&self.is_ours);
    }

    fn is_ours(&self) -> bool {
        self.is_ours.load(Ordering::Relaxed) && is_in_front()
    }

    fn enter(&self) -> Result<()> {
        self.is_ours.store(true, Ordering::Relaxed);
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
        self.leave();
    }
}

fn size() -> Result<Size> {
    let (width, height) = terminal::size().context("the terminal does not say how large it is")?;
    Ok(drawn(Size { width, height }))
}

/// The cells that are drawn.
fn area() -> Result<Rect> {
    let Size { width, height } = size()?;
    Ok(Rect::from((Position::ORIGIN, ratatui::layout::Size { width, height })))
}

/// Whether this program's job is in the foreground of the terminal.
pub fn is_in_front() -> bool {
    // Without an answer there is no shell that could have given the terminal to another job.
    tcgetpgrp(io::stdout()).map_or(true, |front| front == getpgrp())
}

/// Makes crossterm set raw mode at the next request, which it does only if it believes that the mode is not set. The
/// terminal's present mode is kept as the one to restore, if the shell has set it.
fn forget_raw_mode() -> io::Result<()> {
    let now = tcgetattr(io::stdout())?;
    terminal::disable_raw_mode()?;
    if now.local_modes.contains(LocalModes::ICANON) {
        tcsetattr(io::stdout(), OptionalActions::Now, &now)?;
    }
    Ok(())
}

/// Gives the terminal back, if it is taken. Errors are ignored, so that each step is tried.
fn give_back(is_ours: &AtomicBool) {
    if !is_ours.swap(false, Ordering::Relaxed) {
        return;
    }
    let is_in_front = is_in_front();
    // In the background, setting the mode stops the program, and so does writing with `stty tostop`.
    let stops_writers =
        || tcgetattr(io::stdout()).is_ok_and(|now| now.local_modes.contains(LocalModes::TOSTOP));
    if is_in_front || !stops_writers() {
        let mut out = io::stdout();
        drop(execute!(out, EndSynchronizedUpdate, DisableMouseCapture, DisableBracketedPaste));
        drop(execute!(out, LeaveAlternateScreen, cursor::Show));
        drop(out.flush());
    }
    if is_in_front {
        drop(terminal::disable_raw_mode());
    }
}
