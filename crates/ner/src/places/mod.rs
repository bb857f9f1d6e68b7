//! Places in a text: pieces of addresses, place names on their own, regions, waters and lands.
//!
//! An address is a chain of pieces (`หมู่ที่ 4 ตำบลแม่สลิด อำเภอบ้านตาก จังหวัดตาก`). Each piece is one mention; its code is
//! told by the larger pieces of its chain, then by the larger places near it. A piece whose name no table holds keeps its
//! place in the chain without a code, unless one character makes it a name of the larger place.

mod resolve;

use thiap_domain::{AreaCode, AreaLevel};

use crate::gazetteer::Gazetteer;
use crate::lexicon::{Found, PlaceWord, PlaceWordKind, Sense};
use crate::reading::{Reading, is_thai_letter, needs_letter_before};
use resolve::{add_list_members, resolve};

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

    /// A province without a word before its name.
    pub(crate) fn is_bare_province(&self) -> bool {
        !self.worded && self.level() == Some(AreaLevel::Province)
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
const BANGKOK: u32 = 10;

/// All places of a text, in order, none overlapping another.
pub(crate) fn places(reading: &Reading, found: &[Found]) -> Vec<Piece> {
    let mut pieces = collect(reading, found);
    accept(reading, &mut pieces);
    join_villages(reading, &mut pieces);
    resolve(reading, &mut pieces);
    add_list_members(reading, pieces)
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
    if word.short && (dotted_before || !(reading.free_before(hit.start) || joined_before(reading, hit.start)))
    {
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
        let mut areas: Vec<AreaCode> =
            named.iter().filter(|code| level == AreaLevel::Province || in_use(code)).copied().collect();
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
    if level == AreaLevel::Province
        && let Some((end, province)) = abbreviated_province(reading, name_start, word)
    {
        return Some(piece(end, vec![province], false, Standing::Sure));
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
    "และ",
    "หรือ",
    "ถึง",
    "กับ",
    "ใน",
    "ที่",
    "เพื่อ",
    "โดย",
    "จำนวน",
    "ซึ่ง",
    "เป็น",
    "ให้",
    "ได้",
    "ของ",
    "จาก",
    "ตาม",
    "ต่อ",
    "ระยะ",
    "จะ",
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
    if end == hit.end
        || (end - hit.end > 3 && digits >= 3)
        || reading.at(end).is_some_and(|c| c.is_ascii_digit() || c == '.')
    {
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
const NO_VILLAGES: &[&str] = &[
    "พัก",
    "เรือน",
    "เมือง",
    "มั่นคง",
    "ผู้",
    "หลัง",
    "ของ",
    "จัดสรร",
    "เดี่ยว",
    "แถว",
    "เช่า",
    "เคหะ",
    "พอ",
    "ปลอด",
    "เล็ก",
];

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
    let free =
        (reading.free_before(hit.start) || joined_before(reading, hit.start)) && ends_here(reading, hit.end);
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
    let fused = !(reading.free_before(hit.start) || joined_before(reading, hit.start))
        || !ends_here(reading, hit.end);
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
    if matches!(rest, "" | "และ" | "หรือ" | "กับ" | "ถึง") {
        Between::List
    } else {
        Between::Words
    }
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
        (Some(AreaLevel::Province), Some(AreaLevel::District)) => {
            gap != Between::Words && piece.end > neighbour.start
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;

    /// Each place as it was written, with its codes.
    fn read(text: &str) -> Vec<(String, Vec<u32>)> {
        let reading = Reading::new(text);
        let found = Lexicon::embedded().find(&reading);
        places(&reading, &found)
            .into_iter()
            .map(|piece| {
                let span = reading.to_normalised(piece.start, piece.end);
                let written = span.slice(&reading.normalised.text).unwrap_or_default().to_owned();
                (written, piece.areas.iter().map(|code| code.number()).collect())
            })
            .collect()
    }

    fn codes(text: &str) -> Vec<Vec<u32>> {
        read(text).into_iter().map(|(_, codes)| codes).collect()
    }

    #[test]
    fn a_chain_tells_each_of_its_pieces() {
        assert_eq!(
            read("ตำบลโคกตูม อำเภอประโคนชัย จังหวัดบุรีรัมย์"),
            [
                ("ตำบลโคกตูม".to_owned(), vec![310_719]),
                ("อำเภอประโคนชัย".to_owned(), vec![3_107]),
                ("จังหวัดบุรีรัมย์".to_owned(), vec![31])
            ]
        );
        assert_eq!(codes("จ.เชียงใหม่ อ.แม่ริม ต.ดอนแก้ว"), [[50], [5_007], [500_710]], "largest first");
        assert_eq!(codes("ต.บางพระ จ.ชลบุรี"), [[200_707], [20]]);
        assert_eq!(codes("อ.เมือง จ.ลำปาง"), [[5_201], [52]]);
        assert_eq!(codes("ตำบลในเมือง อำเภอเมืองนครราชสีมา"), [[300_101], [3_001]], "without its province");
    }

    #[test]
    fn two_chains_do_not_mix() {
        assert_eq!(
            codes("ตำบลหนองบัว อำเภอเมืองกาญจนบุรี จังหวัดกาญจนบุรี และตำบลหนองบัว อำเภอเมืองอุดรธานี จังหวัดอุดรธานี"),
            [[710_106], [7_101], [71], [410_104], [4_101], [41]]
        );
    }

    #[test]
    fn a_broken_name_is_repaired_or_left_to_its_larger_place() {
        assert_eq!(codes("ตำบลครีภูมิ อำเภอเมืองเชียงใหม่ จังหวัดเชียงใหม่"), [[500_101], [5_001], [50]]);
        assert_eq!(codes("ตำบลคฟขกด อำเภอเมืองเชียงใหม่ จังหวัดเชียงใหม่"), [vec![], vec![5_001], vec![50]]);
        assert_eq!(codes("จังหวัดสิงค์บุรี"), [[17]]);
        assert_eq!(codes("จังหวัดนำร่อง อำเภอละ 1 แห่ง ตำบลต้นแบบ"), [] as [Vec<u32>; 0]);
    }

    #[test]
    fn lists_share_the_word_of_their_first_member() {
        assert_eq!(
            codes("ตำบลท่าชัย, ชัยนาท, นางลือ อำเภอเมืองชัยนาท จังหวัดชัยนาท"),
            [[180_103], [180_104], [180_109], [1_801], [18]]
        );
        assert_eq!(
            codes("อำเภอจะนะ เทพา นาทวี และสะบ้าย้อย จังหวัดสงขลา"),
            [[9_003], [9_005], [9_004], [9_006], [90]]
        );
        assert_eq!(codes("4 จังหวัด ได้แก่ พัทลุง ตรัง สตูล และสงขลา"), [[93], [92], [91], [90]]);
    }

    #[test]
    fn words_that_are_names_too_need_a_neighbour() {
        for text in [
            "เผยแพร่ข้อมูล",
            "การแพร่ระบาด",
            "น่านน้ำไทย",
            "ตากแห้ง",
            "ไม่เลย",
            "อัตราดอกเบี้ย",
            "กัมมันตรังสี",
            "พื้นที่ชนบท",
            "สังคมไทย",
        ] {
            assert!(read(text).iter().all(|(_, codes)| codes.is_empty()), "{text}: {:?}", read(text));
        }
        assert_eq!(codes("จังหวัดแพร่ น่าน"), [[54], [55]]);
    }

    #[test]
    fn short_and_common_names_are_known() {
        assert_eq!(codes("กทม. โคราช กรุงเทพฯ"), [[10], [30], [10]]);
        assert_eq!(codes("จ.ชม. จ.นม."), [[50], [30]]);
        assert_eq!(codes("แม่สอด หาดใหญ่"), [[6_306], [9_011]]);
        assert_eq!(codes("training in Chiang Mai and Khon Kaen"), [[50], [40]]);
        assert_eq!(codes("เขตบางรัก แขวงสีลม"), [[1_004], [100_402]]);
    }

    #[test]
    fn a_shared_name_keeps_its_alternatives() {
        assert!(codes("ตำบลหนองบัว").first().is_some_and(|codes| codes.len() > 20));
        assert_eq!(codes("แขวงบางนา เขตบางนา")[0], [104_702, 104_703], "abolished, and two took its place");
    }

    #[test]
    fn villages_count_in_their_address_only() {
        let written = |text| read(text).into_iter().map(|(written, _)| written).collect::<Vec<_>>();
        assert_eq!(written("บ้านสันติสุข หมู่ที่ 9 ตำบลทุ่งผึ้ง อำเภอแจ้ห่ม"), ["บ้านสันติสุข หมู่ที่ 9", "ตำบลทุ่งผึ้ง", "อำเภอแจ้ห่ม"]);
        assert_eq!(written("หมู่ที่ 5, 6 ตำบลพลวงสองนาง"), ["หมู่ที่ 5, 6", "ตำบลพลวงสองนาง"]);
        assert_eq!(written("ซ่อมบ้านผู้สูงอายุ"), [] as [&str; 0]);
    }
}
