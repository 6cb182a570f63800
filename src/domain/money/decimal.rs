//! Amounts as people and other systems write them, read exactly: groups of three digits, decimals, exponents.

use std::fmt;
use std::str::FromStr;

use crate::domain::counted::counted;
use crate::domain::money::Currency;
use crate::domain::number::{Number, write_decimal};

/// The most characters of an amount as text. No amount that fits `i64` minor units needs more, including leading zeros
/// and grouping.
pub const AMOUNT_CHARS_MAX: usize = 64;

/// The most decimals of a [`Decimal`]: the most digits of an `i128`.
const N_DECIMALS_MAX: u32 = 38;

/// An amount as written: digits, a sign, a decimal point. Its minor units depend on the currency. The value is `digits`
/// / 10^`scale`; `scale` is at most [`N_DECIMALS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    digits: i128,
    scale: u32,
}

/// The character before the decimals. The other one groups digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecimalMark {
    /// `1,250.00`
    #[default]
    Point,
    /// `1.250,00`
    Comma,
}

/// Why a text or a decimal is not an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadAmount {
    /// The text is not a decimal number.
    NotANumber(String),
    /// The text consists of digits and marks, but the marks do not separate groups of three digits.
    Grouping { written: String, mark: DecimalMark },
    /// There are more decimals than the currency has.
    TooManyDecimals { written: u32, allowed: u8, unit: String },
    /// There are more decimals than any currency has.
    TooSmall(String),
    /// The amount does not fit `i64` minor units.
    TooLarge,
}

impl DecimalMark {
    /// The character.
    pub fn char(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// The mark between groups of three digits.
    fn grouping(self) -> char {
        match self {
            Self::Point => ',',
            Self::Comma => '.',
        }
    }
}

impl FromStr for Decimal {
    type Err = BadAmount;

    /// [`Decimal::parse`] with a decimal point.
    fn from_str(text: &str) -> Result<Self, BadAmount> {
        Self::parse(text, DecimalMark::Point)
    }
}

impl Decimal {
    /// Parses `50`, `50.00`, `-3.5`, `1,000.50`, `1_000`, `1.5e3`, each exactly. Grouping marks, all of one kind,
    /// separate groups of three digits before the decimal mark. The first group does not begin with a zero, so that
    /// `0,125` is refused instead of being read as 125.
    ///
    /// # Errors
    /// The text has another form, or has more digits or decimals than a [`Decimal`] keeps.
    pub fn parse(text: &str, mark: DecimalMark) -> Result<Self, BadAmount> {
        let written = || text.chars().take(AMOUNT_CHARS_MAX).collect::<String>();
        if text.len() > AMOUNT_CHARS_MAX {
            return Err(BadAmount::NotANumber(written()));
        }
        let (is_negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                (mantissa, exponent_of(exponent).ok_or_else(|| BadAmount::NotANumber(written()))?)
            }
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once(mark.char()).unwrap_or((mantissa, ""));
        let has_decimals = !fraction.is_empty() || !mantissa.contains(mark.char());
        let groups = ungrouped(whole, mark);
        let Some(whole) = groups.filter(|_| has_decimals && is_digits(fraction)) else {
            let is_grouped = mantissa.contains(|c: char| is_grouping(c) && c != '.')
                || mantissa.contains(|c| c == mark.grouping());
            let is_digits_and_marks = mantissa.chars().all(|c| c.is_ascii_digit() || is_grouping(c));
            return Err(match is_grouped && is_digits_and_marks {
                true => BadAmount::Grouping { written: written(), mark },
                false => BadAmount::NotANumber(written()),
            });
        };
        let unsigned = Self::of_digits(&whole, fraction, exponent);
        let Self { digits, scale } =
            unsigned.ok_or(BadAmount::TooLarge)?.ok_or_else(|| BadAmount::TooSmall(written()))?;
        Ok(Self { digits: if is_negative { -digits } else { digits }, scale })
    }

    /// `whole`.`fraction` × 10^`exponent`: `None` if that has too many digits, `Some(None)` if too many decimals.
    fn of_digits(whole: &str, fraction: &str, exponent: i64) -> Option<Option<Self>> {
        // Trailing zeros may exceed the limit. Without an exponent they are kept as written.
        let is_long = whole.len() + fraction.len() > N_DECIMALS_MAX as usize;
        let fraction = if is_long || exponent != 0 { fraction.trim_end_matches('0') } else { fraction };
        let mut digits: i128 = 0;
        for digit in whole.chars().chain(fraction.chars()).filter_map(|c| c.to_digit(10)) {
            digits = digits.checked_mul(10)?.checked_add(i128::from(digit))?;
        }
        let mut scale = i64::try_from(fraction.len()).ok()?.saturating_sub(exponent);
        if digits == 0 && exponent != 0 {
            // An exponent does not change a zero.
            scale = 0;
        }
        while exponent < 0 && scale > 0 && digits != 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        if scale < 0 {
            // A power that does not fit an i128 fails, however large the exponent.
            let power = u32::try_from(scale.unsigned_abs()).ok()?;
            return Some(Some(Self { digits: digits.checked_mul(10_i128.checked_pow(power)?)?, scale: 0 }));
        }
        let scale = u32::try_from(scale).ok().filter(|scale| *scale <= N_DECIMALS_MAX);
        Some(scale.map(|scale| Self { digits, scale }))
    }

    /// The exact number; `None` if it has more digits than a [`Number`] keeps.
    pub fn exact(self) -> Option<Number> {
        Number::new(self.digits, i32::try_from(self.scale).ok()?)
    }

    /// The decimal with this integer value.
    pub fn whole(number: i64) -> Self {
        Self { digits: i128::from(number), scale: 0 }
    }

    /// The usual notation of a number of minor units: `50.00` for 5000 of a currency with two decimals.
    pub fn of_minor_units(minor_units: i64, currency: Option<Currency>) -> Self {
        Self { digits: i128::from(minor_units), scale: currency.map_or(0, |c| u32::from(c.decimals())) }
    }

    /// The amount in minor units of the currency, or in plain units without one. Decimals beyond the currency's own
    /// have to be zeros.
    ///
    /// # Errors
    /// There are more decimals than the currency has, or the amount does not fit an `i64`.
    pub fn minor_units(self, currency: Option<Currency>) -> Result<i64, BadAmount> {
        let allowed = currency.map_or(0, |c| c.decimals());
        let (mut digits, mut scale) = (self.digits, self.scale);
        while scale > u32::from(allowed) && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        if scale > u32::from(allowed) {
            let unit = currency.map_or_else(|| "an account without a currency".to_owned(), |c| c.to_string());
            return Err(BadAmount::TooManyDecimals { written: scale, allowed, unit });
        }
        let factor = 10_i128.checked_pow(u32::from(allowed) - scale).ok_or(BadAmount::TooLarge)?;
        let units = digits.checked_mul(factor).ok_or(BadAmount::TooLarge)?;
        i64::try_from(units).map_err(|_| BadAmount::TooLarge)
    }
}

/// The exponent after the `e`. One that is too long for an i64 becomes the largest or the smallest.
fn exponent_of(text: &str) -> Option<i64> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !is_digits(digits) {
        return None;
    }
    let exponent = digits.parse().unwrap_or(i64::from(i32::MAX)).min(i64::from(i32::MAX));
    Some(if is_negative { -exponent } else { exponent })
}

/// The digits of an integer, without the marks between groups of three; `None` if the text has another form.
pub fn ungrouped(whole: &str, mark: DecimalMark) -> Option<String> {
    let separator = if whole.contains('_') { '_' } else { mark.grouping() };
    let mut groups = whole.split(separator);
    let first = groups.next().filter(|first| !first.is_empty() && is_digits(first))?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || !is_digits(group) || first.len() > 3 || first.starts_with('0') {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the character is used to group digits anywhere.
fn is_grouping(c: char) -> bool {
    matches!(c, ',' | '.' | '_' | '\'' | '’' | '٬' | '·') || c.is_whitespace()
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.digits, self.scale)
    }
}

impl fmt::Display for BadAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber(text) if text.starts_with(['−', '–', '—', '－']) => {
                write!(f, "'{text}' is not an amount: its minus sign is not the character -")
            }
            Self::NotANumber(text) => write!(f, "'{text}' is not an amount; write it like 50 or 50.00"),
            Self::Grouping { written, mark: DecimalMark::Point } => write!(
                f,
                "'{written}' is not an amount: commas separate groups of three digits; write it like 1,250.00 or 12.50"
            ),
            Self::Grouping { written, mark: DecimalMark::Comma } => write!(
                f,
                "'{written}' is not an amount: points separate groups of three digits, as in 1.250,00 or 12,50"
            ),
            Self::TooManyDecimals { written, allowed, unit } => {
                let are = if *written == 1 { "is" } else { "are" };
                let decimals = counted(u64::from(*written), "decimal");
                write!(f, "{decimals} {are} too many: {unit} has {allowed}")
            }
            Self::TooSmall(text) => write!(f, "'{text}' has more decimals than any currency"),
            Self::TooLarge => f.write_str("the amount is larger than an account can count"),
        }
    }
}

#[cfg(test)]
mod tests;
