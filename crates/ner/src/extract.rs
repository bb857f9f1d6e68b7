//! From a text to its mentions.

use thiap_domain::{AreaCode, EntityType, Mention, MentionValue, TextSpan};

use crate::agency_mentions::{agencies, buildings, in_brackets};
use crate::candidate::{Candidate, Weight, standing};
use crate::contacts::contacts;
use crate::documents::documents;
use crate::gazetteer::{Gazetteer, parent};
use crate::lexicon::{Found, Lexicon, lands_and_waters};
use crate::open_names::open_names;
use crate::people::target_groups;
use crate::places::{Piece, PieceKind, places};
use crate::quantities::quantities;
use crate::reading::Reading;
use crate::roads::roads;

/// The mentions of a text: sorted, none overlapping another, their spans on character boundaries of the original.
///
/// Linear in the length of the text. Labels follow `EntityType`; persons are left to a statistical model.
#[must_use]
pub fn extract(original: &str) -> Vec<Mention> {
    let reading = Reading::new(original);
    let alignment = &reading.normalised.alignment;
    read(&reading)
        .into_iter()
        .map(|candidate| Mention {
            span: alignment.to_original(candidate.span),
            entity_type: candidate.entity_type,
            value: candidate.value,
        })
        .filter(|mention| !mention.span.is_empty())
        .collect()
}

/// What of a text says where, when and for how much, rather than what is done: the spans of such mentions, ascending.
#[must_use]
pub fn circumstances(mentions: &[Mention]) -> Vec<TextSpan> {
    let apart =
        |kind| matches!(kind, EntityType::Location | EntityType::Date | EntityType::Time | EntityType::Money);
    mentions.iter().filter(|mention| apart(mention.entity_type)).map(|mention| mention.span).collect()
}

/// The candidates that stand, in bytes of the normal form.
pub(crate) fn read(reading: &Reading) -> Vec<Candidate> {
    let found = Lexicon::embedded().find(reading);
    let pieces = places(reading, &found);
    read_with(reading, &found, &pieces)
}

/// The same, from what the lexicon and the recogniser of places found.
pub(crate) fn read_with(reading: &Reading, found: &[Found], pieces: &[Piece]) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = pieces.iter().map(|piece| place_candidate(reading, piece)).collect();
    let mut named = agencies(reading, found, pieces);
    named.extend(open_names(reading, found, pieces));
    let short_names = in_brackets(reading, &named);
    let buildings = buildings(reading, &named);
    candidates.extend(named.into_iter().chain(short_names).chain(buildings));
    candidates.extend(documents(reading, found));
    candidates.extend(target_groups(reading, found));
    candidates.extend(quantities(&reading.normalised.text));
    candidates.extend(contacts(reading, pieces));
    candidates.extend(roads(reading, pieces).into_iter().map(|road| Candidate {
        span: reading.to_normalised(road.start, road.end),
        entity_type: EntityType::Facility,
        value: Some(MentionValue::Name(road.canonical())),
        weight: Weight::Form,
    }));
    standing(candidates)
}

fn place_candidate(reading: &Reading, piece: &Piece) -> Candidate {
    let value = match piece.kind {
        PieceKind::Group(group) => Gazetteer::embedded()
            .groups()
            .get(group)
            .map(|group| MentionValue::AreaGroup { name: group.name.to_owned(), areas: group.areas.clone() }),
        PieceKind::Land(land) => {
            lands_and_waters().get(land).map(|name| MentionValue::Name((*name).to_owned()))
        }
        _ if piece.areas.is_empty() => None,
        _ => Some(MentionValue::Areas(piece.areas.clone())),
    };
    Candidate {
        span: reading.to_normalised(piece.start, piece.end),
        entity_type: EntityType::Location,
        value,
        weight: Weight::Listed,
    }
}

/// The codes of the places that a text names, in order, for filters and facets: the smallest known ones, each once. A
/// name that several places share counts as what all of them lie in, or not at all; a region counts as all of its parts.
#[must_use]
pub fn area_codes(original: &str) -> Vec<AreaCode> {
    areas_of(&extract(original))
}

/// The same as [`area_codes`], from mentions that are there already.
#[must_use]
pub fn areas_of(mentions: &[Mention]) -> Vec<AreaCode> {
    let mut codes: Vec<AreaCode> = Vec::new();
    for mention in mentions.iter().filter(|mention| mention.entity_type == EntityType::Location) {
        match &mention.value {
            Some(MentionValue::Areas(areas)) => codes.extend(common_area(areas)),
            Some(MentionValue::AreaGroup { areas, .. }) => codes.extend(areas),
            _ => {}
        }
    }
    codes.sort_unstable();
    codes.dedup();
    let all = codes.clone();
    // A larger place only says where the smaller one lies.
    codes.retain(|code| !all.iter().any(|other| other != code && code.contains(*other)));
    codes
}

/// The smallest place that holds all of `areas`.
fn common_area(areas: &[AreaCode]) -> Option<AreaCode> {
    let mut common = *areas.first()?;
    while !areas.iter().all(|area| common.contains(*area)) {
        common = parent(common)?;
    }
    Some(common)
}
