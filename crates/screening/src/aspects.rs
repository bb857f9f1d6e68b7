//! The aspects of a pair: what agrees, what differs, what nobody said.

use thiap_domain::{Agreement, Aspect, Baht, Period, thai_day};

use crate::area::AreaRelation;
use crate::comparing::PairView;
use crate::feature::Direction;
use crate::model::RelationSteps;
use crate::owner::OwnerRelation;
use crate::profile::Profile;

/// One aspect of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct AspectComparison {
    /// Which aspect.
    pub aspect: Aspect,
    /// What the comparison found; a side that says nothing makes it unknown.
    pub agreement: Agreement,
    /// How much agrees, 0 to 1; `None` when unknown.
    pub score: Option<f64>,
    /// What it rests on, in Thai.
    pub evidence: String,
}

/// Within this factor amounts are the same.
const SAME_BUDGET: f64 = 1.5;
/// Within this factor amounts agree in part.
const SIMILAR_BUDGET: f64 = 3.0;

/// All aspects, in the order of [`Aspect::ALL`].
pub(crate) fn aspects(
    draft: &Profile,
    project: &Profile,
    view: &PairView,
    steps: &RelationSteps,
) -> Vec<AspectComparison> {
    Aspect::ALL.into_iter().map(|aspect| one(aspect, draft, project, view, steps)).collect()
}

fn unknown(aspect: Aspect, evidence: &str) -> AspectComparison {
    AspectComparison { aspect, agreement: Agreement::Unknown, score: None, evidence: evidence.to_owned() }
}

fn one(
    aspect: Aspect,
    draft: &Profile,
    project: &Profile,
    view: &PairView,
    steps: &RelationSteps,
) -> AspectComparison {
    match aspect {
        Aspect::Title => learned(aspect, view, steps),
        Aspect::Objectives | Aspect::Activities => {
            // A side without such a field is read from its title, unless nothing but a title is there on both sides.
            let said = match aspect {
                Aspect::Objectives => draft.has_objectives || project.has_objectives,
                _ => draft.has_activities || project.has_activities,
            };
            if said {
                learned(aspect, view, steps)
            } else {
                unknown(aspect, "ไม่มีข้อมูลทั้งสองฝ่าย")
            }
        }
        Aspect::TargetGroup => target_group(draft, project, view, steps),
        Aspect::Area => area(view),
        Aspect::Period => period(draft, project),
        Aspect::Budget => budget(draft.budget, project.budget),
        Aspect::PlanLinks => plan_links(draft, project),
        Aspect::Owner => owner(view),
    }
}

fn learned(aspect: Aspect, view: &PairView, steps: &RelationSteps) -> AspectComparison {
    let Some(step) = steps.aspects.get(&aspect) else {
        return unknown(aspect, "แบบจำลองไม่ได้เรียนรู้ด้านนี้");
    };
    let (agreement, score) = step.agreement(&view.values);
    let evidence: Vec<&str> = steps
        .contributions(&step.agrees, &view.values)
        .into_iter()
        .filter(|(feature, _, weight)| {
            feature.direction() == Direction::Raises && (*weight > 0.0) == (agreement != Agreement::Different)
        })
        .take(2)
        .map(|(feature, ..)| feature.thai())
        .collect();
    let opening = if agreement == Agreement::Different { "ไม่พบ: " } else { "" };
    AspectComparison {
        aspect,
        agreement,
        score: Some(score),
        evidence: format!("{opening}{}", evidence.join("; ")),
    }
}

fn target_group(
    draft: &Profile,
    project: &Profile,
    view: &PairView,
    steps: &RelationSteps,
) -> AspectComparison {
    let aspect = Aspect::TargetGroup;
    let mut found = learned(aspect, view, steps);
    let (d, p) = (draft.target_groups.names(), project.target_groups.names());
    if !d.is_empty() && !p.is_empty() {
        found.evidence = format!("{} ({d} / {p})", view.group);
    } else if !draft.says_more_than_title() && d.is_empty() {
        return unknown(aspect, "ร่างไม่ระบุกลุ่มเป้าหมาย");
    }
    found
}

fn area(view: &PairView) -> AspectComparison {
    let aspect = Aspect::Area;
    let (agreement, score) = match view.area {
        AreaRelation::Same => (Agreement::Same, Some(1.0)),
        AreaRelation::Within | AreaRelation::Contains | AreaRelation::Shared => {
            (Agreement::Partly, Some(0.5))
        }
        AreaRelation::Apart | AreaRelation::OtherProvince => (Agreement::Different, Some(0.0)),
        AreaRelation::Unknown => (Agreement::Unknown, None),
    };
    AspectComparison { aspect, agreement, score, evidence: view.area.to_string() }
}

/// The draft's days within the project's are the same, days that cross its ends agree in part.
fn period(draft: &Profile, project: &Profile) -> AspectComparison {
    let aspect = Aspect::Period;
    let Some((d, p)) = draft.period.zip(project.period) else {
        return unknown(aspect, "ไม่ระบุระยะเวลา");
    };
    let shared = d.shared_days(p);
    let share = if d.days() > 0 { (shared as f64 / d.days() as f64).clamp(0.0, 1.0) } else { 0.0 };
    let agreement = if shared == 0 {
        Agreement::Different
    } else if shared == d.days() {
        Agreement::Same
    } else {
        Agreement::Partly
    };
    let days = |period: Period| format!("{} ถึง {}", thai_day(period.start), thai_day(period.end));
    AspectComparison { aspect, agreement, score: Some(share), evidence: format!("{} / {}", days(d), days(p)) }
}

fn budget(draft: Option<Baht>, project: Option<Baht>) -> AspectComparison {
    let aspect = Aspect::Budget;
    let known = draft.zip(project).and_then(|(d, p)| Some((d, p, d.ratio(p)?)));
    let Some((d, p, ratio)) = known else {
        return unknown(aspect, "ไม่ระบุวงเงิน");
    };
    let agreement = if ratio <= SAME_BUDGET {
        Agreement::Same
    } else if ratio <= SIMILAR_BUDGET {
        Agreement::Partly
    } else {
        Agreement::Different
    };
    AspectComparison {
        aspect,
        agreement,
        score: Some(1.0 / ratio),
        evidence: format!("{d} บาท / {p} บาท ({ratio:.1} เท่า)"),
    }
}

fn plan_links(draft: &Profile, project: &Profile) -> AspectComparison {
    let aspect = Aspect::PlanLinks;
    if draft.plans.is_empty() || project.plans.is_empty() {
        return unknown(aspect, "ไม่ระบุแผน");
    }
    let shared: Vec<&str> = draft
        .plans
        .iter()
        .filter(|plan| project.plans.binary_search(plan).is_ok())
        .map(String::as_str)
        .collect();
    let fewer = draft.plans.len().min(project.plans.len());
    let agreement = match shared.len() {
        0 => Agreement::Different,
        all if all == fewer => Agreement::Same,
        _ => Agreement::Partly,
    };
    let evidence = if shared.is_empty() {
        "ไม่มีแผนร่วมกัน".to_owned()
    } else {
        shared.join(", ")
    };
    AspectComparison { aspect, agreement, score: Some(shared.len() as f64 / fewer as f64), evidence }
}

fn owner(view: &PairView) -> AspectComparison {
    let (agreement, score, evidence) = match view.owner {
        OwnerRelation::SameDepartment => (Agreement::Same, Some(1.0), "กรมเดียวกัน"),
        OwnerRelation::SameMinistry => (Agreement::Partly, Some(0.5), "กระทรวงเดียวกัน"),
        OwnerRelation::Other => (Agreement::Different, Some(0.0), "คนละกระทรวง"),
        OwnerRelation::Unknown => (Agreement::Unknown, None, "ไม่ระบุหน่วยงาน"),
    };
    AspectComparison { aspect: Aspect::Owner, agreement, score, evidence: evidence.to_owned() }
}
