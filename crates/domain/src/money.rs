//! Money as whole satang.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount in Thai baht, held as whole satang (1 baht = 100 satang) so that sums are exact in every store.
///
/// In JSON it is a number of baht: an integer when there are no satang.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Baht {
    satang: i64,
}

/// Why a figure is no amount of money; the caller's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a number of baht.
    #[error("{0:?} is not an amount in baht; write for example 1500000 or 1,500,000.50")]
    NotANumber(String),
    /// Beyond what the record holds (some 92 quadrillion baht).
    #[error("{0} is too large for an amount in baht")]
    TooLarge(String),
}

impl Baht {
    /// No money.
    pub const ZERO: Self = Self { satang: 0 };

    /// From whole satang.
    #[must_use]
    pub const fn from_satang(satang: i64) -> Self {
        Self { satang }
    }

    /// From whole baht; `None` when it does not fit.
    #[must_use]
    pub fn from_baht(baht: i64) -> Option<Self> {
        baht.checked_mul(100).map(Self::from_satang)
    }

    /// The amount in whole satang.
    #[must_use]
    pub const fn satang(self) -> i64 {
        self.satang
    }

    /// The amount in baht for ratios and display only; sums stay in satang.
    #[must_use]
    pub fn as_baht_f64(self) -> f64 {
        self.satang as f64 / 100.0
    }

    /// Reads plain figures as spreadsheets hold them: digits (ASCII), thousands commas, a decimal point, an optional sign;
    /// spaces around are ignored. More than two decimals are rounded half away from zero.
    ///
    /// # Errors
    /// [`MoneyError`] for anything else.
    pub fn parse(figure: &str) -> Result<Self, MoneyError> {
        let not_a_number = || MoneyError::NotANumber(figure.chars().take(60).collect());
        let trimmed = figure.trim();
        let (negative, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let whole: String = whole.chars().filter(|c| *c != ',').collect();
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() && decimals.is_empty() || !all_digits(&whole) || !all_digits(decimals) {
            return Err(not_a_number());
        }
        let too_large = || MoneyError::TooLarge(trimmed.chars().take(60).collect());
        let baht: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| too_large())? };
        let mut places = decimals.bytes().map(|b| i64::from(b - b'0'));
        let mut place = || places.next().unwrap_or(0);
        let satang = place() * 10 + place() + i64::from(place() >= 5);
        let total = baht.checked_mul(100).and_then(|b| b.checked_add(satang)).ok_or_else(too_large)?;
        Ok(Self { satang: if negative { -total } else { total } })
    }

    /// How many times larger the larger of the two positive amounts is (at least 1); `None` when either is not positive.
    #[must_use]
    pub fn ratio(self, other: Self) -> Option<f64> {
        if self.satang <= 0 || other.satang <= 0 {
            return None;
        }
        let (low, high) = (self.satang.min(other.satang), self.satang.max(other.satang));
        Some(high as f64 / low as f64)
    }
}

impl Add for Baht {
    type Output = Self;

    /// Saturates instead of overflowing: sums of real budgets stay far below the limit.
    fn add(self, other: Self) -> Self {
        Self { satang: self.satang.saturating_add(other.satang) }
    }
}

impl Sum for Baht {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// Digits in groups of three, satang only where there are any: `1,500,000` or `99.50`.
impl fmt::Display for Baht {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = (self.satang.unsigned_abs() / 100).to_string();
        if self.satang < 0 {
            f.write_str("-")?;
        }
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && (digits.len() - position).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        match self.satang.unsigned_abs() % 100 {
            0 => Ok(()),
            satang => write!(f, ".{satang:02}"),
        }
    }
}

impl Serialize for Baht {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.satang % 100 == 0 {
            serializer.serialize_i64(self.satang / 100)
        } else {
            serializer.serialize_f64(self.as_baht_f64())
        }
    }
}

impl<'de> Deserialize<'de> for Baht {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Figure {
            Whole(i64),
            Decimal(f64),
            Text(String),
        }
        let figure = match Figure::deserialize(deserializer)? {
            Figure::Whole(baht) => baht.to_string(),
            Figure::Decimal(baht) if baht.is_finite() => format!("{baht:.3}"),
            Figure::Decimal(baht) => baht.to_string(),
            Figure::Text(text) => text,
        };
        Self::parse(&figure).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_figures_as_spreadsheets_hold_them() {
        let satang = |figure| Baht::parse(figure).map(Baht::satang);
        assert_eq!(satang("264,692,200"), Ok(26_469_220_000));
        assert_eq!(satang(" 1500.5 "), Ok(150_050));
        assert_eq!(satang("0.995"), Ok(100));
        assert_eq!(satang("-12"), Ok(-1_200));
        for bad in ["", "-", ".", "12 บาท", "1e6", "NaN", "๑๒"] {
            assert!(matches!(satang(bad), Err(MoneyError::NotANumber(_))), "{bad}");
        }
        assert!(matches!(satang("99999999999999999999"), Err(MoneyError::TooLarge(_))));
    }

    #[test]
    fn json_holds_baht() {
        assert_eq!(serde_json::to_string(&Baht::from_satang(150_000)).unwrap(), "1500");
        assert_eq!(serde_json::from_str::<Baht>("1500.25").unwrap().satang(), 150_025);
        assert_eq!(serde_json::from_str::<Baht>("\"1,500\"").unwrap().satang(), 150_000);
        assert!(serde_json::from_str::<Baht>("\"much\"").is_err());
    }

    #[test]
    fn shows_groups_of_three() {
        assert_eq!(Baht::from_satang(12_345_678_900).to_string(), "123,456,789");
        assert_eq!(Baht::from_satang(-99_950).to_string(), "-999.50");
    }

    proptest! {
        #[test]
        fn display_reads_back(satang in -1_000_000_000_000_000i64..1_000_000_000_000_000) {
            let amount = Baht::from_satang(satang);
            prop_assert_eq!(Baht::parse(&amount.to_string()), Ok(amount));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = Baht::parse(&text);
        }
    }
}
