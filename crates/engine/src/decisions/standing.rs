//! What the decisions of several reviewers come to.

use std::collections::BTreeMap;

use thiap_domain::Relation;
use thiap_evaluation::{agreeing_share, cohen_kappa, krippendorff_alpha};
use thiap_store::Decision;

use crate::answer::{AgreementAnswer, Disagreement, ReviewerAgreement};

/// What stands on a pair: the latest decision of each reviewer.
#[derive(Debug, Default)]
pub(super) struct Standing<'a> {
    by_reviewer: BTreeMap<&'a str, &'a Decision>,
}

/// A pair of a draft and a project.
pub(super) type PairKey<'a> = (&'a str, &'a str);

/// What stands on each pair, pairs in the order of their codes.
pub(super) fn standing(decisions: &[Decision]) -> BTreeMap<PairKey<'_>, Standing<'_>> {
    let mut pairs: BTreeMap<PairKey<'_>, Standing<'_>> = BTreeMap::new();
    // in the order of numbers, so that a later decision takes the place of an earlier one
    for decision in decisions {
        let pair = (decision.draft_id.as_str(), decision.project_code.as_str());
        pairs.entry(pair).or_default().by_reviewer.insert(&decision.reviewer, decision);
    }
    pairs
}

impl Standing<'_> {
    /// The decisions, by reviewer.
    pub(super) fn decisions(&self) -> impl Iterator<Item = &Decision> {
        self.by_reviewer.values().copied()
    }

    /// What most reviewers decided, among equals the weakest relation: a label must not claim more than its readers do. And
    /// whether there were equals.
    pub(super) fn majority(&self) -> (Relation, bool) {
        let voices = |relation| self.decisions().filter(|decision| decision.relation == relation).count();
        let most = Relation::ALL.into_iter().map(voices).max().unwrap_or(0);
        let mut leading = Relation::ALL.into_iter().rev().filter(|relation| voices(*relation) == most);
        (leading.next().unwrap_or(Relation::Distinct), leading.next().is_some())
    }

    /// What each reviewer decided, where they disagree.
    pub(super) fn disagreement(&self, (draft_id, project_code): PairKey<'_>) -> Option<Disagreement> {
        let (relation, tied) = self.majority();
        let agree = self.decisions().all(|decision| decision.relation == relation);
        (!agree).then(|| Disagreement {
            draft_id: draft_id.to_owned(),
            project_code: project_code.to_owned(),
            decided: self
                .by_reviewer
                .iter()
                .map(|(reviewer, decision)| ((*reviewer).to_owned(), decision.relation))
                .collect(),
            relation,
            tied,
        })
    }
}

/// How far reviewers agree.
pub(super) fn agreement(decisions: &[Decision]) -> AgreementAnswer {
    let pairs = standing(decisions);
    let labels: Vec<Vec<Relation>> = pairs
        .values()
        .map(|standing| standing.decisions().map(|decision| decision.relation).collect())
        .collect();
    let mut in_common: BTreeMap<(&str, &str), Vec<(Relation, Relation)>> = BTreeMap::new();
    for standing in pairs.values() {
        for (a, one) in &standing.by_reviewer {
            for (b, other) in standing.by_reviewer.iter().filter(|(b, _)| a < *b) {
                in_common.entry((a, b)).or_default().push((one.relation, other.relation));
            }
        }
    }
    AgreementAnswer {
        decisions: decisions.len(),
        standing: labels.iter().map(Vec::len).sum(),
        pairs: pairs.len(),
        pairs_of_several: labels.iter().filter(|labels| labels.len() > 1).count(),
        agreeing_share: agreeing_share(&labels),
        krippendorff_alpha: krippendorff_alpha(&labels),
        reviewers: in_common
            .into_iter()
            .map(|((a, b), items)| ReviewerAgreement {
                a: a.to_owned(),
                b: b.to_owned(),
                pairs: items.len(),
                agreeing: items.iter().filter(|(one, other)| one == other).count(),
                cohen_kappa: cohen_kappa(&items),
            })
            .collect(),
        disagreements: pairs.iter().filter_map(|(pair, standing)| standing.disagreement(*pair)).collect(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::DateTime;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use thiap_domain::ProjectCode;

    use super::*;

    pub(in super::super) fn decided(rows: &[(&str, &str, &str, Relation)]) -> Vec<Decision> {
        (1..)
            .zip(rows)
            .map(|(decision_id, (draft_id, project_code, reviewer, relation))| Decision {
                decision_id,
                draft_id: ProjectCode::new(draft_id).unwrap(),
                draft_hash: None,
                project_code: ProjectCode::new(project_code).unwrap(),
                relation: *relation,
                reason: "เพราะ".into(),
                reviewer: (*reviewer).to_owned(),
                decided_at: DateTime::UNIX_EPOCH,
                machine: None,
                superseded: false,
            })
            .collect()
    }

    #[test]
    fn the_majority_counts_and_a_tie_takes_the_weaker_relation() {
        use Relation::{Distinct, Duplicate, Overlap, Related};
        let majority = |relations: &[Relation]| {
            let names = ["ก", "ข", "ค", "ง"];
            let rows: Vec<_> = names
                .into_iter()
                .zip(relations)
                .map(|(name, relation)| ("D", "A", name, *relation))
                .collect();
            standing(&decided(&rows)).pop_first().unwrap().1.majority()
        };
        assert_eq!(majority(&[Duplicate, Duplicate, Distinct]), (Duplicate, false));
        assert_eq!(majority(&[Duplicate, Overlap]), (Overlap, true));
        assert_eq!(majority(&[Duplicate, Overlap, Related, Distinct]), (Distinct, true));
        assert_eq!(majority(&[Related]), (Related, false));
    }

    #[test]
    fn only_the_latest_decision_of_a_reviewer_counts() {
        let decisions = decided(&[
            ("D", "A", "ก", Relation::Distinct),
            ("D", "A", "ข", Relation::Overlap),
            ("D", "B", "ก", Relation::Related),
            ("D", "A", "ก", Relation::Overlap),
            ("E", "A", "ข", Relation::Distinct),
            ("E", "A", "ค", Relation::Related),
        ]);
        let told = agreement(&decisions);
        assert_eq!((told.decisions, told.standing, told.pairs, told.pairs_of_several), (6, 5, 3, 2));
        assert_eq!(told.agreeing_share, Some(0.5));
        let reviewers: Vec<_> =
            told.reviewers.iter().map(|r| (r.a.as_str(), r.b.as_str(), r.agreeing)).collect();
        assert_eq!(reviewers, [("ก", "ข", 1), ("ข", "ค", 0)]);
        assert_eq!(told.disagreements.len(), 1);
        assert_eq!((told.disagreements[0].relation, told.disagreements[0].tied), (Relation::Distinct, true));
    }

    proptest! {
        #[test]
        fn no_label_claims_more_than_its_readers(voices in vec(0usize..5, 1..9)) {
            let names: Vec<String> = (0..voices.len()).map(|n| n.to_string()).collect();
            let rows: Vec<_> =
                names.iter().zip(&voices).map(|(name, place)| ("D", "A", name.as_str(), Relation::ALL[*place])).collect();
            let decisions = decided(&rows);
            let (relation, tied) = standing(&decisions).pop_first().unwrap().1.majority();
            let count = |relation| rows.iter().filter(|row| row.3 == relation).count();
            prop_assert!(Relation::ALL.into_iter().all(|other| count(other) <= count(relation)));
            let equals = Relation::ALL.into_iter().filter(|other| count(*other) == count(relation)).count();
            prop_assert_eq!(tied, equals > 1);
            prop_assert!(Relation::ALL.into_iter().all(|other| count(other) < count(relation) || other <= relation));
        }
    }
}
