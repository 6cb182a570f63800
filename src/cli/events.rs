//! Events, one a line.

use std::io::Write;
use std::ops::{ControlFlow, RangeInclusive};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::ProgressBar;

use crate::cli::args::Events;
use crate::cli::open::{Counted, for_looking, progress_bar};
use crate::cli::output::{Output, event_json, event_text};
use crate::cli::{ExitCode, Failure, known_stream};
use crate::domain::event::{GlobalPosition, RecordedEvent, StreamPosition};
use crate::domain::visible::{visible, visible_json};
use crate::replay::matcher::Matcher;
use crate::replay::search::Search;
use crate::runtime::searching::{Scope, Searcher};
use crate::store::in_pieces::{Work, in_pieces};
use crate::store::sqlite::SqliteStore;
use crate::store::{Direction, EventReader};

/// How many events are looked at between two results: their text is held in memory together.
const EVENTS_PER_PIECE: u64 = 2_048;

/// Where fewer than one of so many events is a hit, each hit is read by itself; otherwise all of the piece.
const SPARSE: usize = 8;

/// After so much time what has been found is written, however little it is.
const FLUSH_AFTER: Duration = Duration::from_millis(50);

/// As long as events come faster one after the other there is no bar: they show that it goes on.
const BAR_AFTER: Duration = Duration::from_millis(500);

/// Lists the events that are wanted, in the order of the log.
///
/// # Errors
/// There is no such store or stream, or it cannot be read.
pub fn run(args: &Events) -> Result<ExitCode> {
    let looked = for_looking(&args.looked.store, args.looked.map.as_deref())?;
    let store = &looked.store;
    let search = Search {
        texts: args.texts.clone(),
        types: args.types.clone(),
        stream: args.stream.as_deref().map(|name| known_stream(store, name)).transpose()?,
        from: args.from,
        to: args.to,
    };
    let search = search.checked().map_err(|why| Failure::usage(why.to_string()))?;
    let matcher = Matcher::new(&search).map_err(|why| Failure::usage(why.to_string()))?;
    let scope = Scope::of(store, &search, 1..=store.head()?.number())?;
    let (n_all, numbers) = (scope.n_events(), scope.numbers.clone());
    let mut listed = Listed::new(n_all);
    let is_for_terminal = listed.out.is_terminal();
    let reading = Arc::new(Reading { search, matcher, scope, is_json: args.json, is_for_terminal });
    let list = |piece: Lines| {
        listed.take(&piece)?;
        Ok(ControlFlow::Continue(()))
    };
    in_pieces(store, numbers, EVENTS_PER_PIECE, |store| Ok(Reading::begin(&reading, store)), list)?;
    listed.finish()?;
    Ok(ExitCode::Done)
}

/// How the lines of a piece of the log come to be.
struct Reading {
    search: Search,
    matcher: Matcher,
    scope: Scope,
    is_json: bool,
    is_for_terminal: bool,
}

/// What stands in a piece of the log.
struct Lines {
    n_looked_at: u64,
    text: String,
}

impl Reading {
    fn begin<'s>(reading: &Arc<Self>, store: &'s SqliteStore) -> Work<'s, Lines> {
        let reading = Arc::clone(reading);
        let mut searcher = Searcher::new(store, reading.matcher.clone());
        Box::new(move |piece| {
            let events = reading.events(store, &mut searcher, &piece)?;
            let text = events.iter().map(|event| reading.line(event)).collect();
            Ok(Lines { n_looked_at: piece.count() as u64, text })
        })
    }

    /// The events that are wanted of a piece.
    fn events(
        &self,
        store: &SqliteStore,
        searcher: &mut Searcher<'_>,
        piece: &RangeInclusive<u64>,
    ) -> Result<Vec<RecordedEvent>> {
        let n = usize::try_from(EVENTS_PER_PIECE).unwrap_or(usize::MAX);
        let whole = || match &self.search.stream {
            Some(stream) => store.read_stream(stream, StreamPosition::new(*piece.start()), n),
            None => store.read_all(GlobalPosition::new(*piece.start()), Direction::Forward, n),
        };
        let number = |event: &RecordedEvent| match &self.search.stream {
            Some(_) => event.version.number(),
            None => event.position.number(),
        };
        if self.search.texts.is_empty() && self.search.types.is_empty() {
            return Ok(whole()?.into_iter().take_while(|event| piece.contains(&number(event))).collect());
        }
        let mut hits = Vec::new();
        searcher.hits(
            self.scope.stream,
            piece,
            || true,
            |hit| {
                hits.push(hit.position);
                ControlFlow::Continue(())
            },
        )?;
        if hits.len() < n / SPARSE {
            let one = |hit: &GlobalPosition| store.read_all(*hit, Direction::Forward, 1);
            return Ok(hits.iter().map(one).collect::<Result<Vec<_>>>()?.concat());
        }
        Ok(whole()?.into_iter().filter(|event| hits.binary_search(&event.position).is_ok()).collect())
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

/// What has been listed so far, and a bar where nothing comes for a while.
struct Listed {
    out: Output,
    bar: ProgressBar,
    written: Instant,
}

impl Listed {
    fn new(n_all: u64) -> Self {
        let bar = progress_bar("searching", Counted::Positions);
        bar.set_length(n_all);
        Self { out: Output::stdout(), bar, written: Instant::now() }
    }

    fn take(&mut self, lines: &Lines) -> Result<()> {
        let is_quiet = self.written.elapsed() > BAR_AFTER;
        self.bar.inc(lines.n_looked_at);
        if lines.text.is_empty() {
            return Ok(());
        }
        // On a terminal the bar stands where the line is to come.
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
