//! From the rows of a text to its one vector.

use crate::EncodeError;
use crate::config::Pooling;

/// The vector of a text: its rows of `width` numbers pooled and brought to unit length.
pub(crate) fn pool(rows: &[f32], width: usize, pooling: Pooling) -> Result<Vec<f32>, EncodeError> {
    let mut rows = rows.chunks_exact(width);
    let mut vector = rows.next().map(<[f32]>::to_vec).unwrap_or_default();
    if pooling == Pooling::Mean {
        // The sum has the direction of the mean, and only the direction remains.
        for row in rows {
            for (sum, number) in vector.iter_mut().zip(row) {
                *sum += number;
            }
        }
    }
    let length = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
    if !length.is_finite() || length == 0.0 {
        return Err(EncodeError::NotFinite);
    }
    for number in &mut vector {
        *number = (f64::from(*number) / length) as f32;
    }
    Ok(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_by_the_mean_or_by_the_first_row() {
        let rows = [3.0, 0.0, 3.0, 8.0];
        assert_eq!(pool(&rows, 2, Pooling::Mean).unwrap(), [0.6, 0.8]);
        assert_eq!(pool(&rows, 2, Pooling::FirstToken).unwrap(), [1.0, 0.0]);
    }

    #[test]
    fn rows_without_a_direction_are_an_error() {
        for rows in [[f32::NAN, 1.0], [f32::INFINITY, 1.0], [0.0, 0.0]] {
            assert!(matches!(pool(&rows, 2, Pooling::Mean), Err(EncodeError::NotFinite)));
        }
    }
}
