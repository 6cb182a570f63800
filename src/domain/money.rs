//! Money: minor units and currencies.
//!
//! Its files:
//!
//! - `decimal.rs`: amounts as people and other systems write them, read exactly: groups of three digits, decimals, exponents
//! - `shown.rs`: displayed amounts read back as numbers, so that results sort by amount

pub mod decimal;
pub mod shown;

use std::fmt;

/// A currency: its three-letter code (ISO 4217), and the number of decimals of its amounts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    decimals: u8,
}

impl Currency {
    /// The currency with this code, which is three capital letters. A code that ISO 4217 does not list has no decimals.
    pub fn from_code(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        if !bytes.iter().all(u8::is_ascii_uppercase) {
            return None;
        }
        let decimals = iso_currency::Currency::from_code(code).and_then(|c| c.exponent()).unwrap_or(0);
        Some(Self { code: bytes, decimals: u8::try_from(decimals).unwrap_or(0) })
    }

    /// The currency in the notation of other systems: three letters in any case, or the three digits of ISO 4217.
    pub fn read(text: &str) -> Option<Self> {
        let number = || text.parse().ok().and_then(iso_currency::Currency::from_numeric);
        Self::from_code(&text.to_ascii_uppercase()).or_else(|| Self::from_code(number()?.code()))
    }

    /// Whether ISO 4217 lists it.
    pub fn is_listed(&self) -> bool {
        iso_currency::Currency::from_code(self.code()).is_some()
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("???")
    }

    /// Number of decimals of an amount: JPY 0, EUR 2, KWD 3.
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

/// Minor units as text: `1,250.00` for 125000 of a currency with two decimals. The width leaves room for sums over many
/// streams.
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

/// [`grouped`], followed by the currency's code.
pub fn with_code(minor_units: i128, currency: Option<Currency>) -> String {
    match currency {
        Some(code) => format!("{} {code}", grouped(minor_units, currency)),
        None => grouped(minor_units, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_read_as_a_person_writes_them() {
        let eur = Currency::from_code("EUR");
        assert_eq!(grouped(125_000, eur), "1,250.00");
        assert_eq!(grouped(-5, eur), "-0.05");
        assert_eq!(grouped(i128::from(i64::MIN), None), "-9,223,372,036,854,775,808");
        assert_eq!(with_code(1000, Currency::from_code("JPY")), "1,000 JPY");
    }

    #[test]
    fn a_code_that_iso_4217_does_not_list_counts_in_plain_units() {
        let unlisted = Currency::from_code("QQQ").unwrap();
        assert_eq!((unlisted.decimals(), unlisted.is_listed()), (0, false));
        assert_eq!(Currency::from_code("eur"), None);
        assert_eq!(Currency::from_code("EURO"), None);
    }
}
