//! A person's own answer to which column holds which field.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::field::RecordField;

/// Column headers and the fields that they hold, for files whose headers are not recognised.
///
/// As TOML: `[columns]` with lines such as `"ชื่องาน" = "title"`; as JSON: `{"columns": {"ชื่องาน": "title"}}`.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    columns: BTreeMap<String, RecordField>,
}

/// Why a mapping file cannot be used; the caller's fault, or the environment's for [`MappingError::Unreadable`].
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// The file cannot be read.
    #[error("the mapping file {path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Neither TOML nor JSON of the right shape.
    #[error(
        "the mapping file {path} is not understood: {reason}. Write TOML: [columns], then lines such as \"ชื่องาน\" = \"title\""
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A field that does not exist.
    #[error("the mapping file {path} maps {column:?} to the unknown field {field:?}; fields are: {known}")]
    UnknownField {
        /// The file.
        path: PathBuf,
        /// The column header.
        column: String,
        /// What it is mapped to.
        field: String,
        /// All field names.
        known: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    columns: BTreeMap<String, String>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// [`MappingError`].
    pub fn read(path: &Path) -> Result<Self, MappingError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| MappingError::Unreadable { path: path.to_owned(), source })?;
        let malformed = |reason: String| MappingError::Malformed { path: path.to_owned(), reason };
        let file: MappingFile = if text.trim_start().starts_with('{') {
            serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?
        } else {
            toml::from_str(&text).map_err(|error| malformed(error.to_string()))?
        };
        let mut columns = BTreeMap::new();
        for (column, name) in file.columns {
            let Some(field) = RecordField::from_name(&name) else {
                return Err(MappingError::UnknownField {
                    path: path.to_owned(),
                    column,
                    field: name,
                    known: RecordField::all_names().join(", "),
                });
            };
            columns.insert(column.trim().to_owned(), field);
        }
        Ok(Self { columns })
    }

    /// The field that a header holds: as mapped, else as recognised.
    #[must_use]
    pub fn field_of(&self, header: &str) -> Option<RecordField> {
        self.columns.get(header.trim()).copied().or_else(|| RecordField::recognise(header))
    }

    /// Mapped columns that are not among `headers`.
    #[must_use]
    pub fn missing_from(&self, headers: &[String]) -> Vec<&str> {
        self.columns
            .keys()
            .filter(|column| !headers.iter().any(|h| h.trim() == **column))
            .map(String::as_str)
            .collect()
    }
}
