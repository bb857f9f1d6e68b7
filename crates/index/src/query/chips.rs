//! Words of a query that say which projects are meant: a fiscal year, a place, an agency, an amount. Each becomes a chip
//! that a person sees and can take away.

use serde::{Deserialize, Serialize};
use thiap_domain::{AreaCode, Baht, FiscalYear, TextSpan};
use thiap_ner::{ConstraintKind, Gazetteer, constraints};

use super::parse::Clause;
use crate::filters::Range;

/// What a chip speaks of. Chips of one kind are alternatives, chips of different kinds hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChipKind {
    /// Fiscal years.
    FiscalYear,
    /// Places.
    Area,
    /// Agencies.
    Agency,
    /// Amounts of money.
    Budget,
}

impl ChipKind {
    /// The name used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FiscalYear => "fiscal_year",
            Self::Area => "area",
            Self::Agency => "agency",
            Self::Budget => "budget",
        }
    }
}

/// What a chip asks of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChipValue {
    /// One of these fiscal years.
    FiscalYears(Range<FiscalYear>),
    /// One of these places.
    Areas(Vec<AreaCode>),
    /// This agency or a body of it; its full official name.
    Agency(String),
    /// A budget in this range.
    BudgetBaht(Range<Baht>),
}

/// Words of a query that act as a constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chip {
    /// What it speaks of.
    pub kind: ChipKind,
    /// The words as they were written.
    pub text: String,
    /// Where they stand, in bytes of the query.
    pub span: TextSpan,
    /// What it asks of a project.
    pub value: ChipValue,
    /// The same in Thai, to be shown.
    pub label: String,
    /// Whether it acts; one that was taken away is listed but does not.
    pub applied: bool,
}

impl Chip {
    /// Whether it acts and nothing of its words is left to search for, as with fiscal years and amounts.
    pub(super) fn says_all(&self) -> bool {
        self.applied && matches!(self.kind, ChipKind::FiscalYear | ChipKind::Budget)
    }
}

/// The chips of the free text of a query. What stands in a phrase or behind a field is meant literally.
pub(super) fn chips(query: &str, free_text: &str, clauses: &[Clause]) -> Vec<Chip> {
    constraints(free_text)
        .into_iter()
        .filter(|found| !clauses.iter().any(|clause| clause.span.overlaps(found.span)))
        .map(|found| {
            let (kind, value) = match found.kind {
                ConstraintKind::FiscalYears { first, last } => {
                    (ChipKind::FiscalYear, ChipValue::FiscalYears(Range { from: first, to: last }))
                }
                ConstraintKind::Area(codes) => (ChipKind::Area, ChipValue::Areas(codes)),
                ConstraintKind::Agency(name) => (ChipKind::Agency, ChipValue::Agency(name)),
                ConstraintKind::Budget { min, max } => {
                    (ChipKind::Budget, ChipValue::BudgetBaht(Range { from: min, to: max }))
                }
            };
            let text = found.span.slice(query).unwrap_or(&found.text).trim().to_owned();
            Chip { kind, text, span: found.span, label: label(&value), value, applied: true }
        })
        .collect()
}

fn label(value: &ChipValue) -> String {
    match value {
        ChipValue::FiscalYears(years) => format!("ปีงบประมาณ {}", range_label(years, "")),
        ChipValue::Areas(codes) => {
            let name =
                |code: &AreaCode| Gazetteer::embedded().full_name(*code).unwrap_or_else(|| code.to_string());
            codes.iter().map(name).collect::<Vec<_>>().join(" หรือ ")
        }
        ChipValue::Agency(name) => name.clone(),
        ChipValue::BudgetBaht(range) => format!("งบประมาณ {}", range_label(range, " บาท")),
    }
}

fn range_label<T: std::fmt::Display + PartialEq>(range: &Range<T>, unit: &str) -> String {
    match (&range.from, &range.to) {
        (Some(from), Some(to)) if from == to => format!("{from}{unit}"),
        (Some(from), Some(to)) => format!("{from} ถึง {to}{unit}"),
        (Some(from), None) => format!("ตั้งแต่ {from}{unit}"),
        (None, Some(to)) => format!("ไม่เกิน {to}{unit}"),
        (None, None) => "ไม่จำกัด".to_owned(),
    }
}
