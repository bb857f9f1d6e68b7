//! Names that are off by one character, as typing and OCR leave them.

/// Whether two names differ by one character put in, left out or put for another.
pub(crate) fn differ_by_one(name: &[char], written: &[char]) -> bool {
    let same_before = name.iter().zip(written).take_while(|(a, b)| a == b).count();
    let rest = |chars: &[char]| chars.len() - same_before;
    let (name_rest, written_rest) = (rest(name), rest(written));
    let most_after = name_rest.min(written_rest);
    let same_after =
        name.iter().rev().zip(written.iter().rev()).take(most_after).take_while(|(a, b)| a == b).count();
    (name_rest - same_after).max(written_rest - same_after) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_edit_is_told_from_two() {
        let differ =
            |a: &str, b: &str| differ_by_one(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert!(differ("สิงห์บุรี", "สิงค์บุรี") && differ("กระบี่", "กระบี") && differ("กระบี่", "กรระบี่"));
        assert!(!differ("กระบี่", "กระบี่") && !differ("กระบี่", "กราบี") && !differ("", ""));
    }
}
