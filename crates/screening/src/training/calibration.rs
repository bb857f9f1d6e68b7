//! From scores to likelihoods and decisions.

use thiap_domain::{Agreement, Relation};

use super::logistic::rounded;
use crate::feature::FeatureValues;
use crate::model::AspectStep;

/// Pairs that a point of the calibration rests on, at least, by weight: fewer say nothing about a share.
const LEAST_WEIGHT: f64 = 25.0;

/// Isotonic regression of outcomes on scores (pool adjacent violators; Ayer et al. 1955): points of rising score and
/// share. Each is (score, share observed); between them a reader draws straight lines.
pub(crate) fn isotonic(observed: &[(f64, bool, f64)]) -> Vec<(f64, f64)> {
    struct Block {
        weight: f64,
        scores: f64,
        positives: f64,
    }
    let mut ordered: Vec<&(f64, bool, f64)> = observed.iter().collect();
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut blocks: Vec<Block> = Vec::new();
    for (score, positive, weight) in ordered {
        let positives = if *positive { *weight } else { 0.0 };
        let mut block = Block { weight: *weight, scores: score * weight, positives };
        // A block joins the one below while that is too small or has a larger share.
        while let Some(below) = blocks.last() {
            let violates = below.positives * block.weight >= block.positives * below.weight;
            if !violates && below.weight >= LEAST_WEIGHT {
                break;
            }
            block.weight += below.weight;
            block.scores += below.scores;
            block.positives += below.positives;
            blocks.pop();
        }
        blocks.push(block);
    }
    // The last block may still be small.
    while blocks.len() > 1 && blocks.last().is_some_and(|last| last.weight < LEAST_WEIGHT) {
        let Some(last) = blocks.pop() else { break };
        if let Some(below) = blocks.last_mut() {
            below.weight += last.weight;
            below.scores += last.scores;
            below.positives += last.positives;
        }
    }
    let mut points = vec![(0.0, 0.0)];
    points.extend(
        blocks
            .iter()
            .map(|block| (rounded(block.scores / block.weight), rounded(block.positives / block.weight))),
    );
    points.push((1.0, 1.0));
    points
}

/// Factors of the relations with which the macro F1 over judged pairs is best, by coordinate ascent from 1; `distinct`
/// keeps 1.
pub(crate) fn choice(judged: &[([f64; 5], Relation)]) -> [f64; 5] {
    const FACTORS: [f64; 13] = [0.25, 0.35, 0.5, 0.6, 0.7, 0.85, 1.0, 1.2, 1.5, 1.75, 2.0, 3.0, 4.0];
    let mut factors = [1.0; 5];
    let mut best = macro_f1(judged, &factors);
    for _ in 0..4 {
        for class in 0..4 {
            for factor in FACTORS {
                let mut tried = factors;
                if let Some(slot) = tried.get_mut(class) {
                    *slot = factor;
                }
                let score = macro_f1(judged, &tried);
                if score > best + 1e-9 {
                    (best, factors) = (score, tried);
                }
            }
        }
    }
    factors
}

/// The index of the largest product; of equal ones the last, which is the weaker relation.
fn chosen(probabilities: &[f64; 5], factors: &[f64; 5]) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (class, (probability, factor)) in probabilities.iter().zip(factors).enumerate() {
        if probability * factor >= best.1 {
            best = (class, probability * factor);
        }
    }
    best.0
}

fn macro_f1(judged: &[([f64; 5], Relation)], factors: &[f64; 5]) -> f64 {
    // per class: decided and right, decided, labelled
    let mut counts = [(0usize, 0usize, 0usize); 5];
    for (probabilities, relation) in judged {
        let (gold, decided) = (*relation as usize, chosen(probabilities, factors));
        for (class, (right, decisions, labels)) in counts.iter_mut().enumerate() {
            *right += usize::from(class == gold && class == decided);
            *decisions += usize::from(class == decided);
            *labels += usize::from(class == gold);
        }
    }
    mean_f1(&counts)
}

fn mean_f1(counts: &[(usize, usize, usize)]) -> f64 {
    let present = counts.iter().filter(|(_, _, labels)| *labels > 0).count().max(1) as f64;
    let sum: f64 = counts
        .iter()
        .filter(|(_, _, labels)| *labels > 0)
        .map(|(right, decisions, labels)| 2.0 * *right as f64 / (decisions + labels).max(1) as f64)
        .sum();
    sum / present
}

/// Sets the limits of an aspect so that the mean F1 of its three agreements is best.
pub(crate) fn choose_agreement_limits(step: &mut AspectStep, labelled: &[(&FeatureValues, Agreement)]) {
    let scored: Vec<(f64, f64, Agreement)> = labelled
        .iter()
        .map(|(values, label)| {
            let agrees = step.agrees.probability(values);
            (agrees, step.same.probability(values).min(agrees), *label)
        })
        .collect();
    let limits = || (2..=18).map(|n| f64::from(n) / 20.0);
    let mut best = f64::NEG_INFINITY;
    for agrees_from in limits() {
        for same_from in limits() {
            let mut counts = [(0usize, 0usize, 0usize); 3];
            for (agrees, same, label) in &scored {
                let decided = if *agrees < agrees_from {
                    Agreement::Different
                } else if *same < same_from {
                    Agreement::Partly
                } else {
                    Agreement::Same
                };
                for ((right, decisions, labels), class) in
                    counts.iter_mut().zip([Agreement::Same, Agreement::Partly, Agreement::Different])
                {
                    *right += usize::from(class == *label && class == decided);
                    *decisions += usize::from(class == decided);
                    *labels += usize::from(class == *label);
                }
            }
            let score = mean_f1(&counts);
            if score > best {
                best = score;
                (step.agrees_from, step.same_from) = (agrees_from, same_from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibration_rises_and_meets_the_shares() {
        let observed: Vec<(f64, bool, f64)> =
            (0..1000).map(|n| (f64::from(n) / 1000.0, n % 4 == 0 && n > 300, 1.0)).collect();
        let points = isotonic(&observed);
        assert!(points.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1));
        let near_end = points[points.len() - 2];
        assert!((near_end.1 - 0.25).abs() < 0.1, "{points:?}");
    }

    #[test]
    fn rare_relations_are_named_when_that_helps() {
        let mut judged = vec![([0.0, 0.0, 0.0, 0.1, 0.9], Relation::Distinct); 90];
        judged.extend(vec![([0.0, 0.0, 0.0, 0.4, 0.6], Relation::Related); 10]);
        let factors = choice(&judged);
        assert!(macro_f1(&judged, &factors) > 0.99);
    }
}
