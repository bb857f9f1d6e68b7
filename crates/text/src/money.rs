//! Amounts of money: figures and words before บาท, in satang.
//!
//! Texts are expected in normal form (see [`crate::normalise`]); spans are bytes of the text given.

use thiap_domain::{Baht, TextSpan};

use crate::numbers::{Number, NumberMention, find_numbers};

/// An amount found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoneyMention {
    /// Where it stands, unit taken in.
    pub span: TextSpan,
    /// What it says.
    pub amount: Baht,
}

/// Units behind a number, longest first, and how many baht each is.
const UNITS: [(&str, i128); 11] = [
    ("ล้านบาท", 1_000_000),
    ("บาทถ้วน", 1),
    ("บาท", 1),
    ("ลบ.", 1_000_000),
    ("ลบ", 1_000_000),
    ("ลบท.", 1_000_000),
    ("บ.", 1),
    ("THB", 1),
    ("baht", 1),
    ("Baht", 1),
    ("฿", 1),
];

/// Finds the amounts in baht of a text: `1.5 ล้านบาท`, `10,000 บาท`, `หนึ่งแสนบาทถ้วน`, `2.4 ลบ.`, `฿500`, `750.-`,
/// `12 บาท 50 สตางค์`. In a range (`5-10 ล้านบาท`) both ends are amounts.
#[must_use]
pub fn find_amounts(normalised: &str) -> Vec<MoneyMention> {
    let numbers = find_numbers(normalised);
    let mut mentions: Vec<MoneyMention> = Vec::new();
    let mut index = 0;
    while let Some(number) = numbers.get(index) {
        index += 1;
        let Some((mut span, factor)) = unit_around(normalised, number.span) else { continue };
        let Some(amount) = in_baht(number.value, factor) else { continue };
        let range_start = index.checked_sub(2).and_then(|before| numbers.get(before)).filter(|before| {
            let taken = mentions.last().is_some_and(|last| last.span.end > before.span.start);
            !taken && joins_range(normalised.get(before.span.end..number.span.start).unwrap_or_default())
        });
        if let Some(low) = range_start.and_then(|before| shared_scale(before, number, factor)) {
            mentions.push(low);
        }
        // 12 บาท 50 สตางค์
        let mut satang = amount.satang();
        if let Some(next) = numbers.get(index)
            && normalised.get(span.end..next.span.start).is_some_and(|between| between.trim().is_empty())
            && let Some(after) = normalised.get(next.span.end..)
            && let Some(rest) = after.trim_start_matches(' ').strip_prefix("สตางค์")
            && let Some(extra) = next.value.as_integer().filter(|satang| (0..100).contains(satang))
        {
            satang = satang.saturating_add(extra);
            span.end = normalised.len() - rest.len();
            index += 1;
        }
        mentions.push(MoneyMention { span, amount: Baht::from_satang(satang) });
    }
    mentions
}

/// Reads a field that holds one amount and nothing else, with or without its unit: `1,500,000`, `๑.๕ ล้านบาท`,
/// `หนึ่งแสนบาทถ้วน`. Plain figures are baht. The text need not be in normal form.
#[must_use]
pub fn parse_amount(field: &str) -> Option<Baht> {
    let text = crate::normalise_text(field);
    let text = text.trim().trim_start_matches("จำนวน").trim_start_matches("วงเงิน").trim();
    let whole = |span: TextSpan| span.start == 0 && span.end == text.len();
    if let [mention] = find_amounts(text).as_slice()
        && whole(mention.span)
    {
        return Some(mention.amount);
    }
    match find_numbers(text).as_slice() {
        [number] if whole(number.span) => in_baht(number.value, 1),
        _ => None,
    }
}

fn in_baht(value: Number, factor: i128) -> Option<Baht> {
    value.scaled(factor)?.hundredths().map(Baht::from_satang)
}

/// The span of a number with its unit of money, and the unit's baht; `None` when no such unit is there.
fn unit_around(text: &str, number: TextSpan) -> Option<(TextSpan, i128)> {
    let before = text.get(..number.start)?.trim_end_matches(' ');
    for sign in ["฿", "THB"] {
        if let Some(rest) = before.strip_suffix(sign) {
            return Some((TextSpan::new(rest.len(), number.end), 1));
        }
    }
    let after = text.get(number.end..)?;
    if let Some(rest) = after.strip_prefix(".-") {
        let baht = rest.trim_start_matches(' ').strip_prefix("บาท");
        return Some((TextSpan::new(number.start, text.len() - baht.unwrap_or(rest).len()), 1));
    }
    let unit = after.trim_start_matches([' ', '\n']);
    // กว่า and เศษ leave the amount as it is said: ล้านกว่าบาท.
    let unit = ["กว่า", "เศษ"].iter().find_map(|word| unit.strip_prefix(word)).unwrap_or(unit);
    let unit = unit.trim_start_matches(' ');
    let (name, factor) = UNITS.iter().find(|(name, _)| unit.starts_with(name))?;
    let mut end = text.len() - unit.len() + name.len();
    if text.get(end..).is_some_and(|rest| rest.starts_with("ถ้วน")) {
        end += "ถ้วน".len();
    }
    Some((TextSpan::new(number.start, end), *factor))
}

fn joins_range(between: &str) -> bool {
    matches!(between.trim(), "-" | "–" | "—" | "~" | "ถึง" | "to")
}

/// The lower end of a range, which shares the scale and unit of the upper end unless it has its own.
fn shared_scale(low: &NumberMention, high: &NumberMention, factor: i128) -> Option<MoneyMention> {
    let scale = if low.scale == 0 { 10i128.checked_pow(high.scale)? } else { 1 };
    let shared = in_baht(low.value.scaled(scale)?, factor)?;
    let plain = in_baht(low.value, factor)?;
    let upper = in_baht(high.value, factor)?;
    // 500,000 - 1 ล้านบาท: sharing would turn the range around.
    let amount = if shared <= upper { shared } else { plain };
    (amount <= upper).then_some(MoneyMention { span: low.span, amount })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise_text;
    use proptest::prelude::*;

    fn amounts(text: &str) -> Vec<(String, f64)> {
        let text = normalise_text(text);
        find_amounts(&text)
            .iter()
            .map(|m| (m.span.slice(&text).unwrap().to_owned(), m.amount.as_baht_f64()))
            .collect()
    }

    fn one(text: &str) -> f64 {
        let found = amounts(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found[0].1
    }

    #[test]
    fn reads_amounts_as_officers_write_them() {
        assert_eq!(one("งบประมาณ ๑๐,๐๐๐ บาท"), 10_000.0);
        assert_eq!(one("วงเงิน 1.5 ล้านบาท"), 1_500_000.0);
        assert_eq!(one("สิบล้านบาท"), 10_000_000.0);
        assert_eq!(one("จำนวนเงิน หนึ่งแสนบาทถ้วน"), 100_000.0);
        assert_eq!(one("ค่าจ้าง 750.- ต่อวัน"), 750.0);
        assert_eq!(one("2.45 ลบ."), 2_450_000.0);
        assert_eq!(one("฿500"), 500.0);
        assert_eq!(one("12 บาท 50 สตางค์"), 12.5);
        assert_eq!(one("264,692,200.25 บาท"), 264_692_200.25);
        assert_eq!(one("2 ล้านกว่าบาท"), 2_000_000.0);
        assert_eq!(one("ยี่สิบเอ็ดล้านห้าแสนบาท"), 21_500_000.0);
    }

    #[test]
    fn spans_take_in_the_unit() {
        assert_eq!(amounts("ใช้ 3 ล้าน 5 แสนบาทถ้วน (3,500,000 บาท)")[0].0, "3 ล้าน 5 แสนบาทถ้วน");
        assert_eq!(amounts("12 บาท 50 สตางค์ถ้วน")[0].0, "12 บาท 50 สตางค์");
    }

    #[test]
    fn both_ends_of_a_range_are_amounts() {
        assert_eq!(amounts("5-10 ล้านบาท"), [("5".into(), 5e6), ("10 ล้านบาท".into(), 1e7)]);
        assert_eq!(amounts("500,000 - 1 ล้านบาท").iter().map(|a| a.1).collect::<Vec<_>>(), [500_000.0, 1e6]);
        assert_eq!(amounts("500 ถึง 1,000 บาท").iter().map(|a| a.1).collect::<Vec<_>>(), [500.0, 1_000.0]);
    }

    #[test]
    fn numbers_without_money_are_none() {
        for text in ["(หน่วย: ล้านบาท)", "ปี 2565", "40 คน", "10 ดอลลาร์", "พระบาท 3 แห่ง", "ร้อยละ 80"]
        {
            assert_eq!(amounts(text), [], "{text}");
        }
    }

    #[test]
    fn fields_may_lack_the_unit() {
        assert_eq!(parse_amount(" ๑,๕๐๐,๐๐๐ "), Baht::from_baht(1_500_000));
        assert_eq!(parse_amount("1.5 ล้านบาท"), Baht::from_baht(1_500_000));
        assert_eq!(parse_amount("ห้าหมื่นบาทถ้วน"), Baht::from_baht(50_000));
        assert_eq!(parse_amount("50,000 บาท และอื่น ๆ"), None);
        assert_eq!(parse_amount("ไม่มี"), None);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_spans_fit(text in "(([0-9]{1,24}|[,.฿ -]|หนึ่ง|แสน|ล้าน|ครึ่ง|บาท|ถ้วน|สตางค์|ลบ\\.|ถึง|ก){0,12})|\\PC{0,40}") {
            for mention in find_amounts(&text) {
                prop_assert!(mention.span.slice(&text).is_some_and(|slice| !slice.is_empty()));
            }
            let _ = parse_amount(&text);
        }
    }
}
