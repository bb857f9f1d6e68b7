//! Mentions in project texts: places, agencies, money, dates, plans and target groups, linked to code lists.

mod agency;
mod agency_mentions;
mod candidate;
mod constraints;
mod contacts;
mod documents;
mod extract;
mod gazetteer;
mod lexicon;
mod local_government;
mod open_names;
mod people;
mod places;
mod plan;
mod quantities;
mod reading;
mod tables;
mod target_group;
mod works;

pub use agency::{Agencies, Agency, AgencyRelation};
pub use constraints::{Constraint, ConstraintKind, constraints};
pub use extract::{area_codes, areas_of, extract};
pub use gazetteer::{Gazetteer, Place, PlaceGroup};
pub use plan::{NamedPlan, find_plan, named_plans};
pub use target_group::{TargetGroup, TargetGroupRelation, TargetGroups};
pub use works::{WorkMark, WorkMarkKind, WorkMarkMention, differing_marks, work_marks};
