//! Import: a log read into a store. Known events are recognised, and reading continues where it stopped.
//!
//! A log is identified by the hash of its beginning. The store remembers how far it has read each log, with the hash of
//! that part. If the log still begins with that part, only the rest is new. Otherwise (the log was edited, or comes
//! from a pipe and cannot be read twice) every event is compared with the events that this log gave to the stream
//! before. An event that the stream has as often as the log is not added again. So two identical deposits in one log
//! stay two.
//!
//! Reading and parsing have their own threads, so that they continue while parsed events are written; the caller waits
//! for the whole import. These threads and those of `read_ahead` and `in_pieces` are the only ones that the loop does
//! not own.
//!
//! Its files:
//!
//! - `beginning.rs`: opening a log and reading its beginning on a detached thread, so that a silent pipe can be abandoned
//! - `chunk.rs`: chunks of a log with their events, which refer to the chunk's text instead of copying it
//! - `finding.rs`: the mapping of a log that is new to a store: the given one, with the envelope that is found in the first records
//! - `intake.rs`: the intake: from the lines of a log to committed events
//! - `known_beginning.rs`: a log that the store knows already, recognised by its beginning
//! - `missing_log.rs`: a log that is missing: how an import that failed for that reason is recognised
//! - `options.rs`: options of an import, and its reports on the way
//! - `pipeline.rs`: the pipeline: reading and parsing on their own threads, while earlier events are written
//! - `places.rs`: the events of a log that a store already has
//! - `reader.rs`: the reader: a log's records in blocks, each with the progress that it makes
//! - `report.rs`: the report of an import: counts and doubts
//! - `rotation.rs`: log rotation: what became of a file that was renamed, removed or cut, and how reading continues
//! - `run.rs`: the running totals of an import, and its progress
//! - `target.rs`: the store that an import fills, for a caller that need not know which kind of store it is
//! - `waiting.rs`: events that were taken from a log and are not yet committed, counted

mod beginning;
mod chunk;
mod finding;
mod intake;
mod known_beginning;
pub mod missing_log;
pub mod options;
mod pipeline;
mod places;
mod reader;
pub mod report;
pub mod rotation;
mod run;
pub mod target;
mod waiting;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::{Result, bail};

use crate::cancel::Cancel;
use crate::domain::mapping::Mapping;
use crate::domain::mapping::envelope::Envelope;
use crate::store::EventReader;
use crate::store::clock;
use crate::store::import::chunk::Chunk;
use crate::store::import::intake::Intake;
use crate::store::import::known_beginning::begins_as_stream;
use crate::store::import::missing_log::is_missing;
use crate::store::import::options::{FIRST_EVENTS, IfChanged, ImportOptions, LogChanged, OnImportProgress};
use crate::store::import::pipeline::Pipeline;
use crate::store::import::reader::LogFileReader;
use crate::store::import::report::{Doubt, ImportReport};
use crate::store::import::run::Run;
use crate::store::jsonl::input::{FileIdentity, LogInput};
use crate::store::log::source::Source;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::import::sources::NewSource;

/// Imports the new part of a log.
///
/// # Errors
/// The log cannot be opened or not be read to its end; the mapping is invalid, or its envelope differs from the one
/// that the log was imported with; with `is_strict`, the first bad line; errors of the store. Whatever was committed
/// until then stays.
pub fn import(
    store: &mut SqliteStore,
    input: LogInput,
    options: &ImportOptions,
    cancel: &Cancel,
    progress: OnImportProgress<'_>,
) -> Result<ImportReport> {
    LogImport::new(input, options.clone()).read_on(store, cancel, progress)
}

/// The import of one log, which can continue when the log has grown.
pub struct LogImport {
    input: LogInput,
    options: ImportOptions,
    reading: Option<LogReading>,
    /// A log that has no complete record yet.
    waiting: Option<OpenedLogFile>,
}

/// A log that was opened and not yet identified.
struct OpenedLogFile {
    reader: LogFileReader,
    identity: Option<FileIdentity>,
    /// The sources of the store when the log was opened: the reader knows where their hashes are needed. Another process
    /// may have added to them since.
    sources: Vec<Source>,
}

/// A log that is being read into a store.
struct LogReading {
    /// `None` while it reads, and after an import that was cancelled.
    reader: Option<LogFileReader>,
    intake: Intake,
    identity: Option<FileIdentity>,
}

impl LogImport {
    /// An import that has not begun.
    pub fn new(input: LogInput, options: ImportOptions) -> Self {
        Self { input, options, reading: None, waiting: None }
    }

    /// Opens a log that is a file, so that [`LogImport::read_rest`] can read it even if it is renamed or removed before
    /// the first piece of the import.
    ///
    /// # Errors
    /// The log cannot be opened; errors of the store.
    pub fn hold_open(&mut self, store: &SqliteStore) -> Result<()> {
        let LogInput::File(path) = &self.input else { return Ok(()) };
        let log = LogInput::File(path.clone()).open()?;
        let (identity, sources) = (FileIdentity::of(&self.input), store.sources()?);
        let aggregates = store.unmapped_aggregates();
        let reader = LogFileReader::new(log, &self.options, &logs_of(&sources), aggregates);
        self.waiting = Some(OpenedLogFile { reader, identity, sources });
        Ok(())
    }

    /// Reads to the log's end. Another call continues from there: a growing file where reading stopped, a replaced file
    /// from its beginning.
    ///
    /// # Errors
    /// Those of [`import`].
    pub fn read_on(
        &mut self,
        store: &mut SqliteStore,
        cancel: &Cancel,
        progress: OnImportProgress<'_>,
    ) -> Result<ImportReport> {
        if self.is_at_end() {
            return Ok(ImportReport { head: store.head()?, ..ImportReport::default() });
        }
        self.run(store, cancel, progress, Self::read)
    }

    /// Runs a piece of the import. After an error or a cancel the next piece begins at the log's beginning, unless the
    /// log was missing: nothing was read then.
    fn run(
        &mut self,
        store: &mut SqliteStore,
        cancel: &Cancel,
        progress: OnImportProgress<'_>,
        work: impl FnOnce(&mut Self, &mut SqliteStore, &mut Run<'_>) -> Result<()>,
    ) -> Result<ImportReport> {
        let mut run = Run::new(self.input.shown(), store.head()?, cancel, progress);
        store.begin_bulk()?;
        let outcome = work(self, store, &mut run);
        store.roll_back_imported();
        let ended = store.end_bulk();
        let is_ahead = outcome.as_ref().is_err_and(|error| !is_missing(error)) || run.report.was_cancelled;
        if is_ahead {
            // The reader is ahead of the store, so its records have to be read again.
            self.reading = None;
        }
        outcome?;
        ended?;
        run.report.head = store.head()?;
        run.report.n_behind = run.n_behind.load(Ordering::Relaxed);
        run.report.bad.sort_by_key(|bad| bad.line);
        Ok(run.report)
    }

    /// Whether the file is unchanged since it was read to its end.
    fn is_at_end(&self) -> bool {
        let now = FileIdentity::of(&self.input);
        let reading = self.reading.as_ref().zip(now);
        reading.is_some_and(|(reading, now)| {
            reading.goes_on(&self.input)
                && reading.reader.as_ref().is_some_and(|reader| now.n_bytes == reader.n_read())
        })
    }

    fn read(&mut self, store: &mut SqliteStore, run: &mut Run<'_>) -> Result<()> {
        let is_same = self.reading.as_ref().is_some_and(|reading| reading.goes_on(&self.input));
        if !is_same {
            self.reading = self.begin(store, run)?;
        }
        match &mut self.reading {
            Some(reading) if !run.report.was_cancelled => reading.read(store, run),
            _ => Ok(()),
        }
    }

    /// Identifies the log, and skips the part that the store has. `None` if there is nothing to read.
    fn begin(&mut self, store: &mut SqliteStore, run: &mut Run<'_>) -> Result<Option<LogReading>> {
        let identity = FileIdentity::of(&self.input);
        let sources = store.sources()?;
        let (input, logs) = (self.input.to_be_read(), logs_of(&sources));
        let reader = beginning::opened(input, &self.options, logs, store.unmapped_aggregates(), run)?;
        let opened = reader.map(|reader| OpenedLogFile { reader, identity, sources });
        opened.map_or(Ok(None), |opened| self.begin_with(store, run, opened))
    }

    /// Like [`LogImport::begin`], with a reader that holds the log's beginning.
    fn begin_with(
        &mut self,
        store: &mut SqliteStore,
        run: &mut Run<'_>,
        opened: OpenedLogFile,
    ) -> Result<Option<LogReading>> {
        self.waiting = None;
        let given = self.options.mapping.as_deref().map(|text| parsed(text, store)).transpose()?;
        let OpenedLogFile { mut reader, identity, sources } = opened;
        let logs = logs_of(&sources);
        run.n_bytes_total = reader.n_total;
        run.report.table = reader.table_note();
        run.n_behind = Arc::clone(&reader.n_behind);
        if reader.n_bytes_held() == 0 {
            // There is no complete record, but perhaps half of one.
            let lines = reader.lines().clone();
            let block = reader.block(FIRST_EVENTS, usize::MAX, None, Vec::new());
            let chunk = Chunk::of(block, &lines, self.options.is_strict);
            run.report.fields = chunk.fields;
            run.take_bad(chunk.bad);
            self.waiting = Some(OpenedLogFile { reader, identity, sources });
            return chunk.stop.map_or(Ok(None), |stop| run.ended(stop).map(|()| None));
        }
        reader.read_with(given.clone());
        self.read_as_before(store, &mut reader, &logs)?;
        let is_added = self.is_added(store, &reader, &sources)?;
        if let Some(known) = reader.known_log(&logs).filter(|_| !is_added) {
            let mapping = self.mapping_of(known, given, store)?;
            run.report.found = mapping.as_ref().and_then(|mapping| mapping.found().map(str::to_owned));
            run.take_times_unread(store.left_out_of(known.id)?.n_times_unread());
            reader.read_with(mapping);
            let (reader, intake) = self.pass_over(store, run, reader, known, &sources)?;
            let is_only = logs.len() == 1 || self.input.name() == known.name;
            if self.options.if_changed == IfChanged::Compare && run.report.doubt.is_none() && !is_only {
                run.report.doubt = Some(Doubt::Continues);
            }
            return Ok(Some(LogReading { reader, intake, identity }));
        }
        if self.options.if_changed == IfChanged::Stop && !logs.is_empty() && !is_added {
            return Err(LogChanged { log: run.shown.clone() }.into());
        }
        let mapping = self.mapping_of_new(store, run, &mut reader, is_added)?;
        if self.options.if_changed == IfChanged::Compare {
            run.report.doubt = self.doubt(store, &reader, &logs)?;
        }
        let (beginning_bytes, beginning_hash) = match is_added {
            // This is a new log even if its first line is that of a known one.
            true => (0, clock::new_id().to_string()),
            false => reader.beginning(),
        };
        let name = self.input.name();
        let new = NewSource { log: None, name, beginning_bytes, beginning_hash, mapping };
        let intake = Intake::of_new_log(new, self.options.is_strict);
        Ok(Some(LogReading { reader: Some(reader), intake, identity }))
    }

    /// A reason to suspect that a new log holds events that the store has.
    fn doubt(&self, store: &SqliteStore, reader: &LogFileReader, logs: &[Source]) -> Result<Option<Doubt>> {
        let name = self.input.name();
        let is_file = matches!(self.input, LogInput::File(_));
        if is_file && logs.iter().any(|log| log.name == name) {
            return Ok(Some(Doubt::OtherBeginning));
        }
        Ok(begins_as_stream(store, reader)?.then_some(Doubt::BeginsAsStore))
    }

    /// The mapping for a known log: the given one, which is then saved for the log, or the one that it has.
    fn mapping_of(
        &self,
        known: &Source,
        given: Option<Arc<Mapping>>,
        store: &mut SqliteStore,
    ) -> Result<Option<Arc<Mapping>>> {
        let recorded = known.mapping.as_deref().map(|text| parsed(text, store)).transpose()?;
        let (Some(mapping), Some(text)) = (&given, &self.options.mapping) else { return Ok(recorded) };
        let ours = Envelope::ours();
        if let Some(recorded) = recorded.as_ref().filter(|_| mapping.envelope().is_ours()) {
            // The file says nothing of the envelope, which stays.
            let text = match recorded.envelope().is_ours() {
                true => text.clone(),
                false => recorded.complete(text),
            };
            store.set_mapping(known.id, &text)?;
            return Ok(Some(parsed(&text, store)?));
        }
        if mapping.envelope() != recorded.as_ref().map_or(&ours, |recorded| recorded.envelope()) {
            bail!(
                "{} was imported before with another [envelope] in its mapping, which cannot be changed for events that \
                 are in the store; keep the [envelope], or import the log into a new store",
                self.input.shown()
            );
        }
        store.set_mapping(known.id, text)?;
        Ok(given)
    }

    /// Skips the part of a log that the store has. If the log does not begin with that part, or cannot be read a second
    /// time, all of it is compared.
    fn pass_over(
        &mut self,
        store: &mut SqliteStore,
        run: &mut Run<'_>,
        mut reader: LogFileReader,
        known: &Source,
        sources: &[Source],
    ) -> Result<(Option<LogFileReader>, Intake)> {
        let is_strict = self.options.is_strict;
        let mut intake = Intake::of_known_log(known, sources, is_strict);
        let until = intake.known_bytes();
        if matches!(self.input, LogInput::Stream { .. }) {
            return Ok((Some(reader), intake));
        }
        let (before, mapping) = (run.report.clone(), reader.mapping());
        if until > 0 {
            let mut pipeline = Pipeline::start(reader, Some(until))?;
            intake.pass_over(store, run, &mut pipeline)?;
            if run.report.was_cancelled {
                return Ok((None, intake));
            }
            reader = pipeline.end()?;
        }
        if intake.knows_beginning(reader.hash_at(until)) {
            run.take_refused(&store.left_out_of(known.id)?);
            return Ok((Some(reader), intake));
        }
        if self.options.if_changed == IfChanged::Stop {
            return Err(LogChanged { log: run.shown.clone() }.into());
        }
        run.report = ImportReport { doubt: Some(Doubt::Edited), ..before };
        reader = LogFileReader::new(self.input.open()?, &self.options, &[], store.unmapped_aggregates());
        reader.read_with(mapping);
        Ok((Some(reader), Intake::of_known_log(known, sources, is_strict)))
    }
}

/// The sources that are logs themselves, not parts of another log.
fn logs_of(sources: &[Source]) -> Vec<Source> {
    sources.iter().filter(|source| source.id == source.log).cloned().collect()
}

/// Parses a mapping file.
fn parsed(text: &str, store: &SqliteStore) -> Result<Arc<Mapping>> {
    Ok(Arc::new(store.unmapped_aggregates().parse_mapping(text)?))
}

impl LogReading {
    /// Whether this is the reader of `input`, and can continue.
    fn goes_on(&self, input: &LogInput) -> bool {
        match (input, &self.identity, FileIdentity::of(input)) {
            (LogInput::Stream { .. }, _, _) => true,
            (LogInput::File(_), Some(then), Some(now)) => {
                now.is_same_file(then)
                    && self.reader.as_ref().is_some_and(|reader| reader.can_read_on(now.n_bytes))
            }
            _ => false,
        }
    }

    /// Reads to the log's end.
    fn read(&mut self, store: &mut SqliteStore, run: &mut Run<'_>) -> Result<()> {
        let Some(reader) = self.reader.take() else { return Ok(()) };
        self.intake.begin_run();
        let lines = reader.lines().clone();
        let mut pipeline = Pipeline::start(reader, None)?;
        self.intake.take(store, run, &mut pipeline, &lines)?;
        if !run.report.was_cancelled {
            self.reader = Some(pipeline.end()?);
        }
        Ok(())
    }
}
