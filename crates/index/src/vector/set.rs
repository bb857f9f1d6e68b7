//! All committed vectors in memory, and which row belongs to which project.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::dots::dots;
use super::file::VectorFile;
use super::quantise::{QuantisedVector, cosine};
use super::texts::{ProjectVectors, VectorField};
use crate::documents::{DocumentTable, NO_DOCUMENT};
use crate::error::IndexError;
use crate::manifest::{Manifest, VectorFileEntry};

/// A row that is not there.
pub(crate) const NO_ROW: u32 = u32::MAX;
/// Rows that one task scans: some hundred kilobytes, so that they are spread evenly.
const ROWS_AT_A_TIME: usize = 1_024;

/// The vectors of all files. Rows are counted through the files in order.
#[derive(Debug, Clone)]
pub(crate) struct VectorSet {
    pub(crate) dimensions: usize,
    files: Vec<(VectorFileEntry, Arc<VectorFile>)>,
    pub(crate) change_number: u64,
}

/// Where the vectors of a project are: the row of each field, or [`NO_ROW`].
pub(crate) type FieldRows = [u32; 3];

impl VectorSet {
    pub(crate) fn empty(dimensions: usize) -> Self {
        Self { dimensions, files: Vec::new(), change_number: 0 }
    }

    /// Reads the files of the manifest; those that `self` has already are shared.
    pub(crate) fn load(&self, directory: &Path, manifest: &Manifest) -> Result<Self, IndexError> {
        let mut files = Vec::with_capacity(manifest.vector_files.len());
        for entry in &manifest.vector_files {
            let known = self.files.iter().find(|(known, _)| known == entry).map(|(_, file)| Arc::clone(file));
            let file = match known {
                Some(file) => file,
                None => Arc::new(VectorFile::read(
                    &directory.join(&entry.name),
                    entry.committed_bytes,
                    &manifest.model,
                )?),
            };
            files.push((entry.clone(), file));
        }
        Ok(Self {
            dimensions: manifest.model.dimensions,
            files,
            change_number: manifest.vector_change_number,
        })
    }

    /// Number of rows, living or not.
    pub(crate) fn rows(&self) -> usize {
        self.files.iter().map(|(_, file)| file.rows()).sum()
    }

    /// The last word on every project: where its rows are; projects that were deleted are left out.
    pub(crate) fn latest(&self) -> HashMap<&str, FieldRows> {
        let mut latest = HashMap::new();
        let mut first_of_file = 0u32;
        for (_, file) in &self.files {
            for operation in &file.operations {
                let mut rows = [NO_ROW; 3];
                for (row, field) in (first_of_file + operation.first_row..).zip(&operation.fields) {
                    if let Some(slot) = rows.get_mut(usize::from(field.code())) {
                        *slot = row;
                    }
                }
                if operation.fields.is_empty() {
                    latest.remove(&*operation.code);
                } else {
                    latest.insert(&*operation.code, rows);
                }
            }
            first_of_file += file.rows() as u32;
        }
        latest
    }

    /// The components of a row and its inverse length.
    pub(crate) fn row(&self, row: u32) -> Option<(&[i8], f32)> {
        let mut place = row as usize;
        for (_, file) in &self.files {
            if place < file.rows() {
                let start = place * self.dimensions;
                let components = file.components.get(start..start + self.dimensions)?;
                return Some((components, file.inverse_lengths.get(place).copied()?));
            }
            place -= file.rows();
        }
        None
    }

    /// The cosine of a row with the query.
    pub(crate) fn cosine(&self, row: u32, query: &QuantisedVector) -> Option<f32> {
        let (components, inverse_length) = self.row(row)?;
        Some(cosine(components, inverse_length, &query.components, query.inverse_length))
    }

    /// The vectors at the given rows.
    pub(crate) fn restore(&self, rows: &FieldRows) -> ProjectVectors {
        let fields = VectorField::ALL
            .into_iter()
            .zip(rows)
            .filter_map(|(field, &row)| {
                let (components, inverse_length) = self.row(row)?;
                Some((field, QuantisedVector::restore(components, inverse_length)))
            })
            .collect();
        ProjectVectors { fields }
    }

    /// The cosine of every row with each query: all vectors are read once, however many queries there are.
    pub(crate) fn scan(&self, queries: &[&QuantisedVector]) -> Cosines {
        let count = queries.len().max(1);
        let dimensions = self.dimensions.max(1);
        let components: Vec<&[i8]> = queries.iter().map(|query| query.components.as_slice()).collect();
        let mut values = vec![0.0; self.rows() * count];
        let mut rest = values.as_mut_slice();
        for (_, file) in &self.files {
            let (of_file, behind) = rest.split_at_mut((file.rows() * count).min(rest.len()));
            rest = behind;
            of_file
                .par_chunks_mut(ROWS_AT_A_TIME * count)
                .zip(file.components.par_chunks(ROWS_AT_A_TIME * dimensions))
                .zip(file.inverse_lengths.par_chunks(ROWS_AT_A_TIME))
                .for_each_init(Vec::new, |products, ((cosines, rows), inverse_lengths)| {
                    products.clear();
                    products.resize(cosines.len(), 0);
                    dots(rows, &components, products);
                    let by_row = cosines.chunks_exact_mut(count).zip(products.chunks_exact(count));
                    for ((cosines, products), inverse) in by_row.zip(inverse_lengths) {
                        for ((cosine, product), query) in cosines.iter_mut().zip(products).zip(queries) {
                            *cosine = *product as f32 * inverse * query.inverse_length;
                        }
                    }
                });
        }
        Cosines { queries: count, values }
    }
}

/// The cosines of rows with queries.
#[derive(Debug)]
pub(crate) struct Cosines {
    queries: usize,
    /// Row by row.
    values: Vec<f32>,
}

impl Cosines {
    /// The cosine of a row with the query of a number; `None` for a row that is not there.
    pub(crate) fn get(&self, row: u32, query: usize) -> Option<f32> {
        self.values.get(row as usize * self.queries..)?.get(..self.queries)?.get(query).copied()
    }
}

/// Which row belongs to which living project.
#[derive(Debug, Default)]
pub(crate) struct VectorRows {
    /// By ordinal.
    pub(crate) of_document: Vec<FieldRows>,
    /// By row: the ordinal of its project, or [`NO_DOCUMENT`] for a row that was replaced or deleted.
    pub(crate) owners: Vec<u32>,
}

impl VectorRows {
    pub(crate) fn resolve(set: &VectorSet, documents: &DocumentTable) -> Self {
        let mut of_document = vec![[NO_ROW; 3]; documents.len()];
        let mut owners = vec![NO_DOCUMENT; set.rows()];
        for (code, rows) in set.latest() {
            let Some(ordinal) = documents.ordinal(code) else { continue };
            for row in rows {
                if let Some(owner) = owners.get_mut(row as usize) {
                    *owner = ordinal;
                }
            }
            if let Some(slot) = of_document.get_mut(ordinal as usize) {
                *slot = rows;
            }
        }
        Self { of_document, owners }
    }
}
