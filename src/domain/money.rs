//! Minor units and currencies.

use std::fmt;
use std::str::FromStr;

/// The most characters that an amount may have as text: no amount of `i64` minor units needs more, leading zeros and
/// grouping included.
pub const AMOUNT_CHARS_MAX: usize = 64;

/// A currency by its three-letter code (ISO 4217), with the number of decimals its amounts are written with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    decimals: u8,
}

/// An amount as a person or another system wrote it: digits, a sign, a decimal point. Which whole number of minor
/// units it is depends on the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    digits: i128,
    scale: u32,
}

/// Why a text or a decimal is not an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadAmount {
    /// The text is no decimal number.
    NotANumber(String),
    /// There are more decimals than the currency has.
    TooManyDecimals { written: u32, allowed: u8, unit: String },
    /// More than can be counted in `i64` minor units.
    TooLarge,
}

impl Currency {
    /// The currency with this code: three capital letters. One that ISO 4217 does not list counts in plain units.
    pub fn from_code(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        if !bytes.iter().all(u8::is_ascii_uppercase) {
            return None;
        }
        let decimals = iso_currency::Currency::from_code(code).and_then(|c| c.exponent()).unwrap_or(0);
        Some(Self { code: bytes, decimals: u8::try_from(decimals).unwrap_or(0) })
    }

    /// Whether ISO 4217 lists it.
    pub fn is_listed(&self) -> bool {
        iso_currency::Currency::from_code(self.code()).is_some()
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("???")
    }

    /// How many decimals an amount has: JPY 0, EUR 2, KWD 3.
    pub fn decimals(&self) -> u8 {
        self.decimals
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl FromStr for Decimal {
    type Err = BadAmount;

    /// Reads `50`, `50.00`, `-3.5`, `1,000.50`, `1_000`: commas and underscores may only stand between digits before
    /// the point.
    fn from_str(text: &str) -> Result<Self, BadAmount> {
        let bad = || BadAmount::NotANumber(text.chars().take(AMOUNT_CHARS_MAX).collect());
        if text.len() > AMOUNT_CHARS_MAX {
            return Err(bad());
        }
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let grouped = |c: char| c == ',' || c == '_';
        let ends_bare = whole.starts_with(grouped) || whole.ends_with(grouped);
        let has_empty_end = whole.is_empty() || (fraction.is_empty() && unsigned.contains('.'));
        if ends_bare || has_empty_end {
            return Err(bad());
        }
        let mut digits: i128 = 0;
        let is_digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
        if !whole.chars().all(|c| c.is_ascii_digit() || grouped(c)) || !is_digits(fraction) {
            return Err(bad());
        }
        for digit in whole.chars().chain(fraction.chars()).filter_map(|c| c.to_digit(10)) {
            let next = digits.checked_mul(10).and_then(|d| d.checked_add(i128::from(digit)));
            digits = next.ok_or(BadAmount::TooLarge)?;
        }
        let scale = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
        Ok(Self { digits: if negative { -digits } else { digits }, scale })
    }
}

impl Decimal {
    /// The decimal that is this whole number.
    pub fn whole(number: i64) -> Self {
        Self { digits: i128::from(number), scale: 0 }
    }

    /// The decimal that a person writes for so many minor units: `50.00` for 5000 of a currency with two decimals.
    pub fn of_minor_units(minor_units: i64, currency: Option<Currency>) -> Self {
        Self { digits: i128::from(minor_units), scale: currency.map_or(0, |c| u32::from(c.decimals())) }
    }

    /// The amount in minor units of the currency, or in plain units where there is none. Decimals past the
    /// currency's own are accepted only where they are zeros.
    ///
    /// # Errors
    /// More decimals than the currency has; more than an `i64` counts.
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

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let width = self.scale as usize + 1;
        let digits = format!("{:0>width$}", self.digits.unsigned_abs());
        let (whole, fraction) = digits.split_at(digits.len() - self.scale as usize);
        match fraction {
            "" => write!(f, "{sign}{whole}"),
            _ => write!(f, "{sign}{whole}.{fraction}"),
        }
    }
}

impl fmt::Display for BadAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber(text) => write!(f, "'{text}' is not an amount; write it like 50 or 50.00"),
            Self::TooManyDecimals { written, allowed, unit } => {
                write!(f, "{written} decimals are too many: {unit} has {allowed}")
            }
            Self::TooLarge => f.write_str("the amount is larger than an account can count"),
        }
    }
}

/// Minor units as a person reads them: `1,250.00` for 125000 of a currency with two decimals. Sums of many accounts
/// fit, hence the width.
pub fn grouped(minor_units: i128, currency: Option<Currency>) -> String {
    let decimals = currency.map_or(0, |c| usize::from(c.decimals()));
    let digits = format!("{:0>width$}", minor_units.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 2);
    if minor_units < 0 {
        text.push('-');
    }
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(c);
    }
    if decimals > 0 {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// [`grouped`] with the currency's code behind it.
pub fn with_code(minor_units: i128, currency: Option<Currency>) -> String {
    match currency {
        Some(code) => format!("{} {code}", grouped(minor_units, currency)),
        None => grouped(minor_units, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str, code: &str) -> Result<i64, BadAmount> {
        text.parse::<Decimal>()?.minor_units(Currency::from_code(code))
    }

    #[test]
    fn an_amount_counts_in_its_currencys_own_minor_units() {
        assert_eq!(units("50", "EUR"), Ok(5000));
        assert_eq!(units("50.5", "EUR"), Ok(5050));
        assert_eq!(units("50.500", "EUR"), Ok(5050));
        assert_eq!(units("50", "JPY"), Ok(50));
        assert_eq!(units("1,000.125", "KWD"), Ok(1_000_125));
        assert_eq!(units("-0.01", "EUR"), Ok(-1));
        assert_eq!(units("100", ""), Ok(100));
    }

    #[test]
    fn a_decimal_that_the_currency_cannot_hold_is_refused_not_rounded() {
        let many = |written, allowed, unit: &str| {
            Err(BadAmount::TooManyDecimals { written, allowed, unit: unit.to_owned() })
        };
        assert_eq!(units("50.005", "EUR"), many(3, 2, "EUR"));
        assert_eq!(units("0.5", "JPY"), many(1, 0, "JPY"));
        assert_eq!(units("92233720368547758.08", "EUR"), Err(BadAmount::TooLarge));
        assert_eq!(units("92233720368547758.07", "EUR"), Ok(i64::MAX));
        assert_eq!(units(&"9".repeat(60), "EUR"), Err(BadAmount::TooLarge));
    }

    #[test]
    fn minor_units_become_the_decimal_that_reads_as_them() {
        for (minor_units, code, text) in [
            (5000, "EUR", "50.00"),
            (-5, "EUR", "-0.05"),
            (50, "JPY", "50"),
            (1, "KWD", "0.001"),
            (7, "", "7"),
        ] {
            let currency = Currency::from_code(code);
            let decimal = Decimal::of_minor_units(minor_units, currency);
            assert_eq!(
                (decimal.to_string().as_str(), decimal.minor_units(currency)),
                (text, Ok(minor_units))
            );
        }
    }

    #[test]
    fn what_is_no_number_is_no_amount() {
        for text in ["", "-", ".", "5.", ".5", ",5", "5,", "1e3", "five", "1.2.3", "0x10", "٣", "1.0,0"] {
            assert_eq!(text.parse::<Decimal>(), Err(BadAmount::NotANumber(text.to_owned())), "{text:?}");
        }
    }

    #[test]
    fn minor_units_read_as_a_person_writes_them() {
        let eur = Currency::from_code("EUR");
        assert_eq!(grouped(125_000, eur), "1,250.00");
        assert_eq!(grouped(-5, eur), "-0.05");
        assert_eq!(grouped(i128::from(i64::MIN), None), "-9,223,372,036,854,775,808");
        assert_eq!(with_code(1000, Currency::from_code("JPY")), "1,000 JPY");
        assert_eq!("-0.050".parse::<Decimal>().unwrap().to_string(), "-0.050");
    }

    #[test]
    fn a_code_that_iso_4217_does_not_list_counts_in_plain_units() {
        let unlisted = Currency::from_code("QQQ").unwrap();
        assert_eq!((unlisted.decimals(), unlisted.is_listed()), (0, false));
        assert_eq!(Currency::from_code("eur"), None);
        assert_eq!(Currency::from_code("EURO"), None);
    }
}
