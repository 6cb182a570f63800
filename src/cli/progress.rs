//! Progress bars on stderr.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{HumanFloatCount, ProgressBar, ProgressState, ProgressStyle};

use crate::domain::visible::visible;
use crate::read_model::engine::catch_up::CatchUpProgress;
use crate::store::import::options::OnImportProgress;
use crate::store::import::report::ImportReport;

/// The unit of a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressUnit {
    /// Bytes of a log.
    Bytes,
    /// Events, or rows.
    Items,
    /// None: the duration is not known.
    Nothing,
}

/// Imports with a progress bar on stderr.
///
/// # Errors
/// Those of the import.
pub fn with_bar(
    log: &str,
    import: impl FnOnce(OnImportProgress<'_>) -> Result<ImportReport>,
) -> Result<ImportReport> {
    let bar = progress_bar(&format!("reading {log}"), ProgressUnit::Bytes);
    let (since, mut n_told) = (Instant::now(), None);
    let report = import(&mut |progress| {
        match progress.n_bytes_total {
            Some(total) => bar.set_length(total),
            None if bar.length().is_some() => {
                bar.unset_length();
                bar.set_style(style("{msg} {spinner} {bytes} · {prefix} events/s"));
            }
            None => {}
        }
        bar.set_position(progress.n_bytes);
        // Events are committed many at a time, and nothing in between would change the rate shown.
        let n = progress.n_events + progress.n_duplicates;
        if n_told != Some(n) {
            n_told = Some(n);
            let per_second = n as f64 / since.elapsed().as_secs_f64().max(f64::EPSILON);
            bar.set_prefix(format!("{:.0}", HumanFloatCount(per_second.round())));
        }
    });
    bar.finish_and_clear();
    report
}

/// A progress bar on stderr; none if stderr is not a terminal.
pub fn progress_bar(what: &str, counted: ProgressUnit) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0).with_message(visible(what).into_owned());
    begin_counting(&bar, counted);
    bar
}

/// Changes the unit of the bar.
pub fn begin_counting(bar: &ProgressBar, counted: ProgressUnit) {
    bar.set_style(style(match counted {
        ProgressUnit::Bytes => "{msg} {wide_bar} {bytes}/{total_bytes} · {prefix} events/s · {eta} left",
        ProgressUnit::Items => "{msg} {wide_bar} {human_pos}/{human_len} · {rate}/s · {eta} left",
        ProgressUnit::Nothing => "{msg} {spinner} {elapsed}",
    }));
    match counted {
        // No progress is reported, so the bar moves by itself.
        ProgressUnit::Nothing => bar.enable_steady_tick(TICK_EVERY),
        ProgressUnit::Bytes | ProgressUnit::Items => bar.disable_steady_tick(),
    }
}

/// How often a bar without a unit moves.
const TICK_EVERY: Duration = Duration::from_millis(200);

/// Work shorter than this shows no bar.
const BAR_AFTER: Duration = Duration::from_millis(500);

/// A progress bar that appears only if the work takes a while. Work done before it appears does not count for the rate.
pub struct DelayedBar {
    what: &'static str,
    started: Instant,
    bar: Option<ProgressBar>,
}

impl DelayedBar {
    /// A bar for work that begins now.
    pub fn new(what: &'static str) -> Self {
        Self { what, started: Instant::now(), bar: None }
    }

    /// Updates the bar.
    pub fn update(&mut self, progress: &CatchUpProgress) {
        if self.started.elapsed() < BAR_AFTER {
            return;
        }
        let n_done = progress.n_events;
        let bar = self.bar.get_or_insert_with(|| {
            let bar = progress_bar(self.what, ProgressUnit::Items);
            bar.set_position(n_done);
            bar.reset_eta();
            bar
        });
        bar.set_length(progress.n_events_all);
        bar.set_position(n_done);
    }

    /// Ends the bar.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        // A bar that cannot be written is drawn without its rate.
        _ = write!(out, "{:.0}", HumanFloatCount(state.per_sec()));
    };
    let style = ProgressStyle::with_template(template);
    style.unwrap_or_else(|_| ProgressStyle::default_bar()).with_key("rate", rate)
}
