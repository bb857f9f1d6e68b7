//! Places with official codes.

use std::collections::HashMap;
use std::sync::LazyLock;

use thiap_domain::{Area, AreaCode, AreaLevel};

use crate::reading::{is_thai, squeeze};
use crate::spelling::differ_by_one;
use crate::tables::{rows, values};

const PLACES: &str = include_str!("../data/places.tsv");
const OTHER_NAMES: &str = include_str!("../data/place_names.tsv");
const GROUPS: &str = include_str!("../data/place_groups.tsv");

/// A province, district or subdistrict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its official code.
    pub code: AreaCode,
    /// Its Thai name, without the word for the level.
    pub thai: &'static str,
    /// Its name in Latin letters.
    pub english: &'static str,
}

/// Several places that go by one name: a region, a provincial cluster, a development area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceGroup {
    /// Its usual or official name.
    pub name: &'static str,
    /// Other names of it.
    pub other_names: Vec<&'static str>,
    /// What belongs to it, in the order of the codes.
    pub areas: Vec<AreaCode>,
}

/// How a name of a place that is not its official one may be used; see `data/place_names.tsv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameUse {
    /// Recognised on its own.
    Bare,
    /// Recognised behind a word such as จังหวัด, or beside another place.
    Marked,
    /// Two letters of a province, behind จ. and in road numbers.
    Abbreviation,
    /// The official name, which is an ordinary word too.
    Word,
}

pub(crate) struct OtherName {
    pub(crate) name: &'static str,
    pub(crate) code: AreaCode,
    pub(crate) name_use: NameUse,
}

/// The provinces, districts and subdistricts of Thailand with the codes of the Department of Provincial Administration.
#[derive(Debug)]
pub struct Gazetteer {
    /// In the order of the codes, which is the order of the levels too.
    places: Vec<Place>,
    /// Squeezed names of each level, provinces first.
    names: [HashMap<String, Vec<AreaCode>>; 3],
    /// Squeezed names that abolished codes had, by the code of the place that they lay in.
    former_names: HashMap<AreaCode, HashMap<String, Vec<AreaCode>>>,
    /// What took the place of an abolished code.
    successors: HashMap<AreaCode, Vec<AreaCode>>,
    groups: Vec<PlaceGroup>,
    /// Two letters of a province.
    abbreviations: HashMap<&'static str, AreaCode>,
    longest_name_bytes: usize,
}

static EMBEDDED: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::read);

fn code(text: &str) -> Option<AreaCode> {
    AreaCode::try_from(text.parse::<u32>().ok()?).ok()
}

fn codes(text: &str) -> Vec<AreaCode> {
    text.split(' ').filter_map(code).collect()
}

/// What a code lies in directly; `None` for a province.
pub(crate) fn parent(code: AreaCode) -> Option<AreaCode> {
    match code.level() {
        AreaLevel::Province => None,
        AreaLevel::District => Some(code.province()),
        AreaLevel::Subdistrict => code.district(),
    }
}

pub(crate) fn other_names() -> impl Iterator<Item = OtherName> {
    rows::<3>(OTHER_NAMES).filter_map(|[name, place, name_use]| {
        let name_use = match name_use {
            "bare" => NameUse::Bare,
            "marked" => NameUse::Marked,
            "abbreviation" => NameUse::Abbreviation,
            "word" => NameUse::Word,
            _ => return None,
        };
        Some(OtherName { name, code: code(place)?, name_use })
    })
}

impl Gazetteer {
    /// The gazetteer of this crate; see `data/README.md` for where it comes from.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    fn read() -> Self {
        let mut gazetteer = Self {
            places: Vec::new(),
            names: [HashMap::new(), HashMap::new(), HashMap::new()],
            former_names: HashMap::new(),
            successors: HashMap::new(),
            groups: Vec::new(),
            abbreviations: HashMap::new(),
            longest_name_bytes: 0,
        };
        for [number, names, english, successors] in rows::<4>(PLACES) {
            let Some(code) = code(number) else { continue };
            if !successors.is_empty() {
                let successors = codes(successors);
                if let Some(parent) = parent(code) {
                    let former = gazetteer.former_names.entry(parent).or_default();
                    former.entry(squeeze(names)).or_default().extend(&successors);
                }
                gazetteer.successors.insert(code, successors);
                continue;
            }
            let mut spellings = values(names);
            let Some(thai) = spellings.next() else { continue };
            gazetteer.places.push(Place { code, thai, english });
            for name in std::iter::once(thai).chain(spellings) {
                gazetteer.add_name(name, code);
                if name.contains('-') {
                    gazetteer.add_name(&name.replace('-', ""), code);
                }
            }
            if code.level() != AreaLevel::Subdistrict {
                gazetteer.add_name(english, code);
                gazetteer.add_name(&english.replace([' ', '-'], ""), code);
            }
        }
        gazetteer.places.sort_unstable_by_key(|place| place.code.number());
        for other in other_names() {
            match other.name_use {
                NameUse::Abbreviation => {
                    gazetteer.abbreviations.insert(other.name, other.code);
                }
                NameUse::Bare | NameUse::Marked => gazetteer.add_name(other.name, other.code),
                NameUse::Word => {}
            }
        }
        gazetteer.groups = rows::<3>(GROUPS)
            .map(|[name, others, areas]| PlaceGroup {
                name,
                other_names: values(others).collect(),
                areas: codes(areas),
            })
            .collect();
        gazetteer
    }

    fn add_name(&mut self, name: &str, code: AreaCode) {
        let name = squeeze(name);
        self.longest_name_bytes = self.longest_name_bytes.max(name.len());
        let [provinces, districts, subdistricts] = &mut self.names;
        let names = match code.level() {
            AreaLevel::Province => provinces,
            AreaLevel::District => districts,
            AreaLevel::Subdistrict => subdistricts,
        };
        let codes = names.entry(name).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }

    /// The place that has a code; `None` for a code that is not in use.
    #[must_use]
    pub fn place(&self, code: AreaCode) -> Option<&Place> {
        let index = self.places.binary_search_by_key(&code.number(), |place| place.code.number()).ok()?;
        self.places.get(index)
    }

    /// All places of a level, in the order of their codes.
    pub fn places(&self, level: AreaLevel) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(move |place| place.code.level() == level)
    }

    /// The districts of a province or the subdistricts of a district, in the order of their codes.
    #[must_use]
    pub fn children(&self, code: AreaCode) -> &[Place] {
        let first = code.number().saturating_mul(100);
        let at = |number: u32| self.places.partition_point(|place| place.code.number() < number);
        match code.level() {
            AreaLevel::Subdistrict => &[],
            _ => self.places.get(at(first)..at(first.saturating_add(100))).unwrap_or_default(),
        }
    }

    /// The codes in use today for a code of any time: itself, what took its place, or nothing when neither is known.
    #[must_use]
    pub fn current(&self, code: AreaCode) -> Vec<AreaCode> {
        if self.place(code).is_some() {
            return vec![code];
        }
        self.successors.get(&code).cloned().unwrap_or_default()
    }

    /// Every place of a level that goes by a name, official or common, Thai or Latin, without the word for the level.
    #[must_use]
    pub fn find(&self, level: AreaLevel, name: &str) -> &[AreaCode] {
        self.named(level, &squeeze(name))
    }

    /// Regions, provincial clusters and development areas.
    #[must_use]
    pub fn groups(&self) -> &[PlaceGroup] {
        &self.groups
    }

    /// The province that two letters stand for (`ชม` for Chiang Mai), as they do on road signs.
    #[must_use]
    pub fn province_of_abbreviation(&self, letters: &str) -> Option<AreaCode> {
        self.abbreviations.get(letters).copied()
    }

    /// The smallest place that a record's three name fields name together; words such as จังหวัด may stand in them.
    ///
    /// Spelling may be off by one character where the larger place leaves no doubt. A field that cannot be read degrades
    /// the answer to the larger place; `None` when not even the province (or an unambiguous smaller place) can be told.
    #[must_use]
    pub fn resolve(&self, area: &Area) -> Option<AreaCode> {
        let province = self.only(AreaLevel::Province, &bare(&area.province, &["จังหวัด", "จ."]), None);
        let capital =
            |name: String| if name == "เมือง" { self.capital_name(province) } else { name };
        let district = capital(bare(&area.district, &["อำเภอ", "กิ่งอำเภอ", "อ.", "เขต"]));
        let district = self.only(AreaLevel::District, &district, province);
        let subdistrict = bare(&area.subdistrict, &["ตำบล", "แขวง", "ต."]);
        let subdistrict = self.only(AreaLevel::Subdistrict, &subdistrict, district.or(province));
        subdistrict.or(district).or(province)
    }

    fn capital_name(&self, province: Option<AreaCode>) -> String {
        let province = province.and_then(|code| self.place(code));
        province.map_or_else(String::new, |place| format!("เมือง{}", squeeze(place.thai)))
    }

    /// The one place of a level that goes by a name inside `within`, if there is exactly one.
    fn only(&self, level: AreaLevel, squeezed: &str, within: Option<AreaCode>) -> Option<AreaCode> {
        if squeezed.is_empty() {
            return None;
        }
        let inside = |code: &&AreaCode| within.is_none_or(|within| within.contains(**code));
        let mut found = self.named(level, squeezed).iter().filter(inside);
        match (found.next(), found.next()) {
            (Some(code), None) => return Some(*code),
            (Some(_), Some(_)) => return None,
            _ => {}
        }
        if let Some([code]) = within.and_then(|within| self.former(within, squeezed)) {
            return Some(*code);
        }
        match within {
            Some(within) => self.repaired_child(within, squeezed),
            None if level == AreaLevel::Province => self.repaired_province(squeezed),
            None => None,
        }
    }

    /// The names of a place and of what it lies in, as a record holds them; `None` for a code that is not in use.
    #[must_use]
    pub fn area(&self, code: AreaCode) -> Option<Area> {
        self.place(code)?;
        let name = |code: Option<AreaCode>| {
            code.and_then(|code| self.place(code)).map_or_else(String::new, |place| place.thai.to_owned())
        };
        Some(Area {
            province: name(Some(code.province())),
            district: name(code.district()),
            subdistrict: name((code.level() == AreaLevel::Subdistrict).then_some(code)),
            code: Some(code),
        })
    }

    /// A place with the words for its levels, smallest first: `ตำบลดอนแก้ว อำเภอแม่ริม จังหวัดเชียงใหม่`.
    #[must_use]
    pub fn full_name(&self, code: AreaCode) -> Option<String> {
        let area = self.area(code)?;
        let bangkok = code.province().number() == 10;
        let words = if bangkok {
            ["แขวง", "เขต", ""]
        } else {
            ["ตำบล", "อำเภอ", "จังหวัด"]
        };
        let names = [area.subdistrict, area.district, area.province];
        let parts: Vec<String> = words
            .iter()
            .zip(names)
            .filter(|(_, name)| !name.is_empty())
            .map(|(word, name)| format!("{word}{name}"))
            .collect();
        Some(parts.join(" "))
    }

    pub(crate) fn named(&self, level: AreaLevel, squeezed: &str) -> &[AreaCode] {
        let [provinces, districts, subdistricts] = &self.names;
        let names = match level {
            AreaLevel::Province => provinces,
            AreaLevel::District => districts,
            AreaLevel::Subdistrict => subdistricts,
        };
        names.get(squeezed).map(Vec::as_slice).unwrap_or_default()
    }

    /// What a place that lay in `within` under that name became.
    pub(crate) fn former(&self, within: AreaCode, squeezed: &str) -> Option<&[AreaCode]> {
        self.former_names.get(&within)?.get(squeezed).map(Vec::as_slice)
    }

    /// The lengths in bytes of all names of a level that `squeezed` begins with, longest first.
    pub(crate) fn names_at(&self, level: AreaLevel, squeezed: &str) -> Vec<usize> {
        let mut end = squeezed.len().min(self.longest_name_bytes);
        let mut lengths = Vec::new();
        while end > 0 {
            if let Some(name) = squeezed.get(..end)
                && !self.named(level, name).is_empty()
            {
                lengths.push(end);
            }
            end -= 1;
        }
        lengths
    }

    /// The province whose name differs from `squeezed` by one character, if there is exactly one.
    pub(crate) fn repaired_province(&self, squeezed: &str) -> Option<AreaCode> {
        only_repair(self.places(AreaLevel::Province), squeezed)
    }

    /// The child of a place whose name differs from `squeezed` by one character, if there is exactly one.
    pub(crate) fn repaired_child(&self, of: AreaCode, squeezed: &str) -> Option<AreaCode> {
        only_repair(self.children(of).iter(), squeezed)
    }
}

/// A name field without the word for its level, squeezed.
fn bare(field: &str, words: &[&str]) -> String {
    let name = squeeze(field);
    words.iter().find_map(|word| name.strip_prefix(word)).map_or_else(|| name.clone(), str::to_owned)
}

/// Names shorter than this have too many neighbours to be repaired.
const SHORTEST_REPAIRED_CHARACTERS: usize = 5;

fn only_repair<'a>(places: impl Iterator<Item = &'a Place>, squeezed: &str) -> Option<AreaCode> {
    let written: Vec<char> = squeezed.chars().take(40).collect();
    if written.len() + 1 < SHORTEST_REPAIRED_CHARACTERS || !written.iter().copied().all(is_thai) {
        return None;
    }
    let mut fitting = places.filter(|place| {
        let name: Vec<char> = place.thai.chars().collect();
        name.len() >= SHORTEST_REPAIRED_CHARACTERS && differ_by_one(&name, &written)
    });
    match (fitting.next(), fitting.next()) {
        (Some(place), None) => Some(place.code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(codes: &[AreaCode]) -> Vec<u32> {
        codes.iter().map(|code| code.number()).collect()
    }

    fn area(province: &str, district: &str, subdistrict: &str) -> Option<u32> {
        let area = Area {
            province: province.into(),
            district: district.into(),
            subdistrict: subdistrict.into(),
            code: None,
        };
        Gazetteer::embedded().resolve(&area).map(AreaCode::number)
    }

    #[test]
    fn every_place_lies_in_a_place_of_the_list() {
        let gazetteer = Gazetteer::embedded();
        let count = |level| gazetteer.places(level).count();
        assert_eq!(
            (count(AreaLevel::Province), count(AreaLevel::District), count(AreaLevel::Subdistrict)),
            (77, 928, 7_436)
        );
        for place in &gazetteer.places {
            assert!(parent(place.code).is_none_or(|parent| gazetteer.place(parent).is_some()), "{place:?}");
            assert!(!place.english.is_empty(), "{place:?}");
        }
        assert_eq!(gazetteer.children(AreaCode::try_from(50).unwrap()).len(), 25);
    }

    #[test]
    fn groups_hold_codes_in_use_and_every_province_lies_in_one_region() {
        let gazetteer = Gazetteer::embedded();
        for group in gazetteer.groups() {
            assert!(
                !group.areas.is_empty() && group.areas.iter().all(|code| gazetteer.place(*code).is_some())
            );
        }
        let region =
            |name: &str| gazetteer.groups().iter().find(|group| group.name == name).unwrap().areas.clone();
        let mut all: Vec<AreaCode> = ["ภาคเหนือ", "ภาคตะวันออกเฉียงเหนือ", "ภาคกลาง", "ภาคตะวันออก", "ภาคใต้"]
            .iter()
            .flat_map(|name| region(name))
            .collect();
        all.sort_unstable();
        let provinces: Vec<AreaCode> =
            gazetteer.places(AreaLevel::Province).map(|place| place.code).collect();
        assert_eq!(all, provinces);
        assert_eq!(numbers(&region("เขตพัฒนาพิเศษภาคตะวันออก")), [20, 21, 24]);
    }

    #[test]
    fn every_province_has_its_two_letters() {
        let gazetteer = Gazetteer::embedded();
        for place in gazetteer.places(AreaLevel::Province) {
            assert!(gazetteer.abbreviations.values().any(|code| *code == place.code), "{place:?}");
        }
        assert_eq!(gazetteer.province_of_abbreviation("ชม").map(AreaCode::number), Some(50));
    }

    #[test]
    fn fields_name_a_place_together() {
        assert_eq!(area("จังหวัดเชียงใหม่", "อำเภอแม่ริม", "ตำบลดอนแก้ว"), Some(500_710));
        assert_eq!(area("สงขลา", "เมือง", "บ่อยาง"), Some(900_101));
        assert_eq!(area("กรุงเทพฯ", "เขตบางรัก", ""), Some(1_004));
        assert_eq!(area("", "แม่สอด", ""), Some(6_306));
        assert_eq!(area("", "", "หนองบัว"), None, "28 of them");
        assert_eq!(area("Khon Kaen", "", ""), Some(40));
    }

    #[test]
    fn a_misspelt_field_is_repaired_or_degrades() {
        assert_eq!(area("สิงค์บุรี", "", ""), Some(17));
        assert_eq!(area("สุพรรณบุรี", "เมืองสุพรรณบุรี", "โคกโคเฒา"), Some(720_106));
        assert_eq!(area("ตาก", "ไม่มีชื่อนี้", "ไม่มีเหมือนกัน"), Some(63));
    }

    #[test]
    fn old_codes_lead_to_todays() {
        let gazetteer = Gazetteer::embedded();
        let current = |number: u32| numbers(&gazetteer.current(AreaCode::try_from(number).unwrap()));
        assert_eq!(current(104_701), [104_702, 104_703]);
        assert_eq!(current(5_007), [5_007]);
        assert_eq!(current(9_999), [] as [u32; 0]);
        assert_eq!(area("กรุงเทพมหานคร", "บางนา", "บางนา"), Some(1_047), "two took its place");
    }
}
