//! Names that no table can hold: agencies' units, companies, hospitals, schools, temples, waters.
//!
//! Such a name is a head word with what follows it up to a space or a word that no name goes on with. Where the head is
//! an ordinary word too (ศูนย์, กอง, ตลาด), something must show that a name follows: a place, แห่งชาติ, a number.

use thiap_domain::{EntityType, MentionValue};

use crate::candidate::{Candidate, Weight};
use crate::lexicon::{Found, Head, Sense};
use crate::places::{Piece, PieceKind};
use crate::reading::{Reading, is_thai_letter, is_word_character};

/// The longest name behind a head word, in characters.
const LONGEST_NAME: usize = 60;

/// The longest name behind a facility's head word, in characters.
const LONGEST_FACILITY: usize = 28;

/// What stands at a name's end shows that it is one.
const ENDINGS_OF_NAMES: &[&str] = &[
    "แห่งชาติ", "แห่งประเทศไทย", "แห่งเอเชีย", "แห่งเอเชียตะวันออกเฉียงใต้", "ราชนครินทร์", "ในพระบรมราชูปถัมภ์", "มหาราชินี",
    "ระหว่างประเทศ", "กลาง", "จำกัด", "(มหาชน)", "ประเทศไทย",
];

/// Organisation heads that are hardly ever an ordinary noun when a name of some length follows.
const STRONG_ORGANIZATIONS: &[&str] = &[
    "กระทรวง", "กรม", "มหาวิทยาลัย", "วิทยาลัย", "มูลนิธิ", "สมาคม", "คณะกรรมการ", "คณะอนุกรรมการ", "คณะทำงาน", "สพป.", "สพม.",
    "สภ.", "สำนักงานเขตพื้นที่การศึกษา", "แขวงทางหลวง", "แขวงทางหลวงชนบท", "โครงการชลประทาน", "สถาบัน", "สมาพันธ์", "สสจ.", "สสอ.",
];

/// What an organisation's head begins that names none.
const NO_ORGANIZATIONS: &[(&str, &[&str])] = &[
    ("กรม", &["ธรรม", "พระ", "สมเด็จ", "หลวง", "ขุน", "หมื่น", "การ"]),
    ("กระทรวง", &["และ", "ต่าง", "ที่", "ละ"]),
    ("ศูนย์", &["กลาง", "รวม", "ต้นทุน"]),
    ("หน่วย", &["งาน", "บริการ", "ความ", "การ"]),
    ("กองทุน", &["หมู่บ้าน", "เงิน", "หมุนเวียน"]),
    ("สถาบัน", &["การเงิน", "ครอบครัว", "เกษตรกร", "การศึกษา", "อุดมศึกษา", "หลัก", "พระมหากษัตริย์", "ศาสนา", "ทางการ", "วิจัยและ"]),
    ("มหาวิทยาลัย", &["แห่งการ", "และ", "ไทย", "ใน", "ของรัฐ"]),
    ("วิทยาลัย", &["และ", "ใน"]),
    ("คณะกรรมการ", &["ตรวจรับ", "หมู่บ้าน", "ชุมชน", "กองทุน", "และ", "ฯ", "ที่", "ชุด"]),
    ("คณะทำงาน", &["และ", "ฯ", "ที่", "ขับเคลื่อน", "ชุด"]),
    ("สมาคม", &["และ", "ต่าง"]),
];

/// Facility heads that need a place beside the name to be one.
const WEAK_FACILITIES: &[&str] = &["ตลาด", "ศูนย์ราชการ", "แยก", "ทางแยก", "ศูนย์ประชุม", "สถานีสูบน้ำ", "ท่าเรือ", "ฝาย", "ซอย", "ตลาดน้ำ"];

/// What a facility's head begins that has no name.
const NO_FACILITIES: &[(&str, &[&str])] = &[
    ("โรงพยาบาล", &["และ", "ของ", "ศูนย์", "ทั่วไป", "ชุมชน", "สนาม", "ใน", "ที่", "สัตว์", "รัฐ", "ส่งเสริมสุขภาพ", "เป็น", "ขนาด", "เอกชน", "คู่", "มี", "ประจำ", "แม่ข่าย", "ระดับ"]),
    ("โรงเรียน", &["และ", "ขยาย", "เอกชน", "ใน", "สังกัด", "ต้นแบบ", "คุณภาพ", "ขนาด", "ประถม", "มัธยม", "ผู้สูง", "ที่", "ของ", "ปลอด", "เป็น", "พระปริยัติ", "นำร่อง", "สอน", "ร่วม", "ตำรวจตระเวน", "เกษตรกร", "ประจำ", "ทั่ว", "ชาวนา", "กลุ่ม", "ระดับ", "เครือข่าย", "ทุก", "รัฐ", "กีฬา", "อนุบาลเอกชน", "ธุรกิจ", "กวดวิชา"]),
    ("วัด", &["ความ", "ระดับ", "ปริมาณ", "ผล", "แผ่น", "คุณภาพ", "อุณหภูมิ", "มวล", "แสง", "รังสี", "การ", "ค่า", "แรง", "อัตรา", "สาย", "ตัว", "ลม", "น้ำฝน", "และ", "ที่", "ใน", "ระยะ", "ขนาด", "พลัง", "ปริ", "คลื่น", "ไฟ", "กระแส", "ก๊าซ", "ฝุ่น", "สมรรถ", "เชิง", "ทาง", "เสียง", "ทั่ว", "พื้น", "ได้", "หรือ", "โดย", "แบบ", "ต่าง", "ทุก", "มุม", "สัญญาณ", "ออกซิเจน", "ดัชนี", "เวลา", "นี้", "ไข้", "ประสิทธิ"]),
    ("ถนน", &["ลาด", "คอนกรีต", "สาย", "หนทาง", "ทางหลวง", "เพื่อ", "ใน", "ภายใน", "ดิน", "และ", "ที่", "ท้องถิ่น", "ของ", "ผิว", "ลูกรัง", "ปลอดภัย", "แอส", "คสล", "เข้า", "เชื่อม", "รอบ", "หมู่บ้าน", "คน", "หิน", "พร้อม", "โดย", "หลัก", "ต่อ", "ให้", "ชนบท", "สู่", "วัฒนธรรม", "ช่วง", "ฝั่ง"]),
    ("สะพาน", &["คอนกรีต", "ลอย", "คน", "ไม้", "เหล็ก", "และ", "ทาง", "ใน", "ที่", "กลับ", "เชื่อม", "แขวน", "พร้อม", "ของ", "คสล", "ท่า", "ยก", "เบล"]),
    ("เขื่อน", &["ป้องกัน", "เรียง", "กัน", "หิน", "คอนกรีต", "ริม", "และ", "ระบาย", "ที่", "ใน", "ของ", "คสล", "ทด", "ขนาด"]),
    ("ฝาย", &["ชะลอ", "กั้น", "มี", "แกน", "คอนกรีต", "และ", "ทด", "ใน", "ที่", "เก็บ", "หิน", "คสล", "พับ", "ยาง", "ต้น"]),
    ("ฝายน้ำล้น", &["และ", "พร้อม", "คอนกรีต", "คสล", "แบบ"]),
    ("อ่างเก็บน้ำ", &["พร้อม", "ขนาด", "และ", "ใน", "ที่", "ของ", "เพื่อ", "กลาง", "ประเภท"]),
    ("ประตูระบายน้ำ", &["และ", "พร้อม", "อัตโนมัติ", "ใน", "ที่", "กลาง", "ของ", "ขนาด"]),
    ("ท่าอากาศยาน", &["และ", "ใน", "ของ", "ภูมิภาค", "นานาชาติ", "ไทย", "ที่", "ทั่ว"]),
    ("สนามบิน", &["และ", "ใน", "ของ", "นานาชาติ", "ที่"]),
    ("เรือนจำ", &["และ", "ใน", "ทั่ว", "หรือ", "ทุก", "ที่"]),
    ("ทัณฑสถาน", &["และ", "ทั่ว", "เปิด", "ที่"]),
    ("สนามกีฬา", &["และ", "กลาง", "ใน", "ที่", "ระดับ", "ของ", "พร้อม"]),
    ("สวนสาธารณะ", &["และ", "ใน", "ที่", "ของ", "เพื่อ", "ขนาด", "ระดับ"]),
    ("โรงแรม", &["และ", "ใน", "ที่", "ของ", "ขนาด", "หรือ", "ราคา", "ระดับ"]),
    ("พิพิธภัณฑ์", &["และ", "ใน", "ที่", "ของ", "เพื่อ", "มีชีวิต"]),
    ("โรงไฟฟ้า", &["และ", "พลังงาน", "ชุมชน", "ขยะ", "ชีวมวล", "ใน", "ที่", "เพื่อ", "ของ"]),
    ("นิคมอุตสาหกรรม", &["และ", "ใน", "ที่", "เชิง", "ของ", "แห่งใหม่"]),
    ("ศูนย์การแพทย์", &["และ", "แผนไทย", "ทางเลือก", "ใน", "ที่", "ฉุกเฉิน", "ครบวงจร"]),
    ("ห้องประชุม", &["และ", "ใน", "ที่", "ขนาด", "ใหญ่", "ของ", "เล็ก", "พร้อม", "ทาง"]),
    ("อาคารเรียน", &["และ", "พร้อม", "ใน", "ขนาด", "ที่", "รวม", "ปฏิบัติ", "แบบ", "คสล", "เด็ก", "อนุบาล", "ของ"]),
    ("สถานีขนส่ง", &["ผู้โดยสาร", "และ", "สินค้า", "มวลชน"]),
    ("สถานีรถไฟ", &["และ", "ใน", "ฟ้า", "ความเร็ว"]),
    ("มัสยิด", &["และ", "ใน", "ที่"]),
];

/// What a water's or land's head begins that has no name.
const NO_WATERS: &[(&str, &[&str])] = &[
    ("คลอง", &["ผัน", "ส่ง", "ระบาย", "และ", "ใน", "ชลประทาน", "ที่", "สาย", "ให้", "พร้อม", "ธรรมชาติ", "ดาด", "สาขา", "ภายใน", "ซอย", "ข้าง"]),
    ("แม่น้ำ", &["และ", "สาย", "ลำคลอง", "คู", "ใน", "ที่", "ระหว่าง", "สำคัญ", "สาขา"]),
    ("เกาะ", &["ติด", "กลาง", "และ", "กลุ่ม", "ที่", "แก่ง", "สี"]),
    ("ทะเล", &["และ", "ไทย", "ที่", "หาย", "ชาย", "ฝั่ง", "ใน", "สาบ", "น้อย", "หมอก", "ลึก", "ต่าง"]),
    ("หาด", &["และ", "ทราย"]),
    ("ดอย", &["คำ", "และ"]),
    ("ทุ่ง", &["หญ้า", "นา", "และ", "ดอก"]),
    ("ลุ่มน้ำ", &["และ", "ย่อย", "หลัก", "สาขา", "ใน", "ที่", "ต่าง", "สำคัญ", "วิกฤต"]),
    ("แหล่งน้ำ", &["และ", "ใน", "เพื่อ", "ที่", "ธรรมชาติ", "ขนาด", "ชุมชน", "ต้นทุน", "สาธารณะ", "ผิวดิน", "ใต้ดิน", "ดิบ", "บาดาล", "ชลประทาน", "ทาง", "อื่น", "นอก", "เดิม", "ต่าง", "ใหม่", "ของ", "ให้", "สำรอง", "สำหรับ", "พร้อม", "สะอาด"]),
    ("น้ำตก", &["และ", "ที่"]),
    ("อ่าว", &["และ", "ต่าง"]),
    ("บึง", &["และ", "ประดิษฐ์", "น้ำ"]),
    ("หนอง", &["น้ำ", "และ", "บึง"]),
    ("หนองน้ำ", &["และ", "สาธารณะ", "ธรรมชาติ", "ขนาด"]),
    ("ห้วย", &["หนอง", "และ"]),
    ("ภูเขา", &["และ", "ไฟ", "ที่", "สูง"]),
    ("ย่าน", &["การค้า", "เมือง", "ชุมชน", "ความถี่", "ที่", "ธุรกิจ", "เก่า"]),
    ("เมืองเก่า", &["และ", "ที่", "ของ", "ใน"]),
];

/// Heads that name a place, but need another place beside them: too many other names begin with them.
const WEAK_WATERS: &[&str] = &["ห้วย", "หนอง", "บึง", "ทุ่ง", "ดอย", "แหลม", "ย่าน", "แหล่งน้ำ", "ทะเล", "อ่าว", "หนองน้ำ", "ปากน้ำ", "เกาะ", "ภูเขา"];

fn begins_none(lists: &[(&str, &[&str])], head: &str, name: &str) -> bool {
    lists.iter().any(|(word, starts)| *word == head && starts.iter().any(|start| name.starts_with(start)))
}

/// A name behind a head word.
struct OpenName {
    end: usize,
    /// Ends in a place that a piece names.
    ends_in_place: bool,
}

/// Reads a name from `start`, over places that are joined to it, up to a space or a word that no name goes on with.
fn open_name(reading: &Reading, start: usize, pieces: &[Piece], through_and: bool) -> Option<OpenName> {
    let mut at = start;
    let mut next_piece = pieces.partition_point(|piece| piece.start < start);
    for _ in 0..LONGEST_NAME {
        if at > start && reading.gap(at) {
            break;
        }
        if let Some(piece) = pieces.get(next_piece)
            && piece.start == at
            && at > start
            && matches!(piece.kind, PieceKind::Level(_) | PieceKind::Group(_))
            && (reading.free_after(piece.end) || reading.joining_word(piece.end) || reading.breaking_word(piece.end))
        {
            return Some(OpenName { end: piece.end, ends_in_place: true });
        }
        let Some(c) = reading.at(at) else { break };
        let joins = reading.joining_word(at) && !(through_and && reading.from(at).starts_with("และ"));
        if !is_word_character(c) || (reading.breaks_name(at) && at > start) || (joins && at > start) {
            break;
        }
        at += c.len_utf8();
        while pieces.get(next_piece).is_some_and(|piece| piece.start < at) {
            next_piece += 1;
        }
    }
    // A name that goes on too long is a sentence.
    let ended = reading.gap(at) || reading.at(at).is_none_or(|c| !is_word_character(c)) || reading.joining_word(at) || reading.breaks_name(at);
    (ended && at > start).then_some(OpenName { end: at, ends_in_place: false })
}

/// `เขต 7 ขอนแก่น`, `ที่ 12 จังหวัดสงขลา`, `ภาค 3`: what units of agencies end in.
fn unit_number(reading: &Reading, at: usize, pieces: &[Piece]) -> usize {
    let mut end = at;
    for word in ["เขต", "ที่", "ภาค"] {
        if let Some(rest) = reading.from(at).strip_prefix(word) {
            let digits = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
            if digits > 0 {
                end = at + word.len() + digits;
            }
        }
    }
    if end > at
        && let Some(piece) = pieces.iter().skip(pieces.partition_point(|piece| piece.start < end)).next()
        && piece.start == end
        && matches!(piece.kind, PieceKind::Level(thiap_domain::AreaLevel::Province))
    {
        return piece.end;
    }
    end
}

/// Whether an address goes on behind a name.
fn place_follows(pieces: &[Piece], end: usize) -> bool {
    let next = pieces.get(pieces.partition_point(|piece| piece.start < end));
    next.is_some_and(|piece| piece.start == end && piece.is_of_an_address())
}

/// The end of a name with the number behind it: `ถนนพระราม 2`, `แห่งที่ 6`, `คลองสหกรณ์สาย 3`.
fn with_number(reading: &Reading, start: usize, end: usize) -> usize {
    let digits = |at: usize| {
        let digits = reading.from(at).bytes().take(3).take_while(u8::is_ascii_digit).count();
        (digits > 0 && reading.free_after(at + digits)).then_some(at + digits)
    };
    if reading.from(end).starts_with("แห่งที่") {
        return digits(end + "แห่งที่".len()).unwrap_or(end);
    }
    let name = reading.between(start, end);
    if ["พระราม", "สาย", "ซอย"].iter().any(|word| name.ends_with(word)) { digits(end).unwrap_or(end) } else { end }
}

/// Organisations, facilities and waters with open names.
pub(crate) fn open_names(reading: &Reading, found: &[Found], pieces: &[Piece]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    // Listed agencies come before the heads that they begin with.
    let mut listed_at = None;
    for hit in found {
        if let Sense::Agency { .. } = hit.sense {
            listed_at = Some(hit.start);
        }
        let Sense::Head(head) = hit.sense else { continue };
        let candidate = match head {
            Head::Organization => organization(reading, hit, pieces, listed_at == Some(hit.start)),
            Head::Company => company(reading, hit),
            Head::Facility => facility(reading, hit, pieces),
            Head::Nature => nature(reading, hit, pieces),
            Head::Law | Head::Plan => None,
        };
        candidates.extend(candidate);
    }
    candidates
}

/// Whether a head stands where a name may begin: at a word's start, not in the middle of another name.
fn may_begin(reading: &Reading, start: usize) -> bool {
    reading.free_before(start) || reading.word_start(start)
}

/// Words before a temple, a hospital or the like that say where something is.
const WHERE: &[&str] = &["หลัง", "หน้า", "บริเวณ", "ริม", "ข้าง", "ใกล้", "ภายใน", "ณ", "ที่", "สู่", "ถึง"];

fn organization(reading: &Reading, hit: &Found, pieces: &[Piece], listed: bool) -> Option<Candidate> {
    let head = reading.between(hit.start, hit.end);
    if !may_begin(reading, hit.start) || (reading.gap(hit.end) && !head.ends_with('.')) {
        return None;
    }
    let open = open_name(reading, hit.end, pieces, true)?;
    let name = reading.between(hit.end, open.end);
    if name.chars().count() < 3 || begins_none(NO_ORGANIZATIONS, head, name) {
        return None;
    }
    let numbered = unit_number(reading, open.end, pieces);
    let shown = open.ends_in_place && !(listed && head == "กระทรวง")
        || (place_follows(pieces, open.end) && !listed)
        || numbered > open.end
        || ENDINGS_OF_NAMES.iter().any(|ending| name.ends_with(ending))
        || reading.from(open.end).starts_with("(องค์การมหาชน)");
    let strong = STRONG_ORGANIZATIONS.contains(&head) && name.chars().count() >= 4 && !listed;
    // What is built is a building.
    let built = !reading.gap(hit.start) && ["ก่อสร้าง", "ปรับปรุง", "อาคาร"].iter().any(|word| reading.between(0, hit.start).ends_with(word));
    (shown || strong).then(|| Candidate {
        span: reading.to_normalised(hit.start, numbered),
        entity_type: if built && head == "ศูนย์" { EntityType::Facility } else { EntityType::Organization },
        value: None,
        weight: Weight::Open,
    })
}

fn company(reading: &Reading, hit: &Found) -> Option<Candidate> {
    if !may_begin(reading, hit.start) {
        return None;
    }
    // Companies' names hold spaces; จำกัด ends them.
    let head = reading.between(hit.start, hit.end);
    let end = if head.ends_with('.') {
        reading.run_end(hit.end, LONGEST_NAME)?
    } else {
        let window: String = reading.from(hit.end).chars().take(LONGEST_NAME).take_while(|c| *c != '\n').collect();
        let limited = hit.end + window.find("จำกัด")? + "จำกัด".len();
        if reading.from(limited).starts_with("(มหาชน)") { limited + "(มหาชน)".len() } else { limited }
    };
    Some(Candidate {
        span: reading.to_normalised(hit.start, end),
        entity_type: EntityType::Organization,
        value: None,
        weight: Weight::Open,
    })
}

fn facility(reading: &Reading, hit: &Found, pieces: &[Piece]) -> Option<Candidate> {
    let head = reading.between(hit.start, hit.end);
    if !may_begin(reading, hit.start) || reading.gap(hit.end) {
        return None;
    }
    let open = open_name(reading, hit.end, pieces, false)?;
    let name = reading.between(hit.end, open.end);
    let named = (2..=LONGEST_FACILITY).contains(&name.chars().count()) && name.chars().next().is_some_and(is_thai_letter);
    if !named || begins_none(NO_FACILITIES, head, name) {
        return None;
    }
    let place_beside = open.ends_in_place || place_follows(pieces, open.end);
    let weak = WEAK_FACILITIES.contains(&head) || head == "วัด";
    let before = reading.between(0, hit.start);
    let own_word = (reading.free_before(hit.start) || WHERE.iter().any(|word| before.ends_with(word))) && reading.free_after(open.end);
    if weak && !place_beside && !(head == "วัด" && own_word) {
        return None;
    }
    let end = with_number(reading, hit.start, open.end);
    Some(Candidate {
        entity_type: EntityType::Facility,
        value: Some(MentionValue::Name(reading.between(hit.start, end).to_owned())),
        span: reading.to_normalised(hit.start, end),
        weight: Weight::Open,
    })
}

fn nature(reading: &Reading, hit: &Found, pieces: &[Piece]) -> Option<Candidate> {
    let head = reading.between(hit.start, hit.end);
    if !may_begin(reading, hit.start) || reading.gap(hit.end) {
        return None;
    }
    let open = open_name(reading, hit.end, pieces, false)?;
    let name = reading.between(hit.end, open.end);
    let characters = name.chars().count();
    if !(2..=20).contains(&characters) || begins_none(NO_WATERS, head, name) || !name.chars().all(is_word_character) {
        return None;
    }
    if WEAK_WATERS.contains(&head) && !place_follows(pieces, open.end) {
        return None;
    }
    let end = with_number(reading, hit.start, open.end);
    Some(Candidate {
        span: reading.to_normalised(hit.start, end),
        entity_type: EntityType::Location,
        value: Some(MentionValue::Name(reading.between(hit.start, end).to_owned())),
        weight: Weight::Open,
    })
}
