//! What the document says of bodies and parameters: the shapes of the engine's answers, told once more for readers. A test
//! holds real answers against them.

#![allow(dead_code, reason = "these types describe what others send; they are never built")]

mod check;
mod decision;
mod entities;
mod family;
mod operation;
mod record;
mod report;
mod search;

use utoipa::ToSchema;
use utoipa::openapi::{Ref, RefOr, Schema};

pub(super) use check::{CheckParameters, CheckRequest, CheckResponse, CompareAnswer, CompareRequest};
pub(super) use decision::{DecisionAnswer, DecisionParameters, DecisionRequest, DecisionsAnswer};
pub(super) use entities::{EntitiesAnswer, EntitiesRequest};
pub(super) use family::{FamiliesAnswer, Family, FamilyParameters};
pub(super) use operation::{ImportAnswer, ImportRequest, Readiness};
pub(super) use record::{DraftRecord, ProjectAnswer};
pub(super) use report::{Report, ReportParameters, ReportVerification};
pub(super) use search::{FacetsAnswer, PageParameters, QueryParameters, SearchAnswer, SearchRequest};

/// A type of which a value has one of several shapes, none of which carries a tag.
macro_rules! one_of {
    ($(#[doc = $description:literal])+ $name:ident: $($shape:ty),+) => {
        $(#[doc = $description])+
        pub(crate) struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let description = [$($description),+].map(str::trim).join(" ");
                utoipa::openapi::schema::OneOfBuilder::new()
                    $(.item($crate::api::schemas::Shape::<$shape>::reference()))+
                    .description(Some(description))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                $($crate::api::schemas::Shape::<$shape>::named(schemas);)+
            }
        }
    };
}

use one_of;

/// A shape as a part of another schema.
struct Shape<T>(std::marker::PhantomData<T>);

impl<T: ToSchema> Shape<T> {
    /// Types of ours are named once and referred to; others are written out.
    fn is_named() -> bool {
        matches!(T::schema(), RefOr::T(Schema::Object(object)) if !object.properties.is_empty())
    }

    fn reference() -> RefOr<Schema> {
        if Self::is_named() { Ref::from_schema_name(T::name()).into() } else { T::schema() }
    }

    fn named(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        if Self::is_named() {
            schemas.push((T::name().into_owned(), T::schema()));
        }
        T::schemas(schemas);
    }
}
