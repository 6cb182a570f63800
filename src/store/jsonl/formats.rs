//! Files that are not logs, recognised by their first bytes, with the command that converts each.

use std::path::Path;

/// Bytes of a file's beginning that are examined: the tag of a tar archive is at offset 257.
pub const BEGINNING_BYTES: usize = 16 * 1024;

/// A file format that is not a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The format's name, as it follows "it is".
    what: &'static str,
    /// The command that writes the file's text to stdout, with `FILE` for its name.
    command: Option<&'static str>,
}

/// The first bytes of a format.
struct Magic {
    bytes: &'static [u8],
    format: Format,
}

const fn packed(bytes: &'static [u8], what: &'static str, command: &'static str) -> Magic {
    Magic { bytes, format: Format { what, command: Some(command) } }
}

const fn named(bytes: &'static [u8], what: &'static str) -> Magic {
    Magic { bytes, format: Format { what, command: None } }
}

const TAR: Format = Format { what: "a tar archive; the log is a file in it", command: Some("tar -xOf FILE") };

/// An event log in XES, which PM4Py writes as a table.
const XES: Format = Format {
    what: "an event log in XES",
    command: Some(
        "python3 -c 'import pm4py,sys; pm4py.read_xes(sys.argv[1]).to_csv(sys.stdout,index=False)' FILE",
    ),
};

/// A longer beginning comes before a shorter one that is its prefix.
const MAGICS: &[Magic] = &[
    packed(b"BZh", "compressed with bzip2", "bzip2 -dc FILE"),
    packed(b"\xfd7zXZ\0", "compressed with xz", "xz -dc FILE"),
    packed(b"\x5d\0\0", "compressed with lzma", "xz -dc --format=lzma FILE"),
    packed(b"\x04\x22\x4d\x18", "compressed with lz4", "lz4 -dc FILE"),
    packed(b"LZIP", "compressed with lzip", "lzip -dc FILE"),
    packed(b"\x1f\x9d", "compressed with compress", "uncompress -c FILE"),
    packed(b"\xff\x06\0\0sNaPpY", "compressed with snappy", "snzip -dc FILE"),
    packed(b"PK\x03\x04", "a zip archive; the log is a file in it", "unzip -p FILE"),
    packed(b"7z\xbc\xaf\x27\x1c", "a 7z archive; the log is a file in it", "7z x -so FILE"),
    packed(b"Rar!\x1a\x07", "a rar archive; the log is a file in it", "unrar p -inul FILE"),
    packed(b"\xff\xfe\0\0", "text in UTF-32, not in UTF-8", "iconv -f UTF-32 -t UTF-8 FILE"),
    packed(b"\0\0\xfe\xff", "text in UTF-32, not in UTF-8", "iconv -f UTF-32 -t UTF-8 FILE"),
    packed(b"{\0\0\0", "text in UTF-32, not in UTF-8", "iconv -f UTF-32LE -t UTF-8 FILE"),
    packed(b"[\0\0\0", "text in UTF-32, not in UTF-8", "iconv -f UTF-32LE -t UTF-8 FILE"),
    packed(b"\0\0\0{", "text in UTF-32, not in UTF-8", "iconv -f UTF-32BE -t UTF-8 FILE"),
    packed(b"\0\0\0[", "text in UTF-32, not in UTF-8", "iconv -f UTF-32BE -t UTF-8 FILE"),
    packed(b"PAR1", "a Parquet file", "duckdb -jsonlines -c \"SELECT * FROM 'FILE'\""),
    named(b"SQLite format 3\0", "an SQLite database"),
    named(b"Obj\x01", "an Avro file"),
    named(b"ORC", "an ORC file"),
    named(b"ARROW1", "an Arrow file"),
    named(b"%PDF", "a PDF document"),
    named(b"<?xml", "XML"),
    named(b"<!DOCTYPE", "HTML"),
    named(b"\x7fELF", "a program"),
    named(b"\x89PNG", "a picture"),
];

impl Format {
    /// The format of a file with this beginning; `None` if it may be a log.
    pub fn of(beginning: &[u8]) -> Option<Self> {
        let beginning = beginning.get(..BEGINNING_BYTES).unwrap_or(beginning);
        let has = |magic: &&Magic| beginning.starts_with(magic.bytes);
        let is_xml = beginning.starts_with(b"<?xml") || beginning.starts_with(b"<log");
        if is_xml && beginning.windows(4).any(|window| window == b"<log") {
            return Some(XES);
        }
        if let Some(magic) = MAGICS.iter().find(has) {
            return Some(magic.format);
        }
        beginning.get(257..).is_some_and(|rest| rest.starts_with(b"ustar")).then_some(TAR)
    }

    /// The sentence that reports the format of the file with this name; `None` for a file without a name, such as
    /// standard input.
    pub fn sentence(self, file: Option<&Path>) -> String {
        let Self { what, command } = self;
        let Some(command) = command else {
            return format!("it is {what}; a log has an object of JSON on each line, or is an array of them");
        };
        let file = file.map(|file| file.display().to_string());
        let file = file.as_deref().and_then(|file| shlex::try_quote(file).ok()).unwrap_or("FILE".into());
        format!("it is {what}; this reads it: `{} | foldback -`", command.replace("FILE", &file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(beginning: &[u8], expected: Option<&str>) {
        let file = Path::new("a b.x");
        let sentence = Format::of(beginning).map(|format| format.sentence(Some(file)));
        assert_eq!(sentence.as_deref(), expected);
    }

    #[test]
    fn a_file_of_another_kind_is_named_with_the_command_that_makes_a_log_of_it() {
        check(
            b"BZh91AY&SY",
            Some("it is compressed with bzip2; this reads it: `bzip2 -dc 'a b.x' | foldback -`"),
        );
        let utf32 = "it is text in UTF-32, not in UTF-8; this reads it: `iconv -f UTF-32 -t UTF-8 'a b.x' | foldback -`";
        check(b"\xff\xfe\0\0{\0\0\0", Some(utf32));
        check(b"{\0\0\0\"\0\0\0", Some(&utf32.replace("UTF-32 -t", "UTF-32LE -t")));
        for log in [&b"\xff\xfe{\0\"\0"[..], b"\0{\0\"", b"a,b\n1,2\n", b"", b"{}"] {
            check(log, None);
        }
        let mut tar = vec![b'a'; 257];
        tar.extend_from_slice(b"ustar\0");
        check(
            &tar,
            Some(
                "it is a tar archive; the log is a file in it; this reads it: `tar -xOf 'a b.x' | foldback -`",
            ),
        );
        check(
            b"<?xml version=\"1.0\"?>\n<log xes.version=\"1.0\">",
            Some(
                "it is an event log in XES; this reads it: `python3 -c 'import pm4py,sys; \
                 pm4py.read_xes(sys.argv[1]).to_csv(sys.stdout,index=False)' 'a b.x' | foldback -`",
            ),
        );
        check(
            b"<?xml version=\"1.0\"?>\n<feed>",
            Some("it is XML; a log has an object of JSON on each line, or is an array of them"),
        );
        check(
            b"%PDF-1.7\n",
            Some("it is a PDF document; a log has an object of JSON on each line, or is an array of them"),
        );
    }
}
