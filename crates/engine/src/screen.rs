//! Screening: all projects across agencies against each other and the past, and the families that repeat each other.
//!
//! Every project stands as the draft once, against projects of its own year and of earlier ones that other departments
//! run. Neighbours come from the index in nearly linear time ([`thiap_index::Blocking`]); each pair is compared as a check
//! compares it. Pairs are kept on disk in pieces as they are found, so that a screening that was stopped goes on where it
//! was, and memory stays bounded. Families are then built from the pairs, under what people decided about them.

mod audit;
mod compared;
mod pairs;

use std::sync::Arc;

use serde::Serialize;
use thiap_domain::ProjectCode;
use thiap_index::{Blocking, BlockingParameters, BlockingScope, VectorField};
use thiap_screening::{FamilyLink, FamilyRules, TextKind, carried_on, families};
use thiap_store::{FamilyEditKind, NewScreening, StoredFamily, decided_pairs};

pub use audit::BlockingAudit;

use self::compared::ComparedProjects;
use self::pairs::{FoundPair, METHOD, PairPieces, RunKey};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::family::FamilyAnswer;
use crate::indexing::blocking;
use crate::progress::Progress;

/// Drafts whose pairs are found, compared and put on disk together.
const PIECE_DRAFTS: usize = 1_024;
/// Groups of linked projects up to this size are compared pair by pair before families are built.
const WHOLLY_COMPARED: usize = 64;

/// What a screening does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ScreenOptions {
    /// The fiscal year (Buddhist era) whose projects are screened; `None` for all.
    pub fiscal_year_be: Option<i32>,
    /// How widely neighbours are looked for.
    pub blocking: BlockingParameters,
    /// So many projects, evenly drawn, are compared with all others, to tell what blocking loses; 0 for none.
    pub audited_projects: usize,
}

/// What a screening did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScreenSummary {
    /// Projects that stood as drafts.
    pub screened_projects: usize,
    /// Pairs that were compared, now or before this screening was stopped.
    pub compared_pairs: u64,
    /// Pairs with a likelihood that a family takes.
    pub actionable_pairs: usize,
    /// Families of two or more.
    pub families: usize,
    /// Projects in them.
    pub projects_in_families: usize,
    /// The change number of the corpus.
    pub change_number: u64,
    /// The weights of the relation model.
    pub relation_model_id: String,
    /// What blocking lost on a sample, when that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit: Option<BlockingAudit>,
}

impl Engine {
    /// Screens projects and keeps the families found; `told` gets each family, those with most money first.
    ///
    /// Stopped at any moment, the next screening of the same corpus with the same settings goes on from the last piece
    /// that was whole.
    ///
    /// # Errors
    /// [`EngineError::NotIndexed`], [`EngineError::FolderInUse`], and what store, index and disk give.
    pub async fn screen(
        self: &Arc<Self>,
        options: ScreenOptions,
        progress: &dyn Progress,
        mut told: impl FnMut(&FamilyAnswer) -> Result<(), EngineError>,
    ) -> Result<ScreenSummary, EngineError> {
        let _turn = self.writing().await;
        let _lock = self.folder().lock()?;
        let (index, encoder) = self.opened().await?;
        progress.begin("blocking", None);
        let searched = Arc::clone(&index);
        let scope = BlockingScope { fiscal_year_be: options.fiscal_year_be };
        let model = Arc::clone(&self.relation_model);
        let find = move || {
            searched.blocking(scope, options.blocking, &|field, vector| {
                let kind = match field {
                    VectorField::Title => TextKind::Title,
                    VectorField::Work => TextKind::Work,
                    VectorField::Whole => TextKind::Whole,
                };
                model.placed(kind, vector)
            })
        };
        let neighbours = Arc::new(blocking(find).await?);
        let order = Arc::new(neighbours.order());
        progress.end();
        let key = RunKey {
            method: METHOD,
            change_number: index.lexical_change_number(),
            vector_change_number: index.vector_change_number(),
            model_id: encoder.model_id().to_owned(),
            relation_model_id: self.relation_model.id().to_owned(),
            fiscal_year_be: options.fiscal_year_be,
            blocking: options.blocking,
            piece_drafts: PIECE_DRAFTS,
        };
        let change_number = key.change_number;
        let pieces = PairPieces::open(&self.screen_path(), key)?;
        let mut projects = ComparedProjects::new(Arc::clone(self), index);
        let (mut pairs, mut compared_pairs) = (Vec::new(), 0);
        progress.begin("pairs", Some(order.len() as u64));
        for (number, drafts) in order.chunks(PIECE_DRAFTS).enumerate() {
            let piece = match pieces.read(number)? {
                Some(piece) => piece,
                None => {
                    let piece = projects.pairs_of(&neighbours, drafts).await?;
                    pieces.write(number, &piece)?;
                    piece
                }
            };
            compared_pairs += piece.compared_pairs;
            pairs.extend(piece.pairs);
            progress.advance(drafts.len() as u64);
        }
        progress.end();
        let audit = match options.audited_projects {
            0 => None,
            count => Some(audit::audit(&mut projects, &neighbours, &order, &pairs, count, progress).await?),
        };
        let least = self.thresholds.family;
        let actionable_pairs = pairs.iter().filter(|pair| pair.likelihood >= least).count();
        let found = self.build_families(&mut projects, &neighbours, pairs, progress).await?;
        let stored = found.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
        let screening = NewScreening { change_number, fiscal_year_be: options.fiscal_year_be };
        self.store().save_families(screening, &stored).await?;
        for family in &found {
            told(family)?;
        }
        Ok(ScreenSummary {
            screened_projects: order.len(),
            compared_pairs,
            actionable_pairs,
            families: found.len(),
            projects_in_families: found.iter().map(|family| family.members.len()).sum(),
            change_number,
            relation_model_id: self.relation_model.id().to_owned(),
            audit,
        })
    }

    /// Families of the pairs found, with what is told of each, those with most money first.
    async fn build_families(
        self: &Arc<Self>,
        projects: &mut ComparedProjects,
        neighbours: &Arc<Blocking>,
        mut pairs: Vec<FoundPair>,
        progress: &dyn Progress,
    ) -> Result<Vec<FamilyAnswer>, EngineError> {
        let least = self.thresholds.family;
        let edits = self.store().family_edits().await?;
        let mut rules = FamilyRules::default();
        for ((a, b), kind) in decided_pairs(&edits) {
            // a project that was withdrawn since is in no family
            let (Some(a), Some(b)) = (neighbours.ordinal(&a), neighbours.ordinal(&b)) else { continue };
            match kind {
                FamilyEditKind::Split => rules.apart.push((a, b)),
                FamilyEditKind::Merge => rules.together.push((a, b)),
            }
        }
        progress.begin("families", None);
        let linked: Vec<(u32, u32)> = pairs
            .iter()
            .filter(|pair| pair.likelihood >= least)
            .map(|pair| (pair.draft, pair.project))
            .chain(rules.together.iter().copied())
            .collect();
        let mut groups = linked_groups(&linked);
        groups.retain(|group| group.len() <= WHOLLY_COMPARED);
        pairs.extend(projects.pairs_among(neighbours, &groups, &pairs).await?);
        let links: Vec<FamilyLink> = pairs
            .iter()
            .map(|pair| FamilyLink { a: pair.draft, b: pair.project, likelihood: pair.likelihood })
            .collect();
        let found = blocking(move || Ok::<_, EngineError>(families(&links, &rules, least))).await?;
        let codes = |members: &[u32]| -> Vec<ProjectCode> {
            members.iter().filter_map(|member| neighbours.code(*member)).cloned().collect()
        };
        let memberships: Vec<Vec<ProjectCode>> = found.iter().map(|family| codes(&family.members)).collect();
        let earlier = self.store().family_memberships().await?;
        let names = carried_on(&earlier, &memberships);
        let mut answers = Vec::with_capacity(found.len());
        for ((family, members), name) in found.iter().zip(&memberships).zip(names) {
            let Some(medoid) = neighbours.code(family.medoid) else { continue };
            let family_id = match name {
                Some(name) => name.to_owned(),
                None => new_name(members, &earlier),
            };
            // a merged family carries on the name of one of the two, whichever the edit was kept under
            let edited = edits.iter().any(|edit| {
                edit.family_id == family_id
                    || edit.pairs.iter().any(|(a, b)| members.contains(a) || members.contains(b))
            });
            answers.push(projects.described(family_id, members, medoid, edited).await?);
            progress.advance(1);
        }
        progress.end();
        answers.sort_by(|a, b| b.budget_baht.cmp(&a.budget_baht).then_with(|| a.family_id.cmp(&b.family_id)));
        Ok(answers)
    }
}

fn stored(family: &FamilyAnswer) -> Result<StoredFamily, EngineError> {
    let members =
        family.members.iter().filter_map(|member| ProjectCode::new(&member.project_code).ok()).collect();
    let content =
        serde_json::to_string(family).map_err(|error| EngineError::Worker(format!("a family: {error}")))?;
    Ok(StoredFamily { family_id: family.family_id.clone(), members, content })
}

/// A name for a family that carries on none: from its members, so that the same store gives the same name.
fn new_name(members: &[ProjectCode], earlier: &[(String, Vec<ProjectCode>)]) -> String {
    use sha2::{Digest, Sha256};
    (0u32..)
        .map(|attempt| {
            let mut hash = Sha256::new();
            hash.update(attempt.to_le_bytes());
            for member in members {
                hash.update(member.as_str());
                hash.update([0]);
            }
            hash.finalize().iter().take(5).fold("F-".to_owned(), |name, byte| name + &format!("{byte:02x}"))
        })
        .find(|name| earlier.binary_search_by(|(known, _)| known.cmp(name)).is_err())
        .unwrap_or_default()
}

/// Projects that are linked, directly or through others.
fn linked_groups(links: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut parents: std::collections::BTreeMap<u32, u32> = std::collections::BTreeMap::new();
    fn root(parents: &mut std::collections::BTreeMap<u32, u32>, mut one: u32) -> u32 {
        loop {
            let parent = *parents.entry(one).or_insert(one);
            if parent == one {
                return one;
            }
            let above = *parents.entry(parent).or_insert(parent);
            parents.insert(one, above);
            one = above;
        }
    }
    for (a, b) in links {
        let (a, b) = (root(&mut parents, *a), root(&mut parents, *b));
        parents.insert(a.max(b), a.min(b));
    }
    let all: Vec<u32> = parents.keys().copied().collect();
    let mut groups: std::collections::BTreeMap<u32, Vec<u32>> = std::collections::BTreeMap::new();
    for one in all {
        groups.entry(root(&mut parents, one)).or_default().push(one);
    }
    groups.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hold_what_is_linked_through_others() {
        let groups = linked_groups(&[(5, 1), (2, 3), (3, 9), (9, 2), (1, 7)]);
        assert_eq!(groups, [vec![1, 5, 7], vec![2, 3, 9]]);
    }

    #[test]
    fn a_new_name_is_none_that_was_given_before() {
        let members = [ProjectCode::new("A").unwrap(), ProjectCode::new("B").unwrap()];
        let name = new_name(&members, &[]);
        assert_eq!(name, new_name(&members, &[]));
        assert_ne!(name, new_name(&members, &[(name.clone(), Vec::new())]));
    }
}
