//! The projects of a screening: read and profiled when they are needed, kept as long as they are needed again soon.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;
use thiap_domain::{Project, ProjectCode};
use thiap_index::{Blocking, Index};
use thiap_screening::{Comparison, Profile, RememberedStatistics, compare};

use super::pairs::{FoundPair, Piece};
use crate::check::{IndexStatistics, profile_of_existing, statistics};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::family::FamilyAnswer;
use crate::indexing::blocking;

/// A pair below this likelihood is not kept: it cannot bring a family together, nor hold one apart that others would.
const LEAST_LIKELIHOOD: f64 = 0.05;

/// Pairs of groups that are compared together: as many as a piece has.
const PAIRS_TOGETHER: usize = 40_000;

/// Profiles that are kept for the next pieces, at most: some 5 KB each.
const MOST_KEPT: usize = 60_000;

/// Profiles by ordinal.
pub(super) type Profiles = HashMap<u32, Arc<Profile>>;

/// What comparing the projects of a screening takes.
pub(super) struct ComparedProjects {
    engine: Arc<Engine>,
    index: Arc<Index>,
    corpus: Arc<RememberedStatistics<IndexStatistics>>,
    /// Those of the piece before and as many of earlier ones as may be kept: pieces near each other share many.
    kept: Profiles,
}

impl ComparedProjects {
    pub(super) fn new(engine: Arc<Engine>, index: Arc<Index>) -> Self {
        let corpus = Arc::new(statistics(&index));
        Self { engine, index, corpus, kept: Profiles::default() }
    }

    /// The pairs of drafts with their neighbours.
    pub(super) async fn pairs_of(
        &mut self,
        neighbours: &Arc<Blocking>,
        drafts: &[u32],
    ) -> Result<Piece, EngineError> {
        let (looked_up, asked) = (Arc::clone(neighbours), drafts.to_vec());
        let found = blocking(move || Ok::<_, EngineError>(looked_up.neighbours(&asked))).await?;
        let pairs: Vec<(u32, u32)> = drafts
            .iter()
            .zip(&found)
            .flat_map(|(draft, others)| others.iter().map(|other| (*draft, *other)))
            .collect();
        Ok(Piece { compared_pairs: pairs.len() as u64, pairs: self.compare(neighbours, pairs).await? })
    }

    /// All pairs within each group that are not among `known`, each with the side that stands as the draft first.
    pub(super) async fn pairs_among(
        &mut self,
        neighbours: &Arc<Blocking>,
        groups: &[Vec<u32>],
        known: &[FoundPair],
    ) -> Result<Vec<FoundPair>, EngineError> {
        let known: HashSet<(u32, u32)> = known.iter().map(|pair| (pair.draft, pair.project)).collect();
        let pairs: Vec<(u32, u32)> = groups
            .iter()
            .flat_map(|group| group.iter().flat_map(move |a| group.iter().map(move |b| (*a, *b))))
            .filter(|(a, b)| neighbours.is_in_scope(*a, *b) && !known.contains(&(*a, *b)))
            .collect();
        let mut found = Vec::new();
        for pairs in pairs.chunks(PAIRS_TOGETHER) {
            found.extend(self.compare(neighbours, pairs.to_vec()).await?);
        }
        Ok(found)
    }

    async fn compare(
        &mut self,
        neighbours: &Blocking,
        pairs: Vec<(u32, u32)>,
    ) -> Result<Vec<FoundPair>, EngineError> {
        let wanted: HashSet<u32> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let profiles = self.profiles(neighbours, &wanted).await?;
        let earlier = std::mem::replace(&mut self.kept, profiles.clone());
        for (one, profile) in earlier {
            if self.kept.len() >= MOST_KEPT {
                break;
            }
            self.kept.entry(one).or_insert(profile);
        }
        let (engine, corpus) = (Arc::clone(&self.engine), Arc::clone(&self.corpus));
        blocking(move || {
            Ok::<_, EngineError>(
                pairs
                    .into_par_iter()
                    .filter_map(|(draft, project)| {
                        let (a, b) = (profiles.get(&draft)?, profiles.get(&project)?);
                        let likelihood = likelihood_across(&engine, &corpus, a, b)?;
                        Some(FoundPair { draft, project, likelihood })
                    })
                    .collect(),
            )
        })
        .await
    }

    /// The profiles of some projects; a project that was withdrawn since it was indexed is left out.
    async fn profiles(&self, neighbours: &Blocking, wanted: &HashSet<u32>) -> Result<Profiles, EngineError> {
        let mut profiles: Profiles = wanted
            .iter()
            .filter_map(|one| self.kept.get(one).map(|profile| (*one, Arc::clone(profile))))
            .collect();
        let mut missing: Vec<u32> =
            wanted.iter().copied().filter(|one| !profiles.contains_key(one)).collect();
        missing.sort_unstable();
        let codes: Vec<ProjectCode> =
            missing.iter().filter_map(|one| neighbours.code(*one)).cloned().collect();
        let projects: Vec<Project> =
            self.engine.store().projects(&codes).await?.into_iter().flatten().collect();
        let read = self.read(projects).await?;
        profiles.extend(
            read.into_iter().filter_map(|(code, profile)| Some((neighbours.ordinal(&code)?, profile))),
        );
        Ok(profiles)
    }

    /// Reads projects for comparing.
    pub(super) async fn read(
        &self,
        projects: Vec<Project>,
    ) -> Result<Vec<(ProjectCode, Arc<Profile>)>, EngineError> {
        let index = Arc::clone(&self.index);
        blocking(move || {
            projects
                .into_par_iter()
                .map(|project| {
                    let vectors = index.vectors_of(&project.project_code)?.unwrap_or_default();
                    let profile = Arc::new(profile_of_existing(&project, &vectors));
                    Ok::<_, EngineError>((project.project_code, profile))
                })
                .collect()
        })
        .await
    }

    /// What is told of a family.
    pub(super) async fn described(
        &self,
        family_id: String,
        members: &[ProjectCode],
        medoid: &ProjectCode,
        edited: bool,
    ) -> Result<FamilyAnswer, EngineError> {
        let projects: Vec<Project> =
            self.engine.store().projects(members).await?.into_iter().flatten().collect();
        let profiles: HashMap<ProjectCode, Arc<Profile>> =
            self.read(projects.clone()).await?.into_iter().collect();
        let described: Vec<(Project, Arc<Profile>, Option<Comparison>)> = projects
            .into_iter()
            .filter_map(|project| {
                let profile = profiles.get(&project.project_code)?;
                let comparison = (project.project_code != *medoid)
                    .then(|| profiles.get(medoid))
                    .flatten()
                    .map(|medoid| compare(profile, medoid, &*self.corpus, &self.engine.relation_model));
                Some((project, Arc::clone(profile), comparison))
            })
            .collect();
        Ok(FamilyAnswer::of(family_id, medoid, described, edited))
    }

    /// The engine.
    pub(super) fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// How common words are.
    pub(super) fn corpus(&self) -> &Arc<RememberedStatistics<IndexStatistics>> {
        &self.corpus
    }

    /// The profiles of drafts, by ordinal.
    pub(super) async fn of_ordinals(
        &self,
        neighbours: &Blocking,
        ordinals: &[u32],
    ) -> Result<Profiles, EngineError> {
        self.profiles(neighbours, &ordinals.iter().copied().collect()).await
    }
}

/// The likelihood that a pair of two departments is actionable; `None` for a pair of one department, and for one that
/// need not be kept.
pub(super) fn likelihood_across(
    engine: &Engine,
    corpus: &RememberedStatistics<IndexStatistics>,
    draft: &Profile,
    existing: &Profile,
) -> Option<f64> {
    if draft.same_department(existing) {
        return None;
    }
    let likelihood = compare(draft, existing, corpus, &engine.relation_model).likelihood;
    (likelihood >= LEAST_LIKELIHOOD).then_some(likelihood)
}
