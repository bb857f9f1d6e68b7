//! Every literal name of every table in one automaton: a text is read once, in time linear in its length.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use thiap_domain::{AreaCode, AreaLevel};

use crate::agency::{self, Agencies, AgencyForm};
use crate::gazetteer::{Gazetteer, NameUse, other_names};
use crate::heads::head_words;
use crate::local_government;
use crate::plan::named_plans;
use crate::reading::{Reading, is_thai, squeeze};
use crate::tables::{rows, values};
use crate::target_group::TargetGroups;

const LANDS_AND_WATERS: &str = include_str!("../data/lands_and_waters.tsv");

/// A word that says that the name of a place follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlaceWord {
    pub(crate) kind: PlaceWordKind,
    /// A short form such as จ.
    pub(crate) short: bool,
    /// เขต and แขวง are used in Bangkok only.
    pub(crate) bangkok: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlaceWordKind {
    Level(AreaLevel),
    VillageNumber,
    Village,
}

/// What a literal name may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sense {
    PlaceWord(PlaceWord),
    /// A place without a word before it; `safe` when it is hardly ever anything else.
    Place {
        code: AreaCode,
        safe: bool,
    },
    PlaceGroup(usize),
    /// A country, a part of the world, a water; `joined` when it counts also with letters beside it.
    Land {
        index: usize,
        joined: bool,
    },
    Agency {
        index: usize,
        form: AgencyForm,
    },
    /// The first words of a local government's name, by their place in [`local_government::WORDS`].
    LocalGovernment {
        word: usize,
        short: bool,
    },
    TargetGroup(usize),
    Plan(usize),
    /// A word that names begin with, by its place in [`head_words`].
    Head(usize),
}

/// A literal name in a squeezed text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) sense: Sense,
}

/// The names of countries, parts of the world and waters.
pub(crate) fn lands_and_waters() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| rows::<2>(LANDS_AND_WATERS).map(|[name, _]| name).collect());
    &NAMES
}

pub(crate) struct Lexicon {
    /// Building fails only beyond some two thousand million states; these tables make some hundred thousand.
    automaton: Option<AhoCorasick>,
    /// The senses of each pattern.
    senses: Vec<Vec<Sense>>,
    /// The length of each pattern in characters.
    characters: Vec<usize>,
}

/// A district's name shorter than this is too often a part of something else.
const SHORTEST_SAFE_DISTRICT_CHARACTERS: usize = 5;

impl Lexicon {
    pub(crate) fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);
        &EMBEDDED
    }

    fn build() -> Self {
        let mut patterns = Patterns::default();
        add_place_words(&mut patterns);
        add_places(&mut patterns);
        for (index, agency) in Agencies::embedded().all().iter().enumerate() {
            for (name, form) in agency::forms(agency) {
                patterns.add(name, Sense::Agency { index, form });
            }
        }
        for (word, local) in local_government::WORDS.iter().enumerate() {
            patterns.add(squeeze(local.full), Sense::LocalGovernment { word, short: false });
            patterns.add(local.short.to_owned(), Sense::LocalGovernment { word, short: true });
        }
        for (index, group) in TargetGroups::embedded().all().iter().enumerate() {
            for name in group.named_in_texts.then_some(&group.name).into_iter().chain(&group.other_names) {
                patterns.add(squeeze(name), Sense::TargetGroup(index));
            }
        }
        for (index, plan) in named_plans().iter().enumerate() {
            for name in std::iter::once(&plan.name).chain(&plan.other_names) {
                patterns.add(squeeze(name), Sense::Plan(index));
            }
        }
        for (index, head) in head_words().iter().enumerate() {
            patterns.add(squeeze(head.word), Sense::Head(index));
        }
        for (index, [name, others]) in rows::<2>(LANDS_AND_WATERS).enumerate() {
            patterns.add(squeeze(name), Sense::Land { index, joined: false });
            for other in values(others) {
                let (name, joined) = other.strip_prefix('~').map_or((other, true), |name| (name, false));
                patterns.add(squeeze(name), Sense::Land { index, joined });
            }
        }
        patterns.build()
    }

    /// Every name in a text, by where it begins, longer ones first. Names with letters torn from their marks, Latin
    /// names inside other words and short names with a space inside are left out.
    pub(crate) fn find(&self, reading: &Reading) -> Vec<Found> {
        let mut found = Vec::new();
        for hit in self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(&reading.text))
        {
            let pattern = hit.pattern().as_usize();
            let (start, end) = (hit.start(), hit.end());
            let latin = reading.at(start).is_some_and(|c| !is_thai(c));
            if latin
                && !(free_of_latin(reading.before(start), start, reading)
                    && free_of_latin(reading.at(end), end, reading))
            {
                continue;
            }
            if !reading.on_cluster_boundaries(start, end) {
                continue;
            }
            let characters = self.characters.get(pattern).copied().unwrap_or_default();
            let gaps = reading.gaps_inside(start, end);
            for sense in self.senses.get(pattern).into_iter().flatten() {
                if gaps <= most_gaps(*sense, characters) {
                    found.push(Found { start, end, sense: *sense });
                }
            }
        }
        found.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
        found
    }
}

/// Whether a neighbour leaves a Latin name on its own.
fn free_of_latin(neighbour: Option<char>, at: usize, reading: &Reading) -> bool {
    reading.gap(at) || neighbour.is_none_or(|c| !c.is_alphanumeric() || is_thai(c))
}

/// How many spaces a name may be broken by: a long one can hardly be anything else.
fn most_gaps(sense: Sense, characters: usize) -> usize {
    match sense {
        Sense::PlaceWord(_) | Sense::LocalGovernment { .. } => usize::from(characters >= 8),
        Sense::Place { .. } => usize::from(characters >= 7),
        Sense::TargetGroup(_) => usize::from(characters >= 14),
        Sense::Agency { form: AgencyForm::Full, .. } => characters / 10,
        Sense::Agency { .. } => 2,
        Sense::PlaceGroup(_) | Sense::Land { .. } | Sense::Plan(_) => characters / 7,
        Sense::Head(_) => 0,
    }
}

#[derive(Default)]
struct Patterns {
    indices: HashMap<String, usize>,
    senses: Vec<Vec<Sense>>,
}

impl Patterns {
    fn add(&mut self, pattern: String, sense: Sense) {
        if pattern.is_empty() {
            return;
        }
        let next = self.senses.len();
        let index = *self.indices.entry(pattern).or_insert(next);
        if index == next {
            self.senses.push(Vec::new());
        }
        if let Some(senses) = self.senses.get_mut(index)
            && !senses.contains(&sense)
        {
            senses.push(sense);
        }
    }

    fn build(self) -> Lexicon {
        let mut patterns: Vec<(String, usize)> = self.indices.into_iter().collect();
        patterns.sort_unstable_by_key(|(_, index)| *index);
        let characters = patterns.iter().map(|(pattern, _)| pattern.chars().count()).collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns.iter().map(|(pattern, _)| pattern))
            .ok();
        Lexicon { automaton, senses: self.senses, characters }
    }
}

fn add_place_words(patterns: &mut Patterns) {
    use AreaLevel::{District, Province, Subdistrict};
    let level = PlaceWordKind::Level;
    for (word, kind, short, bangkok) in [
        ("จังหวัด", level(Province), false, false),
        ("จว.", level(Province), true, false),
        ("จ.", level(Province), true, false),
        ("อำเภอ", level(District), false, false),
        ("กิ่งอำเภอ", level(District), false, false),
        ("อ.", level(District), true, false),
        ("เขต", level(District), false, true),
        ("ตำบล", level(Subdistrict), false, false),
        ("ต.", level(Subdistrict), true, false),
        ("แขวง", level(Subdistrict), false, true),
        ("หมู่ที่", PlaceWordKind::VillageNumber, false, false),
        ("หมู่", PlaceWordKind::VillageNumber, false, false),
        ("ม.", PlaceWordKind::VillageNumber, true, false),
        ("บ้าน", PlaceWordKind::Village, false, false),
        ("บ.", PlaceWordKind::Village, true, false),
    ] {
        patterns.add(word.to_owned(), Sense::PlaceWord(PlaceWord { kind, short, bangkok }));
    }
}

fn add_places(patterns: &mut Patterns) {
    let gazetteer = Gazetteer::embedded();
    let ordinary: Vec<AreaCode> = other_names()
        .filter(|other| other.name_use == NameUse::Word && is_thai_name(other.name))
        .map(|other| other.code)
        .collect();
    let ordinary_latin: Vec<AreaCode> = other_names()
        .filter(|other| other.name_use == NameUse::Word && !is_thai_name(other.name))
        .map(|other| other.code)
        .collect();
    for place in gazetteer.places(AreaLevel::Province) {
        let safe = !ordinary.contains(&place.code);
        patterns.add(squeeze(place.thai), Sense::Place { code: place.code, safe });
        let safe = !ordinary_latin.contains(&place.code);
        patterns.add(squeeze(place.english), Sense::Place { code: place.code, safe });
    }
    for place in gazetteer.places(AreaLevel::District) {
        let name = squeeze(place.thai);
        let shared = gazetteer.named(AreaLevel::District, &name).len() > 1
            || !gazetteer.named(AreaLevel::Province, &name).is_empty();
        let long = name.chars().count() >= SHORTEST_SAFE_DISTRICT_CHARACTERS;
        let of_ordinary_province = name.starts_with("เมือง") && ordinary.contains(&place.code.province());
        let safe = long && !shared && !ordinary.contains(&place.code) && !of_ordinary_province;
        if name.chars().count() >= 3 {
            patterns.add(name, Sense::Place { code: place.code, safe });
        }
    }
    for other in other_names() {
        if matches!(other.name_use, NameUse::Bare | NameUse::Marked) {
            let safe = other.name_use == NameUse::Bare;
            patterns.add(squeeze(other.name), Sense::Place { code: other.code, safe });
        }
    }
    for (index, group) in gazetteer.groups().iter().enumerate() {
        for name in std::iter::once(&group.name).chain(&group.other_names) {
            patterns.add(squeeze(name), Sense::PlaceGroup(index));
        }
    }
}

fn is_thai_name(name: &str) -> bool {
    name.chars().any(is_thai)
}
