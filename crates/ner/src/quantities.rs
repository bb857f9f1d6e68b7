//! Amounts, percentages, lengths, durations, ages and dates in a text.

use thiap_domain::{EntityType, FiscalYear, MentionValue, TextSpan};
use thiap_text::dates::{DateValue, find_dates};
use thiap_text::money::find_amounts;
use thiap_text::numbers::{NumberMention, find_numbers};

use crate::candidate::{Candidate, Weight};
use crate::reading::is_thai_letter;

/// Units of length, longest first where one begins another.
const LENGTHS: &[&str] = &[
    "กิโลเมตร",
    "เซนติเมตร",
    "มิลลิเมตร",
    "เมตร",
    "ไมล์ทะเล",
    "ไมล์",
    "นิ้ว",
    "ฟุต",
    "กม.",
    "ซม.",
    "มม.",
    "ม.",
    "km",
    "cm",
    "mm",
];
/// Units of time behind a figure.
const DURATIONS: &[&str] = &["ปี", "เดือน", "สัปดาห์", "วัน", "ชั่วโมง", "นาที", "ชม."];
/// What makes another word of a unit.
const GOES_ON: &[&str] = &[
    "ที่",
    "ละ",
    "งบประมาณ",
    "การ",
    "บัญชี",
    "อากาศ",
    "เพ็ญ",
    "ศุกร์",
    "จันทร์",
    "อาทิตย์",
    "พุธ",
    "พฤหัส",
    "เสาร์",
    "อังคาร",
    "หยุด",
    "ภาษี",
];
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
        while let Some(next) =
            numbers.get(index).filter(|next| is_range(text, last.span.end, next.span.start))
        {
            last = next;
            index += 1;
        }
        if let Some((span, entity_type)) = with_unit(text, first, last) {
            add(span, entity_type, None);
        }
    }
    // No date is without a figure; many titles are.
    let dates = if text.bytes().any(|b| b.is_ascii_digit()) { find_dates(text) } else { Vec::new() };
    for date in dates {
        add(without_leading_words(text, date.span), EntityType::Date, date_value(date.value));
    }
    for (span, years) in years_over_two(text) {
        add(span, EntityType::Date, Some(years));
    }
    candidates
}

/// Words behind ปี in the names of years that run over two (ปีการผลิต 2562/63).
const KINDS_OF_YEARS: &[&str] = &["การผลิต", "การศึกษา", "บัญชี", "เพาะปลูก", "งบประมาณ", ""];

/// `ปี 2562/63`, `ปีการผลิต 2562`.
fn years_over_two(text: &str) -> Vec<(TextSpan, MentionValue)> {
    let digits = |at: usize| {
        text.get(at..).map_or(0, |rest| rest.bytes().take(5).take_while(u8::is_ascii_digit).count())
    };
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<i32>().ok());
    let mut found = Vec::new();
    for (at, word) in text.match_indices("ปี") {
        let behind = at + word.len();
        let Some(rest) = text.get(behind..) else { continue };
        let kind = KINDS_OF_YEARS.iter().find(|kind| rest.starts_with(**kind)).copied().unwrap_or_default();
        let from = behind + kind.len();
        let start = from + text.get(from..).map_or(0, |rest| rest.len() - rest.trim_start_matches(' ').len());
        let first_end = start + 4;
        let Some(first) = (digits(start) == 4).then(|| number(start, first_end)).flatten() else { continue };
        let slash = text.get(first_end..).is_some_and(|rest| rest.starts_with('/'));
        let second_digits = if slash { digits(first_end + 1) } else { 0 };
        let (end, last) = match (second_digits, number(first_end + 1, first_end + 1 + second_digits)) {
            (2, Some(short)) => (first_end + 3, first - first % 100 + short),
            (4, Some(last)) => (first_end + 5, last),
            _ if kind == "การผลิต" && !slash => (first_end, first),
            _ => continue,
        };
        if let (Ok(first), Ok(last)) = (FiscalYear::from_either_era(first), FiscalYear::from_either_era(last))
            && first <= last
        {
            found.push((TextSpan::new(start, end), MentionValue::FiscalYears { first, last }));
        }
    }
    found
}

/// Words before a date that say what it is; the label scheme leaves them out.
const BEFORE_DATES: &[&str] = &[
    "ตั้งแต่วันที่",
    "ระหว่างวันที่",
    "วันที่",
    "วันจันทร์ที่",
    "วันอังคารที่",
    "วันพุธที่",
    "วันพฤหัสบดีที่",
    "วันศุกร์ที่",
    "วันเสาร์ที่",
    "วันอาทิตย์ที่",
    "ตั้งแต่",
    "ระหว่าง",
    "ประจำปีงบประมาณ",
    "ปีงบประมาณ",
    "งบประมาณ",
    "ประจำปีการศึกษา",
    "ปีการศึกษา",
    "ปีการผลิต",
    "ปีงบ",
    "ประจำปี",
    "ปี",
    "เดือน",
    "fiscal year",
    "Fiscal Year",
    "Fiscal year",
    "FY",
];

fn without_leading_words(text: &str, span: TextSpan) -> TextSpan {
    let mut start = span.start;
    while let Some(rest) = text.get(start..span.end) {
        let word = BEFORE_DATES.iter().find(|word| rest.starts_with(**word));
        let Some(behind) = word.and_then(|word| rest.get(word.len()..)) else { break };
        let spaces = behind.len() - behind.trim_start_matches(' ').len();
        let next = span.end - behind.len() + spaces;
        if next >= span.end {
            break;
        }
        start = next;
    }
    TextSpan::new(start, span.end)
}

/// A plain year in a project's text is a fiscal year: budgets know no other.
fn date_value(value: DateValue) -> Option<MentionValue> {
    match value {
        DateValue::FiscalYears { .. } | DateValue::Years { .. } => {
            let years = match value {
                DateValue::FiscalYears { first, last } => Some((first, last)),
                DateValue::Years { first_be, last_be } => {
                    FiscalYear::from_be(first_be).ok().zip(FiscalYear::from_be(last_be).ok())
                }
                _ => None,
            };
            years.map(|(first, last)| MentionValue::FiscalYears { first, last })
        }
        _ => value.period().map(MentionValue::Period),
    }
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
    if let Some(percent) = ["%", "％", "เปอร์เซ็นต์", "เปอร์เซนต์"].iter().find(|word| unit.starts_with(**word))
    {
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
        let next = text.get(unit_end..)?.chars().next();
        let goes_on = next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '/' || c == '²');
        // ม.ค. and มม. go on in letters.
        let of_a_longer_one = length.ends_with('.') && next.is_some_and(is_thai_letter);
        if !goes_on && !of_a_longer_one {
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
    if GOES_ON.iter().any(|word| rest.starts_with(word))
        || last.value.as_integer().is_none_or(|n| n > LARGEST_DURATION)
    {
        return None;
    }
    // A figure in words before a unit is part of a phrase more often than not (หนึ่งวัน), and so is one behind ที่ or ปี.
    if first.in_words || before.ends_with("ที่") && !before.ends_with("วันที่") && *duration == "วัน"
    {
        return None;
    }
    let aged = ["อายุ", "อายุครบ", "วัย", "อายุตั้งแต่", "อายุไม่เกิน", "อายุระหว่าง", "อายุต่ำกว่า"]
        .iter()
        .any(|word| before.ends_with(word));
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
        assert_eq!(
            read("กว้าง 6.00 เมตร ยาว 2.5 กม. เนื้อที่ 30 ตารางเมตร"),
            [(EntityType::Len, "6.00 เมตร"), (EntityType::Len, "2.5 กม.")]
        );
        assert_eq!(
            read("เพิ่มขึ้นร้อยละ 5 หรือ 43%"),
            [(EntityType::Percent, "ร้อยละ 5"), (EntityType::Percent, "43%")]
        );
        assert_eq!(
            read("ภายใน 2-6 เดือน เวลา 13.00 น."),
            [(EntityType::Time, "2-6 เดือน"), (EntityType::Time, "13.00 น.")]
        );
        assert_eq!(read("อายุ 60 ปีขึ้นไป ในปี 2565"), [(EntityType::Ago, "60 ปี"), (EntityType::Date, "2565")]);
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
