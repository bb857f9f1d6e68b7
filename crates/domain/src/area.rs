//! Administrative areas of Thailand.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How deep an area code goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaLevel {
    /// จังหวัด, two digits.
    Province,
    /// อำเภอ / เขต, four digits.
    District,
    /// ตำบล / แขวง, six digits.
    Subdistrict,
}

/// The official code of a province (2 digits), district (4) or subdistrict (6), as the Department of Provincial
/// Administration gives it; a code contains every code that it is a prefix of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct AreaCode(u32);

/// A number that cannot be an area code; the caller's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not an area code; a province has two digits (10 to 99), a district four, a subdistrict six")]
pub struct AreaCodeError(pub u32);

impl AreaCode {
    /// The code as a number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// How deep the code goes.
    #[must_use]
    pub fn level(self) -> AreaLevel {
        match self.0 {
            0..=99 => AreaLevel::Province,
            100..=9_999 => AreaLevel::District,
            _ => AreaLevel::Subdistrict,
        }
    }

    /// The province that the area lies in (or is).
    #[must_use]
    pub fn province(self) -> Self {
        match self.level() {
            AreaLevel::Province => self,
            AreaLevel::District => Self(self.0 / 100),
            AreaLevel::Subdistrict => Self(self.0 / 10_000),
        }
    }

    /// The district that the area lies in (or is); `None` for a province.
    #[must_use]
    pub fn district(self) -> Option<Self> {
        match self.level() {
            AreaLevel::Province => None,
            AreaLevel::District => Some(self),
            AreaLevel::Subdistrict => Some(Self(self.0 / 100)),
        }
    }

    /// Whether `other` is this area or lies in it.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        match self.level() {
            AreaLevel::Province => other.province() == self,
            AreaLevel::District => other.district() == Some(self),
            AreaLevel::Subdistrict => other == self,
        }
    }
}

impl TryFrom<u32> for AreaCode {
    type Error = AreaCodeError;
    fn try_from(code: u32) -> Result<Self, Self::Error> {
        match code {
            10..=99 | 1_000..=9_999 | 100_000..=999_999 => Ok(Self(code)),
            _ => Err(AreaCodeError(code)),
        }
    }
}

impl From<AreaCode> for u32 {
    fn from(code: AreaCode) -> Self {
        code.0
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A place where a project works, as its record names it. A project without areas is nationwide or says nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Area {
    /// จังหวัด, without the word itself; empty when only a code or a smaller place is known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub province: String,
    /// อำเภอ / เขต, without the word itself; empty for a whole province.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub district: String,
    /// ตำบล / แขวง, without the word itself; empty for a whole district.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subdistrict: String,
    /// The official code of the smallest of the three that could be linked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<AreaCode>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(number: u32) -> AreaCode {
        AreaCode::try_from(number).unwrap()
    }

    #[test]
    fn a_province_contains_its_districts_and_subdistricts() {
        let chiang_mai = code(50);
        assert!(chiang_mai.contains(chiang_mai));
        assert!(chiang_mai.contains(code(5007)));
        assert!(chiang_mai.contains(code(500_701)));
        assert!(!chiang_mai.contains(code(5107)));
        assert!(code(5007).contains(code(500_701)));
        assert!(!code(5007).contains(chiang_mai));
        assert!(!code(500_701).contains(code(500_702)));
    }

    #[test]
    fn numbers_between_the_levels_are_refused() {
        for number in [0, 9, 100, 999, 10_000, 99_999, 1_000_000] {
            assert_eq!(AreaCode::try_from(number), Err(AreaCodeError(number)));
        }
    }
}
