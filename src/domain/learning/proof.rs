//! The proof of running totals: which tallies are evidence enough, and which are coincidence.

use crate::domain::learning::amounts::{AmountReading, BothSigns, SplitValue, TextSplit, TotalInType};
use crate::domain::learning::field::FieldReading;
use crate::domain::learning::group::{GroupReading, TotalReading, TypeInGroup};
use crate::domain::learning::learned_total::{LearnedTotal, StatedTotal, TermSign, TotalTerm};
use crate::domain::learning::sign_tally::SignTally;

/// The percentage of changes that a proved total explains exactly.
const RIGHT_PERCENT: u64 = 95;

/// The percentage of changes at which the sign of one type of events, or of one text, agrees. It is less: a type with few
/// events may have most of the contradictions.
const AGREEING_PERCENT: u64 = 80;

/// The fewest changes that prove a total, and that prove the sign of a text.
const CHANGES_MIN: u64 = 10;

/// The fewest changes that prove the sign of one type of events, of a total that others prove as well.
const CHANGES_OF_TYPE_MIN: u64 = 3;

/// A sign that explains the changes of a total in the events of one type.
struct Explanation {
    term: Option<TotalTerm>,
    tally: SignTally,
}

/// The running totals that the events prove, in the order of their fields.
pub(super) fn proved_totals(group: &GroupReading) -> Vec<LearnedTotal> {
    let alive = group.totals.iter().filter(|(_, total)| !total.is_dropped);
    let mut proved: Vec<_> = alive.filter_map(|(field, total)| proved_total(group, *field, total)).collect();
    proved.sort_by_key(|total| group.fields.get_index_of(&total.keys));
    proved
}

fn proved_total(group: &GroupReading, field: usize, total: &TotalReading) -> Option<LearnedTotal> {
    let mut learned = LearnedTotal {
        keys: group.fields.get_index(field)?.clone(),
        terms: Vec::new(),
        unmoved: Vec::new(),
        stated: Vec::new(),
        n_changes: 0,
        n_right: 0,
        n_rounded: 0,
        n_decimals: total.n_decimals,
        contradictions: Default::default(),
        n_first: 0,
        first_unexplained: Default::default(),
    };
    let mut all = SignTally::default();
    let mut n_changes_stated = 0;
    for (event_type, of_type) in &group.types {
        let Some(in_type) = of_type.totals.get(&field) else { continue };
        match explanation(event_type, of_type, in_type, total.n_decimals) {
            Some(Explanation { term, tally }) => {
                n_changes_stated += in_type.unmoved.n_steps - tally.n_steps;
                all.merge(&tally);
                match term {
                    Some(term) => learned.terms.push(term),
                    None => learned.unmoved.push(event_type.clone()),
                }
            }
            None => {
                let SignTally { n_steps, n_first, .. } = in_type.unmoved;
                n_changes_stated += n_steps;
                learned
                    .stated
                    .push(StatedTotal { event_type: event_type.clone(), n_events: n_steps + n_first });
            }
        }
    }
    learned.n_changes = all.n_steps;
    learned.n_right = all.n_right;
    learned.n_rounded = all.n_rounded(total.n_decimals);
    learned.contradictions = all.contradictions(total.n_decimals);
    learned.n_first = all.n_first;
    learned.first_unexplained = all.first_wrong.clone();
    Some(learned).filter(|_| is_enough(&all, n_changes_stated))
}

/// Whether changes prove a total: nearly all of at least ten are right, ten of them are no coincidence of equal values,
/// and the events that only state it are the fewer ones.
fn is_enough(all: &SignTally, n_changes_stated: u64) -> bool {
    all.n_steps >= CHANGES_MIN
        && all.n_telling >= CHANGES_MIN
        && all.n_right * 100 >= all.n_steps * RIGHT_PERCENT
        && n_changes_stated <= all.n_steps
}

/// The best explanation of a total's changes in the events of one type; `None` if there is none.
fn explanation(
    event_type: &str,
    of_type: &TypeInGroup,
    in_type: &TotalInType,
    n_decimals: u32,
) -> Option<Explanation> {
    let fields = &of_type.reading.fields;
    let by_amounts = in_type.alive().filter_map(|amount| by_amount(event_type, fields, amount, n_decimals));
    let mut best: Option<Explanation> = None;
    for found in by_amounts {
        match &mut best {
            Some(best) if found.tally.n_right < best.tally.n_right => {}
            Some(Explanation { term: Some(best), tally })
                if found.tally.n_right == tally.n_right && found.has_same_sign(best) =>
            {
                best.same_amounts.extend(found.term.map(|term| term.amount));
            }
            Some(best) if found.tally.n_right == best.tally.n_right => {}
            _ => best = Some(found),
        }
    }
    let unmoved = &in_type.unmoved;
    let is_unmoved = agrees(unmoved, n_decimals) && (unmoved.n_steps > 0 || unmoved.first_wrong.n == 0);
    match best {
        Some(best) if !is_unmoved || best.tally.n_right > unmoved.n_right => Some(best),
        _ => is_unmoved.then(|| Explanation { term: None, tally: unmoved.clone() }),
    }
}

impl Explanation {
    fn has_same_sign(&self, other: &TotalTerm) -> bool {
        self.term.as_ref().is_some_and(|term| term.sign == other.sign)
    }
}

/// The explanation by an amount with one sign, or with a sign that depends on a text.
fn by_amount(
    event_type: &str,
    fields: &[FieldReading],
    amount: &AmountReading,
    n_decimals: u32,
) -> Option<Explanation> {
    let keys_of = |field: usize| fields.get(field).map(|field| field.keys.clone());
    let BothSigns { plus, minus } = &amount.signs;
    let (sign, tally) =
        if plus.n_right >= minus.n_right { (TermSign::Plus, plus) } else { (TermSign::Minus, minus) };
    let by_sign =
        (tally.n_moved >= CHANGES_OF_TYPE_MIN && agrees(tally, n_decimals)).then(|| (sign, tally.clone()));
    let by_text = || {
        let proved =
            amount.splits.iter().filter_map(|split| by_text(split, keys_of(split.field)?, n_decimals));
        proved.min_by_key(|(sign, _)| n_texts(sign))
    };
    let (sign, tally) = by_sign.or_else(by_text)?;
    let term = TotalTerm {
        event_type: event_type.to_owned(),
        amount: keys_of(amount.field)?,
        same_amounts: Vec::new(),
        sign,
        n_changes: tally.n_steps,
        n_agreeing: tally.n_right + tally.n_rounded(n_decimals),
    };
    Some(Explanation { term: Some(term), tally })
}

/// The sign of each text; `None` unless there are texts of both signs, and those without are the fewer ones.
fn by_text(split: &TextSplit, keys: Vec<String>, n_decimals: u32) -> Option<(TermSign, SignTally)> {
    let (mut plus, mut minus, mut n_unproved) = (Vec::new(), Vec::new(), 0);
    let mut all = SignTally::default();
    let is_proved = |tally: &SignTally| tally.n_moved >= CHANGES_MIN && agrees(tally, n_decimals);
    for SplitValue { text, signs } in &split.values {
        let (texts, tally) = if is_proved(&signs.plus) {
            (&mut plus, &signs.plus)
        } else if is_proved(&signs.minus) {
            (&mut minus, &signs.minus)
        } else {
            n_unproved += signs.plus.n_steps;
            continue;
        };
        texts.push(text.clone());
        all.merge(tally);
    }
    let is_found = !plus.is_empty() && !minus.is_empty() && n_unproved <= all.n_steps;
    is_found.then_some((TermSign::ByText { keys, plus, minus, n_unproved }, all))
}

fn n_texts(sign: &TermSign) -> usize {
    match sign {
        TermSign::ByText { plus, minus, .. } => plus.len() + minus.len(),
        TermSign::Plus | TermSign::Minus => 0,
    }
}

/// Whether most changes are right, and nearly all others rounded.
fn agrees(tally: &SignTally, n_decimals: u32) -> bool {
    let n_agreeing = tally.n_right + tally.n_rounded(n_decimals);
    n_agreeing * 100 >= tally.n_steps * AGREEING_PERCENT && tally.n_right * 2 >= tally.n_steps
}
