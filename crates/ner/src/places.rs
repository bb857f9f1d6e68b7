//! Places in a text: pieces of addresses, place names on their own, regions, waters and lands.
//!
//! An address is a chain of pieces (`หมู่ที่ 4 ตำบลแม่สลิด อำเภอบ้านตาก จังหวัดตาก`). Each piece is one mention; its code is
//! told by the larger pieces of its chain, then by the larger places near it. A piece whose name no table holds keeps its
//! place in the chain without a code, unless one character makes it a name of the larger place.

use thiap_domain::{AreaCode, AreaLevel};

use crate::gazetteer::Gazetteer;
use crate::lexicon::{Found, PlaceWord, PlaceWordKind, Sense};
use crate::reading::{Reading, is_thai_letter, needs_letter_before};

/// What a piece of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PieceKind {
    Level(AreaLevel),
    VillageNumber,
    Village,
    Group(usize),
    Land(usize),
}

/// A place in the squeezed text.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// With the word before the name.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: PieceKind,
    /// What it may be; one when that is certain.
    pub(crate) areas: Vec<AreaCode>,
    /// Where the name begins, after the word.
    name_start: usize,
    /// A word such as จังหวัด stands before the name.
    worded: bool,
    /// อำเภอเมือง alone: the capital district of a province that stands elsewhere.
    capital: bool,
    standing: Standing,
}

/// Whether a piece counts already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Sure,
    /// Counts beside a place of the same level, in a list.
    InList,
    /// Counts in front of a larger place of its chain.
    InChain,
}

impl Piece {
    fn level(&self) -> Option<AreaLevel> {
        match self.kind {
            PieceKind::Level(level) => Some(level),
            _ => None,
        }
    }

    /// Whether the piece can stand in an address behind the name of a building or an office.
    pub(crate) fn is_of_an_address(&self) -> bool {
        self.worded || self.level() == Some(AreaLevel::Province)
    }

    /// How large a piece is in a chain; villages come before everything.
    fn rank(&self) -> u8 {
        match self.kind {
            PieceKind::VillageNumber | PieceKind::Village => 0,
            PieceKind::Level(AreaLevel::Subdistrict) => 1,
            PieceKind::Level(AreaLevel::District) => 2,
            PieceKind::Level(AreaLevel::Province) => 3,
            PieceKind::Group(_) | PieceKind::Land(_) => 4,
        }
    }
}

/// The longest name of a place that no table holds, in characters.
const LONGEST_UNKNOWN_NAME: usize = 24;
/// How far a larger place may stand and still tell which place a name means, in bytes.
const NEAR_BYTES: usize = 400;

const BANGKOK: u32 = 10;

/// All places of a text, in order, none overlapping another.
pub(crate) fn places(reading: &Reading, found: &[Found]) -> Vec<Piece> {
    let mut pieces = collect(reading, found);
    accept(reading, &mut pieces);
    join_villages(reading, &mut pieces);
    resolve(reading, &mut pieces);
    pieces
}

fn collect(reading: &Reading, found: &[Found]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut taken_until = 0;
    for (index, hit) in found.iter().enumerate() {
        // Pieces behind a word win over the bare names inside them.
        if hit.start < taken_until {
            continue;
        }
        // Of the names that begin here, those of one length may be several places.
        let piece = match hit.sense {
            Sense::PlaceWord(word) => worded_piece(reading, hit, word),
            Sense::Place { .. } => {
                let same = |other: &&Found| other.start == hit.start && other.end == hit.end;
                let rest = found.get(index..).unwrap_or_default();
                bare_piece(reading, hit, rest.iter().take_while(same))
            }
            Sense::PlaceGroup(group) => group_piece(reading, hit, group),
            Sense::Land { index, joined } => land_piece(reading, hit, index, joined),
            _ => None,
        };
        if let Some(piece) = piece {
            // A piece that may turn out to be none does not stand in the way of one that is.
            while pieces.last().is_some_and(|last| last.end > piece.start) {
                pieces.pop();
            }
            if piece.standing == Standing::Sure {
                taken_until = piece.end;
            }
            pieces.push(piece);
        }
    }
    pieces
}

fn worded_piece(reading: &Reading, hit: &Found, word: PlaceWord) -> Option<Piece> {
    let dotted_before = !reading.gap(hit.start) && reading.before(hit.start) == Some('.');
    if word.short && (dotted_before || !(reading.free_before(hit.start) || joined_before(reading, hit.start))) {
        return None;
    }
    match word.kind {
        PlaceWordKind::Level(level) => level_piece(reading, hit, word, level),
        PlaceWordKind::VillageNumber => village_number(reading, hit, word),
        PlaceWordKind::Village => village(reading, hit, word),
    }
}

fn level_piece(reading: &Reading, hit: &Found, word: PlaceWord, level: AreaLevel) -> Option<Piece> {
    let gazetteer = Gazetteer::embedded();
    let name_start = hit.end;
    let rest = reading.from(name_start);
    let in_use = |code: &AreaCode| (code.province().number() == BANGKOK) == word.bangkok;
    let piece = |end: usize, areas: Vec<AreaCode>, capital: bool, standing: Standing| Piece {
        start: hit.start,
        end,
        kind: PieceKind::Level(level),
        areas,
        name_start,
        worded: true,
        capital,
        standing,
    };
    let mut best: Option<(u8, usize, Vec<AreaCode>)> = None;
    for length in gazetteer.names_at(level, rest) {
        let end = name_start + length;
        if !reading.gap(end) && reading.at(end).is_some_and(needs_letter_before) {
            continue;
        }
        let name = reading.between(name_start, end);
        let named = gazetteer.named(level, name);
        // อำเภอ and ตำบล do not exist in Bangkok; texts that use them there are wrong in the word only.
        let mut areas: Vec<AreaCode> = named.iter().filter(|code| level == AreaLevel::Province || in_use(code)).copied().collect();
        if areas.is_empty() && !word.bangkok {
            areas = named.to_vec();
        }
        if areas.is_empty() {
            continue;
        }
        let whole = reading.gaps_inside(name_start, end) == 0 || name.starts_with("เมือง");
        let fit = match (ends_here(reading, end), whole) {
            (true, true) => 3,
            (true, false) if length >= 15 => 2,
            (false, true) if level == AreaLevel::Province || reading.word_start(end) => 1,
            _ => continue,
        };
        if best.as_ref().is_none_or(|(known, _, _)| fit > *known) {
            best = Some((fit, end, areas));
        }
    }
    if let Some((_, end, areas)) = best {
        return Some(piece(end, areas, false, Standing::Sure));
    }
    if level == AreaLevel::Province {
        if let Some(short) = abbreviated_province(reading, name_start, word) {
            return Some(piece(short.0, vec![short.1], false, Standing::Sure));
        }
    }
    if level == AreaLevel::District && !word.bangkok && rest.starts_with("เมือง") {
        let end = name_start + "เมือง".len();
        if ends_here(reading, end) {
            return Some(piece(end, Vec::new(), true, Standing::Sure));
        }
    }
    // No table has the name: broken by OCR, misspelt, or no name at all.
    let end = reading.run_end(name_start, LONGEST_UNKNOWN_NAME)?;
    let name = reading.between(name_start, end);
    if reading.joining_word(name_start) || NEXT_PIECES.iter().any(|word| name.contains(word)) {
        return None;
    }
    if name.chars().count() < 3 || !name.chars().all(is_thai_letter) {
        return None;
    }
    if level == AreaLevel::Province {
        let province = gazetteer.repaired_province(name)?;
        return Some(piece(end, vec![province], false, Standing::Sure));
    }
    Some(piece(end, Vec::new(), false, Standing::InChain))
}

/// จ.ชม. and the like.
fn abbreviated_province(reading: &Reading, start: usize, word: PlaceWord) -> Option<(usize, AreaCode)> {
    if !word.short {
        return None;
    }
    let letters: String = reading.from(start).chars().take(2).collect();
    let province = Gazetteer::embedded().province_of_abbreviation(&letters)?;
    let end = start + letters.len();
    let with_dot = end + usize::from(reading.at(end) == Some('.'));
    reading.free_after(with_dot).then_some((with_dot, province))
}

/// What begins the next piece of an address without a space before it.
const NEXT_PIECES: &[&str] = &["จังหวัด", "อำเภอ", "ตำบล", "เขต", "แขวง", "หมู่ที่", "จ.", "อ.", "ต.", "ฯ", "ๆ"];

/// Words behind the name of a place that the segmenter may take for a part of an unknown word with it.
const NEXT_WORDS: &[&str] = &[
    "และ", "หรือ", "ถึง", "กับ", "ใน", "ที่", "เพื่อ", "โดย", "จำนวน", "ซึ่ง", "เป็น", "ให้", "ได้", "ของ", "จาก", "ตาม", "ต่อ", "ระยะ", "จะ",
];

/// Whether a name may end here: before a space, a mark of punctuation, or a word that no name goes on with.
fn ends_here(reading: &Reading, end: usize) -> bool {
    let rest = reading.from(end);
    reading.free_after(end)
        || reading.joining_word(end)
        || reading.breaking_word(end)
        || NEXT_PIECES.iter().chain(NEXT_WORDS).any(|word| rest.starts_with(word))
}

fn village_number(reading: &Reading, hit: &Found, word: PlaceWord) -> Option<Piece> {
    let mut end = hit.end;
    let mut digits = 0;
    let mut at = end;
    // One number or several: 4; 5, 6; 2,16; 3-5. A comma counts only with a number behind it.
    while let Some(c) = reading.at(at) {
        if c.is_ascii_digit() && digits < 3 {
            digits += 1;
            end = at + 1;
        } else if !(matches!(c, ',' | '-' | ' ') && end > hit.end && at < end + 2) {
            break;
        } else {
            digits = 0;
        }
        at += c.len_utf8();
    }
    if end == hit.end || (end - hit.end > 3 && digits >= 3) || reading.at(end).is_some_and(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let standing = if word.short { Standing::InChain } else { Standing::Sure };
    Some(Piece {
        start: hit.start,
        end,
        kind: PieceKind::VillageNumber,
        areas: Vec::new(),
        name_start: hit.end,
        worded: true,
        capital: false,
        standing,
    })
}

/// What บ้าน begins that is no village.
const NO_VILLAGES: &[&str] =
    &["พัก", "เรือน", "เมือง", "มั่นคง", "ผู้", "หลัง", "ของ", "จัดสรร", "เดี่ยว", "แถว", "เช่า", "เคหะ", "พอ", "ปลอด", "เล็ก"];

fn village(reading: &Reading, hit: &Found, word: PlaceWord) -> Option<Piece> {
    let free = reading.free_before(hit.start) || reading.joining_word(previous_word(reading, hit.start));
    let end = reading.run_end(hit.end, LONGEST_UNKNOWN_NAME)?;
    let name = reading.between(hit.end, end);
    let is_name = name.chars().count() >= 2
        && name.chars().all(is_thai_letter)
        && !NO_VILLAGES.iter().any(|word| name.starts_with(word));
    let touches = !word.short || !reading.gap(hit.end);
    (free && is_name && touches).then(|| Piece {
        start: hit.start,
        end,
        kind: PieceKind::Village,
        areas: Vec::new(),
        name_start: hit.end,
        worded: true,
        capital: false,
        standing: Standing::InChain,
    })
}

/// Where the word before `at` begins.
pub(crate) fn previous_word(reading: &Reading, at: usize) -> usize {
    let mut start = at;
    // Words are short; the bound keeps a text of one endless word from being read again and again.
    for _ in 0..24 {
        let Some(c) = reading.before(start) else { break };
        start -= c.len_utf8();
        if reading.word_start(start) {
            break;
        }
    }
    start
}

/// Whether the word before `at` is one that joins two names (ใน, และ, จาก) with nothing between.
fn joined_before(reading: &Reading, at: usize) -> bool {
    let word = previous_word(reading, at);
    word < at && (reading.joining_word(word) || reading.breaking_word(word))
}

/// Kinds of crops and cloths that carry the name of a place.
const NAMED_AFTER_PLACES: &[&str] = &["ข้าว", "พันธุ์", "ภาษา", "มะม่วง", "แห่ง"];

fn bare_piece<'a>(reading: &Reading, hit: &Found, same: impl Iterator<Item = &'a Found>) -> Option<Piece> {
    let mut areas = Vec::new();
    let mut safe = true;
    for other in same {
        if let Sense::Place { code, safe: safe_alone } = other.sense {
            areas.push(code);
            safe &= safe_alone;
        }
    }
    // A province wins over the district of its name.
    areas.sort_unstable();
    let level = areas.first()?.level();
    areas.retain(|code| code.level() == level);
    areas.dedup();
    let text_before = reading.between(0, hit.start);
    if NAMED_AFTER_PLACES.iter().any(|word| text_before.ends_with(word)) && !reading.gap(hit.start) {
        return None;
    }
    let free = (reading.free_before(hit.start) || joined_before(reading, hit.start)) && ends_here(reading, hit.end);
    let words = reading.word_start(hit.start) && reading.word_start(hit.end);
    let standing = if safe && (free || (words && level == AreaLevel::Province)) {
        Standing::Sure
    } else if free {
        Standing::InList
    } else {
        return None;
    };
    Some(Piece {
        start: hit.start,
        end: hit.end,
        kind: PieceKind::Level(level),
        areas,
        name_start: hit.start,
        worded: false,
        capital: false,
        standing,
    })
}

fn group_piece(reading: &Reading, hit: &Found, group: usize) -> Option<Piece> {
    let areas = Gazetteer::embedded().groups().get(group)?.areas.clone();
    let short = reading.between(hit.start, hit.end).chars().count() < 8;
    let free = reading.free_before(hit.start) || reading.word_start(hit.start);
    if (short && !free) || reading.from(hit.end).starts_with("เฉียง") {
        return None;
    }
    Some(Piece {
        start: hit.start,
        end: hit.end,
        kind: PieceKind::Group(group),
        areas,
        name_start: hit.start,
        worded: false,
        capital: false,
        standing: Standing::Sure,
    })
}

fn land_piece(reading: &Reading, hit: &Found, index: usize, joined: bool) -> Option<Piece> {
    let fused = !(reading.free_before(hit.start) || joined_before(reading, hit.start)) || !ends_here(reading, hit.end);
    let text_before = reading.between(0, hit.start);
    let of_something = ["แห่ง", "ภาษา", "ชาว", "คน"].iter().any(|word| text_before.ends_with(word));
    if (fused && !joined) || (of_something && !reading.gap(hit.start)) {
        return None;
    }
    Some(Piece {
        start: hit.start,
        end: hit.end,
        kind: PieceKind::Land(index),
        areas: Vec::new(),
        name_start: hit.start,
        worded: false,
        capital: false,
        standing: Standing::Sure,
    })
}

/// What stands between two pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    /// Nothing but a space.
    Space,
    /// Commas, brackets, และ.
    List,
    /// Other words.
    Words,
}

fn between(reading: &Reading, left: &Piece, right: &Piece) -> Between {
    let text = reading.between(left.end, right.start);
    if text.is_empty() {
        return Between::Space;
    }
    if text.len() > 20 {
        return Between::Words;
    }
    let rest = text.trim_matches(|c: char| ",/()-–—:;ฯๆ ".contains(c));
    if matches!(rest, "" | "และ" | "หรือ" | "กับ" | "ถึง") { Between::List } else { Between::Words }
}

/// Drops the pieces that count only beside others and have none.
fn accept(reading: &Reading, pieces: &mut Vec<Piece>) {
    // From the right: a chain ends in its largest piece.
    let mut keep: Vec<bool> = pieces.iter().map(|piece| piece.standing == Standing::Sure).collect();
    for index in (0..pieces.len()).rev() {
        let (Some(piece), Some(next)) = (pieces.get(index), pieces.get(index + 1)) else { continue };
        let next_kept = keep.get(index + 1).copied().unwrap_or_default();
        let gap = between(reading, piece, next);
        let counts = match piece.standing {
            Standing::Sure => true,
            Standing::InChain => {
                gap != Between::Words && next_kept && next.worded && next.rank() >= piece.rank()
            }
            Standing::InList => in_list(piece, next, gap) && next_kept,
        };
        if let Some(keep) = keep.get_mut(index) {
            *keep |= counts;
        }
    }
    for index in 1..pieces.len() {
        let (Some(previous), Some(piece)) = (pieces.get(index - 1), pieces.get(index)) else { continue };
        let previous_kept = keep.get(index - 1).copied().unwrap_or_default();
        let gap = between(reading, previous, piece);
        let counts = match piece.standing {
            Standing::Sure => true,
            Standing::InChain => {
                gap != Between::Words && previous_kept && previous.worded && previous.rank() < piece.rank()
            }
            Standing::InList => in_list(piece, previous, gap) && previous_kept,
        };
        if let Some(keep) = keep.get_mut(index) {
            *keep |= counts;
        }
    }
    let mut index = 0;
    pieces.retain(|_| {
        index += 1;
        keep.get(index - 1).copied().unwrap_or_default()
    });
}

/// Whether a name that is an ordinary word too stands in a list with a place of its level, or before its province.
fn in_list(piece: &Piece, neighbour: &Piece, gap: Between) -> bool {
    match (piece.level(), neighbour.level()) {
        (Some(AreaLevel::Province), Some(AreaLevel::Province)) => gap != Between::Words,
        (Some(AreaLevel::Province), Some(AreaLevel::District)) => gap != Between::Words && piece.end > neighbour.start,
        (Some(AreaLevel::District), Some(AreaLevel::District)) => gap != Between::Words,
        _ => false,
    }
}

/// `บ้านสันติสุข หมู่ที่ 9` is one place.
fn join_villages(reading: &Reading, pieces: &mut Vec<Piece>) {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.drain(..) {
        if let Some(last) = joined.last_mut()
            && last.kind == PieceKind::Village
            && piece.kind == PieceKind::VillageNumber
            && between(reading, last, &piece) == Between::Space
        {
            last.end = piece.end;
            continue;
        }
        joined.push(piece);
    }
    *pieces = joined;
}

/// Tells the codes, provinces first: each level by the larger ones.
fn resolve(reading: &Reading, pieces: &mut [Piece]) {
    let mut provinces: Vec<AreaCode> = pieces.iter().filter_map(sure_province).collect();
    provinces.sort_unstable();
    provinces.dedup();
    for level in [AreaLevel::District, AreaLevel::Subdistrict] {
        let larger = larger_places(reading, pieces, level);
        for (piece, larger) in pieces.iter_mut().zip(larger) {
            if piece.level() == Some(level) {
                resolve_piece(reading, piece, &larger, &provinces);
            }
        }
    }
}

fn sure_province(piece: &Piece) -> Option<AreaCode> {
    match (piece.level(), piece.areas.as_slice()) {
        (Some(AreaLevel::Province), [code]) => Some(*code),
        _ => None,
    }
}

/// The larger places that may hold a piece, nearest first.
#[derive(Debug, Clone, Default)]
struct Larger {
    /// Of its own chain.
    chain: Vec<AreaCode>,
    /// Elsewhere in the text, close by.
    near: Vec<AreaCode>,
}

/// For each piece, the larger places around it: in Thai the larger stand behind, in some lists before.
fn larger_places(reading: &Reading, pieces: &[Piece], level: AreaLevel) -> Vec<Larger> {
    let mut larger: Vec<Larger> = vec![Larger::default(); pieces.len()];
    for forward in [false, true] {
        // The larger pieces met so far, nearest last: a district and a province.
        let mut district: Option<(usize, AreaCode)> = None;
        let mut province: Option<(usize, AreaCode)> = None;
        let mut chain_from = 0;
        let order: Vec<usize> = if forward { (0..pieces.len()).collect() } else { (0..pieces.len()).rev().collect() };
        let mut last: Option<usize> = None;
        for (step, index) in order.into_iter().enumerate() {
            let Some(piece) = pieces.get(index) else { continue };
            let gap = last.and_then(|last| pieces.get(last)).map(|other| {
                let (left, right) = if forward { (other, piece) } else { (piece, other) };
                between(reading, left, right)
            });
            // Walking away from the largest piece of a chain, pieces only get smaller.
            let breaks = match gap {
                None | Some(Between::Words) => true,
                Some(_) => last.and_then(|last| pieces.get(last)).is_some_and(|other| other.rank() < piece.rank()),
            };
            if breaks {
                chain_from = step;
            }
            if piece.level() == Some(level)
                && let Some(larger) = larger.get_mut(index)
            {
                // A chain that grows larger behind the piece leaves nothing to those before it.
                let chain_is_told = forward && !larger.chain.is_empty();
                for (met, code) in [district, province].into_iter().flatten() {
                    if !(code.level() < level) {
                        continue;
                    }
                    let close = pieces_apart(pieces, index, met, forward) <= NEAR_BYTES;
                    let in_chain = !chain_is_told && step_of(met, pieces.len(), forward) >= chain_from;
                    if in_chain && !larger.chain.contains(&code) {
                        larger.chain.push(code);
                    } else if close && !larger.near.contains(&code) {
                        larger.near.push(code);
                    }
                }
            }
            match (piece.level(), piece.areas.as_slice()) {
                (Some(AreaLevel::Province), [code]) => {
                    province = Some((index, *code));
                    // A district behind another province than the one just met holds nothing here.
                    if !forward || district.is_some_and(|(_, district)| !code.contains(district)) {
                        district = None;
                    }
                }
                (Some(AreaLevel::District), [code]) => district = Some((index, *code)),
                _ => {}
            }
            last = Some(index);
        }
    }
    larger
}

fn step_of(index: usize, count: usize, forward: bool) -> usize {
    if forward { index } else { count - 1 - index }
}

fn pieces_apart(pieces: &[Piece], here: usize, there: usize, forward: bool) -> usize {
    let (Some(here), Some(there)) = (pieces.get(here), pieces.get(there)) else { return usize::MAX };
    if forward { here.start.saturating_sub(there.end) } else { there.start.saturating_sub(here.end) }
}

fn resolve_piece(reading: &Reading, piece: &mut Piece, larger: &Larger, provinces: &[AreaCode]) {
    let gazetteer = Gazetteer::embedded();
    let name = reading.between(piece.name_start, piece.end).to_owned();
    if piece.capital {
        let province = larger.chain.iter().chain(&larger.near).next().map(|code| code.province());
        let only = if let [only] = provinces { Some(*only) } else { None };
        if let Some(place) = province.or(only).and_then(|code| gazetteer.place(code)) {
            let capital = crate::reading::squeeze(&format!("เมือง{}", place.thai));
            piece.areas = gazetteer.named(AreaLevel::District, &capital).to_vec();
        }
        return;
    }
    for within in &larger.chain {
        let inside: Vec<AreaCode> = piece.areas.iter().filter(|code| within.contains(**code)).copied().collect();
        if !inside.is_empty() {
            piece.areas = inside;
            return;
        }
        if let Some(former) = gazetteer.former(*within, &name) {
            piece.areas = former.to_vec();
            return;
        }
        if let Some(repaired) = gazetteer.repaired_child(*within, &name) {
            piece.areas = vec![repaired];
            return;
        }
    }
    if !larger.chain.is_empty() && piece.worded {
        // The chain says where it lies, and no place of that name lies there: only the larger place is known.
        piece.areas.clear();
        return;
    }
    for within in larger.near.iter().chain(provinces) {
        let inside: Vec<AreaCode> = piece.areas.iter().filter(|code| within.contains(**code)).copied().collect();
        if !inside.is_empty() {
            piece.areas = inside;
            return;
        }
    }
}
