//! What tells one piece of work from ten like it: roads by number, chainages, sections, villages, phases, years.
//!
//! Near-identical titles of roads and buildings differ in nothing else, and a project's next phase differs from a
//! duplicate of it by its number. Each mark has a canonical form, so that spelling does not count.

use std::collections::BTreeSet;

use thiap_domain::TextSpan;

use crate::lexicon::Lexicon;
use crate::places::{Piece, PieceKind, places};
use crate::reading::Reading;
use crate::roads::roads;

/// A mark by which one piece of work is told from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkMark {
    /// A road by its number: `ทล.408` (highway), `นม.3052` (rural), `นย.ถ.1-0015` (local).
    Road(String),
    /// A section of a road between two places, squeezed: `ตราด-แหลมศอก`.
    Section(String),
    /// A stretch of a road, in metres from its beginning; both ends the same for a single point.
    Chainage {
        /// First metre.
        from_m: u32,
        /// Last metre.
        to_m: u32,
    },
    /// The number of a control section (ตอนควบคุมที่ 0200).
    ControlSection(u32),
    /// The number of a village in its subdistrict (หมู่ที่ 4).
    VillageNumber(u32),
    /// The name of a village without บ้าน.
    Village(String),
    /// A phase (ระยะที่ 2, เฟส 2, Phase II).
    Phase(u32),
    /// The year that a project is in (ปีที่ 3).
    ProjectYear(u32),
    /// A class of people trained together (รุ่นที่ 5).
    Batch(u32),
    /// An occurrence of a yearly or other event (ครั้งที่ 12).
    Occurrence(u32),
    /// A part of a whole (ตอน 2, ส่วนที่ 3, สัญญาที่ 1, แห่งที่ 6).
    Part(u32),
    /// Goes on from an earlier one (โครงการต่อเนื่อง).
    Continuing,
}

impl WorkMark {
    /// Marks of different kinds are not compared; this is the kind.
    #[must_use]
    pub fn kind(&self) -> WorkMarkKind {
        match self {
            Self::Road(_) => WorkMarkKind::Road,
            Self::Section(_) => WorkMarkKind::Section,
            Self::Chainage { .. } => WorkMarkKind::Chainage,
            Self::ControlSection(_) => WorkMarkKind::ControlSection,
            Self::VillageNumber(_) => WorkMarkKind::VillageNumber,
            Self::Village(_) => WorkMarkKind::Village,
            Self::Phase(_) => WorkMarkKind::Phase,
            Self::ProjectYear(_) => WorkMarkKind::ProjectYear,
            Self::Batch(_) => WorkMarkKind::Batch,
            Self::Occurrence(_) => WorkMarkKind::Occurrence,
            Self::Part(_) => WorkMarkKind::Part,
            Self::Continuing => WorkMarkKind::Continuing,
        }
    }
}

/// The kinds of [`WorkMark`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the same as those of `WorkMark`
pub enum WorkMarkKind {
    Road,
    Section,
    Chainage,
    ControlSection,
    VillageNumber,
    Village,
    Phase,
    ProjectYear,
    Batch,
    Occurrence,
    Part,
    Continuing,
}

/// A mark with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkMarkMention {
    /// Where, in bytes of the original text.
    pub span: TextSpan,
    /// What it says.
    pub mark: WorkMark,
}

/// The marks of a text, in order.
#[must_use]
pub fn work_marks(original: &str) -> Vec<WorkMarkMention> {
    let reading = Reading::new(original);
    let found = Lexicon::embedded().find(&reading);
    let pieces = places(&reading, &found);
    let mut marks = marks(&reading, &pieces);
    marks.sort_by_key(|(start, end, _)| (*start, *end));
    let alignment = &reading.normalised.alignment;
    marks
        .into_iter()
        .map(|(start, end, mark)| WorkMarkMention {
            span: alignment.to_original(reading.to_normalised(start, end)),
            mark,
        })
        .collect()
}

/// The kinds of marks that both sides have without sharing one: by these two pieces of work are not the same one.
/// Stretches of a road are shared when they overlap.
#[must_use]
pub fn differing_marks(a: &[WorkMarkMention], b: &[WorkMarkMention]) -> Vec<WorkMarkKind> {
    let kinds =
        |marks: &[WorkMarkMention]| marks.iter().map(|mention| mention.mark.kind()).collect::<BTreeSet<_>>();
    kinds(a)
        .intersection(&kinds(b))
        .copied()
        .filter(|kind| {
            let of_kind = |marks: &[WorkMarkMention]| {
                marks
                    .iter()
                    .map(|mention| mention.mark.clone())
                    .filter(|mark| mark.kind() == *kind)
                    .collect::<Vec<_>>()
            };
            let (a, b) = (of_kind(a), of_kind(b));
            !a.iter().any(|a| b.iter().any(|b| share(a, b)))
        })
        .collect()
}

fn share(a: &WorkMark, b: &WorkMark) -> bool {
    match (a, b) {
        (WorkMark::Chainage { from_m, to_m }, WorkMark::Chainage { from_m: other_from, to_m: other_to }) => {
            from_m <= other_to && other_from <= to_m
        }
        _ => a == b,
    }
}

type Mark = (usize, usize, WorkMark);

/// All marks, in bytes of the squeezed text, in no order.
fn marks(reading: &Reading, pieces: &[Piece]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for road in roads(reading, pieces) {
        if let Some(code) = &road.code {
            marks.push((road.start, road.end, WorkMark::Road(code.clone())));
        }
        if let Some(section) = road.section {
            marks.push((road.start, road.end, WorkMark::Section(section)));
        }
    }
    chainages(reading, &mut marks);
    for piece in pieces {
        let text = reading.between(piece.start, piece.end);
        match piece.kind {
            PieceKind::VillageNumber => {
                let numbers =
                    text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
                marks.extend(numbers.map(|number| (piece.start, piece.end, WorkMark::VillageNumber(number))));
            }
            PieceKind::Village => {
                let name = ["บ้าน", "บ."].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
                let (name, number) = name_and_number(name);
                marks.push((piece.start, piece.end, WorkMark::Village(name.to_owned())));
                marks.extend(number.map(|number| (piece.start, piece.end, WorkMark::VillageNumber(number))));
            }
            _ => {}
        }
    }
    numbered_marks(reading, &mut marks);
    marks
}

/// The name of a village and the number that stands behind it (บ้านท่าตาล หมู่ที่ 14, บ้านท่าตาล ม.14), spaces left out.
fn name_and_number(text: &str) -> (&str, Option<u32>) {
    let numbered = ["หมู่", "ม."].iter().filter_map(|word| {
        let (name, behind) = text.split_once(word)?;
        Some((name, number_in(behind)?))
    });
    let shortest = numbered.min_by_key(|(name, _)| name.len());
    shortest.map_or((text, None), |(name, number)| (name, Some(number)))
}

fn number_in(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty())?.parse().ok()
}

/// Makes a mark of its number.
type NumberedMark = fn(u32) -> WorkMark;

/// Words that a mark's number stands behind.
const NUMBERED: &[(&str, NumberedMark)] = &[
    ("ระยะที่", WorkMark::Phase),
    ("เฟสที่", WorkMark::Phase),
    ("เฟส", WorkMark::Phase),
    ("phase", WorkMark::Phase),
    ("ปีที่", WorkMark::ProjectYear),
    ("รุ่นที่", WorkMark::Batch),
    ("ครั้งที่", WorkMark::Occurrence),
    ("ตอนควบคุมที่", WorkMark::ControlSection),
    ("ตอนควบคุม", WorkMark::ControlSection),
    ("ตอนที่", WorkMark::Part),
    ("ตอน", WorkMark::Part),
    ("ส่วนที่", WorkMark::Part),
    ("สัญญาที่", WorkMark::Part),
    ("แห่งที่", WorkMark::Part),
];

/// Words of a project that says that it goes on.
const CONTINUING: &[&str] = &["โครงการต่อเนื่อง", "(ต่อเนื่อง)", "ต่อเนื่องจากปี", "ระยะต่อเนื่อง", "ผูกพันต่อเนื่อง"];

fn numbered_marks(reading: &Reading, marks: &mut Vec<Mark>) {
    for (word, mark) in NUMBERED {
        for (start, _) in reading.text.match_indices(word) {
            let from = start + word.len();
            let spaces = reading.from(from).bytes().take_while(|b| *b == b' ').count().min(1);
            if let Some((end, numbers)) = mark_numbers(reading, from + spaces) {
                marks.extend(numbers.into_iter().map(|number| (start, end, mark(number))));
            }
        }
    }
    for word in CONTINUING {
        for (start, _) in reading.text.match_indices(word) {
            marks.push((start, start + word.len(), WorkMark::Continuing));
        }
    }
}

/// `2`, `1 และ 2`, `1-3`, `II`: the numbers and their end. A number with a decimal point or a thousands comma is none.
fn mark_numbers(reading: &Reading, start: usize) -> Option<(usize, Vec<u32>)> {
    let rest = reading.from(start);
    let romans = [("iii", 3), ("iv", 4), ("ii", 2), ("v", 5), ("i", 1)];
    if let Some((roman, number)) = romans.iter().find(|(roman, _)| rest.starts_with(roman)) {
        let end = start + roman.len();
        return reading.free_after(end).then(|| (end, vec![*number]));
    }
    let (mut end, first) = small_number(reading, start)?;
    let mut numbers = vec![first];
    let rest = reading.from(end).trim_start_matches(' ');
    let spaces = reading.from(end).len() - rest.len();
    for (joint, range) in [("และ", false), ("-", true), ("–", true), ("ถึง", true), (",", false), ("/", false)]
    {
        let Some(behind) = rest.strip_prefix(joint) else { continue };
        let from = end + spaces + joint.len() + (behind.len() - behind.trim_start_matches(' ').len());
        let Some((second_end, second)) = small_number(reading, from) else { break };
        if range && second > first && second - first <= 20 {
            numbers = (first..=second).collect();
        } else if second != first {
            numbers.push(second);
        }
        end = second_end;
        break;
    }
    Some((end, numbers))
}

/// A whole number of at most four digits that goes on in nothing that makes it another figure.
fn small_number(reading: &Reading, start: usize) -> Option<(usize, u32)> {
    let digits = reading.from(start).bytes().take(5).take_while(u8::is_ascii_digit).count();
    if !(1..=4).contains(&digits) {
        return None;
    }
    let end = start + digits;
    let mut behind = reading.from(end).chars();
    if matches!(behind.next(), Some('.' | ',' | '+')) && behind.next().is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    reading.between(start, end).parse().ok().map(|number| (end, number))
}

/// `กม.12+300`, `กม. 45+000 - กม. 52+300`, `km 3+400`.
fn chainages(reading: &Reading, marks: &mut Vec<Mark>) {
    let bytes = reading.text.as_bytes();
    let digits_before = |at: usize| {
        bytes.get(..at).map_or(0, |b| b.iter().rev().take(4).take_while(|b| b.is_ascii_digit()).count())
    };
    let mut points: Vec<(usize, usize, u32)> = Vec::new();
    for (plus, _) in reading.text.match_indices('+') {
        let spaces_after = reading.from(plus + 1).bytes().take(2).take_while(|b| *b == b' ').count();
        let after_from = plus + 1 + spaces_after;
        let metres = reading.from(after_from).bytes().take(4).take_while(u8::is_ascii_digit).count();
        let kilometres_end = if plus > 0 && bytes.get(plus - 1) == Some(&b' ') { plus - 1 } else { plus };
        let kilometres = digits_before(kilometres_end);
        if metres != 3 || !(1..=3).contains(&kilometres) {
            continue;
        }
        let start = kilometres_end - kilometres;
        let number = |from: usize, to: usize| reading.between(from, to).parse::<u32>().ok();
        if let (Some(km), Some(m)) = (number(start, kilometres_end), number(after_from, after_from + 3)) {
            points.push((start, after_from + 3, km * 1_000 + m));
        }
    }
    let mut points = points.into_iter().peekable();
    while let Some((start, end, first)) = points.next() {
        let to = points.next_if(|(next_start, _, metre)| {
            let between = reading.between(end, *next_start);
            *metre >= first && between.len() <= 60 && !between.contains(['\n', '|', ')'])
        });
        let (end, last) = to.map_or((end, first), |(_, end, last)| (end, last));
        marks.push((start, end, WorkMark::Chainage { from_m: first, to_m: last }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<WorkMark> {
        work_marks(text).into_iter().map(|mention| mention.mark).collect()
    }

    #[test]
    fn roads_are_told_by_number_whatever_words_stand_before() {
        let road = |code: &str| WorkMark::Road(code.into());
        for text in ["ทล.408", "ทางหลวงหมายเลข 408", "ทางหลวงแผ่นดินหมายเลข ๔๐๘", "บำรุงทาง ทล. 408 จ.สงขลา"]
        {
            assert_eq!(read(text), [road("ทล.408")], "{text}");
        }
        for text in ["ถนนสาย นม.3052", "สายทาง นม. 3052", "ทางหลวงชนบท นม.3052"]
        {
            assert_eq!(read(text), [road("นม.3052")], "{text}");
        }
        assert_eq!(read("รหัสสายทาง นย.ถ.1-0015 ตำบลเกาะหวาย"), [road("นย.ถ.1-0015")]);
        assert_eq!(read("พ.ศ. 2560 และ พ.ร.บ. 2551"), []);
    }

    #[test]
    fn sections_and_chainages_are_read() {
        assert_eq!(
            read("ทางหลวงหมายเลข 3155 ตอน ตราด - แหลมศอก กม.12+300 - กม.15+000 จ.ตราด"),
            [
                WorkMark::Road("ทล.3155".into()),
                WorkMark::Section("ตราด-แหลมศอก".into()),
                WorkMark::Chainage { from_m: 12_300, to_m: 15_000 }
            ]
        );
        assert_eq!(
            read("ถนนสายบ้านโคกสี - บ้านหนองแวง กว้าง 6 เมตร"),
            [WorkMark::Section("บ้านโคกสี-บ้านหนองแวง".into())]
        );
        assert_eq!(
            read("ทางหลวงหมายเลข 346 ตอน บางเลน ลำลูกบัว จ.นครปฐม"),
            [WorkMark::Road("ทล.346".into()), WorkMark::Section("บางเลน-ลำลูกบัว".into())],
            "the dash was lost"
        );
    }

    #[test]
    fn phases_years_and_batches_are_read() {
        assert_eq!(read("โครงการพัฒนา ระยะที่ ๒"), [WorkMark::Phase(2)]);
        assert_eq!(read("Smart City Phase II"), [WorkMark::Phase(2)]);
        assert_eq!(read("ปรับปรุงสถานีระยะที่ 1 และ 2"), [WorkMark::Phase(1), WorkMark::Phase(2)]);
        assert_eq!(
            read("เฟส 3 ปีที่ 2 รุ่นที่ 5"),
            [WorkMark::Phase(3), WorkMark::ProjectYear(2), WorkMark::Batch(5)]
        );
        assert_eq!(read("ระยะที่ 1.5 เมตร"), []);
    }

    #[test]
    fn villages_are_read_in_their_address() {
        assert_eq!(
            read("ระบบประปา บ้านสันติสุข หมู่ที่ 9 ตำบลทุ่งผึ้ง อำเภอแจ้ห่ม"),
            [WorkMark::Village("สันติสุข".into()), WorkMark::VillageNumber(9)]
        );
        let long = work_marks("เขื่อนดิน หมู่ที่ 14 บ้านท่าตาล ตำบลยางหัก");
        let short = work_marks("เขื่อนดิน บ้านท่าตาล ม.14 ต.ยางหัก");
        assert_eq!(differing_marks(&long, &short), [], "{long:?} {short:?}");
        let beside = work_marks("เขื่อนดิน บ้านท่าม่วง ม.13 ต.ยางหัก");
        assert_eq!(differing_marks(&long, &beside), [WorkMarkKind::VillageNumber, WorkMarkKind::Village]);
    }

    #[test]
    fn ten_alike_roads_differ_by_their_marks() {
        let marks = |text| work_marks(text);
        let a = marks("ปรับปรุงผิวทาง ทล.408 ตอน สงขลา - ระโนด กม.1+000 - กม.2+000");
        let b = marks("ปรับปรุงผิวทาง ทล.408 ตอน สงขลา - ระโนด กม.5+000 - กม.6+000");
        let c = marks("ปรับปรุงผิวทาง ทล.43 กม.1+500");
        assert_eq!(differing_marks(&a, &b), [WorkMarkKind::Chainage]);
        assert_eq!(differing_marks(&a, &c), [WorkMarkKind::Road]);
        assert_eq!(differing_marks(&a, &a), []);
    }
}
