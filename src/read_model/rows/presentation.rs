//! The presentation of a domain: the words, columns, commands and saved questions that it gives the screen.

use std::borrow::Cow;
use std::sync::Arc;

use crate::domain::aggregates::words::{AggregateWords, Noun};
use crate::domain::command::language::CommandLanguage;
use crate::domain::name_pattern::NamePattern;
use crate::domain::shape::Shape;
use crate::read_model::rows::columns::ColumnMeaning;
use crate::read_model::rows::saved::{Draw, SavedQuestion};

/// What a domain gives the screen beside its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presentation {
    /// The aggregate that takes the streams that none of the others does. It leads where only one can be shown.
    pub first: PresentedAggregate,
    /// The other aggregates, in the order in which they are asked for a stream.
    pub others: Vec<PresentedAggregate>,
    /// The commands of all of them.
    pub commands: CommandLanguage,
    /// The types of the events that they understand, those of the aggregate that leads first.
    pub event_types: Vec<Cow<'static, str>>,
    /// The meanings of the columns of their tables and views, by name.
    pub column_meanings: Vec<ColumnMeaning>,
    /// The saved questions of all of them, in the order in which they are offered.
    pub questions: Vec<Arc<SavedQuestion>>,
}

/// What an aggregate gives the screen beside its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PresentedAggregate {
    /// The names of its streams.
    pub streams: NamePattern,
    pub words: AggregateWords,
    /// The columns of a row.
    pub columns: Arc<Shape>,
    /// The parts of a row in which the filter of the rows looks, in words.
    pub filtered_by: Cow<'static, str>,
    /// The tables that questions are asked of, the most important one first, and what to know of their values.
    pub tables: Cow<'static, str>,
}

impl Presentation {
    /// The word for a stream of the aggregate that leads.
    pub fn noun(&self) -> &Noun {
        &self.first.words.noun
    }

    /// Whether the states of any aggregate have a measure, so that events have amounts.
    pub fn has_measure(&self) -> bool {
        std::iter::once(&self.first).chain(&self.others).any(|aggregate| aggregate.columns.measure.is_some())
    }

    /// The word for the stream of this name.
    pub fn noun_of(&self, stream: &str) -> &Noun {
        let takes = |aggregate: &&PresentedAggregate| aggregate.streams.matches(stream);
        &self.others.iter().find(takes).unwrap_or(&self.first).words.noun
    }

    /// A text of the screen with the domain's words in it: `{stream}`, `{streams}`, `{a stream}`, `{filtered_by}`,
    /// `{first_step}`, `{table}`, `{tables}`, `{pictures}`, `{issue, }` and `{its table}` are replaced. The last two
    /// say how a command is issued and how a stream's table of events is opened, if there are any.
    pub fn worded<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !text.contains('{') {
            return text.into();
        }
        let PresentedAggregate { words, filtered_by, tables, .. } = &self.first;
        let table = tables.split([',', ';', ' ']).next().unwrap_or_default();
        let a_stream = words.noun.with_article();
        let pictures = self.picture_names();
        let its_table = self.of_stream().and_then(|nth| self.question(nth)).map(|question| {
            let (name, stream) = (Noun::of(&question.name.to_lowercase()), &words.noun.singular);
            let (singular, in_one) = (&name.singular, name.with_article());
            format!(". In the query view: open the {stream}'s {singular}; in {in_one}: go to the event")
        });
        let issue = if self.commands.is_empty() { "" } else { "issue a command (deposit acc-01 50), " };
        let words: [(&str, &str); 10] = [
            ("{stream}", &words.noun.singular),
            ("{streams}", &words.noun.plural),
            ("{a stream}", &a_stream),
            ("{filtered_by}", filtered_by),
            ("{first_step}", &words.first_step),
            ("{table}", table),
            ("{tables}", tables),
            ("{pictures}", &pictures),
            ("{issue, }", issue),
            ("{its table}", its_table.as_deref().unwrap_or_default()),
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

    /// The names of the pictures in the order in which they are offered: `daily flows, money by currency`.
    fn picture_names(&self) -> String {
        let pictures = self.questions.iter().filter(|question| is_picture(question));
        let names: Vec<String> = pictures.map(|question| question.name.to_lowercase()).collect();
        if names.is_empty() { "none here".to_owned() } else { names.join(", ") }
    }

    /// The number of the first picture at or after this number.
    pub fn picture_from(&self, nth: usize) -> Option<usize> {
        let all = self.questions.iter().map(Arc::as_ref).enumerate().skip(nth);
        all.into_iter().find(|(_, question)| is_picture(question)).map(|(nth, _)| nth)
    }

    /// The questions that the console offers.
    pub fn in_console(&self) -> impl Iterator<Item = &SavedQuestion> {
        self.questions.iter().map(Arc::as_ref).filter(|question| question.draw == Draw::Table)
    }
}

fn is_picture(question: &SavedQuestion) -> bool {
    matches!(question.draw, Draw::Bars(_) | Draw::Line(_))
}
