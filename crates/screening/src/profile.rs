//! One side of a comparison, read once.

use std::sync::Arc;

use thiap_domain::{Area, AreaCode, Baht, Period, Project, ProjectKind, TextField};

use thiap_text::normalise_text;

use crate::area::Places;
use crate::marks::Marks;
use crate::mentions::TextFacts;
use crate::owner::{OwnerNames, OwnerRelation};
use crate::target_group::TargetGroups;
use crate::text::Texts;
use crate::vectors::{OwnedVectors, TextVectors};
use crate::vocabulary::Vocabulary;

/// Everything that comparisons need of a project or a draft, read once: its words by field, places, target groups, phase,
/// days, money, the things that it names, its owner and its vectors. Comparing two profiles reads no text again.
#[derive(Debug, Clone)]
pub struct Profile {
    pub(crate) kind: ProjectKind,
    /// An existing project, wherever it stands.
    pub(crate) existing: bool,
    pub(crate) texts: Texts,
    pub(crate) places: Places,
    pub(crate) place_bound: bool,
    /// The title is that of bought goods.
    pub(crate) goods: bool,
    pub(crate) target_groups: TargetGroups,
    pub(crate) marks: Marks,
    pub(crate) fiscal_year_be: Option<i32>,
    pub(crate) period: Option<Period>,
    pub(crate) budget: Option<Baht>,
    pub(crate) owner: OwnerNames,
    /// Plans that it serves, normalised and without spaces, ascending.
    pub(crate) plans: Vec<String>,
    /// Activities that say what is done.
    pub(crate) work_lines: usize,
    /// Activities that are cost lines of every project.
    pub(crate) general_lines: usize,
    pub(crate) has_objectives: bool,
    pub(crate) has_activities: bool,
    pub(crate) vectors: Arc<OwnedVectors>,
}

impl Profile {
    /// The same as the profile of an existing project, for when it stands as the draft: records that exist say less, and
    /// are named from templates, so likeness means less among them.
    #[must_use]
    pub fn of_existing(project: &Project, vectors: TextVectors<'_>) -> Self {
        Self { existing: true, ..Self::of(project, vectors) }
    }

    /// Reads a project; time is linear in its texts.
    #[must_use]
    pub fn of(project: &Project, vectors: TextVectors<'_>) -> Self {
        let mut title = TextFacts::default();
        let mut others = Vec::new();
        let texts = Texts::of(project, |field, text| {
            let facts = TextFacts::read(text);
            let aside = facts.aside.clone();
            if field == TextField::Title {
                title = facts;
            } else {
                others.push((field, facts));
            }
            aside
        });
        let owner = OwnerNames::of(&project.owner);
        let place_bound = texts.title.iter().any(|id| {
            texts
                .words
                .get(*id as usize)
                .is_some_and(|word| Vocabulary::embedded().is_place_bound(&word.text))
        });
        let general_lines = texts.entries.iter().filter(|entry| entry.general).count();
        let has_text = |field| texts.entries.iter().any(|entry| entry.field == field);
        let work_lines = texts
            .entries
            .iter()
            .filter(|entry| entry.field == TextField::Activities && !entry.general)
            .count();
        let mut plans: Vec<String> = project
            .plan_links
            .iter()
            .map(|link| normalise_text(&link.name).chars().filter(|c| !c.is_whitespace()).collect())
            .filter(|plan: &String| !plan.is_empty())
            .collect();
        plans.sort_unstable();
        plans.dedup();
        let fiscal_year_be = project
            .fiscal_year_be
            .map(|year| year.be())
            .or_else(|| project.budgets.iter().find_map(|line| line.fiscal_year_be).map(|year| year.be()))
            .or_else(|| title.fiscal_years_be.iter().min().copied());
        Self {
            existing: false,
            kind: project.kind,
            places: places(project, &title, &others, &owner, place_bound),
            place_bound,
            goods: Vocabulary::embedded().is_bought_goods(&normalise_text(&project.title)),
            target_groups: TargetGroups::of(&title, &others),
            marks: Marks::of(&project.title, title.names.clone()),
            fiscal_year_be,
            period: project.effective_period(),
            budget: budget(project),
            owner,
            plans,
            work_lines,
            general_lines,
            has_objectives: has_text(TextField::Objectives),
            has_activities: has_text(TextField::Activities) || has_text(TextField::Outputs),
            vectors: Arc::new(vectors.into()),
            texts,
        }
    }

    /// Whether both are run by the same department.
    #[must_use]
    pub fn same_department(&self, other: &Self) -> bool {
        self.owner.relation(&other.owner) == OwnerRelation::SameDepartment
    }

    /// Who it serves, as read out of its fields or its title; empty when nothing says so.
    #[must_use]
    pub fn target_group(&self) -> String {
        self.target_groups.names()
    }

    /// Where it works, as read out of its fields, its title or its owner; provinces, districts and subdistricts by code.
    #[must_use]
    pub fn areas(&self) -> &[AreaCode] {
        self.places.codes()
    }

    /// Whether the record says anything of the work beyond its title.
    pub(crate) fn says_more_than_title(&self) -> bool {
        self.has_objectives || self.has_activities
    }

    /// The distinct words of the record that comparisons weigh, for whoever counts a corpus.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.texts.words.iter().map(|word| &*word.text)
    }
}

/// The money of the record; where it names none, the sum of its activities.
fn budget(project: &Project) -> Option<Baht> {
    let total = project.budget_total().or_else(|| {
        let amounts: Vec<Baht> = project.activities.iter().filter_map(|activity| activity.baht).collect();
        (!amounts.is_empty()).then(|| amounts.into_iter().sum())
    });
    total.filter(|baht| *baht > Baht::ZERO)
}

/// The places of the fields; where they name none, of the area as written, then of the title, then of the owner's name.
fn places(
    project: &Project,
    title: &TextFacts,
    others: &[(TextField, TextFacts)],
    owner: &OwnerNames,
    place_bound: bool,
) -> Places {
    let central = owner.is_central();
    let area_text = TextFacts::read(&project.area_text);
    let mut codes: Vec<AreaCode> = project.areas.iter().flat_map(codes_of).collect();
    if codes.is_empty() {
        codes = area_text.areas;
    }
    let mut nationwide = area_text.nationwide;
    if codes.is_empty() && !nationwide {
        codes.clone_from(&title.areas);
        nationwide = title.nationwide
            || others.iter().any(|(field, facts)| *field == TextField::TargetGroup && facts.nationwide);
        // A system or a service of a central agency stands at its office in Bangkok and works for the country.
        let at_the_office = !codes.is_empty()
            && central
            && !place_bound
            && codes.iter().all(|code| code.province().number() == BANGKOK);
        if at_the_office {
            codes.clear();
        }
    }
    if codes.is_empty() && !nationwide && !central {
        codes = [&project.owner.division, &project.owner.department, &project.owner.ministry]
            .into_iter()
            .map(|name| TextFacts::read(name).areas)
            .find(|areas| !areas.is_empty())
            .unwrap_or_default();
    }
    Places::new(codes, nationwide, central)
}

const BANGKOK: u32 = 10;

/// The code of an area, or the codes that its names lead to.
fn codes_of(area: &Area) -> Vec<AreaCode> {
    if let Some(code) = area.code {
        return vec![code];
    }
    let bangkok = area.province.contains("กรุงเทพ");
    let named = [
        (if bangkok { "แขวง" } else { "ตำบล" }, &area.subdistrict),
        (if bangkok { "เขต" } else { "อำเภอ" }, &area.district),
        (if bangkok { "" } else { "จังหวัด" }, &area.province),
    ];
    let text: Vec<String> = named
        .into_iter()
        .filter(|(_, name)| !name.is_empty())
        .map(|(level, name)| if name.starts_with(level) { name.clone() } else { format!("{level}{name}") })
        .collect();
    TextFacts::read(&text.join(" ")).areas
}
