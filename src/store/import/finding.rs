//! The mapping of a log that is new to a store: the given one, with the envelope that is found in the first records.

use std::sync::Arc;

use anyhow::Result;

use crate::domain::mapping::Mapping;
use crate::domain::mapping::finding::found::EnvelopeFinding;
use crate::store::import::options::IfChanged;
use crate::store::import::reader::LogFileReader;
use crate::store::import::run::Run;
use crate::store::import::{LogImport, parsed};
use crate::store::log::source::Source;
use crate::store::sqlite::SqliteStore;

impl LogImport {
    /// Whether a mapping with an envelope was given.
    fn has_envelope(&self, store: &SqliteStore) -> Result<bool> {
        let given = self.options.mapping.as_deref().map(|text| parsed(text, store)).transpose()?;
        Ok(given.is_some_and(|given| !given.envelope().is_ours()))
    }

    /// Lets a log that continues another one be read as that one was.
    pub(super) fn read_as_before(
        &self,
        store: &SqliteStore,
        reader: &mut LogFileReader,
        logs: &[Source],
    ) -> Result<()> {
        let continues = matches!(self.options.if_changed, IfChanged::Add | IfChanged::AddUnlessKnown);
        if !continues || self.has_envelope(store)? {
            return Ok(());
        }
        let newest = logs.last().and_then(|log| log.mapping.as_deref());
        let newest = newest.map(|text| parsed(text, store)).transpose()?;
        if newest.as_ref().is_some_and(|newest| !newest.envelope().is_ours()) {
            reader.read_with(newest);
        }
        Ok(())
    }

    /// The text of the mapping for a new log, whose beginning is held; the reader reads with it from now on.
    pub(super) fn mapping_of_new(
        &self,
        store: &SqliteStore,
        run: &mut Run<'_>,
        reader: &mut LogFileReader,
        is_added: bool,
    ) -> Result<Option<String>> {
        let given = &self.options.mapping;
        if self.has_envelope(store)? {
            return Ok(given.clone());
        }
        let before = reader.mapping().filter(|before| !before.envelope().is_ours());
        if let Some(before) = before.filter(|_| is_added && reader.reads_beginning()) {
            return Ok(Some(self.use_envelope(store, run, reader, &before.complete(""))?));
        }
        match reader.finding() {
            EnvelopeFinding::Ours => {
                let ours = given.as_deref().map(|text| parsed(text, store)).transpose()?;
                reader.read_with(ours);
                Ok(given.clone())
            }
            EnvelopeFinding::NotFound(nothing) => {
                run.report.looked_for = nothing.in_words();
                Ok(given.clone())
            }
            EnvelopeFinding::Found(found) => {
                Ok(Some(self.use_envelope(store, run, reader, &found.mapping_text())?))
            }
        }
    }

    /// Reads with an envelope and the given meanings. Returns the text of that mapping.
    fn use_envelope(
        &self,
        store: &SqliteStore,
        run: &mut Run<'_>,
        reader: &mut LogFileReader,
        envelope: &str,
    ) -> Result<String> {
        let text = match &self.options.mapping {
            Some(given) => format!("{given}\n{envelope}"),
            None => envelope.to_owned(),
        };
        let mapping: Arc<Mapping> = parsed(&text, store)?;
        run.report.found = mapping.found().map(str::to_owned);
        reader.read_with(Some(mapping));
        Ok(text)
    }
}
