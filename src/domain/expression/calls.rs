//! Calls of functions of values.

use crate::domain::expression::comparison::numeric;
use crate::domain::expression::computed::{Computed, Evaluated, WhyUnknown};
use crate::domain::expression::function::ValueFunction;
use crate::domain::expression::shared_text::SharedText;
use crate::domain::expression::times;
use crate::domain::expression::writing::to_text;
use crate::domain::money::decimal::{Decimal, DecimalMark};
use crate::domain::number::Number;

/// Calls a function. The check has seen to the number of arguments.
pub fn call<'v>(function: ValueFunction, arguments: &[Computed<'v>]) -> Evaluated<'v> {
    match (function, arguments) {
        (ValueFunction::String, [value]) => to_text(value).map(Computed::Text),
        (ValueFunction::Number, [value]) => number(value).map(Computed::Number),
        (ValueFunction::Json, [Computed::Text(text)]) => json_value(text),
        (ValueFunction::Div, [a, b, places]) => div(a, b, places),
        (ValueFunction::Money, [value]) => money(value, DecimalMark::Point),
        (ValueFunction::Money, [value, Computed::Text(mark)]) => match &**mark {
            "." => money(value, DecimalMark::Point),
            "," => money(value, DecimalMark::Comma),
            _ => Err(WhyUnknown::WrongKind),
        },
        (ValueFunction::Lower, [Computed::Text(text)]) => Ok(Computed::Text(text.to_lowercase().into())),
        (ValueFunction::Size, [value]) => size(value),
        (ValueFunction::Contains, [Computed::Text(text), Computed::Text(part)]) => {
            Ok(Computed::Bool(text.contains(&**part)))
        }
        (ValueFunction::StartsWith, [Computed::Text(text), Computed::Text(part)]) => {
            Ok(Computed::Bool(text.starts_with(&**part)))
        }
        (ValueFunction::EndsWith, [Computed::Text(text), Computed::Text(part)]) => {
            Ok(Computed::Bool(text.ends_with(&**part)))
        }
        (ValueFunction::Timestamp, [Computed::Text(text)]) => times::time(text).map(Computed::Time),
        (ValueFunction::Timestamp, [Computed::Number(seconds)]) => {
            times::time_of_seconds(*seconds).map(Computed::Time)
        }
        (ValueFunction::Timestamp, [time @ Computed::Time(_)]) => Ok(time.clone()),
        (ValueFunction::Duration, [Computed::Text(text)]) => times::duration(text).map(Computed::Duration),
        (ValueFunction::Duration, [duration @ Computed::Duration(_)]) => Ok(duration.clone()),
        (ValueFunction::TimePart(part), [Computed::Time(time)]) => {
            times::part_of_time(*time, None, part).map(|part| Computed::Number(part.into()))
        }
        (ValueFunction::TimePart(part), [Computed::Time(time), Computed::Text(zone)]) => {
            times::part_of_time(*time, Some(zone), part).map(|part| Computed::Number(part.into()))
        }
        (ValueFunction::TimePart(part), [Computed::Duration(duration)]) => {
            times::whole_of_duration(*duration, part).map(|whole| Computed::Number(whole.into()))
        }
        _ => Err(WhyUnknown::WrongKind),
    }
}

fn number(value: &Computed<'_>) -> Result<Number, WhyUnknown> {
    match value {
        Computed::Number(number) => Ok(*number),
        Computed::Text(text) => numeric(text),
        _ => Err(WhyUnknown::WrongKind),
    }
}

/// The value of JSON within a text.
fn json_value<'v>(text: &SharedText<'v>) -> Evaluated<'v> {
    // A value is read lazily, so the whole text is checked here.
    match serde_json::from_str::<&serde_json::value::RawValue>(text) {
        Ok(json) => Computed::read(&text.part(json.get())),
        Err(_) => Err(WhyUnknown::NotJson),
    }
}

fn div<'v>(a: &Computed<'v>, b: &Computed<'v>, places: &Computed<'v>) -> Evaluated<'v> {
    let (a, b) = (number(a)?, number(b)?);
    let places = number(places)?.index().and_then(|places| u32::try_from(places).ok());
    if b.is_zero() {
        return Err(WhyUnknown::DivisionByZero);
    }
    let quotient = a.divided_by(b, places.ok_or(WhyUnknown::WrongKind)?);
    quotient.map(Computed::Number).ok_or(WhyUnknown::TooManyDigits)
}

/// An amount as people write it: `1,250.00`, `-3.5`.
fn money<'v>(value: &Computed<'v>, mark: DecimalMark) -> Evaluated<'v> {
    match value {
        Computed::Number(number) => Ok(Computed::Number(*number)),
        Computed::Text(text) => {
            let amount = Decimal::parse(text.trim(), mark).map_err(|_| WhyUnknown::WrongKind)?;
            amount.exact().map(Computed::Number).ok_or(WhyUnknown::TooManyDigits)
        }
        _ => Err(WhyUnknown::WrongKind),
    }
}

/// The number of characters of a text, of items of a list, of keys of a map.
fn size<'v>(value: &Computed<'v>) -> Evaluated<'v> {
    let size = match value {
        Computed::Text(text) => text.chars().count(),
        Computed::List(list) => list.n_items()?,
        Computed::Map(map) => map.members()?.len(),
        _ => return Err(WhyUnknown::WrongKind),
    };
    Ok(Computed::Number(u64::try_from(size).unwrap_or(u64::MAX).into()))
}
