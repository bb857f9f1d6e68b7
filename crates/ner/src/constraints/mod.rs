//! Words of a query that say which projects are meant rather than what they are about.
//!
//! A wrong constraint hides what the person looks for, a missed one only leaves its words to rank by: so a year needs a
//! word that says that it is one, a place must stand on its own and not inside another name, and an amount needs a
//! comparison or a word for budgets.

mod budget;

use thiap_domain::{AreaCode, AreaLevel, Baht, EntityType, FiscalYear, MentionValue, TextSpan};
use thiap_text::dates::{DateValue, find_dates};

use crate::agency::Agencies;
use crate::candidate::Candidate;
use crate::extract::read_with;
use crate::gazetteer::Gazetteer;
use crate::heads::{Head, head_kind};
use crate::lexicon::Lexicon;
use crate::places::places;
use crate::reading::Reading;
use budget::budgets;

/// What a constraint asks of a project. Those of one kind in one query are alternatives, those of different kinds hold
/// together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConstraintKind {
    /// Fiscal years, Buddhist era, both ends included; an open end is `None`.
    FiscalYears {
        /// First year.
        first: Option<FiscalYear>,
        /// Last year.
        last: Option<FiscalYear>,
    },
    /// The project works in one of these places.
    Area(Vec<AreaCode>),
    /// The agency or a body of it runs the project; its full official name.
    Agency(String),
    /// The budget lies between, both ends included; an open end is `None`.
    Budget {
        /// At least this much.
        min: Option<Baht>,
        /// At most this much.
        max: Option<Baht>,
    },
}

/// A stretch of a query that constrains the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// Where, in bytes of the original query, with the words that belong to it (ปีงบประมาณ, งบเกิน, จังหวัด).
    pub span: TextSpan,
    /// What it asks.
    pub kind: ConstraintKind,
    /// The stretch as it was written, for showing.
    pub text: String,
}

/// The constraints that a query names: in order, none overlapping another.
#[must_use]
pub fn constraints(query: &str) -> Vec<Constraint> {
    let reading = Reading::new(query);
    let found = Lexicon::embedded().find(&reading);
    let pieces = places(&reading, &found);
    let mentions = read_with(&reading, &found, &pieces);
    let text = reading.normalised.text.as_str();

    let mut all: Vec<(TextSpan, ConstraintKind)> = budgets(text);
    all.extend(fiscal_years(text, &mentions));
    all.extend(areas(&reading, &mentions));
    all.extend(lone_provinces(&reading));
    all.extend(agencies(&reading, &mentions));
    all.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    all.retain(|(span, _)| {
        let free = span.start >= end && !span.is_empty();
        if free {
            end = span.end;
        }
        free
    });
    all.into_iter()
        .filter_map(|(span, kind)| {
            let span = reading.normalised.alignment.to_original(span);
            Some(Constraint { span, kind, text: span.slice(query)?.to_owned() })
        })
        .collect()
}

/// The end of the text before `at` without its spaces.
fn before(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default().trim_end_matches(' ')
}

/// Where the text before `at` begins when the longest of `words` that it ends with is taken in.
fn take_before(text: &str, at: usize, words: &[&str]) -> Option<usize> {
    let before = before(text, at);
    let word = words.iter().filter(|word| ends_with_word(before, word)).max_by_key(|word| word.len())?;
    Some(before.len() - word.len())
}

/// Latin words count whole only.
fn ends_with_word(text: &str, word: &str) -> bool {
    let Some(rest) = strip_suffix_ignoring_case(text, word) else { return false };
    !word.is_ascii() || !rest.ends_with(|c: char| c.is_ascii_alphanumeric())
}

fn strip_suffix_ignoring_case<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(suffix.len())?;
    text.get(at..).filter(|end| end.eq_ignore_ascii_case(suffix))?;
    text.get(..at)
}

/// Where the text behind `at` goes on when one of `words` that it begins with is taken in.
fn take_behind(text: &str, at: usize, words: &[&str]) -> Option<usize> {
    let behind = text.get(at..)?;
    let spaces = behind.len() - behind.trim_start_matches(' ').len();
    let rest = behind.get(spaces..)?;
    let fits = |word: &&&str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let word = words.iter().filter(fits).max_by_key(|word| word.len())?;
    Some(at + spaces + word.len())
}

// --- years

const FROM_YEAR: &[&str] = &["ตั้งแต่", "ตั้งแต่ปี", "นับจาก", "นับแต่", "since", "from"];
const AFTER_YEAR: &[&str] = &["หลัง", "หลังจาก", "หลังปี", "after"];
const BEFORE_YEAR: &[&str] = &["ก่อน", "ก่อนปี", "before"];
const UNTIL_YEAR: &[&str] = &["ถึง", "จนถึง", "ไม่เกิน", "until", "up to"];
const ONWARDS: &[&str] = &["เป็นต้นไป", "เป็นต้นมา", "ขึ้นไป", "onwards", "onward"];
/// Words before a year that belong to it.
const YEAR_WORDS: &[&str] = &[
    "ในปี",
    "ประจำปี",
    "ของปี",
    "ช่วงปี",
    "ในช่วงปี",
    "ปี",
    "ใน",
    "ประจำ",
    "ช่วง",
    "พ.ศ.",
    "ค.ศ.",
    "in",
    "for",
    "fiscal year",
    "FY",
    "year",
];

fn fiscal_years(text: &str, mentions: &[Candidate]) -> Vec<(TextSpan, ConstraintKind)> {
    let mut years = Vec::new();
    for date in find_dates(text) {
        let (first, last) = match date.value {
            DateValue::FiscalYears { first, last } => (first, last),
            DateValue::Years { first_be, last_be } => {
                match (FiscalYear::from_be(first_be), FiscalYear::from_be(last_be)) {
                    (Ok(first), Ok(last)) => (first, last),
                    _ => continue,
                }
            }
            DateValue::Quarters { .. } => match date.value.fiscal_years() {
                Some(years) => years,
                None => continue,
            },
            _ => continue,
        };
        // A year inside the name of a plan or a law says nothing of the project's own.
        if !overlapped(mentions, date.span, EntityType::Date) {
            continue;
        }
        let mut span = date.span;
        while let Some(start) = take_before(text, span.start, YEAR_WORDS) {
            span.start = start;
        }
        let next_year = |year: FiscalYear, step: i32| FiscalYear::from_be(year.be() + step).ok();
        let stated = text.get(date.span.start..date.span.end).unwrap_or_default();
        let from = |word: &[&str]| word.iter().any(|word| stated.starts_with(word));
        let (first, last) = if let Some(start) =
            take_before(text, span.start, FROM_YEAR).or(from(FROM_YEAR).then_some(span.start))
        {
            span.start = start;
            (Some(first), (first != last).then_some(last))
        } else if let Some(start) = take_before(text, span.start, AFTER_YEAR) {
            span.start = start;
            (next_year(last, 1), None)
        } else if let Some(start) = take_before(text, span.start, BEFORE_YEAR) {
            span.start = start;
            (None, next_year(first, -1))
        } else if let Some(start) = take_before(text, span.start, UNTIL_YEAR) {
            span.start = start;
            (None, Some(last))
        } else if let Some(end) = take_behind(text, span.end, ONWARDS) {
            span.end = end;
            (Some(first), None)
        } else {
            (Some(first), Some(last))
        };
        if let Some(end) = take_behind(text, span.end, ONWARDS) {
            span.end = end;
        }
        years.push((span, ConstraintKind::FiscalYears { first, last }));
    }
    years
}

/// Whether a mention of a type shares a byte with a span; mentions are in order.
fn overlapped(mentions: &[Candidate], span: TextSpan, entity_type: EntityType) -> bool {
    let first = mentions.partition_point(|mention| mention.span.end <= span.start);
    let near = mentions.get(first..).unwrap_or_default();
    near.iter()
        .take_while(|mention| mention.span.start < span.end)
        .any(|mention| mention.entity_type == entity_type)
}

// --- places

/// Words that make the place behind them a part of a name, with or without a space between.
const NAMES_BEFORE_PLACES: &[&str] = &[
    "ข้าว",
    "ผ้า",
    "ผ้าไหม",
    "ส้ม",
    "ส้มโอ",
    "ทุเรียน",
    "ไข่เค็ม",
    "สาขา",
    "ถนน",
    "แม่น้ำ",
    "สาย",
    "ทีม",
    "สโมสร",
    "พันธุ์",
    "คลอง",
    "กลุ่ม",
    "ภาษา",
    "ตอน",
    "ช่วง",
    "ไป",
    "จาก",
    "เส้นทาง",
    "แยก",
    "ธนาคาร",
    "สถานี",
    "ด่าน",
    "บริษัท",
    "ครู",
    "หนังสือ",
    "มวย",
    "หมู",
    "ไก่",
    "วัว",
    "โค",
    "ร่ม",
    "กาแฟ",
];

/// Words joined to a place that leave it a place.
const WORDS_JOINED_TO_PLACES: &[&str] = &[
    "ท่องเที่ยว",
    "เที่ยว",
    "เมือง",
    "ชาว",
    "คน",
    "เกษตรกร",
    "ชุมชน",
    "ประชาชน",
    "นักเรียน",
    "ผู้สูงอายุ",
    "พื้นที่",
    "เขต",
    "น้ำท่วม",
    "จังหวัด",
    "แถว",
    "ทั่ว",
    "ผู้ประกอบการ",
    "เยาวชน",
    "โครงการ",
];

fn areas(reading: &Reading, mentions: &[Candidate]) -> Vec<(TextSpan, ConstraintKind)> {
    let text = reading.normalised.text.as_str();
    let mut areas: Vec<(TextSpan, Vec<AreaCode>)> = Vec::new();
    for mention in mentions.iter().filter(|mention| mention.entity_type == EntityType::Location) {
        let (codes, region) = match &mention.value {
            Some(MentionValue::Areas(codes)) => (codes.clone(), false),
            Some(MentionValue::AreaGroup { areas, .. }) => (areas.clone(), true),
            _ => continue,
        };
        let span = mention.span;
        let dash = |side: &str| side.ends_with(['-', '–', '—']) || side.starts_with(['-', '–', '—']);
        let behind = text.get(span.end..).unwrap_or_default().trim_start_matches(' ');
        if dash(before(text, span.start)) || dash(behind) {
            continue; // a route
        }
        let stated = span.slice(text).unwrap_or_default();
        let worded = ["จังหวัด", "จ.", "จว.", "อำเภอ", "อ.", "เขต", "ตำบล", "ต.", "แขวง"]
            .iter()
            .any(|word| stated.starts_with(word));
        if !worded && !region && !stands_alone(text, span) {
            continue;
        }
        // A larger place behind a smaller one says where that one lies.
        if let Some((last, smaller)) = areas.last_mut()
            && text
                .get(last.end..span.start)
                .is_some_and(|between| between.trim_matches([' ', ',']).is_empty())
            && smaller.iter().all(|code| codes.iter().any(|larger| larger.contains(*code)))
        {
            last.end = span.end;
            continue;
        }
        areas.push((span, codes));
    }
    areas
        .into_iter()
        .map(|(mut span, codes)| {
            if let Some(start) = take_before(text, span.start, &["ในพื้นที่", "พื้นที่", "ใน", "ที่", "in"])
            {
                span.start = start;
            }
            (span, ConstraintKind::Area(codes))
        })
        .collect()
}

/// Whether a place name is no part of another name: behind a space, a joining word or a word for people and places.
fn stands_alone(text: &str, span: TextSpan) -> bool {
    let before_all = before(text, span.start);
    let spaced = before_all.len() < span.start || before_all.is_empty();
    if NAMES_BEFORE_PLACES.iter().any(|word| before_all.ends_with(word)) || ends_in_head(before_all) {
        return false;
    }
    if spaced
        || before_all.ends_with(|c: char| !c.is_alphanumeric() && !('\u{0E30}'..='\u{0E4E}').contains(&c))
    {
        return true;
    }
    let joined = ["ใน", "ที่", "ของ", "และ", "หรือ", "กับ"].iter().any(|word| before_all.ends_with(word));
    joined || WORDS_JOINED_TO_PLACES.iter().any(|word| before_all.ends_with(word))
}

/// Whether a text ends in a word that the name of a building or an office begins with (โรงพยาบาล ขอนแก่น).
fn ends_in_head(text: &str) -> bool {
    let tail: String = {
        let mut last: Vec<char> = text.chars().rev().take(24).collect();
        last.reverse();
        last.into_iter().collect()
    };
    let reading = Reading::new(&tail);
    Lexicon::embedded().find(&reading).into_iter().any(|hit| {
        matches!(head_kind(hit.sense), Some(Head::Facility | Head::Organization | Head::Nature))
            && hit.end == reading.text.len()
    })
}

/// Provinces whose names are words too, but hardly ever anything else where they stand alone between spaces.
const RARELY_WORDS: &[u32] = &[15, 23, 36, 55, 81, 92];

fn lone_provinces(reading: &Reading) -> Vec<(TextSpan, ConstraintKind)> {
    let gazetteer = Gazetteer::embedded();
    let text = reading.normalised.text.as_str();
    let mut start = 0;
    let mut areas = Vec::new();
    for word in text.split(' ') {
        let span = TextSpan::new(start, start + word.len());
        start = span.end + 1;
        if let [code] = gazetteer.find(AreaLevel::Province, word)
            && RARELY_WORDS.contains(&code.number())
            && word.len() < text.len()
            && stands_alone(text, span)
        {
            areas.push((span, ConstraintKind::Area(vec![*code])));
        }
    }
    areas
}

// --- agencies

/// Words before an agency that make it what the query is about rather than who runs the projects.
const ABOUT_AGENCIES: &[&str] = &[
    "มาตรฐาน",
    "ตาม",
    "กองทุน",
    "บัตร",
    "ภายใต้",
    "ร่วมกับ",
    "ระหว่าง",
    "กฎหมาย",
    "เครื่องหมาย",
    "ประชุม",
    "บุคลากร",
    "อดีต",
    "อาคาร",
    "ใกล้",
    "หน้า",
    "หลัง",
];

fn agencies(reading: &Reading, mentions: &[Candidate]) -> Vec<(TextSpan, ConstraintKind)> {
    let text = reading.normalised.text.as_str();
    mentions
        .iter()
        .filter(|mention| mention.entity_type == EntityType::Organization)
        .filter_map(|mention| {
            let Some(MentionValue::Agency(name)) = &mention.value else { return None };
            let runs_projects =
                Agencies::embedded().find(name).next().is_none_or(|agency| agency.runs_projects);
            let before = before(text, mention.span.start);
            if !runs_projects || ABOUT_AGENCIES.iter().any(|word| before.ends_with(word)) {
                return None;
            }
            let mut span = mention.span;
            while let Some(start) =
                take_before(text, span.start, &["ของ", "โดย", "หน่วยงาน", "สังกัด", "ใน", "by", "of"])
            {
                span.start = start;
            }
            Some((span, ConstraintKind::Agency(name.clone())))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Vec<(String, String)> {
        constraints(query)
            .into_iter()
            .map(|constraint| {
                let year = |year: Option<FiscalYear>| year.map_or("..".into(), |year| year.to_string());
                let baht = |baht: Option<Baht>| baht.map_or("..".into(), |baht| baht.to_string());
                let kind = match constraint.kind {
                    ConstraintKind::FiscalYears { first, last } => format!("{}-{}", year(first), year(last)),
                    ConstraintKind::Area(codes) => {
                        codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
                    }
                    ConstraintKind::Agency(name) => name,
                    ConstraintKind::Budget { min, max } => format!("{}~{}", baht(min), baht(max)),
                };
                (constraint.text, kind)
            })
            .collect()
    }

    fn one(query: &str) -> (String, String) {
        let all = read(query);
        assert_eq!(all.len(), 1, "{query}: {all:?}");
        all[0].clone()
    }

    fn pair(text: &str, kind: &str) -> (String, String) {
        (text.into(), kind.into())
    }

    #[test]
    fn years_need_a_word_that_says_so() {
        assert_eq!(one("พัฒนาแหล่งน้ำ ปี 2565"), pair("ปี 2565", "2565-2565"));
        assert_eq!(one("พัฒนาแหล่งน้ำ ปีงบ 65").1, "2565-2565");
        assert_eq!(one("โครงการอบรม ปีงบประมาณ 2565-2567"), pair("ปีงบประมาณ 2565-2567", "2565-2567"));
        assert_eq!(one("ปีงบประมาณ พ.ศ. ๒๕๖๖ ผู้สูงอายุ").1, "2566-2566");
        assert_eq!(one("อบรมครู ตั้งแต่ปี 2564").1, "2564-..");
        assert_eq!(one("อบรมครู หลังปี 2564").1, "2565-..");
        assert_eq!(read("ถนน 2565 เมตร"), []);
        assert_eq!(read("แผนพัฒนาดิจิทัล พ.ศ. 2566 - 2570"), [], "the plan's name");
        assert_eq!(read("เด็กอายุ 6 ปี"), []);
    }

    #[test]
    fn places_must_stand_on_their_own() {
        assert_eq!(one("แก้ปัญหาน้ำท่วม จังหวัดเชียงใหม่"), pair("จังหวัดเชียงใหม่", "50"));
        assert_eq!(one("ผู้สูงอายุในเชียงใหม่").1, "50");
        assert_eq!(one("ท่องเที่ยวเชียงใหม่").1, "50");
        assert_eq!(one("อ.แม่ริม จ.เชียงใหม่ อบรม"), pair("อ.แม่ริม จ.เชียงใหม่", "5007"));
        assert_eq!(one("ส่งเสริมอาชีพ น่าน"), pair("น่าน", "55"));
        assert_eq!(one("ถนน EEC").1, "20 21 24");
        for query in [
            "มหาวิทยาลัยเชียงใหม่ วิจัย",
            "โรงพยาบาลขอนแก่น",
            "โรงพยาบาล ขอนแก่น",
            "ข้าวหอมมะลิสุรินทร์",
            "ผ้าไหมสุรินทร์",
            "ทางหลวงสายตาก-แม่สอด",
            "เผยแพร่ความรู้",
            "แพร่ระบาด",
            "ไม่เคยเลย",
            "โรงเรียน",
            "มอเตอร์เวย์ บางปะอิน-นครราชสีมา",
        ] {
            let areas: Vec<_> = constraints(query)
                .into_iter()
                .filter(|c| matches!(c.kind, ConstraintKind::Area(_)))
                .collect();
            assert_eq!(areas, [], "{query}");
        }
    }

    #[test]
    fn agencies_are_read_by_any_of_their_names() {
        assert_eq!(one("แหล่งน้ำ กรมชลประทาน"), pair("กรมชลประทาน", "กรมชลประทาน"));
        assert_eq!(one("อบรมครู ของ สพฐ."), pair("ของ สพฐ.", "สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน"));
        assert_eq!(one("NESDC แผนพัฒนา").1, "สำนักงานสภาพัฒนาการเศรษฐกิจและสังคมแห่งชาติ");
        assert_eq!(one("มหาวิทยาลัยเชียงใหม่ วิจัย").1, "มหาวิทยาลัยเชียงใหม่");
        assert_eq!(one("ถนน อบต.โคกสี").1, "องค์การบริหารส่วนตำบลโคกสี");
        assert_eq!(read("โรงเรียนขนาดเล็ก"), []);
        assert_eq!(read("ความร่วมมืออาเซียน"), [], "runs no projects");
        assert_eq!(read("ส่งเสริมผลิตภัณฑ์ให้ได้มาตรฐาน อย."), []);
    }

    #[test]
    fn amounts_need_a_comparison_or_a_word_for_budgets() {
        assert_eq!(one("โครงการเกิน 10 ล้าน"), pair("เกิน 10 ล้าน", "10,000,000~.."));
        assert_eq!(one("อบรม ไม่เกิน 5 แสนบาท"), pair("ไม่เกิน 5 แสนบาท", "..~500,000"));
        assert_eq!(one("อบรม งบต่ำกว่า 1,000,000 บาท"), pair("งบต่ำกว่า 1,000,000 บาท", "..~1,000,000"));
        assert_eq!(one("สร้างถนน งบระหว่าง 1 ถึง 5 ล้านบาท").1, "1,000,000~5,000,000");
        assert_eq!(one("สร้างถนน 5-10 ล้านบาท").1, "5,000,000~10,000,000");
        assert_eq!(one("สร้างถนน งบ 2 ล้าน").1, "1,800,000~2,200,000");
        assert_eq!(one("road over 10 million baht").1, "10,000,000~..");
        assert_eq!(one("training under 500,000 baht").1, "..~500,000");
        assert_eq!(one("เกิน 1 ล้านบาท แต่ไม่เกิน 5 ล้านบาท").1, "1,000,000~5,000,000");
        assert_eq!(one("งบ 3 ล้านบาทขึ้นไป").1, "3,000,000~..");
        for query in [
            "ประชากรเกิน 10 ล้านคน",
            "ปลูกป่า 1 ล้านไร่",
            "30 บาทรักษาทุกที่",
            "อบรม 50 คน",
            "อายุเกิน 60 ปี",
            "ถนนกว้างไม่เกิน 6 เมตร",
        ] {
            assert_eq!(read(query), [], "{query}");
        }
    }

    #[test]
    fn constraints_of_all_kinds_stand_together() {
        let all = read("อบรมเกษตรกร จ.น่าน ปี 2566 กรมส่งเสริมการเกษตร ไม่เกิน 1 ล้านบาท");
        assert_eq!(all.len(), 4, "{all:?}");
    }
}
