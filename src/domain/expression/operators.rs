//! Operators: arithmetic on numbers, texts and times.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::expression::binary::BinaryOperator;
use crate::domain::expression::comparison::{equal, numeric, order};
use crate::domain::expression::computed::{
    Computed, Evaluated, LIST_ITEMS_MAX, ListValue, TEXT_BYTES_MAX, WhyUnknown,
};
use crate::domain::expression::writing::key;
use crate::domain::number::Number;

/// The result of an operator other than `&&` and `||`, which look at their second operand only if they need it.
pub fn operate<'v>(operator: BinaryOperator, a: &Computed<'v>, b: &Computed<'v>) -> Evaluated<'v> {
    let is = |test: fn(Ordering) -> bool| Ok(Computed::Bool(test(order(a, b)?)));
    match operator {
        BinaryOperator::Add => add(a, b),
        BinaryOperator::Subtract => subtract(a, b),
        BinaryOperator::Multiply => arithmetic(a, b, Number::times),
        BinaryOperator::Modulo => modulo(a, b),
        BinaryOperator::Equal => Ok(Computed::Bool(equal(a, b)?)),
        BinaryOperator::NotEqual => Ok(Computed::Bool(!equal(a, b)?)),
        BinaryOperator::Less => is(Ordering::is_lt),
        BinaryOperator::LessOrEqual => is(Ordering::is_le),
        BinaryOperator::Greater => is(Ordering::is_gt),
        BinaryOperator::GreaterOrEqual => is(Ordering::is_ge),
        BinaryOperator::In => is_in(a, b),
        BinaryOperator::And | BinaryOperator::Or => Err(WhyUnknown::WrongKind),
    }
}

/// The number that arithmetic takes a value for, if the other one is a number.
fn numbers(a: &Computed<'_>, b: &Computed<'_>) -> Result<[Number; 2], WhyUnknown> {
    match (a, b) {
        (Computed::Number(a), Computed::Number(b)) => Ok([*a, *b]),
        (Computed::Number(a), Computed::Text(b)) => Ok([*a, numeric(b)?]),
        (Computed::Text(a), Computed::Number(b)) => Ok([numeric(a)?, *b]),
        _ => Err(WhyUnknown::WrongKind),
    }
}

fn arithmetic<'v>(
    a: &Computed<'v>,
    b: &Computed<'v>,
    operation: fn(Number, Number) -> Option<Number>,
) -> Evaluated<'v> {
    let [a, b] = numbers(a, b)?;
    operation(a, b).map(Computed::Number).ok_or(WhyUnknown::TooManyDigits)
}

fn modulo<'v>(a: &Computed<'v>, b: &Computed<'v>) -> Evaluated<'v> {
    let [a, b] = numbers(a, b)?;
    if b.is_zero() {
        return Err(WhyUnknown::DivisionByZero);
    }
    a.modulo(b).map(Computed::Number).ok_or(WhyUnknown::WrongKind)
}

fn add<'v>(a: &Computed<'v>, b: &Computed<'v>) -> Evaluated<'v> {
    match (a, b) {
        (Computed::Number(a), Computed::Number(b)) => {
            a.plus(*b).map(Computed::Number).ok_or(WhyUnknown::TooManyDigits)
        }
        (Computed::Text(a), Computed::Text(b)) => {
            if a.len() + b.len() > TEXT_BYTES_MAX {
                return Err(WhyUnknown::TooLong);
            }
            Ok(Computed::Text([&**a, &**b].concat().into()))
        }
        (Computed::List(a), Computed::List(b)) => {
            let (a, b) = (a.items()?, b.items()?);
            if a.len() + b.len() > LIST_ITEMS_MAX {
                return Err(WhyUnknown::TooLong);
            }
            Ok(Computed::List(ListValue::Made(Arc::from([&*a, &*b].concat()))))
        }
        (Computed::Time(time), Computed::Duration(by)) | (Computed::Duration(by), Computed::Time(time)) => {
            moved(*time, *by)
        }
        (Computed::Duration(a), Computed::Duration(b)) => {
            a.checked_add(*b).map(Computed::Duration).ok_or(WhyUnknown::NotATime)
        }
        _ => arithmetic(a, b, Number::plus),
    }
}

fn subtract<'v>(a: &Computed<'v>, b: &Computed<'v>) -> Evaluated<'v> {
    match (a, b) {
        (Computed::Time(time), Computed::Duration(by)) => {
            moved(*time, by.checked_neg().ok_or(WhyUnknown::NotATime)?)
        }
        (Computed::Time(a), Computed::Time(b)) => Ok(Computed::Duration(a.duration_since(*b))),
        (Computed::Duration(a), Computed::Duration(b)) => {
            a.checked_sub(*b).map(Computed::Duration).ok_or(WhyUnknown::NotATime)
        }
        _ => arithmetic(a, b, Number::minus),
    }
}

/// The time that is this much later.
fn moved<'v>(time: Timestamp, by: jiff::SignedDuration) -> Evaluated<'v> {
    time.checked_add(by).map(Computed::Time).map_err(|_| WhyUnknown::NotATime)
}

/// Whether a list has an item that is equal, or a map such a key.
fn is_in<'v>(a: &Computed<'v>, b: &Computed<'v>) -> Evaluated<'v> {
    match b {
        Computed::List(list) => {
            let mut unknown = None;
            for item in list.items()?.iter() {
                match equal(a, item) {
                    Ok(true) => return Ok(Computed::Bool(true)),
                    Ok(false) => {}
                    Err(why) => unknown = Some(why),
                }
            }
            unknown.map_or(Ok(Computed::Bool(false)), Err)
        }
        Computed::Map(map) => match map.member(&key(a)?) {
            Err(WhyUnknown::Missing) => Ok(Computed::Bool(false)),
            // A key whose value cannot be read is there.
            _ => Ok(Computed::Bool(true)),
        },
        _ => Err(WhyUnknown::WrongKind),
    }
}

/// The number with the other sign, or the duration.
pub fn negated<'v>(value: &Computed<'v>) -> Evaluated<'v> {
    match value {
        Computed::Number(number) => Ok(Computed::Number(number.negated())),
        Computed::Text(text) => Ok(Computed::Number(numeric(text)?.negated())),
        Computed::Duration(duration) => {
            duration.checked_neg().map(Computed::Duration).ok_or(WhyUnknown::NotATime)
        }
        _ => Err(WhyUnknown::WrongKind),
    }
}

/// The item of a list, or the member of a map.
pub fn indexed<'v>(value: &Computed<'v>, index: &Computed<'v>) -> Evaluated<'v> {
    match (value, index) {
        (Computed::List(list), Computed::Number(number)) => {
            list.item(number.index().ok_or(WhyUnknown::Missing)?)
        }
        (Computed::List(_), _) => Err(WhyUnknown::WrongKind),
        (Computed::Map(map), index) => map.member(&key(index)?),
        _ => Err(WhyUnknown::Missing),
    }
}
