//! Upcasters: events of an old type read as those of a newer one.

use std::borrow::Cow;

use crate::domain::event::RecordedEvent;
use crate::domain::expression::compiled::Expression;
use crate::domain::expression::scope::EvaluationScope;
use crate::domain::expression::writing::to_json;
use crate::domain::wrappers::unwrapped;

/// The most upcasters that one event passes through, one after the other.
pub const UPCASTS_MAX: usize = 16;

/// The upcasters of a domain file.
#[derive(Debug, Default, PartialEq)]
pub struct Upcasters(pub Vec<Upcaster>);

/// How events of one type are read.
#[derive(Debug, PartialEq)]
pub struct Upcaster {
    /// The type as recorded.
    pub from: Box<str>,
    /// The type as which the event is read; `None` if the type stays.
    pub to: Option<Box<str>>,
    /// The data as which the event is read; `None` if the data stays.
    pub data: Option<Expression>,
}

/// An event as folds see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpcastEvent<'e> {
    pub event_type: Cow<'e, str>,
    /// Its data in JSON, without the wrappers of libraries.
    pub data: Cow<'e, str>,
}

impl Upcasters {
    /// The event as folds see it.
    ///
    /// # Errors
    /// The new data is unknown; the text says why.
    pub fn read<'e>(&self, event: &'e RecordedEvent) -> Result<UpcastEvent<'e>, String> {
        let mut read = UpcastEvent {
            event_type: event.event_type.as_str().into(),
            data: unwrapped(&event.event_type, &event.data).into(),
        };
        for _ in 0..UPCASTS_MAX {
            let Some(upcaster) = self.0.iter().find(|one| *one.from == *read.event_type) else { break };
            if let Some(expression) = &upcaster.data {
                let scope = EvaluationScope { data: Some(&read.data), ..EvaluationScope::of_event(event) };
                let data = expression.evaluate(&scope).and_then(|data| to_json(&data));
                let data = data.map_err(|why| {
                    let why = expression.explain(&scope).unwrap_or_else(|| why.to_string());
                    format!("upcast.{}: {why}", upcaster.from)
                })?;
                read.data = data.into();
            }
            let Some(to) = &upcaster.to else { break };
            read.event_type = to.to_string().into();
        }
        Ok(read)
    }

    /// An upcaster after which an event passes through more than [`UPCASTS_MAX`], as it does if they lead back to its type.
    pub fn endless(&self) -> Option<&Upcaster> {
        self.0.iter().find(|first| {
            let next = |at: &&Upcaster| self.0.iter().find(|one| at.to.as_ref() == Some(&one.from));
            std::iter::successors(Some(*first), next).nth(UPCASTS_MAX).is_some()
        })
    }

    /// The upcasters as versioned text: each part follows its length in bytes.
    pub(super) fn text(&self) -> String {
        let with_length =
            |text: Option<&str>| text.map_or("-".to_owned(), |text| format!("{}:{text}", text.len()));
        let line = |Upcaster { from, to, data }: &Upcaster| {
            let data = data.as_ref().map(Expression::source);
            format!(
                "upcast {} {} {}\n",
                with_length(Some(from)),
                with_length(to.as_deref()),
                with_length(data)
            )
        };
        self.0.iter().map(line).collect()
    }
}
