//! Names that no table can hold: agencies' units, companies, hospitals, schools, temples, waters.
//!
//! Such a name is a head word with what follows it up to a space or a word that no name goes on with. Where the head is
//! an ordinary word too (ศูนย์, กอง, ตลาด), something must show that a name follows: a place, แห่งชาติ, a number.

use thiap_domain::{EntityType, MentionValue};

use crate::candidate::{Candidate, Weight};
use crate::heads::{Head, HeadWord, Strength, head_words};
use crate::lexicon::{Found, Sense};
use crate::places::{Piece, PieceKind};
use crate::reading::{Reading, is_thai_letter, is_word_character};

/// The longest name behind a head word, in characters.
const LONGEST_NAME: usize = 60;

/// The longest name behind a facility's head word, in characters.
const LONGEST_FACILITY: usize = 28;

/// What stands at a name's end shows that it is one.
const ENDINGS_OF_NAMES: &[&str] = &[
    "แห่งชาติ",
    "แห่งประเทศไทย",
    "แห่งเอเชีย",
    "แห่งเอเชียตะวันออกเฉียงใต้",
    "ราชนครินทร์",
    "ในพระบรมราชูปถัมภ์",
    "มหาราชินี",
    "ระหว่างประเทศ",
    "กลาง",
    "จำกัด",
    "(มหาชน)",
    "ประเทศไทย",
];

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
            && (reading.free_after(piece.end)
                || reading.joining_word(piece.end)
                || reading.breaking_word(piece.end))
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
    let ended = reading.gap(at)
        || reading.at(at).is_none_or(|c| !is_word_character(c))
        || reading.joining_word(at)
        || reading.breaks_name(at);
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
        && let Some(piece) = pieces.get(pieces.partition_point(|piece| piece.start < end))
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
    if ["พระราม", "สาย", "ซอย"].iter().any(|word| name.ends_with(word)) {
        digits(end).unwrap_or(end)
    } else {
        end
    }
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
        let Some(head) = head_words().get(head) else { continue };
        let candidate = match head.kind {
            Head::Organization => organization(reading, hit, head, pieces, listed_at == Some(hit.start)),
            Head::Company => company(reading, hit, head),
            Head::Facility => facility(reading, hit, head, pieces),
            Head::Nature => nature(reading, hit, head, pieces),
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

fn organization(
    reading: &Reading,
    hit: &Found,
    head: &HeadWord,
    pieces: &[Piece],
    listed: bool,
) -> Option<Candidate> {
    if !may_begin(reading, hit.start) || (reading.gap(hit.end) && !head.word.ends_with('.')) {
        return None;
    }
    let open = open_name(reading, hit.end, pieces, true)?;
    let name = reading.between(hit.end, open.end);
    if name.chars().count() < 3 || head.begins_none(name) {
        return None;
    }
    let mut numbered = unit_number(reading, open.end, pieces);
    if head.word == "วิทยาลัย"
        && let Some(piece) = pieces.get(pieces.partition_point(|piece| piece.start < open.end))
        && piece.start == open.end
        && piece.is_bare_province()
    {
        numbered = piece.end;
    }
    let shown = open.ends_in_place && !(listed && head.word == "กระทรวง")
        || (place_follows(pieces, open.end) && !listed)
        || numbered > open.end
        || ENDINGS_OF_NAMES.iter().any(|ending| name.ends_with(ending))
        || reading.from(open.end).starts_with("(องค์การมหาชน)");
    let strong = (head.strength == Strength::Strong) && name.chars().count() >= 4 && !listed;
    // What is built is a building.
    let built = !reading.gap(hit.start)
        && ["ก่อสร้าง", "ปรับปรุง", "อาคาร"].iter().any(|word| reading.between(0, hit.start).ends_with(word));
    (shown || strong).then(|| Candidate {
        span: reading.to_normalised(hit.start, numbered),
        entity_type: if built && head.word == "ศูนย์" {
            EntityType::Facility
        } else {
            EntityType::Organization
        },
        value: None,
        weight: Weight::Open,
    })
}

fn company(reading: &Reading, hit: &Found, head: &HeadWord) -> Option<Candidate> {
    if !may_begin(reading, hit.start) {
        return None;
    }
    // Companies' names hold spaces; จำกัด ends them.
    let end = if head.word.ends_with('.') {
        reading.run_end(hit.end, LONGEST_NAME)?
    } else {
        let window: String =
            reading.from(hit.end).chars().take(LONGEST_NAME).take_while(|c| *c != '\n').collect();
        let limited = hit.end + window.find("จำกัด")? + "จำกัด".len();
        if reading.from(limited).starts_with("(มหาชน)") {
            limited + "(มหาชน)".len()
        } else {
            limited
        }
    };
    Some(Candidate {
        span: reading.to_normalised(hit.start, end),
        entity_type: EntityType::Organization,
        value: None,
        weight: Weight::Open,
    })
}

fn facility(reading: &Reading, hit: &Found, head: &HeadWord, pieces: &[Piece]) -> Option<Candidate> {
    if !may_begin(reading, hit.start) || reading.gap(hit.end) {
        return None;
    }
    let open = open_name(reading, hit.end, pieces, false)?;
    let name = reading.between(hit.end, open.end);
    let named = (2..=LONGEST_FACILITY).contains(&name.chars().count())
        && name.chars().next().is_some_and(is_thai_letter);
    if !named || head.begins_none(name) {
        return None;
    }
    let place_beside = open.ends_in_place || place_follows(pieces, open.end);
    let weak = head.strength == Strength::Weak;
    let before = reading.between(0, hit.start);
    let own_word = (reading.free_before(hit.start) || WHERE.iter().any(|word| before.ends_with(word)))
        && reading.free_after(open.end);
    if weak && !place_beside && !(head.word == "วัด" && own_word) {
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

fn nature(reading: &Reading, hit: &Found, head: &HeadWord, pieces: &[Piece]) -> Option<Candidate> {
    if !may_begin(reading, hit.start) || reading.gap(hit.end) {
        return None;
    }
    let open = open_name(reading, hit.end, pieces, false)?;
    let name = reading.between(hit.end, open.end);
    let characters = name.chars().count();
    if !(2..=20).contains(&characters) || head.begins_none(name) || !name.chars().all(is_word_character) {
        return None;
    }
    if head.strength == Strength::Weak && !place_follows(pieces, open.end) {
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
