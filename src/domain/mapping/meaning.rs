//! The meaning of another system's event type: an event of an aggregate, and where its fields are.

use serde_json::value::RawValue;

use crate::domain::json::Unreadable;
use crate::domain::mapping::paths::Paths;
use crate::domain::money::decimal::DecimalMark;

/// The notation of amounts in a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Amounts {
    /// `"34700.00"` or `34700.00`, in the currency's main unit.
    #[default]
    Decimal,
    /// Integers in the currency's smallest unit.
    MinorUnits,
}

/// The meaning of an event type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventMeaning {
    /// The event that it means, as an index into the vocabulary's events.
    pub event: usize,
    /// The locations of the fields in the data, one slot per field of the vocabulary.
    pub(super) paths: Paths,
    /// The notation of amounts.
    pub amounts: Amounts,
    /// The decimal mark of amounts given as text; JSON's own numbers have a point.
    pub decimal_mark: DecimalMark,
}

impl EventMeaning {
    /// The JSON values of the fields in the data of an event, by their slots.
    ///
    /// # Errors
    /// The data is not a JSON object, or has a field twice.
    pub fn pick<'j, const N: usize>(&self, data: &'j str) -> Result<[Option<&'j RawValue>; N], Unreadable> {
        let mut slots = [None; N];
        self.paths.pick(data, &mut slots)?;
        Ok(slots)
    }
}
