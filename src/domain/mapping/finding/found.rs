//! An envelope that was found, and the words about it: in one line, and in the comments of a mapping file.

use crate::domain::mapping::envelope::Envelope;
use crate::domain::mapping::envelope::parts::EnvelopePaths;
use crate::domain::mapping::envelope_part::envelope_text;

/// The end of the reason for a time without a zone.
pub(super) const NO_ZONE: &str = "; it has no zone, and UTC is assumed";

/// What the first records of a log are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvelopeFinding {
    /// Lines of our own: one of them is an event as it is, and not most have a time that our own form does not.
    Ours,
    /// Events of another system.
    Found(Box<FoundEnvelope>),
    /// Records in which no event was found.
    NotFound(NothingFound),
}

/// An envelope that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundEnvelope {
    /// The system that it is of, if its fields are those of a known one.
    pub system: Option<&'static str>,
    /// The form of the log, if its records are not JSON: `CSV`.
    pub form: Option<&'static str>,
    /// The fields beside an array of events that are not kept.
    pub left_beside: Vec<String>,
    /// The parts, each with where it was found.
    pub parts: Vec<FoundPart>,
    /// The envelope, as a mapping file says it.
    pub said: EnvelopePaths,
    /// How many records were looked at.
    pub n_records: usize,
}

/// A part of an event, found in the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPart {
    /// The key of a mapping file.
    pub part: &'static str,
    /// The path, or several with a comma between; `.` is the whole record.
    pub path: String,
    /// Why it was taken for this part.
    pub why: String,
    pub sureness: Sureness,
    /// In how many of the records it is there in the right form.
    pub n_agreeing: usize,
}

/// How sure it is that a field is what it was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    /// The values look like it; no name says so.
    Guessed,
    /// The name may mean something else, or some records do not have it.
    Likely,
    /// The name means this, and nearly all records have it.
    Sure,
}

/// What was looked for in vain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NothingFound {
    /// Whether there is nothing that may be a stream's name.
    pub lacks_stream: bool,
    /// Whether there is nothing that may be an event's type.
    pub lacks_type: bool,
    /// Whether there is nothing that may be its data.
    pub lacks_data: bool,
    /// The form of the log, if its records are not JSON: `CSV`.
    pub form: Option<&'static str>,
}

/// The type that is the name of an object's only member.
pub(super) fn only_member(paths: &[String], n: usize) -> FoundPart {
    let why = "the object there has one member, whose name is one of few".to_owned();
    FoundPart { part: "type", path: paths.concat(), why, sureness: Sureness::Likely, n_agreeing: n }
}

/// The data that is the whole record, or the object that holds the event.
pub(super) fn whole_record(path: &str, n: usize) -> FoundPart {
    let why = "there is no object for an event's own fields".to_owned();
    FoundPart { part: "data", path: path.to_owned(), why, sureness: Sureness::Sure, n_agreeing: n }
}

impl Sureness {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::Guessed => "guessed",
        }
    }
}

impl FoundEnvelope {
    /// What was taken for what, in one line: `stream ← streamId, type ← type, data ← data, time ← created (likely)`.
    pub fn in_words(&self) -> String {
        let said = self.parts.iter().map(|part| {
            let FoundPart { part, path, why, sureness, .. } = part;
            let path = if path == "." { "the whole record" } else { path };
            let mut doubts = Vec::new();
            if *sureness != Sureness::Sure {
                doubts.push(sureness.word());
            }
            if why.ends_with(NO_ZONE) {
                doubts.push("without a zone: UTC is assumed");
            }
            match doubts.is_empty() {
                true => format!("{part} ← {path}"),
                false => format!("{part} ← {path} ({})", doubts.join(", ")),
            }
        });
        let mut said = said.collect::<Vec<_>>().join(", ");
        if let Some(records) = &self.said.records {
            said = format!("{said}; events in {records}");
        }
        if self.said.has_fields_beside {
            said.push_str(", with the fields beside it");
        }
        if !self.left_beside.is_empty() {
            said = format!("{said}, without the fields beside it: {}", self.left_beside.join(", "));
        }
        for source in [self.form, self.system].into_iter().flatten() {
            said = format!("{said}; from {source}");
        }
        match self.sureness() {
            Sureness::Sure => said,
            Sureness::Likely | Sureness::Guessed => format!("{said}; to correct it: foldback guide events"),
        }
    }

    /// The least sure of the parts that an event needs.
    pub fn sureness(&self) -> Sureness {
        let needed = self.parts.iter().filter(|part| matches!(part.part, "stream" | "type" | "data"));
        needed.map(|part| part.sureness).min().unwrap_or(Sureness::Guessed)
    }

    /// The envelope.
    ///
    /// # Errors
    /// See [`Envelope::foreign`]; paths that were found are valid.
    pub fn envelope(&self) -> Result<Envelope, (&'static str, &'static str)> {
        Envelope::foreign(self.said.clone())
    }

    /// The part `[envelope]` of a mapping file, with the reasons as comments.
    pub fn mapping_text(&self) -> String {
        let mut text = format!(
            "# Found in the first {} records of the log. To correct it, change the paths and give this file with --map.\n",
            self.n_records
        );
        for FoundPart { part, path, why, sureness, n_agreeing } in &self.parts {
            // A name may contain a line break, and a comment may not.
            let (path, why) = (path.escape_debug(), why.escape_debug());
            text.push_str(&format!(
                "# {part} ← {path}: {}, in {n_agreeing} records: {why}\n",
                sureness.word()
            ));
        }
        text + &envelope_text(&self.said, Some(&self.in_words()))
    }
}

impl NothingFound {
    /// What was looked for, as sentences.
    pub fn in_words(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        if let Some(form) = self.form {
            sentences.push(format!("it is read as {form}, with its first line as the names of the fields"));
        }
        if self.lacks_stream {
            sentences.push(
                "no field looks like the name of a stream: such as streamId, aggregate_id, originator_id, subject or \
                 key, or an id that repeats"
                    .to_owned(),
            );
        }
        if self.lacks_type {
            sentences.push(
                "no field looks like the type of an event: such as type, eventType, event_name, kind or topic".to_owned(),
            );
        }
        if self.lacks_data {
            sentences.push(
                "no object looks like the data of an event: such as data, payload, body, state or value"
                    .to_owned(),
            );
        }
        sentences
    }
}
