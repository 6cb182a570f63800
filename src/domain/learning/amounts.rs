//! The search for the amounts that move a total: each numeric field of a type of events, tried with both signs.

use crate::domain::event::GlobalPosition;
use crate::domain::learning::field::FieldReading;
use crate::domain::learning::sign_tally::{SignTally, TotalStep};
use crate::domain::learning::written_number::WrittenNumber;
use crate::domain::number::Number;

/// The most numeric fields of a type that are tried as amounts of one total.
const AMOUNTS_MAX: usize = 24;

/// The number of changes after which an amount that explains less than half of them is dropped.
const TRIAL_STEPS: u64 = 256;

/// The number of changes after which a sign that is nearly always right is not tried by texts any more.
const SPLIT_TRIAL_STEPS: u64 = 4_096;

/// The most text fields by whose values a sign is tried.
const SPLITS_MAX: usize = 4;

/// The most values of a text field that a sign may depend on: kinds of events have fewer, names and ids more.
const SPLIT_VALUES_MAX: usize = 16;

/// One total in the events of one type, with the amounts that may move it.
#[derive(Clone, Debug, Default)]
pub(super) struct TotalInType {
    /// The total as it would be if these events did not move it.
    pub(super) unmoved: SignTally,
    pub(super) amounts: Vec<AmountReading>,
}

/// A numeric field, tried as the amount of a total.
#[derive(Clone, Debug)]
pub(super) struct AmountReading {
    /// Its index among the fields of the type.
    pub(super) field: usize,
    pub(super) signs: BothSigns,
    /// Changes that are the amount with either sign, and not zero.
    n_either: u64,
    pub(super) splits: Vec<TextSplit>,
    is_dropped: bool,
}

/// The tallies of an amount that is added, and of one that is subtracted.
#[derive(Clone, Debug, Default)]
pub(super) struct BothSigns {
    pub(super) plus: SignTally,
    pub(super) minus: SignTally,
}

/// The signs of an amount by the values of a text field.
#[derive(Clone, Debug)]
pub(super) struct TextSplit {
    /// The text field's index among the fields of the type.
    pub(super) field: usize,
    pub(super) values: Vec<SplitValue>,
}

/// The signs of an amount in the events with one text.
#[derive(Clone, Debug)]
pub(super) struct SplitValue {
    pub(super) text: String,
    pub(super) signs: BothSigns,
}

impl BothSigns {
    /// Adds an event; whether one of the signs is right.
    fn add(&mut self, step: &TotalStep, amount: Number) -> bool {
        let plus = self.plus.add(step, amount);
        let minus = self.minus.add(step, amount.negated());
        plus || minus
    }
}

impl TotalInType {
    /// Takes an event with the total; whether an amount that is not zero explains the change.
    pub(super) fn take(&mut self, step: &TotalStep, total: usize, fields: &[FieldReading]) -> bool {
        self.find_amounts(step.position, total, fields);
        self.unmoved.add(step, Number::ZERO);
        let mut is_explained = false;
        for amount in self.amounts.iter_mut().filter(|amount| !amount.is_dropped) {
            is_explained |= amount.take(step, fields);
        }
        is_explained
    }

    /// The amounts that are still tried.
    pub(super) fn alive(&self) -> impl Iterator<Item = &AmountReading> {
        self.amounts.iter().filter(|amount| !amount.is_dropped)
    }

    /// Begins to try the numeric fields that the event is the first one to have.
    fn find_amounts(&mut self, position: GlobalPosition, total: usize, fields: &[FieldReading]) {
        for (index, field) in fields.iter().enumerate() {
            let is_new = index != total
                && field.number_at(position).is_some()
                && !self.amounts.iter().any(|amount| amount.field == index);
            if is_new && self.amounts.len() < AMOUNTS_MAX {
                self.amounts.push(AmountReading::new(index, &self.unmoved, position, fields));
            }
        }
    }
}

impl AmountReading {
    /// An amount that no event had before. Without an amount, an event does not move the total.
    fn new(field: usize, unmoved: &SignTally, position: GlobalPosition, fields: &[FieldReading]) -> Self {
        let is_first = unmoved.n_steps == 0 && unmoved.n_first == 0;
        // A text that earlier events lacked cannot decide about their signs.
        let texts =
            fields.iter().enumerate().filter(|(_, field)| is_first && field.text_at(position).is_some());
        let split = |(field, _): (usize, &FieldReading)| TextSplit { field, values: Vec::new() };
        Self {
            field,
            signs: BothSigns { plus: unmoved.clone(), minus: unmoved.clone() },
            n_either: 0,
            splits: texts.take(SPLITS_MAX).map(split).collect(),
            is_dropped: false,
        }
    }

    /// Takes an event; whether the amount is not zero and explains the change.
    fn take(&mut self, step: &TotalStep, fields: &[FieldReading]) -> bool {
        let written = fields.get(self.field).and_then(|field| field.number_at(step.position));
        let amount = written.unwrap_or(WrittenNumber::ZERO).value;
        let is_explained = self.signs.add(step, amount) && !amount.is_zero();
        self.n_either += u64::from(is_explained && !step.is_first);
        self.splits.retain_mut(|split| split.take(step, amount, fields));
        self.drop_useless();
        is_explained
    }

    fn drop_useless(&mut self) {
        let SignTally { n_steps, n_right, .. } = self.signs.plus;
        if n_steps == TRIAL_STEPS {
            self.is_dropped = self.n_either * 2 < n_steps;
        }
        let n_right = n_right.max(self.signs.minus.n_right);
        if n_steps == SPLIT_TRIAL_STEPS && n_right * 100 >= n_steps * 95 {
            self.splits.clear();
        }
    }
}

impl TextSplit {
    /// Takes an event; false once the field cannot be what the sign depends on.
    fn take(&mut self, step: &TotalStep, amount: Number, fields: &[FieldReading]) -> bool {
        let Some(text) = fields.get(self.field).and_then(|field| field.text_at(step.position)) else {
            return false;
        };
        let value = match self.values.iter().position(|value| value.text == text) {
            Some(nth) => self.values.get_mut(nth),
            None if self.values.len() == SPLIT_VALUES_MAX => return false,
            None => {
                self.values.push(SplitValue { text: text.to_owned(), signs: BothSigns::default() });
                self.values.last_mut()
            }
        };
        if let Some(value) = value {
            value.signs.add(step, amount);
        }
        true
    }
}
