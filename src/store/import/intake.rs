//! The intake: from the lines of a log to committed events.

use std::collections::HashMap;

use anyhow::{Context, Result};

use crate::domain::event::SourceId;
use crate::domain::left_out::{LeftOut, Reason, TIME_UNREAD};
use crate::store::import::chunk::{Chunk, Item, PlacedEvent};
use crate::store::import::options::{FIRST_EVENTS, LOOK_EVERY};
use crate::store::import::pipeline::Pipeline;
use crate::store::import::places::{EventArrival, LogPlaces, NumberInLog};
use crate::store::import::reader::Stop;
use crate::store::import::run::Run;
use crate::store::import::waiting::PendingItems;
use crate::store::jsonl::BadLine;
use crate::store::jsonl::line::{CarriedMapping, LineReader};
use crate::store::jsonl::split::ReadSoFar;
use crate::store::log::source::Source;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::import::SourceProgress;
use crate::store::sqlite::import::left_out::Forget;
use crate::store::sqlite::import::open_import::{AddOutcome, ImportedText};
use crate::store::sqlite::import::sources::NewSource;

/// Events per commit. With more, a page that many of them change is written less often; but nobody else can write to
/// the store meanwhile, which is some tenths of a second.
const BATCH_EVENTS: usize = 100_000;

/// The most bytes of events per commit, so that long events do not lock the store for longer.
const BATCH_BYTES: usize = 64 * 1024 * 1024;

/// Writes a log's events to a store.
pub(super) struct Intake {
    log: LogRow,
    places: LogPlaces,
    /// The sources of the mappings that the log has carried so far, by their numbers in the log.
    carried: HashMap<u64, SourceId>,
    n_carried: usize,
    /// Whether everything read so far matches what the store has read of this log. Until it does, the reading position
    /// says nothing about what the store has.
    is_known_beginning: bool,
    /// Whether to stop at the first bad line.
    is_strict: bool,
    waiting: PendingItems,
    /// Bad lines of the log that are not yet saved in the store.
    left_out: LeftOut,
    /// Earlier entries that the store should delete.
    forget: Option<Forget>,
}

/// The log's record in the store.
enum LogRow {
    /// Not yet. A log without one readable line (its mapping does not fit, say) leaves no trace.
    New(NewSource),
    /// With the progress of reading, which only ever grows. If it went back, events after a known beginning would be
    /// added twice.
    Known(SourceProgress),
}

/// An event of a chunk that has to be added to the store.
struct EventToAdd {
    event: PlacedEvent,
    source: SourceId,
    place: u64,
    stream: NumberInLog,
}

impl Intake {
    /// The intake of a new log.
    pub(super) fn of_new_log(new: NewSource, is_strict: bool) -> Self {
        Self::new(LogRow::New(new), LogPlaces::default(), is_strict, true)
    }

    /// The intake of a known log, from its beginning.
    pub(super) fn of_known_log(known: &Source, sources: &[Source], is_strict: bool) -> Self {
        let parts = sources.iter().filter(|part| part.log == known.id).map(|part| part.id).collect();
        let Source { id: log, read_bytes, read_hash, read_lines, .. } = known;
        let (log, read_bytes, read_hash, read_lines) = (*log, *read_bytes, read_hash.clone(), *read_lines);
        let saved = SourceProgress { log, read_bytes, read_hash, read_lines };
        Self::new(LogRow::Known(saved), LogPlaces::of_known_log(log, parts), is_strict, false)
    }

    fn new(log: LogRow, places: LogPlaces, is_strict: bool, is_known_beginning: bool) -> Self {
        let (carried, n_carried, waiting) = (HashMap::new(), 0, PendingItems::default());
        let (left_out, forget) = (LeftOut::default(), Some(Forget::All));
        Self { log, places, carried, n_carried, is_known_beginning, is_strict, waiting, left_out, forget }
    }

    /// The log's number in the store, assigned before its first event.
    fn log(&mut self, store: &mut SqliteStore) -> Result<SourceId> {
        let new = match &self.log {
            LogRow::Known(saved) => return Ok(saved.log),
            LogRow::New(new) => new.clone(),
        };
        let log = store.add_source(&new)?;
        // Another process may have begun to import the same log. The first one created it.
        let sources = store.sources()?;
        let is_it = |source: &&Source| {
            source.id == source.log
                && source.beginning_bytes == new.beginning_bytes
                && source.beginning_hash == new.beginning_hash
        };
        match sources.iter().find(is_it).filter(|first| first.id != log) {
            Some(first) => {
                let (waiting, left_out) =
                    (std::mem::take(&mut self.waiting), std::mem::take(&mut self.left_out));
                *self = Self { waiting, left_out, ..Self::of_known_log(first, &sources, self.is_strict) };
            }
            None => {
                let (read_bytes, read_hash, read_lines) = (0, String::new(), 0);
                self.log = LogRow::Known(SourceProgress { log, read_bytes, read_hash, read_lines });
            }
        }
        match &self.log {
            LogRow::Known(saved) => Ok(saved.log),
            LogRow::New(_) => Ok(log),
        }
    }

    /// Begins another run, over what has been added to the log.
    pub(super) fn begin_run(&mut self) {
        self.places.untouch();
        if self.is_known_beginning {
            self.forget = Some(Forget::CutOff);
        }
    }

    /// How far the log has been read according to the store, in bytes.
    pub(super) fn known_bytes(&self) -> u64 {
        match &self.log {
            LogRow::Known(saved) => saved.read_bytes,
            LogRow::New(_) => 0,
        }
    }

    /// Records whether the log begins with the part that the store has read, given the hash of that many bytes.
    pub(super) fn knows_beginning(&mut self, hash: Option<&str>) -> bool {
        self.is_known_beginning = match &self.log {
            LogRow::Known(saved) => saved.read_bytes == 0 || hash == Some(saved.read_hash.as_str()),
            LogRow::New(_) => true,
        };
        self.is_known_beginning
    }

    /// Skips the part of the log that the store has, up to the end of the pipeline or of the import.
    pub(super) fn pass_over(
        &mut self,
        store: &mut SqliteStore,
        run: &mut Run<'_>,
        pipeline: &mut Pipeline,
    ) -> Result<()> {
        let mut n_bytes = 0;
        loop {
            if let Some(mut chunk) = pipeline.next(LOOK_EVERY)? {
                n_bytes = chunk.n_bytes;
                for item in &chunk.items {
                    match item {
                        Item::Event(event) => {
                            self.places.pass(event.key);
                            run.report.n_duplicates += 1;
                        }
                        Item::Mapping(mapping) => self.carry(store, mapping)?,
                    }
                }
                if run.report.n_bad == 0 {
                    run.report.fields = std::mem::take(&mut chunk.fields);
                }
                run.take_bad(std::mem::take(&mut chunk.bad));
                if let Some(Stop::Strict(bad)) = chunk.stop {
                    return run.ended(Stop::Strict(bad));
                }
                let is_last = chunk.is_last;
                pipeline.give_back(chunk);
                if is_last {
                    return Ok(());
                }
            }
            run.report_progress(n_bytes);
            if run.is_cancelled() {
                return Ok(());
            }
        }
    }

    /// Takes what the pipeline reads, up to the end of the log or of the import.
    pub(super) fn take(
        &mut self,
        store: &mut SqliteStore,
        run: &mut Run<'_>,
        pipeline: &mut Pipeline,
        lines: &LineReader,
    ) -> Result<()> {
        let (mut n_lines_wanted, mut n_lines, mut n_bytes) = (FIRST_EVENTS, 0, 0);
        loop {
            let (mut stop, mut is_full) = (None, n_lines > 0);
            if let Some(mut chunk) = pipeline.next(LOOK_EVERY)? {
                n_bytes = chunk.n_bytes;
                n_lines += chunk.items.len() + chunk.bad.len();
                stop = self.take_chunk(store, run, &mut chunk, lines)?;
                is_full = n_lines >= n_lines_wanted || self.waiting.n_bytes >= BATCH_BYTES;
                pipeline.give_back(chunk);
            }
            if run.report.was_cancelled {
                return Ok(());
            }
            // If nothing more is available, as with a pipe, others need not wait to write, nor to see the new events.
            if is_full || stop.is_some() {
                if !self.commit(store, run, n_bytes)? {
                    return Ok(());
                }
                (n_lines_wanted, n_lines) = (BATCH_EVENTS, 0);
            }
            if let Some(stop) = stop {
                return run.ended(stop);
            }
            run.report_progress(n_bytes);
            if run.is_cancelled() {
                store.roll_back_imported();
                return Ok(());
            }
        }
    }

    /// Takes a chunk. If nothing may follow, gives the reason.
    fn take_chunk(
        &mut self,
        store: &mut SqliteStore,
        run: &mut Run<'_>,
        chunk: &mut Chunk,
        lines: &LineReader,
    ) -> Result<Option<Stop>> {
        let mut to_add = Vec::with_capacity(chunk.items.len());
        for item in std::mem::take(&mut chunk.items) {
            match item {
                Item::Event(event) => match self.understood(chunk, event, lines) {
                    Ok(event) => to_add.extend(self.unless_known(store, chunk, event)?),
                    Err(bad) => {
                        self.waiting.bad.push(bad.clone());
                        if self.is_strict {
                            return self.add(store, chunk, &to_add).map(|_| Some(Stop::Strict(bad)));
                        }
                        continue;
                    }
                },
                Item::Mapping(mapping) => {
                    self.add(store, chunk, &to_add)?;
                    to_add.clear();
                    // The store saves the mapping in a transaction of its own.
                    if !self.commit(store, run, chunk.n_bytes)? {
                        return Ok(None);
                    }
                    self.carry(store, &mapping)?;
                }
            }
            // No event after a refused one may be added with it.
            if self.is_strict {
                if let Some(bad) = self.add(store, chunk, &to_add)? {
                    return Ok(Some(Stop::Strict(bad)));
                }
                to_add.clear();
            }
        }
        self.add(store, chunk, &to_add)?;
        if run.report.n_bad == 0 && self.waiting.bad.is_empty() {
            run.report.fields = std::mem::take(&mut chunk.fields);
        }
        self.waiting.bad.append(&mut chunk.bad);
        let stop = chunk.stop.take();
        if !matches!(stop, Some(Stop::Strict(_))) && (self.is_known_beginning || stop.is_some()) {
            self.waiting.reached = Some(chunk.so_far.clone());
        }
        Ok(stop)
    }

    /// The event; read again if its mapping has not been carried by the log.
    fn understood(
        &self,
        chunk: &mut Chunk,
        event: PlacedEvent,
        lines: &LineReader,
    ) -> Result<PlacedEvent, BadLine> {
        match event.source {
            Some(number) if !self.carried.contains_key(&number) => chunk.read_unmapped(event, lines),
            _ => Ok(event),
        }
    }

    /// The event with its place, unless the store has it from this log.
    fn unless_known(
        &mut self,
        store: &mut SqliteStore,
        chunk: &Chunk,
        event: PlacedEvent,
    ) -> Result<Option<EventToAdd>> {
        let log = self.log(store)?;
        let (name, text) = chunk.event(&event);
        let EventArrival::New { place, stream } = self.places.seen(store, event.key, name, &text)? else {
            self.waiting.n_duplicates += 1;
            return Ok(None);
        };
        self.waiting.n_bytes += text.data.len() + text.metadata.map_or(0, str::len);
        let source = event.source.and_then(|number| self.carried.get(&number)).copied().unwrap_or(log);
        Ok(Some(EventToAdd { event, source, place, stream }))
    }

    /// Adds events to the store. Returns the first that the store refused.
    fn add(
        &mut self,
        store: &mut SqliteStore,
        chunk: &Chunk,
        to_add: &[EventToAdd],
    ) -> Result<Option<BadLine>> {
        if to_add.is_empty() {
            return Ok(None);
        }
        let text = |EventToAdd { event: placed, source, place, .. }: &EventToAdd| {
            let (stream, event) = chunk.event(placed);
            ImportedText { source: *source, place: *place, stream, event, content: placed.content }
        };
        let texts: Vec<_> = to_add.iter().map(text).collect();
        let mut first = None;
        for (added, EventToAdd { event, stream, .. }) in store.add_imported(&texts)?.into_iter().zip(to_add) {
            match added {
                AddOutcome::New => {
                    self.waiting.n_events += 1;
                    if event.is_time_unread {
                        let line = event.record.line;
                        self.left_out.add(TIME_UNREAD, Reason { line, n: 1, is_refused: false });
                        self.waiting.n_times_unread += 1;
                    }
                    self.waiting.n_streams += u64::from(self.places.touch(*stream));
                }
                AddOutcome::WasThere => self.waiting.n_duplicates += 1,
                AddOutcome::Refused(why) => {
                    let bad = BadLine { line: event.record.line, why, is_refused: true };
                    first.get_or_insert_with(|| bad.clone());
                    self.waiting.bad.push(bad);
                }
            }
        }
        Ok(first)
    }

    /// Commits what waits, and how far the log has been read with it. False if the import was cancelled instead.
    fn commit(&mut self, store: &mut SqliteStore, run: &mut Run<'_>, n_bytes: u64) -> Result<bool> {
        for BadLine { line, why, is_refused } in &self.waiting.bad {
            self.left_out.add(why, Reason { line: *line, n: 1, is_refused: *is_refused });
        }
        if let LogRow::Known(saved) = &mut self.log {
            let forgets_all = self.forget == Some(Forget::All) && !store.left_out_of(saved.log)?.is_empty();
            let notes = !self.left_out.is_empty() || forgets_all;
            let further = self.waiting.reached.take().filter(|reached| reached.n_bytes > saved.read_bytes);
            let is_further = further.is_some();
            if let Some(ReadSoFar { n_bytes: read_bytes, hash: read_hash, n_lines: read_lines }) = further {
                *saved = SourceProgress { log: saved.log, read_bytes, read_hash, read_lines };
            }
            if is_further || store.is_importing() || notes {
                store.note_left_out(saved.log, self.forget.take(), &std::mem::take(&mut self.left_out))?;
                run.report_progress(n_bytes);
                let committed = store.commit_imported(saved, run.cancel());
                let committed = committed.with_context(|| {
                    format!(
                        "{} events of {} were imported, and then it failed",
                        run.report.n_events, run.shown
                    )
                })?;
                let Ok(head) = committed else { return Ok(!run.is_cancelled()) };
                run.report.head = head;
            }
        }
        std::mem::take(&mut self.waiting).count_in(run);
        Ok(true)
    }

    /// Saves a mapping that the log carries as a source of the store, unless an earlier import did. The n-th mapping of
    /// the log is the n-th source that the store knows as part of the log.
    fn carry(&mut self, store: &mut SqliteStore, carried: &CarriedMapping) -> Result<()> {
        let log = self.log(store)?;
        let mut parts = store.sources()?.into_iter().filter(|part| part.log == log && part.id != log);
        let known = parts.nth(self.n_carried);
        let source = match known {
            Some(known) => {
                store.set_mapping(known.id, &carried.mapping)?;
                known.id
            }
            None => store.add_source(&NewSource {
                log: Some(log),
                name: carried.name.clone(),
                beginning_bytes: 0,
                beginning_hash: String::new(),
                mapping: Some(carried.mapping.clone()),
            })?,
        };
        self.n_carried += 1;
        self.carried.insert(carried.source, source);
        Ok(())
    }
}
