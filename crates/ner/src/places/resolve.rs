//! Which place each piece of an address means, and the further members of its lists.
//!
//! Provinces tell districts and districts tell subdistricts: first those of the piece's own chain, then those near it.

use thiap_domain::{AreaCode, AreaLevel};

use super::{Between, LONGEST_UNKNOWN_NAME, Piece, between};
use crate::gazetteer::{Gazetteer, parent};
use crate::reading::{Reading, squeeze};

/// How far a larger place may stand and still tell which place a name means, in bytes.
const NEAR_BYTES: usize = 400;

/// The most members of a list that share one word.
const MOST_MEMBERS: usize = 12;

/// Adds what a list goes on with behind its first member: `ตำบลท่าชัย, ชัยนาท, นางลือ อำเภอเมืองชัยนาท`. The names are taken for
/// places of the first one's level only where they lie in the same larger place.
pub(super) fn add_list_members(reading: &Reading, pieces: Vec<Piece>) -> Vec<Piece> {
    let gazetteer = Gazetteer::embedded();
    let mut all: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        // A member may have been taken for another place of its name.
        if all.last().is_some_and(|last| last.end > piece.start) {
            continue;
        }
        let first = piece.clone();
        all.push(piece);
        let [code] = first.areas.as_slice() else { continue };
        let Some(within) = parent(*code).filter(|_| first.worded) else { continue };
        let mut at = first.end;
        for _ in 0..MOST_MEMBERS {
            let rest = reading.from(at);
            let Some(joint) = [",", "และ"].iter().find(|joint| rest.starts_with(**joint)) else {
                break;
            };
            let start = at + joint.len() + usize::from(reading.from(at + joint.len()).starts_with(' '));
            let Some(end) = reading.run_end(start, LONGEST_UNKNOWN_NAME) else { break };
            let name = reading.between(start, end);
            let children =
                gazetteer.named(code.level(), name).iter().filter(|child| within.contains(**child));
            let areas: Vec<AreaCode> = children.copied().collect();
            // A temple in the list, not the subdistrict named after it.
            if areas.is_empty() || name.starts_with("วัด") {
                break;
            }
            all.push(Piece { start, end, areas, name_start: start, worded: false, ..first.clone() });
            at = end;
        }
    }
    all
}

/// Tells the codes, provinces first: each level by the larger ones.
pub(super) fn resolve(reading: &Reading, pieces: &mut [Piece]) {
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
        let order: Vec<usize> =
            if forward { (0..pieces.len()).collect() } else { (0..pieces.len()).rev().collect() };
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
                Some(_) => {
                    last.and_then(|last| pieces.get(last)).is_some_and(|other| other.rank() < piece.rank())
                }
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
                    if code.level() >= level {
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
            let capital = squeeze(&format!("เมือง{}", place.thai));
            piece.areas = gazetteer.named(AreaLevel::District, &capital).to_vec();
        }
        return;
    }
    for within in &larger.chain {
        let inside: Vec<AreaCode> =
            piece.areas.iter().filter(|code| within.contains(**code)).copied().collect();
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
        let inside: Vec<AreaCode> =
            piece.areas.iter().filter(|code| within.contains(**code)).copied().collect();
        if !inside.is_empty() {
            piece.areas = inside;
            return;
        }
    }
}
