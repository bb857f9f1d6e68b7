//! The number and the seal of a report.

use chrono::{Datelike, NaiveDate};
use thiap_store::ContentHash;

/// What stands before the number, between number and seal, and behind the seal.
pub(super) const BEFORE_NUMBER: &str = "{\"number\":\"";
pub(super) const BEFORE_SEAL: &str = "\",\"seal\":\"";
pub(super) const BEHIND_SEAL: &str = "\",";

/// Digits and letters that nobody takes for each other on paper or on the telephone: no 0 O Q, 1 I L, 2 Z, 5 S, 8 B, U.
const SIGNS: [char; 23] = [
    '3', '4', '6', '7', '9', 'A', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P', 'R', 'T', 'V', 'W',
    'X', 'Y',
];
/// Groups of four signs: 23^12 numbers a year.
const GROUPS: usize = 3;
/// The Buddhist era is so many years ahead.
const ERA_OFFSET: i32 = 543;

/// The number of the report with these contents.
pub(super) fn number_of(date: NaiveDate, hash: &ContentHash) -> String {
    let mut rest = hash.iter().take(16).fold(0u128, |number, byte| (number << 8) | u128::from(*byte));
    let mut number = format!("T{}", date.year() + ERA_OFFSET);
    for _ in 0..GROUPS {
        number.push('-');
        for _ in 0..4 {
            let place = usize::try_from(rest % SIGNS.len() as u128).unwrap_or(0);
            number.extend(SIGNS.get(place));
            rest /= SIGNS.len() as u128;
        }
    }
    number
}

/// A hash as text.
pub(super) fn hexadecimal(hash: &ContentHash) -> String {
    use std::fmt::Write;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // writing into memory cannot fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_number_has_the_year_and_three_groups() {
        let number = number_of(day("2026-01-31"), &[0; 32]);
        assert_eq!(number, "T2569-3333-3333-3333");
        assert_eq!(hexadecimal(&[0xAB; 32]), "ab".repeat(32));
    }

    #[test]
    fn no_two_signs_look_alike() {
        let signs: HashSet<char> = SIGNS.into_iter().collect();
        assert_eq!(signs.len(), SIGNS.len());
        assert!("0O1IL2Z5S8BQU".chars().all(|sign| !signs.contains(&sign)));
    }

    proptest! {
        #[test]
        fn numbers_differ_where_hashes_do(one: [u8; 32], other: [u8; 32]) {
            prop_assume!(one[..16] != other[..16]);
            let number = number_of(day("2026-01-31"), &one);
            prop_assert_eq!(number.len(), 20);
            prop_assert_ne!(number, number_of(day("2026-01-31"), &other));
        }
    }
}
