//! The parts of an event in a line: their slots, and their paths as a mapping file gives them.

use crate::domain::mapping::envelope::times::TimeFormat;
use crate::domain::mapping::envelope::typed_values::TypedValues;
use crate::domain::mapping::path_text::steps;
use crate::domain::mapping::paths::Paths;

/// The slots of the parts in an envelope's paths.
pub(super) const STREAM: usize = 0;
pub(super) const TYPE: usize = 1;
pub(super) const DATA: usize = 2;
pub(super) const TIME: usize = 3;
pub(super) const ID: usize = 4;
pub(super) const METADATA: usize = 5;
pub(super) const SOURCE: usize = 6;
pub(super) const VERSION: usize = 7;
/// The second to fourth part of a stream's name.
pub(super) const STREAM_MORE: [usize; 3] = [8, 9, 10];
/// The places of the type where the first has none.
pub(super) const TYPE_MORE: [usize; 2] = [11, 12];
/// The data in base64.
pub(super) const DATA_BASE64: usize = 13;
pub(super) const N_PARTS: usize = 14;

/// The parts of our own lines: the first slots.
pub(super) const N_OUR_PARTS: usize = 7;

/// The names of the parts in a mapping file and in our own lines, by their slots.
pub(in crate::domain::mapping) const PART_NAMES: [&str; N_PARTS] = [
    "stream",
    "type",
    "data",
    "time",
    "id",
    "metadata",
    "source",
    "version",
    "stream 2",
    "stream 3",
    "stream 4",
    "type 2",
    "type 3",
    "data_base64",
];

/// The end of a type's path that means: the name of the only member of the object there.
const ONLY_MEMBER: &str = "*";

/// An envelope of another system's lines, as a mapping file gives it. A path is names with dots between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvelopePaths {
    /// The stream's name: a text or a number. Of several, the values joined by `-`.
    pub stream: Vec<String>,
    /// The prefix for the names of this log's streams.
    pub stream_prefix: String,
    /// The event type: a text or a number. Of several, the first that the line has. A last step `*` is the name of the
    /// only member of the object there.
    pub event_type: Vec<String>,
    /// The data: any JSON. `.` is the whole line.
    pub data: String,
    /// The data in base64, of events without any other: JSON, or bytes.
    pub data_base64: Option<String>,
    /// The event's time.
    pub time: Option<String>,
    pub time_format: TimeFormat,
    /// The event's id: a text or a number.
    pub id: Option<String>,
    /// The event's number in its stream as the other system counts. It is kept in the metadata.
    pub version: Option<String>,
    /// The metadata: any JSON.
    pub metadata: Option<String>,
    /// The texts that hold JSON, which is read in their place.
    pub json_in_text: Vec<String>,
    /// The array of events in each record of the log, if a record has several.
    pub records: Option<String>,
    /// Whether an event includes the fields beside the array: it is the record with the event in the array's place.
    pub has_fields_beside: bool,
    /// How the values in the data are written, if with their types.
    pub typed_values: Option<TypedValues>,
}

impl EnvelopePaths {
    /// All paths of parts, each with its slot and the key of the mapping file.
    fn by_slot(&self) -> Vec<(usize, &'static str, &str)> {
        let mut all = Vec::new();
        let stream_slots = std::iter::once(STREAM).chain(STREAM_MORE);
        all.extend(stream_slots.zip(&self.stream).map(|(slot, path)| (slot, "stream", path.as_str())));
        let type_slots = std::iter::once(TYPE).chain(TYPE_MORE);
        all.extend(type_slots.zip(&self.event_type).map(|(slot, path)| (slot, "type", path.as_str())));
        if !self.data_is_whole() {
            all.push((DATA, "data", &self.data));
        }
        let optional = [
            (TIME, "time", &self.time),
            (ID, "id", &self.id),
            (METADATA, "metadata", &self.metadata),
            (VERSION, "version", &self.version),
            (DATA_BASE64, "data_base64", &self.data_base64),
        ];
        all.extend(optional.into_iter().filter_map(|(slot, key, path)| Some((slot, key, path.as_deref()?))));
        all
    }

    /// Whether the data is the whole line.
    pub(super) fn data_is_whole(&self) -> bool {
        self.data == "."
    }

    /// The places of the type, in their order. With a path, the type is the name of the only member of the object there;
    /// the empty path is the line itself.
    pub(super) fn types(&self) -> impl Iterator<Item = (usize, Option<&str>)> {
        let slots = std::iter::once(TYPE).chain(TYPE_MORE);
        slots.zip(&self.event_type).map(|(slot, path)| (slot, without_only_member(path)))
    }

    /// The slots of the stream's name.
    pub(super) fn streams(&self) -> impl Iterator<Item = usize> {
        std::iter::once(STREAM).chain(STREAM_MORE).take(self.stream.len())
    }

    /// The paths of the parts, by slot.
    ///
    /// # Errors
    /// The key of the part that is not valid, and why.
    pub(super) fn paths(&self) -> Result<Paths, (&'static str, &'static str)> {
        let counts = [
            ("stream", self.stream.len(), 1 + STREAM_MORE.len(), "a stream's name has 1 to 4 parts"),
            ("type", self.event_type.len(), 1 + TYPE_MORE.len(), "a type has 1 to 3 places"),
        ];
        for (key, n, n_max, why) in counts {
            if n == 0 || n > n_max {
                return Err((key, why));
            }
        }
        let mut paths = Paths::default();
        for (slot, key, path) in self.by_slot() {
            let path = if key == "type" { without_only_member(path).unwrap_or(path) } else { path };
            // The type `*` is the name of the line's only member: there is nothing to look up.
            if !path.is_empty() {
                paths.add(path, slot).map_err(|why| (key, why))?;
            }
        }
        for (key, path) in self
            .json_in_text
            .iter()
            .map(|path| ("json_in_text", path))
            .chain(self.records.iter().map(|path| ("records", path)))
        {
            steps(path).map_err(|why| (key, why))?;
        }
        Ok(paths)
    }
}

/// The path of the object whose only member's name is the type; `None` for another path. Empty is the line itself.
fn without_only_member(path: &str) -> Option<&str> {
    let rest = path.strip_suffix(ONLY_MEMBER)?;
    if rest.is_empty() { Some("") } else { rest.strip_suffix('.') }
}
