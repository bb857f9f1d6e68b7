//! One plain sentence that sums up a match.

use thiap_domain::{Agreement, Aspect, Project, Relation};

use crate::comparison::Comparison;

/// Sums up a match in a Thai sentence.
#[must_use]
pub fn summary_thai(draft: &Project, existing: &Project, comparison: &Comparison) -> String {
    let whose = existing.owner.smallest_unit().map_or_else(String::new, |unit| format!("ของ{unit}"));
    let year = existing.fiscal_year_be.map_or_else(String::new, |year| format!(" ปีงบประมาณ {year}"));
    let opening = match comparison.relation {
        Relation::Duplicate => format!("ร่างนี้น่าจะซ้ำซ้อนกับโครงการ{whose}{year}"),
        Relation::Overlap => format!("ร่างนี้น่าจะทับซ้อนบางส่วนกับโครงการ{whose}{year}"),
        Relation::Continuation => format!("ร่างนี้น่าจะเป็นโครงการต่อเนื่องจากโครงการ{whose}{year}"),
        Relation::Related => format!("ร่างนี้เกี่ยวข้องกับโครงการ{whose}{year} แต่ไม่ใช่งานเดียวกัน"),
        Relation::Distinct => format!("ร่างนี้ไม่เกี่ยวข้องกับโครงการ{whose}{year}"),
    };
    let mut parts = vec![opening];
    for (agreement, words) in
        [(Agreement::Same, "ตรงกันใน"), (Agreement::Partly, "ตรงบางส่วนใน"), (Agreement::Different, "ต่างกันใน")]
    {
        let names: Vec<&str> = compared(comparison, agreement).map(Aspect::thai).collect();
        if !names.is_empty() {
            parts.push(format!("{words}{}", names.join(" ")));
        }
    }
    let _ = draft;
    parts.join(" ")
}

/// Sums up a match in an English sentence.
#[must_use]
pub fn summary_english(draft: &Project, existing: &Project, comparison: &Comparison) -> String {
    let whose = existing.owner.smallest_unit().map_or_else(String::new, |unit| format!(" of {unit}"));
    let year = existing.fiscal_year_be.map_or_else(String::new, |year| format!(", fiscal year {year}"));
    let opening = match comparison.relation {
        Relation::Duplicate => "The draft probably repeats the project",
        Relation::Overlap => "The draft probably overlaps in part with the project",
        Relation::Continuation => "The draft probably continues the project",
        Relation::Related => "The draft is related to, but not the same work as, the project",
        Relation::Distinct => "The draft has nothing to do with the project",
    };
    let mut parts = vec![format!("{opening}{whose}{year}")];
    for (agreement, words) in [
        (Agreement::Same, "same"),
        (Agreement::Partly, "partly the same"),
        (Agreement::Different, "different"),
    ] {
        let names: Vec<String> =
            compared(comparison, agreement).map(|aspect| aspect.name().replace('_', " ")).collect();
        if !names.is_empty() {
            parts.push(format!("{words}: {}", names.join(", ")));
        }
    }
    let _ = draft;
    format!("{}.", parts.join("; "))
}

/// The aspects that a sentence names.
fn compared(comparison: &Comparison, agreement: Agreement) -> impl Iterator<Item = Aspect> + '_ {
    comparison
        .aspects
        .iter()
        .filter(move |aspect| aspect.agreement == agreement)
        .map(|aspect| aspect.aspect)
        .filter(|aspect| !matches!(aspect, Aspect::Owner | Aspect::PlanLinks | Aspect::Objectives))
}
