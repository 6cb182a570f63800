//! Saved questions of a domain: their SQL, and the way to draw their answers.

use std::borrow::Cow;
use std::sync::Arc;

use crate::domain::command::language::CommandLanguage;
use crate::domain::money::grouped;
use crate::domain::shape::Shape;

/// What a domain gives the screen beside its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presentation {
    /// The word for a stream.
    pub stream: Noun,
    /// The parts of a row in which the filter of the rows looks, in words.
    pub filtered_by: Cow<'static, str>,
    /// What to do first in an empty log: a sentence, or nothing.
    pub first_step: Cow<'static, str>,
    /// The tables that questions are asked of, the most important one first, and what to know of their values.
    pub tables: Cow<'static, str>,
    /// The commands of its aggregates.
    pub commands: CommandLanguage,
    /// The columns of a row.
    pub columns: Arc<Shape>,
    /// The types of the events that the domain understands.
    pub event_types: Cow<'static, [&'static str]>,
    /// The saved questions, in the order in which they are offered.
    pub questions: Vec<Arc<SavedQuestion>>,
}

/// A noun in both numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noun {
    /// One of them.
    pub singular: Cow<'static, str>,
    /// Several of them.
    pub plural: Cow<'static, str>,
}

/// A question to the read model that a domain comes with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedQuestion {
    /// Its name, which is also the title of its answer.
    pub name: &'static str,
    /// Its meaning, in one line.
    pub answers: &'static str,
    /// The question. Which parameters it has and which columns it answers is said by the way to draw it.
    pub sql: &'static str,
    /// The way to draw its answer.
    pub draw: Draw,
}

/// A way to draw an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Draw {
    /// A table of any columns, in the console. The question has no parameters.
    Table,
    /// A table of the selected stream's events.
    StreamTable(StreamTable),
    /// Bars by day, up and down.
    Bars(BarsLook),
    /// Lines over the log.
    Line(LineLook),
}

/// A table of one stream's events, newest first. The question has the parameters `:stream`, `:position` (the last position
/// that counts), `:n` and `:skip` (how many of the newest are passed over). It answers position, version and whether the
/// event is understood, then the columns, the newest event first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamTable {
    /// The columns after the position.
    pub columns: Vec<TableColumn>,
    /// The widths of the columns in cells, from the most that there could be room for down to the least; 0 leaves a column
    /// out. The last text in sight takes the room that is left, and gives it to figures that need it.
    pub widths: Vec<Vec<usize>>,
    /// The sentence in place of an empty table.
    pub nothing: &'static str,
}

/// A column of a table of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    pub heading: &'static str,
    /// The kind of its values.
    pub cells: CellKind,
}

/// The kind of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// The day of a time, in microseconds since 1970. With 10 cells it has its year; with 5 the heading has it.
    Day,
    EventType,
    /// The name of a stream.
    Stream,
    /// A change of an amount, in minor units, with its sign.
    Change,
    /// An amount, in minor units.
    Amount,
}

/// Bars by day, at the checkpoint. The question answers day, unit, whether the bar goes up, and amount, in the order of the
/// days. A unit is the code of a currency, or the empty text for plain units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarsLook {
    /// The word for the amounts that are drawn upwards.
    pub up: &'static str,
    /// The word for the amounts that are drawn downwards.
    pub down: &'static str,
    /// The sentence in place of an empty picture.
    pub nothing: &'static str,
    /// A question that answers the units, in the order in which they are drawn.
    pub units: &'static str,
    /// A question that answers the first and the last day.
    pub ends: &'static str,
    /// A question that answers the number of changes that belong to no day.
    pub n_undated: &'static str,
}

/// Lines over the log, at the checkpoint. The question has the parameters `:unit` and `:position`. It answers unit, sum,
/// number of streams, and the position at which the sum became that: the newest up to `:position`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineLook {
    /// A question that answers the units, in the order in which they are drawn.
    pub units: &'static str,
}

impl Default for Noun {
    fn default() -> Self {
        Self { singular: "stream".into(), plural: "streams".into() }
    }
}

impl Noun {
    /// The noun with this singular, whose plural ends with an s.
    pub fn of(singular: &str) -> Self {
        Self { singular: singular.to_owned().into(), plural: format!("{singular}s").into() }
    }

    /// One of them: `a stream`, `a stream`.
    pub fn with_article(&self) -> String {
        let is_vowel = self.singular.starts_with(['a', 'e', 'i', 'o', 'u']);
        format!("{} {}", if is_vowel { "an" } else { "a" }, self.singular)
    }

    /// A number of them: `1 stream`, `12,431 streams`.
    pub fn counted(&self, n: u64) -> String {
        format!("{} {}", grouped(i128::from(n), None), if n == 1 { &self.singular } else { &self.plural })
    }
}

impl Presentation {
    /// A text of the screen with the domain's words in it: `{stream}`, `{streams}`, `{a stream}`, `{filtered_by}`,
    /// `{first_step}`, `{table}` and `{tables}` are replaced.
    pub fn worded(&self, text: &'static str) -> Cow<'static, str> {
        if !text.contains('{') {
            return text.into();
        }
        let Noun { singular, plural } = &self.stream;
        let table = self.tables.split([',', ';', ' ']).next().unwrap_or_default();
        let a_stream = self.stream.with_article();
        let words: [(&str, &str); 7] = [
            ("{stream}", singular),
            ("{streams}", plural),
            ("{a stream}", &a_stream),
            ("{filtered_by}", &self.filtered_by),
            ("{first_step}", &self.first_step),
            ("{table}", table),
            ("{tables}", &self.tables),
        ];
        let worded = words.into_iter().fold(text.to_owned(), |text, (name, word)| text.replace(name, word));
        worded.trim_end().to_owned().into()
    }

    pub fn question(&self, nth: usize) -> Option<&Arc<SavedQuestion>> {
        self.questions.get(nth)
    }

    /// The number of the question about the selected stream.
    pub fn of_stream(&self) -> Option<usize> {
        self.questions.iter().position(|question| matches!(question.draw, Draw::StreamTable(_)))
    }

    /// The number of the first picture at or after this number.
    pub fn picture_from(&self, nth: usize) -> Option<usize> {
        let is_picture = |question: &&SavedQuestion| matches!(question.draw, Draw::Bars(_) | Draw::Line(_));
        let all = self.questions.iter().map(Arc::as_ref).enumerate().skip(nth);
        all.into_iter().find(|(_, question)| is_picture(question)).map(|(nth, _)| nth)
    }

    /// The questions that the console offers.
    pub fn in_console(&self) -> impl Iterator<Item = &SavedQuestion> {
        self.questions.iter().map(Arc::as_ref).filter(|question| question.draw == Draw::Table)
    }
}
