//! Where two projects work, by official codes with containment.

use std::collections::BTreeSet;
use std::fmt;

use thiap_domain::{AreaCode, AreaLevel};

/// The places of one project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Places {
    /// The smallest places named, ascending, none contains another. Empty when none is.
    codes: Vec<AreaCode>,
    /// The record says that the whole country is meant.
    nationwide: bool,
    /// Nothing is said and a central agency owns the project.
    presumed_nationwide: bool,
}

/// How the places of a draft stand to those of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AreaRelation {
    /// The same places, or both the whole country.
    Same,
    /// The draft's places lie within the project's.
    Within,
    /// The draft's places contain the project's.
    Contains,
    /// They share some.
    Shared,
    /// Named on both sides, and none in common, within one province.
    Apart,
    /// Named on both sides, in other provinces.
    OtherProvince,
    /// One side names none and may be anywhere.
    Unknown,
}

impl Places {
    pub(crate) fn new(mut codes: Vec<AreaCode>, nationwide: bool, central_owner: bool) -> Self {
        codes.sort_unstable();
        codes.dedup();
        let above: BTreeSet<AreaCode> = codes.iter().flat_map(|code| containing(*code)).collect();
        let smallest: Vec<AreaCode> = codes.iter().filter(|code| !above.contains(code)).copied().collect();
        // A text that names a place and says "nationwide" describes the nation: the place is where the office stands.
        let codes = if nationwide { Vec::new() } else { smallest };
        Self { presumed_nationwide: !nationwide && codes.is_empty() && central_owner, codes, nationwide }
    }

    fn everywhere(&self) -> bool {
        self.nationwide || self.presumed_nationwide
    }

    /// The smallest places named.
    pub(crate) fn codes(&self) -> &[AreaCode] {
        &self.codes
    }

    /// How narrow the widest place named is: a half for a district, 1 for a subdistrict, 0 for a province or none.
    pub(crate) fn narrowness(&self) -> f64 {
        let levels = self.codes.iter().map(|code| match code.level() {
            AreaLevel::Province => 0.0,
            AreaLevel::District => 0.5,
            AreaLevel::Subdistrict => 1.0,
        });
        levels.reduce(f64::min).unwrap_or(0.0)
    }

    /// Whether places are named.
    pub(crate) fn is_stated(&self) -> bool {
        !self.codes.is_empty()
    }

    /// How `self`, the draft's places, stand to those of a project.
    pub(crate) fn relation(&self, project: &Self) -> AreaRelation {
        match (self.is_stated(), project.is_stated()) {
            (true, true) => self.relation_of_codes(project),
            (false, false) if self.everywhere() && project.everywhere() => AreaRelation::Same,
            (true, false) if project.nationwide => AreaRelation::Within,
            (false, true) if self.nationwide => AreaRelation::Contains,
            _ => AreaRelation::Unknown,
        }
    }

    fn relation_of_codes(&self, project: &Self) -> AreaRelation {
        let holds = |codes: &[AreaCode], code: AreaCode| codes.binary_search(&code).is_ok();
        let covered = |inner: &[AreaCode], outer: &[AreaCode]| {
            let inside =
                |code: &AreaCode| holds(outer, *code) || containing(*code).any(|wide| holds(outer, wide));
            inner.iter().filter(|code| inside(code)).count()
        };
        let draft_in_project = covered(&self.codes, &project.codes);
        let project_in_draft = covered(&project.codes, &self.codes);
        match (draft_in_project == self.codes.len(), project_in_draft == project.codes.len()) {
            (true, true) => AreaRelation::Same,
            (true, false) => AreaRelation::Within,
            (false, true) => AreaRelation::Contains,
            _ if draft_in_project + project_in_draft > 0 => AreaRelation::Shared,
            _ => {
                let provinces: BTreeSet<AreaCode> = self.codes.iter().map(|code| code.province()).collect();
                let same_province = project.codes.iter().any(|code| provinces.contains(&code.province()));
                if same_province { AreaRelation::Apart } else { AreaRelation::OtherProvince }
            }
        }
    }
}

/// The places that contain a place, itself left out.
fn containing(code: AreaCode) -> impl Iterator<Item = AreaCode> {
    [code.district(), Some(code.province())].into_iter().flatten().filter(move |wide| *wide != code)
}

impl AreaRelation {
    pub(crate) fn is_disjoint(self) -> bool {
        matches!(self, Self::Apart | Self::OtherProvince)
    }
}

/// What is said of the places in Thai.
impl fmt::Display for AreaRelation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Same => "พื้นที่เดียวกัน",
            Self::Within => "พื้นที่ของร่างอยู่ในพื้นที่ของโครงการ",
            Self::Contains => "พื้นที่ของร่างครอบคลุมพื้นที่ของโครงการ",
            Self::Shared => "มีพื้นที่ร่วมกันบางส่วน",
            Self::Apart => "คนละพื้นที่ในจังหวัดเดียวกัน",
            Self::OtherProvince => "คนละจังหวัด",
            Self::Unknown => "ไม่ระบุพื้นที่",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(codes: &[u32]) -> Places {
        Places::new(codes.iter().map(|code| AreaCode::try_from(*code).unwrap()).collect(), false, false)
    }

    #[test]
    fn containment_is_seen_through_codes() {
        assert_eq!(places(&[50]).relation(&places(&[50, 5007])), AreaRelation::Contains);
        assert_eq!(places(&[5007]).relation(&places(&[50])), AreaRelation::Within);
        assert_eq!(places(&[50, 51]).relation(&places(&[51, 52])), AreaRelation::Shared);
        assert_eq!(places(&[500_701]).relation(&places(&[500_702])), AreaRelation::Apart);
        assert_eq!(places(&[50]).relation(&places(&[51])), AreaRelation::OtherProvince);
        assert_eq!(places(&[50]).relation(&places(&[50])), AreaRelation::Same);
    }

    #[test]
    fn the_widest_place_tells_how_narrow_all_are() {
        assert_eq!(places(&[500_701]).narrowness(), 1.0);
        assert_eq!(places(&[500_701, 5102]).narrowness(), 0.5);
        assert_eq!(places(&[500_701, 51]).narrowness(), 0.0);
        assert_eq!(Places::default().narrowness(), 0.0);
    }

    #[test]
    fn silence_is_unknown_and_never_different() {
        let nothing = Places::default();
        assert_eq!(nothing.relation(&places(&[50])), AreaRelation::Unknown);
        assert_eq!(nothing.relation(&nothing), AreaRelation::Unknown);
        let central = Places::new(Vec::new(), false, true);
        let nationwide = Places::new(Vec::new(), true, true);
        assert_eq!(central.relation(&nationwide), AreaRelation::Same);
        assert_eq!(central.relation(&places(&[50])), AreaRelation::Unknown);
        assert_eq!(nationwide.relation(&places(&[50])), AreaRelation::Contains);
    }
}
