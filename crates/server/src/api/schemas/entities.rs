//! Mentions.

use utoipa::ToSchema;

use super::record::Period;

/// A text to read.
#[derive(ToSchema)]
pub(crate) struct EntitiesRequest {
    /// The text.
    text: String,
}

/// What a text names.
#[derive(ToSchema)]
pub(crate) struct EntitiesAnswer {
    /// In the order of the text, none overlapping another.
    mentions: Vec<MentionAnswer>,
}

/// A stretch of a text that names something.
#[derive(ToSchema)]
pub(crate) struct MentionAnswer {
    /// Where it begins, in characters (Unicode code points).
    start_char: usize,
    /// Where it ends, the character after the last one.
    end_char: usize,
    /// What kind of thing it names.
    r#type: EntityType,
    /// The characters.
    text: String,
    /// What it stands for; `null` for a mention that could not be linked.
    value: Option<MentionValue>,
}

/// What a mention stands for: one of these.
#[derive(ToSchema)]
pub(crate) struct MentionValue {
    /// An amount of money, in baht.
    baht: Option<f64>,
    /// Fiscal years (Buddhist era).
    fiscal_years: Option<FiscalYears>,
    /// Days, both ends included.
    period: Option<Period>,
    /// Codes of the places that it may be: one when it is certain.
    areas: Option<Vec<u32>>,
    /// Places that go by one name together.
    area_group: Option<AreaGroup>,
    /// The form under which names of a road, a building, a water or a land compare equal.
    name: Option<String>,
    /// The full official name of an agency.
    agency: Option<String>,
    /// The official name of a plan.
    plan: Option<String>,
    /// A group of the vocabulary.
    target_group: Option<NamedGroup>,
    /// The number of a phase.
    phase: Option<u32>,
}

/// Fiscal years, first to last.
#[derive(ToSchema)]
pub(crate) struct FiscalYears {
    /// First year (Buddhist era).
    first: i32,
    /// Last year, the same as the first for a single one.
    last: i32,
}

/// Places that go by one name together.
#[derive(ToSchema)]
pub(crate) struct AreaGroup {
    /// The usual name.
    name: String,
    /// Codes of all of them.
    areas: Vec<u32>,
}

/// A target group.
#[derive(ToSchema)]
pub(crate) struct NamedGroup {
    /// Its name in the vocabulary.
    group: String,
    /// Groups that contain it, nearest first.
    within: Vec<String>,
}

/// Kinds of things that are named.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum EntityType {
    Person,
    Organization,
    Location,
    Facility,
    Date,
    Time,
    Ago,
    Money,
    Percent,
    Len,
    Law,
    Phone,
    Email,
    Url,
    Zip,
    Plan,
    TargetGroup,
}
