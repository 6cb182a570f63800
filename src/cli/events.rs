//! The verb `events`: one event per line.

use std::io::Write;
use std::ops::{ControlFlow, RangeInclusive};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::ProgressBar;

use crate::cancel::Cancel;
use crate::cli::args::ask::EventsArgs;
use crate::cli::exit::{ExitCode, VerbFailure};
use crate::cli::open::{for_looking, known_stream};
use crate::cli::output::{Output, event_json, event_text};
use crate::cli::progress::{ProgressUnit, progress_bar};
use crate::domain::aggregates::Aggregates;
use crate::domain::event::{GlobalPosition, RecordedEvent};
use crate::domain::visible::{visible, visible_json};
use crate::replay::matcher::Matcher;
use crate::replay::search::Search;
use crate::runtime::finder::searching::{Scope, Searcher};
use crate::store::in_pieces::{ResultSink, Work, each_part, in_pieces};
use crate::store::log::LogReader;
use crate::store::{ANSWER_BYTES_MAX, Direction, EventReader};

/// Number of events scanned between two results.
const EVENTS_PER_PIECE: usize = 2_048;

/// If fewer than one event in this many is a hit, each hit is read by itself; otherwise the whole piece is read.
const SPARSE: usize = 8;

/// Results are written at least this often, however few they are.
const FLUSH_AFTER: Duration = Duration::from_millis(50);

/// No bar appears while events follow each other faster than this: the events themselves show the progress.
const BAR_AFTER: Duration = Duration::from_millis(500);

/// Lists the matching events, in the order of the log.
///
/// # Errors
/// There is no such store or stream, or it cannot be read.
pub fn run(args: &EventsArgs, aggregates: &Aggregates) -> Result<ExitCode> {
    let opened = for_looking(&args.target.store, args.target.map.as_deref(), aggregates)?;
    let store = &opened.store;
    let search = Search {
        texts: args.texts.clone(),
        types: args.types.clone(),
        stream: args.stream.as_deref().map(|name| known_stream(store, name)).transpose()?,
        from: args.from,
        to: args.to,
    };
    let search = search.checked().map_err(|why| VerbFailure::usage(why.to_string()))?;
    let matcher = Matcher::new(&search).map_err(|why| VerbFailure::usage(why.to_string()))?;
    let scope = Scope::of(store, &search, 1..=store.head()?.number())?;
    let numbers = scope.numbers.clone();
    let n_all = scope.n_events(store, &numbers)?;
    let mut listed = Listed::new(n_all);
    let is_for_terminal = listed.out.is_terminal();
    let reading = Arc::new(LineFormat { search, matcher, scope, is_json: args.json, is_for_terminal });
    let list = |piece: PieceText| {
        listed.take(&piece)?;
        Ok(ControlFlow::Continue(()))
    };
    in_pieces(
        &store.log(),
        numbers,
        EVENTS_PER_PIECE as u64,
        |store| Ok(LineFormat::begin(&reading, store)),
        list,
    )?;
    listed.finish()?;
    Ok(ExitCode::Done)
}

/// How to turn a piece of the log into lines.
struct LineFormat {
    search: Search,
    matcher: Matcher,
    scope: Scope,
    is_json: bool,
    is_for_terminal: bool,
}

/// The lines of a piece of the log.
struct PieceText {
    n_looked_at: u64,
    text: String,
}

impl LineFormat {
    fn begin<'s>(reading: &Arc<Self>, store: &'s dyn LogReader) -> Work<'s, PieceText> {
        let reading = Arc::clone(reading);
        let mut searcher = Searcher::new(store, reading.matcher.clone());
        Box::new(move |piece, give| {
            reading.events(store, &mut searcher, &piece, &mut |events| {
                let text = events.iter().map(|event| reading.line(event)).collect();
                give(PieceText { n_looked_at: 0, text })
            })?;
            let n_looked_at = reading.scope.n_events(store, &piece)?;
            give(PieceText { n_looked_at, text: String::new() }).map(drop)
        })
    }

    /// The matching events of a piece.
    fn events(
        &self,
        store: &dyn EventReader,
        searcher: &mut Searcher<'_>,
        piece: &RangeInclusive<u64>,
        give: ResultSink<'_, Vec<RecordedEvent>>,
    ) -> Result<()> {
        let stream = self.search.stream.as_ref();
        if self.matcher.takes_all() {
            return each_part(store, stream, piece, give);
        }
        let mut hits = Vec::new();
        searcher.hits(self.scope.stream, piece, &Cancel::never(), |hit| {
            hits.push(hit.position);
            ControlFlow::Continue(())
        })?;
        if hits.len() < EVENTS_PER_PIECE / SPARSE {
            return each_hit(store, &hits, give);
        }
        each_part(store, stream, piece, &mut |mut events| {
            events.retain(|event| hits.binary_search(&event.position).is_ok());
            give(events)
        })
    }

    fn line(&self, event: &RecordedEvent) -> String {
        let line = match (self.is_json, self.is_for_terminal) {
            (true, true) => visible_json(&event_json(event)).into_owned(),
            (true, false) => event_json(event),
            (false, _) => visible(&event_text(event)).into_owned(),
        };
        line + "\n"
    }
}

/// Passes on the events at these positions, in groups of up to the store's limit per answer.
fn each_hit(
    store: &dyn EventReader,
    hits: &[GlobalPosition],
    give: ResultSink<'_, Vec<RecordedEvent>>,
) -> Result<()> {
    let (mut events, mut n_bytes) = (Vec::new(), 0);
    for hit in hits {
        let found = store.read_all(*hit, Direction::Forward, 1)?;
        n_bytes += found.iter().map(RecordedEvent::n_bytes).sum::<usize>();
        events.extend(found);
        if n_bytes >= ANSWER_BYTES_MAX {
            n_bytes = 0;
            if give(std::mem::take(&mut events))?.is_break() {
                return Ok(());
            }
        }
    }
    give(events).map(drop)
}

/// The output so far, with a bar when nothing has come for a while.
struct Listed {
    out: Output,
    bar: ProgressBar,
    written: Instant,
}

impl Listed {
    fn new(n_all: u64) -> Self {
        let bar = progress_bar("searching", ProgressUnit::Items);
        bar.set_length(n_all);
        Self { out: Output::stdout(), bar, written: Instant::now() }
    }

    fn take(&mut self, lines: &PieceText) -> Result<()> {
        let is_quiet = self.written.elapsed() > BAR_AFTER;
        self.bar.inc(lines.n_looked_at);
        if lines.text.is_empty() {
            return Ok(());
        }
        // On a terminal the bar is on the line where the next event goes.
        if is_quiet && self.out.is_terminal() {
            self.bar.suspend(|| self.out.exact(lines.text.as_bytes()))?;
        } else {
            self.out.exact(lines.text.as_bytes())?;
        }
        if self.written.elapsed() > FLUSH_AFTER {
            self.out.flush()?;
            self.written = Instant::now();
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        self.bar.finish_and_clear();
        Ok(self.out.finish()?)
    }
}
