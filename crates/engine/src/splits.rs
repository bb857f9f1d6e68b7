//! Drafts of one owner that together repeat a project which each alone repeats less.
//!
//! Work that would repeat a project is sometimes proposed in parts. Where several drafts of one owner have the same
//! project among their candidates, their union is compared with it too. The vectors of a union are first taken as the mean
//! of those of its parts; only a union that looks promising is encoded, so that time stays bounded.

use std::collections::BTreeMap;

use thiap_domain::{Activity, Project, ProjectCode};
use thiap_index::{Index, ProjectVectors, VectorField};
use thiap_model::Encoder;
use thiap_screening::{CorpusStatistics, compare};

use crate::answer::{CheckAnswer, Split};
use crate::check::profile_of;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::indexing::encode_projects;

/// Projects of a draft that may be repeated in part.
pub(crate) const MOST_SHARES: usize = 20;
/// From which likelihood on a draft may be a part.
pub(crate) const LEAST_LIKELIHOOD: f64 = 0.03;
/// Drafts that are united at most.
const MOST_PARTS: usize = 3;
/// Projects that are looked at for each draft, on average.
const PROJECTS_OF_DRAFT: usize = 5;
/// Unions that are encoded for one call.
const MOST_ENCODED: usize = 24;
/// How much more likely the union has to be than its likelier part.
const LEAST_RISE: f64 = 0.1;
/// A union that rises by so much is named even where it stays below the threshold.
const CLEAR_RISE: f64 = 0.25;
/// What the estimate by mean vectors may be short of.
const ESTIMATE_MARGIN: f64 = 0.15;

/// A draft that was checked, with the projects that it may repeat in part.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub project: Project,
    pub vectors: ProjectVectors,
    /// Codes with the likelihood of the draft alone, the best first.
    pub shares: Vec<(ProjectCode, f64)>,
}

/// Some drafts of one owner and a project that all of them may repeat.
struct Union {
    /// Places in the list of drafts, with the likelihood of each alone.
    parts: Vec<(usize, f64)>,
    code: ProjectCode,
}

impl Union {
    fn alone(&self) -> f64 {
        self.parts.iter().map(|(_, likelihood)| *likelihood).fold(0.0, f64::max)
    }
}

/// The owner of a draft as drafts are grouped by it; `None` for one that names none.
fn owner(project: &Project) -> Option<String> {
    let name = if project.owner.department.is_empty() {
        project.owner.smallest_unit()?
    } else {
        &project.owner.department
    };
    let squeezed: String = thiap_text::normalise_text(name).chars().filter(|c| !c.is_whitespace()).collect();
    (!squeezed.is_empty()).then_some(squeezed)
}

/// The unions worth a look: for each project the two or three likeliest drafts of an owner.
fn unions(parts: &[Part]) -> Vec<Union> {
    let mut shared: BTreeMap<(String, &ProjectCode), Vec<(usize, f64)>> = BTreeMap::new();
    for (place, part) in parts.iter().enumerate() {
        let Some(owner) = owner(&part.project) else { continue };
        for (code, likelihood) in &part.shares {
            shared.entry((owner.clone(), code)).or_default().push((place, *likelihood));
        }
    }
    let mut groups: Vec<(&ProjectCode, Vec<(usize, f64)>)> = shared
        .into_iter()
        .filter(|(_, drafts)| drafts.len() > 1)
        .map(|((_, code), mut drafts)| {
            drafts.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            drafts.truncate(MOST_PARTS);
            (code, drafts)
        })
        .collect();
    let sum = |drafts: &[(usize, f64)]| drafts.iter().map(|(_, likelihood)| likelihood).sum::<f64>();
    groups.sort_by(|a, b| sum(&b.1).total_cmp(&sum(&a.1)).then_with(|| a.0.cmp(b.0)));
    groups.truncate(parts.len() * PROJECTS_OF_DRAFT);
    let mut unions = Vec::new();
    for (code, drafts) in groups {
        if drafts.len() > 2 {
            unions.push(Union { parts: drafts.clone(), code: code.clone() });
        }
        for (at, a) in drafts.iter().enumerate() {
            for b in drafts.iter().skip(at + 1) {
                unions.push(Union { parts: vec![*a, *b], code: code.clone() });
            }
        }
    }
    unions
}

/// The projects that several drafts of one owner may repeat in part, each once.
pub(crate) fn shared_codes(parts: &[Part]) -> Vec<ProjectCode> {
    let mut codes: Vec<ProjectCode> = unions(parts).into_iter().map(|union| union.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The record that drafts make together.
fn united<'a>(parts: impl IntoIterator<Item = &'a Project>) -> Option<Project> {
    let mut parts = parts.into_iter();
    let mut united = parts.next()?.clone();
    for part in parts {
        join(&mut united.title, &part.title);
        join(&mut united.rationale, &part.rationale);
        join(&mut united.target_group.text, &part.target_group.text);
        join(&mut united.area_text, &part.area_text);
        for (all, more) in [
            (&mut united.objectives, &part.objectives),
            (&mut united.outputs, &part.outputs),
            (&mut united.outcomes, &part.outcomes),
            (&mut united.indicators, &part.indicators),
        ] {
            add_new(all, more);
        }
        let new: Vec<Activity> = part
            .activities
            .iter()
            .filter(|activity| united.activities.iter().all(|known| known.name != activity.name))
            .cloned()
            .collect();
        united.activities.extend(new);
        add_new(&mut united.areas, &part.areas);
        add_new(&mut united.plan_links, &part.plan_links);
        united.budgets.extend(part.budgets.iter().cloned());
        united.target_group.number = match (united.target_group.number, part.target_group.number) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (a, b) => a.or(b),
        };
        united.fiscal_year_be = match (united.fiscal_year_be, part.fiscal_year_be) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        united.period = match (united.period, part.period) {
            (Some(mut a), Some(b)) => {
                (a.start, a.end) = (a.start.min(b.start), a.end.max(b.end));
                Some(a)
            }
            (a, b) => a.or(b),
        };
    }
    Some(united)
}

fn join(text: &mut String, more: &str) {
    if more.is_empty() || text.contains(more) {
        return;
    }
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(more);
}

fn add_new<T: Clone + PartialEq>(all: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
}

/// The mean of the vectors of the parts, field by field.
fn mean(parts: &[&ProjectVectors]) -> ProjectVectors {
    let of = |field: VectorField| -> Option<(VectorField, Vec<f32>)> {
        // A part without a vector of the field says with its title what it has to say.
        let each: Vec<&[f32]> = parts
            .iter()
            .filter_map(|vectors| vectors.get(field).or_else(|| vectors.get(VectorField::Title)))
            .collect();
        let mut sum = each.first()?.to_vec();
        for vector in each.iter().skip(1) {
            sum.iter_mut().zip(*vector).for_each(|(sum, x)| *sum += x);
        }
        Some((field, sum))
    };
    let wanted = [VectorField::Title, VectorField::Work, VectorField::Whole];
    let there = |field: &VectorField| parts.iter().any(|vectors| vectors.get(*field).is_some());
    ProjectVectors { fields: wanted.into_iter().filter(there).filter_map(of).collect() }
}

/// Finds drafts that are parts of what one project is and names them on their answers, which then ask for a review at
/// least. `existing` gives the projects that drafts share.
pub(crate) fn name_splits(
    engine: &Engine,
    index: &Index,
    corpus: &dyn CorpusStatistics,
    encoder: &dyn Encoder,
    parts: &[Part],
    existing: &BTreeMap<ProjectCode, Project>,
    answers: &mut [CheckAnswer],
) -> Result<(), EngineError> {
    let repeats = engine.thresholds.repeats;
    let stands_out = |together: f64, alone: f64| {
        together >= alone + LEAST_RISE && together >= repeats.min(alone + CLEAR_RISE)
    };
    let mut promising: Vec<(f64, Union, Project)> = Vec::new();
    for union in unions(parts) {
        let alone = union.alone();
        // what repeats by itself needs no other part
        if alone >= repeats {
            continue;
        }
        let Some(project) = existing.get(&union.code) else { continue };
        let members: Vec<&Part> = union.parts.iter().filter_map(|(place, _)| parts.get(*place)).collect();
        let Some(record) = united(members.iter().map(|part| &part.project)) else { continue };
        let vectors = mean(&members.iter().map(|part| &part.vectors).collect::<Vec<_>>());
        let estimate = together(engine, index, corpus, &record, &vectors, project)?;
        if stands_out(estimate + ESTIMATE_MARGIN, alone) {
            promising.push((estimate, union, record));
        }
    }
    promising.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.code.cmp(&b.1.code)));
    promising.truncate(MOST_ENCODED);
    let records: Vec<Project> = promising.iter().map(|(_, _, record)| record.clone()).collect();
    let (vectors, _) = encode_projects(encoder, &records)?;
    for ((_, union, record), vectors) in promising.into_iter().zip(vectors) {
        let Some(project) = existing.get(&union.code) else { continue };
        let together = together(engine, index, corpus, &record, &vectors, project)?;
        if stands_out(together, union.alone()) {
            name_split(&union, together, parts, answers);
        }
    }
    Ok(())
}

fn together(
    engine: &Engine,
    index: &Index,
    corpus: &dyn CorpusStatistics,
    record: &Project,
    vectors: &ProjectVectors,
    project: &Project,
) -> Result<f64, EngineError> {
    let existing = index.vectors_of(&project.project_code)?.unwrap_or_default();
    let (draft, existing) = (profile_of(record, vectors), profile_of(project, &existing));
    Ok(compare(&draft, &existing, corpus, &engine.relation_model).likelihood)
}

/// Tells each draft of a union about the others.
fn name_split(union: &Union, together: f64, parts: &[Part], answers: &mut [CheckAnswer]) {
    for (place, likelihood_alone) in &union.parts {
        let Some(answer) = answers.get_mut(*place) else { continue };
        answer.verdict = answer.verdict.max(thiap_domain::Verdict::Review);
        for (other, _) in union.parts.iter().filter(|(other, _)| other != place) {
            let Some(other) = parts.get(*other) else { continue };
            let split = Split {
                draft_id: other.project.project_code.as_str().to_owned(),
                project_code: union.code.as_str().to_owned(),
                likelihood_alone: *likelihood_alone,
                likelihood_together: together,
            };
            let known = answer
                .split_with
                .iter_mut()
                .find(|known| known.draft_id == split.draft_id && known.project_code == split.project_code);
            match known {
                // of several unions with that draft, the likeliest
                Some(known) if known.likelihood_together < together => *known = split,
                Some(_) => {}
                None => answer.split_with.push(split),
            }
        }
        answer.split_with.sort_by(|a, b| b.likelihood_together.total_cmp(&a.likelihood_together));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thiap_domain::{Area, Baht, BudgetLine};

    fn code(code: &str) -> ProjectCode {
        ProjectCode::new(code).unwrap()
    }

    fn part(id: &str, department: &str, shares: &[(&str, f64)]) -> Part {
        let mut project = Project::titled(code(id), format!("งาน {id}"));
        project.owner.department = department.into();
        Part {
            project,
            vectors: ProjectVectors::default(),
            shares: shares.iter().map(|(name, likelihood)| (code(name), *likelihood)).collect(),
        }
    }

    #[test]
    fn drafts_of_one_owner_that_share_a_project_are_united() {
        let parts = [
            part("A", "กรมชลประทาน", &[("P", 0.2), ("Q", 0.1)]),
            part("B", "กรม ชลประทาน", &[("P", 0.3)]),
            part("C", "กรมประมง", &[("P", 0.5), ("Q", 0.5)]),
            part("D", "", &[("P", 0.5)]),
        ];
        let unions = unions(&parts);
        assert_eq!(unions.len(), 1);
        assert_eq!(unions[0].code, code("P"));
        assert_eq!(unions[0].parts, [(1, 0.3), (0, 0.2)]);
        assert!((unions[0].alone() - 0.3).abs() < 1e-12);
    }

    #[test]
    fn three_drafts_are_united_in_pairs_and_together() {
        let parts = ["A", "B", "C", "D"].map(|id| part(id, "กรมชลประทาน", &[("P", 0.2)]));
        let unions = unions(&parts);
        assert_eq!(unions.iter().map(|union| union.parts.len()).collect::<Vec<_>>(), [3, 2, 2, 2]);
    }

    #[test]
    fn a_union_holds_what_its_parts_hold_once() {
        let mut a = part("A", "กรมชลประทาน", &[]).project;
        a.objectives = vec!["เก็บน้ำ".into(), "ส่งน้ำ".into()];
        a.areas = vec![Area { province: "เลย".into(), ..Area::default() }];
        a.budgets = vec![BudgetLine {
            fiscal_year_be: None,
            source: String::new(),
            baht: Baht::from_baht(100).unwrap(),
        }];
        let mut b = a.clone();
        b.title = "งานอื่น".into();
        b.objectives = vec!["ส่งน้ำ".into(), "ระบายน้ำ".into()];
        let united = united([&a, &b]).unwrap();
        assert_eq!(united.title, "งาน A งานอื่น");
        assert_eq!(united.objectives, ["เก็บน้ำ", "ส่งน้ำ", "ระบายน้ำ"]);
        assert_eq!(united.areas.len(), 1);
        assert_eq!(united.budget_total(), Baht::from_baht(200));
    }
}
