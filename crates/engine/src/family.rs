//! Families as they are told to people and programs, and what people decide about them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiap_domain::{Agreement, Aspect, Baht, FiscalYear, Owner, Period, Project, ProjectCode, Relation};
use thiap_ner::Gazetteer;
use thiap_screening::{Comparison, Profile};
use thiap_store::{FamilyEdit, FamilyEditKind, NewFamilyEdit, StoredFamily, check_reviewer};

use crate::decisions::{kept_out, tidy_name};
use crate::engine::Engine;
use crate::error::EngineError;

/// Pairs of members that one decision may bring together or keep apart.
const MOST_EDITED_PAIRS: usize = 100_000;

/// A family of projects that repeat each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FamilyAnswer {
    /// Its name, kept from screening to screening.
    pub family_id: String,
    /// The member most like the others: the one to read first.
    pub medoid: String,
    /// Departments that run its members.
    pub agencies: usize,
    /// The money of all members that name any.
    pub budget_baht: Baht,
    /// The same without the costliest member: what is spent beyond one of them.
    pub budget_beyond_largest_baht: Baht,
    /// Members that name no money.
    pub members_without_budget: usize,
    /// In what the members differ.
    pub differs: Vec<Aspect>,
    /// Whether people split or merged it.
    pub edited: bool,
    /// The members: the medoid first, then by likelihood.
    pub members: Vec<FamilyMember>,
}

/// A member of a family, with what a committee compares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FamilyMember {
    /// Its code.
    pub project_code: String,
    /// The title.
    pub title: String,
    /// Who runs it.
    pub owner: Owner,
    /// The fiscal year (Buddhist era).
    pub fiscal_year_be: Option<FiscalYear>,
    /// Its money.
    pub budget_baht: Option<Baht>,
    /// The days that it runs.
    pub period: Option<Period>,
    /// The months that these days touch.
    pub months: Option<u32>,
    /// Where it works, as its fields, title or owner say.
    pub areas: Vec<String>,
    /// Who it serves, as its fields or title say.
    pub target_group: String,
    /// How it stands to the medoid; none for the medoid itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
    /// The probability that a committee would have to act on it and the medoid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<f64>,
    /// The same in a Thai sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary_th: Option<String>,
    /// The same in an English sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary_en: Option<String>,
}

/// What a person decides about a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FamilyChange {
    /// These members do not belong to it.
    Split(Vec<String>),
    /// The other family belongs to it.
    Merge(String),
}

impl FamilyAnswer {
    pub(crate) fn of(
        family_id: String,
        medoid: &ProjectCode,
        members: Vec<(Project, Arc<Profile>, Option<Comparison>)>,
        edited: bool,
    ) -> Self {
        let mut differs: Vec<Aspect> = members
            .iter()
            .filter_map(|(.., comparison)| comparison.as_ref())
            .flat_map(|comparison| &comparison.aspects)
            .filter(|aspect| matches!(aspect.agreement, Agreement::Different | Agreement::Partly))
            .map(|aspect| aspect.aspect)
            .collect();
        differs.sort_unstable();
        differs.dedup();
        let medoid_project =
            members.iter().map(|(project, ..)| project).find(|project| project.project_code == *medoid);
        let mut told: Vec<FamilyMember> = members
            .iter()
            .map(|(project, profile, comparison)| {
                FamilyMember::of(project, profile, comparison.as_ref(), medoid_project)
            })
            .collect();
        told.sort_by(|a, b| {
            let order = |member: &FamilyMember| member.likelihood.unwrap_or(2.0);
            order(b).total_cmp(&order(a)).then_with(|| a.project_code.cmp(&b.project_code))
        });
        let budgets: Vec<Baht> = told.iter().filter_map(|member| member.budget_baht).collect();
        let total: Baht = budgets.iter().copied().sum();
        let largest = budgets.iter().copied().max().unwrap_or(Baht::ZERO);
        let mut departments: Vec<&str> =
            told.iter().filter_map(|member| member.owner.smallest_unit()).collect();
        departments.sort_unstable();
        departments.dedup();
        Self {
            family_id,
            medoid: medoid.as_str().to_owned(),
            agencies: departments.len(),
            budget_baht: total,
            budget_beyond_largest_baht: Baht::from_satang(total.satang().saturating_sub(largest.satang())),
            members_without_budget: told.len() - budgets.len(),
            differs,
            edited,
            members: told,
        }
    }
}

impl FamilyMember {
    fn of(
        project: &Project,
        profile: &Profile,
        comparison: Option<&Comparison>,
        medoid: Option<&Project>,
    ) -> Self {
        let gazetteer = Gazetteer::embedded();
        let period = project.effective_period();
        let sentence =
            |told: fn(&Project, &Project, &Comparison) -> String| Some(told(project, medoid?, comparison?));
        Self {
            project_code: project.project_code.as_str().to_owned(),
            title: project.title.clone(),
            owner: project.owner.clone(),
            fiscal_year_be: project.fiscal_year_be,
            budget_baht: project.budget_total(),
            period,
            months: period.map(months),
            areas: profile.areas().iter().filter_map(|code| gazetteer.full_name(*code)).collect(),
            target_group: if project.target_group.text.trim().is_empty() {
                profile.target_group()
            } else {
                project.target_group.text.clone()
            },
            relation: comparison.map(|comparison| comparison.relation),
            likelihood: comparison.map(|comparison| comparison.likelihood),
            summary_th: sentence(thiap_screening::summary_thai),
            summary_en: sentence(thiap_screening::summary_english),
        }
    }
}

/// The calendar months that a period touches.
fn months(period: Period) -> u32 {
    use chrono::Datelike;
    let number = |day: chrono::NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    u32::try_from(number(period.end) - number(period.start) + 1).unwrap_or(0)
}

impl Engine {
    /// The families of the last screening, those with most money first.
    ///
    /// # Errors
    /// [`EngineError::NotScreened`], and what the store gives.
    pub async fn families(&self, offset: u64, limit: u64) -> Result<(u64, Vec<FamilyAnswer>), EngineError> {
        let total = self.store().family_count().await?.ok_or(EngineError::NotScreened)?;
        let stored = self.store().families(offset, limit).await?;
        let families = stored.iter().map(|family| told(&family.family_id, &family.content));
        Ok((total, families.collect::<Result<_, _>>()?))
    }

    /// A family by its name.
    ///
    /// # Errors
    /// [`EngineError::UnknownFamily`], and what the store gives.
    pub async fn family(&self, family_id: &str) -> Result<FamilyAnswer, EngineError> {
        let stored = self.stored_family(family_id).await?;
        told(&stored.family_id, &stored.content)
    }

    /// Keeps what a person decides about a family; it holds in every later screening. Returns the number of the edit.
    ///
    /// # Errors
    /// [`EngineError::UnknownFamily`], [`EngineError::Request`] for a member that is not in it or a split that leaves nothing,
    /// [`EngineError::Store`] for a reason or name that cannot be kept, and what the store gives.
    pub async fn edit_family(
        &self,
        family_id: &str,
        change: &FamilyChange,
        reason: &str,
        reviewer: &str,
    ) -> Result<u64, EngineError> {
        let (reason, reviewer) = (reason.trim(), tidy_name(reviewer));
        check_reviewer(&reviewer, reason).map_err(kept_out)?;
        let members = self.stored_family(family_id).await?.members;
        let (kind, pairs) = match change {
            FamilyChange::Split(codes) => (FamilyEditKind::Split, split_pairs(family_id, &members, codes)?),
            FamilyChange::Merge(other) if other == family_id => {
                return Err(EngineError::Request(format!("{family_id} cannot be merged with itself")));
            }
            FamilyChange::Merge(other) => {
                (FamilyEditKind::Merge, across(&members, &self.stored_family(other).await?.members))
            }
        };
        if pairs.len() > MOST_EDITED_PAIRS {
            return Err(EngineError::Request(format!(
                "{} pairs of projects are too many for one decision; take fewer at a time",
                pairs.len()
            )));
        }
        let edit = NewFamilyEdit {
            kind,
            family_id: family_id.to_owned(),
            pairs,
            reason: reason.to_owned(),
            reviewer,
        };
        Ok(self.store().add_family_edit(&edit).await?)
    }

    /// Everything that people decided about families.
    ///
    /// # Errors
    /// What the store gives.
    pub async fn family_edits(&self) -> Result<Vec<FamilyEdit>, EngineError> {
        Ok(self.store().family_edits().await?)
    }

    async fn stored_family(&self, family_id: &str) -> Result<StoredFamily, EngineError> {
        let unknown = || EngineError::UnknownFamily { family_id: family_id.chars().take(80).collect() };
        self.store().family(family_id).await?.ok_or_else(unknown)
    }
}

fn told(family_id: &str, content: &str) -> Result<FamilyAnswer, EngineError> {
    serde_json::from_str(content).map_err(|_| {
        EngineError::Request(format!(
            "family {family_id} was kept by another version of this program; run: thiap screen"
        ))
    })
}

/// Each of the codes with each member that stays.
fn split_pairs(
    family_id: &str,
    members: &[ProjectCode],
    codes: &[String],
) -> Result<Vec<(ProjectCode, ProjectCode)>, EngineError> {
    let mut leaving = Vec::with_capacity(codes.len());
    for code in codes {
        let member = members.iter().find(|member| member.as_str() == code);
        leaving.push(member.cloned().ok_or_else(|| {
            EngineError::Request(format!(
                "{} is no member of {family_id}",
                code.chars().take(80).collect::<String>()
            ))
        })?);
    }
    let staying: Vec<ProjectCode> =
        members.iter().filter(|member| !leaving.contains(member)).cloned().collect();
    if leaving.is_empty() || staying.is_empty() {
        return Err(EngineError::Request(format!(
            "a split takes some members of {family_id} away and leaves others; name those that go"
        )));
    }
    Ok(across(&leaving, &staying))
}

fn across(some: &[ProjectCode], others: &[ProjectCode]) -> Vec<(ProjectCode, ProjectCode)> {
    some.iter().flat_map(|a| others.iter().map(move |b| (a.clone(), b.clone()))).collect()
}
