//! Log rotation: what became of a file that was renamed, removed or cut, and how reading continues.

use std::path::Path;

use anyhow::Result;

use crate::cancel::Cancel;
use crate::store::import::LogImport;
use crate::store::import::known_beginning::begins_with_known_event;
use crate::store::import::options::{IfChanged, OnImportProgress};
use crate::store::import::reader::LogFileReader;
use crate::store::import::report::ImportReport;
use crate::store::import::run::Run;
use crate::store::jsonl::input::{FileIdentity, LogInput};
use crate::store::log::source::Source;
use crate::store::sqlite::SqliteStore;

/// The state of the file that is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenFile {
    /// It has the log's name and the same beginning, and is no shorter than the part that was read.
    Named,
    /// No file has the log's name, or another file has it and the open file is in the same folder.
    Renamed,
    /// The open file was truncated, and may have grown again: it is shorter than the part that was read, or has another
    /// beginning.
    Cut,
    /// Another file has the log's name and is shorter than the part that was read: the open one was removed, and the
    /// log created again.
    Recreated,
    /// Another file has the log's name and is no shorter than the part that was read.
    Replaced,
}

impl LogImport {
    /// The state of the open file. Before a file was opened: [`OpenFile::Renamed`] if no file has the log's name, else
    /// [`OpenFile::Named`].
    pub fn open_file(&self) -> OpenFile {
        let LogInput::File(path) = &self.input else { return OpenFile::Named };
        let Ok(named) = FileIdentity::at(path) else { return OpenFile::Renamed };
        let Some((open, reader)) = self.opened() else { return OpenFile::Named };
        // An open file keeps its inode number: no other file gets it, even if the open one was removed.
        let is_open = named.is_same_file(open);
        if !is_open && is_in_folder(open, path.parent()) {
            return OpenFile::Renamed;
        }
        let is_shorter = named.n_bytes < reader.n_read();
        match is_open {
            true if is_shorter || !reader.begins(path) => OpenFile::Cut,
            true => OpenFile::Named,
            false if is_shorter => OpenFile::Recreated,
            false => OpenFile::Replaced,
        }
    }

    /// The open file, and its reader.
    fn opened(&self) -> Option<(&FileIdentity, &LogFileReader)> {
        let (reader, identity) = match (&self.reading, &self.waiting) {
            (Some(reading), _) => (reading.reader.as_ref(), reading.identity.as_ref()),
            (None, Some(opened)) => (Some(&opened.reader), opened.identity.as_ref()),
            (None, None) => (None, None),
        };
        Some((identity?, reader?))
    }

    /// Reads what has been added to the open file, whatever its name is now.
    ///
    /// # Errors
    /// See [`crate::store::import::import`].
    pub fn read_rest(
        &mut self,
        store: &mut SqliteStore,
        cancel: &Cancel,
        progress: OnImportProgress<'_>,
    ) -> Result<ImportReport> {
        self.run(store, cancel, progress, Self::read_open)
    }

    /// Reads the open file to its end: a last line without a line break is a line, or a line that was cut off. Then the
    /// file is closed, and the next call of [`LogImport::read_on`] reads the file that now has the log's name, in
    /// addition.
    ///
    /// That file may be the same log, edited, if it is as long as the part that was read or was truncated. Then none of
    /// its first events may be in the store; otherwise the call ends with [`crate::store::import::options::LogChanged`].
    ///
    /// # Errors
    /// See [`crate::store::import::import`].
    pub fn change_over(
        &mut self,
        store: &mut SqliteStore,
        cancel: &Cancel,
        progress: OnImportProgress<'_>,
    ) -> Result<ImportReport> {
        let LogInput::File(path) = &self.input else { return Ok(ImportReport::default()) };
        let n_bytes = FileIdentity::at(path).map_or(0, |file| file.n_bytes);
        let is_shorter = self.opened().is_none_or(|(_, reader)| n_bytes < reader.n_read());
        let open_file = self.open_file();
        let is_new = open_file == OpenFile::Renamed && is_shorter;
        let report = self.run(store, cancel, progress, |import, store, run| {
            let reading = import.reading.as_mut().and_then(|reading| reading.reader.as_mut());
            match reading.or(import.waiting.as_mut().map(|opened| &mut opened.reader)) {
                // After this, the file has what was written to it after the truncation.
                Some(reader) if open_file == OpenFile::Cut => reader.finish_here(),
                Some(reader) => reader.finish(),
                None => {}
            }
            import.read_open(store, run)
        })?;
        (self.reading, self.waiting) = (None, None);
        self.options.if_changed = if is_new { IfChanged::Add } else { IfChanged::AddUnlessKnown };
        Ok(report)
    }

    fn read_open(&mut self, store: &mut SqliteStore, run: &mut Run<'_>) -> Result<()> {
        if self.reading.is_none()
            && let Some(mut opened) = self.waiting.take()
        {
            opened.reader.hold_beginning();
            opened.reader.hold_for_finding();
            self.reading = self.begin_with(store, run, opened)?;
        }
        match &mut self.reading {
            Some(reading) => reading.read(store, run),
            None => Ok(()),
        }
    }

    /// Whether to read the log, whose beginning is held, in addition to the logs that the store knows. The answer holds
    /// for this log alone: a later change of it is handled as usual.
    pub(super) fn is_added(
        &mut self,
        store: &SqliteStore,
        reader: &LogFileReader,
        sources: &[Source],
    ) -> Result<bool> {
        let is_added = match self.options.if_changed {
            IfChanged::Compare | IfChanged::Stop => return Ok(false),
            IfChanged::Add => true,
            IfChanged::AddUnlessKnown => !begins_with_known_event(store, reader, sources)?,
        };
        self.options.if_changed = IfChanged::Stop;
        Ok(is_added)
    }
}

/// Whether a folder contains the file, under any name.
fn is_in_folder(file: &FileIdentity, folder: Option<&Path>) -> bool {
    let Some(Ok(entries)) = folder.map(std::fs::read_dir) else { return false };
    let is_file = |path: &Path| FileIdentity::at(path).is_ok_and(|entry| entry.is_same_file(file));
    entries.flatten().any(|entry| is_file(&entry.path()))
}
