//! A corpus of invented projects in the size and the variety of the tracking database, with relations planted in it.
//!
//! For measuring speed, growth and recall where no real corpus of that size is at hand. Divisions of all kinds write of
//! some hundreds of works in the words of `data/works.jsonl`, on things, for people and in places that are drawn. Some
//! projects get a partner that duplicates, overlaps or continues them, by other facts, another division and other words;
//! these relations are the gold. What else is alike by chance is not labelled. The same seed gives the same corpus.

mod divisions;
mod works;
mod writing;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use thiap_domain::{AreaCode, AreaLevel, Project, ProjectCode, Relation};
use thiap_ner::Gazetteer;

use self::divisions::{DIVISIONS, Division, DivisionKind, PROJECTS, divisions};
use self::works::{Scope, Work, works};
use self::writing::{Detail, Facts, pick, write};

/// The first and the last fiscal year (Buddhist era) of the corpus.
const YEARS_BE: [i32; 2] = [2561, 2569];
/// The share of projects that get a partner.
const PLANTED: f64 = 0.03;
/// The share of records with all fields; most of the tracking database has little more than a title.
const FULL: f64 = 0.03;

/// How large a corpus is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SynthesisOptions {
    /// Projects.
    pub projects: usize,
    /// Drafts to check against them.
    pub drafts: usize,
    /// Another seed gives another corpus.
    pub seed: u64,
}

/// A relation that was planted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlantedPair {
    /// The draft, or the project that stands as one.
    pub draft: ProjectCode,
    /// The existing project.
    pub project: ProjectCode,
    /// How the first stands to the second.
    pub relation: Relation,
}

/// What the projects of a corpus come with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SynthesisGold {
    /// Relations between projects of the corpus, not complete.
    pub pairs: Vec<PlantedPair>,
    /// Drafts.
    pub drafts: Vec<Project>,
    /// Relations of drafts to projects of the corpus.
    pub judgements: Vec<PlantedPair>,
}

/// A project that was written, with what it takes to write another like it.
#[derive(Debug, Clone)]
struct Source {
    code: ProjectCode,
    facts: Facts,
    division: usize,
}

/// A partner that is written later, so that order tells nothing.
#[derive(Debug, Clone)]
struct Partner {
    source: ProjectCode,
    facts: Facts,
    division: usize,
    relation: Relation,
}

/// The projects of a corpus, one after the other.
#[derive(Debug)]
pub struct Synthesis {
    options: SynthesisOptions,
    random: ChaCha8Rng,
    divisions: Vec<Division>,
    /// Works by the kind of division, and by the name of a department.
    by_kind: HashMap<DivisionKind, Vec<usize>>,
    by_department: HashMap<&'static str, Vec<usize>>,
    /// Divisions that do a work.
    doers: BTreeMap<usize, Vec<usize>>,
    written: usize,
    /// Partners by when they are written.
    waiting: BinaryHeap<Reverse<(usize, usize)>>,
    partners: Vec<Partner>,
    /// Projects without a partner, spread over the corpus, from which drafts are made.
    sources: Vec<Source>,
    gold: SynthesisGold,
}

impl Synthesis {
    /// Prepares a corpus.
    #[must_use]
    pub fn new(options: SynthesisOptions) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(options.seed);
        let mut by_kind: HashMap<DivisionKind, Vec<usize>> = HashMap::new();
        let mut by_department: HashMap<&'static str, Vec<usize>> = HashMap::new();
        for (index, work) in works().iter().enumerate() {
            for name in &work.owners {
                match DivisionKind::of_owner(name) {
                    DivisionKind::Central => by_department.entry(name).or_default().push(index),
                    kind => by_kind.entry(kind).or_default().push(index),
                }
            }
            if work.scope != Scope::Site {
                by_kind.entry(DivisionKind::Central).or_default().push(index);
            }
        }
        // as many projects to a division as in the tracking database
        let count = (options.projects * DIVISIONS / PROJECTS).max(60);
        let mut names: Vec<&'static str> = by_department.keys().copied().collect();
        names.sort_unstable();
        let divisions = divisions(count, names.into_iter(), &mut random);
        let mut synthesis = Self {
            options,
            random,
            divisions,
            by_kind,
            by_department,
            doers: BTreeMap::new(),
            written: 0,
            waiting: BinaryHeap::new(),
            partners: Vec::new(),
            sources: Vec::new(),
            gold: SynthesisGold::default(),
        };
        let mut doers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, division) in synthesis.divisions.iter().enumerate() {
            for work in synthesis.works_of(division) {
                doers.entry(*work).or_default().push(index);
            }
        }
        synthesis.doers = doers;
        synthesis
    }

    /// The drafts and the planted relations, after the last project.
    #[must_use]
    pub fn finish(mut self) -> SynthesisGold {
        let mut number = 0;
        while number < self.options.drafts {
            let share: f64 = self.random.random();
            let relation = match share {
                ..0.25 => Some(Relation::Duplicate),
                ..0.40 => Some(Relation::Overlap),
                ..0.50 => Some(Relation::Continuation),
                ..0.70 => Some(Relation::Related),
                ..0.90 => Some(Relation::Distinct),
                _ => None,
            };
            let Ok(code) = ProjectCode::new(&format!("SD-{:06}", number + 1)) else { break };
            let planted = relation.and_then(|relation| {
                let source = self.sources.get(number % self.sources.len().max(1))?.clone();
                let partner = self.partner(&source, relation)?;
                let draft = self.record(code.clone(), &partner.facts, partner.division, Detail::Full)?;
                Some((draft, PlantedPair { draft: code.clone(), project: source.code, relation }))
            });
            match planted {
                Some((draft, pair)) => {
                    self.gold.drafts.push(draft);
                    self.gold.judgements.push(pair);
                }
                None => {
                    let Some((facts, division)) = self.facts() else { break };
                    let Some(draft) = self.record(code, &facts, division, Detail::Full) else { break };
                    self.gold.drafts.push(draft);
                }
            }
            number += 1;
        }
        self.gold
    }

    fn works_of(&self, division: &Division) -> &[usize] {
        let own = self.by_department.get(division.owner.department.as_str());
        let own = own.filter(|_| division.kind == DivisionKind::Central);
        own.or_else(|| self.by_kind.get(&division.kind)).map_or(&[], Vec::as_slice)
    }

    /// The facts of a new project and who runs it.
    fn facts(&mut self) -> Option<(Facts, usize)> {
        // some divisions run many projects, most a few
        let share: f64 = self.random.random();
        let index = (share * share.sqrt() * self.divisions.len() as f64) as usize;
        let division = self.divisions.get(index)?.clone();
        let choices = self.works_of(&division).to_vec();
        let work_index = *pick(&choices, &mut self.random)
            .or_else(|| self.by_kind.get(&DivisionKind::Central)?.first())?;
        let work = works().get(work_index)?;
        let place = self.place(&division, work);
        let is_site = place.is_some_and(|code| code.level() == AreaLevel::Subdistrict);
        let months = self.random.random_range(work.months[0]..=work.months[1]).clamp(1, 36);
        let facts = Facts {
            work: work_index,
            object: skewed(work.objects.len(), &mut self.random),
            group: skewed(work.groups.len(), &mut self.random),
            place,
            village: is_site.then(|| self.random.random_range(0..320)),
            fiscal_year_be: self.random.random_range(YEARS_BE[0]..=YEARS_BE[1]),
            start_month: self.random.random_range(0..=12u32.saturating_sub(months)),
            months,
            baht: amount(work, &mut self.random),
            phase: if self.random.random_bool(0.06) { self.random.random_range(1..4) } else { 0 },
        };
        Some((facts, index))
    }

    /// Where a division does a work.
    fn place(&mut self, division: &Division, work: &Work) -> Option<AreaCode> {
        let gazetteer = Gazetteer::embedded();
        let inside = |code: AreaCode, random: &mut ChaCha8Rng| {
            pick(gazetteer.children(code), random).map(|place| place.code)
        };
        match (division.home, work.scope) {
            (None, Scope::National) => None,
            (None, scope) => {
                let provinces: Vec<AreaCode> =
                    gazetteer.places(AreaLevel::Province).map(|place| place.code).collect();
                let province = *provinces.get(self.random.random_range(0..provinces.len().max(1)))?;
                if scope == Scope::Area && self.random.random_bool(0.6) {
                    return Some(province);
                }
                let district = inside(province, &mut self.random)?;
                if scope == Scope::Area { Some(district) } else { inside(district, &mut self.random) }
            }
            (Some(home), Scope::Site) => {
                let mut place = home;
                while place.level() != AreaLevel::Subdistrict {
                    place = inside(place, &mut self.random)?;
                }
                Some(place)
            }
            (Some(home), _) if home.level() == AreaLevel::Province && self.random.random_bool(0.3) => {
                inside(home, &mut self.random)
            }
            (home, _) => home,
        }
    }

    fn record(
        &mut self,
        code: ProjectCode,
        facts: &Facts,
        division: usize,
        detail: Detail,
    ) -> Option<Project> {
        let work = works().get(facts.work)?;
        write(code, facts, work, self.divisions.get(division)?, detail, &mut self.random)
    }

    /// Facts and a division that stand in a relation to a project; `None` where that cannot be.
    fn partner(&mut self, source: &Source, relation: Relation) -> Option<Partner> {
        let work = works().get(source.facts.work)?;
        let mut facts = source.facts.clone();
        facts.phase = 0;
        facts.baht = (facts.baht as f64 * self.random.random_range(0.8..1.25)) as u64;
        let mut division = self.other_division(source, &facts)?;
        match relation {
            Relation::Duplicate => {}
            Relation::Overlap => match facts.place {
                // the part or the whole of the place
                Some(place) if place.level() != AreaLevel::Province => {
                    facts.place =
                        Some(place.district().filter(|one| *one != place).unwrap_or(place.province()));
                    facts.village = None;
                    facts.baht = facts.baht.saturating_mul(self.random.random_range(3..9));
                }
                Some(place) => {
                    facts.place = Some(pick(Gazetteer::embedded().children(place), &mut self.random)?.code);
                    facts.baht /= self.random.random_range(3..9);
                }
                None => {
                    facts.group = other_than(facts.group, work.groups.len(), &mut self.random)?;
                }
            },
            Relation::Continuation => {
                division = source.division;
                facts.fiscal_year_be += 1;
                facts.phase = source.facts.phase + u32::from(source.facts.phase > 0);
            }
            // another thing in the same place, or the same elsewhere
            Relation::Related if self.random.random() => {
                facts.object = other_than(facts.object, work.objects.len(), &mut self.random)?;
            }
            Relation::Related => {
                facts.place = Some(self.elsewhere(facts.place?)?);
                division = self.other_division(source, &facts)?;
            }
            // other work in the same place and the same time
            Relation::Distinct => {
                facts.work = other_than(facts.work, works().len(), &mut self.random)?;
                let work = works().get(facts.work)?;
                facts.object = skewed(work.objects.len(), &mut self.random);
                facts.group = skewed(work.groups.len(), &mut self.random);
                division = self.other_division(source, &facts)?;
            }
        }
        if facts.fiscal_year_be > YEARS_BE[1] {
            return None;
        }
        Some(Partner { source: source.code.clone(), facts, division, relation })
    }

    /// A place of the same level in another province.
    fn elsewhere(&mut self, place: AreaCode) -> Option<AreaCode> {
        let gazetteer = Gazetteer::embedded();
        let provinces = gazetteer.places(AreaLevel::Province).map(|province| province.code);
        let others: Vec<AreaCode> = provinces.filter(|province| *province != place.province()).collect();
        let mut other = *others.get(self.random.random_range(0..others.len().max(1)))?;
        while other.level() != place.level() {
            other = pick(gazetteer.children(other), &mut self.random)?.code;
        }
        Some(other)
    }

    /// A division of another department than a project's that does such work in such a place.
    fn other_division(&mut self, source: &Source, facts: &Facts) -> Option<usize> {
        let doers = self.doers.get(&facts.work)?;
        let own = &self.divisions.get(source.division)?.owner.department;
        let near = |index: usize| {
            let division = self.divisions.get(index)?;
            let is_near = match (division.home, facts.place) {
                (None, _) => true,
                (Some(home), Some(place)) => home.contains(place) || place.contains(home),
                (Some(_), None) => false,
            };
            (is_near && division.owner.department != *own).then_some(index)
        };
        let first = self.random.random_range(0..doers.len().max(1));
        doers.iter().cycle().skip(first).take(doers.len()).find_map(|index| near(*index))
    }

    fn plant(&mut self, source: &Source) {
        let share: f64 = self.random.random();
        let relation = match share {
            ..0.20 => Relation::Duplicate,
            ..0.35 => Relation::Overlap,
            ..0.50 => Relation::Continuation,
            ..0.75 => Relation::Related,
            _ => Relation::Distinct,
        };
        if let Some(partner) = self.partner(source, relation) {
            let most = (self.options.projects / 4).max(2);
            let when = self.written + self.random.random_range(1..most);
            self.waiting.push(Reverse((when, self.partners.len())));
            self.partners.push(partner);
        }
    }
}

impl Iterator for Synthesis {
    type Item = Project;

    fn next(&mut self) -> Option<Project> {
        if self.written >= self.options.projects {
            return None;
        }
        let due = self.waiting.peek().is_some_and(|Reverse((when, _))| *when <= self.written);
        let partner = due
            .then(|| self.waiting.pop())
            .flatten()
            .and_then(|Reverse((_, index))| self.partners.get(index))
            .cloned();
        let (facts, division) = match &partner {
            Some(partner) => (partner.facts.clone(), partner.division),
            None => self.facts()?,
        };
        let number = self.written + 1;
        let code = ProjectCode::new(&format!("S{}-{number:07}", facts.fiscal_year_be % 100)).ok()?;
        let detail = if self.random.random_bool(FULL) { Detail::Full } else { Detail::Title };
        let project = self.record(code.clone(), &facts, division, detail)?;
        match partner {
            Some(partner) => self.gold.pairs.push(PlantedPair {
                draft: code,
                project: partner.source,
                relation: partner.relation,
            }),
            None => {
                let source = Source { code, facts, division };
                let step = (self.options.projects / self.options.drafts.max(1)).max(1);
                if self.written.is_multiple_of(step) && self.sources.len() < self.options.drafts {
                    self.sources.push(source);
                } else if self.random.random_bool(PLANTED) {
                    self.plant(&source);
                }
            }
        }
        self.written = number;
        Some(project)
    }
}

/// A place among some things, the first ones more often.
fn skewed(count: usize, random: &mut ChaCha8Rng) -> usize {
    let share: f64 = random.random();
    ((share * share.sqrt() * count as f64) as usize).min(count.saturating_sub(1))
}

/// Another place than one.
fn other_than(one: usize, count: usize, random: &mut ChaCha8Rng) -> Option<usize> {
    (count > 1).then(|| (one + random.random_range(1..count)) % count)
}

/// An amount between the ends, small ones more often, in round figures.
fn amount(work: &Work, random: &mut ChaCha8Rng) -> u64 {
    let [low, high] = work.baht.map(|baht| (baht.max(1) as f64).ln());
    let baht = (low + (high - low) * random.random::<f64>()).exp();
    let step = 10f64.powf(baht.log10().floor() - 1.0).max(1.0);
    ((baht / step).round() * step) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn corpus(projects: usize, seed: u64) -> (Vec<Project>, SynthesisGold) {
        let mut synthesis = Synthesis::new(SynthesisOptions { projects, drafts: 40, seed });
        let all = synthesis.by_ref().collect();
        (all, synthesis.finish())
    }

    #[test]
    fn the_same_seed_gives_the_same_corpus_and_another_seed_another() {
        let (first, gold) = corpus(500, 7);
        assert_eq!((first.clone(), gold), corpus(500, 7));
        assert_ne!(first, corpus(500, 8).0);
    }

    #[test]
    fn a_corpus_has_as_many_projects_as_asked_for_under_codes_of_their_own() {
        let (projects, gold) = corpus(3000, 1);
        let codes: HashSet<&ProjectCode> = projects.iter().map(|project| &project.project_code).collect();
        assert_eq!((projects.len(), codes.len(), gold.drafts.len()), (3000, 3000, 40));
        assert!(
            projects.iter().all(|project| !project.title.contains(['{', '}']) && !project.title.is_empty())
        );
        for pair in gold.pairs.iter().chain(&gold.judgements) {
            assert!(codes.contains(&pair.project) && pair.draft != pair.project);
        }
    }

    #[test]
    fn planted_relations_are_those_of_the_guidelines() {
        let (projects, gold) = corpus(20_000, 3);
        let by_code: HashMap<&ProjectCode, &Project> =
            projects.iter().map(|project| (&project.project_code, project)).collect();
        let mut seen: HashMap<Relation, usize> = HashMap::new();
        for pair in &gold.pairs {
            *seen.entry(pair.relation).or_default() += 1;
            let (draft, existing) = (by_code[&pair.draft], by_code[&pair.project]);
            let same_owner = draft.owner == existing.owner;
            let same_year = draft.fiscal_year_be == existing.fiscal_year_be;
            match pair.relation {
                Relation::Continuation => assert!(same_owner && !same_year),
                Relation::Duplicate => assert!(!same_owner && same_year),
                _ => assert!(!same_owner),
            }
        }
        for relation in Relation::ALL {
            assert!(seen.get(&relation).copied().unwrap_or(0) > 20, "{seen:?}");
        }
    }

    #[test]
    fn titles_vary_as_real_ones_do() {
        let (projects, _) = corpus(5000, 5);
        let titles: HashSet<&str> = projects.iter().map(|project| project.title.as_str()).collect();
        assert!(titles.len() > 4_700, "{}", titles.len());
    }
}
