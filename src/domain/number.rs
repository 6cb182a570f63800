//! Exact numbers: decimal fractions of at most 28 significant digits, never rounded.
//!
//! Its files:
//!
//! - `arithmetic.rs`: arithmetic on exact numbers: the exact result, or nothing

pub mod arithmetic;

use std::cmp::Ordering;
use std::fmt;

/// The most significant digits of a [`Number`]. Products of two numbers of half as many are exact, and every amount, id
/// and shortest form of a double has fewer.
pub const SIGNIFICANT_DIGITS_MAX: u32 = 28;

/// The first mantissa with too many digits.
const MANTISSA_LIMIT: i128 = 10_i128.pow(SIGNIFICANT_DIGITS_MAX);

/// The largest scale, positive or negative. Every double is within it; a written number has at most this many zeros.
const SCALE_MAX: i32 = 400;

/// The most digits that are surely read into an `u64` without an overflow.
const SMALL_DIGITS_MAX: usize = 18;

/// An exact decimal number: `mantissa` / 10^`scale`. One number has several such forms; comparison is by value.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// Less than [`MANTISSA_LIMIT`] in size.
    mantissa: i128,
    /// Between -[`SCALE_MAX`] and [`SCALE_MAX`].
    scale: i32,
}

impl Number {
    pub const ZERO: Self = Self { mantissa: 0, scale: 0 };
    pub const ONE: Self = Self { mantissa: 1, scale: 0 };

    /// `mantissa` / 10^`scale`; `None` if it has more than [`SIGNIFICANT_DIGITS_MAX`] digits, or a scale beyond the limit.
    pub fn new(mantissa: i128, scale: i32) -> Option<Self> {
        let fits = |number: &Self| {
            number.mantissa.unsigned_abs() < MANTISSA_LIMIT.unsigned_abs()
                && number.scale.unsigned_abs() <= SCALE_MAX.unsigned_abs()
        };
        let number = Self { mantissa, scale };
        if fits(&number) {
            return Some(number);
        }
        Some(number.trimmed()).filter(fits)
    }

    /// Parses a number in JSON's grammar: `-12.50`, `1e3`; `None` for any other text, and for more digits than a number
    /// keeps.
    pub fn parse(json: &str) -> Option<Self> {
        let (is_negative, digits) = match json.as_bytes() {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        let (whole, _) = leading_digits(digits);
        match whole {
            [] | [b'0', _, ..] => None,
            _ => Self::read(is_negative, digits),
        }
    }

    /// Parses a literal of an expression, without a sign: also `.5`, `007` and `0x1f`.
    pub fn parse_literal(literal: &str) -> Option<Self> {
        match literal.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16).ok().map(Self::from),
            None => Self::read(false, literal.as_bytes()),
        }
    }

    /// Digits, a fraction and an exponent, up to the end of the bytes.
    fn read(is_negative: bool, bytes: &[u8]) -> Option<Self> {
        let (whole, rest) = leading_digits(bytes);
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => Some(leading_digits(rest)).filter(|(fraction, _)| !fraction.is_empty())?,
            _ => ([].as_slice(), rest),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let exponent = match rest {
            [] => 0,
            [b'e' | b'E', exponent @ ..] => exponent_of(exponent)?,
            _ => return None,
        };
        let number = if whole.len() + fraction.len() <= SMALL_DIGITS_MAX {
            let small =
                whole.iter().chain(fraction).fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
            Self { mantissa: i128::from(small), scale: i32::try_from(fraction.len()).ok()? }
        } else {
            of_many_digits(whole, fraction)?
        };
        if number.mantissa == 0 {
            return Some(Self::ZERO);
        }
        let mantissa = if is_negative { -number.mantissa } else { number.mantissa };
        Self::new(mantissa, number.scale.checked_sub(exponent)?)
    }

    /// The same number without zeros at the end of its mantissa.
    fn trimmed(mut self) -> Self {
        if self.mantissa == 0 {
            return Self::ZERO;
        }
        while self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.scale = self.scale.saturating_sub(1);
        }
        self
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// The integer with this value; `None` for a fraction, and for one that does not fit.
    pub fn whole(self) -> Option<i128> {
        let Self { mantissa, scale } = if self.scale == 0 { self } else { self.trimmed() };
        match scale {
            0 => Some(mantissa),
            ..0 => mantissa.checked_mul(10_i128.checked_pow(scale.unsigned_abs())?),
            _ => None,
        }
    }

    /// The decimals that it needs: 1 for 12.50, 0 for a whole number.
    pub fn n_decimals(self) -> u32 {
        u32::try_from(self.trimmed().scale).unwrap_or(0)
    }

    /// The number of its significant digits.
    pub fn n_digits(self) -> u32 {
        self.trimmed().mantissa.unsigned_abs().checked_ilog10().map_or(1, |digits| digits + 1)
    }

    /// This number × 10^`decimals` without the fraction of that; `None` if it does not fit.
    pub fn shifted(self, decimals: i32) -> Option<i128> {
        let Self { mantissa, scale } = self.trimmed();
        let power = 10_i128.checked_pow(scale.abs_diff(decimals));
        match decimals >= scale {
            _ if mantissa == 0 => Some(0),
            true => mantissa.checked_mul(power?),
            // Less than any power of ten that does not fit: nothing of it is left.
            false => Some(power.map_or(0, |power| mantissa / power)),
        }
    }

    /// The number with groups of three digits before the point: `-1,250.5`.
    pub fn grouped(self) -> String {
        let text = self.to_string();
        let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
        let n_whole = digits.find('.').unwrap_or(digits.len());
        let mut grouped = sign.to_owned();
        for (nth, digit) in digits.chars().enumerate() {
            if nth > 0 && nth < n_whole && (n_whole - nth).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }

    /// [`whole`](Self::whole) as an index or a count.
    pub fn index(self) -> Option<usize> {
        usize::try_from(self.whole()?).ok()
    }
}

/// The digits at the beginning, and the rest.
fn leading_digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let n_digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    bytes.split_at(n_digits)
}

/// The exponent after the `e`; `None` if it has another form. One that is far beyond the limit is capped.
fn exponent_of(bytes: &[u8]) -> Option<i32> {
    const CAP: i32 = 1_000_000;
    let (is_negative, digits) = match bytes {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let exponent = digits.iter().fold(0, |sum: i32, digit| (sum * 10 + i32::from(digit - b'0')).min(CAP));
    Some(if is_negative { -exponent } else { exponent })
}

/// `whole`.`fraction`. Zeros count as digits only before another digit, so that any number of them may follow.
fn of_many_digits(whole: &[u8], fraction: &[u8]) -> Option<Number> {
    let mut mantissa: i128 = 0;
    let mut n_zeros = 0_u32;
    for digit in whole.iter().chain(fraction) {
        if *digit == b'0' {
            n_zeros += 1;
            continue;
        }
        if mantissa != 0 {
            mantissa = mantissa.checked_mul(10_i128.checked_pow(n_zeros + 1)?)?;
        }
        mantissa = mantissa.checked_add(i128::from(digit - b'0'))?;
        n_zeros = 0;
    }
    let scale = i32::try_from(fraction.len()).ok()?.checked_sub(i32::try_from(n_zeros).ok()?)?;
    Some(Number { mantissa, scale })
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self { mantissa: i128::from(number), scale: 0 }
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self { mantissa: i128::from(number), scale: 0 }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.scale == other.scale || self.mantissa == 0 || other.mantissa == 0 {
            return self.mantissa.cmp(&other.mantissa);
        }
        if self.scale > other.scale {
            return other.cmp(self).reverse();
        }
        // One that is too large for an i128 is larger than any mantissa.
        let power = 10_i128.checked_pow(self.scale.abs_diff(other.scale));
        match power.and_then(|power| self.mantissa.checked_mul(power)) {
            Some(mantissa) => mantissa.cmp(&other.mantissa),
            None => self.mantissa.cmp(&0),
        }
    }
}

/// The shortest form that has all digits, without an exponent: a number in JSON's grammar.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mantissa, scale } = if self.scale == 0 { *self } else { self.trimmed() };
        match u32::try_from(scale) {
            Ok(scale) => write_decimal(f, mantissa, scale),
            Err(_) => write!(f, "{mantissa}{:0>width$}", "", width = scale.unsigned_abs() as usize),
        }
    }
}

/// Writes `digits` / 10^`scale` with all decimals, also zeros.
pub fn write_decimal(f: &mut fmt::Formatter<'_>, digits: i128, scale: u32) -> fmt::Result {
    if scale == 0 {
        return write!(f, "{digits}");
    }
    let sign = if digits < 0 { "-" } else { "" };
    let width = scale as usize + 1;
    let digits = format!("{:0>width$}", digits.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
    write!(f, "{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests;
