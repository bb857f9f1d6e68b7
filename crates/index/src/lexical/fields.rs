//! The searchable fields of a project, and how tantivy stores them.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, NumericOptions, STRING, Schema, TextFieldIndexing, TextOptions,
};
use thiap_domain::Project;

/// A searchable field: one or more texts of the record that carry the same kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchField {
    /// The title.
    Title,
    /// Objectives.
    Objectives,
    /// Activities and outputs.
    Activities,
    /// Who benefits.
    TargetGroup,
    /// Places by name.
    Area,
    /// Rationale, outcomes and indicators.
    Rationale,
    /// Ministry, department and division.
    Owner,
    /// Plans that the project serves.
    Plan,
}

impl SearchField {
    /// All fields, in the order in which scores are summed.
    pub const ALL: [Self; 8] = [
        Self::Title,
        Self::Objectives,
        Self::Activities,
        Self::TargetGroup,
        Self::Area,
        Self::Rationale,
        Self::Owner,
        Self::Plan,
    ];

    /// The name used in JSON and in queries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Objectives => "objectives",
            Self::Activities => "activities",
            Self::TargetGroup => "target_group",
            Self::Area => "area",
            Self::Rationale => "rationale",
            Self::Owner => "owner",
            Self::Plan => "plan",
        }
    }

    pub(crate) fn position(self) -> usize {
        self as usize
    }

    /// The texts of a project that stand in this field.
    pub(crate) fn texts(self, project: &Project) -> Vec<&str> {
        let texts: Vec<&str> = match self {
            Self::Title => vec![&project.title],
            Self::Objectives => project.objectives.iter().map(String::as_str).collect(),
            Self::Activities => project
                .activities
                .iter()
                .map(|activity| activity.name.as_str())
                .chain(project.outputs.iter().map(String::as_str))
                .collect(),
            Self::TargetGroup => vec![&project.target_group.text],
            Self::Area => project
                .areas
                .iter()
                .flat_map(|area| [area.province.as_str(), area.district.as_str(), area.subdistrict.as_str()])
                .chain([project.area_text.as_str()])
                .collect(),
            Self::Rationale => std::iter::once(&project.rationale)
                .chain(&project.outcomes)
                .chain(&project.indicators)
                .map(String::as_str)
                .collect(),
            Self::Owner => vec![&project.owner.ministry, &project.owner.department, &project.owner.division],
            Self::Plan => project.plan_links.iter().map(|link| link.name.as_str()).collect(),
        };
        texts.into_iter().filter(|text| !text.trim().is_empty()).collect()
    }
}

/// The coarser fields of the cluster n-grams: n-grams are many, and which of the smaller fields one stood in adds little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ClusterField {
    Title,
    /// Objectives, activities, target group, area and rationale.
    Body,
    /// Owner and plan: true of many projects at once.
    Context,
}

impl ClusterField {
    pub(crate) const ALL: [Self; 3] = [Self::Title, Self::Body, Self::Context];

    pub(crate) fn of(field: SearchField) -> Self {
        match field {
            SearchField::Title => Self::Title,
            SearchField::Owner | SearchField::Plan => Self::Context,
            _ => Self::Body,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
            Self::Context => "context",
        }
    }

    pub(crate) fn position(self) -> usize {
        self as usize
    }
}

/// Names of the columns that hold attributes.
pub(crate) mod column {
    pub(crate) const CODE: &str = "code";
    pub(crate) const FISCAL_YEAR: &str = "fiscal_year_be";
    pub(crate) const MINISTRY: &str = "ministry";
    pub(crate) const DEPARTMENT: &str = "department";
    pub(crate) const DIVISION: &str = "division";
    pub(crate) const PLAN: &str = "plan";
    pub(crate) const KIND: &str = "kind";
    pub(crate) const STATUS: &str = "status";
    pub(crate) const AREA: &str = "area_code";
    pub(crate) const BUDGET: &str = "budget_satang";
}

/// The fields as tantivy knows them.
#[derive(Debug, Clone)]
pub(crate) struct LexicalSchema {
    pub(crate) schema: Schema,
    pub(crate) code: Field,
    /// By [`SearchField::position`].
    pub(crate) words: [Field; 8],
    /// By [`ClusterField::position`].
    pub(crate) clusters: [Field; 3],
    pub(crate) fiscal_year: Field,
    pub(crate) ministry: Field,
    pub(crate) department: Field,
    pub(crate) division: Field,
    pub(crate) plan: Field,
    pub(crate) kind: Field,
    pub(crate) status: Field,
    pub(crate) area: Field,
    pub(crate) budget: Field,
}

impl LexicalSchema {
    pub(crate) fn new() -> Self {
        let mut builder = Schema::builder();
        // Terms come from our own analysis, so no tokenizer ever runs; the name only has to exist.
        let text = |record| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer("raw")
                    .set_index_option(record)
                    .set_fieldnorms(true),
            )
        };
        let code = builder.add_text_field(column::CODE, STRING | FAST);
        let words = SearchField::ALL.map(|field| {
            builder.add_text_field(
                &format!("words_{}", field.name()),
                text(IndexRecordOption::WithFreqsAndPositions),
            )
        });
        let clusters = ClusterField::ALL.map(|field| {
            builder.add_text_field(&format!("clusters_{}", field.name()), text(IndexRecordOption::WithFreqs))
        });
        let number = || NumericOptions::default().set_fast();
        let name = || TextOptions::default().set_fast("raw");
        Self {
            code,
            words,
            clusters,
            fiscal_year: builder.add_u64_field(column::FISCAL_YEAR, number()),
            ministry: builder.add_text_field(column::MINISTRY, name()),
            department: builder.add_text_field(column::DEPARTMENT, name()),
            division: builder.add_text_field(column::DIVISION, name()),
            plan: builder.add_text_field(column::PLAN, name()),
            kind: builder.add_text_field(column::KIND, name()),
            status: builder.add_text_field(column::STATUS, name()),
            area: builder.add_u64_field(column::AREA, number()),
            budget: builder.add_i64_field(column::BUDGET, number()),
            schema: builder.build(),
        }
    }
}
