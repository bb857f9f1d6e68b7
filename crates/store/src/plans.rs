//! Plans of the three levels, and the links of projects to them.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use thiap_domain::{PlanLevel, PlanLink, Project, ProjectCode};

use crate::agencies::holds_on;
use crate::error::{Failure, StoreError};
use crate::names::{plan_key, tidy};
use crate::record::MAXIMUM_NAME_BYTES;
use crate::sqlite::plan_rows::{self, NamedPlan};
use crate::sqlite::project_rows::{NewPlanLink, NewState};
use crate::sqlite::{Changed, Link};
use crate::store::Store;

/// Names a plan for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanId(i64);

impl PlanId {
    /// From the number that [`Self::number`] gave.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// As a number.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What kind of plan; it decides the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
    /// ยุทธศาสตร์ชาติ, one of its six sides (level 1).
    NationalStrategy,
    /// แผนแม่บทภายใต้ยุทธศาสตร์ชาติ (level 2).
    MasterPlan,
    /// แผนแม่บทย่อย, or a target of one (level 2).
    SubPlan,
    /// แผนการปฏิรูปประเทศ (level 2).
    ReformPlan,
    /// หมุดหมายของแผนพัฒนาเศรษฐกิจและสังคมแห่งชาติ (level 2).
    DevelopmentPlanMilestone,
    /// นโยบายและแผนระดับชาติว่าด้วยความมั่นคงแห่งชาติ (level 2).
    SecurityPlan,
    /// A plan of an agency, such as แผนปฏิบัติราชการ (level 3).
    AgencyPlan,
    /// แผนงาน of the budget (level 3).
    BudgetPlan,
}

impl PlanKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::NationalStrategy,
        Self::MasterPlan,
        Self::SubPlan,
        Self::ReformPlan,
        Self::DevelopmentPlanMilestone,
        Self::SecurityPlan,
        Self::AgencyPlan,
        Self::BudgetPlan,
    ];

    /// The level that plans of the kind have.
    #[must_use]
    pub fn level(self) -> PlanLevel {
        match self {
            Self::NationalStrategy => PlanLevel::NationalStrategy,
            Self::MasterPlan
            | Self::SubPlan
            | Self::ReformPlan
            | Self::DevelopmentPlanMilestone
            | Self::SecurityPlan => PlanLevel::National,
            Self::AgencyPlan | Self::BudgetPlan => PlanLevel::Agency,
        }
    }

    /// The name used in JSON and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NationalStrategy => "national_strategy",
            Self::MasterPlan => "master_plan",
            Self::SubPlan => "sub_plan",
            Self::ReformPlan => "reform_plan",
            Self::DevelopmentPlanMilestone => "development_plan_milestone",
            Self::SecurityPlan => "security_plan",
            Self::AgencyPlan => "agency_plan",
            Self::BudgetPlan => "budget_plan",
        }
    }
}

/// A plan of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Which.
    pub plan_id: PlanId,
    /// What kind.
    pub kind: PlanKind,
    /// Its number within the kind, as printed (`01`); empty when it has none.
    pub number: String,
    /// Its official name.
    pub name: String,
    /// The plan that it is a part of.
    pub parent: Option<PlanId>,
    /// Its first day, when known.
    pub valid_from: Option<NaiveDate>,
    /// Its last day, when known.
    pub valid_to: Option<NaiveDate>,
}

/// A plan to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// What kind.
    pub kind: PlanKind,
    /// Its number within the kind, as printed; empty when it has none.
    pub number: String,
    /// Its official name.
    pub name: String,
    /// Other ways in which records write the name.
    pub other_names: Vec<String>,
    /// The plan that it is a part of, of the same or a higher level.
    pub parent: Option<PlanId>,
    /// Its first day, when known.
    pub valid_from: Option<NaiveDate>,
    /// Its last day, when known.
    pub valid_to: Option<NaiveDate>,
}

/// A project's plan link with the listed plan that it names, if any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedPlan {
    /// Level and name, white space made even.
    pub link: PlanLink,
    /// The listed plan.
    pub plan_id: Option<PlanId>,
}

/// A plan that cannot be; the caller's fault. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No plan has the number.
    #[error("there is no plan {0}")]
    NotFound(PlanId),
    /// A name without anything in it, too long, or with a NUL character.
    #[error(
        "{name:?} cannot name a plan; a name has 1 to {} bytes, more than years in brackets, and no NUL character",
        MAXIMUM_NAME_BYTES
    )]
    BadName {
        /// The name, at most 60 characters of it.
        name: String,
    },
    /// Another plan of the level has the name on some of the days.
    #[error("plan {taken_by} already has the name {name} at that level and time")]
    NameTaken {
        /// The name.
        name: String,
        /// The plan that has it.
        taken_by: PlanId,
    },
    /// A part of a plan of a lower level.
    #[error("a plan of level {level} cannot be a part of plan {parent}, which is of level {parent_level}")]
    WrongLevel {
        /// The plan's level.
        level: u8,
        /// The plan that it would be a part of.
        parent: PlanId,
        /// The level of that.
        parent_level: u8,
    },
    /// The last day lies before the first, or a day outside the years 1 to 9999 (Christian era).
    #[error("a plan cannot last from {from:?} to {to:?}")]
    BadDays {
        /// The first day.
        from: Option<NaiveDate>,
        /// The last day.
        to: Option<NaiveDate>,
    },
}

impl Store {
    /// Every plan of the list, by number; those that have ended too.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn plans(&self) -> Result<Vec<Plan>, StoreError> {
        let mut link = self.database.reader().await?;
        plan_rows::all(&mut link).await.map_err(|failure| self.explain(failure))
    }

    /// The plan of a level that a name means: the official name or another way of writing it, with or without its years in
    /// brackets; white space and Thai digits make no difference. Of several, the one that is valid on the day, then the latest.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn plan_named(
        &self,
        level: PlanLevel,
        name: &str,
        on: Option<NaiveDate>,
    ) -> Result<Option<Plan>, StoreError> {
        let key = plan_key(name);
        let mut snapshot = self.database.snapshot().await?;
        let named = plan_rows::named(&mut snapshot, &[key.as_str()])
            .await
            .map_err(|failure| self.explain(failure))?;
        let Some(plan_id) = PlanNames::of(named).meant(level.into(), &key, on) else {
            return Ok(None);
        };
        let plans = plan_rows::all(&mut snapshot).await.map_err(|failure| self.explain(failure))?;
        Ok(plans.into_iter().find(|plan| plan.plan_id == plan_id))
    }

    /// The plan links of a current project in the order of its record; empty when it is not there.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn linked_plans(&self, code: &ProjectCode) -> Result<Vec<LinkedPlan>, StoreError> {
        let mut link = self.database.reader().await?;
        plan_rows::links_of(&mut link, code).await.map_err(|failure| self.explain(failure))
    }

    /// Adds plans in one transaction and links the projects whose records name them.
    ///
    /// # Errors
    /// [`StoreError::Plan`] for the first plan that cannot be.
    pub async fn add_plans(&self, plans: &[NewPlan]) -> Result<Vec<PlanId>, StoreError> {
        if plans.is_empty() {
            return Ok(Vec::new());
        }
        let mut writing = self.database.begin_write().await?;
        let ids = add(writing.link(), plans).await.map_err(|failure| self.explain(failure))?;
        writing.finish(Changed::Yes).await?;
        Ok(ids)
    }

    /// Ends a plan after a day. Links to it stay.
    ///
    /// # Errors
    /// [`StoreError::Plan`] when there is no such plan or it starts after that day.
    pub async fn close_plan(&self, plan_id: PlanId, last_day: NaiveDate) -> Result<(), StoreError> {
        let mut writing = self.database.begin_write().await?;
        close(writing.link(), plan_id, last_day).await.map_err(|failure| self.explain(failure))?;
        writing.finish(Changed::Yes).await
    }
}

/// Which plans a set of names can mean, by level and name.
struct PlanNames(HashMap<(u8, String), Vec<NamedPlan>>);

impl PlanNames {
    fn of(named: Vec<NamedPlan>) -> Self {
        let mut names: HashMap<(u8, String), Vec<NamedPlan>> = HashMap::new();
        for plan in named {
            names.entry((plan.level, plan.name_key.clone())).or_default().push(plan);
        }
        Self(names)
    }

    fn meant(&self, level: u8, key: &str, on: Option<NaiveDate>) -> Option<PlanId> {
        let candidates = self.0.get(&(level, key.to_owned()))?;
        candidates
            .iter()
            .map(|plan| (on.is_some_and(|day| holds_on(plan.valid_from, plan.valid_to, day)), plan.plan_id))
            .max()
            .map(|(_, plan_id)| plan_id)
    }
}

/// The day that decides which edition of a plan a project means.
fn began(project: &Project) -> Option<NaiveDate> {
    project.effective_period().map(|period| period.start)
}

/// Gives every state its project's plan links, with the listed plans that they name.
pub(crate) async fn link_plans(link: &mut Link, states: &mut [NewState<'_>]) -> Result<(), Failure> {
    // Thousands of projects share a few names.
    let mut forms: HashMap<&str, (Arc<str>, Arc<str>)> = HashMap::new();
    for named in states.iter().flat_map(|state| &state.project.plan_links) {
        forms.entry(&named.name).or_insert_with(|| (tidy(&named.name).into(), plan_key(&named.name).into()));
    }
    let mut keys: Vec<&str> = forms.values().map(|(_, key)| &**key).collect();
    keys.sort_unstable();
    keys.dedup();
    let names = PlanNames::of(plan_rows::named(link, &keys).await?);
    for state in states.iter_mut() {
        let project = state.project;
        let began = began(project);
        state.plan_links = project
            .plan_links
            .iter()
            .filter_map(|named| {
                let level = named.level.into();
                let (name, name_key) = forms.get(named.name.as_str()).cloned()?;
                let plan_id = names.meant(level, &name_key, began);
                Some(NewPlanLink { level, name, name_key, plan_id })
            })
            .collect();
    }
    Ok(())
}

fn good_key(name: &str) -> Result<String, PlanError> {
    let key = plan_key(name);
    if key.is_empty() || name.len() > MAXIMUM_NAME_BYTES || name.contains('\0') {
        return Err(PlanError::BadName { name: name.chars().take(60).collect() });
    }
    Ok(key)
}

fn check_days(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<(), PlanError> {
    let in_range = [from, to].into_iter().flatten().all(|day| (1..=9_999).contains(&day.year()));
    let in_order = from.zip(to).is_none_or(|(from, to)| from <= to);
    if in_range && in_order { Ok(()) } else { Err(PlanError::BadDays { from, to }) }
}

async fn add(link: &mut Link, plans: &[NewPlan]) -> Result<Vec<PlanId>, Failure> {
    let mut ids = Vec::with_capacity(plans.len());
    let mut added_keys = Vec::new();
    for plan in plans {
        let level = u8::from(plan.kind.level());
        let key = good_key(&plan.name)?;
        check_days(plan.valid_from, plan.valid_to)?;
        if plan.number.contains('\0') || plan.number.len() > MAXIMUM_NAME_BYTES {
            return Err(PlanError::BadName { name: plan.number.chars().take(60).collect() }.into());
        }
        for other in plan_rows::named(link, &[key.as_str()]).await? {
            let apart = other.valid_to.zip(plan.valid_from).is_some_and(|(end, start)| end < start)
                || plan.valid_to.zip(other.valid_from).is_some_and(|(end, start)| end < start);
            if other.level == level && !apart {
                let taken_by = other.plan_id;
                return Err(PlanError::NameTaken { name: tidy(&plan.name), taken_by }.into());
            }
        }
        if let Some(parent) = plan.parent {
            let parent_level = plan_rows::level_of(link, parent).await?.ok_or(PlanError::NotFound(parent))?;
            if parent_level > level {
                return Err(PlanError::WrongLevel { level, parent, parent_level }.into());
            }
        }
        let mut keys = vec![key];
        for other_name in &plan.other_names {
            keys.push(good_key(other_name)?);
        }
        keys.sort_unstable();
        keys.dedup();
        ids.push(plan_rows::insert(link, plan, &keys).await?);
        added_keys.append(&mut keys);
    }
    added_keys.sort_unstable();
    added_keys.dedup();
    link_again(link, &added_keys).await?;
    Ok(ids)
}

/// Links stored projects whose records write one of the names.
async fn link_again(link: &mut Link, keys: &[String]) -> Result<(), Failure> {
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let names = PlanNames::of(plan_rows::named(link, &keys).await?);
    for stored in plan_rows::links_with_keys(link, &keys).await? {
        let plan_id = names.meant(stored.level, &stored.name_key, stored.began);
        if plan_id != stored.plan_id {
            plan_rows::set_link(link, &stored, plan_id).await?;
        }
    }
    Ok(())
}

async fn close(link: &mut Link, plan_id: PlanId, last_day: NaiveDate) -> Result<(), Failure> {
    let plan = plan_rows::all(link).await?.into_iter().find(|plan| plan.plan_id == plan_id);
    let plan = plan.ok_or(PlanError::NotFound(plan_id))?;
    check_days(plan.valid_from, Some(last_day))?;
    plan_rows::set_last_day(link, plan_id, last_day).await
}
