//! From two profiles to the values of the named comparisons.

use thiap_domain::{ProjectKind, TextField};

use crate::area::AreaRelation;
use crate::corpus::{CorpusStatistics, rarity};
use crate::feature::{Feature, FeatureValues};
use crate::hash::shared;
use crate::marks::{ThingRelation, TurnRelation};
use crate::meaning_space::MeaningSpace;
use crate::misspelling::seen_through;
use crate::owner::OwnerRelation;
use crate::profile::Profile;
use crate::target_group::GroupRelation;
use crate::text::Texts;
use crate::vectors::{OwnedVectors, cosine};
use crate::vocabulary::WordRole;

/// What a stock word keeps of the weight that its rarity gives it.
const STOCK_SHARE: f64 = 0.25;
/// Weights of words are brought to about 1 by this.
const WEIGHT_SCALE: f64 = 10.0;
/// Beyond this ratio of amounts (e cubed, some twentyfold) a larger one says nothing more.
const LARGEST_LOG_RATIO: f64 = 3.0;

/// How near texts of the same words are in meaning when names of places and figures, which wording leaves aside, differ.
const WORDING_SHARE: f64 = 0.8;

/// What a pair looks like from all sides.
#[derive(Debug, Clone)]
pub(crate) struct PairView {
    pub(crate) values: FeatureValues,
    pub(crate) area: AreaRelation,
    pub(crate) group: GroupRelation,
    pub(crate) owner: OwnerRelation,
}

/// What the words of a profile weigh, in their order.
pub(crate) fn word_weights(texts: &Texts, corpus: &dyn CorpusStatistics) -> Vec<f64> {
    texts
        .words
        .iter()
        .map(|word| {
            let weight = rarity(corpus, &word.text);
            match word.role {
                WordRole::Content => weight,
                WordRole::Stock => weight * STOCK_SHARE,
                WordRole::Function => 0.0,
            }
        })
        .collect()
}

/// The words of one side with their weights.
#[derive(Clone, Copy)]
struct Side<'a> {
    texts: &'a Texts,
    weights: &'a [f64],
}

impl Side<'_> {
    fn weight(self, id: u32) -> f64 {
        self.weights.get(id as usize).copied().unwrap_or(0.0)
    }

    fn total(self, ids: &[u32]) -> f64 {
        ids.iter().map(|id| self.weight(*id)).sum()
    }
}

/// Weight of the words that two sets share, and of the heaviest of them; both sets ascend by hash. Weights are the left side's.
fn shared_weight(a: Side<'_>, a_ids: &[u32], b: Side<'_>, b_ids: &[u32]) -> (f64, f64) {
    let (mut i, mut j) = (0, 0);
    let (mut sum, mut most) = (0.0, 0.0f64);
    while let (Some(x), Some(y)) = (a_ids.get(i), b_ids.get(j)) {
        match a.texts.hash(*x).cmp(&b.texts.hash(*y)) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                let weight = a.weight(*x);
                sum += weight;
                most = most.max(weight);
                i += 1;
                j += 1;
            }
        }
    }
    (sum, most)
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

fn share_of(part: usize, whole: usize) -> f64 {
    share(part as f64, whole as f64)
}

impl PairView {
    pub(crate) fn of(
        draft: &Profile,
        project: &Profile,
        corpus: &dyn CorpusStatistics,
        space: Option<&MeaningSpace>,
    ) -> Self {
        let mut view = Self::without_meanings(draft, project, corpus);
        set_meanings(&mut view.values, &draft.vectors, &project.vectors, space);
        view
    }

    /// All but what the vectors say, for whoever has no space of meanings yet.
    pub(crate) fn without_meanings(
        draft: &Profile,
        project: &Profile,
        corpus: &dyn CorpusStatistics,
    ) -> Self {
        let mut values = FeatureValues::zero();
        let read = seen_through(draft, project, corpus);
        let draft = &*read;
        words(&mut values, draft, project, corpus);
        ngrams(&mut values, draft, project);
        let owner = draft.owner.relation(&project.owner);
        values.mark(Feature::SameDepartment, owner == OwnerRelation::SameDepartment);
        values.mark(Feature::SameMinistry, owner == OwnerRelation::SameMinistry);
        values.mark(Feature::SameDivision, draft.owner.same_division(&project.owner));
        times(&mut values, draft, project);
        let area = draft.places.relation(&project.places);
        places(&mut values, draft, project, area);
        let group = draft.target_groups.relation(&project.target_groups);
        values.mark(Feature::GroupSame, group == GroupRelation::Same);
        values.mark(
            Feature::GroupPartly,
            matches!(group, GroupRelation::Within | GroupRelation::Contains | GroupRelation::Shared),
        );
        values.mark(Feature::GroupDisjoint, group == GroupRelation::Disjoint);
        money(&mut values, draft, project);
        kinds(&mut values, draft, project);
        Self { values, area, group, owner }
    }
}

fn words(values: &mut FeatureValues, draft: &Profile, project: &Profile, corpus: &dyn CorpusStatistics) {
    let draft_weights = word_weights(&draft.texts, corpus);
    let project_weights = word_weights(&project.texts, corpus);
    let d = Side { texts: &draft.texts, weights: &draft_weights };
    let p = Side { texts: &project.texts, weights: &project_weights };
    let (d_title, p_title) = (d.total(&draft.texts.title), p.total(&project.texts.title));
    let (d_work, p_work) = (d.total(&draft.texts.work), p.total(&project.texts.work));
    let (titles, _) = shared_weight(d, &draft.texts.title, p, &project.texts.title);
    values.set(Feature::TitleWords, share(2.0 * titles, d_title + p_title));
    let (project_in_draft, rarest) = shared_weight(p, &project.texts.title, d, &draft.texts.work);
    values.set(Feature::ProjectTitleInDraft, share(project_in_draft, p_title));
    values.set(Feature::RarestSharedWord, rarest / WEIGHT_SCALE);
    values.set(Feature::SharedWeight, (project_in_draft / WEIGHT_SCALE).ln_1p());
    let (draft_in_project, _) = shared_weight(d, &draft.texts.title, p, &project.texts.work);
    values.set(Feature::DraftTitleInProject, share(draft_in_project, d_title));
    let (works, _) = shared_weight(d, &draft.texts.work, p, &project.texts.work);
    values.set(Feature::WorkWords, share(2.0 * works, d_work + p_work));
    let (mut best_title, mut best_work) = (0.0f64, 0.0f64);
    for entry in &project.texts.entries {
        if entry.field != TextField::Activities || entry.general {
            continue;
        }
        let ids = &entry.word_ids;
        let total = p.total(ids);
        let (in_title, _) = shared_weight(p, ids, d, &draft.texts.title);
        best_title = best_title.max(share(2.0 * in_title, total + d_title));
        let (in_work, _) = shared_weight(p, ids, d, &draft.texts.work);
        best_work = best_work.max(share(in_work, total));
    }
    values.set(Feature::DraftTitleInActivity, best_title);
    values.set(Feature::ActivityInDraft, best_work);
    values.set(Feature::ProjectSpecificity, (p_title / WEIGHT_SCALE).ln_1p());
    values.set(Feature::DraftSpecificity, (d_title / WEIGHT_SCALE).ln_1p());
}

fn ngrams(values: &mut FeatureValues, draft: &Profile, project: &Profile) {
    let (d, p) = (&draft.texts, &project.texts);
    let titles = shared(&d.title_ngrams, &p.title_ngrams);
    values.set(Feature::TitleNgrams, share_of(2 * titles, d.title_ngrams.len() + p.title_ngrams.len()));
    let in_draft = shared(&p.title_ngrams, &d.work_ngrams);
    values.set(Feature::ProjectTitleNgramsInDraft, share_of(in_draft, p.title_ngrams.len()));
    let in_project = shared(&d.title_ngrams, &p.work_ngrams);
    values.set(Feature::DraftTitleNgramsInProject, share_of(in_project, d.title_ngrams.len()));
}

/// Sets what the vectors of both sides say, in a space of meanings, once everything else is known. Where a side has no
/// vector yet, shared wording stands in.
pub(crate) fn set_meanings(
    values: &mut FeatureValues,
    draft: &OwnedVectors,
    project: &OwnedVectors,
    space: Option<&MeaningSpace>,
) {
    let (d, p) = (draft.placed(space), project.placed(space));
    let pairs = [
        (Feature::TitleMeaning, &d.title, &p.title, Feature::TitleNgrams),
        (Feature::DraftToTitleMeaning, &d.whole, &p.title, Feature::TitleNgrams),
        (Feature::WorkToTitleMeaning, &d.work, &p.title, Feature::TitleNgrams),
        (Feature::TitleToProjectMeaning, &d.title, &p.whole, Feature::TitleNgrams),
        (Feature::WorkMeaning, &d.work, &p.work, Feature::WorkWords),
        (Feature::WholeMeaning, &d.whole, &p.whole, Feature::WorkWords),
    ];
    for (feature, a, b, wording) in pairs {
        let cosine = a.as_deref().zip(b.as_deref()).and_then(|(a, b)| cosine(a, b));
        values.set(feature, cosine.unwrap_or_else(|| WORDING_SHARE * values.get(wording)));
    }
    let alike = values.get(Feature::WholeMeaning).max(0.0);
    let apart = values.get(Feature::AreaApart) + values.get(Feature::AreaOtherProvince);
    values.set(Feature::ElsewhereAlike, alike * apart);
    values.set(Feature::OtherGroupAlike, alike * values.get(Feature::GroupDisjoint));
    // the name of the place does not count: titles are placed without it
    let deeds_alike = values.get(Feature::TitleMeaning).max(values.get(Feature::WorkToTitleMeaning));
    values.set(Feature::OthersAlikeInPlace, deeds_alike.max(0.0) * values.get(Feature::OthersInPlace));
}

fn times(values: &mut FeatureValues, draft: &Profile, project: &Profile) {
    let years = draft.fiscal_year_be.zip(project.fiscal_year_be).map(|(d, p)| d - p);
    values.mark(Feature::NextYear, years == Some(1));
    values.mark(Feature::LaterYear, years.is_some_and(|years| years > 1));
    values.mark(Feature::EarlierYear, years.is_some_and(|years| years < 0));
    let shared_days = match (draft.period, project.period) {
        (Some(d), Some(p)) => share(d.shared_days(p) as f64, d.days() as f64),
        _ => 0.5,
    };
    values.set(Feature::SharedDays, shared_days);
    let turn = draft.marks.turn(&project.marks);
    let later_phase = turn == TurnRelation::Later;
    values.mark(Feature::LaterPhase, later_phase);
    values.mark(Feature::EarlierPhase, turn == TurnRelation::Earlier);
    let same_department = values.get(Feature::SameDepartment) > 0.0;
    values.mark(
        Feature::SameOwnerLater,
        same_department && (years.is_some_and(|years| years > 0) || later_phase),
    );
}

fn places(values: &mut FeatureValues, draft: &Profile, project: &Profile, area: AreaRelation) {
    values.mark(Feature::AreaSame, area == AreaRelation::Same);
    values.mark(Feature::AreaWithin, area == AreaRelation::Within);
    values.mark(Feature::AreaContains, area == AreaRelation::Contains);
    values.mark(Feature::AreaShared, area == AreaRelation::Shared);
    values.mark(Feature::AreaApart, area == AreaRelation::Apart);
    values.mark(Feature::AreaOtherProvince, area == AreaRelation::OtherProvince);
    let bound = project.place_bound;
    values.mark(Feature::PlaceBound, bound);
    let thing = draft.marks.things(&project.marks);
    values.mark(Feature::ThingSame, thing == ThingRelation::Same);
    values.mark(Feature::ThingOther, thing == ThingRelation::Other);
    values.mark(Feature::PlaceBoundElsewhere, bound && area.is_disjoint());
    let same_owner = values.get(Feature::SameDepartment) > 0.0;
    // one department names its own offices over and over, and goods the office that they are for
    let nested = matches!(area, AreaRelation::Same | AreaRelation::Within | AreaRelation::Contains);
    if nested && !same_owner && !draft.goods && !project.goods {
        values.set(Feature::OthersInPlace, draft.places.narrowness().min(project.places.narrowness()));
    }
    let same_place = area == AreaRelation::Same && project.places.is_stated();
    values.mark(Feature::GoodsOfOthers, project.goods && !same_owner && !same_place);
    values.mark(Feature::SisterOwners, draft.owner.are_sisters(&project.owner) && area != AreaRelation::Same);
}

fn money(values: &mut FeatureValues, draft: &Profile, project: &Profile) {
    let Some((d, p)) = draft.budget.zip(project.budget) else { return };
    let Some(ratio) = d.ratio(p) else { return };
    values.mark(Feature::BudgetSame, ratio <= 1.5);
    values.mark(Feature::BudgetPartly, ratio > 1.5 && ratio <= 3.0);
    values.mark(Feature::BudgetProjectLarger, ratio > 3.0 && p > d);
    values.mark(Feature::BudgetDraftLarger, ratio > 3.0 && d > p);
    values.set(Feature::BudgetDistance, ratio.ln().min(LARGEST_LOG_RATIO));
}

fn kinds(values: &mut FeatureValues, draft: &Profile, project: &Profile) {
    values.mark(Feature::ProjectIsOutput, project.kind == ProjectKind::Output);
    values.mark(Feature::ProjectIsItem, project.kind == ProjectKind::Item);
    let lines = project.work_lines + project.general_lines;
    values.set(Feature::ProjectLines, (lines as f64).ln_1p());
    values.mark(Feature::ProjectSingleLine, lines == 1);
    values.set(Feature::ProjectGeneralLines, share_of(project.general_lines, lines));
    values.mark(Feature::DraftTerse, !draft.has_objectives && !draft.has_activities);
    values.mark(Feature::DraftIsProject, draft.existing && !draft.has_objectives);
    let shared_plan = draft.plans.iter().any(|plan| project.plans.binary_search(plan).is_ok());
    values.mark(Feature::SharedPlan, shared_plan);
}
