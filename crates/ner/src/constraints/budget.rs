//! Amounts of money in a query that constrain the budget.

use thiap_domain::{Baht, TextSpan};
use thiap_text::money::find_amounts;
use thiap_text::numbers::find_numbers;

use super::{ConstraintKind, take_before, take_behind};

const AT_LEAST: &[&str] = &[
    "เกินกว่า",
    "เกิน",
    "มากกว่า",
    "สูงกว่า",
    "ตั้งแต่",
    "อย่างน้อย",
    "ไม่น้อยกว่า",
    "ไม่ต่ำกว่า",
    "ขั้นต่ำ",
    "over",
    "more than",
    "above",
    "at least",
    ">=",
    ">",
    "≥",
];
const AT_MOST: &[&str] = &[
    "ไม่เกินกว่า",
    "ไม่เกิน",
    "ต่ำกว่า",
    "น้อยกว่า",
    "ไม่ถึง",
    "สูงสุด",
    "ไม่มากกว่า",
    "ไม่สูงกว่า",
    "under",
    "below",
    "less than",
    "up to",
    "at most",
    "<=",
    "<",
    "≤",
];
const OR_MORE: &[&str] = &["ขึ้นไป", "or more", "and above", "and over"];
const OR_LESS: &[&str] = &["ลงมา", "หรือน้อยกว่า", "or less"];
const BETWEEN: &[&str] = &["ระหว่าง", "between", "from"];
const BUDGET_WORDS: &[&str] = &[
    "งบประมาณ",
    "งบ",
    "วงเงิน",
    "มูลค่า",
    "ใช้งบ",
    "ใช้งบประมาณ",
    "วงเงินงบประมาณ",
    "ราคา",
    "โครงการ",
    "budget",
    "budgets",
    "projects",
    "costing",
    "worth",
];
/// The words of these that say on their own that money follows.
const MONEY_WORDS: &[&str] = &["งบประมาณ", "งบ", "วงเงิน", "มูลค่า", "budget", "costing", "worth"];
const BAHT: &[&str] = &["บาท", "baht", "thb", "฿"];
/// A plain amount is taken as this part of itself around it: budgets are seldom remembered to the baht.
const AROUND: i64 = 10;

/// An amount of money in a query.
#[derive(Debug, Clone, Copy)]
struct Amount {
    span: TextSpan,
    baht: Baht,
    /// The unit, or at least a word for hundred thousands or millions, stands with it.
    surely_money: bool,
}

/// The budgets that a query names, in order.
pub(super) fn budgets(text: &str) -> Vec<(TextSpan, ConstraintKind)> {
    let amounts = amounts(text);
    let mut budgets: Vec<(TextSpan, ConstraintKind)> = Vec::new();
    let mut index = 0;
    while let Some(amount) = amounts.get(index) {
        index += 1;
        let mut span = amount.span;
        let second = amounts.get(index).filter(|next| joins_range(text, span.end, next.span.start));
        let (min, max) = if let Some(second) = second {
            index += 1;
            span.end = second.span.end;
            let compared = take_before(text, span.start, BETWEEN);
            if compared.is_none() && !said_to_be_money(text, span.start) && !second.surely_money {
                continue;
            }
            span.start = compared.unwrap_or(span.start);
            (Some(amount.baht.min(second.baht)), Some(amount.baht.max(second.baht)))
        } else if let Some(start) = take_before(text, span.start, AT_MOST) {
            span.start = start;
            (None, Some(amount.baht))
        } else if let Some(start) = take_before(text, span.start, AT_LEAST) {
            span.start = start;
            (Some(amount.baht), None)
        } else if let Some(end) = take_behind(text, span.end, OR_MORE) {
            span.end = end;
            (Some(amount.baht), None)
        } else if let Some(end) = take_behind(text, span.end, OR_LESS) {
            span.end = end;
            (None, Some(amount.baht))
        } else if said_to_be_money(text, span.start) {
            let part = amount.baht.satang() / AROUND;
            let around = |satang: i64| Some(Baht::from_satang(satang));
            (
                around(amount.baht.satang().saturating_sub(part)),
                around(amount.baht.satang().saturating_add(part)),
            )
        } else {
            continue;
        };
        let told = said_to_be_money(text, span.start);
        if !(told || amount.surely_money || second.is_some_and(|second| second.surely_money)) {
            continue;
        }
        while let Some(start) = take_before(text, span.start, BUDGET_WORDS.get(..9).unwrap_or_default()) {
            // โครงการ stays with what the query is about.
            if text.get(start..span.start).is_some_and(|word| word.trim() == "โครงการ") {
                break;
            }
            span.start = start;
        }
        if let Some(start) = take_before(text, span.start, MONEY_WORDS) {
            span.start = start;
        }
        // Two halves of one range: เกิน 1 ล้าน ไม่เกิน 5 ล้าน.
        if let Some((last, ConstraintKind::Budget { min: last_min, max: last_max })) = budgets.last_mut()
            && text
                .get(last.end..span.start)
                .is_some_and(|between| matches!(between.trim(), "" | "แต่" | "และ" | "but" | "and"))
        {
            let completes = (last_min.is_none() && max.is_none()) || (last_max.is_none() && min.is_none());
            if completes {
                *last_min = last_min.or(min);
                *last_max = last_max.or(max);
                last.end = span.end;
                continue;
            }
        }
        budgets.push((span, ConstraintKind::Budget { min, max }));
    }
    budgets
}

fn said_to_be_money(text: &str, start: usize) -> bool {
    take_before(text, start, MONEY_WORDS).is_some()
}

fn joins_range(text: &str, end: usize, start: usize) -> bool {
    let between = text.get(end..start).unwrap_or_default().trim();
    matches!(between, "-" | "–" | "—" | "ถึง" | "และ" | "to" | "and")
}

/// The amounts of a query: those with their unit, and figures that a scale word or a word for budgets makes amounts.
fn amounts(text: &str) -> Vec<Amount> {
    let mut amounts: Vec<Amount> = find_amounts(text)
        .into_iter()
        .map(|found| Amount { span: found.span, baht: found.amount, surely_money: true })
        .collect();
    let with_unit = amounts.len();
    for number in find_numbers(text) {
        let listed = amounts.get(..with_unit).unwrap_or_default();
        let near = listed.partition_point(|amount| amount.span.end <= number.span.start);
        if listed.get(near).is_some_and(|amount| amount.span.overlaps(number.span)) {
            continue;
        }
        let unit = take_behind(text, number.span.end, BAHT);
        let behind = text.get(number.span.end..).unwrap_or_default();
        let alone = behind.is_empty()
            || behind.starts_with([' ', ',', ')', '-', '–'])
            || OR_MORE.iter().chain(OR_LESS).any(|word| behind.starts_with(word))
            || behind.starts_with("ถึง");
        // ล้านคน, ล้านไร่, ล้านดอลลาร์: behind a space too.
        let counted = COUNTED.iter().any(|word| behind.trim_start().starts_with(word));
        let large = number.scale >= 4;
        let year = number.value.as_integer().is_some_and(|n| (2400..=2700).contains(&n));
        let plain = said_to_be_money(text, number.span.start) || compared_money(text, number.span.start);
        if unit.is_none() && (!alone || counted || year || !(large || plain)) {
            continue;
        }
        let Ok(satang) = i64::try_from(number.value.micros() / 10_000) else { continue };
        amounts.push(Amount {
            span: TextSpan::new(number.span.start, unit.unwrap_or(number.span.end)),
            baht: Baht::from_satang(satang),
            surely_money: unit.is_some() || large,
        });
    }
    amounts.sort_by_key(|amount| amount.span);
    amounts
}

/// What figures count that are no money.
const COUNTED: &[&str] = &[
    "คน",
    "ราย",
    "ไร่",
    "ตัน",
    "ต้น",
    "ครั้ง",
    "ดอลลาร์",
    "ดอลล่าร์",
    "ลูกบาศก์",
    "ลบ.ม",
    "ครัวเรือน",
    "ตัว",
    "แห่ง",
    "กิโล",
    "กก.",
    "เมตร",
    "หน่วย",
    "ปี",
    "เดือน",
    "วัน",
    "ชุด",
    "people",
    "dollars",
    "usd",
    "tons",
    "rai",
];

/// `งบเกิน 500000`: a comparison behind a word for budgets.
fn compared_money(text: &str, start: usize) -> bool {
    let compared = take_before(text, start, AT_MOST)
        .or_else(|| take_before(text, start, AT_LEAST))
        .or_else(|| take_before(text, start, BETWEEN));
    compared.is_some_and(|start| said_to_be_money(text, start))
}
