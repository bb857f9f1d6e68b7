//! The named comparisons of a pair: numbers that a person can read, on which the relation model rests.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::comparing::PairView;
use crate::corpus::CorpusStatistics;
use crate::profile::Profile;

macro_rules! features {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $thai:literal;)*) => {
        /// A comparison of a draft with a project, as a number; most lie between 0 and 1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Feature {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Feature {
            /// All comparisons, in the order of their values.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in JSON and files.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What it says, in Thai.
            #[must_use]
            pub fn thai(self) -> &'static str {
                match self {
                    $(Self::$variant => $thai,)*
                }
            }
        }
    };
}

features! {
    /// Words that both titles share, weighted by rarity, of all their words (Dice).
    TitleWords = "title_words", "คำในชื่อโครงการตรงกัน";
    /// The share, by rarity, of the project's title words that stand anywhere in the draft's work.
    ProjectTitleInDraft = "project_title_in_draft", "คำในชื่อโครงการเดิมปรากฏในร่าง";
    /// The share, by rarity, of the draft's title words that stand anywhere in the project's work.
    DraftTitleInProject = "draft_title_in_project", "คำในชื่อร่างปรากฏในโครงการเดิม";
    /// The best agreement of the draft's title with one activity of the project.
    DraftTitleInActivity = "draft_title_in_activity", "ชื่อร่างตรงกับกิจกรรมหนึ่งของโครงการเดิม";
    /// The best share of one of the project's activities that stands in the draft's work.
    ActivityInDraft = "activity_in_draft", "กิจกรรมหนึ่งของโครงการเดิมปรากฏในร่าง";
    /// Words that both works share, weighted by rarity, of all their words (Dice).
    WorkWords = "work_words", "คำในวัตถุประสงค์และกิจกรรมตรงกัน";
    /// How rare the rarest word is that the project's title and the draft share.
    RarestSharedWord = "rarest_shared_word", "มีคำเฉพาะร่วมกัน";
    /// How much the words weigh together that the project's title and the draft share.
    SharedWeight = "shared_weight", "มีคำสำคัญร่วมกันหลายคำ";
    /// Character-cluster n-grams that both titles share (Dice).
    TitleNgrams = "title_ngrams", "ตัวอักษรในชื่อโครงการตรงกัน";
    /// The share of the project's title, in character-cluster n-grams, that stands in the draft's work.
    ProjectTitleNgramsInDraft = "project_title_ngrams_in_draft", "ข้อความในชื่อโครงการเดิมปรากฏในร่าง";
    /// The share of the draft's title, in character-cluster n-grams, that stands in the project's work.
    DraftTitleNgramsInProject = "draft_title_ngrams_in_project", "ข้อความในชื่อร่างปรากฏในโครงการเดิม";
    /// How near the titles are in meaning.
    TitleMeaning = "title_meaning", "ชื่อโครงการมีความหมายใกล้กัน";
    /// How near the whole draft is to the project's title in meaning.
    DraftToTitleMeaning = "draft_to_title_meaning", "เนื้อหาร่างใกล้กับชื่อโครงการเดิม";
    /// How near the draft's work is to the project's title in meaning.
    WorkToTitleMeaning = "work_to_title_meaning", "งานในร่างใกล้กับชื่อโครงการเดิม";
    /// How near the draft's title is to the whole project in meaning.
    TitleToProjectMeaning = "title_to_project_meaning", "ชื่อร่างใกล้กับเนื้อหาโครงการเดิม";
    /// How near both works are in meaning.
    WorkMeaning = "work_meaning", "กิจกรรมและผลผลิตมีความหมายใกล้กัน";
    /// How near both are as a whole in meaning.
    WholeMeaning = "whole_meaning", "เนื้อหาโดยรวมมีความหมายใกล้กัน";
    /// 1 when the same department owns both.
    SameDepartment = "same_department", "กรมเดียวกัน";
    /// 1 when the same division owns both.
    SameDivision = "same_division", "กองเดียวกัน";
    /// 1 when other departments of one ministry own them.
    SameMinistry = "same_ministry", "กระทรวงเดียวกัน";
    /// 1 when the draft is of the fiscal year after the project's.
    NextYear = "next_year", "ร่างอยู่ในปีงบประมาณถัดไป";
    /// 1 when the draft is two or more fiscal years after the project.
    LaterYear = "later_year", "ร่างอยู่ในปีงบประมาณหลังจากนั้นหลายปี";
    /// 1 when the draft is of an earlier fiscal year than the project.
    EarlierYear = "earlier_year", "ร่างอยู่ในปีงบประมาณก่อนหน้า";
    /// The share of the draft's days that are the project's too; a half when not known.
    SharedDays = "shared_days", "ดำเนินงานในช่วงเวลาเดียวกัน";
    /// 1 when the draft names a later phase than the project, or says that it goes on.
    LaterPhase = "later_phase", "ร่างเป็นระยะต่อไปของโครงการเดิม";
    /// 1 when the draft names an earlier phase than the project.
    EarlierPhase = "earlier_phase", "ร่างเป็นระยะก่อนหน้าของโครงการเดิม";
    /// 1 when the same department owns both and the draft is of a later year or phase.
    SameOwnerLater = "same_owner_later", "หน่วยงานเดิมทำต่อในปีหรือระยะถัดไป";
    /// 1 when both work in the same area.
    AreaSame = "area_same", "พื้นที่เดียวกัน";
    /// 1 when the draft's area lies in the project's.
    AreaWithin = "area_within", "พื้นที่ของร่างอยู่ในพื้นที่ของโครงการเดิม";
    /// 1 when the draft's area contains the project's.
    AreaContains = "area_contains", "พื้นที่ของร่างครอบคลุมพื้นที่ของโครงการเดิม";
    /// 1 when both share some places.
    AreaShared = "area_shared", "มีพื้นที่ร่วมกันบางส่วน";
    /// 1 when both name other places of one province.
    AreaApart = "area_apart", "คนละพื้นที่ในจังหวัดเดียวกัน";
    /// 1 when both name places in other provinces.
    AreaOtherProvince = "area_other_province", "คนละจังหวัด";
    /// 1 when the project's work is tied to its place.
    PlaceBound = "place_bound", "เป็นงานที่ผูกกับสถานที่";
    /// 1 when the work is tied to its place and the places differ.
    PlaceBoundElsewhere = "place_bound_elsewhere", "เป็นงานที่ผูกกับสถานที่ซึ่งอยู่คนละแห่ง";
    /// 1 when both titles name the same road, facility or water.
    ThingSame = "thing_same", "ระบุสถานที่หรือสิ่งเดียวกัน";
    /// 1 when both titles name roads, facilities or waters of a kind, and others.
    ThingOther = "thing_other", "ระบุสถานที่หรือสิ่งอื่นชนิดเดียวกัน";
    /// 1 when both serve the same groups.
    GroupSame = "group_same", "กลุ่มเป้าหมายเดียวกัน";
    /// 1 when one side's groups contain the other's, or they share some.
    GroupPartly = "group_partly", "กลุ่มเป้าหมายร่วมกันบางส่วน";
    /// 1 when both name groups and none in common.
    GroupDisjoint = "group_disjoint", "คนละกลุ่มเป้าหมาย";
    /// 1 when the amounts are within a factor of 1.5.
    BudgetSame = "budget_same", "วงเงินใกล้เคียงกัน";
    /// 1 when the amounts are within a factor of 3 and not of 1.5.
    BudgetPartly = "budget_partly", "วงเงินต่างกันไม่เกินสามเท่า";
    /// 1 when the project costs more than three times as much.
    BudgetProjectLarger = "budget_project_larger", "โครงการเดิมมีวงเงินมากกว่าสามเท่า";
    /// 1 when the draft costs more than three times as much.
    BudgetDraftLarger = "budget_draft_larger", "ร่างมีวงเงินมากกว่าสามเท่า";
    /// How far the amounts lie apart: the logarithm of their ratio, at most 3.
    BudgetDistance = "budget_distance", "วงเงินต่างกัน";
    /// 1 when the project is an output of an agency, a bundle of regular work.
    ProjectIsOutput = "project_is_output", "รายการเดิมเป็นผลผลิต";
    /// 1 when the project is a single budget line.
    ProjectIsItem = "project_is_item", "รายการเดิมเป็นรายการเดี่ยว";
    /// How many activities the project has, as a logarithm.
    ProjectLines = "project_lines", "โครงการเดิมมีหลายกิจกรรม";
    /// 1 when the project has exactly one activity.
    ProjectSingleLine = "project_single_line", "โครงการเดิมมีกิจกรรมเดียว";
    /// The share of the project's activities that every project has.
    ProjectGeneralLines = "project_general_lines", "กิจกรรมของโครงการเดิมเป็นค่าใช้จ่ายทั่วไป";
    /// How much the words of the project's title weigh together: a title of stock phrases weighs little.
    ProjectSpecificity = "project_specificity", "ชื่อโครงการเดิมมีความเฉพาะ";
    /// How much the words of the draft's title weigh together.
    DraftSpecificity = "draft_specificity", "ชื่อร่างมีความเฉพาะ";
    /// 1 when the draft has little more than a title.
    DraftTerse = "draft_terse", "ร่างมีเพียงชื่อ";
    /// 1 when both serve a same plan.
    SharedPlan = "shared_plan", "เชื่อมโยงแผนเดียวกัน";
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The values of all comparisons of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureValues(Vec<f64>);

impl FeatureValues {
    /// Compares a draft with an existing project.
    #[must_use]
    pub fn of(draft: &Profile, existing: &Profile, corpus: &dyn CorpusStatistics) -> Self {
        PairView::of(draft, existing, corpus).values
    }

    pub(crate) fn zero() -> Self {
        Self(vec![0.0; Feature::ALL.len()])
    }

    /// The value of a comparison.
    #[must_use]
    pub fn get(&self, feature: Feature) -> f64 {
        self.0.get(feature as usize).copied().unwrap_or(0.0)
    }

    pub(crate) fn set(&mut self, feature: Feature, value: f64) {
        if let Some(slot) = self.0.get_mut(feature as usize) {
            *slot = if value.is_finite() { value } else { 0.0 };
        }
    }

    pub(crate) fn mark(&mut self, feature: Feature, holds: bool) {
        self.set(feature, if holds { 1.0 } else { 0.0 });
    }

    /// All values, in the order of [`Feature::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Feature, f64)> + '_ {
        Feature::ALL.iter().copied().zip(self.0.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_agree_with_json() {
        let names: std::collections::BTreeSet<_> = Feature::ALL.iter().map(|f| f.name()).collect();
        assert_eq!(names.len(), Feature::ALL.len());
        for feature in Feature::ALL {
            assert_eq!(serde_json::to_string(feature).unwrap(), format!("\"{feature}\""));
        }
    }
}
