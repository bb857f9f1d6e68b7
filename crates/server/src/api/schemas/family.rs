//! Families of projects that repeat each other.

use utoipa::{IntoParams, ToSchema};

use super::check::Relation;
use super::record::{Owner, Period};

/// Which families.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FamilyParameters {
    /// Families to pass over.
    #[param(minimum = 0, default = 0)]
    offset: Option<u64>,
    /// Families wanted.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u64>,
}

/// A page of families.
#[derive(ToSchema)]
pub(crate) struct FamiliesAnswer {
    /// Families that the last screening found.
    total: u64,
    /// Those of this page.
    families: Vec<Family>,
}

/// Projects that repeat each other.
#[derive(ToSchema)]
pub(crate) struct Family {
    /// Its name, kept from screening to screening.
    family_id: String,
    /// The member most like the others.
    medoid: String,
    /// Agencies that run its members.
    agencies: usize,
    /// The money of all members that name any, in baht.
    budget_baht: f64,
    /// The same without the costliest member.
    budget_beyond_largest_baht: f64,
    /// Members that name no money.
    members_without_budget: usize,
    /// Aspects in which the members differ.
    differs: Vec<String>,
    /// Whether people split or merged it.
    edited: bool,
    /// The members: the medoid first, then by likelihood.
    members: Vec<FamilyMember>,
}

/// A member of a family.
#[derive(ToSchema)]
pub(crate) struct FamilyMember {
    /// Its code.
    project_code: String,
    /// The title.
    title: String,
    /// Who runs it.
    owner: Owner,
    /// The fiscal year (Buddhist era); `null` when the record does not say.
    #[schema(required)]
    fiscal_year_be: Option<i32>,
    /// All its money in baht; `null` when the record names none.
    #[schema(required)]
    budget_baht: Option<f64>,
    /// The days that it runs.
    #[schema(required)]
    period: Option<Period>,
    /// The months that these days touch.
    #[schema(required)]
    months: Option<u32>,
    /// Where it works.
    areas: Vec<String>,
    /// Who it serves.
    target_group: String,
    /// How it stands to the medoid; absent for the medoid itself.
    relation: Option<Relation>,
    /// Probability that it and the medoid are actionable, 0 to 1; absent for the medoid itself.
    likelihood: Option<f64>,
    /// The same in a Thai sentence.
    summary_th: Option<String>,
    /// The same in an English sentence.
    summary_en: Option<String>,
}
