//! Opening a log and reading its beginning on a detached thread, so that a silent pipe can be abandoned.

use std::sync::mpsc::{RecvTimeoutError, channel};

use anyhow::{Result, anyhow};

use crate::domain::aggregates::Aggregates;
use crate::store::import::options::{ImportOptions, LOOK_EVERY};
use crate::store::import::pipeline::spawn;
use crate::store::import::reader::LogFileReader;
use crate::store::import::run::Run;
use crate::store::jsonl::input::LogInput;
use crate::store::log::source::Source;

/// A reader of the log that holds its beginning; `None` if the run was cancelled before that came. The thread ends
/// with the next bytes of the log, or with the program.
///
/// # Errors
/// The log cannot be opened, or the system refuses a thread.
pub(super) fn opened(
    mut input: LogInput,
    options: &ImportOptions,
    logs: Vec<Source>,
    aggregates: &Aggregates,
    run: &mut Run<'_>,
) -> Result<Option<LogFileReader>> {
    let (options, aggregates) = (options.clone(), aggregates.clone());
    let (to_us, opened) = channel();
    let open = move || {
        let reader = input.open().map(|log| {
            let mut reader = LogFileReader::new(log, &options, &logs, &aggregates);
            reader.hold_beginning();
            reader.hold_for_finding();
            reader
        });
        // After the end of the import there is no receiver.
        drop(to_us.send(reader));
    };
    spawn("begin", open)?;
    loop {
        match opened.recv_timeout(LOOK_EVERY) {
            Ok(reader) => return reader.map(Some),
            Err(RecvTimeoutError::Disconnected) => return Err(anyhow!("the log is no longer being read")),
            Err(RecvTimeoutError::Timeout) => {
                run.report_progress(0);
                if run.is_cancelled() {
                    return Ok(None);
                }
            }
        }
    }
}
