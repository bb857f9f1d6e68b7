//! Roads in a text, by number or by their ends.

use crate::gazetteer::Gazetteer;
use crate::places::Piece;
use crate::reading::{Reading, is_thai_letter, is_word_character, squeeze};

/// A road in the squeezed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Road {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// `ทล.408`, `นม.3052`; `None` for one named by its ends alone.
    pub(crate) code: Option<String>,
    /// What section of it, squeezed.
    pub(crate) section: Option<String>,
}

impl Road {
    /// The form under which two mentions of the road compare equal.
    pub(crate) fn canonical(&self) -> String {
        match (&self.code, &self.section) {
            (Some(code), Some(section)) => format!("{code} {section}"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => String::new(),
        }
    }
}

/// Words before a highway's number.
const HIGHWAY_WORDS: &[&str] = &[
    "ทางหลวงแผ่นดินหมายเลข",
    "ทางหลวงพิเศษหมายเลข",
    "ทางหลวงชนบทหมายเลข",
    "ทางหลวงท้องถิ่นหมายเลข",
    "ทางหลวงหมายเลข",
    "ถนนหมายเลข",
    "ทล.",
    "ทล",
];

/// Words before a road that belong to its name, longest first.
const BEFORE_ROADS: &[&str] = &[
    "ถนนสายทางหลวงชนบท",
    "สายทางหลวงชนบท",
    "ทางหลวงชนบท",
    "ถนนสายทาง",
    "ถนนสาย",
    "สายทาง",
    "ถนน",
    "สาย",
    "ทช.",
];

/// The roads that a text names by number or by their ends.
pub(crate) fn roads(reading: &Reading, pieces: &[Piece]) -> Vec<Road> {
    let mut roads: Vec<Road> = Vec::new();
    for word in HIGHWAY_WORDS {
        for (start, _) in reading.text.match_indices(word) {
            roads.extend(highway(reading, start, word, pieces));
        }
    }
    for (dot, _) in reading.text.match_indices('.') {
        roads.extend(numbered_by_province(reading, dot, pieces));
    }
    for word in ["ถนนสาย", "สายทาง", "สาย"] {
        for (start, _) in reading.text.match_indices(word) {
            let free = reading.free_before(start) || (word != "สาย" && reading.word_start(start));
            if free && let Some((end, section)) = section_between(reading, start + word.len(), pieces) {
                roads.push(Road { start, end, code: None, section: Some(section) });
            }
        }
    }
    // The longest of those that nest; a road inside the section of another is where that one ends.
    roads.sort_by_key(|road| (road.start, std::cmp::Reverse(road.end), road.code.is_none()));
    let mut standing: Vec<Road> = Vec::new();
    for road in roads {
        if standing.last().is_none_or(|last| road.start >= last.end) {
            standing.push(road);
        }
    }
    standing
}

fn highway(reading: &Reading, start: usize, word: &str, pieces: &[Piece]) -> Option<Road> {
    if word.starts_with("ทล") && !(reading.free_before(start) || reading.word_start(start)) {
        return None;
    }
    let from =
        start + word.len() + reading.from(start + word.len()).bytes().take_while(|b| *b == b' ').count();
    let digits = reading.from(from).bytes().take(5).take_while(u8::is_ascii_digit).count();
    if !(1..=4).contains(&digits) {
        return None;
    }
    let number_end = from + digits;
    let number: u32 = reading.between(from, number_end).parse().ok()?;
    let code = match word {
        "ถนนหมายเลข" => format!("ถนน {number}"),
        "ทางหลวงพิเศษหมายเลข" => format!("มอเตอร์เวย์ {number}"),
        _ => format!("ทล.{number}"),
    };
    let (end, section) = section_behind(reading, number_end, pieces);
    Some(Road { start: with_words_before(reading, start), end, code: Some(code), section })
}

/// `นม.3052`, `นย.ถ.1-0015`.
fn numbered_by_province(reading: &Reading, dot: usize, pieces: &[Piece]) -> Option<Road> {
    let before = reading.between(0, dot);
    let letters_start = before.char_indices().rev().nth(1).map(|(at, _)| at)?;
    let letters = reading.between(letters_start, dot);
    Gazetteer::embedded().province_of_abbreviation(letters)?;
    let rest = reading.from(dot + 1);
    let mut at = dot + 1;
    let local = rest.starts_with("ถ.");
    if local {
        at += "ถ.".len();
    }
    let spaces = reading.from(at).bytes().take_while(|b| *b == b' ').count();
    at += spaces;
    let digits = |at: usize| reading.from(at).bytes().take(6).take_while(u8::is_ascii_digit).count();
    let first = digits(at);
    let mut number_end = at + first;
    if local {
        // 1-0015, 52-003
        let second = reading.from(number_end).strip_prefix('-').map_or(0, |_| digits(number_end + 1));
        if first == 0 || second == 0 {
            return None;
        }
        number_end += 1 + second;
    } else if !(first == 4 || first == 5)
        || reading.gap(at) && spaces == 0 && !reading.free_before(letters_start)
    {
        return None;
    }
    let road_before = ["สาย", "ทาง", "ช.", "ถนน", "แยก", "ชนบท"]
        .iter()
        .any(|word| reading.between(0, letters_start).ends_with(word));
    if !(reading.free_before(letters_start) || road_before) {
        return None;
    }
    let code = format!("{letters}.{}{}", if local { "ถ." } else { "" }, reading.between(at, number_end));
    let (end, section) = section_behind(reading, number_end, pieces);
    Some(Road { start: with_words_before(reading, letters_start), end, code: Some(code), section })
}

fn with_words_before(reading: &Reading, start: usize) -> usize {
    let before = reading.between(0, start);
    BEFORE_ROADS.iter().find(|word| before.ends_with(**word)).map_or(start, |word| {
        let at = start - word.len();
        // Another word may end in the same letters.
        if reading.free_before(at) || reading.word_start(at) { at } else { start }
    })
}

/// The longest section of a road, in characters.
const LONGEST_SECTION: usize = 70;

/// `ตอน ตราด - แหลมศอก`, `แยกทางหลวงหมายเลข 346 - ศาลายา`, `ตอนควบคุมที่ 0200 ตอน บ้านปัก - เฝ้าไร่` behind a road's number.
fn section_behind(reading: &Reading, number_end: usize, pieces: &[Piece]) -> (usize, Option<String>) {
    let mut at = number_end;
    for word in ["ตอนควบคุมที่", "ตอนควบคุม"] {
        if let Some(rest) = reading.from(at).strip_prefix(word) {
            let digits = rest.bytes().take(5).take_while(u8::is_ascii_digit).count();
            if digits > 0 {
                at += word.len() + digits;
                break;
            }
        }
    }
    let word = ["ตอน", "ช่วง", "สาย", "แยก"].iter().find(|word| reading.from(at).starts_with(**word));
    let Some(word) = word else { return (at, None) };
    // แยก belongs to the first of the two ends.
    let name_from = if *word == "แยก" { at } else { at + word.len() };
    match section_between(reading, name_from, pieces).or_else(|| two_names(reading, name_from)) {
        Some((end, section)) => (end, Some(section)),
        None => (at, None),
    }
}

/// What may stand behind the one name of a section and is no second one.
const NO_SECOND_NAMES: &[&str] = &[
    "ระหว่าง",
    "กม",
    "กิโล",
    "จ.",
    "จังหวัด",
    "ตำบล",
    "ต.",
    "อำเภอ",
    "อ.",
    "ระยะ",
    "ขนาด",
    "กว้าง",
    "ผิว",
    "แห่ง",
    "พร้อม",
    "บริเวณ",
    "เป็น",
    "และ",
    "ช่วง",
    "ตอน",
    "หมู่",
    "เขต",
    "แขวง",
    "ยาว",
    "จำนวน",
    "รวม",
    "โดย",
    "ใน",
    "ที่",
];

/// `บั้งกี้ 4 ท่าศาล`, `ธนบุรี ปากท่อ`: two names whose dash was lost.
fn two_names(reading: &Reading, start: usize) -> Option<(usize, String)> {
    let name = |from: usize| {
        let end = reading.run_end(from, 16)?;
        let name = reading.between(from, end);
        let fits = name.chars().count() >= 2 && name.chars().all(is_thai_letter);
        (fits && !NO_SECOND_NAMES.iter().any(|word| name.starts_with(word))).then_some(end)
    };
    let first_end = name(start)?;
    // A stray figure is what became of the dash.
    let stray = reading.from(first_end).bytes().take(2).take_while(u8::is_ascii_digit).count();
    let second_start = if stray == 1 { first_end + 1 } else { first_end };
    if !reading.gap(second_start) {
        return None;
    }
    let end = name(second_start)?;
    Some((end, format!("{}-{}", reading.between(start, first_end), reading.between(second_start, end))))
}

/// `A - B`, `A - B - C`: the end, and the canonical form. `None` when no dash joins two names.
fn section_between(reading: &Reading, start: usize, pieces: &[Piece]) -> Option<(usize, String)> {
    let mut at = start;
    let mut joined = false;
    let mut just_joined = true;
    let mut end = None;
    for _ in 0..LONGEST_SECTION {
        let Some(c) = reading.at(at) else { break };
        let dash = matches!(c, '-' | '–' | '—');
        if dash {
            joined = true;
            just_joined = true;
            at += c.len_utf8();
            continue;
        }
        if c == ' ' {
            at += 1;
            continue;
        }
        // A space ends the second name; an address or a measure begins there.
        let address = pieces
            .get(pieces.partition_point(|piece| piece.start < at))
            .is_some_and(|piece| piece.start == at);
        let spaced = reading.gap(at) || reading.before(at) == Some(' ');
        if spaced && joined && !just_joined && !next_is_dash(reading, at) {
            break;
        }
        if spaced && !joined && at > start && address && reading.from(at).starts_with("จังหวัด")
        {
            return None;
        }
        if !is_word_character(c) && c != '.' {
            break;
        }
        just_joined = false;
        at += c.len_utf8();
        if joined {
            end = Some(at);
        }
    }
    let end = end.filter(|_| joined)?;
    let section: String =
        squeeze(reading.between(start, end)).replace(['–', '—'], "-").replace("- ", "-").replace(" -", "-");
    let names =
        section.split('-').filter(|name| name.chars().filter(|c| is_thai_letter(*c)).count() >= 2).count();
    (names >= 2).then_some((end, section))
}

fn next_is_dash(reading: &Reading, at: usize) -> bool {
    matches!(reading.at(at), Some('-' | '–' | '—'))
}
