//! The words everyone shares: projects, agencies, areas, money, years, spans, mentions and relations.
//!
//! No input or output, no asynchronous code: every other crate depends on this one and on nothing that it hides.

mod area;
mod fault;
mod mention;
mod money;
mod period;
mod project;
mod relation;
mod span;
mod trick;

pub use area::{Area, AreaCode, AreaCodeError, AreaLevel};
pub use fault::Fault;
pub use mention::{EntityType, Mention, MentionValue};
pub use money::{Baht, MoneyError};
pub use period::{FiscalYear, FiscalYearError, Period, PeriodError, Quarter, thai_day};
pub use project::{
    Activity, BudgetLine, Owner, PlanLevel, PlanLink, Project, ProjectCode, ProjectCodeError, ProjectKind,
    QuarterReport, TargetGroup, TextField,
};
pub use relation::{Agreement, Aspect, Relation, UnknownRelation, Verdict};
pub use span::TextSpan;
pub use trick::Trick;
