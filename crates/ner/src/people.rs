//! Target groups in a text.

use thiap_domain::{EntityType, MentionValue};

use crate::candidate::{Candidate, Weight};
use crate::documents::{latin_bracket, section_number};
use crate::lexicon::{Found, Sense};
use crate::places::previous_word;
use crate::reading::{Reading, is_thai, is_word_character};
use crate::target_group::TargetGroups;

/// Words before a group's name that make it a part of something else: a fund, a device, a profession, a law.
const PARTS_OF_OTHER_NAMES: &[&str] = &[
    "กองทุน",
    "เบี้ย",
    "จำลอง",
    "เงินเดือน",
    "ศูนย์",
    "สภา",
    "กรม",
    "กรมกิจการ",
    "ค่าจ้าง",
    "ค่าตอบแทน",
    "สำนักงาน",
    "หอพัก",
    "โรงเรียน",
    "โรง",
    "วิทยาลัย",
    "สถาบัน",
    "วัน",
    "บัตร",
    "บ้านพัก",
    "อาคาร",
    "ตำแหน่ง",
    "ภาค",
    "คณะกรรมการ",
    "กระทรวง",
    "คณะ",
    "ผู้แทน",
    "สมาคม",
    "สมัชชา",
    "ห้อง",
    "โต๊ะ",
    "ชุด",
    "หุ่น",
    "เตียง",
    "รถ",
    "เครื่องแบบ",
    "ระบบ",
    "ข้อมูล",
    "เก้าอี้",
    "เปล",
    "สิทธิ",
    "หมวด",
    "วิชา",
    "การ",
    "ความ",
    "คดี",
    "องค์กร",
    "มูลนิธิ",
    "ธนาคาร",
    "ฐานข้อมูล",
    "ทะเบียน",
    "สวัสดิการ",
    "หน่วย",
    "สถานี",
    "กอง",
    "นโยบาย",
];

/// Words behind a group's name that make it another thing.
const GOES_ON: &[&str] =
    &["ศาสตร์", "กรรม", "ธรรม", "ภัณฑ์", "สถาน", "ประจำ", "วิชาชีพ", "ราช", "รัฐ", "บาล", "หลวง", "อาสาสมัคร"];

/// With these words a group's name goes on: they say which of the group are meant.
const NARROWING: &[&str] = &[
    "ผู้",
    "ที่",
    "ราย",
    "รุ่นใหม่",
    "กลุ่ม",
    "ใน",
    "ตาม",
    "ชั้น",
    "ระดับ",
    "ไทย",
    "มาตรา",
    "สูงอายุ",
    "พิการ",
    "ด้อยโอกาส",
    "ยากจน",
    "ยากไร้",
    "เรื้อรัง",
    "โรค",
    "ติด",
    "นอกระบบ",
    "ต่างชาติ",
    "ต่างด้าว",
    "พื้นบ้าน",
    "อาชีวศึกษา",
    "ก่อน",
    "ใหม่",
    "วัย",
    "ด้าน",
    "ทาง",
];

/// Words that no group's name goes on with.
const AFTER_GROUPS: &[&str] = &["ด้วย", "รวมตัว", "เข้าสู่", "ควบคู่", "ทุกราย", "และ", "ใน", "ที่"];

/// The longest target group, in characters.
const LONGEST: usize = 60;

/// The target groups that a text names.
pub(crate) fn target_groups(reading: &Reading, found: &[Found]) -> Vec<Candidate> {
    found
        .iter()
        .filter_map(|hit| match hit.sense {
            Sense::TargetGroup(group) => target_group(reading, hit, group),
            _ => None,
        })
        .collect()
}

fn target_group(reading: &Reading, hit: &Found, group: usize) -> Option<Candidate> {
    let group = TargetGroups::embedded().all().get(group)?;
    let text = reading.between(hit.start, hit.end);
    let latin = !text.chars().any(is_thai);
    if !latin {
        let begins = reading.free_before(hit.start) || reading.word_start(hit.start);
        let ends = reading.free_after(hit.end) || reading.word_start(hit.end);
        if !begins || !ends {
            return None;
        }
    }
    if !reading.gap(hit.start) {
        let word = reading.between(previous_word(reading, hit.start), hit.start);
        let before = reading.between(0, hit.start);
        if PARTS_OF_OTHER_NAMES.contains(&word) || ["การ", "ความ"].iter().any(|word| before.ends_with(word))
        {
            return None;
        }
    }
    if !reading.gap(hit.end) && GOES_ON.iter().any(|word| reading.from(hit.end).starts_with(word)) {
        return None;
    }
    let end = narrowed_end(reading, hit.end);
    let end = insured_under(reading, group.name, end);
    let end = latin_bracket(reading, end).unwrap_or(end);
    if text == "ประชาชน" && end == hit.end && !is_beneficiary(reading, hit) {
        return None;
    }
    Some(Candidate {
        span: reading.to_normalised(hit.start, end),
        entity_type: EntityType::TargetGroup,
        value: Some(MentionValue::TargetGroup {
            group: group.name.to_owned(),
            within: group.within.iter().map(|name| (*name).to_owned()).collect(),
        }),
        weight: Weight::Form,
    })
}

/// The end of `ผู้ประกันตนมาตรา 33, 39 หรือ 40`.
fn insured_under(reading: &Reading, group: &str, end: usize) -> usize {
    if group != "ผู้ประกันตน" {
        return end;
    }
    let mut end = end;
    for _ in 0..4 {
        let rest = reading.from(end);
        let Some(joint) = ["มาตรา", "ตามมาตรา", ",มาตรา", ",", "และมาตรา", "หรือมาตรา", "และ", "หรือ"]
            .iter()
            .filter(|joint| rest.starts_with(**joint))
            .max_by_key(|joint| joint.len())
        else {
            break;
        };
        let from = end + joint.len();
        let spaces = reading.from(from).len() - reading.from(from).trim_start_matches(' ').len();
        match section_number(reading, from + spaces) {
            Some(next) => end = next,
            None => break,
        }
    }
    end
}

/// Whether ประชาชน, which stands in every other text, is who benefits there.
fn is_beneficiary(reading: &Reading, hit: &Found) -> bool {
    let before = reading.between(0, hit.start);
    ["ให้", "แก่", "แด่", "ของ", "สำหรับ", "ช่วย", "ช่วยเหลือ", "เพื่อ", "คุณภาพชีวิต", "เดือดร้อน", "ให้กับ"]
        .iter()
        .any(|word| before.ends_with(word))
}

/// The end of a group's name with the words that narrow it, joined to it without a space.
fn narrowed_end(reading: &Reading, end: usize) -> usize {
    if reading.gap(end) || !NARROWING.iter().any(|word| reading.from(end).starts_with(word)) {
        return end;
    }
    // Where a word joins rather than narrows (นักเรียนในสังกัด), the group ends before it.
    if ["ใน", "ที่", "ตาม", "ด้าน", "ทาง"].iter().any(|word| reading.from(end).starts_with(word))
    {
        return end;
    }
    let mut first = true;
    for (count, (offset, c)) in reading.from(end).char_indices().enumerate() {
        let at = end + offset;
        let stops = reading.gap(at) && !first || !is_word_character(c);
        let breaks = !first
            && (reading.breaks_name(at)
                || reading.joining_word(at)
                || AFTER_GROUPS.iter().any(|word| reading.from(at).starts_with(word)));
        if stops || breaks {
            return at;
        }
        if count > LONGEST {
            return end;
        }
        first = false;
    }
    reading.text.len()
}
