//! Amounts, percentages, lengths, durations and ages in a text.

use thiap_domain::{EntityType, MentionValue, TextSpan};
use thiap_text::money::find_amounts;
use thiap_text::numbers::{NumberMention, find_numbers};

use crate::candidate::{Candidate, Weight};

/// Units of length, longest first where one begins another.
const LENGTHS: &[&str] =
    &["กิโลเมตร", "เซนติเมตร", "มิลลิเมตร", "เมตร", "ไมล์ทะเล", "ไมล์", "นิ้ว", "ฟุต", "กม.", "ซม.", "มม.", "ม.", "km", "cm", "mm"];
/// Units of time behind a figure.
const DURATIONS: &[&str] = &["ปี", "เดือน", "สัปดาห์", "วัน", "ชั่วโมง", "นาที", "ชม."];
/// What makes another word of a unit.
const GOES_ON: &[&str] = &["ที่", "ละ", "งบประมาณ", "การ", "บัญชี", "อากาศ", "เพ็ญ", "ศุกร์", "จันทร์", "อาทิตย์", "พุธ", "พฤหัส", "เสาร์", "อังคาร", "หยุด", "ภาษี"];
/// A figure this large before ปี is a year.
const LARGEST_DURATION: i64 = 300;

/// Quantities of a text in normal form.
pub(crate) fn quantities(text: &str) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let mut add = |span: TextSpan, entity_type, value| {
        candidates.push(Candidate { span, entity_type, value, weight: Weight::Form });
    };
    let mut amounts = find_amounts(text).into_iter().peekable();
    while let Some(amount) = amounts.next() {
        // A range is one mention; it has no single value.
        let mut span = amount.span;
        let mut value = Some(MentionValue::Baht(amount.amount));
        while let Some(second) = amounts.next_if(|next| is_range(text, span.end, next.span.start)) {
            span.end = second.span.end;
            value = None;
        }
        add(span, EntityType::Money, value);
    }
    let numbers = find_numbers(text);
    let mut index = 0;
    while let Some(first) = numbers.get(index) {
        let mut last = first;
        index += 1;
        while let Some(next) = numbers.get(index).filter(|next| is_range(text, last.span.end, next.span.start)) {
            last = next;
            index += 1;
        }
        if let Some((span, entity_type)) = with_unit(text, first, last) {
            add(span, entity_type, None);
        }
    }
    candidates
}

/// Whether the text between two figures makes one range of them.
fn is_range(text: &str, end: usize, start: usize) -> bool {
    let between = text.get(end..start).unwrap_or_default();
    between.len() <= 12 && matches!(between.trim(), "-" | "–" | "—" | "ถึง") || matches!(between, " และ ")
}

fn with_unit(text: &str, first: &NumberMention, last: &NumberMention) -> Option<(TextSpan, EntityType)> {
    let (start, end) = (first.span.start, last.span.end);
    let before = text.get(..start)?.trim_end();
    let behind = text.get(end..)?;
    let unit_from = end + (behind.len() - behind.trim_start_matches(' ').len());
    let unit = text.get(unit_from..)?;
    if let Some(percent) = ["%", "％", "เปอร์เซ็นต์", "เปอร์เซนต์"].iter().find(|word| unit.starts_with(**word)) {
        return Some((TextSpan::new(start, unit_from + percent.len()), EntityType::Percent));
    }
    if before.ends_with("ร้อยละ") {
        return Some((TextSpan::new(before.len() - "ร้อยละ".len(), end), EntityType::Percent));
    }
    // A figure that goes on from another, a dimension or a chainage is none of what follows.
    if before.ends_with(['+', '/', ':', 'x', 'X']) || text.get(end..)?.starts_with(['+', '/', ':']) {
        return None;
    }
    if let Some(length) = LENGTHS.iter().find(|word| unit.starts_with(**word)) {
        let unit_end = unit_from + length.len();
        let goes_on = text.get(unit_end..)?.chars().next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '/' || c == '²');
        let letters = length.ends_with('.') || length.is_ascii();
        if !goes_on && !(letters && text.get(unit_end..)?.starts_with(|c: char| c.is_ascii_digit())) {
            return Some((TextSpan::new(start, unit_end), EntityType::Len));
        }
    }
    if let Some(end) = unit.strip_prefix("น.").map(|_| unit_from + "น.".len()) {
        return Some((TextSpan::new(start, end), EntityType::Time));
    }
    if unit.starts_with("พรรษา") {
        return Some((TextSpan::new(start, unit_from + "พรรษา".len()), EntityType::Ago));
    }
    let duration = DURATIONS.iter().find(|word| unit.starts_with(**word))?;
    let unit_end = unit_from + duration.len();
    let rest = text.get(unit_end..)?;
    if GOES_ON.iter().any(|word| rest.starts_with(word)) || last.value.as_integer().is_none_or(|n| n > LARGEST_DURATION) {
        return None;
    }
    // A figure in words before a unit is part of a phrase more often than not (หนึ่งวัน), and so is one behind ที่ or ปี.
    if first.in_words || before.ends_with("ที่") && !before.ends_with("วันที่") && *duration == "วัน" {
        return None;
    }
    let aged = ["อายุ", "อายุครบ", "วัย", "อายุตั้งแต่", "อายุไม่เกิน", "อายุระหว่าง", "อายุต่ำกว่า"].iter().any(|word| before.ends_with(word));
    let entity_type = if aged && *duration == "ปี" { EntityType::Ago } else { EntityType::Time };
    Some((TextSpan::new(start, unit_end), entity_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(EntityType, &str)> {
        quantities(text).iter().map(|c| (c.entity_type, c.span.slice(text).unwrap_or_default())).collect()
    }

    #[test]
    fn figures_are_told_by_their_units() {
        assert_eq!(read("กว้าง 6.00 เมตร ยาว 2.5 กม. เนื้อที่ 30 ตารางเมตร"), [(EntityType::Len, "6.00 เมตร"), (EntityType::Len, "2.5 กม.")]);
        assert_eq!(read("เพิ่มขึ้นร้อยละ 5 หรือ 43%"), [(EntityType::Percent, "ร้อยละ 5"), (EntityType::Percent, "43%")]);
        assert_eq!(read("ภายใน 2-6 เดือน เวลา 13.00 น."), [(EntityType::Time, "2-6 เดือน"), (EntityType::Time, "13.00 น.")]);
        assert_eq!(read("อายุ 60 ปีขึ้นไป ในปี 2565"), [(EntityType::Ago, "60 ปี")]);
        assert_eq!(read("หาบ 3 คน 1 ปีงบประมาณ กม.12+300"), []);
    }

    #[test]
    fn a_range_of_money_is_one_mention() {
        let found = quantities("ราคา 120 - 150 บาท งบ 10 ล้านบาท");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].value, None);
        assert!(matches!(found[1].value, Some(MentionValue::Baht(baht)) if baht.satang() == 1_000_000_000));
    }
}
