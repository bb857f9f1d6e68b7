//! Agencies: official names, abbreviations, former names, and which belongs to which.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::local_government;
use crate::reading::{is_thai, squeeze};
use crate::spelling::differ_by_one;
use crate::tables::{rows, values};

const AGENCIES: &str = include_str!("../data/agencies.tsv");

/// How a name stands for an agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AgencyForm {
    /// A full name, today's or a former one.
    Full,
    /// Letters with dots, or a Latin abbreviation.
    Abbreviation,
    /// Letters without the dots that they should have.
    Undotted,
}

/// An agency of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// Its full official name.
    pub name: &'static str,
    /// The official name of the body that it belongs to; empty at the top.
    pub part_of: &'static str,
    /// Other names and abbreviations.
    pub other_names: Vec<&'static str>,
    /// Names that it had before, also of bodies that were merged into it.
    pub former_names: Vec<&'static str>,
    /// Whether it can own a project of the state; international bodies, courts of law and the like cannot.
    pub runs_projects: bool,
}

/// The agencies that this crate knows.
#[derive(Debug)]
pub struct Agencies {
    agencies: Vec<Agency>,
    /// Squeezed names of every kind; several agencies share some abbreviations.
    by_name: HashMap<String, Vec<usize>>,
    /// Squeezed official names without their optional endings, by character.
    full_names: Vec<(Vec<char>, usize)>,
}

/// Names shorter than this have too many neighbours to be repaired.
const SHORTEST_REPAIRED_CHARACTERS: usize = 14;

static EMBEDDED: LazyLock<Agencies> = LazyLock::new(Agencies::read);

/// The words that a name may stand with or without.
const OPTIONAL_ENDINGS: &[&str] = &["(องค์การมหาชน)", "จำกัด(มหาชน)", "จำกัด"];

impl Agencies {
    /// The list of this crate; see `data/README.md`.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    fn read() -> Self {
        let agencies: Vec<Agency> = rows::<5>(AGENCIES)
            .map(|[name, part_of, others, former, role]| Agency {
                name,
                part_of,
                other_names: values(others).collect(),
                former_names: values(former).collect(),
                runs_projects: role != "outside",
            })
            .collect();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, agency) in agencies.iter().enumerate() {
            for (name, _) in forms(agency) {
                let indices = by_name.entry(name).or_default();
                if !indices.contains(&index) {
                    indices.push(index);
                }
            }
        }
        let full_name = |agency: &Agency| without_ending(&squeeze(agency.name)).chars().collect();
        let full_names =
            agencies.iter().enumerate().map(|(index, agency)| (full_name(agency), index)).collect();
        Self { agencies, by_name, full_names }
    }

    /// Every agency of the list.
    #[must_use]
    pub fn all(&self) -> &[Agency] {
        &self.agencies
    }

    /// The agencies that go by a name, present or former, in full or abbreviated; several share some abbreviations.
    pub fn find(&self, name: &str) -> impl Iterator<Item = &Agency> {
        let squeezed = squeeze(name);
        let mut indices = self.by_name.get(&squeezed);
        if indices.is_none() {
            indices = self.by_name.get(without_ending(&squeezed));
        }
        indices.into_iter().flatten().filter_map(|index| self.agencies.get(*index))
    }

    /// The full official name that an agency has today: abbreviations and former names are led to it, local governments
    /// are written out (`อบต.โคกสี` to `องค์การบริหารส่วนตำบลโคกสี`), any other name has its spaces mended only.
    #[must_use]
    pub fn official_name(&self, name: &str) -> String {
        let mut found = self.find(name);
        if let (Some(agency), None) = (found.next(), found.next()) {
            return agency.name.to_owned();
        }
        if let Some(agency) = self.repaired(name) {
            return agency.name.to_owned();
        }
        local_government::written_out(name).unwrap_or_else(|| {
            thiap_text::normalise_text(name).split_whitespace().collect::<Vec<_>>().join(" ")
        })
    }

    /// The agency whose full name differs from `name` by one character, if there is exactly one: owners of old records
    /// were read by OCR.
    fn repaired(&self, name: &str) -> Option<&Agency> {
        let squeezed = squeeze(name);
        if self.by_name.contains_key(&squeezed) {
            return None;
        }
        let written: Vec<char> = without_ending(&squeezed).chars().take(200).collect();
        if written.len() < SHORTEST_REPAIRED_CHARACTERS {
            return None;
        }
        let mut fitting = self.full_names.iter().filter(|(name, _)| differ_by_one(name, &written));
        match (fitting.next(), fitting.next()) {
            (Some((_, index)), None) => self.agencies.get(*index),
            _ => None,
        }
    }

    /// How two names stand to each other, each taken by its official name of today.
    ///
    /// Units below the list are told by their words: `สำนักงานเกษตรจังหวัดตาก กรมส่งเสริมการเกษตร` lies in its department.
    #[must_use]
    pub fn relation(&self, a: &str, b: &str) -> AgencyRelation {
        self.named(a).relation(&self.named(b))
    }

    /// A name read once, to be compared with many.
    #[must_use]
    pub fn named(&self, name: &str) -> AgencyName {
        let official = self.official_name(name);
        let squeezed = squeeze(&official);
        AgencyName {
            is_known: self.by_name.contains_key(&squeezed)
                || local_government::written_out(&official).is_some(),
            containing: self.containing(&official).map(|agency| agency.name).collect(),
            squeezed,
            official,
        }
    }

    /// The bodies that an agency belongs to, nearest first.
    pub fn containing(&self, official: &str) -> impl Iterator<Item = &Agency> {
        let mut next = self.find(official).next().map(|agency| agency.part_of);
        // The list is a few levels deep; the bound keeps a circle in it from looping.
        (0..8).map_while(move |_| {
            let agency = next.filter(|name| !name.is_empty()).and_then(|name| self.find(name).next());
            next = agency.map(|agency| agency.part_of);
            agency
        })
    }
}

/// The name of an agency, as it is compared.
#[derive(Debug, Clone)]
pub struct AgencyName {
    official: String,
    squeezed: String,
    is_known: bool,
    /// The official names of the bodies that it belongs to.
    containing: Vec<&'static str>,
}

impl AgencyName {
    /// How another stands to it, as [`Agencies::relation`] tells.
    #[must_use]
    pub fn relation(&self, other: &Self) -> AgencyRelation {
        if self.squeezed.is_empty() || other.squeezed.is_empty() {
            AgencyRelation::Unknown
        } else if without_ending(&self.squeezed) == without_ending(&other.squeezed) {
            AgencyRelation::Same
        } else if other.lies_in(self) {
            AgencyRelation::Contains
        } else if self.lies_in(other) {
            AgencyRelation::Within
        } else if self.is_known && other.is_known {
            AgencyRelation::Apart
        } else {
            AgencyRelation::Unknown
        }
    }

    fn lies_in(&self, outer: &Self) -> bool {
        if self.containing.contains(&outer.official.as_str()) {
            return true;
        }
        // A unit that names its agency at its end.
        let unit = self.squeezed.strip_suffix(without_ending(&outer.squeezed));
        unit.is_some_and(|unit| !unit.is_empty() && outer.is_known && !unit.ends_with("กระทรวง"))
    }
}

/// How one agency stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgencyRelation {
    /// One agency under two names.
    Same,
    /// The second belongs to the first.
    Contains,
    /// The first belongs to the second.
    Within,
    /// Two agencies of which neither belongs to the other.
    Apart,
    /// At least one name is not known.
    Unknown,
}

fn without_ending(squeezed: &str) -> &str {
    OPTIONAL_ENDINGS.iter().find_map(|ending| squeezed.strip_suffix(ending)).unwrap_or(squeezed)
}

/// Whether a name is letters for words: with dots, or Thai consonants alone, or Latin capitals.
pub fn is_abbreviation(name: &str) -> bool {
    let short = name.chars().count() <= 14;
    let consonants_only = name.chars().all(|c| matches!(c, 'ก'..='ฮ' | '.')) && name.chars().count() <= 6;
    let capitals_only = name.chars().all(|c| c.is_ascii_uppercase() || c == '.') && name.len() <= 8;
    consonants_only || capitals_only || (short && name.contains('.') && name.chars().any(is_thai))
}

/// Every squeezed name of an agency, without and with its optional ending, abbreviations with and without their dots.
pub(crate) fn forms(agency: &Agency) -> Vec<(String, AgencyForm)> {
    let mut forms: Vec<(String, AgencyForm)> = Vec::new();
    let mut add = |name: String, form| {
        if !name.is_empty() && forms.iter().all(|(known, _)| *known != name) {
            forms.push((name, form));
        }
    };
    let names = std::iter::once(&agency.name).chain(&agency.other_names).chain(&agency.former_names);
    for name in names {
        let squeezed = squeeze(name);
        if is_abbreviation(name) {
            let letters: String = squeezed.chars().filter(|c| *c != '.').collect();
            if letters.is_ascii() {
                add(squeezed, AgencyForm::Abbreviation);
                continue;
            }
            let inner_dots = squeezed.trim_end_matches('.').contains('.');
            let ends_in_dot = squeezed.ends_with('.');
            add(squeezed.clone(), AgencyForm::Abbreviation);
            if inner_dots && ends_in_dot {
                add(format!("{letters}."), AgencyForm::Abbreviation);
            }
            if inner_dots {
                add(squeezed.trim_end_matches('.').to_owned(), AgencyForm::Abbreviation);
            }
            add(letters, AgencyForm::Undotted);
        } else {
            add(without_ending(&squeezed).to_owned(), AgencyForm::Full);
            add(squeezed, AgencyForm::Full);
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agencies() -> &'static Agencies {
        Agencies::embedded()
    }

    #[test]
    fn every_agency_belongs_to_one_of_the_list() {
        for agency in agencies().all() {
            assert_eq!(squeeze(agency.name), squeeze(agency.name.trim()));
            assert!(
                agency.part_of.is_empty()
                    || agencies().all().iter().any(|other| other.name == agency.part_of),
                "{agency:?}"
            );
            assert!(agencies().find(agency.name).any(|found| found.name == agency.name), "{agency:?}");
        }
    }

    #[test]
    fn full_names_are_never_shared() {
        for agency in agencies().all() {
            assert_eq!(agencies().find(agency.name).count(), 1, "{}", agency.name);
        }
    }

    #[test]
    fn abbreviations_and_former_names_lead_to_todays_name() {
        let name = |text| agencies().official_name(text);
        assert_eq!(name("สศช."), "สำนักงานสภาพัฒนาการเศรษฐกิจและสังคมแห่งชาติ");
        assert_eq!(name("NESDC"), name("สภาพัฒน์"));
        assert_eq!(name("สพฐ"), "สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน");
        assert_eq!(name("กระทรวงวิทยาศาสตร์และเทคโนโลยี"), "กระทรวงการอุดมศึกษา วิทยาศาสตร์ วิจัยและนวัตกรรม");
        assert_eq!(name("ปปช."), "สำนักงานคณะกรรมการป้องกันและปราบปรามการทุจริตแห่งชาติ");
        assert_eq!(name("สถาบันพัฒนาองค์กรชุมชน"), "สถาบันพัฒนาองค์กรชุมชน (องค์การมหาชน)");
        assert_eq!(name("อบต.โคกสี"), "องค์การบริหารส่วนตำบลโคกสี");
        assert_eq!(name("สำนักงาน  ที่ไม่รู้จัก"), "สำนักงาน ที่ไม่รู้จัก");
        assert_eq!(name("มหาวิทยาลัยราชภัฏเลยๆๆ"), "มหาวิทยาลัยราชภัฏเลยๆๆ");
    }

    #[test]
    fn one_letter_too_few_is_repaired_and_two_are_not() {
        let name = |text| agencies().official_name(text);
        assert_eq!(name("กรมทรัพยากรทางทะลและชายฝั่ง"), "กรมทรัพยากรทางทะเลและชายฝั่ง");
        assert_eq!(name("กรมทรัพยากรทางทลและชายฝั่ง"), "กรมทรัพยากรทางทลและชายฝั่ง");
    }

    #[test]
    fn a_shared_abbreviation_is_left_alone() {
        assert_eq!(agencies().find("สค.").count(), 2);
        assert_eq!(agencies().official_name("สค."), "สค.");
    }

    #[test]
    fn a_ministry_contains_its_departments_and_their_units() {
        use AgencyRelation::*;
        let relation = |a, b| agencies().relation(a, b);
        assert_eq!(relation("กษ.", "กรมชลประทาน"), Contains);
        assert_eq!(relation("กรมชลประทาน", "กระทรวงเกษตรและสหกรณ์"), Within);
        assert_eq!(relation("กระทรวงสาธารณสุข", "สถาบันมะเร็งแห่งชาติ"), Contains, "through its department");
        assert_eq!(relation("สพฐ.", "กรมสามัญศึกษา"), Same);
        assert_eq!(relation("กรมประมง", "กรมปศุสัตว์"), Apart);
        assert_eq!(relation("กองแผนงาน กรมประมง", "กรมประมง"), Within);
        assert_eq!(relation("อบต.โคกสี", "องค์การบริหารส่วนตำบลโคกสี"), Same);
        assert_eq!(relation("ร้านค้า", "กรมประมง"), Unknown);
        assert_eq!(relation("", "กรมประมง"), Unknown);
    }
}
