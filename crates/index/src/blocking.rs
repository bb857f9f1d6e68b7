//! Blocking: the few projects that each project may repeat, found for all of them in nearly linear time.
//!
//! Comparing every project with every other is out of reach for hundreds of thousands. Two that are the same work share a
//! rare word or mean nearly the same, so each project is looked up among those that share its rarest words (frequent words
//! are passed over) and among the vectors of the nearest cells, in the space in which meanings are compared. Where many do the same
//! elsewhere, those in one province with the project would be crowded out: they are a leg of their own. The legs are fused by rank as for a check. What that
//! loses against comparing all pairs is measured by whoever screens.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, TERMINATED};
use thiap_domain::ProjectCode;

use crate::candidates::RRF_K;
use crate::documents::{Lists, NO_DOCUMENT};
use crate::error::IndexError;
use crate::lexical::SearchField;
use crate::snapshot::Snapshot;
use crate::vector::{Cells, NO_ROW, PlacedVectors, Placement, Products, VectorField};

/// Drafts that use the same memory for their sums.
const DRAFTS_TOGETHER: usize = 128;

/// How widely neighbours are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BlockingParameters {
    /// Neighbours of a project at most.
    pub neighbours: usize,
    /// Cells of vectors that are looked through for each vector of a project.
    pub cells: usize,
    /// A word that more projects hold brings none together; at least a hundredth of all projects may hold it.
    pub most_projects_of_word: usize,
    /// Words of a project that are looked up: the rarest ones.
    pub words: usize,
    /// Projects that are met when a project's words are looked up: where they are more, its commoner words are left out, so
    /// that the work for a project does not grow with the corpus.
    pub projects_of_words: usize,
}

impl Default for BlockingParameters {
    fn default() -> Self {
        Self { neighbours: 40, cells: 24, most_projects_of_word: 1_000, words: 24, projects_of_words: 10_000 }
    }
}

/// Which pairs are of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlockingScope {
    /// Only projects of this fiscal year (Buddhist era) have neighbours; `None` for all.
    pub fiscal_year_be: Option<i32>,
}

/// A snapshot of the index prepared for looking up neighbours.
pub struct Blocking {
    snapshot: Arc<Snapshot>,
    scope: BlockingScope,
    parameters: BlockingParameters,
    /// By project.
    owners: Vec<Owner>,
    /// By project.
    provinces: Vec<Provinces>,
    cells: Cells,
    titles: SharedWords,
    texts: SharedWords,
}

/// What the scope of a screening asks of a project.
#[derive(Debug, Clone, Copy, Default)]
struct Owner {
    /// Equal for the same departments; 0 where none is known.
    departments: u32,
    fiscal_year_be: Option<u16>,
}

/// A bit for the code of each province that a project works in.
type Provinces = u128;

/// Which projects share which words.
struct SharedWords {
    /// By project: its words, rarest first.
    words: Lists<u32>,
    /// By word: its projects, ascending.
    projects: Lists<u32>,
}

/// Sums over projects, used again and again.
struct Sums {
    sums: Vec<f32>,
    touched: Vec<u32>,
}

impl Blocking {
    pub(crate) fn of(
        snapshot: Arc<Snapshot>,
        scope: BlockingScope,
        parameters: BlockingParameters,
        place: &Placement<'_>,
    ) -> Result<Self, IndexError> {
        let words = &snapshot.lexical.schema.words;
        let fields = |wanted: &[SearchField]| -> Vec<Field> {
            wanted.iter().filter_map(|field| words.get(field.position()).copied()).collect()
        };
        let most = parameters.most_projects_of_word.max(snapshot.lexical.documents.len() / 100);
        let shared = |wanted: &[SearchField]| SharedWords::of(&snapshot, &fields(wanted), most, &parameters);
        let titles = shared(&[SearchField::Title])?;
        let texts = shared(&[SearchField::Title, SearchField::Objectives, SearchField::Activities])?;
        let mut living: Vec<u32> =
            snapshot.rows.of_document.iter().flatten().copied().filter(|row| *row != NO_ROW).collect();
        living.sort_unstable();
        let vectors = PlacedVectors::of(&snapshot.vectors, &snapshot.rows, place);
        let cells = Cells::of(&vectors, &living);
        let owners = owners(&snapshot);
        let provinces = provinces(&snapshot);
        Ok(Self { scope, parameters, owners, provinces, cells, titles, texts, snapshot })
    }

    /// The projects that have neighbours, near ones close to each other in the list, so that whoever works through it
    /// meets the same neighbours again soon. The same index gives the same order.
    #[must_use]
    pub fn order(&self) -> Vec<u32> {
        let cell = |ordinal: u32| {
            let rows = self.snapshot.rows.of_document.get(ordinal as usize);
            let first = rows.and_then(|rows| rows.iter().find(|row| **row != NO_ROW));
            first.map_or(u32::MAX, |row| self.cells.of_row(*row))
        };
        let mut order: Vec<(u32, u32)> = (0..self.snapshot.lexical.documents.len() as u32)
            .zip(&self.owners)
            .filter(|(_, owner)| {
                let year = owner.fiscal_year_be.map(i32::from);
                self.scope.fiscal_year_be.is_none_or(|wanted| year == Some(wanted))
            })
            .map(|(ordinal, _)| (cell(ordinal), ordinal))
            .collect();
        order.sort_unstable();
        order.into_iter().map(|(_, ordinal)| ordinal).collect()
    }

    /// The code of a project.
    #[must_use]
    pub fn code(&self, ordinal: u32) -> Option<&ProjectCode> {
        self.snapshot.lexical.documents.code(ordinal)
    }

    /// The ordinal of a project; `None` when it is not in the index.
    #[must_use]
    pub fn ordinal(&self, code: &ProjectCode) -> Option<u32> {
        self.snapshot.lexical.documents.ordinal(code.as_str())
    }

    /// Whether a draft may be screened against a project: another department's, of the same year or an earlier one. Of
    /// two projects of one year, the one with the later code stands as the draft, so that a pair is met once.
    #[must_use]
    pub fn is_in_scope(&self, draft: u32, existing: u32) -> bool {
        let owner = |ordinal: u32| self.owners.get(ordinal as usize).copied().unwrap_or_default();
        let (own, other) = (owner(draft), owner(existing));
        let same_owner = own.departments != 0 && own.departments == other.departments;
        let in_order = match (own.fiscal_year_be, other.fiscal_year_be) {
            (Some(a), Some(b)) if a != b => a > b,
            _ => draft > existing,
        };
        draft != existing && !same_owner && in_order
    }

    /// The neighbours of each of the given projects, nearest first.
    #[must_use]
    pub fn neighbours(&self, drafts: &[u32]) -> Vec<Vec<u32>> {
        let count = self.snapshot.lexical.documents.len();
        drafts
            .par_iter()
            .with_min_len(DRAFTS_TOGETHER)
            .map_init(
                || (Sums { sums: vec![0.0; count], touched: Vec::new() }, Products::default()),
                |(sums, products), draft| self.neighbours_of(*draft, sums, products),
            )
            .collect()
    }

    fn neighbours_of(&self, draft: u32, sums: &mut Sums, products: &mut Products) -> Vec<u32> {
        let mut fused: HashMap<u32, f64> = HashMap::new();
        // a project is met once for each of its vectors
        let mut fuse = |mut found: Vec<(f32, u32)>, meetings: usize| {
            let by_likeness =
                |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1));
            // what lies further down in a leg than all that is kept cannot matter much
            let most = 2 * self.parameters.neighbours;
            if found.len() > most * meetings && most > 0 {
                found.select_nth_unstable_by(most * meetings - 1, by_likeness);
                found.truncate(most * meetings);
            }
            found.sort_unstable_by(by_likeness);
            let mut met = HashSet::with_capacity(found.len());
            found.retain(|(_, other)| met.insert(*other));
            for (rank, (_, other)) in (1u32..).zip(found).take(most) {
                *fused.entry(other).or_default() += 1.0 / (RRF_K + f64::from(rank));
            }
        };
        for shared in [&self.titles, &self.texts] {
            fuse(shared.sharing(draft, sums, |other| self.is_in_scope(draft, other)), 1);
        }
        let provinces = |ordinal: u32| self.provinces.get(ordinal as usize).copied().unwrap_or_default();
        let own_provinces = provinces(draft);
        for row in self.snapshot.rows.of_document.get(draft as usize).into_iter().flatten() {
            let mut found = Vec::new();
            self.cells.near(*row, self.parameters.cells, products, |near, likeness| {
                if let Some(&other) = self.snapshot.rows.owners.get(near as usize)
                    && other != NO_DOCUMENT
                    && self.is_in_scope(draft, other)
                {
                    found.push((likeness, other));
                }
            });
            let mut in_place = found.clone();
            in_place.retain(|(_, other)| provinces(*other) & own_provinces != 0);
            fuse(in_place, VectorField::ALL.len());
            fuse(found, VectorField::ALL.len());
        }
        let mut ranked: Vec<(f64, u32)> = fused.into_iter().map(|(other, score)| (score, other)).collect();
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        ranked.truncate(self.parameters.neighbours);
        ranked.into_iter().map(|(_, other)| other).collect()
    }
}

/// What the scope asks of every project, by ordinal.
fn owners(snapshot: &Snapshot) -> Vec<Owner> {
    let documents = &snapshot.lexical.documents;
    let mut known: HashMap<&[u32], u32> = HashMap::new();
    known.insert(&[], 0);
    (0..documents.len())
        .map(|ordinal| {
            let next = known.len() as u32;
            Owner {
                departments: *known.entry(documents.departments.ids_of(ordinal)).or_insert(next),
                fiscal_year_be: documents.fiscal_years_be.of(ordinal).first().copied(),
            }
        })
        .collect()
}

/// The provinces of every project, by ordinal.
fn provinces(snapshot: &Snapshot) -> Vec<Provinces> {
    let documents = &snapshot.lexical.documents;
    let bit = |code: &u32| 1u128.checked_shl(*code).unwrap_or_default();
    (0..documents.len())
        .map(|ordinal| documents.areas.of(ordinal).iter().map(bit).fold(0, |a, b| a | b))
        .collect()
}

impl SharedWords {
    fn of(
        snapshot: &Snapshot,
        fields: &[Field],
        most: usize,
        parameters: &BlockingParameters,
    ) -> Result<Self, IndexError> {
        let lexical = &snapshot.lexical;
        let failed = |error| IndexError::tantivy(&lexical.directory, error);
        let io = |source| IndexError::io(&lexical.directory, source);
        let mut by_word: HashMap<Box<[u8]>, Vec<u32>> = HashMap::new();
        for segment in &lexical.segments {
            for field in fields {
                let inverted = segment.reader.inverted_index(*field).map_err(failed)?;
                let mut terms = inverted.terms().stream().map_err(io)?;
                while terms.advance() {
                    let projects = by_word.entry(terms.key().into()).or_default();
                    // one more than may hold it: it is known to be frequent, and the rest need not be kept
                    if projects.len() > most * fields.len() {
                        continue;
                    }
                    let mut postings = inverted
                        .read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)
                        .map_err(io)?;
                    let mut document = postings.doc();
                    while document != TERMINATED && projects.len() <= most * fields.len() {
                        if let Some(&ordinal) = segment.ordinals.get(document as usize)
                            && ordinal != NO_DOCUMENT
                        {
                            projects.push(ordinal);
                        }
                        document = postings.advance();
                    }
                }
            }
        }
        let mut words: Vec<(Box<[u8]>, Vec<u32>)> = by_word.into_iter().collect();
        for (_, projects) in &mut words {
            projects.sort_unstable();
            projects.dedup();
        }
        words.retain(|(_, projects)| (2..=most).contains(&projects.len()));
        // rarest first, so that every project lists its words in that order
        words.sort_unstable_by(|a, b| a.1.len().cmp(&b.1.len()).then_with(|| a.0.cmp(&b.0)));
        let mut of_project = vec![Vec::new(); lexical.documents.len()];
        let mut met = vec![0; lexical.documents.len()];
        for ((_, projects), word) in words.iter().zip(0u32..) {
            for project in projects {
                let (Some(list), Some(met)) =
                    (of_project.get_mut(*project as usize), met.get_mut(*project as usize))
                else {
                    continue;
                };
                *met += projects.len();
                if list.len() < parameters.words && *met <= parameters.projects_of_words {
                    list.push(word);
                }
            }
        }
        Ok(Self {
            words: Lists::new(of_project),
            projects: Lists::new(words.into_iter().map(|(_, projects)| projects).collect()),
        })
    }

    /// The projects that share words with one, with the rarity of what they share (inverse document frequency, summed).
    fn sharing(&self, draft: u32, sums: &mut Sums, in_scope: impl Fn(u32) -> bool) -> Vec<(f32, u32)> {
        let count = sums.sums.len() as f32;
        for word in self.words.of(draft as usize) {
            let projects = self.projects.of(*word as usize);
            let rarity = (1.0 + count / projects.len().max(1) as f32).ln();
            for project in projects {
                if let Some(sum) = sums.sums.get_mut(*project as usize) {
                    if *sum == 0.0 {
                        sums.touched.push(*project);
                    }
                    *sum += rarity;
                }
            }
        }
        let mut found = Vec::new();
        for project in sums.touched.drain(..) {
            if let Some(sum) = sums.sums.get_mut(project as usize) {
                if in_scope(project) {
                    found.push((*sum, project));
                }
                *sum = 0.0;
            }
        }
        found
    }
}
