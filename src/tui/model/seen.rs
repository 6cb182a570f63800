//! Event types and names seen so far, so that columns and short names stay the same while scrubbing.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use unicode_width::UnicodeWidthStr;

use crate::domain::money::Currency;
use crate::domain::shape::{FieldId, Shape};
use crate::domain::value::FieldValue;
use crate::read_model::rows::StreamRow;
use crate::read_model::rows::presentation::Presentation;
use crate::tui::questions::listing::Listing;

/// The most types that are kept: more than a person distinguishes. Beyond it, short forms are chosen among fewer types.
pub const SEEN_TYPES_MAX: usize = 200;

/// The most columns that are kept for rows whose fields came with their events: more than any screen has room for.
pub const SEEN_COLUMNS_MAX: usize = 64;

/// The longest type that is kept, in bytes.
pub const SEEN_TYPE_BYTES_MAX: usize = 1_000;

/// Event types and currencies shown so far. None is forgotten: a type's short form depends on the other types, and a
/// measure names its currency only if there are several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenInLog {
    /// The types that the domain understands.
    known_types: Vec<Cow<'static, str>>,
    types: BTreeSet<String>,
    /// `None` means plain units.
    currencies: BTreeSet<Option<Currency>>,
    /// The width of the widest name of a stream, in cells.
    name_cells: usize,
    /// The fields of rows whose fields came with their events, in the order in which they were shown.
    open_columns: Shape,
    /// Those of them with a value that is not a part of its stream's name.
    beside_name: BTreeSet<String>,
    /// The width of the widest value of each listed field, in cells, by its name; 0 if all were empty.
    value_cells: BTreeMap<String, usize>,
}

impl SeenInLog {
    /// Nothing yet, but the types of the domain.
    pub fn of(presentation: &Presentation) -> Self {
        Self { known_types: presentation.event_types.clone(), ..Self::default() }
    }

    /// Adds the types of events that were shown.
    pub fn see_types<'a>(&mut self, types: impl IntoIterator<Item = &'a str>) {
        for name in types {
            let is_new = !self.known_types.iter().any(|known| *known == name) && !self.types.contains(name);
            if is_new && self.types.len() < SEEN_TYPES_MAX && name.len() <= SEEN_TYPE_BYTES_MAX {
                self.types.insert(name.to_owned());
            }
        }
    }

    /// Adds the names, values and currencies of the query view.
    pub fn see_listing(&mut self, listing: &Listing) {
        let widest = listing.rows.iter().map(|row| row.stream.as_str().width()).max();
        self.name_cells = self.name_cells.max(widest.unwrap_or(0));
        for row in &listing.rows {
            self.see_values(row);
        }
        let measured = listing.rows.iter().filter(|row| row.has_state()).filter_map(StreamRow::measured);
        let of_rows = measured.map(|(_, currency)| currency);
        self.currencies.extend(of_rows.chain(listing.totals.iter().map(|total| total.unit)));
    }

    fn see_values(&mut self, row: &StreamRow) {
        let shape: &Shape = row.columns.shape();
        if row.columns.is_open() {
            self.see_fields(row);
        }
        for (field, spec) in shape.listed().filter(|(field, _)| shape.measure != Some(*field)) {
            let text = spec.written_whole(&row.columns.field(field), None);
            let cells = text.as_ref().map_or(0, |text| text.width().max(1));
            let is_new = text.is_some_and(|text| !row.stream.as_str().contains(&text));
            if is_new
                && !self.beside_name.contains(spec.name.as_ref())
                && self.open_columns.find(&spec.name).is_some()
            {
                self.beside_name.insert(spec.name.clone().into_owned());
            }
            match self.value_cells.get_mut(spec.name.as_ref()) {
                Some(widest) => *widest = cells.max(*widest),
                None => drop(self.value_cells.insert(spec.name.clone().into_owned(), cells)),
            }
        }
    }

    /// Adds the fields that have a value: one that events brought and removed is of no interest.
    fn see_fields(&mut self, row: &StreamRow) {
        let shape = row.columns.shape();
        let has_value = |field: &FieldId| row.columns.field(*field) != FieldValue::Null;
        for spec in shape.ids().filter(has_value).filter_map(|field| shape.spec(field)) {
            let n_columns = self.open_columns.fields.len();
            if n_columns < SEEN_COLUMNS_MAX && self.open_columns.find(&spec.name).is_none() {
                self.open_columns.fields.to_mut().push(spec.clone());
            }
        }
    }

    /// The fields of rows whose fields came with their events.
    pub fn open_columns(&self) -> &Shape {
        &self.open_columns
    }

    /// Whether a field of such rows only repeats a part of each stream's name, as far as it was shown.
    pub fn repeats_name(&self, field: &str) -> bool {
        self.open_columns.find(field).is_some() && !self.beside_name.contains(field)
    }

    /// The known types: those of the domain, and those that were shown.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.known_types.iter().map(Cow::as_ref).chain(self.types.iter().map(String::as_str))
    }

    /// The width of the widest name of a stream shown so far, in cells.
    pub fn name_cells(&self) -> usize {
        self.name_cells
    }

    /// The width of the widest value of a listed field shown so far, in cells; 0 if all were empty.
    pub fn value_cells(&self, name: &str) -> usize {
        self.value_cells.get(name).copied().unwrap_or(0)
    }

    /// The currency that all measures have; `None` if there are several, some are in plain units, or none is known.
    pub fn only_currency(&self) -> Option<Currency> {
        self.currencies.first().copied().flatten().filter(|_| self.currencies.len() == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_model::rows::series::GroupTotal;

    #[test]
    fn a_currency_is_the_only_one_while_no_stream_counts_in_another_or_in_plain_units() {
        let eur = Currency::from_code("EUR");
        let with = |currencies: &[Option<Currency>]| {
            let total = |currency: &Option<Currency>| GroupTotal { unit: *currency, sum: 1, n_streams: 1 };
            let mut seen = SeenInLog::default();
            seen.see_listing(&Listing {
                totals: currencies.iter().map(total).collect(),
                ..Listing::default()
            });
            seen.only_currency()
        };
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[eur]), eur);
        assert_eq!(with(&[None]), None);
        assert_eq!(with(&[eur, None]), None);
        assert_eq!(with(&[eur, Currency::from_code("USD")]), None);
    }
}
