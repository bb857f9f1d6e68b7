//! Mentions in project texts: places, agencies, money, dates, plans and target groups, linked to code lists.
//!
//! [`extract`] reads a text by rules and gazetteers and gives its mentions with spans into the original; [`constraints`]
//! reads from a query what it asks of a project besides words; [`work_marks`] reads what tells one piece of work from ten
//! like it (road numbers, chainages, phases); [`area_codes`] gives the places of a text for filters.
//!
//! A text is normalised and squeezed once, one automaton finds every name of every table, and each recogniser
//! proposes candidates of its kind; of candidates that overlap, the longest and best founded stands. A statistical model
//! proposes candidates in the same way beside them.
//!
//! The tables are data of their own: [`Gazetteer`] (places with official codes), [`Agencies`] (names, abbreviations,
//! former names, who belongs to whom), [`TargetGroups`] (a vocabulary with containment), [`named_plans`].

mod agency;
mod agency_mentions;
mod candidate;
mod constraints;
mod contacts;
mod documents;
mod extract;
mod gazetteer;
mod heads;
mod lexicon;
mod local_government;
mod open_names;
mod people;
mod places;
mod plan;
mod quantities;
mod reading;
mod roads;
mod spelling;
mod tables;
mod target_group;
mod works;

pub use agency::{Agencies, Agency, AgencyName, AgencyRelation, is_abbreviation};
pub use constraints::{Constraint, ConstraintKind, constraints};
pub use extract::{area_codes, areas_of, circumstances, extract};
pub use gazetteer::{Gazetteer, Place, PlaceGroup};
pub use plan::{NamedPlan, find_plan, named_plans};
pub use target_group::{TargetGroup, TargetGroupRelation, TargetGroups};
pub use works::{WorkMark, WorkMarkKind, WorkMarkMention, differing_marks, work_marks};
