//! Agencies and local governments in a text.

use thiap_domain::{AreaLevel, EntityType, MentionValue, TextSpan};

use crate::agency::{Agencies, AgencyForm};
use crate::candidate::{Candidate, Weight};
use crate::gazetteer::Gazetteer;
use crate::lexicon::{Found, Sense};
use crate::local_government::WORDS;
use crate::places::{Piece, PieceKind, previous_word};
use crate::reading::{Reading, is_thai, is_thai_letter};

/// Words after which even two letters name an agency.
const TITLES: &[&str] =
    &["รมว.", "รมช.", "ปลัด", "อธิบดี", "กระทรวง", "เลขาธิการ", "ผู้ว่าการ", "ผอ.", "สำนักงาน", "สป."];

/// Abbreviations whose letters alone are a word.
const LETTERS_THAT_ARE_WORDS: &[&str] = &["สอน", "สอบ", "กรอ", "อสม"];

/// All agencies that a table names and all local governments.
pub(crate) fn agencies(reading: &Reading, found: &[Found], pieces: &[Piece]) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut index = 0;
    while let Some(hit) = found.get(index) {
        let rest = found.get(index..).unwrap_or_default();
        let same = rest.iter().take_while(|other| other.start == hit.start && other.end == hit.end);
        index += same.clone().count().max(1);
        let mut named: Vec<(usize, AgencyForm)> = Vec::new();
        for other in same {
            match other.sense {
                Sense::Agency { index, form } => named.push((index, form)),
                Sense::LocalGovernment { word, short } => {
                    candidates.extend(local_government(reading, other, word, short));
                }
                _ => {}
            }
        }
        if let Some((_, form)) = named.first() {
            let indices: Vec<usize> = named.iter().map(|(index, _)| *index).collect();
            candidates.extend(listed(reading, hit, &indices, *form, pieces));
        }
    }
    candidates
}

fn listed(
    reading: &Reading,
    hit: &Found,
    indices: &[usize],
    form: AgencyForm,
    pieces: &[Piece],
) -> Option<Candidate> {
    let text = reading.between(hit.start, hit.end);
    let latin = !text.chars().any(is_thai);
    let free_before =
        reading.free_before(hit.start) && (reading.gap(hit.start) || reading.before(hit.start) != Some('.'));
    let text_before = reading.between(0, hit.start);
    let titled = !reading.gap(hit.start) && TITLES.iter().any(|title| text_before.ends_with(title));
    let joined = {
        let word = previous_word(reading, hit.start);
        word < hit.start && (reading.joining_word(word) || reading.breaking_word(word))
    };
    let begins = free_before || joined || titled;
    let letters = text.chars().filter(|c| *c != '.').count();
    let fits = match form {
        AgencyForm::Full if latin => true,
        AgencyForm::Full if letters < 8 => {
            (begins || reading.word_start(hit.start))
                && (reading.free_after(hit.end) || reading.word_start(hit.end))
        }
        AgencyForm::Full => true,
        AgencyForm::Abbreviation if latin => written_in_capitals(reading, hit),
        AgencyForm::Abbreviation if letters <= 2 => {
            let bracketed = reading.before(hit.start) == Some('(') && reading.at(hit.end) == Some(')');
            let after_figure = reading.before(hit.start).is_some_and(|c| c.is_ascii_digit());
            let ministry = indices.iter().any(|index| is_ministry(*index));
            titled || bracketed || (ministry && free_before && reading.free_after(hit.end) && !after_figure)
        }
        AgencyForm::Abbreviation => {
            begins && !reading.at(hit.end).is_some_and(|c| c == '.' || c.is_ascii_digit())
        }
        AgencyForm::Undotted => {
            letters >= 3
                && begins
                && reading.free_after(hit.end)
                && reading.at(hit.end) != Some('.')
                && !LETTERS_THAT_ARE_WORDS.contains(&text)
        }
    };
    if !fits {
        return None;
    }
    let end = with_unit(reading, hit.end, pieces);
    let value = match indices {
        [only] if end == hit.end => Agencies::embedded().all().get(*only),
        _ => None,
    };
    Some(Candidate {
        span: reading.to_normalised(hit.start, end),
        entity_type: EntityType::Organization,
        value: value.map(|agency| MentionValue::Agency(agency.name.to_owned())),
        weight: Weight::Listed,
    })
}

fn is_ministry(index: usize) -> bool {
    Agencies::embedded()
        .all()
        .get(index)
        .is_some_and(|agency| agency.part_of.is_empty() && agency.name.starts_with("กระทรวง"))
}

/// Latin abbreviations are read as such only in capitals, or as the table writes them.
fn written_in_capitals(reading: &Reading, hit: &Found) -> bool {
    let written = reading.to_normalised(hit.start, hit.end);
    let written = written.slice(&reading.normalised.text).unwrap_or_default();
    written.chars().any(|c| c.is_ascii_uppercase())
        && (written.len() > 5 || !written.chars().any(|c| c.is_ascii_lowercase()))
        && !beside_latin_words(reading, hit)
        || written == "depa"
}

/// Whether Latin words stand beside a Latin name, of which it is then a part (DBD Data Warehouse).
fn beside_latin_words(reading: &Reading, hit: &Found) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let space_after = reading.at(hit.end) == Some(' ') && letter(reading.at(hit.end + 1));
    let space_before =
        hit.start > 0 && reading.before(hit.start) == Some(' ') && letter(reading.before(hit.start - 1));
    space_after || space_before
}

/// The end of an agency's name with its unit: `ประจำจังหวัดสมุทรสาคร`, `จังหวัดตาก`, `เขต 7 ขอนแก่น`.
fn with_unit(reading: &Reading, end: usize, pieces: &[Piece]) -> usize {
    let mut at = end;
    if !reading.gap(at) || reading.from(at).starts_with("ประจำ") {
        let stands_for = reading.from(at).strip_prefix("ประจำ").map_or(at, |_| at + "ประจำ".len());
        let next = pieces.get(pieces.partition_point(|piece| piece.start < stands_for));
        if let Some(piece) = next
            && piece.start == stands_for
            && matches!(piece.kind, PieceKind::Level(AreaLevel::Province | AreaLevel::District))
            && (stands_for == at || !reading.gap(piece.end) || reading.gaps_inside(at, piece.end) <= 1)
        {
            at = piece.end;
        }
    }
    for word in ["เขต", "ภาค"] {
        let Some(rest) = reading.from(at).strip_prefix(word) else { continue };
        let digits = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            at += word.len() + digits;
            let next = pieces.get(pieces.partition_point(|piece| piece.start < at));
            if let Some(piece) = next
                && piece.start == at
                && piece.kind == PieceKind::Level(AreaLevel::Province)
                && reading.at(at).is_some_and(is_thai_letter)
                && !reading.from(at).starts_with("จังหวัด")
            {
                at = piece.end;
            }
        }
    }
    at
}

fn local_government(reading: &Reading, hit: &Found, word: usize, short: bool) -> Option<Candidate> {
    let word = WORDS.get(word)?;
    if short && !(reading.free_before(hit.start) || reading.word_start(hit.start)) {
        return None;
    }
    let rest = reading.from(hit.end);
    let gazetteer = Gazetteer::embedded();
    let levels: &[AreaLevel] = if word.of_province {
        &[AreaLevel::Province]
    } else {
        &[AreaLevel::Subdistrict, AreaLevel::District, AreaLevel::Province]
    };
    // The longest name of a place that may end here, else the run of letters up to a space.
    let run = reading.run_end(hit.end, 24);
    let mut end = 0;
    for level in levels {
        for length in gazetteer.names_at(*level, rest) {
            let at = hit.end + length;
            let ends = reading.free_after(at)
                || reading.joining_word(at)
                || reading.breaking_word(at)
                || place_word_follows(reading, at)
                || (word.of_province && reading.on_cluster_boundaries(hit.end, at));
            if ends && reading.gaps_inside(hit.end, at) == 0 {
                end = end.max(at);
                break;
            }
        }
    }
    if end == 0 {
        let run = run?;
        let words_end = first_breaking_word(reading, hit.end, run);
        let name = reading.between(hit.end, words_end);
        if name.chars().count() < 2
            || !name.chars().all(is_thai_letter)
            || ["ใน", "และ", "ที่"].iter().any(|word| name.starts_with(word))
        {
            return None;
        }
        end = words_end;
    }
    let name = reading.between(hit.end, end);
    Some(Candidate {
        span: reading.to_normalised(hit.start, end),
        entity_type: EntityType::Organization,
        value: Some(MentionValue::Agency(format!("{}{name}", word.full))),
        weight: Weight::Listed,
    })
}

fn place_word_follows(reading: &Reading, at: usize) -> bool {
    ["จังหวัด", "อำเภอ", "ตำบล", "จ.", "อ.", "ต."].iter().any(|word| reading.from(at).starts_with(word))
}

/// The end of a name that runs from `start` to `end`, before the first word that no name goes on with.
fn first_breaking_word(reading: &Reading, start: usize, end: usize) -> usize {
    reading
        .between(start, end)
        .char_indices()
        .map(|(offset, _)| start + offset)
        .find(|at| {
            *at > start
                && (reading.breaking_word(*at)
                    || reading.joining_word(*at)
                    || place_word_follows(reading, *at))
        })
        .unwrap_or(end)
}

/// The short names in brackets behind agencies: `กรมส่งเสริมการเกษตร (กสก.)`, `(Asian Disaster Reduction Center : ADRC)`. They
/// stand for what the name before them stands for.
pub(crate) fn in_brackets(reading: &Reading, named: &[Candidate]) -> Vec<Candidate> {
    let text = reading.normalised.text.as_str();
    let mut candidates = Vec::new();
    for agency in named.iter().filter(|candidate| candidate.entity_type == EntityType::Organization) {
        // Bangkok is a place more often, and what stands in brackets behind it is no name of its own.
        if matches!(&agency.value, Some(MentionValue::Agency(name)) if name == "กรุงเทพมหานคร")
        {
            continue;
        }
        let behind = text.get(agency.span.end..).unwrap_or_default();
        let Some(inner) = behind.trim_start_matches(' ').strip_prefix('(') else { continue };
        let inner_start = text.len() - inner.len();
        let Some(length) =
            inner.char_indices().take(80).find(|(_, c)| matches!(c, ')' | '\n')).map(|(at, _)| at)
        else {
            continue;
        };
        let mut start = inner_start;
        for part in inner.get(..length).unwrap_or_default().split(':') {
            let name = part.trim();
            let name_start = start + (part.len() - part.trim_start().len());
            start += part.len() + 1;
            let latin = name.chars().all(|c| c.is_ascii() && !c.is_ascii_digit())
                && name.starts_with(|c: char| c.is_ascii_uppercase());
            let thai_letters = name.ends_with('.')
                && name.chars().count() <= 10
                && name.chars().all(|c| is_thai_letter(c) || c == '.');
            if name.chars().count() >= 2 && (latin || thai_letters) {
                candidates.push(Candidate {
                    span: TextSpan::new(name_start, name_start + name.len()),
                    entity_type: EntityType::Organization,
                    value: agency.value.clone(),
                    weight: Weight::Listed,
                });
            }
        }
    }
    candidates
}

/// Buildings named after the office in them: `อาคารสำนักงานขนส่งจังหวัดนครปฐม`, `อาคารที่ทำการ ส.ป.ก.`.
pub(crate) fn buildings(reading: &Reading, named: &[Candidate]) -> Vec<Candidate> {
    let text = reading.normalised.text.as_str();
    named
        .iter()
        .filter(|candidate| candidate.entity_type == EntityType::Organization)
        .filter_map(|agency| {
            let before = text.get(..agency.span.start)?;
            let word = ["อาคารที่ทำการ ", "อาคารที่ทำการ", "อาคาร ", "อาคาร"]
                .iter()
                .find(|word| before.ends_with(**word))?;
            // Over a space an office's name may begin on its own; an abbreviation does not.
            if word.ends_with(' ') && !agency.span.slice(text)?.contains('.') {
                return None;
            }
            Some(Candidate {
                span: TextSpan::new(agency.span.start - word.len(), agency.span.end),
                entity_type: EntityType::Facility,
                value: None,
                weight: Weight::Form,
            })
        })
        .collect()
}
