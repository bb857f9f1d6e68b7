//! Laws and plans in a text.
//!
//! Their names are long and broken by spaces, but they end in what a name of this kind ends in: `พ.ศ. 2560`,
//! `(พ.ศ. 2566 - 2570)`, `ฉบับที่ 13`, `ระยะที่ 2`. Where no such end stands near, a name ends at the first space.

use thiap_domain::{EntityType, MentionValue};

use crate::candidate::{Candidate, Weight};
use crate::heads::{Head, head_kind};
use crate::lexicon::{Found, Sense};
use crate::plan::named_plans;
use crate::reading::{Reading, is_thai, is_word_character};

/// The longest name of a law or plan up to its year, in characters.
const LONGEST_NAME: usize = 170;
/// The most spaces in such a name.
const MOST_GAPS: usize = 7;

/// Laws and plans, listed and with open names.
pub(crate) fn documents(reading: &Reading, found: &[Found]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    // A section of a law is read with the law behind it, so laws come from the right.
    let mut laws: Vec<(usize, usize)> = Vec::new();
    for hit in found.iter().rev() {
        if head_kind(hit.sense) == Some(Head::Law)
            && let Some((start, end)) = law(reading, hit, &laws)
        {
            laws.push((start, end));
            candidates.push(Candidate {
                span: reading.to_normalised(start, end),
                entity_type: EntityType::Law,
                value: None,
                weight: Weight::Form,
            });
        }
    }
    // Longer names come before shorter ones that begin in the same place, so a listed one before its head word.
    let mut listed: Vec<usize> = Vec::new();
    for hit in found {
        if listed.last().is_some_and(|last| *last < hit.start) {
            listed.clear();
        }
        match hit.sense {
            Sense::Plan(plan) => {
                if let Some(candidate) = listed_plan(reading, hit, plan) {
                    listed.push(hit.start);
                    candidates.push(candidate);
                }
            }
            sense if head_kind(sense) == Some(Head::Plan) => {
                candidates.extend(open_plan(reading, hit, &listed));
            }
            _ => {}
        }
    }
    candidates
}

fn law(reading: &Reading, hit: &Found, laws: &[(usize, usize)]) -> Option<(usize, usize)> {
    let head = reading.between(hit.start, hit.end);
    let short = head.contains('.');
    if short && !(reading.free_before(hit.start) || reading.word_start(hit.start)) {
        return None;
    }
    let text_before = reading.between(0, hit.start);
    let mut start = hit.start;
    for draft in ["(ร่าง)", "ร่าง"] {
        if text_before.ends_with(draft) {
            start -= draft.len();
            break;
        }
    }
    let rest = reading.from(hit.end);
    let end = match head {
        "มาตรา" => return section(reading, hit, laws),
        "รัฐธรรมนูญ" => {
            if ["ศาล", "ประกอบ", "ร่าง", "ตุลาการ"].iter().any(|word| text_before.ends_with(word))
            {
                return None;
            }
            let whole =
                rest.strip_prefix("แห่งราชอาณาจักรไทย").map_or(hit.end, |_| hit.end + "แห่งราชอาณาจักรไทย".len());
            let dated = years(reading, whole).unwrap_or(whole);
            rest.strip_prefix("มาตรา")
                .and_then(|_| section_number(reading, hit.end + "มาตรา".len()))
                .unwrap_or(dated)
        }
        "ระเบียบ" | "ประกาศ" | "ข้อบังคับ" => {
            let of_an_authority =
                ["กระทรวง", "สำนัก", "คณะ", "กรม", "ว่าด้วย"].iter().any(|word| rest.starts_with(word));
            if !of_an_authority {
                return None;
            }
            name_up_to_years(reading, hit.end).or_else(|| subject_end(reading, hit.end))?
        }
        "กฎกระทรวง" => name_up_to_years(reading, hit.end)?,
        "อนุสัญญา" | "พิธีสาร" | "กติกา" => {
            if !rest.starts_with("ว่าด้วย") && !rest.starts_with("ระหว่าง") {
                return None;
            }
            run(reading, hit.end)?
        }
        _ if head.starts_with("ป.") => hit.end,
        _ => {
            let end = name_up_to_years(reading, hit.end).or_else(|| {
                let end = run(reading, hit.end)?;
                let end = latin_bracket(reading, end).unwrap_or(end);
                let section = reading
                    .from(end)
                    .strip_prefix("มาตรา")
                    .and_then(|_| section_number(reading, end + "มาตรา".len()));
                Some(section.unwrap_or(end))
            })?;
            if reading.between(hit.end, end).chars().count() < 3
                || ["ฉบับ", "นี้", "ดังกล่าว", "และ", "ที่", "ฯ"].iter().any(|w| rest.starts_with(w))
            {
                return None;
            }
            end
        }
    };
    Some((start, end))
}

/// `มาตรา 33 และมาตรา 35 แห่งพระราชบัญญัติ..`
fn section(reading: &Reading, hit: &Found, laws: &[(usize, usize)]) -> Option<(usize, usize)> {
    let mut end = section_number(reading, hit.end)?;
    // Further sections, a few at most.
    for _ in 0..8 {
        let rest = reading.from(end);
        let Some(next) =
            ["และมาตรา", "หรือมาตรา", ",มาตรา", "หมวด"].iter().find(|word| rest.starts_with(**word))
        else {
            break;
        };
        match section_number(reading, end + next.len()) {
            Some(further) => end = further,
            None => break,
        }
    }
    let rest = reading.from(end);
    let of = ["แห่ง", "ของ"].iter().find(|word| rest.starts_with(**word)).map_or(0, |word| word.len());
    // Laws were found from the right: the nearest is the last.
    if of > 0
        && let Some((_, law_end)) = laws.iter().rev().take(3).find(|(start, _)| *start == end + of)
    {
        end = *law_end;
    }
    Some((hit.start, end))
}

/// `33`, `169(3)`, `11 (4)`.
pub(crate) fn section_number(reading: &Reading, start: usize) -> Option<usize> {
    let digits = reading.from(start).bytes().take(4).take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return None;
    }
    let end = start + digits;
    let rest = reading.from(end).trim_start_matches(' ');
    let spaces = reading.from(end).len() - rest.len();
    let inner =
        rest.strip_prefix('(').map(|rest| rest.bytes().take(3).take_while(u8::is_ascii_digit).count());
    match inner {
        Some(count) if count > 0 && rest.get(count + 1..).is_some_and(|rest| rest.starts_with(')')) => {
            Some(end + spaces + count + 2)
        }
        _ => Some(end),
    }
}

/// The end of `พ.ศ. 2560`, `2566 - 2570`, `(พ.ศ. 2566-2570)`, `พ.ศ. ....` that begins at `start`.
pub(crate) fn years(reading: &Reading, start: usize) -> Option<usize> {
    let rest = reading.from(start);
    let mut at = 0;
    let skip_spaces =
        |at: usize| at + rest.get(at..).map_or(0, |rest| rest.len() - rest.trim_start_matches(' ').len());
    let mut take = |text: &str| {
        let next = skip_spaces(at);
        let fits = rest.get(next..).is_some_and(|rest| rest.starts_with(text));
        if fits {
            at = next + text.len();
        }
        fits
    };
    let bracket = take("(");
    let era = take("พ.ศ.") || take("พ.ศ");
    if !era && !bracket {
        return None;
    }
    let year = |at: usize| {
        let at = skip_spaces(at);
        let digits = rest.get(at..)?.bytes().take(5).take_while(u8::is_ascii_digit).count();
        (digits == 4).then_some(at + 4)
    };
    let mut end = match year(at) {
        Some(end) => end,
        None if era && rest.get(skip_spaces(at)..).is_some_and(|rest| rest.starts_with("..")) => {
            let dots_from = skip_spaces(at);
            let dots = rest.get(dots_from..)?.bytes().take(12).take_while(|b| *b == b'.').count();
            return Some(start + dots_from + dots);
        }
        None => return None,
    };
    let dash_from = skip_spaces(end);
    for dash in ["-", "–", "—", "ถึง"] {
        if rest.get(dash_from..).is_some_and(|rest| rest.starts_with(dash)) {
            let mut after = dash_from + dash.len();
            let second_from = skip_spaces(after);
            if rest.get(second_from..).is_some_and(|rest| rest.starts_with("พ.ศ.")) {
                after = second_from + "พ.ศ.".len();
            }
            end = year(after).unwrap_or(end);
        }
    }
    if bracket {
        let close = skip_spaces(end);
        return rest.get(close..)?.starts_with(')').then_some(start + close + 1);
    }
    Some(start + end)
}

/// The end of a name that goes on from `start` over spaces up to a year in the Buddhist era.
fn name_up_to_years(reading: &Reading, start: usize) -> Option<usize> {
    let mut gaps = 0;
    for (count, (offset, c)) in reading.from(start).char_indices().enumerate() {
        let at = start + offset;
        if count > LONGEST_NAME || matches!(c, '\n' | '|' | '“' | '"' | ';') {
            return None;
        }
        if offset > 0 && (reading.gap(at) || c == ' ') {
            gaps += 1;
            let next = at + usize::from(c == ' ');
            let sentence = ["ซึ่ง", "โดย", "เพื่อ", "ได้", "จะ", "และที่แก้ไข", "มาตรา", "แห่ง", "ดังนี้"]
                .iter()
                .any(|word| reading.from(next).starts_with(word));
            if gaps > MOST_GAPS || sentence {
                return None;
            }
        }
        if (c == 'พ' || c == '(')
            && let Some(end) = years(reading, at)
        {
            return Some(end);
        }
        if offset > 0
            && ["พระราชบัญญัติ", "พ.ร.บ.", "พระราชกฤษฎีกา"].iter().any(|word| reading.from(at).starts_with(word))
        {
            return None;
        }
    }
    None
}

/// The end of `.. เรื่อง X` or `.. ว่าด้วยX` at the first space behind the subject.
fn subject_end(reading: &Reading, start: usize) -> Option<usize> {
    let window: usize =
        reading.from(start).char_indices().nth(60).map_or(reading.text.len(), |(offset, _)| start + offset);
    let text = reading.between(start, window);
    let subject = ["เรื่อง", "ว่าด้วย"]
        .iter()
        .filter_map(|word| text.find(word).map(|at| start + at + word.len()))
        .min()?;
    run(reading, subject)
}

/// Words that no name of a law or plan goes on with; many that end other names stand inside these (มีส่วนร่วม, ให้อำนาจ).
const AFTER_DOCUMENTS: &[&str] = &[
    "ซึ่ง",
    "โดย",
    "ได้",
    "จะ",
    "ฉบับใหม่",
    "ดังกล่าว",
    "ล่าช้า",
    "บังคับใช้",
    "แล้ว",
    "ของ",
    "ว่า",
    "เป็น",
    "ไป",
    "จำนวน",
    "วงเงิน",
    "ตามที่",
    "ณ",
];

/// The end of the name from `start` up to the first space (one right at the start does not count).
fn run(reading: &Reading, start: usize) -> Option<usize> {
    for (count, (offset, c)) in reading.from(start).char_indices().enumerate() {
        let at = start + offset;
        if offset > 0 && (reading.gap(at) || !is_word_character(c) && c != '.') {
            return Some(at);
        }
        let ends = offset > 0
            && reading.word_start(at)
            && AFTER_DOCUMENTS.iter().any(|word| reading.from(at).starts_with(word));
        if ends && !reading.between(start, at).ends_with("ราย") {
            return Some(at); // รายได้ is one word
        }
        if count > 90 || (offset == 0 && !is_word_character(c)) {
            return None;
        }
    }
    (start < reading.text.len()).then_some(reading.text.len())
}

/// What may follow a plan's name and is part of it.
fn plan_end(reading: &Reading, end: usize) -> usize {
    let mut at = latin_bracket(reading, end).unwrap_or(end);
    for _ in 0..3 {
        let rest = reading.from(at);
        let mut next = None;
        for word in ["ฉบับที่", "ระยะที่", "ระยะ"] {
            if let Some(behind) = rest.strip_prefix(word) {
                let digits = behind.bytes().take(3).take_while(u8::is_ascii_digit).count();
                if digits > 0 {
                    let mut end = at + word.len() + digits;
                    if word == "ระยะ" && reading.from(end).starts_with("ปี") {
                        end += "ปี".len();
                    }
                    next = Some(end);
                }
            }
        }
        let Some(next) = next.or_else(|| years(reading, at)) else { break };
        at = next;
    }
    at
}

/// The end of a Latin name in brackets that begins at `start`: `(PDPA)`, `(21st Century Skills)`.
pub(crate) fn latin_bracket(reading: &Reading, start: usize) -> Option<usize> {
    let inner = reading.from(start).strip_prefix('(')?;
    let length = inner.bytes().take(70).position(|b| b == b')')?;
    let latin = inner.get(..length)?;
    let name = latin.is_ascii() && latin.bytes().filter(u8::is_ascii_alphabetic).count() >= 2;
    name.then_some(start + 1 + length + 1)
}

fn listed_plan(reading: &Reading, hit: &Found, plan: usize) -> Option<Candidate> {
    let text = reading.between(hit.start, hit.end);
    let latin = !text.chars().any(is_thai);
    if latin {
        let written = reading.to_normalised(hit.start, hit.end);
        let written = written.slice(&reading.normalised.text).unwrap_or_default();
        if !written.chars().any(|c| c.is_ascii_uppercase()) {
            return None;
        }
    } else if text.chars().count() < 12 && !(reading.word_start(hit.start) && reading.word_start(hit.end)) {
        return None;
    }
    let name = named_plans().get(plan)?.name;
    Some(Candidate {
        span: reading.to_normalised(hit.start, plan_end(reading, hit.end)),
        entity_type: EntityType::Plan,
        value: Some(MentionValue::Plan(name.to_owned())),
        weight: Weight::Listed,
    })
}

/// Words with which the name of a plan goes on behind แผน.
const KINDS_OF_PLANS: &[&str] = &[
    "แม่บท",
    "ปฏิบัติการ",
    "ปฏิบัติราชการ",
    "พัฒนา",
    "ยุทธศาสตร์",
    "การปฏิรูป",
    "การศึกษา",
    "การจัดทำ",
    "การลงทุน",
    "การบริหาร",
    "งานบูรณาการ",
    "งานยุทธศาสตร์",
    "งานพื้นฐาน",
    "อนุรักษ์",
];

/// Words before โครงการ that show that a programme known by its name follows.
const BEFORE_PROGRAMMES: &[&str] = &[
    "ตาม",
    "ภายใต้",
    "ดำเนิน",
    "ดำเนินการ",
    "จัด",
    "ร่วม",
    "ชดเชย",
    "อนุมัติ",
    "เห็นชอบ",
    "สนับสนุน",
    "แทน",
    "ขับเคลื่อน",
    "ผ่าน",
    "ร่าง",
    "ริเริ่ม",
    "คือ",
    "และ",
    "เป็นค่าใช้จ่าย",
    "ค่าบริหาร",
    "หลักการ",
];

fn open_plan(reading: &Reading, hit: &Found, listed: &[usize]) -> Option<Candidate> {
    let head = reading.between(hit.start, hit.end);
    if !(reading.free_before(hit.start) || reading.word_start(hit.start)) {
        return None;
    }
    let rest = reading.from(hit.end);
    let end = match head {
        "แผน" => {
            let kind = KINDS_OF_PLANS.iter().find(|kind| rest.starts_with(**kind))?;
            let name_start = hit.end + kind.len();
            if let Some(end) = name_up_to_years(reading, name_start) {
                end
            } else {
                let end = run(reading, name_start)?;
                let own_name = reading.between(name_start, end).chars().count() >= 5;
                let generic = ["และ", "ฯ", "ที่", "ของ", "หรือ", "ดังกล่าว", "จังหวัด", "ระบบ", "เป็น", "โครงข่าย"];
                let generic = generic.iter().any(|word| reading.from(name_start).starts_with(word));
                if !own_name || generic || listed.contains(&hit.start) {
                    return None;
                }
                plan_end(reading, end)
            }
        }
        "โครงการ" => {
            if let Some(quoted) = quoted(reading, hit.end) {
                quoted
            } else {
                // A title's own โครงการ says nothing; one inside a text names a programme.
                let before = reading.between(0, hit.start);
                let named = BEFORE_PROGRAMMES.iter().any(|word| before.ends_with(word));
                let apart = reading.free_before(hit.start) && !before.ends_with(['|', '\n']);
                if hit.start == 0 || !(named || apart) || reading.gap(hit.end) || listed.contains(&hit.start)
                {
                    return None;
                }
                let generic = [
                    "ดังกล่าว",
                    "ฯ",
                    "นี้",
                    "ที่",
                    "ต่าง",
                    "ใน",
                    "ของ",
                    "และ",
                    "หรือ",
                    "สำคัญ",
                    "อื่น",
                    "ก่อสร้าง",
                    "จัดทำ",
                    "ความร่วมมือ",
                    "ขนาด",
                    "ละ",
                    "ให้",
                    "ได้",
                    "จะ",
                    "เพื่อ",
                    "โดย",
                ];
                if generic.iter().any(|word| rest.starts_with(word)) {
                    return None;
                }
                let end = run(reading, hit.end)?;
                if reading.between(hit.end, end).chars().count() < 6 {
                    return None;
                }
                plan_end(reading, end)
            }
        }
        "ยุทธศาสตร์" | "นโยบาย" | "มาตรการ" => {
            if let Some(quoted) = quoted(reading, hit.end) {
                quoted
            } else {
                let named = ["การพัฒนา", "ระยะ", "ชาติ"].iter().any(|word| rest.starts_with(word));
                if head != "ยุทธศาสตร์" || !named {
                    return None;
                }
                name_up_to_years(reading, hit.end)?
            }
        }
        _ => return None,
    };
    Some(Candidate {
        span: reading.to_normalised(hit.start, end),
        entity_type: EntityType::Plan,
        value: None,
        weight: Weight::Open,
    })
}

/// The end of a name in quotation marks that begins at `start`, with the closing mark.
fn quoted(reading: &Reading, start: usize) -> Option<usize> {
    let open = reading.at(start).filter(|c| matches!(c, '“' | '”' | '"' | '‘' | '\''))?;
    for (count, (offset, c)) in reading.from(start + open.len_utf8()).char_indices().enumerate() {
        if matches!(c, '”' | '“' | '"' | '’' | '\'') {
            return (count >= 3).then_some(start + open.len_utf8() + offset + c.len_utf8());
        }
        if count > 100 || c == '\n' {
            return None;
        }
    }
    None
}
