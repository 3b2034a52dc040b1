//! Decimal numbers as Python's `decimal` computes with them by default: exact when made from a
//! float, sums rounded half to even to 28 digits.

use std::cmp::Ordering;

/// How many digits a sum keeps.
const PRECISION: usize = 28;

/// `digits * 10^exponent`, negated or not. Digits stand lowest first, without zeros at either end.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i32,
}

impl From<f64> for Decimal {
    /// The exact value of a finite float.
    fn from(x: f64) -> Self {
        let text = format!("{:.1100}", x.abs()); // 2^-1074 has 1074 digits behind the point
        let point = text.find('.').unwrap_or(text.len());
        let decimals = text.len().saturating_sub(point + 1);
        let digits = text.bytes().rev().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
        Self { negative: x < 0.0, digits, exponent: -(decimals as i32) }.trimmed()
    }
}

impl Decimal {
    pub(super) fn to_f64(&self) -> f64 {
        let mut text = String::with_capacity(self.digits.len() + 8);
        if self.negative {
            text.push('-');
        }
        text.extend(self.digits.iter().rev().map(|digit| char::from(b'0' + digit)));
        if self.digits.is_empty() {
            text.push('0');
        }
        text.push_str(&format!("e{}", self.exponent));
        text.parse().unwrap_or(f64::NAN)
    }

    /// The sum, rounded.
    pub(super) fn plus(&self, other: &Self) -> Self {
        let exponent = self.exponent.min(other.exponent);
        let (a, b) = (self.aligned(exponent), other.aligned(exponent));
        let sum = if self.negative == other.negative {
            Self { negative: self.negative, digits: add(&a, &b), exponent }
        } else {
            match compare(&a, &b) {
                Ordering::Less => {
                    Self { negative: other.negative, digits: subtract(&b, &a), exponent }
                }
                _ => Self { negative: self.negative, digits: subtract(&a, &b), exponent },
            }
        };
        sum.trimmed().rounded()
    }

    /// The digits for a lower exponent.
    fn aligned(&self, exponent: i32) -> Vec<u8> {
        if self.digits.is_empty() {
            return Vec::new();
        }
        let zeros = usize::try_from(self.exponent - exponent).unwrap_or(0);
        let mut digits = vec![0; zeros];
        digits.extend_from_slice(&self.digits);
        digits
    }

    fn trimmed(mut self) -> Self {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
        self.exponent += zeros as i32;
        if self.digits.is_empty() {
            (self.negative, self.exponent) = (false, 0);
        }
        self
    }

    fn rounded(mut self) -> Self {
        let Some(extra) = self.digits.len().checked_sub(PRECISION).filter(|n| *n > 0) else {
            return self;
        };
        let rest: Vec<u8> = self.digits.drain(..extra).collect();
        self.exponent += extra as i32;
        let half = rest[extra - 1].cmp(&5).then_with(|| {
            if rest[..extra - 1].iter().any(|digit| *digit > 0) {
                Ordering::Greater
            } else {
                Ordering::Equal
            }
        });
        let up = match half {
            Ordering::Less => false,
            Ordering::Equal => self.digits[0] % 2 == 1,
            Ordering::Greater => true,
        };
        if up {
            self.digits = add(&self.digits, &[1]);
        }
        self.trimmed()
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let exponent = self.exponent.min(other.exponent);
        let size = || compare(&self.aligned(exponent), &other.aligned(exponent));
        Some(match (self.negative, other.negative) {
            (false, false) => size(),
            (true, true) => size().reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        })
    }
}

fn compare(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

fn add(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(a.len().max(b.len()) + 1);
    let mut carry = 0;
    for index in 0..a.len().max(b.len()) {
        let sum = carry + a.get(index).unwrap_or(&0) + b.get(index).unwrap_or(&0);
        out.push(sum % 10);
        carry = sum / 10;
    }
    if carry > 0 {
        out.push(carry);
    }
    out
}

/// `a - b` for `a >= b`.
fn subtract(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(a.len());
    let mut borrow = 0;
    for (index, digit) in a.iter().enumerate() {
        let less = b.get(index).unwrap_or(&0) + borrow;
        borrow = u8::from(*digit < less);
        out.push(digit + 10 * borrow - less);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn sums() {
        for (a, b, sum) in [
            (0.1, 0.25, 0.35),
            (1.5, -0.5, 1.0),
            (-1.5, 0.5, -1.0),
            (0.5, -1.5, -1.0),
            (1.0, -1.0, 0.0),
            (1e300, 1e-300, 1e300),
            (0.0, -0.25, -0.25),
        ] {
            assert_eq!(Decimal::from(a).plus(&Decimal::from(b)).to_f64(), sum, "{a} + {b}");
        }
        assert_eq!(Decimal::from(f64::MIN_POSITIVE).to_f64(), f64::MIN_POSITIVE);
    }

    #[test]
    fn order() {
        let sorted = [-2.5, -2.0, -1e-300, 0.0, 1e-300, 0.1, 10.0, 1e20];
        for pair in sorted.windows(2) {
            assert!(Decimal::from(pair[0]) < Decimal::from(pair[1]), "{pair:?}");
        }
        assert!(Decimal::from(-0.0) == Decimal::from(0.0));
    }
}
