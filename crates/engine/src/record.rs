//! Records as files and requests carry them, read into projects.

mod build;
mod encoding;
mod field;
mod mapping;
mod reader;

pub use build::{FieldProblem, project_from_object};
pub use field::RecordField;
pub use mapping::{Mapping, MappingError};
pub use reader::{ReadOptions, RecordFileError, RecordReader, RecordRow};
