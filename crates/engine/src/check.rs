//! Check and compare: drafts against the projects of the index, pairs against each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use thiap_domain::{Project, ProjectCode, Verdict};
use thiap_index::{Index, ProjectVectors, VectorField};
use thiap_model::Encoder;
use thiap_screening::{
    Comparison, CorpusStatistics, Profile, RememberedStatistics, TextVectors, compare, passages, undone,
    verdict,
};

use crate::answer::{
    CheckAnswer, CompareAnswer, ComparisonAnswer, Match, PassageAnswer, PassageSide, ProjectCard,
    ReasonAnswer,
};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::indexing::{blocking, encode_projects};
use crate::splits::{LEAST_LIKELIHOOD, MOST_SHARES, Part, name_splits, shared_codes};
use crate::undone::{side, undone_in_draft, undone_in_pair};

/// Projects that each draft is compared with one by one.
pub const CANDIDATES: usize = 100;
/// Drafts that are worked on together.
const BATCH_DRAFTS: usize = 32;

/// One side of a pair.
#[derive(Debug, Clone)]
pub enum Side {
    /// A project of the store.
    Code(String),
    /// A whole record.
    Record(Box<Project>),
}

/// How common words are in the index.
pub(crate) struct IndexStatistics(Arc<Index>);

/// The same, each word asked once.
pub(crate) fn statistics(index: &Arc<Index>) -> RememberedStatistics<IndexStatistics> {
    RememberedStatistics::new(IndexStatistics(Arc::clone(index)))
}

impl CorpusStatistics for IndexStatistics {
    fn document_count(&self) -> u64 {
        self.0.document_count()
    }

    fn document_frequency(&self, word: &str) -> u64 {
        // a word whose count cannot be read weighs like one that was never seen
        self.0.document_frequency(word).unwrap_or(0)
    }
}

/// Reads a side for comparing.
pub(crate) fn profile_of(project: &Project, vectors: &ProjectVectors) -> Profile {
    Profile::of(project, text_vectors(vectors))
}

/// The profile of a project of the store, which may stand as the draft.
pub(crate) fn profile_of_existing(project: &Project, vectors: &ProjectVectors) -> Profile {
    Profile::of_existing(project, text_vectors(vectors))
}

fn text_vectors(vectors: &ProjectVectors) -> TextVectors<'_> {
    TextVectors {
        title: vectors.get(VectorField::Title),
        work: vectors.get(VectorField::Work),
        whole: vectors.get(VectorField::Whole),
    }
}

/// A draft with everything that comparing it needs.
pub(crate) struct PreparedDraft {
    pub project: Project,
    pub vectors: ProjectVectors,
}

/// A draft beside one of its candidates.
pub(crate) struct Compared {
    pub project: Project,
    pub existing: Profile,
    pub comparison: Comparison,
}

/// Encodes drafts together.
pub(crate) fn prepare(
    encoder: &dyn Encoder,
    drafts: Vec<Project>,
) -> Result<Vec<PreparedDraft>, EngineError> {
    let (vectors, _) = encode_projects(encoder, &drafts)?;
    Ok(drafts.into_iter().zip(vectors).map(|(project, vectors)| PreparedDraft { project, vectors }).collect())
}

impl Engine {
    /// Checks drafts; answers come in the order of the drafts. All drafts of one call are looked at together for work that
    /// was split among several of them.
    ///
    /// # Errors
    /// [`EngineError::NotIndexed`], and what store, index and encoder give.
    pub async fn check(
        self: &Arc<Self>,
        drafts: Vec<Project>,
        limit: usize,
    ) -> Result<Vec<CheckAnswer>, EngineError> {
        let (index, encoder) = self.opened().await?;
        let corpus = Arc::new(statistics(&index));
        let mut answers = Vec::with_capacity(drafts.len());
        let mut parts = Vec::new();
        let mut drafts = drafts.into_iter();
        loop {
            let batch: Vec<Project> = drafts.by_ref().take(BATCH_DRAFTS).collect();
            if batch.is_empty() {
                return self.with_splits(index, encoder, corpus, parts, answers).await;
            }
            let encoder_of_batch = Arc::clone(&encoder);
            let prepared = blocking(move || prepare(&*encoder_of_batch, batch)).await?;
            let (prepared, candidates) = self.candidates(&index, prepared).await?;
            let engine = Arc::clone(self);
            let (index, corpus) = (Arc::clone(&index), Arc::clone(&corpus));
            let model_id = encoder.model_id().to_owned();
            let batch_answers = blocking(move || -> Result<_, EngineError> {
                prepared
                    .into_par_iter()
                    .zip(candidates)
                    .map(|(draft, candidates)| {
                        engine.answer(&index, &*corpus, &model_id, draft, candidates, limit)
                    })
                    .collect::<Result<Vec<_>, _>>()
            })
            .await?;
            let (mut batch_answers, batch_parts): (Vec<CheckAnswer>, Vec<Part>) =
                batch_answers.into_iter().unzip();
            self.add_decisions(batch_parts.iter().map(|part| &part.project), &mut batch_answers).await?;
            answers.extend(batch_answers);
            parts.extend(batch_parts);
        }
    }

    /// Names drafts that make up one project together on their answers.
    async fn with_splits(
        self: &Arc<Self>,
        index: Arc<Index>,
        encoder: Arc<dyn Encoder>,
        corpus: Arc<RememberedStatistics<IndexStatistics>>,
        parts: Vec<Part>,
        mut answers: Vec<CheckAnswer>,
    ) -> Result<Vec<CheckAnswer>, EngineError> {
        let codes = shared_codes(&parts);
        if codes.is_empty() {
            return Ok(answers);
        }
        let existing = self.store().projects(&codes).await?.into_iter().flatten();
        let existing: BTreeMap<ProjectCode, Project> =
            existing.map(|project| (project.project_code.clone(), project)).collect();
        let engine = Arc::clone(self);
        blocking(move || -> Result<_, EngineError> {
            name_splits(&engine, &index, &*corpus, &*encoder, &parts, &existing, &mut answers)?;
            Ok(answers)
        })
        .await
    }

    /// The candidates of each draft, read from the store.
    pub(crate) async fn candidates(
        self: &Arc<Self>,
        index: &Arc<Index>,
        drafts: Vec<PreparedDraft>,
    ) -> Result<(Vec<PreparedDraft>, Vec<Vec<Project>>), EngineError> {
        let searched = Arc::clone(index);
        let (drafts, codes) = blocking(move || -> Result<_, EngineError> {
            let codes = drafts
                .par_iter()
                .map(|draft| -> Result<Vec<ProjectCode>, EngineError> {
                    let found = searched.candidates(&draft.project, &draft.vectors, CANDIDATES)?;
                    Ok(found
                        .into_iter()
                        .map(|candidate| candidate.project_code)
                        // a project that is checked again does not repeat itself
                        .filter(|code| *code != draft.project.project_code)
                        .collect())
                })
                .collect::<Result<Vec<_>, _>>()?;
            Ok((drafts, codes))
        })
        .await?;
        let flat: Vec<ProjectCode> = codes.iter().flatten().cloned().collect();
        let mut projects = self.store().projects(&flat).await?.into_iter();
        let candidates =
            codes.iter().map(|codes| projects.by_ref().take(codes.len()).flatten().collect()).collect();
        Ok((drafts, candidates))
    }

    /// Compares a draft with its candidates, most worth looking at first.
    pub(crate) fn compare_all(
        &self,
        index: &Index,
        corpus: &dyn CorpusStatistics,
        draft: &Profile,
        candidates: Vec<Project>,
    ) -> Result<Vec<Compared>, EngineError> {
        let mut compared = Vec::with_capacity(candidates.len());
        for project in candidates {
            let vectors = index.vectors_of(&project.project_code)?.unwrap_or_default();
            let existing = profile_of(&project, &vectors);
            let comparison = compare(draft, &existing, corpus, &self.relation_model);
            compared.push(Compared { project, existing, comparison });
        }
        // what a committee acts on and what continues comes first; equal ones by code
        compared.sort_by(|a, b| {
            b.comparison
                .attention()
                .total_cmp(&a.comparison.attention())
                .then_with(|| a.project.project_code.cmp(&b.project.project_code))
        });
        Ok(compared)
    }

    fn answer(
        &self,
        index: &Index,
        corpus: &dyn CorpusStatistics,
        model_id: &str,
        draft: PreparedDraft,
        candidates: Vec<Project>,
        limit: usize,
    ) -> Result<(CheckAnswer, Part), EngineError> {
        let profile = profile_of(&draft.project, &draft.vectors);
        let compared = self.compare_all(index, corpus, &profile, candidates)?;
        let compared_projects = compared.len();
        let comparisons: Vec<&Comparison> = compared.iter().map(|one| &one.comparison).collect();
        let verdict: Verdict = verdict(&comparisons, &self.thresholds);
        let matches = compared
            .iter()
            .take(limit)
            .zip(1..)
            .map(|(one, rank)| Match {
                rank,
                project_code: one.project.project_code.as_str().to_owned(),
                comparison: comparison_answer(&draft.project, &profile, one, corpus),
                project: ProjectCard::of(&one.project),
                decisions: Vec::new(),
            })
            .collect();
        let shares = compared
            .iter()
            .filter(|one| one.comparison.likelihood >= LEAST_LIKELIHOOD)
            .take(MOST_SHARES)
            .map(|one| (one.project.project_code.clone(), one.comparison.likelihood))
            .collect();
        let answer = CheckAnswer {
            draft_id: draft.project.project_code.as_str().to_owned(),
            verdict,
            matches,
            searched_projects: index.document_count(),
            compared_projects,
            change_number: index.lexical_change_number(),
            model_id: model_id.to_owned(),
            relation_model_id: self.relation_model.id().to_owned(),
            undone: undone_in_draft(&draft.project),
            split_with: Vec::new(),
        };
        Ok((answer, Part { project: draft.project, vectors: draft.vectors, shares }))
    }

    /// Whether a side is a project of the store; a record under the code and title of one is that one.
    async fn exists(&self, side: &Side) -> Result<bool, EngineError> {
        Ok(match side {
            Side::Code(_) => true,
            Side::Record(record) => {
                let known = self.store().project(&record.project_code).await?;
                known.is_some_and(|known| known.title == record.title)
            }
        })
    }

    /// Compares pairs; `a` stands as the draft. Answers come in the order of the pairs.
    ///
    /// # Errors
    /// [`EngineError::UnknownProject`] for a code that is not in the store, [`EngineError::NotIndexed`], and what store,
    /// index and encoder give.
    pub async fn compare(
        self: &Arc<Self>,
        pairs: Vec<(String, Side, Side)>,
    ) -> Result<Vec<CompareAnswer>, EngineError> {
        let (index, encoder) = self.opened().await?;
        let corpus = Arc::new(statistics(&index));
        let mut sides = Vec::with_capacity(pairs.len() * 2);
        let mut ids = Vec::with_capacity(pairs.len());
        for (id, a, b) in pairs {
            ids.push((id, self.exists(&a).await?));
            for side in [a, b] {
                sides.push(match side {
                    Side::Code(code) => self.project(&code).await?,
                    Side::Record(project) => *project,
                });
            }
        }
        let engine = Arc::clone(self);
        blocking(move || -> Result<_, EngineError> {
            let mut answers = Vec::with_capacity(ids.len());
            let mut ids = ids.into_iter();
            for batch in sides.chunks(BATCH_DRAFTS * 2) {
                let prepared = prepare(&*encoder, batch.to_vec())?;
                for pair in prepared.chunks(2) {
                    let ([a, b], Some((pair_id, exists))) = (pair, ids.next()) else { continue };
                    let profile = if exists { profile_of_existing } else { profile_of };
                    let draft = profile(&a.project, &a.vectors);
                    let existing = profile_of(&b.project, &b.vectors);
                    let comparison = compare(&draft, &existing, &*corpus, &engine.relation_model);
                    let compared = Compared { project: b.project.clone(), existing, comparison };
                    answers.push(CompareAnswer {
                        pair_id,
                        comparison: comparison_answer(&a.project, &draft, &compared, &*corpus),
                    });
                }
            }
            Ok(answers)
        })
        .await
    }
}

fn comparison_answer(
    draft: &Project,
    profile: &Profile,
    compared: &Compared,
    corpus: &dyn CorpusStatistics,
) -> ComparisonAnswer {
    let Compared { project, existing, comparison } = compared;
    let side = |owner: &Project, place: &thiap_screening::Place| -> Option<PassageSide> {
        let text = owner.texts().filter(|(field, _)| *field == place.field).nth(place.entry)?.1;
        side(text, place.field, place.entry, place.span)
    };
    ComparisonAnswer {
        relation: comparison.relation,
        likelihood: comparison.likelihood,
        probabilities: thiap_domain::Relation::ALL.into_iter().zip(comparison.probabilities).collect(),
        aspects: comparison.aspects.iter().map(|aspect| (aspect.aspect, aspect.agreement)).collect(),
        evidence: comparison.aspects.iter().map(|aspect| (aspect.aspect, aspect.evidence.clone())).collect(),
        passages: passages(profile, existing, corpus)
            .iter()
            .filter_map(|passage| {
                Some(PassageAnswer {
                    draft: side(draft, &passage.draft)?,
                    project: side(project, &passage.project)?,
                    score: passage.score,
                })
            })
            .collect(),
        undone: undone(profile, existing, corpus)
            .iter()
            .filter_map(|one| {
                Some(undone_in_pair(one.trick, side(draft, &one.draft)?, side(project, &one.project)?))
            })
            .collect(),
        reasons: comparison
            .reasons
            .iter()
            .map(|reason| ReasonAnswer {
                comparison: reason.comparison.name().to_owned(),
                thai: reason.comparison.thai().to_owned(),
                weight: reason.weight,
            })
            .collect(),
        summary_th: thiap_screening::summary_thai(draft, project, comparison),
        summary_en: thiap_screening::summary_english(draft, project, comparison),
    }
}
