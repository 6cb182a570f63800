//! The verb `print`: a screen as text, without a terminal.

use std::path::Path;

use anyhow::{Context, Result, bail};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

use crate::cli::args::Print;
use crate::cli::exit::{ExitCode, VerbFailure};
use crate::cli::open::{OpenedLog, for_looking, is_log, name_of};
use crate::cli::output::Output;
use crate::domain::aggregates::Aggregates;
use crate::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use crate::read_model::engine::location::Location;
use crate::read_model::engine::orders;
use crate::read_model::presentation_of;
use crate::read_model::questions::query::ReadModel;
use crate::read_model::rows::steering::ProjectorStatus;
use crate::replay::at::At;
use crate::runtime::position::reach;
use crate::runtime::shell::explorer::left_out;
use crate::runtime::shell::headless::Headless;
use crate::store::EventReader;
use crate::tui::key::Key;
use crate::tui::layout::{SIZE_MAX, SIZE_MIN};
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::model::size::Size;
use crate::tui::model::store::{OpenStore, StoreKind};
use crate::tui::script::keys_of;
use crate::tui::theme::Theme;
use crate::tui::view::view;

/// Prints a screen as text.
///
/// # Errors
/// The keys or the size are not valid, the path cannot be opened, or the output cannot be written.
pub fn run(args: &Print, aggregates: &Aggregates) -> Result<ExitCode> {
    let usage = |why: String| VerbFailure::usage(why);
    let keys = keys_of(&args.keys).map_err(|why| usage(why.to_string()))?;
    let size = size_of(&args.size).map_err(|why| usage(why.to_string()))?;
    let (path, map) = (args.target.store.as_path(), args.target.map.as_deref());
    let picture = screen(&PrintedScreen { path, map, at: args.at, keys: &keys, size, aggregates })?;
    let mut out = Output::stdout();
    for line in picture.lines() {
        out.text(line)?;
    }
    out.finish()?;
    Ok(ExitCode::Done)
}

/// A request to print a screen.
#[derive(Debug)]
pub struct PrintedScreen<'a> {
    /// A store, or a log.
    pub path: &'a Path,
    /// The mapping file of a log.
    pub map: Option<&'a Path>,
    /// The playhead's position before the first key.
    pub at: Option<At>,
    /// The keys to press then.
    pub keys: &'a [Key],
    /// The size of the screen.
    pub size: Size,
    /// The aggregates to which the streams belong.
    pub aggregates: &'a Aggregates,
}

/// The screen as text, without blanks at the ends of rows.
///
/// # Errors
/// The path cannot be opened.
pub fn screen(request: &PrintedScreen<'_>) -> Result<String> {
    Ok(text_of(&picture(request, &Theme::plain())?))
}

/// The screen as cells in the colours of a theme.
///
/// # Errors
/// The path cannot be opened.
pub fn picture(request: &PrintedScreen<'_>, theme: &Theme) -> Result<Buffer> {
    // This check comes before the store is opened: closing another descriptor of its file would end SQLite's locks on
    // it.
    let kind = if is_log(request.path) { StoreKind::Log } else { StoreKind::Own };
    let OpenedLog { store, .. } = &for_looking(request.path, request.map, request.aggregates)?;
    let open_store = OpenStore { name: name_of(request.path), kind, takes_commands: kind == StoreKind::Own };
    let presentation = presentation_of(&store.aggregates()?);
    let mut model = Model::new(open_store, presentation, request.size);
    let location = Location::of(&store.log_identity())?;
    let caught_up = project_to_head(store, &location, &CatchUpOptions::default(), &mut |_| {})?;
    let (mut status, mut is_followed) = (ProjectorStatus::default(), false);
    let checkpoint = match caught_up {
        CatchUp::Done { checkpoint, .. } | CatchUp::Cancelled(checkpoint) => checkpoint,
        CatchUp::Failed { checkpoint, failure } => {
            status.failure = Some(failure);
            checkpoint
        }
        // Another explorer runs the projector and may hold it. The screen shows the checkpoint.
        CatchUp::HeldBy(process) => {
            let published = orders::status_of(&location, process)?;
            (status, is_followed) = (ProjectorStatus { process, ..published.unwrap_or_default() }, true);
            ReadModel::open(&location).reading()?.checkpoint()?
        }
    };
    let log = store.log();
    let mut headless = Headless::open(
        &mut model,
        &log,
        &location,
        Message::Projected { checkpoint: reach(store, checkpoint)?, status: Box::new(status), is_followed },
    )?;
    headless.happen(left_out(store)?)?;
    if let Some(at) = request.at {
        headless.go_to(at)?;
    }
    for key in request.keys {
        headless.press(*key)?;
    }
    draw(&model, theme)
}

/// Parses a size such as `120x36`, in columns and rows.
///
/// # Errors
/// The text is not a size, or the size is not from 40×10 to 1000×1000.
pub fn size_of(text: &str) -> Result<Size> {
    let parts = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    let (width, height): (u16, u16) =
        parts.with_context(|| format!("'{text}' is not a size; write it like 120x36"))?;
    let (widths, heights) = (SIZE_MIN.width..=SIZE_MAX.width, SIZE_MIN.height..=SIZE_MAX.height);
    if !widths.contains(&width) || !heights.contains(&height) {
        let [least, most] = [SIZE_MIN, SIZE_MAX].map(|Size { width, height }| format!("{width}×{height}"));
        bail!("a screen has at least {least} and at most {most} cells");
    }
    Ok(Size { width, height })
}

fn draw(model: &Model, theme: &Theme) -> Result<Buffer> {
    let mut terminal = Terminal::new(TestBackend::new(model.size.width, model.size.height))?;
    terminal.draw(|frame| view(model, theme, frame))?;
    Ok(terminal.backend().buffer().clone())
}

fn text_of(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width.max(1));
    let rows = buffer.content.chunks(width).map(|row| {
        let mut text = String::with_capacity(width);
        let mut covered = 0;
        for cell in row {
            // A wide character also covers the cell after it.
            if covered == 0 {
                text.push_str(cell.symbol());
                covered = cell.symbol().width().max(1);
            }
            covered -= 1;
        }
        text.truncate(text.trim_end().len());
        text + "\n"
    });
    rows.collect()
}
