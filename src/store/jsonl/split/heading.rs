//! The heading of a table (CSV, TSV): whether the first lines of a log are one, and the names of its columns.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// The most columns of a table. A first line with more fields is no heading.
pub const COLUMNS_MAX: usize = 4_096;

/// The most bytes of a column's name.
const NAME_BYTES_MAX: usize = 200;

/// The bytes between the fields of a row, each with the words for such a table.
const SEPARATORS: [(u8, &str); 4] = [
    (b',', "CSV"),
    (b';', "CSV with semicolons"),
    (b'\t', "TSV"),
    (b'|', "a table with | between its fields"),
];

/// What the first lines of a log are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstLines {
    /// The heading of a table whose fields have this byte between them.
    Heading { separator: u8 },
    /// Not a heading.
    Lines,
    /// The next line will show it.
    Unclear,
}

impl FirstLines {
    /// What these lines are. The first one is a heading if it has two names or more, and if a line after it has two
    /// fields or more.
    pub(super) fn of(text: &[u8], is_all: bool) -> Self {
        let mut lines =
            text.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        let Some(first) = lines.next() else { return Self::Unclear };
        if !first.ends_with(b"\n") && !is_all {
            return Self::Unclear;
        }
        let Some(separator) = separator_of(first) else { return Self::Lines };
        let mut is_alone = true;
        for line in lines {
            is_alone = false;
            if line.trim_ascii_start().starts_with(b"{") {
                return Self::Lines;
            }
            let is_whole = is_all || line.ends_with(b"\n");
            if is_whole && (fields(line, separator).len() > 1 || line.starts_with(b"\"")) {
                return Self::Heading { separator };
            }
        }
        match (is_all, is_alone) {
            (true, true) => Self::Heading { separator },
            (true, false) => Self::Lines,
            (false, _) => Self::Unclear,
        }
    }
}

/// The byte between the fields of a heading: the one that gives the most names.
fn separator_of(line: &[u8]) -> Option<u8> {
    let n_names = |separator: u8| {
        let fields = fields(line, separator);
        let n = fields.len();
        let n_named = fields.iter().filter(|field| !field.trim_ascii().is_empty()).count();
        let is_heading =
            (2..=COLUMNS_MAX).contains(&n) && n_named >= 2 && fields.iter().all(|field| is_name(field));
        is_heading.then_some(n)
    };
    let found = SEPARATORS.iter().filter_map(|(separator, _)| Some((n_names(*separator)?, *separator)));
    found.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, separator)| separator)
}

/// Whether a field may be the name of a column. It may also be empty.
fn is_name(field: &[u8]) -> bool {
    let Ok(name) = str::from_utf8(field) else { return false };
    let name = name.trim();
    name.len() <= NAME_BYTES_MAX
        && !name.contains(|c: char| c.is_control() || matches!(c, '{' | '}' | '<' | '>' | '=' | '"'))
        && !name.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '#'))
}

/// The fields of a line, as far as it goes.
fn fields(line: &[u8], separator: u8) -> Vec<Vec<u8>> {
    let mut parser = parser(separator);
    let (mut bytes, mut ends) = (vec![0; line.len() + 1], vec![0; COLUMNS_MAX + 1]);
    let (result, n_read, n_bytes, n_ends) = parser.read_record(line, &mut bytes, &mut ends);
    if result == ReadRecordResult::InputEmpty {
        // The line has no line break, or a quote that is open.
        let rest = line.get(n_read..).unwrap_or_default();
        let (_, _, n_more, n_more_ends) = parser.read_record(
            rest,
            bytes.get_mut(n_bytes..).unwrap_or_default(),
            ends.get_mut(n_ends..).unwrap_or_default(),
        );
        return split_at(&bytes, n_bytes + n_more, ends.get(..n_ends + n_more_ends).unwrap_or_default());
    }
    split_at(&bytes, n_bytes, ends.get(..n_ends).unwrap_or_default())
}

fn split_at(bytes: &[u8], n_bytes: usize, ends: &[usize]) -> Vec<Vec<u8>> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let bytes = bytes.get(..n_bytes).unwrap_or_default();
    starts.zip(ends).map(|(start, end)| bytes.get(start..*end).unwrap_or_default().to_vec()).collect()
}

/// A parser of the rows of such a table.
pub(super) fn parser(separator: u8) -> Reader {
    ReaderBuilder::new().delimiter(separator).build()
}

/// The names of a table's columns, all different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) names: Vec<String>,
    /// The names that differ from the heading, each with what was there.
    renamed: Vec<(String, String)>,
}

impl Columns {
    /// The columns with these names in the heading. The second column of a name is `name_2`; one without a name is
    /// `column_1` by its place.
    pub(super) fn of(heading: impl IntoIterator<Item = String>) -> Self {
        let mut columns = Self::default();
        let heading: Vec<String> = heading.into_iter().map(|name| name.trim().to_owned()).collect();
        for (at, name) in heading.iter().enumerate() {
            let own = if name.is_empty() { format!("column_{}", at + 1) } else { name.clone() };
            let mut free = own.clone();
            let mut n = 1;
            while columns.names.contains(&free) || (n > 1 && heading.contains(&free)) {
                n += 1;
                free = format!("{own}_{n}");
            }
            if free != *name {
                columns.renamed.push((name.clone(), free.clone()));
            }
            columns.names.push(free);
        }
        columns
    }

    /// The sentence about columns that have another name than in the heading, if there are any.
    pub(super) fn note(&self) -> Option<String> {
        let said = self.renamed.iter().map(|(name, new)| match name.as_str() {
            "" => format!("a column without a name is read as {new}"),
            name => format!("another column {name} is read as {new}"),
        });
        let said: Vec<String> = said.collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

/// The words for a table with this byte between the fields of a row.
pub(super) fn words(separator: u8) -> &'static str {
    SEPARATORS.iter().find(|(byte, _)| *byte == separator).map_or("a table", |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: FirstLines) {
        assert_eq!(FirstLines::of(text.as_bytes(), true), expected, "{text:?}");
    }

    #[test]
    fn the_first_line_of_a_table_is_not_taken_for_a_line_of_a_log() {
        let heading = |separator| FirstLines::Heading { separator };
        check("stream,type,amount\na,Deposited,100\n", heading(b','));
        check("a;b\n1;2,5\n3", heading(b';'));
        check("a\tb\r\n1\t2\r\n", heading(b'\t'));
        check("id|kind\n1|x\n", heading(b'|'));
        check("a,data\n\"x\",\"{\"\"n\"\":1}\"\n", heading(b','));
        check("\"case:concept:name\",\"concept:name\"\n1,2\n", heading(b','));
        check("name,\"a;b;c\"\n1,2\n", heading(b','));
        check("a,b\n", heading(b','));
        check("a,b\nx\n\n1,2\n", heading(b','));
        check(",stream,type\n0,a,T\n", heading(b','));
        for log in [
            "",
            "one\ntwo\n",
            "# exported, by hand\n{\"stream\":\"a\",\"type\":\"T\"}\n",
            "exported, by hand\n{\"stream\":\"a\",\"type\":\"T\"}\n",
            "2024-03-14 10:22:07,123 INFO started\n2024-03-14 10:22:08,123 INFO ready\n",
            "2024 INFO a: {\"x\":1,\"y\":2}\n2024 INFO b: {\"x\":1,\"y\":2}\n",
            "INFO started, ready\nall is well\n",
            "level=info, msg=started\nlevel=info, msg=ready\n",
            "a-1,Deposited,100\na-2,Deposited,100\n",
            "\"a\\\"b\"\n\"c\"\n",
        ] {
            let expected = if log.is_empty() { FirstLines::Unclear } else { FirstLines::Lines };
            check(log, expected);
        }
    }

    #[test]
    fn a_row_is_waited_for_unless_the_first_line_is_no_heading() {
        let of = |text: &str| FirstLines::of(text.as_bytes(), false);
        for text in ["", "a,", "a,b\n", "a,b\n1", "a,b\n1\n"] {
            assert_eq!(of(text), FirstLines::Unclear, "{text:?}");
        }
        assert_eq!(of("a,b\n1,2\n"), FirstLines::Heading { separator: b',' });
        assert_eq!(of("one\n"), FirstLines::Lines);
    }

    #[test]
    fn each_column_gets_a_name_of_its_own() {
        let columns = |names: &[&str]| Columns::of(names.iter().map(|name| (*name).to_owned()));
        let plain = columns(&["a", " b "]);
        assert_eq!((plain.names.join(","), plain.note()), ("a,b".to_owned(), None));
        let odd = columns(&["a", "a", "", "a_2", "a"]);
        assert_eq!(odd.names.join(","), "a,a_3,column_3,a_2,a_4");
        assert_eq!(
            odd.note().unwrap(),
            "another column a is read as a_3, a column without a name is read as column_3, another column a is read as a_4"
        );
    }
}
