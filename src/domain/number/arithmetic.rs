//! Arithmetic on exact numbers: the exact result, or nothing.

use super::Number;

/// The most decimals of a quotient.
pub const PLACES_MAX: u32 = 28;

impl Number {
    /// The sum; `None` if it has too many digits.
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.scale == other.scale {
            // Two mantissas of 28 digits do not overflow.
            return Self::new(self.mantissa + other.mantissa, self.scale);
        }
        if self.is_zero() || other.is_zero() {
            return Some(if self.is_zero() { other } else { self });
        }
        aligned_sum(self, other).or_else(|| aligned_sum(self.trimmed(), other.trimmed()))
    }

    /// The difference; `None` if it has too many digits.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negated())
    }

    /// The product; `None` if it has too many digits.
    pub fn times(self, other: Self) -> Option<Self> {
        let scale = self.scale.checked_add(other.scale)?;
        if let (Ok(a), Ok(b)) = (i64::try_from(self.mantissa), i64::try_from(other.mantissa)) {
            return Self::new(i128::from(a) * i128::from(b), scale);
        }
        if let Some(product) = self.mantissa.checked_mul(other.mantissa) {
            return Self::new(product, scale);
        }
        let (a, b) = (self.trimmed(), other.trimmed());
        let mut scale = a.scale.checked_add(b.scale)?;
        let (mut a, mut b) = (a.mantissa, b.mantissa);
        // A 2 of one and a 5 of the other are a zero at the end of the product.
        loop {
            match (a % 2, a % 5, b % 2, b % 5) {
                (0, _, _, 0) => (a, b) = (a / 2, b / 5),
                (_, 0, 0, _) => (a, b) = (a / 5, b / 2),
                _ => break,
            }
            scale = scale.checked_sub(1)?;
        }
        Self::new(a.checked_mul(b)?, scale)
    }

    /// The number with the other sign.
    pub fn negated(self) -> Self {
        Self { mantissa: -self.mantissa, ..self }
    }

    /// The quotient with `places` decimals, rounded half away from zero; `None` for a division by zero, more than
    /// [`PLACES_MAX`] decimals, and too many digits.
    pub fn divided_by(self, other: Self, places: u32) -> Option<Self> {
        if other.is_zero() || places > PLACES_MAX {
            return None;
        }
        let n_places = i32::try_from(places).ok()?;
        let is_negative = (self.mantissa < 0) != (other.mantissa < 0);
        let (dividend, divisor) = (self.mantissa.unsigned_abs(), other.mantissa.unsigned_abs());
        let exponent = n_places - self.scale + other.scale;
        let Some(divisor) =
            10_u128.checked_pow(exponent.min(0).unsigned_abs()).and_then(|power| divisor.checked_mul(power))
        else {
            // The divisor is so large that the quotient is less than half of its last decimal.
            return Some(Self::ZERO);
        };
        let mut quotient = dividend / divisor;
        let mut rest = dividend % divisor;
        let mut scale = n_places - exponent.max(0);
        while scale < n_places && rest != 0 {
            // The rest is less than a divisor of 28 digits, because the power is 1 here.
            rest *= 10;
            quotient = quotient.checked_mul(10)?.checked_add(rest / divisor)?;
            rest %= divisor;
            scale += 1;
        }
        if rest >= divisor - rest {
            quotient += 1;
        }
        let quotient = i128::try_from(quotient).ok()?;
        Self::new(if is_negative { -quotient } else { quotient }, scale)
    }

    /// The rest of a division of whole numbers, with the sign of this one; `None` for a division by zero, and for
    /// numbers that are not whole.
    pub fn modulo(self, other: Self) -> Option<Self> {
        Self::new(self.whole()?.checked_rem(other.whole()?)?, 0)
    }
}

/// The sum of two numbers of different scale; `None` if it has too many digits in this form of the two.
fn aligned_sum(a: Number, b: Number) -> Option<Number> {
    let (fine, coarse) = if a.scale > b.scale { (a, b) } else { (b, a) };
    let power = 10_i128.checked_pow(fine.scale.abs_diff(coarse.scale))?;
    let sum = coarse.mantissa.checked_mul(power)?.checked_add(fine.mantissa)?;
    Number::new(sum, fine.scale)
}
