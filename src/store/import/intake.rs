//! The store's half of an import: from the lines of a log to committed events.

use std::collections::{HashMap, HashSet};
use std::sync::mpsc;

use anyhow::{Context, Result};

use crate::domain::event::SourceId;
use crate::domain::mapping::envelope::LineEvent;
use crate::store::import::places::{Places, Seen};
use crate::store::import::reader::{Chunk, Item, LogReader, Stop};
use crate::store::import::run::Run;
use crate::store::import::{CHUNK_LINES, FIRST_EVENTS};
use crate::store::jsonl::BadLine;
use crate::store::jsonl::line::CarriedMapping;
use crate::store::jsonl::split::ReadSoFar;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::import::{ImportedEvent, SourceProgress};
use crate::store::sqlite::sources::{NewSource, Source};
use crate::store::{Direction, EventReader};

/// How many events are committed together.
const BATCH_EVENTS: usize = 100_000;

/// How many bytes of events are committed together at most, so that long ones do not fill the memory.
const BATCH_BYTES: usize = 64 * 1024 * 1024;

/// Takes a log into a store.
pub(super) struct Intake {
    log: Log,
    places: Places,
    /// The sources of the mappings that the log has carried so far, by their numbers in the log.
    carried: HashMap<u64, SourceId>,
    n_carried: usize,
    /// Whether all that was read begins with what the store knows to have been read. As long as it does not, how far
    /// it is read says nothing about what the store has.
    is_known_beginning: bool,
    batch: Batch,
}

/// The log, as the store knows it.
enum Log {
    /// Not yet. A log of which not one line can be read (with a mapping that does not fit, say) leaves no trace.
    New(NewSource),
    /// With how far it was read. That only ever moves on: what follows a known beginning is new, and would be added
    /// twice if the store had gone back.
    Known(SourceProgress),
}

/// Events on their way into the store.
#[derive(Default)]
struct Batch {
    events: Vec<ImportedEvent>,
    /// The line of each.
    lines: Vec<u64>,
    /// Their ids, where a strict import asks for them.
    ids: HashSet<String>,
    n_bytes: usize,
}

impl Intake {
    /// The intake of a log that the store has nothing of.
    pub(super) fn of_new_log(new: NewSource) -> Self {
        Self::new(Log::New(new), Places::default(), true)
    }

    /// The intake of a log that the store knows, from its beginning.
    pub(super) fn of_known_log(known: &Source, sources: &[Source]) -> Self {
        let parts = sources.iter().filter(|part| part.log == known.id).map(|part| part.id).collect();
        let Source { id: log, read_bytes, read_hash, read_lines, .. } = known;
        let (log, read_bytes, read_hash, read_lines) = (*log, *read_bytes, read_hash.clone(), *read_lines);
        let saved = SourceProgress { log, read_bytes, read_hash, read_lines };
        Self::new(Log::Known(saved), Places::of_known_log(log, parts), false)
    }

    fn new(log: Log, places: Places, is_known_beginning: bool) -> Self {
        let (carried, n_carried, batch) = (HashMap::new(), 0, Batch::default());
        Self { log, places, carried, n_carried, is_known_beginning, batch }
    }

    /// The log's number in the store, which it gets before its first event.
    fn log(&mut self, store: &mut SqliteStore) -> Result<SourceId> {
        let new = match &self.log {
            Log::Known(saved) => return Ok(saved.log),
            Log::New(new) => new.clone(),
        };
        let log = store.add_source(&new)?;
        // Another process may have begun to import the same log. Whoever was first has it.
        let sources = store.sources()?;
        let is_it = |source: &&Source| {
            source.id == source.log
                && source.beginning_bytes == new.beginning_bytes
                && source.beginning_hash == new.beginning_hash
        };
        match sources.iter().find(is_it).filter(|first| first.id != log) {
            Some(first) => *self = Self::of_known_log(first, &sources),
            None => {
                let (read_bytes, read_hash, read_lines) = (0, String::new(), 0);
                self.log = Log::Known(SourceProgress { log, read_bytes, read_hash, read_lines });
            }
        }
        match &self.log {
            Log::Known(saved) => Ok(saved.log),
            Log::New(_) => Ok(log),
        }
    }

    /// Begins another run over what has been added to the log.
    pub(super) fn begin_run(&mut self) {
        self.places.untouch();
    }

    /// Passes over what the store has read of the log. False if the log does not begin with it.
    pub(super) fn pass_over(
        &mut self,
        store: &mut SqliteStore,
        run: &mut Run<'_>,
        reader: &mut LogReader,
    ) -> Result<bool> {
        let Log::Known(SourceProgress { read_bytes: until, read_hash, .. }) = &self.log else {
            return Ok(true);
        };
        let (until, read_hash) = (*until, read_hash.clone());
        while reader.n_bytes() < until {
            let chunk = reader.chunk(CHUNK_LINES, Some(until));
            for item in chunk.items {
                match item {
                    Item::Event { event, .. } => {
                        self.places.pass(&event.stream);
                        run.report.n_duplicates += 1;
                    }
                    Item::Mapping(mapping) => self.carry(store, &mapping)?,
                }
            }
            run.take_bad(chunk.bad);
            match chunk.stop {
                Some(Stop::Strict(bad)) => return run.ended(Stop::Strict(bad)).map(|()| false),
                Some(_) => break,
                None => {}
            }
            if run.is_broken_off(chunk.n_bytes) {
                return Ok(true);
            }
        }
        self.is_known_beginning = until == 0 || reader.hash_at(until) == Some(read_hash.as_str());
        Ok(self.is_known_beginning)
    }

    /// Takes what is read, up to the end of the log or of the import.
    pub(super) fn take(
        &mut self,
        store: &mut SqliteStore,
        run: &mut Run<'_>,
        chunks: mpsc::Receiver<Chunk>,
    ) -> Result<()> {
        let mut n_events_wanted = FIRST_EVENTS;
        for chunk in chunks {
            let is_strict = chunk.is_strict;
            for item in chunk.items {
                match item {
                    Item::Mapping(mapping) => self.carry(store, &mapping)?,
                    Item::Event { line, event } => self.take_event(store, run, (line, event), is_strict)?,
                }
            }
            run.take_bad(chunk.bad);
            let is_full = self.batch.events.len() >= n_events_wanted || self.batch.n_bytes >= BATCH_BYTES;
            if is_full || chunk.stop.is_some() {
                if self.is_known_beginning || chunk.stop.is_some() {
                    self.write(store, run, Some(chunk.so_far))?;
                } else {
                    self.write(store, run, None)?;
                }
                n_events_wanted = BATCH_EVENTS;
            }
            if let Some(stop) = chunk.stop {
                return run.ended(stop);
            }
            if run.is_broken_off(chunk.n_bytes) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn take_event(
        &mut self,
        store: &mut SqliteStore,
        run: &mut Run<'_>,
        (line, event): (u64, LineEvent),
        is_strict: bool,
    ) -> Result<()> {
        let LineEvent { stream, event, source } = event;
        let log = self.log(store)?;
        let Seen::New { place } = self.places.seen(store, &stream, &event)? else {
            run.report.n_duplicates += 1;
            return Ok(());
        };
        let source = source.and_then(|number| self.carried.get(&number)).copied().unwrap_or(log);
        // Only the store can say whether an id that is known belongs to this event. Where it may be the end of the
        // import that it does not, nothing that follows may be written together with it.
        let is_doubtful = is_strict
            && match &event.id {
                Some(id) => self.batch.ids.contains(id) || store.event_by_id(id)?.is_some(),
                None => false,
            };
        if is_doubtful {
            self.write(store, run, None)?;
        }
        if is_strict {
            self.batch.ids.extend(event.id.clone());
        }
        self.batch.push(line, ImportedEvent { source, place, stream, event });
        if is_doubtful {
            let n_bad = run.report.n_bad;
            let refused = self.write(store, run, None)?;
            if let Some(bad) = refused.filter(|_| run.report.n_bad > n_bad) {
                return run.ended(Stop::Strict(bad));
            }
        }
        Ok(())
    }

    /// Commits the batch, and how far the log has been read with it; the first that the store refused.
    fn write(
        &mut self,
        store: &mut SqliteStore,
        run: &mut Run<'_>,
        so_far: Option<ReadSoFar>,
    ) -> Result<Option<BadLine>> {
        let Log::Known(saved) = &mut self.log else { return Ok(None) };
        let further = so_far.filter(|so_far| so_far.n_bytes > saved.read_bytes);
        if further.is_none() && self.batch.events.is_empty() {
            return Ok(None);
        }
        if let Some(ReadSoFar { n_bytes: read_bytes, hash: read_hash, n_lines: read_lines }) = further {
            *saved = SourceProgress { log: saved.log, read_bytes, read_hash, read_lines };
        }
        let Batch { events, lines, .. } = std::mem::take(&mut self.batch);
        let written = store.import(&events, saved).with_context(|| {
            format!("{} events of {} were imported, and then it failed", run.report.n_events, run.shown)
        })?;
        run.report.n_events += written.n_events;
        run.report.n_duplicates += written.n_duplicates;
        run.report.head = written.head;
        if written.n_duplicates == 0 && written.refused.is_empty() {
            run.report.n_streams += self.places.touch(events.iter().map(|event| &event.stream));
        } else {
            let n_new = usize::try_from(written.n_events).unwrap_or(usize::MAX);
            let first = written.head.minus(written.n_events).plus(1);
            let new = store.read_all(first, Direction::Forward, n_new)?;
            run.report.n_streams += self.places.touch(new.iter().map(|event| &event.stream));
        }
        let bad_of = |(index, why): (usize, String)| {
            let line = lines.get(index).copied().unwrap_or_default();
            BadLine { line, why }
        };
        let refused: Vec<BadLine> = written.refused.into_iter().map(bad_of).collect();
        let first = refused.first().cloned();
        run.take_bad(refused);
        Ok(first)
    }

    /// Makes a mapping that the log carries a source of the store, unless an earlier import did: the first that the
    /// log carries is the first source that the store knows as a part of it, and so on.
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

impl Batch {
    fn push(&mut self, line: u64, event: ImportedEvent) {
        self.n_bytes += event.event.data.len() + event.event.metadata.as_ref().map_or(0, String::len);
        self.events.push(event);
        self.lines.push(line);
    }
}
