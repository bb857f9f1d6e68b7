//! Vectors brought into another space, a byte per component: meanings are looked up where they are compared.

use rayon::prelude::*;

use super::quantise::QuantisedVector;
use super::set::{NO_ROW, VectorRows, VectorSet};
use super::texts::VectorField;

/// Brings a vector of a field into another space, where all have one length; `None` for one that has no place there.
pub type Placement<'a> = dyn Fn(VectorField, &[f32]) -> Option<Box<[f32]>> + Sync + 'a;

/// The rows of a set in another space; a row that has no place there is none.
pub(crate) struct PlacedVectors {
    pub(crate) dimensions: usize,
    components: Vec<i8>,
    inverse_lengths: Vec<f32>,
}

impl PlacedVectors {
    /// Brings every living row into the space of `place`, which gives vectors of one length.
    pub(crate) fn of(set: &VectorSet, rows: &VectorRows, place: &Placement) -> Self {
        let living: Vec<(u32, VectorField)> = rows
            .of_document
            .iter()
            .flat_map(|rows| rows.iter().copied().zip(VectorField::ALL))
            .filter(|(row, _)| *row != NO_ROW)
            .collect();
        let placed: Vec<(u32, QuantisedVector)> = living
            .into_par_iter()
            .filter_map(|(row, field)| {
                let (components, inverse) = set.row(row)?;
                let vector = place(field, &QuantisedVector::restore(components, inverse))?;
                Some((row, QuantisedVector::of(&vector)?))
            })
            .collect();
        let dimensions = placed.iter().map(|(_, vector)| vector.components.len()).max().unwrap_or(1).max(1);
        let mut components = vec![0; set.rows() * dimensions];
        let mut inverse_lengths = vec![0.0; set.rows()];
        for (row, vector) in placed {
            let start = row as usize * dimensions;
            if let (Some(slots), Some(inverse)) =
                (components.get_mut(start..start + dimensions), inverse_lengths.get_mut(row as usize))
                && slots.len() == vector.components.len()
            {
                slots.copy_from_slice(&vector.components);
                *inverse = vector.inverse_length;
            }
        }
        Self { dimensions, components, inverse_lengths }
    }

    /// Number of rows, placed or not.
    pub(crate) fn rows(&self) -> usize {
        self.inverse_lengths.len()
    }

    /// The components of a row and its inverse length, which is 0 for a row without a place.
    pub(crate) fn row(&self, row: u32) -> Option<(&[i8], f32)> {
        let start = row as usize * self.dimensions;
        let components = self.components.get(start..start + self.dimensions)?;
        Some((components, self.inverse_lengths.get(row as usize).copied()?))
    }
}
