//! What blocking loses: some projects are compared with all others.

use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use thiap_index::Blocking;

use super::compared::{ComparedProjects, likelihood_across};
use super::pairs::FoundPair;
use crate::error::EngineError;
use crate::indexing::blocking;
use crate::progress::Progress;

/// Projects that are read together.
const PAGE: usize = 2_048;
/// Lost pairs that are named.
const MOST_SHOWN: usize = 20;

/// What blocking lost on a sample.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BlockingAudit {
    /// Projects that were compared with all others in scope.
    pub projects: usize,
    /// Pairs compared for that.
    pub compared_pairs: u64,
    /// Actionable pairs among all: those with a likelihood that a family takes.
    pub actionable_pairs: usize,
    /// Of these, pairs that blocking did not bring together.
    pub lost_pairs: usize,
    /// Some of them: draft, project, likelihood.
    pub lost: Vec<(String, String, f64)>,
    /// The share lost; `None` when there is no actionable pair.
    pub loss: Option<f64>,
}

pub(super) async fn audit(
    projects: &mut ComparedProjects,
    neighbours: &Arc<Blocking>,
    order: &[u32],
    found: &[FoundPair],
    count: usize,
    progress: &dyn Progress,
) -> Result<BlockingAudit, EngineError> {
    let step = (order.len() / count.max(1)).max(1);
    let drafts: Vec<u32> = order.iter().copied().step_by(step).take(count).collect();
    let profiles = Arc::new(projects.of_ordinals(neighbours, &drafts).await?);
    let found: HashSet<(u32, u32)> = found.iter().map(|pair| (pair.draft, pair.project)).collect();
    let least = projects.engine().thresholds.family;
    let mut audit = BlockingAudit {
        projects: drafts.len(),
        compared_pairs: 0,
        actionable_pairs: 0,
        lost_pairs: 0,
        lost: Vec::new(),
        loss: None,
    };
    progress.begin("audit", None);
    let mut after = None;
    loop {
        let page = projects.engine().store().projects_after(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.project_code.clone());
        let read = projects.read(page).await?;
        let (blocked, profiles) = (Arc::clone(neighbours), Arc::clone(&profiles));
        let (engine, corpus) = (Arc::clone(projects.engine()), Arc::clone(projects.corpus()));
        let (compared, pairs) = blocking(move || {
            let pairs: Vec<Option<(u32, u32, f64)>> = read
                .par_iter()
                .filter_map(|(code, profile)| Some((blocked.ordinal(code)?, profile)))
                .flat_map_iter(|(other, existing)| {
                    profiles
                        .iter()
                        .filter(|(draft, _)| blocked.is_in_scope(**draft, other))
                        .map(|(draft, profile)| {
                            likelihood_across(&engine, &corpus, profile, existing)
                                .filter(|likelihood| *likelihood >= least)
                                .map(|likelihood| (*draft, other, likelihood))
                        })
                        .collect::<Vec<_>>()
                })
                .collect();
            Ok::<_, EngineError>((pairs.len(), pairs.into_iter().flatten().collect::<Vec<_>>()))
        })
        .await?;
        audit.compared_pairs += compared as u64;
        audit.actionable_pairs += pairs.len();
        for (draft, project, likelihood) in pairs {
            if found.contains(&(draft, project)) {
                continue;
            }
            audit.lost_pairs += 1;
            if let (Some(a), Some(b)) = (neighbours.code(draft), neighbours.code(project))
                && audit.lost.len() < MOST_SHOWN
            {
                audit.lost.push((a.as_str().to_owned(), b.as_str().to_owned(), likelihood));
            }
        }
        progress.advance(compared as u64);
    }
    progress.end();
    audit.loss =
        (audit.actionable_pairs > 0).then(|| audit.lost_pairs as f64 / audit.actionable_pairs as f64);
    Ok(audit)
}
